"""Searches of places too large to be heard as a whole: their locators, and phrases packed into one query.

A locator is `scope?query` for a search that a person typed, and `scope#number` for one that follows a tenant's watches:
its words stand in the source and change with them. The scope is a part of the place: an instance, an edition.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from earshot.domain.errors import Invalid
from earshot.domain.place import Search
from earshot.domain.source import Source

MAX_QUERY = 400
"""Characters of a query that a person types."""

MOST_QUERIES = 40
"""Queries of one tenant at one part of a place; what does not fit is heard by other sources only."""

_SCOPE = re.compile(r"[a-z0-9][a-z0-9._:-]{0,127}")
_JOINED_BY = " OR "
_LIKE_A_SCOPE = re.compile(r"[a-z]{2,3}|videos?|posts?|issues", re.IGNORECASE)
_AUTOMATIC = re.compile(r"([^?#]+)#([1-9][0-9]{0,3})")


def automatic(scope: str, number: int) -> str:
    """The locator of the search of this number, from 1 on, that follows a tenant's watches."""
    return f"{scope}#{number}"


def number_of(locator: str) -> int:
    """The number of a search that follows a tenant's watches; 0 for any other locator."""
    found = _AUTOMATIC.fullmatch(locator)
    return int(found[2]) if found else 0


def is_automatic(locator: str) -> bool:
    """Whether a search follows a tenant's watches."""
    return number_of(locator) > 0


def scope_of(locator: str) -> str:
    """The part of the place that a search is about."""
    return re.split("[?#]", locator, maxsplit=1)[0]


def query_of(source: Source, *, joined_by: str = _JOINED_BY) -> str:
    """What a search asks for: the query in its locator, or its words as phrases; "" where it has neither."""
    if not is_automatic(source.locator):
        return source.locator.partition("?")[2]
    return joined_by.join(map(quoted, source.words))


def quoted(phrase: str) -> str:
    """A phrase in straight quotation marks; a single word, hashtag or handle stands bare."""
    clean = " ".join(phrase.replace('"', " ").split())
    return clean if re.fullmatch(r"[@#]?\w+", clean) else f'"{clean}"'


def search_locator(text: str, scopes: Iterable[str], *, is_free: bool = False) -> str:
    """The canonical form of `query`, `scope?query` or `scope#number`; without a scope the first one is meant.

    `is_free` lets every host name be a scope, for places of many instances.

    Raises:
        Invalid: it is empty or too long.
    """
    known = tuple(scopes)
    typed = " ".join(text.split())

    def is_scope(name: str) -> bool:
        return name in known or (is_free and "." in name and _SCOPE.fullmatch(name) is not None)

    if (found := _AUTOMATIC.fullmatch(typed)) and is_scope(found[1].lower()):
        return f"{found[1].lower()}#{found[2]}"
    before, mark, query = typed.partition("?")
    if mark and _LIKE_A_SCOPE.fullmatch(before) and query[:1].strip() and not is_scope(before.lower()):
        raise Invalid("url", f"before the question mark stands one of {', '.join(known)}, not {before}")
    scope, query = (before.lower(), query.strip()) if mark and is_scope(before.lower()) else (known[0], typed)
    if not query:
        raise Invalid("url", "type what to search for")
    if len(query) > MAX_QUERY or not query.isprintable():
        raise Invalid("url", f"a search is one line of at most {MAX_QUERY} characters")
    return f"{scope}?{query}"


def packed(
    phrases: Iterable[str], search: Search, before: Mapping[int, Iterable[str]] = MappingProxyType({})
) -> dict[int, tuple[str, ...]]:
    """The phrases by the number of the query that asks for them; one that fits into none is left out.

    A phrase stays in the query where it was `before`. A new one goes into the first query with room, else into a new
    one. A query left without phrases goes, and its number is not given to another one at once.
    """
    left = {phrase.casefold(): phrase for phrase in phrases}
    queries: dict[int, _Pack] = {}
    for number, known in sorted(before.items()):
        pack = _Pack(search)
        for phrase in known:
            if phrase.casefold() in left and pack.takes(phrase):
                del left[phrase.casefold()]
        if pack.phrases:
            queries[number] = pack
    numbers = [number for number in range(1, MOST_QUERIES + 1) if number in queries or number not in before]
    for phrase in left.values():
        next((number for number in numbers if queries.setdefault(number, _Pack(search)).takes(phrase)), None)
    return {number: tuple(pack.phrases) for number, pack in queries.items() if pack.phrases}


class _Pack:
    """One query that is being filled."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._left = search.max_chars + len(_JOINED_BY)
        self.phrases: list[str] = []

    def takes(self, phrase: str) -> bool:
        """Puts a phrase in; tells whether there was room."""
        size = len(quoted(phrase)) + len(_JOINED_BY)
        if len(self.phrases) >= self._search.max_words or size > self._left:
            return False
        self._left -= size
        self.phrases.append(phrase)
        return True
