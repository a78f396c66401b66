"""Webmentions: what is checked before and after the page is fetched, and what its microformats say."""

import json
import time
from dataclasses import replace

import pytest
from source_builders import NOW, a_response, a_source

from earshot.domain.errors import Invalid
from earshot.domain.item import Author, Item
from earshot.domain.source import Fetched, Source
from earshot.ports.http import Response
from earshot.sources.webmention import (
    MAX_PAGE,
    WebmentionConnector,
    check,
    job_cursor,
    mention_identity,
    verified,
    verify_request,
)
from earshot.sources.webmention_links import spelled

CONNECTOR = WebmentionConnector()
TARGET = "https://www.acme.example/blog/42?a=1&b=2"
SOURCE = "https://anna.example/notes/7"
LINK = '<a href="https://www.acme.example/blog/42?a=1&amp;b=2">Acme</a>'


def answer(
    body: str | bytes, *, kind: str = "text/html; charset=utf-8", url: str = SOURCE, status: int = 200
) -> Response:
    return replace(a_response(body, status=status, content_type=kind), url=url)


def mentioned(body: str | bytes, *, kind: str = "text/html; charset=utf-8", url: str = SOURCE) -> Item | None:
    return verified(answer(body, kind=kind, url=url), SOURCE, TARGET)


def the_item(body: str) -> Item:
    item = mentioned(body)
    assert item is not None
    return item


def a_webmention_source(cursor: str = "") -> Source:
    return replace(a_source("webmention", cursor=cursor), locator="https://www.acme.example")


def test_an_entry_gives_everything_it_says() -> None:
    page = """<!doctype html><html lang="de-AT"><head><title>Notizen &amp; mehr</title></head><body>
      <article class="h-entry"><h1 class="p-name">Acme hilft</h1>
      <a class="p-author h-card u-url" href="/about"><img alt="" src="x.png">Anna Schmidt</a>
      <time class="dt-published" datetime="2026-11-23T09:00:00+01:00">gestern</time>
      <a class="u-in-reply-to" href="https://www.acme.example/blog/42?a=1&amp;b=2">Antwort</a>
      <div class="e-content"><p>Danke für die <b>schnelle</b> Hilfe!</p><p>Gern wieder.</p></div>
      <div class="p-comment h-cite"><p class="p-name">fremd</p><span class="p-author">Bot</span></div>
      </article></body></html>"""

    assert the_item(page) == Item(
        identity="url1:https://anna.example/notes/7",
        native_id=SOURCE,
        source_kind="webmention",
        url=SOURCE,
        title="Acme hilft",
        text="Danke für die schnelle Hilfe!\nGern wieder.",
        published_at=NOW.replace(day=23, hour=8),
        author=Author(name="Anna Schmidt", url="https://anna.example/about"),
        language="de-AT",
        parent_id=TARGET,
        root_id=TARGET,
        thread_url=TARGET,
        place="anna.example",
    )


def test_a_page_without_microformats_gives_its_title_and_what_stands_around_the_link() -> None:
    item = the_item(
        f"<title>Blog &amp; Co</title><p>{'weit weg ' * 200}</p><p>Ich empfehle {LINK} sehr.</p><p>Ende</p>"
    )

    assert (item.title, item.author, item.parent_id, item.root_id) == ("Blog & Co", Author(), "", SOURCE)
    assert item.text.endswith("Ich empfehle Acme sehr.\nEnde")
    assert len(item.text) < 400
    assert (item.published_at, item.published_kind) == (None, "seen")


def test_of_several_entries_the_one_that_links_here_speaks() -> None:
    entry = '<div class="h-entry"><p class="p-name">{}</p><p class="e-content">Inhalt {} {}</p></div>'

    item = the_item(f'<div class="h-feed">{entry.format("A", 1, "")}{entry.format("B", 2, LINK)}</div>')

    assert (item.title, item.text) == ("B", "Inhalt 2 Acme")


