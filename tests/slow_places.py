"""Where words stand in a text, found by trying, at every character, every spelling they may have.

It knows what the tests write: Latin letters, and words as docs/matching.md describes them.
"""

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

USUAL = frozenset({"umlauts", "accents", "hyphens", "endings"})
ABBREVIATIONS = {"dr", "st", "prof"}
DOTS = (".", "[.]", " [.] ", "(.)", "[dot]", "(dot)", " [dot] ", " (dot) ", " dot ", " punkt ", "[punkt]", "(punkt)")
SIGNS = {"’": "'", "`": "'", "–": "-", "—": "-", "\u2011": "-", "„": '"', "“": '"'}
UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS"}


@dataclass(frozen=True)
class Words:
    """A word, phrase, handle, hashtag, prefix or domain with the switches written behind it."""

    text: str
    switches: tuple[str, ...] = ()
    is_prefix: bool = False
    is_title: bool = False

    @property
    def on(self) -> frozenset[str]:
        """The switches that are on."""
        on = USUAL
        for switch in self.switches:
            on = on - USUAL if switch == "exact" else on - {switch[1:]} if switch[0] == "-" else on | {switch}
        return on

    @property
    def is_host(self) -> bool:
        """Whether it is a domain, with or without a path."""
        return not self.is_prefix and re.fullmatch(r"[\w-]+(\.[\w-]+)*\.(de|com)(/\w+)?", self.text) is not None


@dataclass(frozen=True)
class Spelling:
    """One way to write a piece of a term, and what must hold where it stands."""

    text: str
    only: str = ""
    """capitals: the word, but not its s; capital: the word begins with one; joined: in a hashtag or before a capital;
    longer: more letters follow; prefix: any more of the word may follow."""


def plain(text: str) -> str:
    """The text as people see it: entities read, nothing invisible, one kind of each sign, one space between words."""
    for _ in range(3):
        text = re.sub(r"&#?\w+;", lambda entity: html.unescape(entity[0]), text)
    text = unicodedata.normalize("NFC", "".join(c for c in text if c not in "\u00ad\u200b\u200d®™"))
    return " ".join("".join(SIGNS.get(c, c) for c in text).split())


def folded(character: str, on: frozenset[str]) -> str:
    """The character without what the switches make equal."""
    if character in UMLAUTS:
        character = UMLAUTS[character] if "umlauts" in on else character
    elif "accents" in on:
        character = unicodedata.normalize("NFD", character)[0]
    return character if "case" in on else character.lower()


def places(words: Words, text: str) -> Iterator[tuple[int, int]]:
    """From and up to which character of a plain text the words stand; the words of a hashtag are a text as well."""
    pieces = _pieces(words)
    yield from _Place(text, range(len(text) + 1), words).all(pieces)
    for start, end in _hashtags(text):
        apart, origin = _hashtag_words(text, start, end)
        if " " in apart:
            yield from _Place(apart, origin, words).all(pieces)


def _hashtags(text: str) -> Iterator[tuple[int, int]]:
    return (found.span(1) for found in re.finditer(r"#(\w+)", text))


