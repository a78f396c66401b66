"""Hacker News by Algolia: the stream, its cursor, and the tree of one story."""

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from source_builders import NOW, a_response, a_source, parse

from earshot.domain.errors import Invalid, Malformed
from earshot.domain.item import Author, Engagement, Item
from earshot.sources.hackernews_cursor import OVERLAP_S
from earshot.sources.registry import CONNECTORS

HN = CONNECTORS["hackernews"]
T = 1_790_000_000


def a_hit(seconds: int, **fields: object) -> dict[str, object]:
    return {"objectID": str(seconds), "created_at_i": seconds, "author": "pg", "comment_text": "hi", **fields}


def an_answer(hits: list[dict[str, object]], found: int | None = None) -> bytes:
    return json.dumps({"hits": hits, "nbHits": len(hits) if found is None else found}).encode()


def filters(cursor: str) -> str:
    url = HN.request(a_source("hackernews", cursor=cursor)).url
    return parse_qs(urlsplit(url).query).get("numericFilters", [""])[0]


def test_comment_gives_every_field() -> None:
    hit = {
        "objectID": "42",
        "created_at_i": T,
        "author": "anna_b",
        "comment_text": "I&#x27;m <i>happy</i> with Acme.<p>See "
        '<a href="https:&#x2F;&#x2F;acme.de">https:&#x2F;&#x2F;acme.de</a>',
        "story_id": 40,
        "parent_id": 41,
        "story_title": "Ask HN: Acme?",
        "points": None,
        "_highlightResult": {"comment_text": {"value": "<em>I</em>"}},
    }

    fetched = parse(an_answer([hit]), "hackernews")

    assert fetched.items == (
        Item(
            identity="hackernews:42",
            native_id="42",
            source_kind="hackernews",
            url="https://news.ycombinator.com/item?id=42",
            title="Ask HN: Acme?",
            text="I'm happy with Acme.\nSee https://acme.de",
            published_at=datetime.fromtimestamp(T, UTC),
            author=Author(
                name="anna_b", id="anna_b", handle="anna_b", url="https://news.ycombinator.com/user?id=anna_b"
            ),
            parent_id="41",
            root_id="40",
            thread_url="https://news.ycombinator.com/item?id=40",
            place="Hacker News",
        ),
    )
    assert fetched.cursor == str(T)


def test_story_that_only_points_somewhere_tells_title_and_address() -> None:
    hit = {
        "objectID": "7",
        "created_at_i": T,
        "author": "pg",
        "title": "Acme opens &amp; grows",
        "url": "https://acme.de/news",
        "points": 12,
        "num_comments": 3,
    }

    (item,) = parse(an_answer([hit]), "hackernews").items

    assert (item.title, item.text) == ("Acme opens & grows", "Acme opens & grows\nhttps://acme.de/news")
    assert item.engagement == Engagement(score=12, replies=3)
    assert (item.parent_id, item.root_id) == ("", "7")


def test_first_request_asks_for_the_newest() -> None:
    url = HN.request(a_source("hackernews")).url

    assert url == "https://hn.algolia.com/api/v1/search_by_date?tags=(story,comment)&hitsPerPage=1000"


def test_later_request_reads_some_seconds_again() -> None:
    assert filters(str(T)) == f"created_at_i>{T - OVERLAP_S}"


@pytest.mark.parametrize("cursor", ["yesterday", "1:2", "-5", "1:2-3-4", "٣"])
def test_unreadable_cursor_starts_anew(cursor: str) -> None:
    assert filters(cursor) == ""


def test_items_come_oldest_first_and_the_cursor_is_the_newest() -> None:
    fetched = parse(an_answer([a_hit(T + 9), a_hit(T + 5)]), "hackernews", cursor=str(T))

    assert [item.native_id for item in fetched.items] == [str(T + 5), str(T + 9)]
    assert fetched.cursor == str(T + 9)


def test_cursor_never_falls() -> None:
    assert parse(an_answer([a_hit(T - 50)]), "hackernews", cursor=str(T)).cursor == str(T)
    assert parse(an_answer([]), "hackernews", cursor=str(T)).cursor == str(T)


def test_date_ahead_of_us_does_not_move_the_cursor() -> None:
    ahead = int(NOW.timestamp()) + 1000

    assert parse(an_answer([a_hit(ahead)]), "hackernews", cursor=str(T)).cursor == str(T)


