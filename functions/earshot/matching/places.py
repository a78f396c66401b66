"""Looks for many terms in the fields of one text, and tells where each of them stands."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from earshot.matching.automaton import Automaton
from earshot.matching.boundaries import is_plain, masked
from earshot.matching.fold import Folded, Keep, fold
from earshot.matching.hashtags import hashtag_words
from earshot.matching.spelling import Spelling, spelling
from earshot.matching.term import Switch, Term

MAX_PLACES = 1000

Place = tuple[str, int, int]
"""Where a term stands: the field, and from where up to, not including, which character of the original."""

Places = Mapping[Term, Sequence[Place]]
"""Where terms stand: up to 1,000 places each, field by field, left to right; no entry for what is not there."""


class Finder:
    """Holds terms, each once."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms = [_Wanted(term) for term in dict.fromkeys(terms) if term.key]
        by_stem = _by_rarest_stem(self._terms)
        self._wanted = list(by_stem.values())
        headed = frozenset(
            number for number, wanted in enumerate(self._wanted) if all(each.spelling.is_headed for each in wanted)
        )
        self._automaton = Automaton(list(by_stem), headed)

    def find(self, fields: Iterable[tuple[str, str]]) -> Places:
        """The places in these (field, text) pairs where terms stand."""
        places: dict[Term, list[Place]] = {}
        for field, text in fields:
            if text:
                self._find(field, text, fold(text), places)
                if "#" in text or "＃" in text:
                    for words in hashtag_words(text):
                        self._find(field, text, words, places, is_hashtag=True)
        for found in places.values():
            if len(found) > 1:
                found[:] = sorted(set(found), key=_in_order)[:MAX_PLACES]
        return places

    def _find(
        self, field: str, text: str, folded: Folded, places: dict[Term, list[Place]], *, is_hashtag: bool = False
    ) -> None:
        numbers = self._automaton.find(folded.text)
        if not numbers:  # nearly always
            return
        passage = Passage(text, folded, is_hashtag=is_hashtag)
        for number in numbers:
            for wanted in self._wanted[number]:
                if wanted.term.where in ("", field) and wanted.may_be_in(folded.text):
                    for start, end in wanted.spans(passage):
                        places.setdefault(wanted.term, []).append((field, start, end))


class Passage:
    """A folded text, or the words of one of its hashtags, with the original it comes from."""

    def __init__(self, text: str, folded: Folded, *, is_hashtag: bool = False) -> None:
        self.text = text
        self.folded = folded
        self._is_hashtag = is_hashtag

    @cached_property
    def masked(self) -> str:
        """The folded text as plain terms see it."""
        return masked(self.folded.text)

    def written(self, start: int, end: int) -> str:
        """A piece of the folded text as it was written; the words of a hashtag with blanks between them."""
        offsets = self.folded.offsets
        if not self._is_hashtag:
            return self.text[offsets[start] : offsets[end]]
        words = re.finditer("[^ ]+", self.folded.text[start:end])
        return " ".join(self.text[offsets[start + it.start()] : offsets[start + it.end()]] for it in words)

    def is_capital(self, at: int) -> bool:
        """Whether the character of the folded text comes from a capital letter."""
        return self.text[self.folded.offsets[at]].isupper()


def _in_order(place: Place) -> tuple[bool, int, int]:
    return place[0] != "title", place[1], place[2]


class _Wanted:
    """A term with its expressions, compiled when a text first holds its stem."""

    def __init__(self, term: Term) -> None:
        self.term = term
        self.spelling: Spelling = spelling(term)
        self._is_plain = is_plain(term.text)

    def may_be_in(self, text: str) -> bool:
        """Whether all stems stand in a folded text: quicker than the expression, and spares compiling it."""
        stems = self.spelling.stems
        return len(stems) == 1 or all(stem in text for stem in stems)

    @cached_property
    def _pattern(self) -> "re.Pattern[str]":
        return re.compile(self.spelling.pattern)

    @cached_property
    def _strict(self) -> "re.Pattern[str] | None":
        """The expression for what the switches keep apart; None where they keep nothing."""
        kept = self.term.kept
        return re.compile(spelling(self.term, kept).pattern) if kept is not Keep.NOTHING else None

    def spans(self, passage: Passage) -> Iterator[tuple[int, int]]:
        """Where the term stands in the original."""
        searched = passage.masked if self._is_plain else passage.folded.text
        found = self._pattern.search(searched)
        while found:
            bounds = passage.folded.original(*found.span())
            if bounds is not None and self._counts(found, passage) and self._is_as_written(found, passage):
                yield bounds
                found = self._pattern.search(searched, found.end())
            else:  # what does not count may have begun before something that does
                found = self._pattern.search(searched, found.start() + 1)

    def _is_as_written(self, found: "re.Match[str]", passage: Passage) -> bool:
        """Whether what was found is the term in all that may not be folded."""
        if self._strict is None:
            return True
        return self._strict.fullmatch(fold(passage.written(*found.span()), self.term.kept).text) is not None

    def _counts(self, found: "re.Match[str]", passage: Passage) -> bool:
        """Whether the optional groups stand as they must; see `Spelling`."""
        if not found.re.groups:
            return True
        for name, piece in found.groupdict().items():
            if name.startswith("ending") and piece and not _is_in_capitals(passage, found.start(name)):
                return False
            if name.startswith("noun") and piece is not None and not passage.is_capital(found.start()):
                return False
            if name.startswith("joint") and piece == "" and not self._may_join(found, name, passage):
                return False
        return True

    def _may_join(self, found: "re.Match[str]", name: str, passage: Passage) -> bool:
        if self.term.has(Switch.COMPOUNDS) or passage.folded.text[found.start() - 1 : found.start()] == "#":
            return True
        return passage.is_capital(found.start(name))


def _is_in_capitals(passage: Passage, ending: int) -> bool:
    """Whether the word before an ending stands in capitals and the ending does not."""
    at = passage.folded.offsets[ending]
    word = re.search(r"\w+\Z", passage.text[max(at - 10, 0) : at])
    return word is not None and word[0].isupper() and not passage.is_capital(ending)


def _by_rarest_stem(terms: Sequence[_Wanted]) -> dict[str, list[_Wanted]]:
    """Every term under one of its stems: the one that fewest others have, then the longest."""
    counts = Counter(stem for wanted in terms for stem in set(wanted.spelling.stems))
    by_stem: dict[str, list[_Wanted]] = defaultdict(list)
    for wanted in terms:
        by_stem[min(wanted.spelling.stems, key=lambda stem: (counts[stem], -len(stem)))].append(wanted)
    return by_stem
