"""Ready searches for Google Alerts: one for the whole web, and some for places that let no program listen.

The watch decides again what it hears, so a search may find too much and should not find too little. Whatever does not
fit is left out where that widens the search: exclusions first, then required words, then the end of a phrase.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from earshot.domain.watch import Terms, Watch
from earshot.services.wording import as_spoken

MAX_WORDS = 32
"""Words that Google reads of a search; what follows is ignored.

We count each OR and each exclusion as a word, which is on the safe side.

Source:
    feel-log.net, "query words upper limit" (Google's own notice, tried 2018-10-14; exclusions count, a `site:` is one
    word); "Untangling the Web", page 51; read 2026-11-24.
"""

MAX_LINK = 2000
"""Characters of a link that every browser and mail program opens."""

_MAX_TERM_WORDS, _MAX_TERM_SIZE = 10, 1000
_MAX_REQUIRED_WORDS, _MAX_REQUIRED_SIZE = 5, 300
_SPACE, _OR, _BRACKETS = (len(quote(signs, safe="")) for signs in (" ", " OR ", "()"))
_FORM = "https://www.google.com/alerts?q="

PLACES: Mapping[str, tuple[str, ...]] = {
    "everywhere": (),
    "employers": ("kununu.com", "glassdoor.de", "glassdoor.com", "xing.com", "linkedin.com"),
    "reviews": (
        *("trustpilot.com", "provenexpert.com", "trustedshops.de", "jameda.de", "holidaycheck.de"),
        *("yelp.de", "yelp.com", "amazon.de", "amazon.com"),
    ),
    "communities": ("gutefrage.net", "heise.de/forum", "forum.golem.de", "t.me"),
}
"""What each search is about, and the sites it keeps to; none means the whole web.

Nine sites, five required words and a term of ten words are 32 words: a longer list needs a shorter limit elsewhere.

Source:
    No public API for what others say there, as of November 2026: kununu, Xing, Glassdoor, LinkedIn, Telegram and single
    reviews at Amazon have none; Yelp's, Trustpilot's and Trusted Shops' are paid or for own reviews only. For the rest
    none was found.
