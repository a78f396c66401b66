"""Lemmy: two lists in turns, both versions of the interface, and threads by their paths."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from source_builders import NOW, a_response, a_source

from earshot.domain.errors import FetchError, Invalid, Malformed, Refused, Throttled
from earshot.domain.item import Author, Engagement, Item
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import Ref, Thread
from earshot.ports.connector import ReadsThreads
from earshot.sources.lemmy_cursor import MAX_PAGES, PAGES_A_POLL
from earshot.sources.registry import CONNECTORS

LEMMY = CONNECTORS["lemmy"]
assert isinstance(LEMMY, ReadsThreads)
Fields = dict[str, Any]


def a_place(cursor: str = "") -> Source:
    return replace(a_source("lemmy", cursor=cursor), locator="feddit.org")


def heard(body: object, cursor: str = "", status: int = 200) -> Fetched:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return LEMMY.parse(a_response(raw, status=status), a_place(cursor))


def a_creator(name: str = "anna") -> Fields:
    return {"id": 7, "name": name, "display_name": None, "actor_id": f"https://lemmy.example/u/{name}"}


def a_post(number: int, **fields: object) -> Fields:
    post = {
        "id": number,
        "name": "Acme & co",
        "body": "How are they?",
        "ap_id": f"https://lemmy.example/post/{number + 1000}",
        "published": "2026-11-20T10:00:00.5Z",
        "deleted": False,
        "removed": False,
        "language_id": 32,
        **fields,
    }
    counts = {"post_id": number, "comments": 3, "score": 5, "upvotes": 6, "downvotes": 1}
    return {"post": post, "creator": a_creator(), "community": {"name": "fragen", "title": "Fragen"}, "counts": counts}


def a_comment(number: int, path: str = "", **fields: object) -> Fields:
    comment = {
        "id": number,
        "post_id": 1,
        "content": f"said {number}",
        "path": path or f"0.{number}",
        "ap_id": f"https://other.example/comment/{number + 1000}",
        "published": "2026-11-20T11:00:00Z",
        "deleted": False,
        "removed": False,
        "language_id": 37,
        **fields,
    }
    counts = {"comment_id": number, "child_count": 2, "score": -1, "upvotes": 0, "downvotes": 1}
    return {
        "comment": comment,
        "creator": a_creator("ben"),
        "post": a_post(1)["post"],
        "community": {},
        "counts": counts,
    }


def posts(*numbers: int, token: str | None = "Pabc") -> Fields:
    return {"posts": [a_post(number) for number in numbers], "next_page": token}


def comments(*numbers: int) -> Fields:
    return {"comments": [a_comment(number) for number in numbers]}


def test_post_gives_every_field() -> None:
    (item,) = heard({"posts": [a_post(5, url="https://acme.example/a")], "next_page": "P5"}).items

    assert item == Item(
        identity="url1:https://lemmy.example/post/1005",
        native_id="post/5",
        source_kind="lemmy",
        url="https://lemmy.example/post/1005",
        title="Acme & co",
        text="How are they?\nhttps://acme.example/a",
        published_at=datetime(2026, 11, 20, 10, 0, 0, 500_000, tzinfo=UTC),
        author=Author(
            name="anna",
            id="https://lemmy.example/u/anna",
            handle="anna@lemmy.example",
            url="https://lemmy.example/u/anna",
        ),
        engagement=Engagement(score=5, likes=6, replies=3),
        language="de",
        root_id="post/5",
        thread_url="https://lemmy.example/post/1005",
        place="Fragen",
    )


def test_comment_gives_every_field() -> None:
    (item,) = heard({"comments": [a_comment(9, "0.3.9")]}).items

    assert item == Item(
        identity="url1:https://other.example/comment/1009",
        native_id="comment/9",
        source_kind="lemmy",
        url="https://other.example/comment/1009",
        title="Acme & co",
        text="said 9",
        published_at=datetime(2026, 11, 20, 11, 0, tzinfo=UTC),
        author=Author(
            name="ben", id="https://lemmy.example/u/ben", handle="ben@lemmy.example", url="https://lemmy.example/u/ben"
        ),
        engagement=Engagement(score=-1, likes=0, replies=2),
        language="en",
        parent_id="comment/3",
        root_id="post/1",
        thread_url="https://lemmy.example/post/1001",
    )


def test_comment_right_under_a_post_answers_the_post() -> None:
    (item,) = heard(comments(4)).items

    assert (item.parent_id, item.root_id, item.type) == ("post/1", "post/1", "comment")


def test_version_4_is_read_by_its_own_names() -> None:
    view = a_comment(9, "0.9")
    view["comment"] |= {"published_at": "2026-11-20T11:00:00Z", "score": 8, "upvotes": 9, "child_count": 1}
    del view["comment"]["published"], view["counts"]
    view["creator"]["ap_id"] = view["creator"].pop("actor_id")
    post = a_post(5)
    post["post"] |= {"published_at": post["post"].pop("published"), "score": 2, "upvotes": 3, "comments": 4}
    del post["counts"]

    first, second = heard({"items": [view, post], "next_page": "abc"}).items

    assert (first.native_id, first.engagement) == ("post/5", Engagement(score=2, likes=3, replies=4))
    assert (second.native_id, second.engagement) == ("comment/9", Engagement(score=8, likes=9, replies=1))
    assert second.author.url == "https://lemmy.example/u/ben"
    assert second.published_at == datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "body",
    [
        {"post_view": a_post(5), "cross_posts": []},
        {"comment_view": a_comment(5)},
        {"type_": "All", "posts": [a_post(5)], "comments": [], "communities": [], "users": []},
    ],
)
def test_single_views_and_searches_are_read_too(body: Fields) -> None:
    assert [item.native_id.partition("/")[2] for item in heard(body).items] == ["5"]


def test_time_without_a_zone_is_utc() -> None:
    (item,) = heard({"posts": [a_post(5, published="2023-11-20T10:00:00.123456")]}).items

    assert item.published_at == datetime(2023, 11, 20, 10, 0, 0, 123_456, tzinfo=UTC)


def test_deleted_and_removed_ones_are_gone() -> None:
    fetched = heard({"comments": [a_comment(1, deleted=True, content=""), a_comment(2, removed=True), a_comment(3)]})

    assert [item.native_id for item in fetched.items] == ["comment/3"]
    assert fetched.gone == ("url1:https://other.example/comment/1001", "url1:https://other.example/comment/1002")
    assert fetched.skipped == 0


def test_without_a_home_address_the_instance_shows_it() -> None:
    (item,) = heard({"posts": [a_post(5, ap_id="javascript:alert(1)")]}).items

    assert (item.url, item.identity) == ("https://feddit.org/post/5", "url1:https://feddit.org/post/5")


@pytest.mark.parametrize(
    "claimed",
    [
        "https://news.example/artikel-ueber-acme",
        "https://news.example/post/5/acme",
        "https://news.example/comment/5",
        "https://news.example/post/5?article=7",
        "https://news.example/post/five",
    ],
)
def test_an_address_that_is_none_of_lemmy_neither_names_a_post_nor_deletes_it(claimed: str) -> None:
    fetched = heard({"posts": [a_post(5, ap_id=claimed), a_post(6, ap_id=claimed, deleted=True)]})

    assert [item.identity for item in fetched.items] == ["url1:https://feddit.org/post/5"]
    assert fetched.gone == ("url1:https://feddit.org/post/6",)


@pytest.mark.parametrize("number", [0, -1, 184, 10**9, "32", None, True])
def test_unknown_language_is_none(number: object) -> None:
    assert [item.language for item in heard({"posts": [a_post(5, language_id=number)]}).items] == [""]


@pytest.mark.parametrize(
    ("cursor", "url"),
    [
        ("", "https://feddit.org/api/v3/post/list?type_=All&sort=New&limit=50&page=1"),
        ("c.5.9", "https://feddit.org/api/v3/comment/list?type_=All&sort=New&limit=50&page=1"),
        ("c3.5.9.12.2", "https://feddit.org/api/v3/comment/list?type_=All&sort=New&limit=50&page=3"),
        ("p4.5.9", "https://feddit.org/api/v4/post/list?type_=all&sort=new&limit=50"),
        ("c4.5.9.12.1.a_b-C", "https://feddit.org/api/v4/comment/list?type_=all&sort=new&limit=50&page_cursor=a_b-C"),
        ("p4.5.9.12.1.a&b=1", "https://feddit.org/api/v3/post/list?type_=All&sort=New&limit=50&page=1"),
        ("x", "https://feddit.org/api/v3/post/list?type_=All&sort=New&limit=50&page=1"),
        ("p.٣.1", "https://feddit.org/api/v3/post/list?type_=All&sort=New&limit=50&page=1"),
    ],
)
def test_cursor_says_what_is_asked_for(cursor: str, url: str) -> None:
    request = LEMMY.request(a_place(cursor))

    assert (request.url, request.etag, request.headers, request.draws) == (url, "", {}, ())


def test_posts_and_comments_take_turns_in_one_poll() -> None:
    first = heard(posts(5, 4))
    second = heard(comments(9), first.cursor)

    assert (first.cursor, first.more) == ("c.5.0", True)
    assert (second.cursor, second.more) == ("p.5.9", False)


def test_poll_without_news_ends_where_it_began() -> None:
    first = heard(posts(5, 4), "p.5.9")
    second = heard(comments(9, 8), first.cursor)

    assert second.cursor == "p.5.9"


def test_body_of_the_other_list_leaves_the_cursor_alone() -> None:
    fetched = heard(comments(90), "p.5.9")

    assert (fetched.cursor, fetched.more, len(fetched.items)) == ("p.5.9", False, 1)


def polled(cursor: str, listed: Callable[[int], list[int]]) -> tuple[str, list[int], int]:
    """One poll of comments from `cursor`: the next cursor, the ids heard, the requests."""
    ids: list[int] = []
    for request in range(1, 200):
        asked = parse_qs(urlsplit(LEMMY.request(a_place(cursor)).url).query)
        fetched = heard(comments(*listed(int(asked["page"][0]))), cursor)
        ids += [int(item.native_id.partition("/")[2]) for item in fetched.items]
        cursor = fetched.cursor
        if not fetched.more:
            return cursor, ids, request
    raise AssertionError("a poll has an end")


def test_walk_goes_on_over_several_polls_and_loses_nothing() -> None:
    newest = 1400
    cursor, ids, requests = "c.5.1000", [], []
    while not cursor.startswith("p"):
        at_hand = list(range(newest, 0, -1))
        cursor, more_ids, count = polled(cursor, lambda page, listed=at_hand: listed[50 * (page - 1) : 50 * page])
        ids += more_ids
        requests.append(count)
        # What comes in meanwhile moves the pages down, and is found by the next walk.
        newest += 1

    assert set(range(1001, 1401)) <= set(ids)
    assert requests == [PAGES_A_POLL, 5]
    assert cursor == "p.5.1400"


def test_comment_that_came_late_is_found_behind_a_page_of_known_ones() -> None:
    pages = {1: list(range(1050, 1000, -1)), 2: [*range(1000, 951, -1), 1051], 3: list(range(951, 901, -1))}

    cursor, ids, _ = polled("c.5.1049", lambda page: pages[page])

    assert 1051 in ids
    assert cursor == "p.5.1051"


def test_first_walk_ends_with_its_first_page() -> None:
    assert heard(comments(*range(60, 10, -1)), "c.5.0").cursor == "p.5.60"


def test_walk_has_an_end_even_where_an_instance_gives_new_ids_for_ever() -> None:
    full = [a_comment(number) for number in range(2000, 2050)]
    cursor, pages = "c3.5.1000", 0
    while cursor.startswith("c"):
        cursor = heard({"comments": full}, cursor).cursor
        pages += 1

    assert pages == MAX_PAGES


def test_instance_of_version_4_is_asked_by_version_4_from_then_on() -> None:
    shadow = heard(posts(5, 4, token=None))
    again = heard({"items": [a_post(5)], "next_page": "n"}, shadow.cursor)

    assert (shadow.cursor, shadow.more) == ("p4.0.0", True)
    assert (again.cursor, again.more) == ("c4.5.0", True)


def test_version_4_goes_on_at_its_token() -> None:
    fetched = heard({"items": [a_comment(9)], "next_page": "a_b-C"}, "c4.5.8")

    assert (fetched.cursor, fetched.more) == ("c4.5.8.9.1.a_b-C", True)
    assert (
        heard({"items": [a_comment(8)], "next_page": "more"}, fetched.cursor).cursor.startswith("c4.5.8.9.2.more")
        is False
    )
    assert heard({"items": [a_comment(8)], "next_page": "more"}, "c4.5.8").cursor == "p4.5.8"


@pytest.mark.parametrize("token", ["", "a b", "x" * 300, 7, None])
def test_version_4_without_a_usable_token_ends_the_walk(token: object) -> None:
    assert heard({"items": [a_comment(9)], "next_page": token}, "c4.5.8").cursor == "p4.5.9"


def test_old_instance_without_version_4_keeps_version_3() -> None:
    fetched = heard(b"404 page not found", "p4.0.0", status=404)

    assert (fetched.cursor, fetched.more) == ("p3.0.0", True)
    assert heard(posts(5, token=None), fetched.cursor).cursor == "c3.5.0"


def test_walk_whose_page_is_gone_begins_anew() -> None:
    fetched = heard({"error": "couldnt_find_comment"}, "c4.5.8.9.1.tok", status=400)

    assert (fetched.cursor, fetched.more, fetched.items) == ("c4.5.8", False, ())


@pytest.mark.parametrize(
    ("body", "status", "cursor", "error", "said"),
    [
        ({"error": "instance_is_private"}, 400, "", Refused, "members only"),
        ({"error": "rate_limit_error"}, 400, "", Throttled, "too often"),
        ({"error": "rate_limit_error"}, 400, "c4.5.8.9.1.tok", Throttled, "too often"),
        ({"error": "couldnt_get_posts"}, 400, "", Refused, "couldnt_get_posts"),
        ({"error": "<b>\n"}, 400, "", Refused, "without a reason"),
        (b"<html>", 404, "", Refused, "no Lemmy instance at feddit.org"),
        ({"error": "instance_is_private"}, 200, "", Refused, "members only"),
        (b"<html>", 200, "", Malformed, "JSON"),
        ({"hits": []}, 200, "", Malformed, "neither posts nor comments"),
    ],
)
def test_errors_say_what_is_wrong(body: object, status: int, cursor: str, error: type[FetchError], said: str) -> None:
    with pytest.raises(error, match=said):
        heard(body, cursor, status)


def test_hostile_values_are_left_out() -> None:
    odd = a_post(5, name=["x"], body={"a": 1}, url="file:///etc/passwd", published=10**30)
    odd["creator"] = {"name": "a\u202e\x00b", "display_name": 7, "actor_id": "https://" + "x" * 5000}
    odd["counts"] = {"score": 10**40, "upvotes": "6", "comments": True}
    odd["post"]["name"] = "kept"
    listed: list[Any] = [odd, a_post(0), a_post(-3), {"post": []}, None, "x", {"comment": {"id": 1, "path": "0.x.1"}}]

    fetched = heard({"posts": listed, "next_page": "P"})

    (item,) = fetched.items
    assert (item.title, item.text, item.published_at, item.published_kind) == ("kept", "", None, "seen")
    assert (item.author, item.engagement) == (Author(name="ab", handle="ab"), Engagement())
    assert fetched.skipped == 6


@pytest.mark.parametrize(
    ("typed", "locator"),
    [
        ("feddit.org", "feddit.org"),
        ("  https://Lemmy.World/c/technology?x=1 ", "lemmy.world"),
        ("discuss.example.co.uk", "discuss.example.co.uk"),
        ("lemmy.bücher.example", "lemmy.xn--bcher-kva.example"),
    ],
)
def test_instance_is_named_by_its_host(typed: str, locator: str) -> None:
    assert LEMMY.locator(typed) == locator


@pytest.mark.parametrize("typed", ["localhost", "feddit.org:8080", "[::1]", "a b", "ftp://feddit.org"])
def test_what_is_no_instance_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        LEMMY.locator(typed)

    assert caught.value.field == "url"


def test_only_the_instances_that_everybody_hears_are_claimed() -> None:
    assert LEMMY.claim("https://lemmy.world/post/1") == "lemmy.world"
    assert LEMMY.claim("https://lemmy.example/post/1") is None
    assert LEMMY.recognise("https://lemmy.world/post/1") is None


def followed(ref: Ref, bodies: dict[str, object]) -> tuple[Thread, list[str]]:
    """A thread read to its end from answers by path and query, and what was asked."""
    assert isinstance(LEMMY, ReadsThreads)
    thread, asked = Thread(), []
    while (request := LEMMY.thread_request(ref, thread)) is not None:
        asked.append(request.url.partition("/api/v3/")[2].replace("type_=All&", ""))
        body = bodies.get(asked[-1])
        answer = a_response(json.dumps(body or {"error": "couldnt_find_object"}), status=200 if body else 404)
        thread = LEMMY.thread_parse(answer, ref, thread)
    return thread, asked


REF = Ref(native_id="comment/9", parent_id="comment/4", root_id="post/1", locator="feddit.org")


def test_thread_of_a_comment_has_replies_post_and_every_comment_above() -> None:
    own = [a_comment(9, "0.3.4.9"), a_comment(11, "0.3.4.9.10.11"), a_comment(10, "0.3.4.9.10")]

    thread, asked = followed(
        REF,
        {
            "comment/list?parent_id=9&sort=Old&limit=50": {"comments": own},
            "post?id=1": {"post_view": a_post(1)},
            "comment/list?parent_id=4&sort=Old&limit=1": {"comments": [a_comment(4, "0.3.4")]},
            "comment/list?parent_id=3&sort=Old&limit=1": {"comments": [a_comment(3, "0.3")]},
        },
    )

    assert [item.native_id for item in thread.ancestors] == ["post/1", "comment/3", "comment/4"]
    assert [item.native_id for item in thread.replies] == ["comment/10", "comment/11"]
    assert not thread.is_cut
    assert len(asked) == 4


def test_thread_goes_on_where_a_part_is_gone() -> None:
    thread, _ = followed(
        REF,
        {
            "comment/list?parent_id=9&sort=Old&limit=50": {"comments": [a_comment(9, "0.3.4.9")]},
            "comment/list?parent_id=4&sort=Old&limit=1": {"comments": [a_comment(4, "0.3.4", deleted=True)]},
            "comment/list?parent_id=3&sort=Old&limit=1": {"comments": [a_comment(3, "0.3")]},
        },
    )

    assert ([item.native_id for item in thread.ancestors], thread.is_cut) == (["comment/3"], True)


def test_thread_of_a_comment_that_is_gone_still_has_its_parent() -> None:
    thread, asked = followed(
        REF,
        {
            "comment/list?parent_id=9&sort=Old&limit=50": {"comments": []},
            "post?id=1": {"post_view": a_post(1)},
            "comment/list?parent_id=4&sort=Old&limit=1": {"comments": [a_comment(4, "0.3.4")]},
        },
    )

    assert ([item.native_id for item in thread.ancestors], thread.is_cut) == (["post/1", "comment/4"], True)
    assert len(asked) == 3


@pytest.mark.parametrize(("newest", "is_cut"), [(range(40, 90), False), (range(60, 110), True)])
def test_thread_of_a_post_has_its_oldest_and_newest_comments(newest: range, is_cut: bool) -> None:
    thread, asked = followed(
        Ref(native_id="post/1", root_id="post/1", locator="feddit.org"),
        {
            "comment/list?post_id=1&sort=Old&limit=50": comments(*range(1, 51)),
            "comment/list?post_id=1&sort=New&limit=50": comments(*newest),
        },
    )

    assert {item.native_id for item in thread.replies} == {f"comment/{n}" for n in {*range(1, 51), *newest}}
    assert (thread.ancestors, thread.is_cut, len(asked)) == ((), is_cut, 2)


def test_thread_that_may_not_be_asked_now_says_so() -> None:
    assert isinstance(LEMMY, ReadsThreads)
    with pytest.raises(Throttled):
        LEMMY.thread_parse(a_response('{"error": "rate_limit_error"}', status=400), REF, Thread())


@pytest.mark.parametrize("ref", [replace(REF, native_id="9"), replace(REF, locator="x/y")])
def test_strange_reference_asks_for_nothing(ref: Ref) -> None:
    assert isinstance(LEMMY, ReadsThreads)
    assert LEMMY.thread_request(ref, Thread()) is None


def test_recorded_body_is_read(recorded_lemmy: Path) -> None:
    body = recorded_lemmy.read_bytes()

    fetched = LEMMY.parse(a_response(body), a_place())

    (item,) = fetched.items
    assert (item.native_id, item.identity) == ("post/50908658", "url1:https://lemmy.world/post/50908658")
    assert (item.author.handle, item.author.name) == ("cannedtuna@lemmy.world", "Canned Tuna")
    assert item.published_at == datetime(2026, 8, 20, 20, 31, 39, 106_789, tzinfo=UTC)
    assert (item.engagement, item.language) == (Engagement(score=718, likes=746, replies=285), "en")
    assert "<" not in item.title + item.text
    assert item.published_at < NOW
    assert (fetched.cursor, fetched.skipped) == ("c.50908658.0", 0)
