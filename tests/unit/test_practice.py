import tomllib
from collections import Counter, defaultdict
from datetime import UTC, datetime
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from earshot.domain.item import Item
from earshot.domain.source import Source
from earshot.domain.watch import Role, Watch
from earshot.matching.matcher import Matcher
from earshot.ports.http import Response
from earshot.practice.site import FEEDS, HOST, page
from earshot.services.inputs import Configuration, NoiseInput, read
from earshot.services.wording import read_noise, read_terms
from earshot.sources.registry import CONNECTORS

EXAMPLE = Path(__file__).parents[2] / "earshot.example.toml"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SINCE = datetime(2026, 11, 1, tzinfo=UTC)
OURS = {"own", "product", "person"}

# What each entry means to the café: the strongest role it matches in, and what its writer meant by it.
MEANT = {
    "blog.xml": {
        "/2026/09/ein-vormittag": ("own", "praise"),
        "/2026/10/cafe-morgenroete": ("", ""),
        "/2026/11/um-sechs-am-deich": ("", ""),
        "/2026/11/zimtschnecken": ("own", "praise"),
        "/2026/11/sauerteig": ("industry", ""),
        "/2026/11/winterkarte": ("own", "neutral"),
        "/2026/11/wunsch-hafenroestung": ("product", "wish"),
        "/2026/11/cafe-nordkai": ("competitor", ""),
    },
    "forum.xml": {
        "/t/802#p6480": ("own", "praise"),
        "/t/871": ("own", "praise"),
        "/t/893": ("own", "question"),
        "/t/893#p7088": ("own", "neutral"),
        "/t/893#p7090": ("", ""),
        "/t/896": ("", ""),
        "/t/900": ("competitor", ""),
        "/t/903": ("", ""),
        "/t/905": ("own", "criticism"),
        "/t/905#p7134": ("own", "question"),
        "/t/905#p7137": ("person", "praise"),
        "/t/907#p7139": ("own", "question"),
        "/t/909#p7144": ("product", "wish"),
        "/t/871#p7151": ("own", "criticism"),
        "/t/912#p7160": ("own", "question"),
    },
    "reviews.xml": {
        "/luettenhaven/bewertung/5188": ("own", "criticism"),
        "/luettenhaven/bewertung/5471": ("own", "wish"),
        "/luettenhaven/bewertung/5478": ("own", "neutral"),
        "/luettenhaven/bewertung/5483": ("own", "other language"),
        "/luettenhaven/bewertung/5490": ("own", "praise"),
        "/luettenhaven/bewertung/5497": ("competitor", ""),
        "/luettenhaven/bewertung/5502": ("own", "criticism"),
        "": ("own", "hostile"),
        "/luettenhaven/bewertung/5514": ("own", "question"),
        "/luettenhaven/bewertung/5519": ("product", "criticism"),
        "/luettenhaven/bewertung/5528": ("own", "praise"),
        "/luettenhaven/bewertung/5531": ("own", "criticism"),
        "/luettenhaven/bewertung/5400": ("product", "praise"),
    },
    "travel.json": {
        "/2026/09/autumn-timetable": ("own", "praise"),
        "/2026/11/specialty-coffee-by-sea": ("industry", ""),
        "/2026/11/nordkai-layover": ("competitor", ""),
        "/2026/11/luettenhaven-in-a-day": ("own", "praise"),
        "/2026/11/before-the-first-boat": ("own", "neutral"),
        "/2026/11/packing": ("", ""),
        "/2026/11/reader-question-coffee": ("product", "question"),
        "/2026/11/cold-welcome": ("own", "criticism"),
    },
    "bote.rdf": {
        "/lokales/umbau": ("own", "neutral"),
        "/lokales/leserfoto": ("", ""),
        "/lokales/kaimauer": ("", ""),
        "/lokales/kaffeesteuer": ("industry", ""),
        "/lokales/innung": ("person", "neutral"),
        "/lokales/hafenbaeckerei": ("own", "neutral"),
        "/lokales/nordkai-filiale": ("competitor", ""),
        "/lokales/lastenrad": ("own", "neutral"),
    },
    "radio.xml": {
        "/verkehr/faehre": ("", ""),
        "/2026/11/zimtschnecken": ("own", "praise"),
        "/nachrichten/hafenbaeckerei": ("own", "neutral"),
        "/backhandwerk": ("industry", ""),
        "/kaffee-des-jahres": ("product", "praise"),
        "/wunsch/47": ("own", "wish"),
    },
}