def test_a_quoted_entry_does_not_speak_for_the_one_that_quotes_it() -> None:
    page = (
        '<div class="h-entry"><p class="p-name">Außen</p><p class="e-content">Meine Meinung</p>'
        f'<div class="u-repost-of h-entry"><p class="p-name">Innen</p><p class="e-content">Fremd {LINK}</p></div></div>'
    )

    assert (the_item(page).title, the_item(page).text) == ("Außen", "Meine Meinung")


def test_a_note_whose_name_is_its_text_has_no_title() -> None:
    item = the_item(
        f'<title>T</title><p class="h-entry"><span class="p-name e-content">Danke {LINK}, sehr gut!</span></p>'
    )

    assert (item.title, item.text) == ("T", "Danke Acme, sehr gut!")


def test_a_like_without_words_shows_what_stands_around_it() -> None:
    href = "https://www.acme.example/blog/42?a=1&amp;b=2"

    item = the_item(f'<div class="h-entry">Anna gefällt <a class="u-like-of" href="{href}">das hier</a></div>')

    assert (item.text, item.parent_id) == ("Anna gefällt das hier", "")


def test_a_reply_may_name_what_it_answers_as_a_citation() -> None:
    page = f'<div class="h-entry"><div class="u-in-reply-to h-cite">{LINK}</div><p class="e-content">Ja!</p></div>'

    assert (the_item(page).parent_id, the_item(page).type) == (TARGET, "comment")


@pytest.mark.parametrize(
    ("author", "name", "url"),
    [
        ('<span class="p-author">Anna</span>', "Anna", ""),
        ('<a class="u-author" href="https://anna.example/">https://anna.example/</a>', "", "https://anna.example/"),
        (
            '<div class="p-author h-card"><b class="p-name">Anna</b> <a class="u-url" href="/x">Seite</a></div>',
            "Anna",
            "X",
        ),
        ('<div class="p-author h-card"><img class="u-photo" alt="Anna"></div>', "Anna", ""),
        ('<a class="p-author h-card" href="javascript:alert(1)">Anna</a>', "Anna", ""),
        ('<data class="p-author" value="Anna"></data>', "Anna", ""),
    ],
)
def test_an_author_is_a_card_or_a_name(author: str, name: str, url: str) -> None:
    item = the_item(f'<div class="h-entry">{author}<p class="e-content">{LINK}</p></div>')

    assert item.author == Author(name=name, url=url.replace("X", "https://anna.example/x"))


@pytest.mark.parametrize(
    ("stamp", "hour"),
    [
        ('<time class="dt-published" datetime="2026-11-23 09:00:00+0100">x</time>', 8),
        ('<abbr class="dt-published" title="2026-11-23T08:00">x</abbr>', 8),
        ('<span class="dt-published">2026-11-23T08:00Z</span>', 8),
        ('<time class="dt-published" datetime="soon">x</time>', None),
        ('<time class="dt-published" datetime="2099-01-01">x</time>', None),
    ],
)
def test_a_date_is_read_wherever_microformats_put_it(stamp: str, hour: int | None) -> None:
    item = the_item(f'<div class="h-entry">{stamp}<p class="e-content">{LINK}</p></div>')

    assert item.published_at == (None if hour is None else NOW.replace(day=23, hour=hour))


@pytest.mark.parametrize(
    "body",
    [
        LINK,
        '<img src="https://www.acme.example/blog/42?a=1&amp;b=2">',
        '<video poster="https://www.acme.example/blog/42?a=1&b=2"></video>',
        '<blockquote cite="https://WWW.acme.example:443/blog/42?a=1&b=2">x</blockquote>',
        '<base href="https://www.acme.example/blog/"><a href="42?a=1&amp;b=2">x</a>',
        '<p class="h-entry"><link class="u-in-reply-to" href="https://www.acme.example/blog/42?a=1&amp;b=2">ja</p>',
        "<a href='//www.acme.example/blog/42?a=1&b=2'>x",
    ],
)
def test_every_way_in_which_html_links_counts(body: str) -> None:
    assert mentioned(body) is not None