"""

_QUOTES = re.compile('["\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02\u301d\u301e\u301f\u2033]')
_PHRASE = re.compile(r'"[^"]*"')
_SITE = re.compile(r"-?site:\S+")
_HANDLE = re.compile(r"[@#]\w+")
_HOST = re.compile(r"(?:https?://)?(?:www\.)?((?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24})/?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertOffer:
    """A search for Google Alerts; `about` is a key of `PLACES`, `link` opens Google's form with the search in it."""

    about: str
    query: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A part of a search, the words it costs, and the characters it takes in a link."""

    text: str
    words: int
    size: int


def alert_offers(watch: Watch) -> tuple[AlertOffer, ...]:
    """The searches that hear for a watch, the whole web first; none when its words hold nothing Google looks for.

    Words are searched for as they are spoken, without their switches; a query is taken apart into its words.
    Every word of `any` stands in one search of each kind; long lists take several searches. The watch's own sites are
    left out of the search of the whole web; those of competitors are not.
    """
    words = as_spoken(watch.terms)
    one_of, required = _pieces(words.any), _pieces(words.all)
    if not one_of:
        required, one_of = required[1:], required[:1]
    needed = _fitting(required, _MAX_REQUIRED_WORDS, _MAX_REQUIRED_SIZE)
    unwanted = [_measured(f"-{piece.text}") for piece in _pieces(filter(_is_whole, words.none))]
    own = [_measured(f"-site:{site}") for site in own_sites(words)] if watch.role.is_ours else []
    found = []
    for about, sites in PLACES.items():
        places = [_either([_measured(f"site:{site}") for site in sites])] if sites else []
        for query in _queries(one_of, [*needed, *places], unwanted if sites else [*own, *unwanted]):
            found.append(AlertOffer(about=about, query=query, link=_FORM + quote(query, safe="")))
    return tuple(found)


def word_count(query: str) -> int:
    """The words of a search as Google counts them: a site is one, an OR is one, signs between letters part words."""
    phrases, rest = _PHRASE.findall(query), _SITE.sub("site", _PHRASE.sub(" ", query))
    return len(re.findall(r"\w+", " ".join([*phrases, rest])))


def own_sites(terms: Terms) -> tuple[str, ...]:
    """The sites that a watch names among its words, without www; an address with a path names a page, not a site."""
    hosts = (_HOST.fullmatch(term.strip()) for term in (*terms.any, *terms.all))
    return tuple(dict.fromkeys(host[1].lower() for host in hosts if host))


def _measured(text: str) -> _Piece:
    return _Piece(text=text, words=word_count(text), size=len(quote(text, safe="")))


def _pieces(terms: Iterable[str]) -> list[_Piece]:
    """What can be searched for, each once; Google does not tell capitals from small letters."""
    kept: dict[str, _Piece] = {}
    for piece in map(_piece, terms):
        if piece:
            kept.setdefault(piece.text.casefold(), piece)
    return list(kept.values())


def _is_whole(term: str) -> bool:
    """Whether a term can be excluded as it is: half a phrase, or a handle read as a plain word, would exclude more."""
    piece = _piece(term)
    return piece is not None and piece.text.startswith('"') and piece.words == len(re.findall(r"\w+", term))


def _piece(term: str) -> _Piece | None:
    """A term in Google's syntax: a handle or hashtag bare, everything else quoted; None without a letter or digit."""
    visible = "".join(c if c.isprintable() else " " for c in _QUOTES.sub(" ", term))
    words = visible.split()
    if len(words) == 1 and (host := _HOST.fullmatch(words[0])):
        words = [host[1]]
    while words:
        piece = _measured(words[0] if len(words) == 1 and _HANDLE.fullmatch(words[0]) else f'"{" ".join(words)}"')
        if piece.words <= _MAX_TERM_WORDS and piece.size <= _MAX_TERM_SIZE:
            return piece if piece.words else None
        words.pop()
    return None


def _either(pieces: Sequence[_Piece]) -> _Piece:
    text = " OR ".join(piece.text for piece in pieces)
    return _measured(f"({text})" if len(pieces) > 1 else text)


def _fitting(pieces: Iterable[_Piece], words: int, size: int) -> list[_Piece]:
    """Those that fit into a limit together, the first ones first."""
    kept = []
    for piece in pieces:
        if piece.words <= words and piece.size <= size:
            kept.append(piece)
            words, size = words - piece.words, size - piece.size - _SPACE
    return kept


def _queries(one_of: Iterable[_Piece], fixed: Sequence[_Piece], unwanted: Iterable[_Piece]) -> Iterator[str]:
    """Searches that share the terms out among them, each with as many exclusions as it has room for."""
    words = MAX_WORDS - sum(piece.words for piece in fixed)
    size = MAX_LINK - len(_FORM) - sum(piece.size + _SPACE for piece in fixed) - _BRACKETS
    unwanted = list(unwanted)
    for chunk in _chunks(one_of, words, size):
        terms = _either(chunk)
        rest = _fitting(unwanted, words - terms.words, size - terms.size)
        yield " ".join(piece.text for piece in (terms, *fixed, *rest))


def _chunks(pieces: Iterable[_Piece], words: int, size: int) -> Iterator[list[_Piece]]:
    chunk: list[_Piece] = []
    words_left, size_left = words, size
    for piece in pieces:
        if chunk and (piece.words + 1 > words_left or piece.size + _OR > size_left):
            yield chunk
            chunk, words_left, size_left = [], words, size
        words_left -= piece.words + (1 if chunk else 0)
        size_left -= piece.size + (_OR if chunk else 0)
        chunk.append(piece)
    if chunk:
        yield chunk
