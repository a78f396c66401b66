"""Matching agrees with a slow and obvious evaluation, on queries and texts made to confuse it."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from earshot.domain.errors import Invalid
from earshot.matching.records import match_query
from random_queries import some_query, some_record
from slow_matching import All, Close, Either, Query, Record, Without, holds, is_refused, written
from slow_places import Words


@given(st.integers(0, 2**63))
@settings(deadline=None, max_examples=10_000)
def test_ten_thousand_random_queries_are_decided_as_by_a_slow_and_obvious_evaluation(seed: int) -> None:
    random = Random(seed)
    query = some_query(random)
    record = some_record(random, query)

    if differ(query, record):
        query, record = smallest(query, record)

    assert decided(query, record) == obvious(query, record), f"{written(query)}\n{record}"


def decided(query: Query, record: Record) -> bool | None:
    """What matching says; None where it refuses the query."""
    try:
        return match_query(written(query), record)["matched"]
    except Invalid:
        return None


def obvious(query: Query, record: Record) -> bool | None:
    return None if is_refused(query) else holds(query, record)


def differ(query: Query, record: Record) -> bool:
    return decided(query, record) != obvious(query, record)


def smallest(query: Query, record: Record) -> tuple[Query, Record]:
    """The query and the record with all taken away that the disagreement does not need."""
    for smaller in (*((each, record) for each in _less(query)), *((query, each) for each in _shorter(record))):
        if differ(*smaller):
            return smallest(*smaller)
    return query, record


def _less(query: Query) -> Iterator[Query]:
    match query:
        case Words(switches=switches):
            yield from (replace(query, switches=switches[:i] + switches[i + 1 :]) for i in range(len(switches)))
            if query.is_title:
                yield replace(query, is_title=False)
        case Without(part):
            yield part
            yield from map(Without, _less(part))
        case All(parts) | Either(parts):
            yield from parts
            for i, part in enumerate(parts):
                yield from (replace(query, parts=(*parts[:i], less, *parts[i + 1 :])) for less in _less(part))
                if len(parts) > 2:
                    yield replace(query, parts=parts[:i] + parts[i + 1 :])
        case Close(these, those):
            yield from (*these, *those)
            if len(these) + len(those) > 2:
                yield from (replace(query, these=(this,), those=(that,)) for this in these for that in those)


def _shorter(record: Record) -> Iterator[Record]:
    for name, text in record.items():
        if name != "text":
            yield {other: record[other] for other in record if other != name}
        for size in (16, 4, 1):
            yield from ({**record, name: text[:i] + text[i + size :]} for i in range(0, len(text), size))
