"""GitHub: issues, pull requests and discussions by search, repositories, threads, and every way it says no."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from source_builders import NOW, a_response

from earshot.domain.errors import FetchError, Invalid, Malformed, Refused, Throttled
from earshot.domain.item import Author, Engagement, Item
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import Ref, Thread
from earshot.ports.http import Draw, Request
from earshot.sources.github import GitHubConnector
from earshot.sources.github_cursor import MAX_STEPS, OVERLAP_S, Cursor
from earshot.sources.identity import identity_of
from earshot.sources.registry import CONNECTORS

GITHUB = GitHubConnector()
TOKEN = {"token": "ghp_secret"}
T = 1_790_000_000
ISSUE = "https://github.com/Acme/Shop/issues/5"
DISCUSSION = "https://github.com/Acme/Shop/discussions/7"


def at(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def source(locator: str = "issues?acme", cursor: str = "", *words: str) -> Source:
    return Source(id="s_1", kind="github", locator=locator, words=words, created_at=NOW, cursor=cursor)


def an_issue(number: int, second: int, **fields: object) -> dict[str, object]:
    url = f"https://github.com/acme/shop/issues/{number}"
    return {"html_url": url, "title": f"Issue {number}", "created_at": at(second), "comments": 0, **fields}


def a_comment(id_: int, second: int, **fields: object) -> dict[str, object]:
    return {"html_url": f"{ISSUE}#issuecomment-{id_}", "body": f"comment {id_}", "created_at": at(second), **fields}


def a_search(*issues: Mapping[str, object], is_partial: bool = False) -> dict[str, object]:
    return {"total_count": 5000, "incomplete_results": is_partial, "items": list(issues)}


def discussions(*nodes: Mapping[str, object], end: str = "") -> dict[str, object]:
    page = {"hasNextPage": bool(end), "endCursor": end or None}
    return {"data": {"search": {"pageInfo": page, "nodes": list(nodes)}}}


def a_discussion(number: int, second: int, **fields: object) -> dict[str, object]:
    url = f"https://github.com/acme/shop/discussions/{number}"
    return {
        "url": url,
        "number": number,
        "title": f"Talk {number}",
        "createdAt": at(T),
        "updatedAt": at(second),
        **fields,
    }


def read(body: object, to: Source | None = None, *, status: int = 200, **headers: str) -> Fetched:
    return GITHUB.parse(a_response(json.dumps(body), status=status, **headers), to or source())


def told(request: Request | None) -> tuple[str, dict[str, str]]:
    assert request is not None
    parts = urlsplit(request.url)
    assert parts.hostname == "api.github.com"
    return parts.path, {key: values[0] for key, values in parse_qs(parts.query).items()}


def variables(request: Request | None) -> dict[str, object]:
    assert request is not None
    assert (request.method, request.url) == ("POST", "https://api.github.com/graphql")
    found = json.loads(request.body)["variables"]
    assert isinstance(found, dict)
    return found


def test_issue_gives_every_field() -> None:
    issue = {
        "html_url": ISSUE,
        "number": 5,
        "title": "Checkout <broken> & slow",
        "user": {"login": "anna-b", "id": 77, "html_url": "https://github.com/anna-b", "type": "User"},
        "created_at": "2026-11-20T08:00:00Z",
        "updated_at": "2026-11-21T08:00:00Z",
        "body": "Acme **fails**",
        "body_text": "Acme fails <sometimes>",
        "comments": 3,
        "reactions": {"total_count": 5, "+1": 4},
    }

    fetched = read(a_search(issue))

    assert fetched.items == (
        Item(
            identity="github:acme/shop#5",
            native_id="acme/shop#5",
            source_kind="github",
            url=ISSUE,
            title="Checkout <broken> & slow",
            text="Acme fails <sometimes>",
            published_at=datetime(2026, 11, 20, 8, tzinfo=UTC),
            author=Author(name="anna-b", id="77", handle="anna-b", url="https://github.com/anna-b"),
            engagement=Engagement(likes=4, replies=3),
            root_id="acme/shop#5",
            thread_url=ISSUE,
            place="GitHub: Acme/Shop",
        ),
    )
    assert read(issue).items == read([issue]).items == fetched.items, "alone and in a list it is the same"
    assert fetched.items[0].type == "post"


def test_comment_gives_every_field() -> None:
    comment = {
        "html_url": f"{ISSUE}#issuecomment-99",
        "id": 99,
        "user": None,
        "created_at": "2026-11-21T08:00:00Z",
        "body": "Same here.<!-- please keep this -->\r\nSince `1.2`",
        "reactions": {"+1": 1},
    }

    assert read([comment]).items == (
        Item(
            identity="github:issuecomment-99",
            native_id="issuecomment-99",
            source_kind="github",
            url=f"{ISSUE}#issuecomment-99",
            text="Same here.\nSince `1.2`",
            published_at=datetime(2026, 11, 21, 8, tzinfo=UTC),
            engagement=Engagement(likes=1),
            parent_id="acme/shop#5",
            root_id="acme/shop#5",
            thread_url=ISSUE,
            place="GitHub: Acme/Shop",
        ),
    )


DISCUSSED = {
    "number": 7,
    "title": "Is Acme any good?",
    "bodyText": "Asking for a friend",
    "url": DISCUSSION,
    "createdAt": "2026-11-20T08:00:00Z",
    "updatedAt": "2026-11-21T08:00:00Z",
    "upvoteCount": 2,
    "author": {"login": "anna-b", "url": "https://github.com/anna-b", "databaseId": 77},
    "repository": {"nameWithOwner": "Acme/Shop"},
    "comments": {
        "totalCount": 1,
        "nodes": [
            {
                "url": f"{DISCUSSION}#discussioncomment-8",
                "bodyText": "It is",
                "createdAt": "2026-11-20T09:00:00Z",
                "author": {"login": "bernd"},
                "replies": {
                    "totalCount": 1,
                    "nodes": [
                        {
                            "url": f"{DISCUSSION}#discussioncomment-9",
                            "bodyText": "Thanks",
                            "createdAt": "2026-11-20T10:00:00Z",
                            "author": None,
                        }
                    ],
                },
            },
            {"url": "https://evil.example/#discussioncomment-1", "bodyText": "elsewhere", "replies": {"nodes": [{}]}},
        ],
    },
}


def test_discussion_gives_itself_its_comments_and_their_replies() -> None:
    items = read(discussions(DISCUSSED)).items

    assert items[0] == Item(
        identity="github:acme/shop#7",
        native_id="acme/shop#7",
        source_kind="github",
        url=DISCUSSION,
        title="Is Acme any good?",
        text="Asking for a friend",
        published_at=datetime(2026, 11, 20, 8, tzinfo=UTC),
        author=Author(name="anna-b", id="77", handle="anna-b", url="https://github.com/anna-b"),
        engagement=Engagement(likes=2, replies=1),
        root_id="acme/shop#7",
        thread_url=DISCUSSION,
        place="GitHub: Acme/Shop",
    )
    assert [(item.native_id, item.parent_id, item.reply_to, item.author.url) for item in items[1:]] == [
        ("discussioncomment-8", "acme/shop#7", "", "https://github.com/bernd"),
        ("discussioncomment-9", "discussioncomment-8", "bernd", ""),
    ]
    assert {item.root_id for item in items} == {"acme/shop#7"}


def test_what_is_no_post_is_counted() -> None:
    nodes = [
        an_issue(1, T),
        {"html_url": "https://github.com/acme/shop", "description": "a repository"},
        {"html_url": "https://evil.example/acme/shop/issues/1", "title": "elsewhere"},
        an_issue(2, T, title="", body=None),
        an_issue(3, T, title=7, body=["x"]),
        {"number": 4, "repository": {"owner": {"login": "a/b"}, "name": ".."}},
        None,
    ]

    fetched = read(nodes)

    assert (len(fetched.items), fetched.skipped) == (1, 6)


def test_first_request_searches_for_the_newest_issues() -> None:
    request = GITHUB.request(source("issues?acme"))

    assert told(request) == (
        "/search/issues",
        {
            "q": "acme is:issue in:title,body",
            "sort": "created",
            "order": "desc",
            "per_page": "100",
            "page": "1",
            "advanced_search": "true",
        },
    )
    assert dict(request.headers) == {"X-GitHub-Api-Version": "2022-11-28"}
    assert request.accept == "application/vnd.github.text+json"
    assert request.draws == ()


def test_token_stands_in_a_header_and_opens_the_discussions() -> None:
    request = GITHUB.request(source("issues#1", "", 'Acme "x"', "Acme GmbH"), TOKEN)

    assert variables(request) == {"q": '"Acme x" OR "Acme GmbH" sort:updated-desc', "after": None}
    assert request.headers["Authorization"] == "Bearer ghp_secret"
    assert b"ghp_" not in request.body


def test_words_of_watches_are_grouped_and_fit_into_what_github_takes() -> None:
    words = tuple(f"a phrase of {number} words" for number in range(6))
    cursor = Cursor(known={"pulls": T}, at="pulls").write()

    _, parameters = told(GITHUB.request(source("issues#1", cursor, *words)))

    joined = " OR ".join(f'"{word}"' for word in words)
    assert parameters["q"] == f"({joined}) is:pull-request in:title,body created:>={at(T - OVERLAP_S)}"
    assert len(parameters["q"]) <= 256
    assert parameters["order"] == "asc"
    search = GITHUB.place.search
    assert search is not None
    assert len(f"() is:pull-request in:title,body created:>={at(T)}") + search.max_chars <= 256


def poll(of: Source, answers: Sequence[object], credential: Mapping[str, str]) -> tuple[Source, list[str]]:
    """The source after a poll of as many answers, and what was asked for."""
    asked: list[str] = []
    for number, answer in enumerate(answers, 1):
        request = GITHUB.request(of, credential)
        asked.append(told(request)[1].get("q") or told(request)[0])
        fetched = read(answer, of)
        assert fetched.more == (number < len(answers))
        of = replace(of, cursor=fetched.cursor)
    return of, asked


def test_poll_of_a_search_reads_discussions_with_a_token_then_issues_then_pull_requests() -> None:
    answers = [discussions(a_discussion(7, T + 3)), a_search(an_issue(5, T + 5)), a_search(an_issue(6, T + 6))]

    after, asked = poll(source(), answers, TOKEN)

    assert asked == ["/graphql", "acme is:issue in:title,body", "acme is:pull-request in:title,body"]
    assert Cursor.read(after.cursor) == Cursor(known={"discussions": T + 3, "issues": T + 5, "pulls": T + 6})
    assert variables(GITHUB.request(after, TOKEN))["q"] == f"acme updated:>={at(T + 3 - OVERLAP_S)} sort:updated-asc"
    again, _ = poll(after, answers, TOKEN)
    assert again.cursor == after.cursor, "an unchanged poll writes nothing"
    later, asked = poll(after, answers[1:], {})
    assert len(asked) == 2, "without a token the discussions are left out"
    assert later.cursor == after.cursor


def test_poll_of_a_repository_reads_issues_then_comments() -> None:
    of = source("acme/shop")

    after, asked = poll(of, [[an_issue(5, T)], [a_comment(9, T + 9)]], {})

    assert asked == ["/repos/acme/shop/issues", "/repos/acme/shop/issues/comments"]
    assert Cursor.read(after.cursor) == Cursor(known={"issues": T, "comments": T + 9})
    request = GITHUB.request(after)
    assert told(request)[1] == {
        "sort": "created",
        "direction": "desc",
        "per_page": "100",
        "state": "all",
        "since": at(T - OVERLAP_S),
        "page": "1",
    }
    assert request.draws == (Draw(quota="core"),)
    assert GITHUB.request(replace(after, cursor=Cursor(at="issues").write()), TOKEN).draws == ()
    assert variables(GITHUB.request(of, TOKEN))["q"] == "repo:acme/shop sort:updated-desc"


def test_nothing_is_lost_when_more_was_found_than_an_answer_holds() -> None:
    written = {number: T + 60 * (number // 3) for number in range(1, 751)}
    known = source(cursor=Cursor(known={"issues": T - 5, "pulls": T}).write())
    heard: set[str] = set()

    for _ in range(3):
        more = True
        while more:
            _, parameters = told(GITHUB.request(known))
            since, page = parameters["q"].rpartition(">=")[2], int(parameters["page"])
            fitting = [(n, s) for n, s in sorted(written.items()) if at(s) >= since and "is:issue" in parameters["q"]]
            fetched = read(a_search(*(an_issue(n, s) for n, s in fitting[100 * page - 100 : 100 * page])), known)
            heard |= {item.native_id for item in fetched.items}
            known, more = replace(known, cursor=fetched.cursor), fetched.more

    assert heard == {f"acme/shop#{number}" for number in written}
    assert Cursor.read(known.cursor) == Cursor(known={"issues": T + 15_000, "pulls": T})


def test_poll_is_bounded_and_the_rest_comes_first_in_the_next() -> None:
    known = source(cursor=Cursor(known={"issues": T}).write())
    full = a_search(*(an_issue(number, T + number) for number in range(1, 101)))

    for step in range(1, MAX_STEPS + 1):
        fetched = read(full, known)
        known = replace(known, cursor=fetched.cursor)
        assert fetched.more == (step < MAX_STEPS)

    assert told(GITHUB.request(known))[1]["page"] == str(MAX_STEPS + 1)
    assert Cursor.read(known.cursor).known == {"issues": T}


def test_search_ends_with_its_thousandth_result_and_goes_on_from_there() -> None:
    known = source(cursor=Cursor(known={"issues": T}, at="issues", page="10", top=T + 1).write())

    fetched = read(a_search(*(an_issue(number, T + number) for number in range(1, 101))), known)

    assert Cursor.read(fetched.cursor) == Cursor(known={"issues": T + 100}, at="pulls", steps=1)


def test_list_of_a_repository_is_read_until_what_was_known() -> None:
    of = source("acme/shop", Cursor(known={"issues": T}).write())
    newer = [an_issue(number, T + number) for number in range(100, 0, -1)]

    first = read(newer, of)
    last = read([*newer[1:], an_issue(1, T)], replace(of, cursor=first.cursor))

    assert Cursor.read(first.cursor) == Cursor(known={"issues": T}, at="issues", page="2", top=T + 100, steps=1)
    assert Cursor.read(last.cursor) == Cursor(known={"issues": T + 100}, at="comments", steps=2)


def test_first_answer_is_enough_at_the_start() -> None:
    fetched = read(a_search(*(an_issue(number, T + number) for number in range(1, 101))))

    assert Cursor.read(fetched.cursor) == Cursor(known={"issues": T + 100}, at="pulls", steps=1)


def test_pages_of_discussions_are_followed_by_their_cursor() -> None:
    known = source(cursor=Cursor(known={"discussions": T}).write())

    fetched = read(discussions(a_discussion(7, T + 9), end="Y3Vyc29y"), known)

    assert variables(GITHUB.request(replace(known, cursor=fetched.cursor), TOKEN))["after"] == "Y3Vyc29y"
    assert Cursor.read(fetched.cursor).known == {"discussions": T}


def test_partial_answer_is_told_but_moves_nothing() -> None:
    known = source(cursor=Cursor(known={"issues": T}).write())

    fetched = read(a_search(an_issue(5, T + 50), is_partial=True), known)

    assert len(fetched.items) == 1
    assert Cursor.read(fetched.cursor) == Cursor(known={"issues": T}, at="pulls", steps=1)


def test_date_ahead_of_us_does_not_move_the_cursor() -> None:
    known = source(cursor=Cursor(known={"issues": T}).write())

    fetched = read(a_search(an_issue(5, int(NOW.timestamp()) + 1000)), known)

    assert Cursor.read(fetched.cursor).known == {"issues": T}


@pytest.mark.parametrize("body", [[an_issue(1, T)], an_issue(1, T), [a_comment(1, T)]])
def test_answer_that_a_search_did_not_ask_for_leaves_its_cursor_alone(body: object) -> None:
    known = Cursor(known={"issues": 5}, at="pulls").write()

    fetched = read(body, source(cursor=known))

    assert (len(fetched.items), fetched.cursor, fetched.more) == (1, known, False)
    assert read(discussions(DISCUSSED), source(cursor=known)).cursor == known
    assert read(a_search(), source("acme/shop", known)).cursor == known


@pytest.mark.parametrize(
    "written",
    ["yesterday", "[]", '{"issues":-5,"at":"x","page":7}', '{"issues":1e99,"top":true}', "\ud800", '{"page":"ü"}'],
)
def test_unreadable_cursor_starts_anew(written: str) -> None:
    assert Cursor.read(written) == Cursor()
    assert told(GITHUB.request(source(cursor=written)))[1]["page"] == "1"


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (401, {"message": "Bad credentials"}, "earshot credential set github"),
        (403, {"message": "Resource not accessible by personal access token"}, "does not permit"),
        (404, {"message": "Not Found"}, "no such repository"),
        (410, {"message": "Issues are disabled for this repo"}, "switched off"),
        (422, {"message": "Validation Failed", "errors": [{"code": "invalid"}]}, "refuses this search"),
        (451, {"message": "Repository access blocked"}, "legal reasons"),
        (200, {"errors": [{"type": "undefinedField", "message": "ghp_x"}]}, "(undefinedField)"),
        (200, {"data": {"search": None}, "errors": [{"message": "Something went wrong"}]}, "(ERROR)"),
    ],
)
def test_refusal_says_what_to_do_and_nothing_secret(status: int, body: object, sentence: str) -> None:
    with pytest.raises(Refused) as caught:
        read(body, status=status)

    assert sentence in caught.value.reason
    assert "ghp_" not in str(caught.value)
    assert caught.value.status == (status if status >= 400 and status != 410 else None)


@pytest.mark.parametrize(
    ("status", "message", "headers", "wait_s"),
    [
        (403, "You have exceeded a secondary rate limit", {"retry_after": "30"}, 30),
        (403, "You have exceeded a secondary rate limit", {}, 60),
        (403, "Forbidden", {"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(int(NOW.timestamp()) + 90)}, 91),
        (429, "", {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "5"}, 1),
        (429, "", {"x_ratelimit_remaining": "3", "x_ratelimit_reset": "5"}, 60),
        (429, "", {"retry_after": "soon"}, 60),
        (429, "", {"retry_after": "99999999999"}, 86_400),
    ],
)
def test_rate_limit_waits_as_long_as_github_says(
    status: int, message: str, headers: dict[str, str], wait_s: int
) -> None:
    with pytest.raises(Throttled) as caught:
        GITHUB.parse(a_response(json.dumps({"message": message}), status=status, **headers), source())

    assert caught.value.retry_after_s == wait_s


def test_rate_limit_of_graphql_comes_with_a_good_status() -> None:
    with pytest.raises(Throttled):
        read({"errors": [{"type": "RATE_LIMITED"}]})
    assert len(read({**discussions(DISCUSSED), "errors": [{"type": "FORBIDDEN"}]}).items) == 3, "a part is better"


def test_discussions_that_the_token_may_not_read_are_passed_over() -> None:
    closed = {"data": {"search": None}, "errors": [{"type": "INSUFFICIENT_SCOPES"}]}

    fetched = read(closed)

    assert (fetched.items, fetched.more, Cursor.read(fetched.cursor).at) == ((), True, "issues")
    with pytest.raises(Refused):
        read(closed, source(cursor=Cursor(at="pulls").write()))


def test_answers_that_say_what_is_wrong_are_read() -> None:
    assert GITHUB.request(source()).reads >= {401, 403, 404, 422, 429}
    assert GITHUB.request(source(), TOKEN).reads >= {401, 403, 429}


@pytest.mark.parametrize("body", [{}, 7, None, {"items": {}}, {"data": {"search": {"nodes": 7}}}, {"message": "hi"}])
def test_other_answers_are_refused(body: object) -> None:
    with pytest.raises(Malformed):
        read(body)


@pytest.mark.parametrize(
    ("typed", "locator"),
    [
        ("acme", "issues?acme"),
        ('issues?acme OR "acme gmbh" -label:bug', 'issues?acme OR "acme gmbh" -label:bug'),
        ("issues#3", "issues#3"),
        ("Acme/Shop", "acme/shop"),
        ("https://github.com/Acme/Shop", "acme/shop"),
        ("https://github.com/Acme/Shop.git", "acme/shop"),
        ("https://www.github.com/acme/shop/issues?q=is%3Aopen", "acme/shop"),
    ],
)
def test_locator_is_a_search_or_a_repository(typed: str, locator: str) -> None:
    assert GITHUB.locator(typed) == locator
    assert GITHUB.locator(locator) == locator


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "issues?",
        "https://github.com/acme",
        "https://github.com/topics/python",
        ISSUE,
        "a" * 171,
        "漢" * 170 + "字",
        "𝔸" * 160,
        "a OR b OR c OR d OR e OR f OR g",
    ],
)
def test_locator_that_cannot_be_says_why(typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        GITHUB.locator(typed)

    assert caught.value.field == "url"


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        (ISSUE, "github:acme/shop#5"),
        ("http://www.github.com/acme/shop/pull/6/files", "github:acme/shop#6"),
        (DISCUSSION, "github:acme/shop#7"),
        ("https://github.com/orgs/community/discussions/42", "github:orgs/community#42"),
        (f"{ISSUE}#issuecomment-99", "github:issuecomment-99"),
        ("https://github.com/acme/shop/pull/6#discussion_r12", "github:discussion_r12"),
        ("https://github.com/acme/shop/pull/6#pullrequestreview-13", "github:pullrequestreview-13"),
        (f"{DISCUSSION}#discussioncomment-8", "github:discussioncomment-8"),
        (f"{ISSUE}#top", "github:acme/shop#5"),
        ("https://github.com/acme/shop", None),
        ("https://github.com/acme/shop/issues", None),
        ("https://github.com/acme/shop/issues/new", None),
        ("https://github.com/acme/shop/blob/main/5", None),
        ("https://github.com/acme/../issues/5", None),
        ("https://gist.github.com/acme/shop/issues/5", None),
        ("https://github.com.evil.example/acme/shop/issues/5", None),
    ],
)
def test_permalinks_that_people_copy_are_recognised(url: str, identity: str | None) -> None:
    assert GITHUB.recognise(url) == identity
    assert identity is None or identity_of(url, "x", "s_1") == identity


@pytest.mark.parametrize(
    "url",
    [
        ISSUE,
        "https://github.com/acme",
        "https://github.com/orgs/community/discussions",
        "https://github.com/acme/shop/tree/main",
        "https://gist.github.com/acme/shop",
        "https://example.com/acme/shop",
    ],
)
def test_what_is_no_repository_is_not_claimed(url: str) -> None:
    assert GITHUB.claim(url) is None


def thread_of(ref: Ref, answers: Sequence[object], credential: Mapping[str, str]) -> tuple[Thread, list[str]]:
    thread, asked = Thread(), []
    for answer in answers:
        request = GITHUB.thread_request(ref, thread, credential)
        assert request is not None
        asked.append(request.url.removeprefix("https://api.github.com/"))
        thread = GITHUB.thread_parse(a_response(json.dumps(answer)), ref, thread)
    assert GITHUB.thread_request(ref, thread, credential) is None
    return thread, asked


def test_thread_of_an_issue_is_all_pages_of_its_comments() -> None:
    many = [a_comment(number, T + number) for number in range(1, 101)]

    thread, asked = thread_of(Ref(native_id="acme/shop#5", url=ISSUE), [many, [a_comment(101, T + 101)]], {})

    assert asked == [f"repos/acme/shop/issues/5/comments?per_page=100&page={page}" for page in (1, 2)]
    assert [len(thread.ancestors), len(thread.replies), thread.is_cut] == [0, 101, False]


def test_thread_of_a_comment_has_the_issue_above_and_what_was_said_later() -> None:
    ref = Ref(native_id="issuecomment-2", url=f"{ISSUE}#issuecomment-2", thread_url=ISSUE)
    above = an_issue(5, T, html_url=ISSUE)
    below = [a_comment(1, T + 1), a_comment(2, T + 2), a_comment(3, T + 3)]

    thread, asked = thread_of(ref, [above, a_comment(2, T + 2), below], {})

    assert asked == [
        "repos/acme/shop/issues/5",
        "repos/acme/shop/issues/comments/2",
        f"repos/acme/shop/issues/5/comments?per_page=100&page=1&since={at(T + 2)}",
    ]
    assert [item.native_id for item in thread.ancestors] == ["acme/shop#5"]
    assert [item.native_id for item in thread.replies] == ["issuecomment-3"]
    assert not thread.is_cut


def test_thread_is_cut_where_its_comment_is_not_found_or_more_came_than_is_kept() -> None:
    ref = Ref(native_id="issuecomment-2", url=f"{ISSUE}#issuecomment-2")
    pages = [[a_comment(100 * page + n, T + 100 * page + n) for n in range(100)] for page in (1, 2)]

    lost, _ = thread_of(ref, [an_issue(5, T, html_url=ISSUE), a_comment(4, T), []], {})
    long, _ = thread_of(Ref(native_id="acme/shop#5", url=ISSUE), pages, {})
    review, asked = thread_of(Ref(native_id="discussion_r1", url=f"{ISSUE}#discussion_r1"), [[], []], {})

    assert (lost.is_cut, long.is_cut, len(long.replies), review.is_cut) == (True, True, 200, True)
    assert asked[1] == "repos/acme/shop/issues/5/comments?per_page=100&page=1"


def test_thread_of_a_discussion_is_read_whole_with_a_token_only() -> None:
    ref = Ref(native_id="discussioncomment-8", url=f"{DISCUSSION}#discussioncomment-8")
    whole = {"data": {"repository": {"discussion": DISCUSSED}}}

    thread, asked = thread_of(ref, [whole], TOKEN)

    assert asked == ["graphql"]
    assert variables(GITHUB.thread_request(ref, Thread(), TOKEN)) == {"owner": "acme", "name": "shop", "number": 7}
    assert [item.native_id for item in thread.ancestors] == ["acme/shop#7"]
    assert [item.native_id for item in thread.replies] == ["discussioncomment-9"]
    assert not thread.is_cut
    assert GITHUB.thread_request(ref, Thread()) is None
    more = {**DISCUSSED, "comments": {"pageInfo": {"hasNextPage": True}, "nodes": []}}
    assert thread_of(ref, [{"data": {"repository": {"discussion": more}}}], TOKEN)[0].is_cut


def test_thread_that_is_gone_ends_and_one_we_may_not_read_says_so() -> None:
    ref = Ref(native_id="acme/shop#5", url=ISSUE)

    gone = GITHUB.thread_parse(a_response(json.dumps({"message": "gone"}), status=410), ref, Thread())

    assert gone.is_cut
    assert GITHUB.thread_request(ref, gone) is None
    with pytest.raises(FetchError):
        GITHUB.thread_parse(a_response(json.dumps({}), status=401), ref, Thread())
    assert GITHUB.thread_request(Ref(native_id="7", url="https://example.com/7"), Thread()) is None


RECORDED = {
    "Search.testSearchIssues.json": [
        (
            30,
            ("mangosr2/mangos#456", "rsa", "2011-10-25T08:24:47+00:00"),
            ("crosswalk-project/tizen-extensions-crosswalk#246", "seanlong", "2014-02-17T07:45:55+00:00"),
        )
    ],
    "Repository.testGetDiscussions.json": [
        (0, None, None),
        (30, ("pygithub/pygithub#2104", "dougdonohoe", ""), ("pygithub/pygithub#3044", "gmishkin", "")),
        (30, ("pygithub/pygithub#1790", "ssbarnea", ""), ("pygithub/pygithub#2438", "Vuizur", "")),
    ],
}
"""Of each recorded exchange how many items it holds, and of the first and the last the id, the author and the date."""


def facts(item: Item) -> tuple[str, str, str]:
    return item.native_id, item.author.name, item.published_at.isoformat() if item.published_at else ""


def test_recorded_answer_is_read(recorded_github: Path) -> None:
    found = []
    for exchange in json.loads(recorded_github.read_text("utf-8")):
        items = read(exchange["response"]["body"]).items
        found.append((len(items), facts(items[0]) if items else None, facts(items[-1]) if items else None))
        assert not any(mark in item.text for item in items for mark in ("<!--", "\r", "\0"))

    assert found == RECORDED[recorded_github.name]


def test_it_is_registered() -> None:
    assert isinstance(CONNECTORS["github"], GitHubConnector)
