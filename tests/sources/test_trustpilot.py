"""Trustpilot: the company behind a domain, its reviews, and their pages."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from source_builders import a_response, a_source

from earshot.domain.errors import Invalid, Malformed, Refused
from earshot.domain.item import Author, Engagement, Item
from earshot.domain.source import Fetched, Source
from earshot.sources.registry import CONNECTORS
from earshot.sources.trustpilot import PAGE_SIZE

PILOT = CONNECTORS["trustpilot"]
UNIT = "46d6a890ffa235a75b00021d"
USER = "5e3de1b45fb06f0001790b50"


def id_of(number: int) -> str:
    return f"{number:024x}"


def a_review(number: int = 1, at: str = "2026-11-20T08:00:00Z", **fields: object) -> dict[str, object]:
    return {
        "id": id_of(number),
        "consumer": {"id": USER, "displayName": "John D.", "numberOfReviews": 2},
        "businessUnit": {"id": UNIT, "identifyingName": "acme.example"},
        "stars": 1,
        "title": "Never again",
        "text": "The parcel was late &amp; wet.",
        "language": "en",
        "createdAt": at,
        "updatedAt": None,
        "companyReply": None,
        "numberOfLikes": 3,
        "status": "active",
        **fields,
    }


def a_list(*reviews: object) -> str:
    return json.dumps({"links": [], "reviews": list(reviews)})


def the_source(cursor: str = UNIT) -> Source:
    return replace(a_source("trustpilot", cursor=cursor), locator="acme.example")


def parse(body: str, cursor: str = UNIT, status: int = 200) -> Fetched:
    return PILOT.parse(a_response(body, status=status), the_source(cursor))


def page(cursor: str) -> list[str]:
    return parse_qs(urlsplit(PILOT.request(the_source(cursor)).url).query).get("page", [])


def test_review_gives_every_field() -> None:
    fetched = parse(a_list(a_review(companyReply={"text": "Sorry", "createdAt": "2026-11-21T08:00:00Z"})))

    assert fetched.items == (
        Item(
            identity=f"trustpilot:{id_of(1)}",
            native_id=id_of(1),
            source_kind="trustpilot",
            url=f"https://www.trustpilot.com/reviews/{id_of(1)}",
            title="Never again",
            text="The parcel was late &amp; wet.",
            published_at=datetime(2026, 11, 20, 8, tzinfo=UTC),
            author=Author(name="John D.", id=USER, url=f"https://www.trustpilot.com/users/{USER}"),
            engagement=Engagement(likes=3, replies=1),
            rating=1.0,
            language="en",
            root_id=id_of(1),
            thread_url="https://www.trustpilot.com/review/acme.example",
            place="Trustpilot",
        ),
    )
    assert PILOT.recognise(fetched.items[0].url) == fetched.items[0].identity


def test_first_request_asks_for_the_company_with_the_key_in_a_header() -> None:
    request = PILOT.request(the_source(""), {"api_key": "k3y"})

    assert request.url == "https://api.trustpilot.com/v1/business-units/find?name=acme.example"
    assert request.headers == {"apikey": "k3y"}
    assert PILOT.request(the_source("")).headers == {}


def test_company_is_remembered_and_its_reviews_are_asked_for_at_once() -> None:
    fetched = parse(json.dumps({"id": UNIT, "displayName": "Acme", "name": {"identifying": "acme.example"}}), "")

    assert (fetched.cursor, fetched.title, fetched.more) == (UNIT, "Acme", True)
    assert PILOT.request(the_source(fetched.cursor)).url == (
        f"https://api.trustpilot.com/v1/business-units/{UNIT}/reviews?perPage=100&orderBy=createdat.desc"
    )


def test_full_pages_are_read_until_what_is_known() -> None:
    known = parse(a_list(a_review())).cursor
    newer = [a_review(n + 2, f"2026-11-22T08:{n // 60:02}:{n % 60:02}Z") for n in range(PAGE_SIZE)]

    first = parse(a_list(*newer), known)
    assert (first.more, page(first.cursor)) == (True, ["2"])

    second = parse(a_list(a_review(500, "2026-11-21T08:00:00Z"), a_review()), first.cursor)
    assert (second.more, page(second.cursor)) == (False, [])
    assert parse(a_list(*newer), second.cursor).cursor != known


def test_unchanged_answer_leaves_the_cursor() -> None:
    known = parse(a_list(a_review())).cursor

    assert parse(a_list(a_review()), known).cursor == known


def test_reviews_before_the_company_is_known_leave_the_cursor() -> None:
    fetched = parse(a_list(a_review()), "")

    assert (len(fetched.items), fetched.cursor, fetched.more) == (1, "", False)


def test_one_review_is_read_too() -> None:
    fetched = parse(json.dumps(a_review()))

    assert (len(fetched.items), fetched.cursor) == (1, UNIT)


def test_stars_alone_are_said_as_stars() -> None:
    assert parse(a_list(a_review(title="", text=None))).items[0].text == "★☆☆☆☆"


def test_company_that_moved_is_looked_up_anew() -> None:
    assert parse("", f"{UNIT} 7", status=404) == Fetched(cursor="")


@pytest.mark.parametrize("cursor", ["", "x", "x 7", f"{UNIT[:-1]} 7", "|||"])
def test_unreadable_cursor_asks_for_the_company(cursor: str) -> None:
    assert "/find?" in PILOT.request(the_source(cursor)).url


@pytest.mark.parametrize(
    ("status", "hint"), [(401, "earshot credential set trustpilot"), (403, "contract"), (404, "acme.example")]
)
def test_errors_say_what_to_do(status: int, hint: str) -> None:
    with pytest.raises(Refused) as caught:
        parse('{"fault": {"faultstring": "Invalid ApiKey"}}', "", status=status)

    assert hint in caught.value.reason


@pytest.mark.parametrize("body", ["{}", '{"reviews": {}}', '{"id": "short"}', '{"id": 7}', "[]"])
def test_answer_without_reviews_or_company_is_malformed(body: str) -> None:
    with pytest.raises(Malformed):
        parse(body)


@pytest.mark.parametrize("review", [None, 7, a_review(id=None), a_review(stars="many", title=[], text={})])
def test_strange_reviews_are_left_out(review: object) -> None:
    assert [item.native_id for item in parse(a_list(review, a_review(9))).items] == [id_of(9)]


def test_strange_ids_make_no_addresses() -> None:
    (item,) = parse(a_list(a_review(id="../evil", consumer={"id": "../evil", "displayName": "x"}))).items

    assert (item.url, item.author.url) == ("", "")


@pytest.mark.parametrize(
    ("url", "domain", "identity"),
    [
        ("https://www.trustpilot.com/review/Acme.example?page=2", "acme.example", None),
        ("https://de.trustpilot.com/review/www.acme.example", "www.acme.example", None),
        (f"https://de.trustpilot.com/reviews/{UNIT}", None, f"trustpilot:{UNIT}"),
        ("https://www.trustpilot.com/reviews/7", None, None),
        ("https://www.trustpilot.com/categories/shops", None, None),
        (f"https://trustpilot.com.evil.example/reviews/{UNIT}", None, None),
    ],
)
def test_addresses_there_are_known(url: str, domain: str | None, identity: str | None) -> None:
    assert (PILOT.claim(url), PILOT.recognise(url)) == (domain, identity)


@pytest.mark.parametrize("text", ["acme.example", " ACME.example ", "https://at.trustpilot.com/review/acme.example"])
def test_company_is_found_in_what_people_type(text: str) -> None:
    assert PILOT.locator(text) == "acme.example"


@pytest.mark.parametrize("text", ["acme", "acme.example/x", "-.example", "a" * 64 + ".example", "acme.example?x"])
def test_anything_else_is_no_domain(text: str) -> None:
    with pytest.raises(Invalid):
        PILOT.locator(text)
