"""Google Business Profile: reviews of one's own locations, their walk, and what Google says instead."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from source_builders import a_response, a_source

from earshot.domain.errors import FetchError, Invalid, Malformed, Refused, Throttled
from earshot.domain.item import Author, Engagement, Item
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import Ref
from earshot.ports.connector import Rechecks
from earshot.sources.registry import CONNECTORS

GOOGLE = CONNECTORS["google_business"]
LOCATION = "accounts/1/locations/55"


def a_review(id_: str = "r1", **fields: object) -> dict[str, object]:
    return {
        "name": f"{LOCATION}/reviews/{id_}",
        "reviewId": id_,
        "reviewer": {"displayName": "Pia Kern", "profilePhotoUrl": "https://lh3.example/p.png"},
        "starRating": "TWO",
        "comment": "Lange gewartet.",
        "createTime": "2026-11-20T08:00:00Z",
        "updateTime": "2026-11-21T09:00:00.123456789Z",
        **fields,
    }


def a_list(*reviews: object, token: str = "") -> str:
    return json.dumps({"reviews": list(reviews), "totalReviewCount": 9} | ({"nextPageToken": token} if token else {}))


def the_source(cursor: str = "") -> Source:
    return replace(a_source("google_business", cursor=cursor), locator=LOCATION)


def parse(body: str, cursor: str = "", status: int = 200) -> Fetched:
    return GOOGLE.parse(a_response(body, status=status), the_source(cursor))


def query(cursor: str = "") -> dict[str, list[str]]:
    return parse_qs(urlsplit(GOOGLE.request(the_source(cursor)).url).query)


def an_error(code: int, status: str, **more: object) -> str:
    return json.dumps({"error": {"code": code, "status": status, "message": "secret detail", **more}})


def test_review_gives_every_field() -> None:
    fetched = parse(
        a_list(a_review(reviewReply={"comment": "Das tut uns leid.", "updateTime": "2026-11-21T10:00:00Z"}))
    )

    assert fetched.items == (
        Item(
            identity="google_business:r1",
            native_id="r1",
            source_kind="google_business",
            text="Lange gewartet.",
            published_at=datetime(2026, 11, 20, 8, tzinfo=UTC),
            author=Author(name="Pia Kern"),
            engagement=Engagement(replies=1),
            rating=2.0,
            root_id="r1",
            place="Google",
        ),
    )
    assert (fetched.skipped, fetched.more) == (0, False)


def test_review_without_words_says_its_stars_and_keeps_no_name_of_an_anonymous_person() -> None:
    review = a_review(comment="", starRating="THREE", reviewer={"isAnonymous": True, "displayName": "A Google user"})

    (item,) = parse(a_list(review)).items

    assert (item.text, item.rating, item.type, item.author) == ("★★★☆☆", 3.0, "review", Author())
    assert item.engagement.replies == 0


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("(Translated by Google) Very good\n\n(Original)\nSehr gut", "Sehr gut"),
        ("Sehr gut\n\n(Translated by Google)\nVery good", "Sehr gut"),
        ("(Translated by Google) Very good", "Very good"),
        ("Fine (Original)", "Fine (Original)"),
    ],
)
def test_only_what_the_person_wrote_is_kept(comment: str, said: str) -> None:
    assert parse(a_list(a_review(comment=comment))).items[0].text == said


def test_only_an_update_leaves_that_date() -> None:
    (item,) = parse(a_list(a_review(createTime=None))).items

    assert (item.published_kind, item.published_at) == ("updated", datetime(2026, 11, 21, 9, 0, 0, 123456, tzinfo=UTC))


def test_one_review_and_a_batch_of_locations_are_read_too() -> None:
    batch = json.dumps({"locationReviews": [{"name": LOCATION, "review": a_review("r2")}]})

    assert [item.native_id for item in parse(json.dumps(a_review())).items] == ["r1"]
    assert [item.native_id for item in parse(batch).items] == ["r2"]


def test_request_asks_for_what_changed_last_with_the_token_in_a_header() -> None:
    request = GOOGLE.request(the_source(), {"access_token": "ya29.s"})

    assert request.url == (
        f"https://mybusiness.googleapis.com/v4/{LOCATION}/reviews?pageSize=50&orderBy=updateTime+desc"
    )
    assert request.headers == {"Authorization": "Bearer ya29.s"}
    assert GOOGLE.request(the_source()).headers == {}


def test_pages_are_read_until_what_is_known() -> None:
    known = parse(a_list(a_review("old", updateTime="2026-11-20T00:00:00Z"))).cursor

    first = parse(a_list(a_review("a", updateTime="2026-11-23T00:00:00Z"), token="tok 2".replace(" ", "")), known)
    assert first.more
    assert query(first.cursor)["pageToken"] == ["tok2"]

    second = parse(
        a_list(
            a_review("b", updateTime="2026-11-22T00:00:00Z"),
            a_review("old", updateTime="2026-11-19T00:00:00Z"),
            token="tok3",
        ),
        first.cursor,
    )
    assert not second.more
    assert "pageToken" not in query(second.cursor)

    again = parse(a_list(a_review("a", updateTime="2026-11-23T00:00:00Z")), second.cursor)
    assert (again.cursor, again.more) == (second.cursor, False)


def test_page_token_that_died_starts_the_walk_anew() -> None:
    known = parse(a_list(a_review())).cursor
    under_way = parse(a_list(a_review("b", updateTime="2026-11-23T00:00:00Z"), token="tok"), known).cursor

    fetched = parse(an_error(400, "INVALID_ARGUMENT"), under_way, status=400)

    assert (fetched.cursor, fetched.more) == (known, False)


@pytest.mark.parametrize("body", ['{"data": 7}', "[]", "<html>", ""])
def test_answer_without_reviews_is_malformed(body: str) -> None:
    with pytest.raises(Malformed):
        parse(body)


def test_no_reviews_are_an_empty_object() -> None:
    assert parse("{}") == Fetched(title="Google reviews", cursor="")


@pytest.mark.parametrize(
    ("status", "body", "error", "hint"),
    [
        (401, an_error(401, "UNAUTHENTICATED"), Refused, "earshot credential set google_business"),
        (200, an_error(401, "UNAUTHENTICATED"), Refused, "earshot credential set google_business"),
        (403, an_error(403, "PERMISSION_DENIED"), Refused, "not open to this Google Cloud project"),
        (403, an_error(403, "RESOURCE_EXHAUSTED"), Throttled, "more often"),
        (403, an_error(403, "X", errors=[{"reason": "rateLimitExceeded"}]), Throttled, "more often"),
        (403, an_error(403, "X", details=[{"reason": "RATE_LIMIT_EXCEEDED"}]), Throttled, "more often"),
        (404, an_error(404, "NOT_FOUND"), Refused, "may not see it"),
        (400, an_error(400, "INVALID_ARGUMENT"), Malformed, LOCATION),
        (200, an_error(418, "TEAPOT"), Refused, "418"),
    ],
)
def test_errors_say_what_to_do(status: int, body: str, error: type[FetchError], hint: str) -> None:
    with pytest.raises(error) as caught:
        parse(body, status=status)

    assert hint in caught.value.reason
    assert "secret detail" not in caught.value.reason


@pytest.mark.parametrize(
    "review",
    [
        None,
        "text",
        a_review(reviewId=""),
        a_review(reviewId=["x"]),
        a_review(comment={"text": 1}, starRating="SIX"),
        a_review(comment=7, starRating=None),
    ],
)
def test_strange_reviews_are_left_out(review: object) -> None:
    assert parse(a_list(review, a_review("ok"))).items[0].native_id == "ok"
    assert len(parse(a_list(review, a_review("ok"))).items) == 1


def test_review_from_the_future_does_not_move_the_walk() -> None:
    known = parse(a_list(a_review())).cursor

    assert parse(a_list(a_review("x", updateTime="2031-01-01T00:00:00Z")), known).cursor == known


def test_deleted_review_is_found_out() -> None:
    assert isinstance(GOOGLE, Rechecks)
    refs = [Ref(native_id="r1", locator=LOCATION)]

    assert GOOGLE.recheck_request(refs).url == f"https://mybusiness.googleapis.com/v4/{LOCATION}/reviews/r1"
    assert GOOGLE.recheck_parse(a_response(json.dumps(a_review())), refs) == frozenset()
    assert GOOGLE.recheck_parse(a_response(an_error(404, "NOT_FOUND"), status=404), refs) == {"r1"}
    with pytest.raises(Refused):
        GOOGLE.recheck_parse(a_response("{}", status=404), refs)


@pytest.mark.parametrize(
    "text",
    [LOCATION, f"/{LOCATION}/", f" {LOCATION} ", f"https://mybusiness.googleapis.com/v4/{LOCATION}/reviews?pageSize=2"],
)
def test_location_is_found_in_what_people_type(text: str) -> None:
    assert GOOGLE.locator(text) == LOCATION


@pytest.mark.parametrize(
    "text",
    [
        "55",
        "accounts/1",
        "accounts/1/locations/-",
        f"{LOCATION}/reviews/r1/../x",
        f"https://evil.example/v4/{LOCATION}",
    ],
)
def test_anything_else_is_no_location(text: str) -> None:
    with pytest.raises(Invalid):
        GOOGLE.locator(text)


@pytest.mark.parametrize(
    ("url", "claimed"),
    [
        (f"https://mybusiness.googleapis.com/v4/{LOCATION}/reviews", LOCATION),
        ("https://mybusiness.googleapis.com/v4/accounts/1", None),
        ("https://www.google.com/maps/place/Acme", None),
    ],
)
def test_only_addresses_of_the_api_are_claimed(url: str, claimed: str | None) -> None:
    assert GOOGLE.claim(url) == claimed
    assert GOOGLE.recognise(url) is None


def test_recorded_reviews_are_read(recorded_google_business: Path) -> None:
    fetched = GOOGLE.parse(a_response(recorded_google_business.read_bytes()), the_source())

    assert [item.native_id for item in fetched.items] == ["r2", "r1"]
    assert [item.rating for item in fetched.items] == [3.0, 5.0]
    assert fetched.items[0].author.name == ""
    assert fetched.items[-1].published_at == datetime(2026, 10, 9, 12, 44, 32, tzinfo=UTC)
    assert [item.engagement.replies for item in fetched.items] == [0, 1]
    assert fetched.more
