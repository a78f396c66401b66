"""What a query means for a record, worked out in the slowest and most obvious way.

Written from docs/matching.md, as something to compare the real matching with. Queries are trees of the values below,
and `slow_places` looks for their words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from slow_places import USUAL, Words, folded, places, plain

Record = dict[str, str]


@dataclass(frozen=True)
class Filter:
    """site, lang, author or type."""

    name: str
    value: str


@dataclass(frozen=True)
class Without:
    """Nothing that has the part."""

    part: "Query"


@dataclass(frozen=True)
class All:
    """All parts, written side by side or with AND between them."""

    parts: tuple["Query", ...]
    joint: str = " "


@dataclass(frozen=True)
class Either:
    """At least one part."""

    parts: tuple["Query", ...]


@dataclass(frozen=True)
class Close:
    """One of these near one of those."""

    these: tuple[Words, ...]
    those: tuple[Words, ...]
    words: int | None = None


Query = Words | Filter | Without | All | Either | Close


def written(query: Query, looseness: int = 0) -> str:
    """The query as a person types it, with parentheses only where what stands around it binds tighter."""
    match query:
        case Words():
            return _written_words(query)
        case Filter(name, value):
            return f'{name}:"{value}"' if " " in value else f"{name}:{value}"
        case Without(part):
            own, text = 3, f"{'NOT ' if isinstance(part, Filter) else '-'}{written(part, 4)}"
        case Close(these, those, words):
            groups = [written(some[0] if len(some) == 1 else Either(some), 5) for some in (these, those)]
            own, text = 4, f"{groups[0]} NEAR{'' if words is None else f'/{words}'} {groups[1]}"
        case All(parts, joint):
            own = 2 if joint == " AND " else 0
            text = joint.join(written(part, own) for part in parts)
        case Either(parts):
            own, text = 1, " OR ".join(written(part, 1) for part in parts)
    return f"({text})" if own < looseness else text


def is_refused(query: Query, *, is_wanted: bool = True) -> bool:
    """Whether exclusions, languages and types alone could make the query match."""
    match query:
        case Without(part):
            return is_refused(part, is_wanted=not is_wanted)
        case All(parts) | Either(parts):
            free = [is_refused(part, is_wanted=is_wanted) for part in parts]
            return all(free) if isinstance(query, All) is is_wanted else any(free)
        case Filter(name="lang" | "type"):
            return True
        case _:
            return not is_wanted


def holds(query: Query, record: Record) -> bool:
    """Whether the record satisfies the query."""
    match query:
        case Words():
            return any(_places(query, record))
        case Filter(name, value):
            return _passes(name, value, record)
        case Without(part):
            return not holds(part, record)
        case All(parts):
            return all(holds(part, record) for part in parts)
        case Either(parts):
            return any(holds(part, record) for part in parts)
        case Close(these, those, words):
            return any(
                _words_between(one, other, record) <= (20 if words is None else words)
                for this in these
                for that in those
                for one in _places(this, record)
                for other in _places(that, record)
            )


def _written_words(words: Words) -> str:
    text = words.text + "*" * words.is_prefix
    quoted = f'"{text}"' if " " in text else text
    return "title:" * words.is_title + quoted + "".join(f"~{switch}" for switch in words.switches)


def _passes(name: str, value: str, record: Record) -> bool:
    given = record.get({"site": "url", "lang": "language"}.get(name, name), "").lower()
    if name == "author":
        return f" {_name(value)} " in f" {_name(given)} "
    if name != "site":
        return given == value
    address = given.split("://")[-1]
    host, _, path = address.partition("/")
    site, _, below = value.partition("/")
    return (host == site or host.endswith("." + site)) and (not below or (path + "/").startswith(below + "/"))


def _name(name: str) -> str:
    folded_name = "".join(folded(character, USUAL) for character in plain(name))
    return " ".join("".join(c if c.isalnum() else " " for c in folded_name).split())


def _places(words: Words, record: Record) -> Iterator[tuple[str, int, int]]:
    """Where the words stand in the plain form of each field."""
    for name in ("title",) if words.is_title else ("title", "text"):
        for start, end in places(words, plain(record.get(name, ""))):
            yield name, start, end


def _words_between(one: tuple[str, int, int], other: tuple[str, int, int], record: Record) -> int:
    """How many words begin between two places; a title is near to its whole text."""
    if one[0] != other[0]:
        return 0
    (_, _, end), (_, start, _) = sorted([one, other])
    words = re.finditer(r"\w+(?:'\w+)*", plain(record[one[0]]))
    return sum(end <= word.start() < start for word in words)
