"""Any string is a query that can be written down again, or is refused with a reason that says where; and soon."""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from earshot.domain.errors import Invalid
from earshot.matching.query import MAX_QUERY, format_query, parse_query
from earshot.matching.records import match_query
from random_queries import some_query
from slow_matching import written

ABOUT_THE_WHOLE = ("is empty", f"is longer than {MAX_QUERY:,} characters", "every alternative must ask for")

WORDS = (
    "a ab Müller OR AND NOT NEAR NEAR/5 NEAR/0 NEAR/ NEAR/99999999999 heise.de de review acme.de/shop acme[.]de @acme"
)
NAMES = (
    "#acme C++ H&M .NET 1&1 &uuml; &amp;amp; title: site: lang: author: type: ~case ~-endings ~exact ~- ~no 東京 ไทย"
)
SIGNS = "()\"„“»'-–−*\\~@#®\u200b\u00ad\u0308\ud800\x00\n\u00a0🚆ﬁİẞΣ/:,.?+^$[]{}"
TOKENS = (*WORDS.split(), *NAMES.split(), *SIGNS, "Müller Küchen")
LIKE_QUERIES = st.lists(st.tuples(st.sampled_from(TOKENS), st.sampled_from(["", " "])), max_size=14).map(
    lambda pairs: "".join(token + gap for token, gap in pairs)
)


@given(st.one_of(LIKE_QUERIES, LIKE_QUERIES, st.text(max_size=40)))
@example('"a\\"b"~case')
@example('"\\\\" a')
@example('"a~b" "a*" "5\\*"')
@example('title:"a\\"b" author:"o\\"n"')
@settings(deadline=None, max_examples=3000)
def test_any_string_is_written_down_again_or_refused_with_its_column(text: str) -> None:
    try:
        query = parse_query(text)
    except Invalid as refused:
        assert refused.field == "query"
        assert names_its_place(refused.reason, text), refused.reason
        assert refused.reason.encode()
    else:
        assert parse_query(format_query(query)) == query
        assert format_query(parse_query(format_query(query))) == format_query(query)


@given(st.integers(0, 2**63))
@settings(deadline=None, max_examples=2000)
def test_a_query_that_was_written_down_means_the_same(seed: int) -> None:
    try:
        query = parse_query(written(some_query(Random(seed))))
    except Invalid as refused:
        assert refused.reason.startswith("every alternative")
    else:
        assert parse_query(format_query(query)) == query


@given(LIKE_QUERIES, st.lists(st.sampled_from(TOKENS), max_size=20).map("".join))
@settings(deadline=None, max_examples=1000)
def test_whatever_can_be_read_can_be_looked_for_in_any_text(query: str, text: str) -> None:
    try:
        answer = match_query(query, {"text": text, "title": text[::-1]})
    except Invalid as refused:
        assert refused.field == "query"
    else:
        assert all(0 <= span["start"] < span["end"] <= len(text) for span in answer["spans"])


HOSTILE = (
    *("(", ")", '"', "\\", "-", "~", "*", "–", "|", ":", "@", "#", "'", "&", "+", ".", "[.]", "\u0308", "\u200b"),
    *("(a ", "-(", "a -", 'a "', "a OR ", "a AND ", "NOT ", "a NEAR b ", "a NEAR/5 (b OR ", "NEAR/5", "title:"),
    *("~-", "~case", "a~-endings~", "a*", "a\\*", '\\"', "&amp;", "&amp;amp;", "title:a ", "author:x ", "&#x", "a.b"),
    *("a-", "aA", "e ", "es ", "acme.de/", "a[.]", "a dot ", "Dr. ", "s' ", "#aA", "1&", "site:a.", "deutsche "),
    *("Küchen ", "Reformhaus ", "HelloFresh ", "Hans' ", "E-Mail-", "a&", "ab+", "東", "トヨ", "삼성 "),
)


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize(("length", "mark"), [(MAX_QUERY, ""), (MAX_QUERY - 2, '"'), (198, '"')])
def test_a_long_and_hostile_query_is_soon_decided(piece: str, length: int, mark: str) -> None:
    query = mark + (piece * length)[:length] + mark

    with at_most(seconds=5):
        for text in (piece, piece.strip() + "s "):
            try:
                match_query(query, {"text": (text * 5_000)[:5_000]})
            except Invalid as refused:
                assert names_its_place(refused.reason, query), refused.reason


@contextmanager
def at_most(*, seconds: float) -> Iterator[None]:
    """Fails what takes longer, so that a test that would never end says so."""

    def fail(*_: object) -> None:
        raise TimeoutError(f"took longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, fail)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def names_its_place(reason: str, text: str) -> bool:
    column = re.match(r"column (\d+): .", reason)
    return 1 <= int(column[1]) <= len(text) + 1 if column else reason.startswith(ABOUT_THE_WHOLE)