@pytest.mark.parametrize(
    "body",
    [
        "",
        TARGET,
        f"<!-- {LINK} -->",
        f"<script>{LINK}</script><template>{LINK}</template><textarea>{LINK}</textarea>",
        f"<a title='{TARGET}'>x</a>",
        '<a href="https://www.acme.example/blog/42?a=1">x</a>',
        '<a href="https://www.acme.example/blog/42?a=1&b=2&c=3">x</a>',
        '<a href="https://www.acme.example/blog/42?a=1&b=2#top">x</a>',
        '<a href="http://www.acme.example/blog/42?a=1&b=2">x</a>',
        '<a href="https://www.acme.example.evil.example/blog/42?a=1&b=2">x</a>',
        '<link rel="canonical" href="https://www.acme.example/blog/42?a=1&b=2">',
        '<base href="javascript:x"><a href="/blog/42?a=1&b=2">x</a>',
    ],
)
def test_whatever_is_no_link_to_that_very_address_does_not(body: str) -> None:
    assert mentioned(body) is None


@pytest.mark.parametrize(
    ("kind", "body", "counts"),
    [
        ("application/json", json.dumps({"a": [{"b": TARGET}]}), True),
        ("application/activity+json; charset=utf-8", json.dumps({"inReplyTo": TARGET}), True),
        ("application/json", json.dumps({"a": f"see {TARGET}"}), False),
        ("application/json", "{", False),
        ("application/json", "[" * 100_000, False),
        ("text/plain", f"Siehe ({TARGET}), bitte.", True),
        ("text/markdown", f"[Acme]({TARGET})", True),
        ("text/plain", f"{TARGET}3", False),
        ("", f"<html><body>{LINK}</body></html>", True),
        ("", f"Siehe {TARGET}.", True),
        ("application/pdf", TARGET, False),
        ("image/svg+xml", LINK, False),
    ],
)
def test_each_media_type_has_its_own_rule(kind: str, body: str, counts: bool) -> None:
    assert (mentioned(body, kind=kind) is not None) is counts


def test_a_document_without_words_says_where_it_links() -> None:
    item = mentioned(json.dumps({"inReplyTo": TARGET}), kind="application/json")

    assert item is not None
    assert (item.title, item.text) == ("", TARGET)


@pytest.mark.parametrize("status", [404, 410])
def test_a_missing_page_mentions_nothing(status: int) -> None:
    assert verified(answer(LINK, status=status), SOURCE, TARGET) is None


def test_a_source_that_leads_to_our_own_site_is_no_mention() -> None:
    assert mentioned(LINK, url="https://acme.example/blog/42") is None
    assert mentioned(LINK, url="https://anna.example/moved") is not None


def test_one_page_of_ours_may_mention_another() -> None:
    own = "https://acme.example/news"

    item = verified(answer(LINK, url=own), own, TARGET)

    assert item is not None


def test_a_page_of_a_platform_keeps_the_platforms_name() -> None:
    assert mention_identity("https://news.ycombinator.com/item?id=42") == "hackernews:42"


