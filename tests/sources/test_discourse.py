"""Discourse: the stream of a forum's posts, the walk back to what was known, and topics as threads."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from source_builders import a_response, a_source

from earshot.domain.errors import FetchError, Invalid, Malformed, Refused, Throttled
from earshot.domain.item import Author, Engagement, Item
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import MAX_HOPS, Ref, Thread
from earshot.ports.connector import ReadsThreads
from earshot.sources.discourse import PAGES_A_POLL
from earshot.sources.registry import CONNECTORS

DISCOURSE = CONNECTORS["discourse"]
ROOT = "https://forum.example/talk"
Fields = dict[str, Any]


def a_forum(cursor: str = "", etag: str = "") -> Source:
    return replace(a_source("discourse", cursor=cursor, etag=etag), locator=ROOT)


def heard(body: object, cursor: str = "", status: int = 200) -> Fetched:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return DISCOURSE.parse(a_response(raw, status=status), a_forum(cursor))


def a_post(id_: int, number: int = 2, topic: int = 57, answers: int | None = None, **fields: object) -> Fields:
    return {
        "id": id_,
        "name": "Anna Beispiel",
        "username": "anna",
        "created_at": "2026-11-20T10:00:00.000Z",
        "updated_at": "2026-11-21T10:00:00.000Z",
        "cooked": f"<p>said {number}</p>",
        "post_number": number,
        "post_type": 1,
        "reply_to_post_number": answers,
        "topic_id": topic,
        "topic_slug": "acme-co",
        "topic_title": "Acme & <co>",
        **fields,
    }


def latest(*posts: Fields) -> Fields:
    return {"latest_posts": list(posts)}


def test_reply_gives_every_field() -> None:
    post = a_post(
        901,
        14,
        answers=3,
        cooked="<p>Acme &amp; <b>I</b></p><p>agree</p>",
        reads=12,
        reply_count=2,
        locale="de",
        actions_summary=[{"id": 3, "count": 9}, {"id": 2, "count": 4}],
        reply_to_user={"username": "ben", "name": "Ben"},
    )

    fetched = heard(latest(post))

    assert fetched.items == (
        Item(
            identity="url1:https://forum.example/talk/t/acme-co/57/14",
            native_id="57/14",
            source_kind="discourse",
            url="https://forum.example/talk/t/acme-co/57/14",
            title="Acme & <co>",
            text="Acme & I\nagree",
            published_at=datetime(2026, 11, 20, 10, tzinfo=UTC),
            author=Author(name="Anna Beispiel", id="anna", handle="anna", url="https://forum.example/talk/u/anna"),
            engagement=Engagement(likes=4, replies=2, views=12),
            language="de",
            parent_id="57/3",
            root_id="57/1",
            reply_to="ben",
            thread_url="https://forum.example/talk/t/acme-co/57",
            place="forum.example/talk",
        ),
    )
    assert (fetched.title, fetched.cursor, fetched.more) == ("forum.example", "901", False)


def test_first_post_of_a_topic_stands_at_the_topic() -> None:
    (item,) = heard(latest(a_post(900, 1))).items

    assert item.url == item.thread_url == "https://forum.example/talk/t/acme-co/57"
    assert (item.parent_id, item.root_id, item.type) == ("", "57/1", "post")


@pytest.mark.parametrize("answers", [None, 0, -1, 2, 99, "1"])
def test_reply_to_nobody_in_particular_answers_the_first_post(answers: Any) -> None:
    (item,) = heard(latest(a_post(900, 2, answers=answers))).items

    assert (item.parent_id, item.type) == ("57/1", "comment")


@pytest.mark.parametrize(
    ("cooked", "text"),
    [
        (
            '<aside class="quote no-group" data-username="ben"><blockquote>Bad!</blockquote></aside><p>No, good.</p>',
            "No, good.",
        ),
        ('<p>1</p><aside class="quote">a</aside><p>2</p><aside class="quote">b</aside>', "1\n2"),
        ('<aside class="quote">only this</aside>', "only this"),
        ('<aside class="onebox">kept</aside>', "kept"),
        ('<p>open</p><aside class="quote">never closed', "open\nnever closed"),
    ],
)
def test_what_a_post_quotes_is_not_its_text(cooked: str, text: str) -> None:
    assert heard(latest(a_post(900, cooked=cooked))).items[0].text == text


@pytest.mark.parametrize("mark", [{"deleted_at": "2026-11-21T10:00:00Z"}, {"user_deleted": True}, {"hidden": True}])
def test_deleted_and_hidden_posts_are_gone(mark: Fields) -> None:
    fetched = heard(latest(a_post(900, 7, **mark)))

    assert (fetched.items, fetched.skipped) == ((), 0)
    assert fetched.gone == ("url1:https://forum.example/talk/t/acme-co/57/7",)


@pytest.mark.parametrize("kind", [2, 3, 4])
def test_notes_about_a_topic_are_nobodys_words(kind: int) -> None:
    fetched = heard(latest(a_post(900, post_type=kind)))

    assert (fetched.items, fetched.gone, fetched.skipped) == ((), (), 1)


def test_topic_gives_its_title_to_its_posts() -> None:
    post = a_post(5, 1)
    del post["topic_title"], post["topic_slug"]
    body = {"id": 57, "title": "Acme", "slug": "acme", "post_stream": {"posts": [post], "stream": [5]}}

    (item,) = heard(body, "3").items

    assert (item.title, item.url) == ("Acme", "https://forum.example/talk/t/acme/57")
    assert heard(body, "3").cursor == "3"


def test_list_of_topics_gives_their_first_posts() -> None:
    topic = {
        "id": 57,
        "title": "Acme & co",
        "fancy_title": "Acme &amp; co",
        "slug": "acme-co",
        "posts_count": 4,
        "like_count": 3,
        "views": 100,
        "created_at": "2026-11-20T10:00:00.000Z",
        "excerpt": "How are they&hellip;",
        "posters": [{"description": "Frequent Poster", "user_id": 2}, {"description": "Original Poster", "user_id": 1}],
    }
    users = [{"id": 1, "username": "anna", "name": "Anna"}, {"id": 2, "username": "ben"}]

    (item,) = heard({"users": users, "topic_list": {"topics": [topic, None, {"id": 0}]}}).items

    assert (item.native_id, item.title, item.text) == ("57/1", "Acme & co", "How are they…")
    assert (item.author.name, item.author.handle) == ("Anna", "anna")
    assert item.engagement == Engagement(likes=3, replies=3, views=100)


def test_search_gives_posts_with_the_titles_of_their_topics() -> None:
    post = {"id": 9, "username": "a", "blurb": "Hello <b>Acme</b>", "post_number": 3, "topic_id": 57, "like_count": 1}
    body = {"posts": [post, 7], "topics": [{"id": 57, "title": "Acme", "slug": "acme"}], "grouped_search_result": {}}

    fetched = heard(body)

    (item,) = fetched.items
    assert (item.title, item.text, item.url) == ("Acme", "Hello Acme", "https://forum.example/talk/t/acme/57/3")
    assert (item.engagement.likes, item.published_kind, fetched.skipped) == (1, "seen", 1)


def test_search_of_old_gives_titles() -> None:
    topics = {"type": "topic", "results": [{"id": 1, "title": "Acme", "url": "/t/acme/1"}, {"url": "/c/1"}, None]}

    fetched = heard([topics, {"type": "user", "results": [{"id": "anna"}]}])

    assert [(item.native_id, item.title) for item in fetched.items] == [("1/1", "Acme")]
    assert fetched.skipped == 3


def test_single_post_and_list_of_replies_are_read_too() -> None:
    assert [item.native_id for item in heard(a_post(5, 8)).items] == ["57/8"]
    assert [item.native_id for item in heard([a_post(5, 8), a_post(6, 9)]).items] == ["57/8", "57/9"]


@pytest.mark.parametrize("slug", ["", "a/b", "a b", "../x", None, 7])
def test_topic_without_usable_words_has_a_dash(slug: object) -> None:
    (item,) = heard(latest(a_post(5, 2, topic_slug=slug))).items

    assert item.url == "https://forum.example/talk/t/-/57/2"


def test_newest_posts_are_asked_for_conditionally_and_the_walk_is_not() -> None:
    first = DISCOURSE.request(a_forum("500", etag='W/"x"'))
    below = DISCOURSE.request(a_forum("500:900-700/2", etag='W/"x"'))

    assert (first.url, first.etag) == (f"{ROOT}/posts.json", 'W/"x"')
    assert (below.url, below.etag) == (f"{ROOT}/posts.json?before=700", "")
    assert first.headers == {}


@pytest.mark.parametrize("cursor", ["", "x", "500:900", "-5", "٣", "5:6-7/10"])
def test_unreadable_cursor_asks_for_the_newest(cursor: str) -> None:
    assert DISCOURSE.request(a_forum(cursor)).url == f"{ROOT}/posts.json"


def test_unchanged_answers_change_nothing() -> None:
    source = a_forum("500")

    same = DISCOURSE.parse(a_response(b"", status=304), source)

    assert (same.cursor, same.entries_hash) == ("500", "known")
    assert heard(latest(a_post(500), a_post(499)), "500").cursor == "500"
    assert heard(latest(), "500").cursor == "500"


def polled(cursor: str, ids: list[int], *, is_old: bool = False) -> tuple[str, set[int], int]:
    """One poll of a forum that has these ids: the next cursor, what was heard, the requests."""
    heard_ids: set[int] = set()
    for request in range(1, 100):
        query = parse_qs(urlsplit(DISCOURSE.request(a_forum(cursor)).url).query)
        before = int(query["before"][0]) if "before" in query else 0
        if is_old:
            top = before or max(ids)
            page = [id_ for id_ in ids if top - 50 < id_ <= top]
        else:
            page = sorted((id_ for id_ in ids if not before or id_ < before), reverse=True)[:50]
        fetched = heard(latest(*(a_post(id_, id_) for id_ in page)), cursor)
        heard_ids |= {int(item.native_id.partition("/")[2]) for item in fetched.items}
        cursor = fetched.cursor
        if not fetched.more:
            return cursor, heard_ids, request
    raise AssertionError("a poll has an end")


@pytest.mark.parametrize("is_old", [False, True])
def test_walk_goes_on_over_several_polls_and_loses_nothing(is_old: bool) -> None:
    ids = [*range(2, 1000, 2), *range(1000, 1200), *range(1400, 1600)]
    cursor, found, requests = "900", set[int](), []
    while not requests or ":" in cursor:
        cursor, more, count = polled(cursor, ids, is_old=is_old)
        found |= more
        requests.append(count)

    assert {id_ for id_ in ids if id_ > 900} <= found
    assert cursor == "1599"
    assert requests[0] == PAGES_A_POLL
    assert len(requests) < 5


def test_first_poll_reads_one_page() -> None:
    assert polled("", list(range(1, 500))) == ("499", set(range(450, 500)), 1)


@pytest.mark.parametrize(
    ("body", "status", "error", "said"),
    [
        ({"errors": ["x"], "error_type": "not_logged_in"}, 403, Refused, "members only"),
        ({"errors": ["x"], "error_type": "not_logged_in"}, 200, Refused, "members only"),
        ({"errors": ["x"], "error_type": "not_found"}, 404, Refused, "nothing at this address"),
        ({"errors": ["x"], "error_type": "rate_limit", "extras": {"wait_seconds": 30}}, 403, Throttled, "too often"),
        (b"<html>Cloudflare", 403, Refused, "no Discourse forum"),
        (b"<html>", 404, Refused, "no Discourse forum"),
        ({"message": "?"}, 404, Refused, "no Discourse forum"),
        (b"<html>", 200, Malformed, "JSON"),
        ({"hits": []}, 200, Malformed, "no posts"),
        (b"7", 200, Malformed, "neither a list nor an object"),
    ],
)
def test_errors_say_what_is_wrong(body: object, status: int, error: type[FetchError], said: str) -> None:
    with pytest.raises(error, match=said):
        heard(body, "5", status)


def test_wait_that_the_forum_names_is_kept() -> None:
    with pytest.raises(Throttled) as caught:
        heard({"errors": [], "error_type": "rate_limit", "extras": {"wait_seconds": 30}})

    assert caught.value.retry_after_s == 30


def test_hostile_values_are_left_out() -> None:
    odd = a_post(
        5,
        2,
        username="a/../b\u202e",
        name=7,
        created_at="tomorrow",
        updated_at=10**30,
        actions_summary="x",
        reads=10**40,
        cooked="<script>alert(1)</script>" + "x" * 9000,
        reply_to_user=[],
        locale="<b>",
    )

    fetched = heard(latest(odd, a_post(6, 0), a_post(7, 10**20), None, {"id": 8}))  # type: ignore[arg-type]

    (item,) = fetched.items
    assert (item.text, item.published_at, item.language) == ("x" * 4000, None, "")
    assert item.author.url == "https://forum.example/talk/u/a%2F..%2Fb%E2%80%AE"
    assert (item.engagement, fetched.skipped) == (Engagement(), 4)


@pytest.mark.parametrize(
    ("typed", "locator"),
    [
        ("forum.example", "https://forum.example"),
        ("https://Forum.Example/", "https://forum.example"),
        ("https://forum.example/t/acme-co/57/14?u=anna#x", "https://forum.example"),
        ("https://forum.example/latest.json", "https://forum.example"),
        ("https://example.com/community/c/help/5", "https://example.com/community"),
        ("https://example.com/community/", "https://example.com/community"),
        ("http://forum.example:8080/posts.rss", "http://forum.example:8080"),
    ],
)
def test_forum_is_named_by_its_address(typed: str, locator: str) -> None:
    assert DISCOURSE.locator(typed) == locator
    assert DISCOURSE.locator(locator) == locator


def test_address_without_end_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        DISCOURSE.locator("https://forum.example/" + "a" * 1500)

    assert caught.value.field == "url"


def test_no_address_tells_that_a_forum_is_there() -> None:
    assert DISCOURSE.claim("https://forum.example/t/acme/57") is None
    assert DISCOURSE.recognise("https://forum.example/t/acme/57/2") is None


class Topic:
    """A topic of posts numbered 1 to `length`, each answering the one before, shown twenty at a time."""

    def __init__(self, length: int, missing: frozenset[int] = frozenset()) -> None:
        self.posts = [a_post(1000 + n, n, answers=n - 1 or None) for n in range(1, length + 1) if n not in missing]

    def around(self, number: int) -> Fields:
        at = next((i for i, post in enumerate(self.posts) if post["post_number"] >= number), len(self.posts) - 1)
        start = max(0, min(at - 5, len(self.posts) - 20))
        return {
            "id": 57,
            "title": "Acme",
            "highest_post_number": self.posts[-1]["post_number"],
            "post_stream": {"posts": self.posts[start : start + 20], "stream": [post["id"] for post in self.posts]},
        }


def followed(ref: Ref, topic: Topic) -> tuple[Thread, list[int]]:
    """A thread read to its end, and the post numbers that were asked for."""
    assert isinstance(DISCOURSE, ReadsThreads)
    thread, asked = Thread(), []
    while (request := DISCOURSE.thread_request(ref, thread)) is not None:
        assert request.url.startswith(f"{ROOT}/t/57.json?post_number=")
        asked.append(int(request.url.rpartition("=")[2]))
        thread = DISCOURSE.thread_parse(a_response(json.dumps(topic.around(asked[-1]))), ref, thread)
    return thread, asked


def a_ref(number: int) -> Ref:
    return Ref(native_id=f"57/{number}", parent_id=f"57/{number - 1}" if number > 1 else "", locator=ROOT)


def numbers(items: tuple[Item, ...]) -> list[int]:
    return sorted(int(item.native_id.partition("/")[2]) for item in items)


def test_short_topic_is_read_at_once() -> None:
    thread, asked = followed(a_ref(3), Topic(6))

    assert (numbers(thread.ancestors), numbers(thread.replies)) == ([1, 2], [4, 5, 6])
    assert (thread.is_cut, asked) == (False, [3])
    assert [item.native_id for item in thread.ancestors] == ["57/1", "57/2"]


def test_what_is_missing_above_and_the_end_are_asked_for() -> None:
    thread, asked = followed(a_ref(18), Topic(60))

    assert numbers(thread.ancestors) == list(range(1, 18))
    assert asked == [18, 12, 6, 60]
    assert thread.is_cut, "what lies between 32 and 41 was not seen"


def test_thread_that_the_last_part_completes_is_whole() -> None:
    thread, asked = followed(a_ref(6), Topic(30))

    assert (numbers(thread.ancestors), numbers(thread.replies)) == (list(range(1, 6)), list(range(7, 31)))
    assert (thread.is_cut, asked) == (False, [6, 30])


def test_root_that_stands_too_high_cuts_the_thread() -> None:
    thread, _ = followed(a_ref(60), Topic(60))

    assert (len(thread.ancestors), thread.is_cut) == (MAX_HOPS, True)


def test_gap_above_still_leads_to_the_first_post() -> None:
    thread, asked = followed(a_ref(40), Topic(45, missing=frozenset({30})))

    assert numbers(thread.ancestors) == [1, *range(31, 40)]
    assert thread.is_cut
    assert asked[-1] == 1


def test_mention_that_is_gone_still_has_its_parents() -> None:
    thread, asked = followed(a_ref(4), Topic(6, missing=frozenset({4})))

    assert (numbers(thread.ancestors), thread.is_cut, asked) == ([1, 2, 3], True, [4, 3])


def test_first_post_that_is_gone_ends_the_climb() -> None:
    thread, asked = followed(a_ref(2), Topic(3, missing=frozenset({1})))

    assert (thread.ancestors, thread.is_cut, asked) == ((), True, [2, 1])


def test_end_that_cannot_be_joined_cuts_the_thread() -> None:
    assert isinstance(DISCOURSE, ReadsThreads)
    topic = Topic(50).around(50)
    topic["post_stream"]["stream"] = []

    thread = DISCOURSE.thread_parse(a_response(json.dumps(topic)), a_ref(3), Thread(cursor="end:50:1020"))

    assert thread.is_cut


@pytest.mark.parametrize("ref", [Ref(native_id="57", locator=ROOT), Ref(native_id="57/3", locator="all")])
def test_strange_reference_asks_for_nothing(ref: Ref) -> None:
    assert isinstance(DISCOURSE, ReadsThreads)
    assert DISCOURSE.thread_request(ref, Thread()) is None


RECORDED = {
    "latest.json": (2, "1/1", "1/1"),
    "posts_latest.json": (4, "2/1", "11/2"),
    "search.json": (3, "1/1", "3/1"),
    "search_query.json": (1, "123/1", "123/1"),
    "topic.json": (3, "57/1", "57/14"),
}


def test_recorded_body_is_read(recorded_discourse: Path) -> None:
    fetched = DISCOURSE.parse(a_response(recorded_discourse.read_bytes()), a_forum())

    assert (len(fetched.items), fetched.items[0].native_id, fetched.items[-1].native_id) == RECORDED[
        recorded_discourse.name
    ]
    for item in fetched.items:
        assert "<" not in item.title + item.text
        assert "&" not in item.title
    if recorded_discourse.name == "topic.json":
        assert (fetched.items[-1].reply_to, fetched.items[-1].parent_id) == ("samsaffron", "57/1")
        assert fetched.items[0].published_at == datetime(2013, 2, 4, 20, 26, 26, 278_000, tzinfo=UTC)
        assert fetched.skipped == 1
    if recorded_discourse.name == "posts_latest.json":
        assert {item.author.handle for item in fetched.items} == {"johndoe", "system"}
        assert fetched.cursor == "15"
