"""Web pages without a feed: pages of our own over several looks, news sitemaps, and recorded pages."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from source_builders import NOW, a_response

from earshot.domain.errors import Invalid, Malformed
from earshot.domain.item import Item
from earshot.domain.source import Fetched, Source
from earshot.ports.connector import Connector
from earshot.sources.page_watch import MAX_KNOWN, MAX_PIECES, PageWatchConnector

CONNECTOR: Connector = PageWatchConnector()
PAGE = "https://www.site.example/news"
SOURCE = Source(id="s_test", kind="page_watch", locator=PAGE, created_at=NOW)
NEWS = "https://www.site.example/news/"


def page(body: str, *, head: str = "<title>Neues &amp; Altes</title>") -> str:
    return f'<!doctype html><html lang="de-AT"><head>{head}</head><body>{body}</body></html>'


def look(body: str, source: Source = SOURCE, *, head: str = "<title>Neues &amp; Altes</title>") -> Fetched:
    return parse(page(body, head=head), source)


def parse(document: str | bytes, source: Source = SOURCE, **headers: str) -> Fetched:
    return CONNECTOR.parse(replace(a_response(document, **headers), url=PAGE), source)


def after(fetched: Fetched) -> Source:
    return replace(SOURCE, cursor=fetched.cursor, entries_hash=fetched.entries_hash)


def said(fetched: Fetched) -> list[tuple[str, str]]:
    return [(item.title, item.text) for item in fetched.items]


def only(fetched: Fetched) -> Item:
    (item,) = fetched.items
    return item


def headline(number: int, teaser: str = "Ein Satz dazu steht hier.") -> str:
    return f'<article><h2><a href="/news/{number}">Acme baut Werk {number} aus</a></h2><p>{teaser}</p></article>'


def comment(text: str) -> str:
    return f"<div class=comment><p>{text}</p></div>"


def test_a_headline_that_leads_somewhere_is_an_item_there() -> None:
    fetched = look(headline(7), head='<title>Neues</title><meta property="og:site_name" content="Die Seite">')

    item = only(fetched)
    assert (item.title, item.text) == ("Acme baut Werk 7 aus", "Ein Satz dazu steht hier.")
    assert (item.url, item.identity) == (f"{NEWS}7", "url1:https://site.example/news/7")
    assert (item.published_at, item.published_kind, item.type) == (None, "seen", "article")
    assert (item.language, item.place, fetched.title) == ("de-AT", "Die Seite", "Neues")
    assert fetched.skipped == 0


def test_a_block_of_text_is_an_item_under_its_heading_on_the_page_itself() -> None:
    item = only(look(f"<h1>Gästebuch</h1><p>kurz</p>{comment('Acme ist wirklich <b>toll</b>.')}"))

    assert (item.title, item.text, item.url) == ("Gästebuch", "Acme ist wirklich toll.", PAGE)
    assert item.identity == f"native:s_test:{item.native_id}"
    assert item.place == "site.example"


def test_what_comes_later_is_new_and_what_stood_there_is_not() -> None:
    first = look(headline(1) + comment("Der erste Kommentar ist da."))
    second = look(headline(2) + headline(1) + comment("Der erste Kommentar ist da."), after(first))
    third = look(headline(2) + headline(1) + comment("Der erste Kommentar ist da."), after(second))

    assert len(first.items) == 2
    assert said(second) == [("Acme baut Werk 2 aus", "Ein Satz dazu steht hier.")]
    assert (third.items, third.cursor, third.entries_hash) == ((), second.cursor, second.entries_hash)


def test_another_teaser_below_the_same_headline_is_no_news() -> None:
    first = look(headline(1))

    assert look(headline(1, "Nun steht etwas anderes da."), after(first)).items == ()


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("Acme ist toll, vor 3 Minuten geschrieben.", "Acme ist toll, vor einer Stunde geschrieben."),
        ("Acme is great, 5 minutes ago.", "Acme is great, 2 hours ago."),
        ("Acme ist toll, fand ich. 3 Antworten", "Acme ist toll, fand ich. 12 Antworten"),
        ("Acme ist  wirklich toll.", "ACME ist wirklich\ntoll."),
    ],
)
def test_the_age_and_the_counters_of_a_text_do_not_make_it_new(before: str, now: str) -> None:
    assert look(comment(now), after(look(comment(before)))).items == ()


def test_a_text_that_says_something_else_is_new() -> None:
    first = look(comment("Acme bringt Version 2.1 heraus."))

    assert len(look(comment("Acme bringt Version 2.2 heraus."), after(first)).items) == 1


def test_an_order_that_changes_and_a_piece_that_comes_back_are_no_news() -> None:
    first = look(headline(1) + headline(2) + headline(3))
    turned = look(headline(3) + headline(1) + headline(2), after(first))
    short = look(headline(1), after(turned))
    back = look(headline(3) + headline(1) + headline(2), after(short))

    assert (turned.items, turned.cursor, turned.entries_hash) == ((), first.cursor, first.entries_hash)
    assert (short.cursor, back.items) == (first.cursor, ())


def test_what_stands_there_is_never_forgotten_whatever_came_and_went() -> None:
    source = after(look(headline(0)))

    for start in range(0, 2 * MAX_KNOWN, 750):
        source = after(look(headline(0) + "".join(map(headline, range(start, start + 750))), source))

    assert len(source.cursor) <= 10 * MAX_KNOWN + 3
    assert look(headline(0), source).items == ()
    assert len(look(headline(1), source).items) == 1, "long gone pieces are forgotten"


def test_a_page_of_endless_length_is_looked_at_from_its_top() -> None:
    fetched = look("".join(map(headline, range(MAX_PIECES + 50))))

    assert (len(fetched.items), fetched.skipped) == (MAX_PIECES, 50)
    assert fetched.items[-1].url == f"{NEWS}0"


@pytest.mark.parametrize("cursor", ["rubbish", "b1:", "b1:12345", "b2:0123456789", "b1:ABCDEFGHIJ"])
def test_a_cursor_that_is_none_begins_anew(cursor: str) -> None:
    assert len(look(headline(1), replace(SOURCE, cursor=cursor)).items) == 1


def test_what_frames_a_site_is_left_out() -> None:
    frame = (
        "<nav><a href=/a>Produkte und Lösungen von uns</a></nav>"
        '<div class="cookie-banner box"><p>Wir nutzen Cookies auf dieser Seite.</p></div>'
        '<div role="complementary"><p>Das steht nur am Rand der Seite.</p></div>'
        "<script>var a = '<p>Acme ist kein Text der Seite</p>'</script><footer><p>Impressum und Datenschutz hier.</p>"
    )

    assert said(look(headline(1) + frame)) == [("Acme baut Werk 1 aus", "Ein Satz dazu steht hier.")]


def test_a_frame_that_is_never_closed_does_not_swallow_the_page() -> None:
    assert len(look("<nav>" + "".join(map(headline, range(5)))).items) == 5


def test_where_a_page_names_its_main_part_the_rest_is_left_out() -> None:
    main = "".join(map(headline, range(5)))

    fetched = look(f"<div><p>Das steht oben auf jeder Seite.</p></div><main>{main}</main><p>Und das steht unten.</p>")

    assert len(fetched.items) == 5


def test_a_card_that_is_one_link_is_one_item() -> None:
    card = (
        '<a href="/news/1"><img src=x alt="Das Bild eines neuen Werks"><h3>Acme baut aus</h3>'
        "<p>Es wird viel größer.</p><p>Weiterlesen</p></a>"
    )

    assert said(look(card)) == [("Acme baut aus", "Es wird viel größer.")]


def test_lines_and_cells_of_one_entry_are_one_piece() -> None:
    lines = "<p>Hallo zusammen,<br>Acme ist<br>nicht gut.<br><br>Ein neuer Absatz beginnt hier.</p>"
    row = "<table><tr><td>Max</td><td>24.11.</td><td>Acme ist gut</td></tr></table>"

    texts = [item.text for item in look(lines + row).items]

    assert texts == ["Max 24.11. Acme ist gut", "Ein neuer Absatz beginnt hier.", "Hallo zusammen, Acme ist nicht gut."]


def test_headlines_that_only_line_breaks_part_stay_apart() -> None:
    old = "<a href=/news/1>Acme wird heute gegründet</a><br><a href=/news/2>Acme wird heute verkauft</a>"

    assert [item.url for item in look(old).items] == [f"{NEWS}2", f"{NEWS}1"]


def test_a_heading_without_text_is_heard_too() -> None:
    assert said(look("<h2>Acme ist insolvent</h2><h2>Und so weiter und so fort</h2><p>Es folgt ein Text.</p>")) == [
        ("Und so weiter und so fort", "Es folgt ein Text."),
        ("Acme ist insolvent", ""),
    ]


@pytest.mark.parametrize("href", ["#oben", "/news", "javascript:alert(1)", "mailto:a@b.example", "https://["])
def test_a_link_that_leads_nowhere_else_is_text_of_the_page(href: str) -> None:
    item = only(look(f'<p><a href="{href}">Acme ist in aller Munde</a></p>'))

    assert (item.text, item.url) == ("Acme ist in aller Munde", PAGE)


def test_links_are_read_from_the_base_that_a_page_names() -> None:
    fetched = look("<p><a href=eins>Acme ist in aller Munde</a></p>", head='<base href="https://b.example/a/">')

    assert only(fetched).url == "https://b.example/a/eins"


def test_a_page_in_an_old_encoding_is_read() -> None:
    body = page("<p>Grüße von Acme für Köln</p>", head='<meta charset="iso-8859-1">').encode("latin-1")

    named_by_server = parse(body.replace(b"meta", b"x"), content_type="text/html; charset=cp1252")

    assert only(parse(body)).text == "Grüße von Acme für Köln"
    assert only(named_by_server).text == "Grüße von Acme für Köln"


SITEMAP = (
    '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
)


def listed(number: int, date: str = "2026-11-23T10:00:00+01:00", title: str = "Acme &amp; Söhne wächst") -> str:
    return (
        f"<url><loc>https://bote.example/{number}?utm_source=x&amp;a=1</loc><image:image><image:title>Bild</image:title>"
        f"</image:image><news:news><news:publication><news:name>Der Bote</news:name><news:language>de</news:language>"
        f"</news:publication><news:publication_date>{date}</news:publication_date><news:title>{title}</news:title>"
        "</news:news></url>"
    )


def test_the_news_of_a_sitemap_are_items_with_dates() -> None:
    other = "<url><loc>https://bote.example/impressum</loc><lastmod>2026-11-01</lastmod></url>"

    fetched = parse(f"{SITEMAP}{other}{listed(2)}{listed(1, '2026-11-22', '<![CDATA[Acme <neu>]]>')}</urlset>")

    first, last = fetched.items
    assert (first.title, first.published_at) == ("Acme <neu>", datetime(2026, 11, 22, tzinfo=UTC))
    assert (last.title, last.published_at) == ("Acme & Söhne wächst", datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    assert (last.url, last.identity) == ("https://bote.example/2?utm_source=x&a=1", "url1:https://bote.example/2?a=1")
    assert (last.place, last.language, last.published_kind) == ("Der Bote", "de", "published")
    assert (fetched.title, fetched.skipped) == ("Der Bote", 0)


def test_a_sitemap_in_another_order_is_unchanged_and_one_without_news_today_is_fine() -> None:
    first = parse(f"{SITEMAP}{listed(1)}{listed(2)}</urlset>")

    assert parse(f"{SITEMAP}{listed(2)}{listed(1)}</urlset>").entries_hash == first.entries_hash
    assert parse(f"{SITEMAP}</urlset>").items == ()


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("<urlset><url><loc>https://a.example/1</loc></url></urlset>", "names no news"),
        (
            "<sitemapindex><sitemap><loc>https://a.example/x.xml</loc></sitemap><sitemap>"
            "<loc>https://a.example/news.xml</loc></sitemap></sitemapindex>",
            "for instance https://a.example/news.xml",
        ),
        ("<sitemapindex><sitemap><loc>https://a.example/x.xml</loc></sitemap></sitemapindex>", "one of them$"),
        ("<rss version='2.0'><channel></channel></rss>", "this is a feed"),
        (json.dumps({"title": "Acme ist toll und gut"}), "no web page"),
        (page("<div id=root></div><script>start()</script>"), "shows no text"),
    ],
)
def test_what_cannot_be_watched_says_why(document: str, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        parse(document)


def test_an_unchanged_page_is_asked_for_by_its_validators() -> None:
    source = replace(SOURCE, etag='W/"1"', last_modified="Mon", cursor="b1:0123456789", entries_hash="h")

    request = CONNECTOR.request(source)
    fetched = CONNECTOR.parse(a_response("", status=304), source)

    assert (request.url, request.etag, request.last_modified) == (PAGE, 'W/"1"', "Mon")
    assert (fetched.cursor, fetched.entries_hash, fetched.items) == (source.cursor, "h", ())
    assert CONNECTOR.request(replace(source, moved_to="https://b.example/")).url == "https://b.example/"


@pytest.mark.parametrize(
    "document",
    [
        "<div>" * 150_000,
        "<a href=/x>" + "<p>eins zwei drei vier" * 40_000,
        "<h1>eins zwei drei vier" * 40_000,
        "<table>" + "<tr><td>eins zwei drei vier" * 30_000,
        "<p>" + '<a "' * 200_000,
        "<p>" + "<!--" * 200_000,
        "<p>" + "x<br>" * 200_000,
        "<urlset>" + "<url><news:news><loc>" * 150_000,
    ],
    ids=lambda document: document[:12],
)
def test_a_page_made_to_be_slow_is_read_in_bounded_time(document: str) -> None:
    begun = time.process_time()
    try:
        fetched = parse(document)
    except Malformed:
        fetched = Fetched()

    assert time.process_time() - begun < 20
    assert len(fetched.items) <= MAX_PIECES


@pytest.mark.parametrize("text", ["www.site.example/news", " https://WWW.site.example:443/news#top "])
def test_a_page_is_named_by_its_address(text: str) -> None:
    assert CONNECTOR.locator(text) == PAGE


@pytest.mark.parametrize(
    ("text", "reason"), [("", "address of a page"), ("ftp://a.example/", "http"), ("a b", "blanks")]
)
def test_what_is_no_address_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        CONNECTOR.locator(text)


def test_no_address_is_claimed_or_recognised_because_any_might_be_a_page() -> None:
    assert CONNECTOR.claim(PAGE) is None
    assert CONNECTOR.recognise(PAGE) is None


COUNTS = {
    "bmjv.de.konsum.html": 39,
    "demokratiewebstatt.at.luft.html": 533,
    "ebrosia.de.zinfandel.html": 37,
    "rs-ingenieure.de.tragwerksplanung.html": 3,
    "schleifen.ucoz.de.briefe.html": 15,
    "toralin.de.schmierfett.html": 46,
}


def test_a_recorded_page_shows_its_text_once_and_nothing_at_the_second_look(recorded_page: Path) -> None:
    about = {each["file"]: each for each in json.loads((recorded_page.parent / "index.json").read_text("utf-8"))}
    wanted = about[recorded_page.name]
    response = replace(a_response(recorded_page.read_bytes()), url=wanted["url"])
    source = replace(SOURCE, locator=wanted["url"])

    first = CONNECTOR.parse(response, source)
    again = CONNECTOR.parse(response, replace(source, cursor=first.cursor, entries_hash=first.entries_hash))

    read = "\n".join(f"{item.title}\n{item.text}" for item in first.items)
    assert [phrase for phrase in wanted["with_"] if phrase not in read] == []
    assert len(first.items) == COUNTS[recorded_page.name]
    assert "</" not in read
    assert (again.items, again.cursor, again.entries_hash) == ((), first.cursor, first.entries_hash)