@pytest.mark.parametrize(
    ("source", "target", "field"),
    [
        ("", TARGET, "source"),
        ("ftp://a.example/", TARGET, "source"),
        ("javascript:alert(1)", TARGET, "source"),
        ("https://user:pass@a.example/", TARGET, "source"),
        ("https://a.example/\nx", TARGET, "source"),
        (" https://a.example/", TARGET, "source"),
        (f"https://a.example/{'a' * 3000}", TARGET, "source"),
        (SOURCE, "", "target"),
        (SOURCE, "mailto:a@acme.example", "target"),
        (SOURCE, "https://evil.example/?https://acme.example/", "target"),
        (SOURCE, "https://acme.example.evil.example/", "target"),
        (SOURCE, "https://notacme.example/", "target"),
        (TARGET, TARGET, "source"),
        ("http://acme.example/blog/42?b=2&a=1#c", TARGET, "source"),
    ],
)
def test_what_cannot_be_a_webmention_is_refused_by_name(source: str, target: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(source, target, ["https://www.acme.example", ""])

    assert refused.value.field == field


@pytest.mark.parametrize(
    "own", ["acme.example", "www.acme.example", "https://acme.example/", "http://www.acme.example:80"]
)
@pytest.mark.parametrize("target", [TARGET, "http://acme.example", "https://shop.acme.example/x"])
def test_a_page_of_ours_and_of_those_below_may_be_mentioned(own: str, target: str) -> None:
    check(SOURCE, target, ["other.example", own])


def test_the_page_is_asked_for_within_bounds_and_may_be_missing() -> None:
    request = verify_request(SOURCE)

    assert (request.url, request.max_bytes, request.reads) == (SOURCE, MAX_PAGE, frozenset({404, 410}))
    assert request.accept.startswith("text/html")


def test_a_job_in_the_cursor_is_asked_for_verified_and_kept() -> None:
    source = a_webmention_source(job_cursor(SOURCE, TARGET))

    assert CONNECTOR.request(source).url == SOURCE
    found = CONNECTOR.parse(answer(LINK), source)
    assert [item.url for item in found.items] == [SOURCE]
    assert (found.gone, found.cursor) == ((), source.cursor)


@pytest.mark.parametrize("page", [answer("<p>kein Link</p>"), answer("", status=410), answer("", status=404)])
def test_a_page_that_links_no_more_is_gone(page: Response) -> None:
    source = a_webmention_source(job_cursor(SOURCE, TARGET))

    assert CONNECTOR.parse(page, source) == Fetched(gone=(f"url1:{SOURCE}",), cursor=source.cursor)


@pytest.mark.parametrize(
    "cursor", ["", " ", "x", f"{SOURCE}", f"{SOURCE} x", f"javascript:x {TARGET}", f"{SOURCE}  {TARGET}"]
)
def test_without_a_job_the_site_is_asked_for_and_any_link_there_counts(cursor: str) -> None:
    source = a_webmention_source(cursor)

    assert CONNECTOR.request(source).url == "https://www.acme.example"
    assert [item.identity for item in CONNECTOR.parse(answer(LINK), source).items] == [f"url1:{SOURCE}"]
    assert CONNECTOR.parse(answer("<p>nichts</p>"), source) == Fetched(skipped=1, cursor=cursor)
    assert CONNECTOR.parse(answer(LINK, url="https://acme.example/"), source) == Fetched(skipped=1, cursor=cursor)


@pytest.mark.parametrize(
    ("text", "locator"),
    [
        ("acme.example", "https://acme.example"),
        ("http://WWW.acme.example:80/blog?x=1#y", "https://www.acme.example"),
        ("https://acme.example:8443/", "https://acme.example:8443"),
        ("münchen.example", "https://xn--mnchen-3ya.example"),
    ],
)
def test_the_locator_is_the_origin_of_the_site(text: str, locator: str) -> None:
    assert CONNECTOR.locator(text) == locator
    assert CONNECTOR.locator(locator) == locator


@pytest.mark.parametrize("text", ["", "acme", "ftp://acme.example", "https://u:p@acme.example"])
def test_what_is_no_site_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        CONNECTOR.locator(text)

    assert refused.value.field == "url"


def test_a_hostile_page_is_read_in_time() -> None:
    started = time.monotonic()

    mentioned('<p class="h-entry p-name u-in-reply-to">' * 25_000 + LINK)

    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("url", "same"),
    [("HTTPS://Acme.example", "https://acme.example/"), ("https://a.example:99999/", "https://a.example:99999/")],
)
def test_an_address_is_spelled_in_one_way(url: str, same: str) -> None:
    assert spelled(url) == same
