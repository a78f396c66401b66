"""The words of watches and of noise: read from what people send, checked, and how much room they take."""

from typing import Any

import msgspec
from msgspec import structs

from earshot.domain.errors import Invalid
from earshot.domain.watch import Noise, Terms, Watch
from earshot.matching.expression import from_terms
from earshot.matching.query_text import format_query
from earshot.matching.term import Unreadable, term_of
from earshot.matching.terms import spoken, validate_noise, validate_terms
from earshot.services.inputs import NoiseInput, TermsInput, WatchInput

MAX_WATCH_BYTES = 250_000
"""Of all words and noise of one watch, so that it fits into one row: DynamoDB takes 400 KB."""

MAX_NOISE_BYTES = 60_000
"""Of a company's noise list: its row is read with every page."""

MAX_BYTES = 2_000_000
"""Of all watches together, so that a list of them fits into one answer of a Lambda, which has 6 MB at most."""


def read_terms(given: WatchInput) -> Terms:
    """The terms of a watch, from its lists or its query.

    Raises:
        Invalid: both are given, or neither, or something in them cannot be used.
    """
    lists: dict[str, Any] = {name: tuple(each) for name, each in structs.asdict(given.terms or TermsInput()).items()}
    if query := given.query.strip():
        if any(lists.values()):
            raise Invalid("query", "says everything by itself; leave the lists of terms out, or the query")
        return validate_terms(Terms(query=query))
    if given.terms is None:
        raise Invalid("terms", "are missing: give lists of words, or a query")
    return validate_terms(Terms(**lists))


def read_noise(given: NoiseInput) -> Noise:
    """The noise of a watch or of a company.

    Raises:
        Invalid: something in it cannot be used.
    """
    return validate_noise(Noise(**{name: tuple(each) for name, each in structs.asdict(given).items()}))


def as_query(terms: Terms) -> str:
    """The query that says the same as the lists, or the one given instead."""
    return terms.query or format_query(from_terms(terms, term_of))


def as_spoken(terms: Terms) -> Terms:
    """The words as they are spoken, without switches; those that a later version cannot read as they were written."""
    try:
        return spoken(terms)
    except (Unreadable, Invalid):
        return terms


def size_of(*words: Terms | Noise) -> int:
    """The bytes that words take together in a row, where a quotation mark or a backslash takes two."""
    return sum(len(msgspec.json.encode(each)) for each in words)


def check_room(watch: Watch, others: int) -> None:
    """Refuses a watch whose words take too much room, alone or with the `others` bytes of the tenant's other watches.

    Raises:
        Invalid: they do.
    """
    size = size_of(watch.terms, watch.noise)
    if size > MAX_WATCH_BYTES:
        raise Invalid("terms", f"take {size:,} bytes; a watch has room for {MAX_WATCH_BYTES:,}, so make several of it")
    if (together := size + others) > MAX_BYTES:
        raise Invalid("terms", f"take {together:,} bytes with those of all other watches; the limit is {MAX_BYTES:,}")


def check_noise_room(noise: Noise) -> None:
    """Refuses a company's noise list that takes too much room.

    Raises:
        Invalid: it does.
    """
    if (size := size_of(noise)) > MAX_NOISE_BYTES:
        raise Invalid("noise", f"takes {size:,} bytes; there is room for {MAX_NOISE_BYTES:,}")
