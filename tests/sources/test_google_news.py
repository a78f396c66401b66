"""Google News: feeds of our own in the shape that Google's have, and one that was recorded."""

from dataclasses import replace
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from source_builders import NOW, a_response, rss

from earshot.domain.errors import Invalid, Malformed
from earshot.domain.source import Fetched, Source
from earshot.ports.connector import Connector
from earshot.sources.google_news import FULL, GoogleNewsConnector
from earshot.sources.searches import packed

CONNECTOR: Connector = GoogleNewsConnector()
SOURCE = Source(id="s_test", kind="google_news", locator="de?Acme", created_at=NOW)
OPAQUE = "https://news.google.com/rss/articles/CBMi"


def article(
    name: str = "a1",
    *,
    title: str = "Acme wächst - und stellt ein",
    outlet: str = "Der Bote",
    site: str = "https://www.bote.example",
    link: str = "",
    published: str = "Mon, 23 Nov 2026 08:15:00 GMT",
) -> str:
    link = link or f"{OPAQUE}{name}?oc=5"
    words = escape(f'<a href="{link}">{title}</a>&nbsp;&nbsp;<font color="#6f6f6f">{outlet}</font>')
    return (
        f"<item><title>{escape(title)} - {escape(outlet)}</title><link>{link}</link>"
        f'<guid isPermaLink="false">CBMi{name}</guid><pubDate>{published}</pubDate>'
        f'<description>{words}</description><source url="{site}">{escape(outlet)}</source></item>'
    )


def heard(*articles: str, source: Source = SOURCE) -> Fetched:
    channel = '<title>"Acme" - Google News</title><link>https://news.google.com/</link><language>de</language>'
    return CONNECTOR.parse(a_response(rss("".join(articles), channel)), source)


def many(count: int) -> list[str]:
    return [article(f"n{number}", title=f"Acme Nummer {number}") for number in range(count)]


def asked(source: Source) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(CONNECTOR.request(source).url).query).items()}


def after(fetched: Fetched) -> Source:
    return replace(SOURCE, cursor=fetched.cursor, entries_hash=fetched.entries_hash)


def test_an_article_becomes_an_item_in_every_part() -> None:
    fetched = heard(article())

    (item,) = fetched.items
    assert (item.title, item.text, item.place) == ("Acme wächst - und stellt ein", "", "Der Bote")
    assert (item.native_id, item.url, item.source_kind) == ("CBMia1", f"{OPAQUE}a1?oc=5", "google_news")
    assert (item.published_at, item.published_kind) == (NOW.replace(day=23, hour=8, minute=15), "published")
    assert (item.language, item.type, fetched.title) == ("de", "article", '"Acme" - Google News')
    assert item.identity.startswith("google_news:a_")


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        (article("zz", link=f"{OPAQUE}zz?oc=5&hl=en"), True),
        (article(title="ACME wächst – und stellt ein"), True),
        (article(site="https://bote.example", outlet="Bote"), True),
        (article(published="Mon, 23 Nov 2026 22:15:00 GMT"), True),
        (article(published="Tue, 24 Nov 2026 08:15:00 GMT"), False),
        (article(site="https://kurier.example", outlet="Kurier"), False),
        (article(title="Acme schrumpft"), False),
    ],
)
def test_an_article_is_known_by_headline_outlet_and_day(other: str, *, is_same: bool) -> None:
    one, two = heard(article()).items[0], heard(other).items[0]

    assert (one.identity == two.identity) is is_same


def test_only_the_outlets_own_name_is_taken_off_a_headline() -> None:
    nameless = "<item><title>Acme - Der Bote</title><link>https://news.google.com/rss/articles/CBMi9</link></item>"

    (item,) = heard(nameless).items

    assert (item.title, item.place, item.published_kind) == ("Acme - Der Bote", "Google News", "seen")


def test_a_link_that_leads_to_the_page_itself_names_it() -> None:
    (item,) = heard(article(link="https://www.bote.example/acme?utm_source=g")).items

    assert item.identity == "url1:https://bote.example/acme"


@pytest.mark.parametrize(
    ("scope", "edition"),
    [("de", ("de", "DE", "DE:de")), ("en", ("en-US", "US", "US:en")), ("at", ("de", "AT", "AT:de"))],
)
def test_an_edition_is_asked_for_by_its_three_names(scope: str, edition: tuple[str, str, str]) -> None:
    query = asked(replace(SOURCE, locator=f"{scope}?Acme"))

    assert (query["hl"], query["gl"], query["ceid"]) == edition
    assert query["q"] == "Acme when:7d"


def test_words_of_watches_are_searched_for_as_phrases() -> None:
    source = replace(SOURCE, locator="en#2", words=("Acme", "Müller & Söhne"))

    assert asked(source)["q"] == 'Acme OR "Müller & Söhne" when:7d'


def test_a_full_pack_of_german_names_stays_below_2000_characters() -> None:
    search = CONNECTOR.place.search
    assert search is not None
    names = [f"Müller & Söhne Straßenbau Nr. {number} GmbH Süd in Köln am Rhein" for number in range(40)]

    urls = [
        CONNECTOR.request(replace(SOURCE, locator="de#1", words=pack)).url for pack in packed(names, search).values()
    ]

    assert max(map(len, urls)) < 2000


