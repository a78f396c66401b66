"""Bodies that are built to exhaust a reader, and bodies that are no feeds."""

import contextlib
import gzip
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_builders import parse, rss

from earshot.domain.errors import Malformed
from earshot.sources.feed_guard import check_markup
from earshot.sources.timer import bounded

ATTRIBUTES = " ".join(f'x{n}="y"' for n in range(100_000))
HUGE_TAG = f"<a {ATTRIBUTES}>"

COSTLY = {
    "a tag with 100,000 attributes": rss(f"<item><description>{HUGE_TAG}</description></item>").encode(),
    "the same after a quoted bracket": rss(f'<item><a z=">" {ATTRIBUTES}>x</a></item>').encode(),
    "the same in UTF-16": rss(f"<item>{HUGE_TAG}</item>").replace("utf-8", "utf-16").encode("utf-16"),
    "the same behind a comment without end": f"<rss><channel><!-- {HUGE_TAG}".encode(),
    "one endless attribute": f'<rss><a b="{"x" * 100_000}"></a></rss>'.encode(),
    "200,000 open elements": b"<rss><channel><item>" + b"<a>" * 200_000,
    "100,000 items": rss("<item><title>x</title></item>" * 100_000).encode(),
    "millions of brackets": b"<rss><channel>" + b"<" * 4_000_000,
    "line feeds before the document": b'<?xml version="1.0"?>' + b"\n" * 1_000_000 + b"<rss/>",
    "10 MB": b"<rss>" + b"x" * 10_000_000,
    "100 MB in a small zip": gzip.compress(b"<rss>" + b"x" * 100_000_000),
    "deep JSON": b'{"a":' * 200_000,
    "100,000 JSON items": b'{"version":"https://jsonfeed.org/version/1","items":[' + b"{}," * 99_999 + b"{}]}",
}

NO_FEEDS = [
    (b"", "empty"),
    (b" \n\t", "empty"),
    (b"hello", "neither RSS, Atom nor JSON Feed"),
    (b"/etc/passwd", "neither RSS, Atom nor JSON Feed"),
    (bytes(range(256)) * 8, "neither RSS, Atom nor JSON Feed"),
    (b"\x1f\x8bbroken", "cannot be unzipped"),
    (b"<?xml version='1.0'?><svg></svg>", "neither RSS, Atom nor JSON Feed"),
    (b"<html><body>hello</body></html>", "web page"),
    (b"<!DOCTYPE html><title>x</title>", "web page"),
    (b"<?xml version='1.0'?>\n<!-- x -->\n<!doctype HTML>", "web page"),
    (b'{"items": []}', "no JSON Feed"),
    (b"[1, 2]", "no JSON Feed"),
    (b"{not json", "cannot be read"),
    (b'{"version": "https://jsonfeed.org/version/1", "title": "\xff"}', "cannot be read"),
]


@pytest.mark.parametrize("name", sorted(COSTLY))
def test_costly_document_is_refused_fast(name: str) -> None:
    started = time.monotonic()

    with pytest.raises(Malformed):
        parse(COSTLY[name])

    assert time.monotonic() - started < 2


@pytest.mark.parametrize(("body", "reason"), NO_FEEDS)
def test_what_is_no_feed_is_refused_with_its_reason(body: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        parse(body)


def test_body_that_is_the_name_of_a_file_stays_a_body(tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_text(rss("<item><title>secret</title></item>"), "utf-8")

    with pytest.raises(Malformed):
        parse(str(file))


def test_web_page_names_the_feed_it_advertises() -> None:
    page = b"""<!doctype html><html><head>
        <link rel="stylesheet" href="/a.css">
        <link rel='alternate' type='application/rss+xml' href='javascript:alert(1)'>
        <link rel="alternate" type="application/atom+xml" title="News" href="/news.atom?a=1&amp;b=2">"""

    with pytest.raises(Malformed) as caught:
        parse(page)

    assert caught.value.reason == (
        "this is a web page and not a feed; it names this feed: https://feeds.example/news.atom?a=1&b=2"
    )


def test_large_tags_in_cdata_and_comments_are_only_text() -> None:
    fetched = parse(rss(f"<!-- {HUGE_TAG} --><item><description><![CDATA[Hallo {HUGE_TAG}]]></description></item>"))

    assert fetched.items[0].text == "Hallo"


def test_longest_real_tags_pass() -> None:
    check_markup(b'<rss><a b="' + b"x" * 4000 + b"\"/><c d='>' e=\"'\">it's</c></rss>")


def test_zipped_feed_is_read_by_its_magic_bytes() -> None:
    assert parse(gzip.compress(rss("<item><title>Hallo</title></item>").encode())).items[0].title == "Hallo"


def test_newest_five_hundred_entries_are_kept() -> None:
    days = "".join(
        f"<item><title>{n}</title><pubDate>2026-01-01T{n // 60:02}:{n % 60:02}:00Z</pubDate></item>" for n in range(600)
    )

    fetched = parse(rss(days))

    assert [item.title for item in fetched.items] == [str(n) for n in range(100, 600)]
    assert fetched.skipped == 100


def test_parse_ends_when_its_time_is_over() -> None:
    started = time.monotonic()

    def parse() -> None:
        while time.monotonic() - started < 5:
            pass

    with pytest.raises(Malformed, match="too costly to read"), bounded(0.05):
        parse()

    assert time.monotonic() - started < 2


def test_block_within_another_one_lives_by_the_outer_time() -> None:
    started = time.monotonic()

    with pytest.raises(Malformed, match="too costly to read"), bounded(0.05):
        with bounded(60):
            pass
        while time.monotonic() - started < 5:
            pass

    assert time.monotonic() - started < 2


def test_timer_is_off_after_the_block() -> None:
    with bounded(0.05):
        pass

    time.sleep(0.1)


def test_timer_does_nothing_on_other_threads() -> None:
    ran: list[bool] = []

    def work() -> None:
        with bounded(0.01):
            time.sleep(0.05)
            ran.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert ran == [True]


_MARKUP = st.sampled_from(
    [
        *(b"<rss>", b"<channel>", b"<item>", b"</item>", b"<title>", b"</title>", b"<link>", b"<feed>", b"<entry>"),
        *(
            b'<link href="',
            b'">',
            b"<![CDATA[",
            b"]]>",
            b"<!--",
            b"-->",
            b"&amp;",
            b"&#0;",
            b"&#xD800;",
            b"<!DOCTYPE [",
        ),
        *(
            b"<pubDate>",
            b"2003-99-99",
            b"<guid>",
            b"http://[",
            b"javascript:",
            b"<?xml ",
            b'encoding="utf-7"?>',
            b"\xff\xfe",
        ),
        *(b"<rdf:RDF>", b"{", b"[", b'"version"', b'"https://jsonfeed.org/version/1"', b"\0", b"\x1f\x8b"),
    ]
)


@settings(database=None, deadline=None, max_examples=300)
@given(
    st.one_of(st.binary(max_size=200), st.lists(st.one_of(_MARKUP, st.binary(max_size=4)), max_size=25).map(b"".join))
)
def test_arbitrary_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(Malformed):
        parse(body)
