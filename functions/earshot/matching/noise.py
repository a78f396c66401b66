"""Screens: what a noise list keeps from being a mention, and whose words are those of a colleague."""

from collections.abc import Collection, Container, Iterator

from earshot.domain.watch import Noise
from earshot.matching.document import Document, Reading, is_on_site
from earshot.matching.fold import fold_phrase
from earshot.matching.outcome import quoted
from earshot.matching.term import Term, term_of


class Screen:
    """A noise list, ready to be held against documents."""

    def __init__(self, noise: Noise) -> None:
        self._noise = noise
        self._accounts = _names(noise.accounts)
        self._voices = _names(noise.voices)
        self._authors = _names(noise.authors)
        self.terms = tuple(term_of(phrase) for phrase in noise.phrases)

    def stops(self, reading: Reading) -> str:
        """Which list stops a document and by what, such as `sites: "jobs.example"`; "" if none does."""
        return next(self._stops(reading.document, reading.places), "")

    def _stops(self, document: Document, there: Container[Term]) -> Iterator[str]:
        names = _names(document.names)
        if names & self._accounts:
            yield f"accounts: {quoted(min(names & self._accounts))}"
        yield from _on_sites("accounts", document.url, filter(_is_site, self._noise.accounts))
        yield from _on_sites("sites", document.url, self._noise.sites)
        if names & self._authors:
            yield f"authors: {quoted(min(names & self._authors))}"
        yield from (f"phrases: {quoted(term.shown)}" for term in self.terms if term in there)

    def is_voice(self, document: Document) -> bool:
        """Whether the author is one of our own voices."""
        return bool(_names(document.names) & self._voices)

    def is_ours(self, document: Document) -> bool:
        """Whether the author is one of our own accounts or voices."""
        return bool(_names(document.names) & (self._accounts | self._voices))


def _names(names: Collection[str]) -> frozenset[str]:
    return frozenset(fold_phrase(name).lstrip("@") for name in names) - {""}


def _is_site(account: str) -> bool:
    return "." in account and " " not in account and not account.startswith("@")


def _on_sites(name: str, url: str, sites: Collection[str] | Iterator[str]) -> Iterator[str]:
    for site in sites:
        bare = site.casefold().removeprefix("https://").removeprefix("http://").rstrip("/")
        if is_on_site(url, bare):
            yield f"{name}: {quoted(bare)}"
