"""App Store: reviews of our own in the shape of Apple's feed, and what was recorded of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from source_builders import NOW, a_response

from earshot.domain.errors import Invalid, Malformed
from earshot.domain.item import Author, Engagement
from earshot.domain.source import Fetched, Source
from earshot.ports.connector import Connector
from earshot.sources.appstore import AppStoreConnector

CONNECTOR: Connector = AppStoreConnector()
SOURCE = Source(id="s_test", kind="appstore", locator="de/310633997", created_at=NOW)
APP = {"im:name": {"label": "Acme App"}, "id": {"label": "https://apps.apple.com/de/app/id310633997"}}


def review(number: int, *, hours_ago: float = 1, **changes: Any) -> dict[str, Any]:
    at = (NOW - timedelta(hours=hours_ago)).replace(tzinfo=None).isoformat()
    return {
        "author": {
            "uri": {"label": "https://itunes.apple.com/de/reviews/id42"},
            "name": {"label": "Jana & Co"},
            "label": "",
        },
        "updated": {"label": f"{at}-00:00"},
        "im:rating": {"label": "2"},
        "im:version": {"label": "1.8"},
        "id": {"label": str(number)},
        "title": {"label": "Stürzt ab"},
        "content": {"label": "Seit dem Update geht\nnichts mehr: a < b", "attributes": {"type": "text"}},
        "link": {
            "attributes": {"rel": "related", "href": "https://itunes.apple.com/de/review?id=310633997&type=Purple%20S"}
        },
        "im:voteSum": {"label": "3"},
        "im:voteCount": {"label": "4"},
        **changes,
    }


def feed(entry: Any = None) -> str:
    return json.dumps({"feed": {"author": {"name": {"label": "iTunes Store"}}, **({"entry": entry} if entry else {})}})


def read(entry: Any, cursor: str = "") -> Fetched:
    return CONNECTOR.parse(a_response(feed(entry)), replace(SOURCE, cursor=cursor))


def after(fetched: Fetched) -> Source:
    return replace(SOURCE, cursor=fetched.cursor, entries_hash=fetched.entries_hash)


def url(source: Source) -> str:
    return CONNECTOR.request(source).url


def test_a_review_becomes_an_item_in_every_part() -> None:
    dated = review(7, updated={"label": "2026-11-23T20:15:00-07:00"})

    (item,) = read([dated]).items

    assert (item.identity, item.native_id, item.source_kind) == ("appstore:7", "7", "appstore")
    assert item.url == "https://apps.apple.com/de/app/id310633997?see-all=reviews"
    assert (item.title, item.text) == ("Stürzt ab", "Seit dem Update geht\nnichts mehr: a < b")
    assert (item.published_at, item.published_kind) == (datetime(2026, 11, 24, 3, 15, tzinfo=UTC), "updated")
    assert item.author == Author(name="Jana & Co", id="42", url="https://itunes.apple.com/de/reviews/id42")
    assert (item.rating, item.type, item.place) == (2.0, "review", "App Store")
    assert item.engagement == Engagement(score=3)


def test_one_review_alone_is_an_object_and_the_app_itself_gives_only_its_name() -> None:
    alone = read(review(1))
    with_app = read([APP, review(1)])
    only_app = read(APP)

    assert [item.native_id for item in alone.items] == ["1"]
    assert ([item.native_id for item in with_app.items], with_app.title, with_app.skipped) == (["1"], "Acme App", 0)
    assert (only_app.items, only_app.title) == ((), "Acme App")


def test_a_feed_without_entries_asks_to_check_the_address() -> None:
    with pytest.raises(Malformed, match="check the number of the app and the country"):
        CONNECTOR.parse(a_response(feed()), SOURCE)


def test_stars_without_words_are_shown_and_stars_that_are_none_are_not_believed() -> None:
    silent = review(1, title={"label": ""}, content={"label": ""})
    odd = review(2, **{"im:rating": {"label": "9"}, "im:voteSum": {"label": "many"}})

    items = {item.native_id: item for item in read([silent, odd]).items}

    assert (items["1"].text, items["1"].rating) == ("★★☆☆☆", 2.0)
    assert (items["2"].rating, items["2"].engagement.score) == (None, None)


def test_an_unchanged_page_changes_nothing_and_a_vote_is_no_news() -> None:
    first = read([review(2, hours_ago=1), review(1, hours_ago=5)])
    voted = read([review(2, hours_ago=1, **{"im:voteSum": {"label": "9"}}), review(1, hours_ago=5)], first.cursor)
    edited = read([review(2, hours_ago=0.5), review(1, hours_ago=5)], first.cursor)

    assert (voted.cursor, voted.entries_hash, voted.more) == (first.cursor, first.entries_hash, False)
    assert edited.entries_hash != first.entries_hash


def test_pages_are_read_until_what_is_known_and_nothing_in_between_is_lost() -> None:
    everything = [review(number, hours_ago=200 - number) for number in range(200, 0, -1)]
    known = read([review(90, hours_ago=110)])
    source, found, asked = after(known), set(), []

    for _ in range(10):
        asked.append(url(source))
        page = len(asked)
        fetched = CONNECTOR.parse(a_response(feed(everything[(page - 1) * 50 : page * 50])), source)
        found |= {int(item.native_id) for item in fetched.items}
        source = after(fetched)
        if not fetched.more:
            break

    assert [each.split("customerreviews/")[1] for each in asked] == [
        "id=310633997/sortBy=mostRecent/json",
        "page=2/id=310633997/sortBy=mostRecent/json",
        "page=3/id=310633997/sortBy=mostRecent/json",
    ]
    assert found >= set(range(91, 201))
    assert url(source) == url(SOURCE)


def test_a_walk_ends_behind_the_last_page_and_never_at_an_error() -> None:
    full = read([review(number, hours_ago=number / 100) for number in range(50, 0, -1)])

    fetched = CONNECTOR.parse(a_response(feed()), after(full))

    assert full.more
    assert (fetched.items, fetched.more) == ((), False)
    assert url(after(fetched)) == url(SOURCE)


@pytest.mark.parametrize("cursor", ["rubbish", "5|6|1|99", "5|6|1|x", "5|6|1|-1", "|||"])
def test_a_cursor_that_is_none_begins_at_the_first_page(cursor: str) -> None:
    assert url(replace(SOURCE, cursor=cursor)) == url(SOURCE)


def test_a_date_ahead_does_not_hide_what_comes_until_then() -> None:
    ahead = read([review(1, hours_ago=-1000)])

    assert ahead.items[0].published_at is None
    assert ahead.cursor == ""


@pytest.mark.parametrize("body", ['{"feed": {"entry": [7, null, {}, {"id": 7}]}}', '{"feed": {"entry": "x"}}'])
def test_entries_of_a_wrong_shape_are_left_out(body: str) -> None:
    assert CONNECTOR.parse(a_response(body), SOURCE).items == ()


@pytest.mark.parametrize("body", ["", "[]", '{"feed": 7}', '{"error": "no"}', '{"feed": {"entry": [{"id"'])
def test_what_is_no_feed_is_malformed(body: str) -> None:
    with pytest.raises(Malformed):
        CONNECTOR.parse(a_response(body), SOURCE)


@pytest.mark.parametrize(
    ("text", "locator"),
    [
        ("de/310633997", "de/310633997"),
        (" AT/id310633997 ", "at/310633997"),
        ("310633997", "de/310633997"),
        ("https://apps.apple.com/us/app/whats-app/id310633997?platform=iphone", "us/310633997"),
        ("https://apps.apple.com/app/id310633997", "de/310633997"),
        ("https://itunes.apple.com/gb/app/acme/id310633997?mt=8", "gb/310633997"),
        ("https://itunes.apple.com/in/review?id=310633997&type=Purple%20Software", "in/310633997"),
        ("https://itunes.apple.com/at/rss/customerreviews/page=2/id=310633997/sortBy=mostRecent/json", "at/310633997"),
    ],
)
def test_an_app_is_named_by_number_and_country_or_by_its_page(text: str, locator: str) -> None:
    assert CONNECTOR.locator(text) == locator


@pytest.mark.parametrize(
    "text", ["", "acme", "deu/310633997", "de/0", "https://apps.apple.com/de/developer/id310633997"]
)
def test_what_names_no_app_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match=r"de/310633997"):
        CONNECTOR.locator(text)


@pytest.mark.parametrize(
    "address",
    [
        "https://apps.apple.com/de/",
        "https://podcasts.apple.com/de/podcast/x/id310633997",
        "https://a.example/app/id99999",
    ],
)
def test_only_pages_of_apps_are_claimed_and_no_review_has_its_own(address: str) -> None:
    assert CONNECTOR.claim(address) is None
    assert CONNECTOR.recognise(address) is None


def test_a_recorded_body_is_read_as_it_should_be(recorded_appstore: Path) -> None:
    response = a_response(recorded_appstore.read_bytes())
    if recorded_appstore.name == "empty_feed.json":
        with pytest.raises(Malformed, match="check the number"):
            CONNECTOR.parse(response, SOURCE)
        return

    fetched = CONNECTOR.parse(response, SOURCE)

    first, last = fetched.items
    assert (first.native_id, first.rating, first.author.name) == ("14545746087", 1.0, "Ankit")
    assert (last.native_id, last.published_at) == ("14548543799", datetime(2026, 9, 14, 11, 24, 23, tzinfo=UTC))
    assert last.url == "https://apps.apple.com/in/app/id1592550875?see-all=reviews"
    assert fetched.skipped == 0
