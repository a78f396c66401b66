"""Trusted Shops: reviews of one's own account, their overlap, and rejected ones."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from source_builders import a_response, a_source

from earshot.domain.errors import FetchError, Invalid, Malformed, Refused
from earshot.domain.item import Author, Engagement, Item
from earshot.domain.source import Fetched, Source
from earshot.sources.registry import CONNECTORS

SHOPS = CONNECTORS["trusted_shops"]
CHANNEL = "chl-0a1b2c3d-1111-2222-3333-0123456789ab"


def a_review(id_: str = "rev-1", at: str = "2026-11-20T08:00:00.000Z", **fields: object) -> dict[str, object]:
    return {
        "_object": "CustomerReview",
        "id": id_,
        "channelRef": CHANNEL,
        "rating": 2,
        "title": "Naja",
        "comment": "Paket kam zu spät.",
        "status": "APPROVED",
        "submittedAt": at,
        "updatedAt": "2026-11-21T08:00:00.000Z",
        "customer": {"firstName": "Anna", "lastName": "Berger", "email": "anna@example.com"},
        "transaction": {"reference": "4711"},
        **fields,
    }


def a_list(*reviews: object, after: str = "") -> str:
    paging: dict[str, object] = {"count": len(reviews)}
    if after:
        paging |= {"cursor": {"after": after}, "links": {"next": f"https://api.etrusted.com/reviews?after={after}"}}
    return json.dumps({"totalElements": 9, "paging": paging, "items": list(reviews)})


def the_source(cursor: str = "", locator: str = "all") -> Source:
    return replace(a_source("trusted_shops", cursor=cursor), locator=locator)


def parse(body: str, cursor: str = "", status: int = 200) -> Fetched:
    return SHOPS.parse(a_response(body, status=status), the_source(cursor))


def query(cursor: str = "", locator: str = "all") -> dict[str, list[str]]:
    return parse_qs(urlsplit(SHOPS.request(the_source(cursor, locator)).url).query)


def test_review_gives_every_field_and_neither_mail_nor_order() -> None:
    fetched = parse(a_list(a_review(reply={"comment": "Entschuldigung!"})))

    assert fetched.items == (
        Item(
            identity="trusted_shops:rev-1",
            native_id="rev-1",
            source_kind="trusted_shops",
            title="Naja",
            text="Paket kam zu spät.",
            published_at=datetime(2026, 11, 20, 8, tzinfo=UTC),
            author=Author(name="Anna B."),
            engagement=Engagement(replies=1),
            rating=2.0,
            root_id="rev-1",
            place="Trusted Shops",
        ),
    )
    assert "anna@example.com" not in repr(fetched)


@pytest.mark.parametrize(
    ("customer", "name"),
    [({"firstName": "Anna"}, "Anna"), ({"lastName": "Berger"}, ""), (None, ""), ({"firstName": 7}, "")],
)
def test_half_a_name_stays_half(customer: object, name: str) -> None:
    assert parse(a_list(a_review(customer=customer))).items[0].author.name == name


def test_stars_alone_are_said_as_stars() -> None:
    (item,) = parse(a_list(a_review(title="", comment=None, rating=5))).items

    assert (item.text, item.rating) == ("★★★★★", 5.0)


def test_rejected_review_is_gone() -> None:
    fetched = parse(a_list(a_review(), a_review("rev-2", status="REJECTED"), a_review("rev-3", status="MODERATION")))

    assert [item.native_id for item in fetched.items] == ["rev-1", "rev-3"]
    assert fetched.gone == ("trusted_shops:rev-2",)


def test_first_request_asks_for_the_newest_with_the_token_in_a_header() -> None:
    request = SHOPS.request(the_source(), {"access_token": "jwt"})

    assert request.url == "https://api.etrusted.com/reviews?count=100&orderBy=submittedAt"
    assert request.headers == {"Authorization": "Bearer jwt"}
    assert SHOPS.request(the_source()).headers == {}


def test_channel_narrows_the_list() -> None:
    assert query(locator=CHANNEL)["channels"] == [CHANNEL]


def test_later_polls_look_some_days_back_and_stay_unchanged() -> None:
    known = parse(a_list(a_review())).cursor

    assert query(known)["submittedAfter"] == ["2026-11-17T08:00:00.000Z"]
    assert parse(a_list(a_review()), known).cursor == known


def test_pages_are_read_through_the_overlap() -> None:
    known = parse(a_list(a_review())).cursor
    first = parse(a_list(a_review("n", "2026-11-23T08:00:00Z"), a_review(), after="rev-1"), known)

    assert first.more
    assert query(first.cursor)["after"] == ["rev-1"]
    assert query(first.cursor)["submittedAfter"] == query(known)["submittedAfter"]

    last = parse(a_list(a_review("o", "2026-11-18T08:00:00Z")), first.cursor)
    assert not last.more
    assert query(last.cursor)["submittedAfter"] == ["2026-11-20T08:00:00.000Z"]


def test_page_that_is_not_known_any_more_starts_the_walk_anew() -> None:
    known = parse(a_list(a_review())).cursor
    under_way = parse(a_list(a_review("n", "2026-11-23T08:00:00Z"), after="rev-9"), known).cursor

    assert parse("", under_way, status=404) == Fetched(cursor=known)


def test_one_review_is_read_too() -> None:
    assert [item.native_id for item in parse(json.dumps(a_review())).items] == ["rev-1"]


@pytest.mark.parametrize(
    ("status", "hint"), [(401, "earshot credential set trusted_shops"), (403, "403"), (404, "404"), (400, "400")]
)
def test_errors_say_what_to_do(status: int, hint: str) -> None:
    with pytest.raises(Refused) as caught:
        parse("<html>", status=status)

    assert hint in caught.value.reason


@pytest.mark.parametrize("body", ["{}", '{"items": {}}', '{"id": "rev-1"}', "[]"])
def test_answer_without_reviews_is_malformed(body: str) -> None:
    with pytest.raises(Malformed):
        parse(body)


@pytest.mark.parametrize(
    "review",
    [None, 7, a_review(id={"a": 1}), a_review(title=1, comment=[], rating=9), a_review(status="REJECTED", id="")],
)
def test_strange_reviews_are_left_out(review: object) -> None:
    try:
        fetched = parse(a_list(review, a_review("ok")))
    except FetchError:
        pytest.fail("one strange review must not stand in the way of the others")
    assert [item.native_id for item in fetched.items] == ["ok"]
    assert fetched.gone == ()


@pytest.mark.parametrize(("text", "locator"), [("", "all"), ("ALL", "all"), (f" {CHANNEL.upper()} ", CHANNEL)])
def test_account_or_channel_is_meant(text: str, locator: str) -> None:
    assert SHOPS.locator(text) == locator


@pytest.mark.parametrize("text", ["chl-1", "https://www.trustedshops.de/bewertung/info_X1.html", f"{CHANNEL}&x=1"])
def test_anything_else_is_no_channel(text: str) -> None:
    with pytest.raises(Invalid):
        SHOPS.locator(text)
    assert SHOPS.claim(text) is None
    assert SHOPS.recognise(text) is None
