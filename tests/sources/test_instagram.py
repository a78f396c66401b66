"""Instagram: tags and comments of one's own account, hashtags and how many of them, and what Meta says instead."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from source_builders import NOW, a_response, a_source

from earshot.domain.errors import Invalid, Malformed, Refused, Throttled
from earshot.domain.item import Author, Engagement, Item
from earshot.domain.source import Fetched, Source
from earshot.ports.http import Draw
from earshot.sources.instagram import HASHTAG_WINDOW
from earshot.sources.newest_first import milliseconds
from earshot.sources.registry import CONNECTORS

INSTAGRAM = CONNECTORS["instagram"]
ACCOUNT = "17841400000000001"
TAG = f"{ACCOUNT}?kaffee"


def a_medium(id_: str = "1790", code: str = "CMeo7rcJvTi", **fields: object) -> dict[str, object]:
    return {
        "id": id_,
        "caption": "Der beste Kaffee bei @acme",
        "permalink": f"https://www.instagram.com/p/{code}/",
        "timestamp": "2026-11-20T08:00:00+0000",
        "username": "eva.lind",
        "comments_count": 3,
        "like_count": 9,
        **fields,
    }


def a_comment(id_: str = "5001", **fields: object) -> dict[str, object]:
    return {
        "id": id_,
        "text": "Wann habt ihr offen?",
        "timestamp": "2026-11-21T08:00:00+0000",
        "username": "ben",
        "like_count": 1,
        **fields,
    }


def own(**fields: object) -> dict[str, object]:
    medium = a_medium("1700", "CAAAAAAAAAA", **fields)
    del medium["caption"]
    return {**medium, "username": "acme"}


def a_list(*nodes: object, after: str = "") -> str:
    next_ = f"https://graph.facebook.com/v26.0/x/tags?access_token=s3cret&after={after}"
    return json.dumps({"data": list(nodes), "paging": {"cursors": {"after": after}, "next": next_} if after else {}})


def an_error(code: int) -> str:
    return json.dumps({"error": {"message": "s3cret", "code": code}})


def the_source(cursor: str = "", locator: str = ACCOUNT) -> Source:
    return replace(a_source("instagram", cursor=cursor), locator=locator)


def parse(body: str, cursor: str = "", locator: str = ACCOUNT, *, status: int = 200, at: datetime = NOW) -> Fetched:
    return INSTAGRAM.parse(replace(a_response(body, status=status), received_at=at), the_source(cursor, locator))


def asked(cursor: str, locator: str = ACCOUNT) -> tuple[str, dict[str, list[str]]]:
    split = urlsplit(INSTAGRAM.request(the_source(cursor, locator)).url)
    return split.path.removeprefix("/v26.0/"), parse_qs(split.query)


def test_tagged_post_gives_every_field() -> None:
    (item,) = parse(a_list(a_medium())).items

    assert item == Item(
        identity="instagram:CMeo7rcJvTi",
        native_id="1790",
        source_kind="instagram",
        url="https://www.instagram.com/p/CMeo7rcJvTi/",
        text="Der beste Kaffee bei @acme",
        published_at=datetime(2026, 11, 20, 8, tzinfo=UTC),
        author=Author(name="eva.lind", id="eva.lind", handle="eva.lind", url="https://www.instagram.com/eva.lind/"),
        engagement=Engagement(likes=9, replies=3),
        root_id="1790",
        thread_url="https://www.instagram.com/p/CMeo7rcJvTi/",
        place="Instagram",
    )
    assert INSTAGRAM.recognise(item.url) == item.identity


def test_comments_and_their_replies_are_read_without_our_own() -> None:
    ours = a_comment("5003", user={"id": ACCOUNT}, text="Bis 18 Uhr!")
    answer = a_comment("5004", username="acme", text="Und sonntags?")
    reply = a_comment("5002", username="eva.lind", text="Danke!", timestamp="2026-11-22T08:00:00+0000")
    question = a_comment(replies={"data": [ours, answer, reply]})

    fetched = parse(a_list(own(comments={"data": [question]}), own()))

    assert [item.native_id for item in fetched.items] == ["5001", "5002"]
    assert fetched.skipped == 0
    assert fetched.items[0] == Item(
        identity="instagram:5001",
        native_id="5001",
        source_kind="instagram",
        url="https://www.instagram.com/p/CAAAAAAAAAA/",
        text="Wann habt ihr offen?",
        published_at=datetime(2026, 11, 21, 8, tzinfo=UTC),
        author=Author(name="ben", id="ben", handle="ben", url="https://www.instagram.com/ben/"),
        engagement=Engagement(likes=1),
        parent_id="1700",
        root_id="1700",
        thread_url="https://www.instagram.com/p/CAAAAAAAAAA/",
        place="Instagram",
    )
    assert (fetched.items[1].parent_id, fetched.items[1].root_id, fetched.items[1].reply_to) == ("5001", "1700", "ben")


def test_mentions_that_a_webhook_told_of_are_read() -> None:
    medium = json.dumps({"mentioned_media": a_medium(), "id": ACCOUNT})
    comment = json.dumps({"mentioned_comment": a_comment(media={"id": "1700"}), "id": ACCOUNT})

    assert [item.native_id for item in parse(medium).items] == ["1790"]
    assert [(item.native_id, item.parent_id) for item in parse(comment).items] == [("5001", "1700")]


def test_tags_and_then_own_posts_are_read_in_every_poll() -> None:
    path, query = asked("")
    assert (path, query["fields"][0].split(",")[1]) == (f"{ACCOUNT}/tags", "caption")

    first = parse(a_list(a_medium(), after="QVFI"))
    assert (first.more, asked(first.cursor)[1]["after"]) == (True, ["QVFI"])
    assert "s3cret" not in first.cursor

    second = parse(a_list(), first.cursor)
    path, query = asked(second.cursor)
    assert (path, second.more) == (f"{ACCOUNT}/media", True)
    assert "caption" not in query["fields"][0]

    third = parse(a_list(own()), second.cursor)
    assert (asked(third.cursor)[0], third.more) == (f"{ACCOUNT}/tags", False)

    again = parse(a_list(own()), parse(a_list(a_medium()), third.cursor).cursor)
    assert again.cursor == third.cursor


def test_token_stands_in_a_header() -> None:
    request = INSTAGRAM.request(the_source(), {"access_token": "s3cret"})

    assert request.headers == {"Authorization": "Bearer s3cret"}
    assert request.draws == ()
    assert INSTAGRAM.request(the_source()).headers == {}


def test_hashtag_is_looked_up_once_in_seven_days_and_counted() -> None:
    request = INSTAGRAM.request(the_source("", TAG))
    assert request.url == f"https://graph.facebook.com/v26.0/ig_hashtag_search?user_id={ACCOUNT}&q=kaffee"
    assert request.draws == (Draw(quota="hashtags"),)

    found = parse('{"data": [{"id": "178"}]}', "", TAG)
    assert (found.more, found.items) == (True, ())

    path, query = asked(found.cursor, TAG)
    assert (path, query["user_id"]) == ("178/recent_media", [ACCOUNT])
    assert INSTAGRAM.request(the_source(found.cursor, TAG)).draws == ()

    read = parse(a_list(a_medium()), found.cursor, TAG)
    assert not read.more
    assert parse(a_list(a_medium()), read.cursor, TAG).cursor == read.cursor

    later = parse(a_list(a_medium()), read.cursor, TAG, at=NOW + HASHTAG_WINDOW)
    assert INSTAGRAM.request(the_source(later.cursor, TAG)).draws == (Draw(quota="hashtags"),)

    anew = parse('{"data": [{"id": "178"}]}', later.cursor, TAG, at=NOW + HASHTAG_WINDOW)
    assert str(milliseconds(datetime(2026, 11, 20, 8, tzinfo=UTC))) in anew.cursor, "what is known stays known"


def test_pages_of_a_hashtag_are_read_until_what_is_known() -> None:
    start = parse('{"data": [{"id": "178", "name": "kaffee"}]}', "", TAG).cursor
    known = parse(a_list(a_medium()), start, TAG).cursor

    first = parse(a_list(a_medium("2", "CBBBBBBB", timestamp="2026-11-23T08:00:00+0000"), after="Q"), known, TAG)
    assert (first.more, asked(first.cursor, TAG)[1]["after"]) == (True, ["Q"])

    dead = parse(an_error(100), first.cursor, TAG, status=400)
    assert (dead.cursor, dead.more) == (known, False)


def test_hashtag_that_nobody_used_is_looked_up_once_a_day() -> None:
    fetched = parse('{"data": []}', "", TAG)

    assert (fetched.cursor, fetched.more, fetched.min_interval_s) == ("", False, timedelta(days=1).total_seconds())


def test_id_of_a_hashtag_means_nothing_to_an_account() -> None:
    assert parse('{"data": [{"id": "178"}]}').cursor == ""


@pytest.mark.parametrize("cursor", ["x", "178", "178 x", "178 -1 7", f"178 {10**16}", "1 2 3 4"])
def test_unreadable_cursor_of_a_hashtag_starts_anew(cursor: str) -> None:
    path, _ = asked(cursor, TAG)

    assert path == "ig_hashtag_search" or cursor == "1 2 3 4"


def test_page_mark_that_died_goes_on_with_the_other_list() -> None:
    under_way = parse(a_list(a_medium(), after="Q")).cursor

    fetched = parse(an_error(100), under_way, status=400)

    assert (fetched.more, asked(fetched.cursor)[0]) == (True, f"{ACCOUNT}/media")


def test_errors_say_what_to_do() -> None:
    with pytest.raises(Refused, match="earshot credential set instagram"):
        parse(an_error(190), status=400)
    with pytest.raises(Throttled, match="30 hashtags"):
        parse(an_error(18), "", TAG, status=400)
    for locator in (ACCOUNT, TAG):
        with pytest.raises(Malformed, match="error 24"):
            parse(an_error(24), "", locator, status=400)


@pytest.mark.parametrize("body", ["{}", '{"data": {}}', "[]", '{"success": true}'])
def test_answer_without_posts_is_malformed(body: str) -> None:
    with pytest.raises(Malformed):
        parse(body)


@pytest.mark.parametrize(
    ("node", "skipped"),
    [(None, 1), (7, 1), ({}, 1), (a_medium(id=None), 1), (a_medium(caption=None), 1), (own(), 0), (own(comments=7), 0)],
)
def test_strange_posts_are_left_out_and_pictures_without_words_are_nothing(node: object, skipped: int) -> None:
    fetched = parse(a_list(node, a_medium("2", "COKOKOKOK")))

    assert [item.identity for item in fetched.items] == ["instagram:COKOKOKOK"]
    assert fetched.skipped == skipped


def test_strange_names_and_addresses_lead_nowhere() -> None:
    (item,) = parse(a_list(a_medium(permalink="javascript:alert(1)", username="<b>x</b>"))).items

    assert (item.identity, item.url, item.author.url) == ("instagram:1790", "", "")


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("https://www.instagram.com/p/CMeo7rcJvTi/?igsh=x", "instagram:CMeo7rcJvTi"),
        ("https://www.instagram.com/reel/CMeo7rcJvTi", "instagram:CMeo7rcJvTi"),
        ("https://www.instagram.com/eva.lind/p/CMeo7rcJvTi/", "instagram:CMeo7rcJvTi"),
        ("https://www.instagram.com/p/CMeo7rcJvTi/c/18009/", "instagram:18009"),
        ("https://www.instagram.com/eva.lind/", None),
        ("https://www.instagram.com/explore/tags/kaffee/", None),
        ("https://instagram.com.evil.example/p/CMeo7rcJvTi/", None),
    ],
)
def test_permalinks_are_known(url: str, identity: str | None) -> None:
    assert INSTAGRAM.recognise(url) == identity
    assert INSTAGRAM.claim(url) is None


@pytest.mark.parametrize(
    ("text", "locator"), [(f" {ACCOUNT} ", ACCOUNT), (f"{ACCOUNT}?#Kaffee", TAG), (f"{ACCOUNT} ? kaffee", TAG)]
)
def test_account_and_hashtag_are_found_in_what_people_type(text: str, locator: str) -> None:
    assert INSTAGRAM.locator(text) == locator


@pytest.mark.parametrize("text", ["acme", "@acme", f"{ACCOUNT}?", f"{ACCOUNT}?a&b=1", f"{ACCOUNT}/../x"])
def test_anything_else_is_no_account(text: str) -> None:
    with pytest.raises(Invalid):
        INSTAGRAM.locator(text)


RECORDED = {
    "hashtags__hashtag_recent_medias_p1.json": (0, "", ""),
    "medias__comments_p1.json": (2, "17874875428706419", "17858154961981086"),
    "users__hashtag_search.json": (0, "", ""),
    "users__mentioned_comment.json": (1, "17967008497439572", "17967008497439572"),
    "users__mentioned_media.json": (1, "17889114512354744", "17889114512354744"),
    "users__tagged_medias.json": (4, "17913531439230186", "17892354025952911"),
}


def test_recorded_answers_are_read(recorded_instagram: Path) -> None:
    fetched = INSTAGRAM.parse(a_response(recorded_instagram.read_bytes()), the_source())

    ids = [item.native_id for item in fetched.items] or [""]
    assert (len(fetched.items), ids[0], ids[-1]) == RECORDED[recorded_instagram.name]
    assert fetched.skipped == 0
    assert all(item.published_kind == "published" and "<" not in item.text for item in fetched.items)
