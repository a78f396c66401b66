"""What is matched: the texts of an item, and what its filters ask about."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from earshot.domain.item import Item
from earshot.domain.watch import Span
from earshot.matching.boundaries import WORDS
from earshot.matching.expression import Filter, Leaf, Near
from earshot.matching.fold import fold, fold_phrase
from earshot.matching.term import Term

if TYPE_CHECKING:  # whoever only reads sites and names needs no automaton
    from earshot.matching.places import Places

FIELDS = ("title", "text")
MAX_SPANS = 20

TellLanguage = Callable[[str, str], str]
"""Tells the language of a text, given what its source declares ("" for nothing); "" when undecidable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An item as matching sees it; `names` are what its author is called.

    `language` is certain, `hint` only what the source declares: many a German forum claims to be English.
    """

    title: str = ""
    text: str = ""
    url: str = ""
    names: tuple[str, ...] = ()
    language: str = ""
    hint: str = ""
    type: str = ""

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """The searched fields with their texts."""
        return (("title", self.title), ("text", self.text))


def document_of(item: Item) -> Document:
    """The document for an item."""
    author = item.author
    return Document(
        title=item.title,
        text=item.text,
        url=item.url,
        names=tuple(filter(None, (author.name, author.handle, author.id))),
        hint=item.language,
        type=item.type,
    )


class Reading:
    """A document with the places of terms in it: tells which leaves hold, each decided once."""

    def __init__(self, document: Document, places: "Places", tell_language: TellLanguage | None = None) -> None:
        self.document = document
        self.places = places
        self._tell_language = tell_language
        self._known: dict[Leaf, bool] = {}
        self._language: str | None = None

    def holds(self, leaf: Leaf) -> bool:
        """Whether a leaf holds."""
        if isinstance(leaf, Term):
            return leaf in self.places
        known = self._known.get(leaf)
        if known is None:
            known = self._known[leaf] = self._are_near(leaf) if isinstance(leaf, Near) else self._passes(leaf)
        return known

    def _are_near(self, near: Near) -> bool:
        these, those = (self._by_field(terms) for terms in (near.these, near.those))
        if (these["title"] and those["text"]) or (these["text"] and those["title"]):
            return True
        return any(self._is_close(field, these[field], those[field], near.words) for field in FIELDS)

    def _by_field(self, terms: Collection[Term]) -> dict[str, list[tuple[int, int]]]:
        found: dict[str, list[tuple[int, int]]] = {field: [] for field in FIELDS}
        for term in terms:
            for field, start, end in self.places.get(term, ()):
                found[field].append((start, end))
        return found

    def _is_close(self, field: str, these: list[tuple[int, int]], those: list[tuple[int, int]], words: int) -> bool:
        if not these or not those:
            return False
        begins = word_starts(getattr(self.document, field))
        return closest(sorted(these), sorted(those), begins) <= words

    def _passes(self, wanted: Filter) -> bool:
        match wanted.name:
            case "site":
                return is_on_site(self.document.url, wanted.value)
            case "author":
                return is_called(self.document.names, wanted.value)
            case "type":
                return self.document.type == wanted.value
            case _:
                return self._spoken() == wanted.value

    def _spoken(self) -> str:
        """The language: the certain one, else what text and hint make likely, else the hint."""
        if self._language is None:
            document, told = self.document, ""
            if not document.language and self._tell_language is not None:
                told = self._tell_language(f"{document.title}\n{document.text}".strip(), document.hint)
            self._language = re.split("[-_]", (document.language or told or document.hint).casefold())[0]
        return self._language


def word_starts(text: str) -> list[int]:
    """Where the words of a text begin."""
    folded = fold(text)
    return [folded.offsets[word.start()] for word in WORDS.finditer(folded.text)]


def closest(these: Sequence[tuple[int, int]], those: Sequence[tuple[int, int]], begins: Sequence[int]) -> int:
    """The fewest words between one of `these` and one of `those`, both in order; 0 where they touch or overlap."""
    return min(_behind(these, those, begins), _behind(those, these, begins))


def _behind(firsts: Sequence[tuple[int, int]], seconds: Sequence[tuple[int, int]], begins: Sequence[int]) -> int:
    """The fewest words between one of `firsts` and one of `seconds` that begins no earlier."""
    starts, ends = [start for start, _ in firsts], list(accumulate((end for _, end in firsts), max))
    before = ((start, bisect_right(starts, start)) for start, _ in seconds)
    between = (bisect_left(begins, start) - bisect_left(begins, ends[count - 1]) for start, count in before if count)
    return max(min(between, default=len(begins)), 0)


def is_on_site(url: str, site: str) -> bool:
    """Whether an address lies on a site ("heise.de", with its subdomains) or below a path ("heise.de/forum")."""
    try:
        parts = urlsplit(url)
        host = readable_host((parts.hostname or "").rstrip("."))
    except ValueError:
        return False
    wanted, _, path = site.removeprefix("www.").partition("/")
    wanted = readable_host(wanted)
    is_there = host == wanted or host.endswith(f".{wanted}")
    return is_there and f"{parts.path.casefold().rstrip('/')}/".startswith(f"/{path.rstrip('/')}/" if path else "/")


def readable_host(host: str) -> str:
    """A host with its letters: "xn--mller-kva.de" is müller.de (RFC 3492); one that cannot be read stays as it is."""
    if "xn--" not in host:
        return host
    with suppress(UnicodeError):
        return host.encode("ascii").decode("idna")
    return host


def is_called(names: Collection[str], wanted: str) -> bool:
    """Whether one of an author's names has these words in a row; "@" in front makes no difference."""
    words = _words(wanted)
    return any(f" {words} " in f" {_words(name)} " for name in names) if words else False


def spans(terms: Collection[Term], places: "Places") -> tuple[Span, ...]:
    """At most 20 spans for these terms, in reading order; every term shows once before one shows twice.

    Spans overlap where the terms do.
    """
    ranked = sorted(
        (turn, FIELDS.index(field), start, end, term.shown)
        for term in terms
        for turn, (field, start, end) in enumerate(places.get(term, ()))
    )
    chosen: Sequence[tuple[int, int, int, str]] = sorted(place[1:] for place in ranked[:MAX_SPANS])
    return tuple(Span(field=FIELDS[field], start=start, end=end, term=term) for field, start, end, term in chosen)


def _words(name: str) -> str:
    return " ".join(WORDS.findall(fold_phrase(name)))
