"""Reddit: searches, streams and the inbox; reading down to what is known; threads, deletions and refusals."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from source_builders import NOW, a_response, a_source

from earshot.domain.errors import Invalid, Malformed, Refused, Throttled
from earshot.domain.item import Author, Engagement, Item
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import MAX_HOPS, Ref, Thread
from earshot.ports.connector import ReadsThreads, Rechecks, SignsIn
from earshot.sources.reddit import RedditConnector
from earshot.sources.registry import recognised

REDDIT = RedditConnector()
T = int(datetime(2026, 11, 24, 10, tzinfo=UTC).timestamp())
SITE = "https://www.reddit.com"

Node = dict[str, object]


def reddit(locator: str = "all?Acme", *, cursor: str = "", words: tuple[str, ...] = ()) -> Source:
    return replace(a_source("reddit", cursor=cursor), locator=locator, words=words)


def a_comment(id_: str = "c1", **fields: object) -> Node:
    said = {
        "name": f"t1_{id_}",
        "id": id_,
        "author": "anna",
        "author_fullname": "t2_anna",
        "body": "I *like* Acme",
        "body_html": '<div class="md"><p>I <em>like</em> Acme</p></div>',
        "subreddit": "de",
        "link_id": "t3_p1",
        "link_title": "Kitchens &amp; more",
        "link_author": "bert",
        "parent_id": "t3_p1",
        "permalink": f"/r/de/comments/p1/kitchens/{id_}/",
        "created_utc": T,
        "score": 5,
        "replies": "",
    }
    return {"kind": "t1", "data": {**said, **fields}}


def a_post(id_: str = "p1", **fields: object) -> Node:
    said = {
        "name": f"t3_{id_}",
        "id": id_,
        "title": "Acme & I",
        "author": "bert",
        "selftext": "Has anybody tried it?",
        "selftext_html": '<!-- SC_OFF --><div class="md"><p>Has anybody tried it?</p></div><!-- SC_ON -->',
        "is_self": True,
        "subreddit": "de",
        "permalink": f"/r/de/comments/{id_}/acme_i/",
        "url": f"{SITE}/r/de/comments/{id_}/acme_i/",
        "created_utc": float(T),
        "score": 12,
        "num_comments": 3,
    }
    return {"kind": "t3", "data": {**said, **fields}}


def a_listing(*children: object, after: str | None = None) -> Node:
    return {"kind": "Listing", "data": {"children": list(children), "after": after, "before": None}}


def parse(value: object, locator: str = "all?Acme", *, cursor: str = "", status: int = 200, **headers: str) -> Fetched:
    return REDDIT.parse(a_response(json.dumps(value), status=status, **headers), reddit(locator, cursor=cursor))


def asked(source: Source) -> tuple[str, dict[str, str]]:
    url = urlsplit(REDDIT.request(source).url)
    return url.path, {name: values[0] for name, values in parse_qs(url.query).items()}


def test_comment_gives_every_field() -> None:
    assert parse(a_listing(a_comment())).items == (
        Item(
            identity="reddit:t1_c1",
            native_id="t1_c1",
            source_kind="reddit",
            url=f"{SITE}/r/de/comments/p1/kitchens/c1/",
            title="Kitchens & more",
            text="I like Acme",
            published_at=datetime(2026, 11, 24, 10, tzinfo=UTC),
            author=Author(name="anna", id="t2_anna", handle="anna", url=f"{SITE}/user/anna"),
            engagement=Engagement(score=5),
            parent_id="t3_p1",
            root_id="t3_p1",
            reply_to="bert",
            thread_url=f"{SITE}/r/de/comments/p1/",
            place="r/de",
        ),
    )


def test_post_gives_every_field() -> None:
    fetched = parse(a_listing(a_post()))

    assert fetched.items == (
        Item(
            identity="reddit:t3_p1",
            native_id="t3_p1",
            source_kind="reddit",
            url=f"{SITE}/r/de/comments/p1/acme_i/",
            title="Acme & I",
            text="Has anybody tried it?",
            published_at=datetime(2026, 11, 24, 10, tzinfo=UTC),
            author=Author(name="bert", handle="bert", url=f"{SITE}/user/bert"),
            engagement=Engagement(score=12, replies=3),
            root_id="t3_p1",
            thread_url=f"{SITE}/r/de/comments/p1/acme_i/",
            place="r/de",
        ),
    )
    assert fetched.title == "Reddit"


def test_post_that_only_points_somewhere_tells_where() -> None:
    link = a_post(selftext="", selftext_html=None, is_self=False, url="https://acme.example/new")

    assert parse(a_listing(link)).items[0].text == "https://acme.example/new"


def test_title_with_a_smaller_sign_is_no_markup() -> None:
    assert parse(a_listing(a_post(title="I <3 Acme <b>"))).items[0].title == "I <3 Acme <b>"


def test_body_that_was_escaped_once_more_is_read() -> None:
    escaped = a_comment(body_html="&lt;div&gt;&lt;p&gt;a &amp;amp; b&lt;/p&gt;&lt;/div&gt;")

    assert parse(a_listing(escaped)).items[0].text == "a & b"


def test_comment_of_the_inbox_finds_its_thread_in_its_path() -> None:
    mention = {
        "kind": "t1",
        "data": {
            "name": "t1_c9",
            "body": "Hello u/acme",
            "author": "anna",
            "parent_id": "t1_c8",
            "subreddit": "de",
            "context": "/r/de/comments/p1/kitchens/c9/?context=3",
            "created_utc": T,
        },
    }

    (item,) = parse(a_listing(mention), "inbox").items

    assert (item.root_id, item.parent_id) == ("t3_p1", "t1_c8")
    assert item.url == f"{SITE}/r/de/comments/p1/kitchens/c9/"


def test_old_comment_without_permalink_has_an_address() -> None:
    old = a_comment(permalink=None)

    assert parse(a_listing(old)).items[0].url == f"{SITE}/r/de/comments/p1/_/c1/"


def test_answer_names_whom_it_answers_where_that_comment_is_there_too() -> None:
    answer = a_comment("c2", parent_id="t1_c1", author="cora")

    by_id = {item.native_id: item for item in parse(a_listing(a_comment(), answer)).items}

    assert by_id["t1_c2"].reply_to == "anna"


@pytest.mark.parametrize("field", ["score_hidden", "hide_score"])
def test_hidden_score_is_no_score(field: str) -> None:
    assert parse(a_listing(a_comment(**{field: True}))).items[0].engagement == Engagement()


@pytest.mark.parametrize(
    ("thing", "identity"),
    [
        (a_comment(body="[deleted]", author="[deleted]"), "reddit:t1_c1"),
        (a_comment(body="[removed]"), "reddit:t1_c1"),
        (a_comment(body="[ Removed by Reddit ]"), "reddit:t1_c1"),
        (a_comment(author="[deleted]"), "reddit:t1_c1"),
        (a_post(selftext="[removed]"), "reddit:t3_p1"),
        (a_post(title="[deleted by user]"), "reddit:t3_p1"),
        (a_post(removed_by_category="moderator"), "reddit:t3_p1"),
    ],
)
def test_what_was_deleted_is_no_item_but_gone(thing: Node, identity: str) -> None:
    fetched = parse(a_listing(thing))

    assert (fetched.items, fetched.skipped, fetched.gone) == ((), 0, (identity,))


def test_thread_page_gives_post_and_answers() -> None:
    below = a_comment("c2", parent_id="t1_c1", created_utc=T + 2)
    more = {"kind": "more", "data": {"count": 4, "children": ["c5"]}}
    tree = [a_listing(a_post()), a_listing(a_comment(created_utc=T + 1, replies=a_listing(below, more)))]

    assert [item.native_id for item in parse(tree).items] == ["t3_p1", "t1_c1", "t1_c2"]


def test_single_thing_is_read() -> None:
    assert [item.native_id for item in parse(a_comment()).items] == ["t1_c1"]


def test_what_cannot_be_read_is_counted() -> None:
    odd = [None, 7, {"kind": "t5", "data": {}}, a_comment(body="", body_html="", link_title=""), a_comment("C!")]

    fetched = parse(a_listing(a_comment(), *odd))

    assert (len(fetched.items), fetched.skipped) == (1, len(odd))


@pytest.mark.parametrize(
    "fields",
    [
        {"score": "many", "created_utc": "yesterday", "author": 7, "subreddit": None, "permalink": []},
        {"score": 10**40, "created_utc": 10**40, "author": {"a": 1}, "link_id": "t3_<", "parent_id": None},
        {"permalink": "//evil.example/x", "author": "a/../b", "author_fullname": "x" * 5000, "body_html": 5},
        {"permalink": "@evil.example/x", "link_title": "\x00\u202e", "replies": {"kind": "Listing", "data": 4}},
    ],
)
def test_hostile_values_count_as_missing(fields: Mapping[str, object]) -> None:
    (item,) = parse(a_listing(a_comment(**fields))).items

    assert urlsplit(item.url).hostname in {None, "www.reddit.com"}
    assert urlsplit(item.author.url).path in {"", "/user/anna"}
    assert item.text in {"I like Acme", "I *like* Acme"}


def test_tree_of_any_depth_is_bounded() -> None:
    node: Node = a_comment()
    for _ in range(150):
        node = a_comment(replies=a_listing(node))

    assert len(parse(a_listing(node)).items) == 1


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"[{}]", b'{"kind":"Listing"}', b'{"kind":"t2","data":{}}', b"<html>", b'[{"kind":7}]']
)
def test_other_answers_are_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        REDDIT.parse(a_response(body), reddit())


def test_search_of_all_packs_the_words() -> None:
    path, query = asked(reddit("all#1", words=("Acme", "Acme Küchen")))

    assert path == "/search"
    assert query == {"q": 'Acme OR "Acme Küchen"', "sort": "new", "type": "link", "limit": "100", "raw_json": "1"}


def test_search_of_one_subreddit_stays_there() -> None:
    path, query = asked(reddit("r.de?Acme küche"))

    assert (path, query["q"], query["restrict_sr"]) == ("/r/de/search", "Acme küche", "1")


@pytest.mark.parametrize(
    ("locator", "path", "query"),
    [
        ("r/de/comments", "/r/de/comments", {"limit": "100", "raw_json": "1"}),
        ("r/de+austria/new", "/r/de+austria/new", {"limit": "100", "raw_json": "1"}),
        ("inbox", "/message/mentions", {"limit": "100", "raw_json": "1", "mark": "false"}),
    ],
)
def test_streams_are_asked_as_documented(locator: str, path: str, query: dict[str, str]) -> None:
    assert asked(reddit(locator)) == (path, query)


def test_token_travels_in_a_header_only() -> None:
    request = REDDIT.request(reddit(), {"access_token": "s3cret", "client_id": "i", "client_secret": "x"})

    assert request.headers == {"Authorization": "Bearer s3cret"}
    assert "s3cret" not in request.url
    assert REDDIT.request(reddit()).headers == {}


def pages(written: Sequence[int], cursor: str) -> tuple[list[str], str, int]:
    """Polls a list, newest first, until nothing more is wanted: the ids that came, the last cursor, the requests."""
    heard: list[str] = []
    requests = 0
    while True:
        requests += 1
        after = asked(reddit("r/de/comments", cursor=cursor))[1].get("after", "")
        newest_first = sorted(written, reverse=True)
        start = newest_first.index(int(after[3:])) + 1 if after else 0
        part = newest_first[start : start + 100]
        more = f"t1_{part[-1]}" if start + 100 < len(newest_first) else None
        listing = a_listing(*(a_comment(str(second), created_utc=second) for second in part), after=more)
        fetched = parse(listing, "r/de/comments", cursor=cursor)
        heard += [item.native_id for item in fetched.items]
        cursor = fetched.cursor
        if not fetched.more:
            return heard, cursor, requests


def test_list_is_read_down_to_what_is_known() -> None:
    _, cursor, _ = pages(range(T, T + 50), "")
    known, unknown = range(T, T + 50), range(T + 50, T + 270)

    heard, after, requests = pages([*known, *unknown], cursor)

    assert {f"t1_{second}" for second in unknown} <= set(heard)
    assert (requests, after) == (3, f"{(T + 269) * 1000}")


def test_long_way_down_is_divided_among_polls_and_loses_nothing() -> None:
    _, cursor, _ = pages([T], "")
    written = range(T, T + 901)

    first, cursor, asked_first = pages(written, cursor)
    second, cursor, asked_second = pages(written, cursor)

    assert {*first, *second} >= {f"t1_{each}" for each in written[1:]}
    assert (asked_first, asked_second, cursor) == (5, 5, f"{(T + 900) * 1000}")


def test_way_down_begins_anew_where_its_mark_was_deleted() -> None:
    fetched = parse(a_listing(), "r/de/comments", cursor=f"{T * 1000}|{(T + 9) * 1000}|0|t1_c5")

    assert (fetched.more, fetched.cursor) == (True, str(T * 1000))


def test_unchanged_list_changes_nothing() -> None:
    first = parse(a_listing(a_comment(), a_post()))
    second = parse(a_listing(a_comment(score=99), a_post()), cursor=first.cursor)

    assert (second.cursor, second.entries_hash) == (first.cursor, first.entries_hash)
    assert first.entries_hash
    assert parse(a_listing(a_comment(body="[deleted]"), a_post())).entries_hash != first.entries_hash


def test_date_ahead_of_us_does_not_move_the_cursor() -> None:
    ahead = (NOW + timedelta(hours=5)).timestamp()

    assert parse(a_listing(a_comment(), a_comment("c2", created_utc=ahead))).cursor == str(T * 1000)


@pytest.mark.parametrize("cursor", ["yesterday", "1|2|3|", "-5", "t1_abc", "1|2|x|t1_c"])
def test_unreadable_cursor_starts_at_the_top(cursor: str) -> None:
    assert "after" not in asked(reddit(cursor=cursor))[1]


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (401, {"message": "Unauthorized", "error": 401}, "earshot credential set reddit"),
        (403, {"message": "Forbidden", "error": 403, "reason": "private"}, "is private"),
        (403, {"message": "Forbidden", "error": 403}, "approval"),
        (404, {"message": "Not Found", "error": 404, "reason": "banned"}, "banned"),
        (404, {"message": "Not Found", "error": 404}, "no such subreddit"),
    ],
)
def test_refusals_say_what_to_do(status: int, body: object, said: str) -> None:
    with pytest.raises(Refused, match=said) as caught:
        parse(body, status=status)

    assert caught.value.status == status
    assert status in REDDIT.request(reddit()).reads


def test_refusal_without_json_is_one_too() -> None:
    with pytest.raises(Refused, match="approval"):
        REDDIT.parse(a_response("<html>whoa there", status=403), reddit())


@pytest.mark.parametrize(("reset", "seconds"), [("42", 42), ("42.7", 42), ("999999", 3600), ("soon", None)])
def test_too_many_requests_wait_for_the_reset(reset: str, seconds: int | None) -> None:
    with pytest.raises(Throttled) as caught:
        parse({"error": 429}, status=429, x_ratelimit_reset=reset)

    assert caught.value.retry_after_s == seconds


@pytest.mark.parametrize(("remaining", "wait_s"), [("0.0", 30), ("37.0", None), ("", None), ("few", None)])
def test_last_request_of_a_window_is_heeded(remaining: str, wait_s: int | None) -> None:
    fetched = parse(a_listing(a_comment()), x_ratelimit_remaining=remaining, x_ratelimit_reset="30")

    assert fetched.wait_s == wait_s


def test_client_signs_in_for_itself() -> None:
    assert isinstance(REDDIT, SignsIn)
    request = REDDIT.sign_in({"client_id": "id", "client_secret": "secret"})

    assert (request.method, request.url) == ("POST", "https://www.reddit.com/api/v1/access_token")
    assert request.headers["Authorization"] == "Basic aWQ6c2VjcmV0"
    assert request.body == b"grant_type=client_credentials"


def test_client_signs_in_for_an_account_where_it_may() -> None:
    request = REDDIT.sign_in({"client_id": "id", "client_secret": "secret", "refresh_token": "r-1"})

    assert request.body == b"grant_type=refresh_token&refresh_token=r-1"


def test_session_lasts_as_long_as_reddit_says() -> None:
    answer = {"access_token": "eyJ", "token_type": "bearer", "expires_in": 86400, "scope": "*"}

    session = REDDIT.signed_in(a_response(json.dumps(answer)), {})

    assert (dict(session.fields), session.expires_at) == ({"access_token": "eyJ"}, NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("status", "body"), [(401, '{"message":"Unauthorized","error":401}'), (200, '{"error":"invalid_grant"}')]
)
def test_wrong_client_is_refused(status: int, body: str) -> None:
    with pytest.raises(Refused, match="earshot credential set reddit"):
        REDDIT.signed_in(a_response(body, status=status), {"client_secret": "hidden"})


COMMENT = Ref(native_id="t1_c9", root_id="t3_p1", parent_id="t1_c8")


def chain(first: int, last: int, below: Node | None = None) -> Node:
    """Comments under one another, from `first` down to `last`; above the first of them stands the one before."""
    node = below
    for number in range(last, first - 1, -1):
        parent = f"t1_c{number - 1}" if number else "t3_p1"
        replies = a_listing(node) if node else ""
        node = a_comment(f"c{number}", parent_id=parent, created_utc=T + number, replies=replies)
    assert node
    return node


def read_thread(ref: Ref, *answers: object) -> tuple[Thread, list[str]]:
    thread, urls = Thread(), []
    for answer in answers:
        request = REDDIT.thread_request(ref, thread)
        assert request
        urls.append(request.url)
        thread = REDDIT.thread_parse(a_response(json.dumps(answer)), ref, thread)
    assert REDDIT.thread_request(ref, thread) is None
    return thread, urls


def test_thread_is_followed_up_to_its_post() -> None:
    assert isinstance(REDDIT, ReadsThreads)
    answer = a_comment("c10", parent_id="t1_c9", created_utc=T + 10)
    lower = [a_listing(a_post()), a_listing(chain(1, 9, answer))]
    upper = [a_listing(a_post()), a_listing(chain(0, 0))]

    thread, urls = read_thread(COMMENT, lower, upper)

    assert [item.native_id for item in thread.ancestors] == ["t3_p1", *(f"t1_c{n}" for n in range(9))]
    assert [item.native_id for item in thread.replies] == ["t1_c10"]
    assert not thread.is_cut
    assert urls == [
        "https://oauth.reddit.com/comments/p1?sort=old&limit=200&comment=c9&context=8&raw_json=1",
        "https://oauth.reddit.com/comments/p1?sort=old&limit=200&comment=c0&context=8&raw_json=1",
    ]


def test_thread_of_a_post_is_its_answers() -> None:
    more = {"kind": "more", "data": {"children": ["x"]}}
    ref = Ref(native_id="t3_p1", root_id="t3_p1")

    thread, urls = read_thread(ref, [a_listing(a_post()), a_listing(chain(0, 1), more)])

    assert [item.native_id for item in thread.replies] == ["t1_c0", "t1_c1"]
    assert (thread.ancestors, thread.is_cut) == ((), True)
    assert "comment=" not in urls[0]


def test_deleted_comment_between_hides_nothing_above_or_below_it() -> None:
    gone = a_comment(
        "c1", parent_id="t1_c0", body="[deleted]", author="[deleted]", replies=a_listing(chain(2, 2, chain(3, 3)))
    )
    tree = [a_listing(a_post()), a_listing(a_comment("c0", replies=a_listing(gone)))]

    above, _ = read_thread(Ref(native_id="t1_c2", root_id="t3_p1"), tree)
    below, _ = read_thread(Ref(native_id="t1_c0", root_id="t3_p1"), tree)

    assert [item.native_id for item in above.ancestors] == ["t3_p1", "t1_c0"]
    assert above.is_cut
    assert [item.native_id for item in below.replies] == ["t1_c2", "t1_c3"]
    assert not below.is_cut


def test_mention_that_is_not_in_its_thread_any_more_leaves_it_cut() -> None:
    thread, _ = read_thread(COMMENT, [a_listing(a_post()), a_listing()])

    assert (thread.ancestors, thread.replies, thread.is_cut) == ((), (), True)


def test_endless_way_up_is_cut() -> None:
    answers = [
        [a_listing(a_post()), a_listing(chain(70 - 9 * step, 78 - 9 * step))] for step in range(MAX_HOPS // 8 + 1)
    ]

    thread, _ = read_thread(Ref(native_id="t1_c78", root_id="t3_p1"), *answers)

    assert (len(thread.ancestors), thread.is_cut) == (MAX_HOPS, True)


@pytest.mark.parametrize("ref", [Ref(native_id="7"), Ref(native_id="t1_c1"), Ref(native_id="t1_../x", root_id="t3_p")])
def test_no_thread_is_asked_for_by_what_is_no_fullname(ref: Ref) -> None:
    assert REDDIT.thread_request(ref, Thread()) is None


def test_recheck_tells_what_is_gone() -> None:
    assert isinstance(REDDIT, Rechecks)
    refs = [Ref(native_id=name) for name in ("t1_c1", "t1_c2", "t3_p1", "t1_away", "rubbish")]
    answer = a_listing(a_comment(), a_comment("c2", body="[removed]"), a_post(author="[deleted]"))

    url = REDDIT.recheck_request(refs).url
    gone = REDDIT.recheck_parse(a_response(json.dumps(answer)), refs)

    assert url == "https://oauth.reddit.com/api/info?id=t1_c1,t1_c2,t3_p1,t1_away&raw_json=1"
    assert gone == {"t1_c2", "t3_p1", "t1_away"}


def test_recheck_that_shows_nothing_deletes_nothing() -> None:
    refs = [Ref(native_id="t1_c1"), Ref(native_id="t1_c2")]

    assert REDDIT.recheck_parse(a_response(json.dumps(a_listing())), refs) == frozenset()


@pytest.mark.parametrize(
    ("typed", "locator"),
    [
        ("Acme", "all?Acme"),
        ("all?Acme", "all?Acme"),
        ("all#2", "all#2"),
        ("r.De?Acme Küche", "r.de?Acme Küche"),
        ("r.de#1", "r.de#1"),
        ("what.about?this", "all?what.about?this"),
        ("r/Python", "r/python/comments"),
        ("/r/python/new/", "r/python/new"),
        ("r/de+austria/comments", "r/de+austria/comments"),
        ("Inbox", "inbox"),
        (f"{SITE}/r/Python/", "r/python/comments"),
        (f"{SITE}/search/?q=acme+GmbH", "all?acme GmbH"),
    ],
)
def test_locator_is_canonical(typed: str, locator: str) -> None:
    assert REDDIT.locator(typed) == locator
    assert REDDIT.locator(locator) == locator


@pytest.mark.parametrize("typed", ["", "all?", "https://example.com/", "x" * 500, f"{SITE}/user/anna"])
def test_other_locators_are_refused(typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        REDDIT.locator(typed)

    assert caught.value.field == "url"


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        (f"{SITE}/r/de/comments/1abc9z/acme_und_ich/", "reddit:t3_1abc9z"),
        (f"{SITE}/r/de/comments/1abc9z", "reddit:t3_1abc9z"),
        ("https://old.reddit.com/r/de/comments/1abc9z/acme/?utm_source=share", "reddit:t3_1abc9z"),
        ("https://reddit.com/comments/1abc9z", "reddit:t3_1abc9z"),
        ("https://redd.it/1abc9z", "reddit:t3_1abc9z"),
        (f"{SITE}/gallery/1abc9z", "reddit:t3_1abc9z"),
        (f"{SITE}/user/anna/comments/1abc9z/acme/", "reddit:t3_1abc9z"),
        (f"{SITE}/r/de/comments/1abc9z/acme/kx01/?context=3", "reddit:t1_kx01"),
        (f"{SITE}/r/de/comments/1abc9z/comment/kx01/", "reddit:t1_kx01"),
        (f"{SITE}/comments/1abc9z/_/kx01", "reddit:t1_kx01"),
        (f"{SITE}/r/de/", None),
        (f"{SITE}/r/de/comments/", None),
        (f"{SITE}/r/de/s/AbC123", None),
        (f"{SITE}/r/de/comments/1abc9z.json", None),
        ("https://i.redd.it/abc.jpg", None),
        ("https://notreddit.com/r/de/comments/1abc9z/", None),
        ("https://reddit.com.evil.example/comments/1abc9z", None),
    ],
)
def test_permalink_is_recognised(url: str, identity: str | None) -> None:
    assert REDDIT.recognise(url) == identity
    assert recognised(url) == identity


@pytest.mark.parametrize(
    ("url", "locator"),
    [
        (f"{SITE}/r/Python/", "r/python/comments"),
        (f"{SITE}/r/python/new/", "r/python/new"),
        ("https://old.reddit.com/r/python/top/?t=all", "r/python/comments"),
        (f"{SITE}/r/python/search?q=acme&restrict_sr=1", "r.python?acme"),
        (f"{SITE}/search?q=acme", "all?acme"),
        (f"{SITE}/search", None),
        (f"{SITE}/r/python/.rss", None),
        (f"{SITE}/r/python.rss", None),
        (f"{SITE}/r/de/comments/1abc9z/acme/", None),
        (f"{SITE}/user/anna", None),
        ("https://example.com/r/python", None),
    ],
)
def test_address_of_a_subreddit_is_claimed(url: str, locator: str | None) -> None:
    assert REDDIT.claim(url) == locator


RECORDED = {
    "comment_parent_chain.1.json": (1, "t1_dkk4qjd", "t1_dkk4qjd", "2017-07-22T06:57:48"),
    "comment_parent_chain.2.json": (10, "t3_6otocc", "t1_dkk4qjd", "2017-07-22T06:57:48"),
    "comment_parent_chain.3.json": (11, "t3_6otocc", "t1_dkk4qjd", "2017-07-22T06:57:48"),
    "comment_parent_chain.4.json": (11, "t3_6otocc", "t1_dkk4q9z", "2017-07-22T06:57:30"),
    "comment_parent_chain.5.json": (11, "t3_6otocc", "t1_dkk4q0b", "2017-07-22T06:57:13"),
    "comment_parent_chain.6.json": (11, "t3_6otocc", "t1_dkk4pwe", "2017-07-22T06:57:06"),
    "deleted_comment.1.json": (0, "", "", ""),
    "deleted_comment.2.json": (1, "t3_52o2fl", "t3_52o2fl", "2016-09-14T01:12:03"),
    "mentions.1.json": (16, "t1_ekfncs9", "t1_ekftbox", "2019-04-09T01:45:08"),
    "search.1.json": (6, "t3_1qvzkd", "t3_4at068", "2016-03-17T13:33:54"),
    "stream_comments.1.json": (100, "t1_dbhn0yk", "t1_dbhn11d", "2016-12-22T02:17:20"),
    "stream_comments.10.json": (95, "t1_dbhn12c", "t1_dbhn150", "2016-12-22T02:17:24"),
    "stream_comments.11.json": (94, "t1_dbhn13m", "t1_dbhn168", "2016-12-22T02:17:25"),
    "stream_comments.12.json": (0, "", "", ""),
    "stream_comments.13.json": (93, "t1_dbhn13m", "t1_dbhn168", "2016-12-22T02:17:25"),
    "stream_comments.14.json": (92, "t1_dbhn14p", "t1_dbhn17a", "2016-12-22T02:17:26"),
    "stream_comments.15.json": (24, "t1_dbhn17b", "t1_dbhn17y", "2016-12-22T02:17:27"),
    "stream_comments.16.json": (4, "t1_dbhn17z", "t1_dbhn183", "2016-12-22T02:17:28"),
    "stream_comments.17.json": (0, "", "", ""),
    "stream_comments.18.json": (91, "t1_dbhn15j", "t1_dbhn183", "2016-12-22T02:17:28"),
    "stream_comments.19.json": (90, "t1_dbhn16p", "t1_dbhn199", "2016-12-22T02:17:29"),
    "stream_comments.2.json": (0, "", "", ""),
    "stream_comments.20.json": (0, "", "", ""),
    "stream_comments.21.json": (89, "t1_dbhn17u", "t1_dbhn1ac", "2016-12-22T02:17:30"),
    "stream_comments.3.json": (99, "t1_dbhn0yl", "t1_dbhn11d", "2016-12-22T02:17:20"),
    "stream_comments.4.json": (98, "t1_dbhn103", "t1_dbhn12u", "2016-12-22T02:17:21"),
    "stream_comments.5.json": (31, "t1_dbhn12v", "t1_dbhn13p", "2016-12-22T02:17:22"),
    "stream_comments.6.json": (0, "", "", ""),
    "stream_comments.7.json": (97, "t1_dbhn10z", "t1_dbhn13p", "2016-12-22T02:17:22"),
    "stream_comments.8.json": (96, "t1_dbhn12a", "t1_dbhn150", "2016-12-22T02:17:24"),
    "stream_comments.9.json": (0, "", "", ""),
    "stream_submissions.1.json": (100, "t3_5jo10c", "t3_5jo13y", "2016-12-22T02:17:30"),
    "stream_submissions.2.json": (4, "t3_5jo140", "t3_5jo144", "2016-12-22T02:17:32"),
}


def test_recorded_answers_give_what_they_hold(recorded_reddit: Path) -> None:
    exchange = json.loads(recorded_reddit.read_bytes())

    fetched = parse(exchange["response"]["body"], "r/all/comments")

    items = fetched.items
    held = (
        len(items),
        items[0].native_id if items else "",
        items[-1].native_id if items else "",
        f"{items[-1].published_at:%Y-%m-%dT%H:%M:%S}" if items else "",
    )
    assert held == RECORDED[recorded_reddit.name]
    assert fetched.skipped == 0
    for item in items:
        assert item.url.startswith(f"{SITE}/")
        assert "<div" not in item.text[:20]
        assert item.author.name
        assert bool(item.parent_id) == item.native_id.startswith("t1_")
        assert item.root_id.startswith("t3_")


def test_recorded_thread_is_followed_from_its_end_to_its_post(shared: Path) -> None:
    def body(number: int) -> object:
        return json.loads((shared / f"payloads/reddit/comment_parent_chain.{number}.json").read_bytes())["response"][
            "body"
        ]

    ref, thread = Ref(native_id="t1_dkk4qjd", root_id="t3_6otocc"), Thread()
    answers = [body(2), body(4)]
    for answer in answers:
        thread = REDDIT.thread_parse(a_response(json.dumps(answer)), ref, thread)

    ids = [item.native_id for item in thread.ancestors]
    assert len(ids) == len(set(ids))
    assert ids[-1] == "t1_dkk4qin"
    for above, below in zip(thread.ancestors, thread.ancestors[1:], strict=False):
        assert below.parent_id == above.native_id
