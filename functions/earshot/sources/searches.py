"""Searches of places too large to be heard as a whole: their locators, and phrases packed into one query.

A locator is `scope?query` for a search that a person typed, and `scope#number` for one that follows a tenant's watches:
its words stand in the source and change with them. The scope is a part of the place: an instance, an edition.
"""

import re
from collections.abc import Iterable, Iterator

from earshot.domain.errors import Invalid
from earshot.domain.place import Search
from earshot.domain.source import Source

MAX_QUERY = 400
"""Characters of a query that a person types."""

_SCOPE = re.compile(r"[a-z0-9][a-z0-9._:-]{0,127}")
_AUTOMATIC = re.compile(r"([^?#]+)#([1-9][0-9]{0,3})")


def automatic(scope: str, number: int) -> str:
    """The locator of the search of this number, from 1 on, that follows a tenant's watches."""
    return f"{scope}#{number}"


def is_automatic(locator: str) -> bool:
    """Whether a search follows a tenant's watches."""
    return _AUTOMATIC.fullmatch(locator) is not None


def scope_of(locator: str) -> str:
    """The part of the place that a search is about."""
    return re.split("[?#]", locator, maxsplit=1)[0]


def query_of(source: Source, *, joined_by: str = " OR ") -> str:
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
    scope, query = (before.lower(), query.strip()) if mark and is_scope(before.lower()) else (known[0], typed)
    if not query:
        raise Invalid("url", "type what to search for")
    if len(query) > MAX_QUERY or not query.isprintable():
        raise Invalid("url", f"a search is one line of at most {MAX_QUERY} characters")
    return f"{scope}?{query}"


def packs(phrases: Iterable[str], search: Search, *, joined_by: str = " OR ") -> Iterator[tuple[str, ...]]:
    """The phrases in groups that each fit into one query, in their order; one too long for any query is left out."""
    pack: list[str] = []
    size = 0
    for phrase in phrases:
        length = len(quoted(phrase))
        if length > search.max_chars:
            continue
        if pack and (len(pack) >= search.max_words or size + len(joined_by) + length > search.max_chars):
            yield tuple(pack)
            pack, size = [], 0
        size += length + (len(joined_by) if pack else 0)
        pack.append(phrase)
    if pack:
        yield tuple(pack)