def _hashtag_words(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """A hashtag with a blank where an underscore, a capital or a digit begins a word; and where each character was."""
    apart = ""
    origin: list[int] = []
    for at in range(start, end):
        if at > start and _is_seam(text, at) and apart and apart[-1] != " ":
            apart, origin = f"{apart} ", [*origin, at]
        if text[at] != "_":
            apart, origin = apart + text[at], [*origin, at]
    return apart.rstrip(), [*origin, end]


def _is_seam(text: str, at: int) -> bool:
    before, after, later = text[at - 1], text[at], text[at + 1 : at + 2]
    if "_" in (before, after) or before.isdigit() != after.isdigit():
        return True
    return after.isupper() and (before.islower() or later.islower())


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


class _Place:
    """A text as these words see it: folded, with the way back to the plain text."""

    def __init__(self, text: str, origin: Sequence[int], words: Words) -> None:
        each = [folded(character, words.on) for character in text]
        self._text, self._words, self._origin_of = text, words, origin
        self._folded = "".join(each)
        self._origin = [i for i, piece in enumerate(each) for _ in piece] + [len(text)]

    def all(self, pieces: list[set[Spelling]]) -> Iterator[tuple[int, int]]:
        """Every place where all pieces follow each other as a word of their own."""
        for start in range(len(self._folded)):
            if self._may_begin(start):
                for end in self._ends(pieces, start, start):
                    if self._may_end(end):
                        yield self._origin_of[self._origin[start]], self._end_of(end)

    def _end_of(self, end: int) -> int:
        return self._origin_of[self._origin[end] - 1] + 1

    def _ends(self, pieces: list[set[Spelling]], at: int, start: int) -> Iterator[int]:
        if not pieces:
            yield at
            return
        for spelling in pieces[0]:
            end = at + len(spelling.text)
            if self._folded[at:end] == spelling.text and self._fits(spelling, at, end, start):
                end += len(self._rest(spelling, end))
                yield from self._ends(pieces[1:], end, start)

    def _fits(self, spelling: Spelling, at: int, end: int, start: int) -> bool:
        written = self._text[self._origin[at] : self._origin[end]]
        if spelling.only == "capitals":
            return written[:-1].rstrip("'").isupper() and written[-1] == "s"
        if spelling.only == "longer":
            return self._rest(spelling, end) != ""
        if spelling.only == "joined":
            is_free = "compounds" in self._words.on or self._folded[:start][-1:] == "#"
            return is_free or self._text[self._origin[at] : self._origin[at] + 1].isupper()
        if spelling.only == "capital":
            return written[:1].isupper()
        return True

    def _rest(self, spelling: Spelling, at: int) -> str:
        """What more of the word belongs to a spelling that ends here."""
        rest = {"longer": r"[^\W\d_]+", "prefix": r"\w+"}.get(spelling.only)
        found = re.match(rest, self._folded[at:]) if rest else None
        return found[0] if found else ""

    def _may_begin(self, at: int) -> bool:
        before, first = self._folded[:at], self._words.text[0]
        if at > 0 and self._origin[at - 1] == self._origin[at]:
            return False
        if first in "@#.":
            return not _is_word(before[-1:] or " ")
        if not _is_word(first):
            return True
        if _is_word(before[-1:] or " "):
            return False
        if before[-1:] != "-":
            return True
        if self._words.is_host or "hyphens" not in self._words.on:
            return False
        is_lone_letter = before[-2:-1].isalpha() and not _is_word(before[-3:-2] or " ")
        return not is_lone_letter

    def _may_end(self, at: int) -> bool:
        after = self._folded[at:]
        if self._origin[at - 1] == self._origin[at]:
            return False
        if self._words.is_prefix or not _is_word(self._folded[at - 1]):
            return True
        if self._words.is_host and "/" not in self._words.text:
            return re.match(r"\w|@|\.[^\W\d_]|-[\w-]*\.\w", after) is None
        is_part = "hyphens" not in self._words.on and not self._words.is_host and re.match(r"-\w", after)
        return not _is_word(after[:1] or " ") and not is_part


def _pieces(words: Words) -> list[set[Spelling]]:
    """What follows what: for every word and for every gap between words, the ways to write it."""
    text = plain(words.text)
    if words.is_host:
        host, slash, path = text.removeprefix("www.").partition("/")
        labels = [[_spelled(label, words)] for label in host.split(".")]
        pieces = labels[0]
        for label in labels[1:]:
            pieces = [*pieces, {Spelling(dot) for dot in DOTS}, *label]
        return [*pieces, _spelled(slash + path, words)]
    if text[0] in "@#":
        return [{Spelling(each.text, "prefix" * words.is_prefix) for each in _spelled(text, words)}]
    parts = re.split(r"(\w+(?:'\w+)*)", text)
    count = len(parts) // 2
    pieces = []
    for number, part in enumerate(parts):
        if number % 2:
            pieces.append(_word(part, parts[number + 1], number // 2, count, words))
        elif part:
            pieces.append(_gap(part, parts[number - 1] if number else "", words))
    return pieces


def _spelled(text: str, words: Words) -> set[Spelling]:
    return {Spelling("".join(folded(character, words.on) for character in text))}


def _gap(gap: str, before: str, words: Words) -> set[Spelling]:
    """The signs between two words, before the first or behind the last."""
    if before.lower() in ABBREVIATIONS and gap in (" ", ". "):
        return {Spelling(each) for each in (" ", ". ", ".", "-", "- ")}
    if gap.strip() in ("&", "+"):
        return {Spelling(left + gap.strip() + right) for left, right in product(("", " "), repeat=2)}
    if gap not in ("-", " ") or "hyphens" not in words.on:
        return {Spelling(gap)}
    return {Spelling("-"), Spelling("- "), Spelling(" "), Spelling("", "joined" if gap == " " else "")}


def _word(word: str, gap: str, number: int, count: int, words: Words) -> set[Spelling]:
    is_last = number == count - 1
    (whole,) = (each.text for each in _spelled(word, words))
    if is_last and words.is_prefix:
        return {Spelling(whole, "prefix")}
    ends = {Spelling(whole)}
    if "endings" in words.on and gap.strip("- ") in ("", "."):
        ends = _forms(whole, is_single=count == 1, is_last=is_last)
    if is_last and "compounds" in words.on:
        ends |= {Spelling(whole, "longer")}
    seams = [i for i in range(2, len(word)) if word[i].isupper() and word[i - 1].islower() and word[i + 1 :].islower()]
    apart = [folded_word for i in seams for folded_word in _apart(whole, i)] if "hyphens" in words.on else []
    return ends | {Spelling(each.text.replace(whole, way), each.only) for each in ends for way in apart}


def _apart(word: str, at: int) -> list[str]:
    return [f"{word[:at]}{sign}{word[at:]}" for sign in (" ", "-", "- ")]


def _forms(word: str, *, is_single: bool, is_last: bool) -> set[Spelling]:
    """The word with the endings that German gives it; see "Endings" in docs/matching.md."""
    if not word.replace("'", "").isalpha() or (len(word) == 1 and not is_last):
        return {Spelling(word)}
    genitives = {"", "'s"} | (set() if word[-1] in "sxz" else {"s"}) | (set() if is_last else {"'"})
    if "'" in word:
        return {Spelling(each + end) for each in (word, word.replace("'", "")) for end in genitives}
    if len(word) <= 3:
        return {Spelling(word), Spelling(word + "s", "capitals"), Spelling(word + "'s")}
    adjective = re.fullmatch(r"(.{3,}?)(e|er|en|em|es)", word)
    if not is_single and not is_last and adjective:
        stems = [adjective[1] + end for end in ("e", "er", "en", "em", "es")]
        return {Spelling(stem + end) for stem in stems for end in genitives}
    forms = {Spelling(word + end) for end in genitives}
    if len(word) >= (7 if is_single else 5):
        more = _noun_forms(word, genitives, is_single=is_single, is_last=is_last)
        forms |= {Spelling(form, "capital" * is_single) for form in more}
    elif not is_single and word[-1] not in "aeiouy":
        forms |= {Spelling(word + end) for end in (("en", "es") if is_last else ("es",))}
    return forms


def _noun_forms(word: str, genitives: set[str], *, is_single: bool, is_last: bool) -> set[str]:
    if word.endswith("en") and not is_single:
        return {word[:-1] + end for end in genitives}
    if word.endswith("e"):
        return {word + "n"}
    if word.endswith("ei"):
        return {word + "en"}
    if word[-1] in "aiouy":
        return set()
    return {word + end for end in (("en", "es", "n", "e") if is_last and not is_single else ("en", "es"))}