@cache
def configuration() -> Configuration:
    return read(Configuration, tomllib.loads(EXAMPLE.read_text("utf-8")))


@cache
def matcher() -> Matcher:
    return Matcher(
        [
            Watch(
                id=each.name,
                tenant="morgenrot",
                name=each.name,
                role=Role(each.role),
                terms=read_terms(each),
                created_at=NOW,
            )
            for each in configuration().watch
        ],
        read_noise(configuration().noise or NoiseInput()),
    )


@cache
def items_of(feed: str) -> tuple[Item, ...]:
    content_type, body = page(f"/{feed}") or ("", b"")
    url = f"http://{HOST}/{feed}"
    response = Response(status=200, url=url, headers={"content-type": content_type}, body=body, received_at=NOW)
    return CONNECTORS["feed"].parse(response, Source(id=f"s_{feed}", kind="feed", locator=url, created_at=NOW)).items


def all_items() -> list[Item]:
    return [item for feed in FEEDS for item in items_of(feed)]


def with_link(end: str) -> Item:
    return next(item for item in all_items() if item.url.endswith(end))


def place(item: Item) -> str:
    parts = urlsplit(item.identity.removeprefix("url1:") if item.url else "")
    return parts.path + (f"#{parts.fragment}" if parts.fragment else "")


def role_of(item: Item) -> str:
    return next((str(match.role) for match in matcher().match(item)), "")


def test_example_configuration_is_short_and_sets_up_the_practice_company() -> None:
    given = configuration()

    assert given.tenant is not None
    assert given.tenant.name == "Café Morgenrot"
    assert given.local == {"practice": True}
    assert len(EXAMPLE.read_text("utf-8").splitlines()) < 120


def test_example_watches_have_every_role_and_draw_one_line_between_news_and_history() -> None:
    watches = configuration().watch

    assert {watch.role for watch in watches} == {"own", "product", "person", "competitor", "industry"}
    assert {watch.since for watch in watches} == {SINCE}


def test_example_sources_are_all_practice_feeds_and_some_public_places() -> None:
    locators = [CONNECTORS[source.kind].locator(source.url) for source in configuration().source]

    practice, public = {f"http://{HOST}/{feed}" for feed in FEEDS}, set(locators)
    assert practice < public
    assert len(public - practice) == 3
    assert len(locators) == len(public)


@pytest.mark.parametrize("feed", FEEDS)
def test_page_serves_every_feed_under_its_name(feed: str) -> None:
    served = page(f"/{feed}")

    assert served is not None
    assert served[0] == FEEDS[feed]
    assert "invented" in served[1].decode("utf-8")[:500]


@pytest.mark.parametrize(
    "path", ["", "/", "/site.py", "/../practice/blog.xml", "//blog.xml", "/blog.xml/", "/BLOG.XML"]
)
def test_page_serves_nothing_else(path: str) -> None:
    assert page(path) is None


@pytest.mark.parametrize("feed", FEEDS)
def test_every_entry_of_a_feed_means_what_it_should(feed: str) -> None:
    found = {place(item): role_of(item) for item in items_of(feed)}

    assert found == {end: role for end, (role, _) in MEANT[feed].items()}


def test_practice_has_enough_of_every_role() -> None:
    roles = Counter(role_of(item) for item in all_items())

    assert sum(roles.values()) >= 32
    assert sum(roles[role] for role in OURS) >= 24
    assert roles["competitor"] >= 4
    assert roles["industry"] >= 3
    assert roles[""] >= 5


