"""What holds for every kind of source, whatever it is: bounds, hostile bodies, and what it declares about its place."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_builders import NOW, a_response, a_source

from earshot.domain.errors import FetchError, Invalid
from earshot.domain.item import MAX_TEXT, Item
from earshot.domain.source import Source, source_id
from earshot.domain.thread import Ref, Thread
from earshot.ports.connector import Connector, ReadsThreads, Rechecks
from earshot.sources.canonical import MAX_LENGTH
from earshot.sources.plain import MAX_TITLE
from earshot.sources.registry import CONNECTORS

KINDS = sorted(CONNECTORS)
every_kind = pytest.mark.parametrize("kind", KINDS)

RUBBISH = [
    b"",
    b" ",
    b"\0\xff\xfe",
    b"null",
    b"0",
    b'"text"',
    b"[]",
    b"{}",
    b"[[[[",
    b'{"data": 7}',
    b'{"data": [null, 1, "x", [], {}]}',
    b"<html><body>Log in</body></html>",
    b"<rss><channel><item></item></channel></rss>",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    json.dumps({"items": [{"id": "\ud800", "title": "\ud800"}]}).encode(),
]


def source_of(connector: Connector) -> Source:
    locator = connector.locator(connector.place.example)
    return Source(
        id=source_id(connector.kind, locator), kind=connector.kind, locator=locator, words=("Acme",), created_at=NOW
    )


def assert_bounded(item: Item, kind: str) -> None:
    assert item.identity
    assert item.native_id
    assert item.source_kind == kind
    assert item.title or item.text
    assert len(item.text) <= MAX_TEXT
    assert len(item.title) <= MAX_TITLE
    for url in (item.url, item.thread_url, item.author.url):
        assert not url or url.startswith(("http://", "https://"))
        assert len(url) <= MAX_LENGTH
    assert max(map(len, (item.author.name, item.author.handle, item.author.id, item.reply_to))) <= 200
    assert item.rating is None or 1 <= item.rating <= 5
    assert item.published_at is None or item.published_at <= NOW + timedelta(days=1)
    json.dumps([item.identity, item.title, item.text, item.author.name]).encode()
    item.text.encode()


@every_kind
def test_what_it_declares_can_be_printed_and_used(kind: str) -> None:
    place = CONNECTORS[kind].place

    assert all((place.name, place.method, place.limits, place.terms, place.example))
    assert place.documents
    assert all(each.startswith("https://") for each in place.documents)
    assert date(2026, 11, 1) <= place.read_on <= date(2027, 12, 31)
    assert place.interval_s >= 60
    assert place.pace_s >= 0
    assert set(place.open_fields) <= {*place.needs, *place.takes}
    assert not (place.public and place.needs), "with a credential it belongs to one tenant"
    assert place.search is None or place.search.max_words >= 1


@every_kind
def test_its_locator_is_canonical_and_its_request_bounded(kind: str) -> None:
    connector = CONNECTORS[kind]
    source = source_of(connector)

    assert connector.locator(source.locator) == source.locator
    request = connector.request(source)
    assert request.url.startswith("https://")
    assert len(request.url) <= MAX_LENGTH
    assert {draw.quota for draw in request.draws} <= {quota.name for quota in connector.place.quotas}


@every_kind
@pytest.mark.parametrize(
    "text", ["", " ", "\0", "javascript:alert(1)", "x" * 5000, "https://user:pass@host.example/", "ä\ud800"]
)
def test_a_locator_that_cannot_be_is_refused_by_name(kind: str, text: str) -> None:
    try:
        locator = CONNECTORS[kind].locator(text)
    except Invalid as exc:
        assert exc.field
        assert "\n" not in str(exc)
    else:
        assert len(locator) <= MAX_LENGTH
        assert locator.isprintable()


@every_kind
@pytest.mark.parametrize("body", RUBBISH, ids=lambda body: repr(body[:20]))
def test_rubbish_gives_a_named_error_or_nothing(kind: str, body: bytes) -> None:
    connector = CONNECTORS[kind]
    try:
        fetched = connector.parse(a_response(body), source_of(connector))
    except FetchError as exc:
        assert exc.reason
        assert len(str(exc)) < 500
    else:
        for item in fetched.items:
            assert_bounded(item, kind)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)


@every_kind
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=JSON)
def test_any_json_gives_a_named_error_or_nothing(kind: str, value: object) -> None:
    connector = CONNECTORS[kind]
    try:
        fetched = connector.parse(a_response(json.dumps(value)), source_of(connector))
    except FetchError:
        return
    for item in fetched.items:
        assert_bounded(item, kind)


@every_kind
@pytest.mark.parametrize(
    "url", ["", "https://[", "http://example.com/", "not a url", "https://example.com/" + "a" * 9000]
)
def test_a_strange_address_is_no_permalink_and_no_claim(kind: str, url: str) -> None:
    assert CONNECTORS[kind].recognise(url) is None
    assert CONNECTORS[kind].claim(url) is None


REF = Ref(native_id="7", url="https://host.example/7", parent_id="6", root_id="5", locator="all")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if isinstance(CONNECTORS[kind], ReadsThreads)])
@pytest.mark.parametrize("body", RUBBISH, ids=lambda body: repr(body[:20]))
def test_rubbish_instead_of_a_thread_is_a_named_error_or_an_end(kind: str, body: bytes) -> None:
    connector = CONNECTORS[kind]
    assert isinstance(connector, ReadsThreads)
    ref = Ref(native_id="7", url=REF.url, parent_id="6", root_id="5", locator=source_of(connector).locator)
    request = connector.thread_request(ref, Thread())
    assert request is None or request.url.startswith("https://")
    try:
        thread = connector.thread_parse(a_response(body), ref, Thread())
    except FetchError as exc:
        assert exc.reason
    else:
        assert isinstance(thread, Thread)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if isinstance(CONNECTORS[kind], Rechecks)])
@pytest.mark.parametrize("body", RUBBISH, ids=lambda body: repr(body[:20]))
def test_rubbish_instead_of_a_recheck_deletes_nothing(kind: str, body: bytes) -> None:
    connector = CONNECTORS[kind]
    assert isinstance(connector, Rechecks)
    refs = [Ref(native_id="7", url=REF.url, locator=source_of(connector).locator)]
    assert connector.recheck_request(refs).url.startswith("https://")
    try:
        gone = connector.recheck_parse(a_response(body), refs)
    except FetchError as exc:
        assert exc.reason
    else:
        # An empty answer is how some places say that nothing of what was asked for is there.
        assert gone <= {"7"}
        assert not gone or body in (b"{}", b"[]", b'{"data": [null, 1, "x", [], {}]}')


def test_the_source_builders_still_fit() -> None:
    assert a_source("feed").kind == "feed"