def test_first_answer_opens_no_gap() -> None:
    assert parse(an_answer([a_hit(T)], found=30_000_000), "hackernews").cursor == str(T)


def test_nothing_is_lost_when_more_came_than_an_answer_holds() -> None:
    written = [T + n // 3 for n in range(1, 2500)]
    cursor, heard, requests = str(T), set(), 0

    while requests == 0 or ":" in cursor:
        requests += 1
        wanted = filters(cursor).split(",")
        low = int(wanted[0].partition(">")[2])
        high = int(wanted[1].partition("<=")[2]) if len(wanted) > 1 else 10**10
        found = [(second, n) for n, second in enumerate(written) if low < second <= high]
        newest = sorted(found, reverse=True)[:1000]
        hits = [a_hit(second, objectID=str(n + 1)) for second, n in newest]
        fetched = parse(an_answer(hits, found=len(found)), "hackernews", cursor=cursor)
        heard |= {item.native_id for item in fetched.items}
        cursor = fetched.cursor

    assert heard == {str(n + 1) for n in range(len(written))}
    assert (cursor, requests) == (str(max(written)), 3)


def test_second_that_never_fits_does_not_hold_us_for_ever() -> None:
    cursor = f"{T + 100}:{T}-{T + 50}"

    answers = 0
    while ":" in cursor and answers < 60:
        cursor = parse(an_answer([a_hit(T + 50)], found=5000), "hackernews", cursor=cursor).cursor
        answers += 1

    assert cursor == str(T + 100)


def test_hits_that_say_nothing_are_counted() -> None:
    hits = [a_hit(T), a_hit(T, comment_text=""), {"comment_text": "no id"}, "nothing", a_hit(T, objectID="x<y")]

    fetched = parse(json.dumps({"hits": hits}).encode(), "hackernews")

    assert (len(fetched.items), fetched.skipped) == (1, 4)


def test_tree_gives_every_comment_below_the_story() -> None:
    tree = {
        "id": 1,
        "title": "Acme?",
        "author": "op",
        "created_at": "2026-11-01T10:00:00.000Z",
        "created_at_i": 1793527200,
        "text": "What do you think?",
        "children": [
            {
                "id": 2,
                "author": "a",
                "text": "Great",
                "created_at": "2026-11-01T11:00:00.000Z",
                "parent_id": 1,
                "children": [
                    {"id": 3, "author": "b", "text": "No", "created_at": "2026-11-01T12:00:00.000Z", "parent_id": 2},
                    {"id": 4, "author": None, "text": None, "created_at": "2026-11-01T12:30:00.000Z", "parent_id": 2},
                ],
            }
        ],
    }

    fetched = parse(json.dumps(tree).encode(), "hackernews", cursor="5")

    assert [(i.native_id, i.parent_id, i.root_id, i.text) for i in fetched.items] == [
        ("1", "", "1", "What do you think?"),
        ("2", "1", "1", "Great"),
        ("3", "2", "1", "No"),
    ]
    assert (fetched.skipped, fetched.cursor) == (1, "5")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"message":"nope"}', b"\xff", b'{"a":' * 50_000])
def test_other_answers_are_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse(body, "hackernews")


def test_unchanged_answer_keeps_the_cursor() -> None:
    assert HN.parse(a_response(b"", status=304), a_source("hackernews", cursor="5")).cursor == "5"


@pytest.mark.parametrize("typed", ["", " ", "all", "ALL"])
def test_there_is_one_stream(typed: str) -> None:
    assert HN.locator(typed) == "all"


def test_asking_for_part_of_the_stream_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        HN.locator("acme")

    assert caught.value.field == "locator"


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("https://news.ycombinator.com/item?id=42", "hackernews:42"),
        ("http://news.ycombinator.com/item?id=42&p=2", "hackernews:42"),
        ("https://news.ycombinator.com/item?id=42#43", "hackernews:43"),
        ("https://news.ycombinator.com/item?id=x", None),
        ("https://news.ycombinator.com/item", None),
        ("https://news.ycombinator.com/user?id=42", None),
        ("https://evil.example/item?id=42", None),
        ("ftp://news.ycombinator.com/item?id=42", None),
        ("https://[", None),
    ],
)
def test_item_page_is_recognised(url: str, identity: str | None) -> None:
    assert HN.recognise(url) == identity