def test_practice_has_enough_of_every_meaning() -> None:
    kinds = Counter(kind for feed in MEANT.values() for _, kind in feed.values())

    assert min(kinds[kind] for kind in ("praise", "criticism", "question", "neutral")) >= 5
    assert kinds["wish"] >= 3
    assert kinds["other language"] == kinds["hostile"] == 1


def test_entries_have_ten_to_ninety_words_but_for_a_short_thanks() -> None:
    lengths = {item.url: len(item.text.split()) for item in all_items()}

    assert [url for url, words in lengths.items() if not 10 <= words <= 90] == [with_link("#p7090").url]


def test_every_link_is_a_web_address_in_the_example_domain_but_for_the_hostile_one() -> None:
    links = [(urlsplit(item.url).scheme, urlsplit(item.url).hostname or "") for item in all_items() if item.url]

    assert len(links) == len(all_items()) - 1
    assert all(scheme in {"http", "https"} and host.endswith(".example") for scheme, host in links)


def test_hostile_entry_comes_out_as_plain_words_without_a_link() -> None:
    hostile = next(item for item in all_items() if not item.url)

    assert hostile.title == "Gutschein gratis"
    assert hostile.text == "Hier gibt es Gutscheine für das Café Morgenrot im Wert von 50 Euro.\nZum Gutschein"


def test_dates_lie_in_autumn_and_only_one_entry_has_none() -> None:
    dates = [item.published_at for item in all_items() if item.published_at]

    assert len(dates) == len(all_items()) - 1
    assert datetime(2026, 9, 1, tzinfo=UTC) <= min(dates) < max(dates) < datetime(2026, 11, 21, tzinfo=UTC)


def test_some_of_ours_is_history() -> None:
    history = [item for item in all_items() if item.published_at and item.published_at < SINCE]

    assert sum(role_of(item) in OURS for item in history) >= 5


def test_one_author_returns_twice_with_praise_and_then_with_criticism() -> None:
    returning = [item for item in items_of("forum.xml") if item.author.name == "brot_und_butter"]

    assert [MEANT["forum.xml"][place(item)][1] for item in returning] == ["praise", "praise", "criticism"]


def test_an_article_linked_by_two_feeds_is_one_mention() -> None:
    links = defaultdict(set)
    for item in all_items():
        links[item.identity].add(item.url)

    shared = [urls for urls in links.values() if len(urls) > 1]
    assert len(shared) == 1
    assert all("utm_source=" in url for url in shared[0])
    assert len(links) == len(all_items()) - 1


def test_two_outlets_tell_one_story_nearly_word_for_word_within_three_days() -> None:
    first, second = with_link("/lokales/hafenbaeckerei"), with_link("/nachrichten/hafenbaeckerei")

    assert first.text != second.text
    assert SequenceMatcher(None, first.text, second.text).ratio() > 0.85
    assert first.published_at and second.published_at
    assert 0 < (second.published_at - first.published_at).total_seconds() < 72 * 3600


def test_answers_in_the_forum_name_the_post_they_answer() -> None:
    posts = {item.native_id for item in items_of("forum.xml")}
    answers = [item for item in items_of("forum.xml") if item.title.startswith("Re: ")]

    assert len(answers) == 5
    assert all(item.parent_id in posts and item.thread_url for item in answers)


def test_spellings_that_must_match_are_there() -> None:
    assert "CAFÉ MORGENROT" in with_link("#p7139").text
    assert "Muesli im Cafe Morgenrot" in with_link("#p7160").text
    assert "Kaffee & Kuchen im Café Morgenrot" in with_link("winterkarte?utm_source=rss&utm_medium=feed").title


def test_traps_that_must_not_match_are_there() -> None:
    assert "Morgenrot, schlecht Wetter droht" in with_link("/t/896").text
    assert "Stellenangebot" in with_link("/t/903").title
    assert "Café Morgenrot" in with_link("/t/903").text
    assert "Café Morgenröte" in with_link("cafe-morgenroete?utm_source=rss&utm_medium=feed").title
    assert "am Nordkai" in with_link("/lokales/kaimauer").text
