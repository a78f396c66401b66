"""Google Play: reviews of one's own app, read as a whole, some pages in each poll."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from source_builders import a_response, a_source

from earshot.domain.errors import FetchError, Invalid, Malformed, Refused
from earshot.domain.item import Author, Engagement, Item
from earshot.domain.source import Fetched, Source
from earshot.sources.registry import CONNECTORS

PLAY = CONNECTORS["google_play"]
APP = "com.acme.shop"
SECONDS = 1_795_200_000


def a_comment(**fields: object) -> dict[str, object]:
    return {
        "text": "Stürzt ab\tSeit dem Update geht nichts mehr.",
        "lastModified": {"seconds": str(SECONDS), "nanos": 713_000_000},
        "starRating": 1,
        "reviewerLanguage": "de",
        "device": "oriole",
        "thumbsUpCount": 4,
        "thumbsDownCount": 1,
        **fields,
    }


def a_review(id_: str = "gp:AOq1", *more: dict[str, object], **fields: object) -> dict[str, object]:
    return {"reviewId": id_, "authorName": "Jana", "comments": [{"userComment": a_comment(**fields)}, *more]}


def a_list(*reviews: object, token: str = "") -> str:
    paging = {"tokenPagination": {"nextPageToken": token}} if token else {}
    return json.dumps({"reviews": list(reviews), **paging})


def the_source(cursor: str = "") -> Source:
    return replace(a_source("google_play", cursor=cursor), locator=APP)


def parse(body: str, cursor: str = "", status: int = 200) -> Fetched:
    return PLAY.parse(a_response(body, status=status), the_source(cursor))


def token(cursor: str) -> list[str]:
    return parse_qs(urlsplit(PLAY.request(the_source(cursor)).url).query).get("token", [])


def test_review_gives_every_field() -> None:
    fetched = parse(a_list(a_review("gp:AOq1", {"developerComment": {"text": "Danke"}})))

    assert fetched.items == (
        Item(
            identity="google_play:gp:AOq1",
            native_id="gp:AOq1",
            source_kind="google_play",
            url="https://play.google.com/store/apps/details?id=com.acme.shop&reviewId=gp:AOq1",
            title="Stürzt ab",
            text="Seit dem Update geht nichts mehr.",
            published_at=datetime.fromtimestamp(SECONDS, UTC),
            published_kind="updated",
            author=Author(name="Jana"),
            engagement=Engagement(likes=4, replies=1),
            rating=1.0,
            language="de",
            root_id="gp:AOq1",
            place="Google Play",
        ),
    )
    assert PLAY.recognise(fetched.items[0].url) == fetched.items[0].identity


def test_original_words_count_more_than_a_translation() -> None:
    (item,) = parse(a_list(a_review(text="Crashes", originalText="Stürzt ab"))).items

    assert (item.title, item.text, item.engagement.replies) == ("", "Stürzt ab", 0)


def test_title_that_is_empty_is_none() -> None:
    (item,) = parse(a_list(a_review(text="\tFein"))).items

    assert (item.title, item.text) == ("", "Fein")


def test_request_asks_for_the_first_page_with_the_token_in_a_header() -> None:
    request = PLAY.request(the_source(), {"access_token": "ya29.s"})

    assert request.url == (
        "https://androidpublisher.googleapis.com/androidpublisher/v3/applications/com.acme.shop/reviews?maxResults=100"
    )
    assert request.headers == {"Authorization": "Bearer ya29.s"}


def test_whole_list_in_one_answer_has_a_hash_and_no_cursor() -> None:
    once, again = parse(a_list(a_review())), parse(a_list(a_review()))
    changed = parse(a_list(a_review(text="Geht wieder")))

    assert once.entries_hash == again.entries_hash != changed.entries_hash
    assert (once.cursor, once.more) == ("", False)


def test_pages_are_read_five_in_a_poll_and_the_rest_in_the_next() -> None:
    cursor, polls, asked = "", 0, []
    goes_on = True
    for page in range(1, 9):
        asked.append(token(cursor))
        fetched = parse(a_list(a_review(f"r{page}"), token=f"t{page}" if page < 8 else ""), cursor)
        assert fetched.entries_hash == ""
        polls += not fetched.more
        cursor, goes_on = fetched.cursor, fetched.more

    assert asked == [[], *([f"t{page}"] for page in range(1, 8))]
    assert (cursor, goes_on, polls) == ("", False, 2)


def test_page_token_that_died_starts_anew() -> None:
    assert parse('{"error": {"code": 400}}', "2|tok", status=400) == Fetched(cursor="")


@pytest.mark.parametrize("cursor", ["x", "1|", "1|a b", "99|t", "٣|t"])
def test_unreadable_cursor_starts_anew(cursor: str) -> None:
    assert token(cursor) == []


@pytest.mark.parametrize("body", ['{"data": 7}', "[]", "<html>", ""])
def test_answer_without_reviews_is_malformed(body: str) -> None:
    with pytest.raises(Malformed):
        parse(body)


def test_app_without_reviews_answers_with_nothing() -> None:
    assert parse("{}").items == ()
    assert parse(a_list()).items == ()


@pytest.mark.parametrize(
    ("status", "error", "hint"),
    [
        (401, Refused, "earshot credential set google_play"),
        (403, Refused, "may not read this"),
        (404, Refused, "no such thing"),
        (400, Malformed, APP),
    ],
)
def test_errors_say_what_to_do(status: int, error: type[FetchError], hint: str) -> None:
    with pytest.raises(error) as caught:
        parse(json.dumps({"error": {"code": status}}), status=status)

    assert hint in caught.value.reason


@pytest.mark.parametrize(
    "review",
    [
        None,
        [],
        {"reviewId": "x"},
        {"reviewId": "x", "comments": [{"developerComment": {"text": "wir"}}]},
        {"reviewId": "x y", "comments": [{"userComment": a_comment()}]},
        {"reviewId": "x", "comments": {"userComment": a_comment()}},
        {"reviewId": "x", "comments": [{"userComment": {"text": {"a": 1}}}]},
    ],
)
def test_strange_reviews_are_left_out(review: object) -> None:
    assert [item.native_id for item in parse(a_list(review, a_review("ok"))).items] == ["ok"]


@pytest.mark.parametrize("seconds", ["", "soon", "9" * 11, -1, 10**30, None, [1]])
def test_strange_dates_are_none(seconds: object) -> None:
    (item,) = parse(a_list(a_review(lastModified={"seconds": seconds}))).items

    assert (item.published_at, item.published_kind) == (None, "seen")


def test_one_review_is_read_too() -> None:
    assert [item.native_id for item in parse(json.dumps(a_review())).items] == ["gp:AOq1"]


@pytest.mark.parametrize(
    ("url", "app", "identity"),
    [
        ("https://play.google.com/store/apps/details?id=com.acme.shop&hl=de", APP, None),
        ("https://play.google.com/store/apps/details?id=com.acme.shop&reviewId=gp%3AAOq1", APP, "google_play:gp:AOq1"),
        ("https://play.google.com/store/apps/details?id=acme", None, None),
        ("https://play.google.com/store/apps/developer?id=com.acme.shop", None, None),
        ("https://play.google.com.evil.example/store/apps/details?id=com.acme.shop", None, None),
    ],
)
def test_addresses_of_the_shop_are_known(url: str, app: str | None, identity: str | None) -> None:
    assert (PLAY.claim(url), PLAY.recognise(url)) == (app, identity)


@pytest.mark.parametrize("text", [APP, f" {APP} ", "https://play.google.com/store/apps/details?id=com.acme.shop"])
def test_app_is_found_in_what_people_type(text: str) -> None:
    assert PLAY.locator(text) == APP


@pytest.mark.parametrize("text", ["acme", "com..acme", "com.acme/../x", "https://play.google.com/store/apps"])
def test_anything_else_is_no_app(text: str) -> None:
    with pytest.raises(Invalid):
        PLAY.locator(text)


def test_recorded_reviews_are_read(recorded_google_play: Path) -> None:
    (item,) = PLAY.parse(a_response(recorded_google_play.read_bytes()), the_source()).items

    assert (item.native_id, item.author.name, item.rating) == ("12345678", "Jane Bloggs", 5.0)
    assert item.published_at == datetime(2015, 10, 1, 5, 20, 26, tzinfo=UTC)
    assert "<" not in item.text