def test_a_query_with_a_time_of_its_own_keeps_it() -> None:
    source = replace(SOURCE, locator="de?Acme when:1h")

    fetched = heard(*many(FULL), source=source)

    assert asked(source)["q"] == "Acme when:1h"
    assert (fetched.cursor, fetched.more) == ("", False)


def test_an_answer_that_is_full_is_narrowed_at_once_until_it_fits_and_then_stays() -> None:
    windows, source = [], SOURCE

    for count in (FULL, FULL, 40, 40):
        windows.append(asked(source)["q"].rpartition(":")[2])
        fetched = heard(*many(count), source=source)
        source = after(fetched)

    assert windows == ["7d", "1d", "6h", "6h"]
    assert not fetched.more


def test_a_search_that_quietens_is_widened_again_without_haste() -> None:
    narrow = replace(SOURCE, cursor="1h")

    fetched = heard(article(), source=narrow)

    assert (fetched.cursor, fetched.more) == ("6h", False)
    assert heard(article(), source=after(fetched)).cursor == "1d"


def test_the_narrowest_window_is_not_asked_again_when_it_is_full() -> None:
    assert not heard(*many(FULL), source=replace(SOURCE, cursor="1h")).more


def test_the_same_news_in_another_order_are_unchanged() -> None:
    one, two = article("a1"), article("a2", title="Acme zwei")
    first = heard(one, two)
    again = heard(two, one, source=after(first))

    assert (again.cursor, again.entries_hash) == (first.cursor, first.entries_hash)
    assert heard(one, two, article("a3", title="Acme drei")).entries_hash != first.entries_hash


@pytest.mark.parametrize("cursor", ["rubbish", "9d", "when:1d"])
def test_a_cursor_that_is_none_is_the_widest_window(cursor: str) -> None:
    assert asked(replace(SOURCE, cursor=cursor)) == asked(SOURCE)


def test_a_search_without_words_asks_for_nothing() -> None:
    assert "when" not in CONNECTOR.request(replace(SOURCE, locator="de#1")).url


def test_a_page_in_place_of_news_says_what_it_may_mean() -> None:
    with pytest.raises(Malformed, match="web page and no news"):
        CONNECTOR.parse(a_response("<!doctype html><html><body>Bevor Sie fortfahren</body></html>"), SOURCE)


@pytest.mark.parametrize("body", ["", "{}", "<rss", "Sorry"])
def test_what_is_no_feed_is_malformed(body: str) -> None:
    with pytest.raises(Malformed):
        CONNECTOR.parse(a_response(body), SOURCE)


def test_articles_without_a_headline_are_counted_and_left_out() -> None:
    fetched = heard("<item><link>https://news.google.com/rss/articles/CBMi1</link></item>", article())

    assert (len(fetched.items), fetched.skipped) == (1, 1)


@pytest.mark.parametrize(
    ("text", "locator"),
    [
        ("Acme", "de?Acme"),
        ("EN? Acme  Inc ", "en?Acme Inc"),
        ("gb?Acme", "gb?Acme"),
        ("de#3", "de#3"),
        ("https://news.google.com/search?q=Acme%20OR%20Foo&hl=de&gl=CH&ceid=CH%3Ade", "ch?Acme OR Foo"),
        ("https://news.google.com/rss/search?q=Acme&hl=en-US&gl=US&ceid=US:en", "en?Acme"),
    ],
)
def test_a_search_is_an_edition_and_a_query(text: str, locator: str) -> None:
    assert CONNECTOR.locator(text) == locator


def test_a_search_for_nothing_is_refused() -> None:
    with pytest.raises(Invalid, match="what to search for"):
        CONNECTOR.locator("de?")


@pytest.mark.parametrize(
    "url",
    [
        f"{OPAQUE}a1?oc=5",
        "https://news.google.com/search?q=Acme&hl=fr&gl=FR&ceid=FR:fr",
        "https://news.google.com/search?hl=de",
        "https://www.google.com/search?q=Acme",
    ],
)
def test_other_addresses_are_neither_claimed_nor_recognised(url: str) -> None:
    assert CONNECTOR.claim(url) is None
    assert CONNECTOR.recognise(url) is None


def test_a_recorded_feed_is_read_as_it_should_be(recorded_google_news: Path) -> None:
    fetched = CONNECTOR.parse(a_response(recorded_google_news.read_bytes()), SOURCE)

    first, last = fetched.items
    assert (first.native_id, first.place) == ("CBMinwFBVV95cUxObDNTMW1VT3pC", "countynewscenter.com")
    assert (last.place, last.published_at) == ("The Guardian", NOW.replace(month=9, day=25, hour=16, minute=11))
    assert last.title.endswith("emergency docket")
    assert {item.language for item in fetched.items} == {"en-us"}
    assert (fetched.skipped, fetched.more) == (0, False)
