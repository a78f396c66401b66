"""Stack Exchange: three lists in turns within a small quota, the sites, and threads from the question down."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from source_builders import NOW, a_response, a_source

from earshot.domain.credential import NO_CREDENTIAL
from earshot.domain.errors import FetchError, Invalid, Malformed, Refused, Throttled, Unreachable
from earshot.domain.item import Author, Engagement, Item
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import Ref, Thread
from earshot.ports.connector import ReadsThreads
from earshot.ports.http import Draw
from earshot.sources.registry import CONNECTORS, recognised
from earshot.sources.stackexchange_cursor import LISTS, OVERLAP_S, PAGES_A_POLL

SE = CONNECTORS["stackexchange"]
T = 1_790_000_000
Fields = dict[str, Any]


def a_site(cursor: str = "", site: str = "stackoverflow") -> Source:
    return replace(a_source("stackexchange", cursor=cursor), locator=site)


def heard(body: object, cursor: str = "", status: int = 200, site: str = "stackoverflow") -> Fetched:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return SE.parse(a_response(raw, status=status), a_site(cursor, site))


def asked(cursor: str, site: str = "stackoverflow") -> dict[str, str]:
    url = urlsplit(SE.request(a_site(cursor, site)).url)
    return {"list": url.path.rpartition("/")[2], **{name: found[0] for name, found in parse_qs(url.query).items()}}


def an_owner(name: str = "Anna &amp; Co") -> Fields:
    return {"user_id": 7, "display_name": name, "reputation": 68, "link": "https://stackoverflow.com/users/7/anna"}


def a_question(number: int, at: int = T, **fields: object) -> Fields:
    return {
        "question_id": number,
        "title": "Is Acme&#39;s &lt;div&gt; any good?",
        "body": "<p>I am <b>happy</b>.</p><pre><code>x &lt; 1</code></pre>",
        "link": f"https://stackoverflow.com/questions/{number}/is-acme-any-good",
        "owner": an_owner(),
        "score": -2,
        "view_count": 90,
        "answer_count": 1,
        "creation_date": at,
        "last_edit_date": at + 60,
        "content_license": "CC BY-SA 4.0",
        **fields,
    }


def an_answer(number: int, question: int = 1, at: int = T, **fields: object) -> Fields:
    return {
        "answer_id": number,
        "question_id": question,
        "body": f"<p>answer {number}</p>",
        "owner": an_owner("Ben"),
        "score": 3,
        "creation_date": at,
        **fields,
    }


def a_comment(number: int, post: int = 1, at: int = T, by: str = "Cara", **fields: object) -> Fields:
    return {
        "comment_id": number,
        "post_id": post,
        "body": f"comment {number}",
        "owner": an_owner(by),
        "score": 0,
        "creation_date": at,
        **fields,
    }


def of(*items: object, **fields: object) -> Fields:
    return {"items": list(items), "has_more": False, "quota_max": 300, "quota_remaining": 200, **fields}


def test_question_gives_every_field() -> None:
    (item,) = heard(of(a_question(5))).items

    assert item == Item(
        identity="stackexchange:stackoverflow/5",
        native_id="stackoverflow/5",
        source_kind="stackexchange",
        url="https://stackoverflow.com/questions/5/is-acme-any-good",
        title="Is Acme's <div> any good?",
        text="I am happy.\nx < 1",
        published_at=datetime.fromtimestamp(T, UTC),
        author=Author(name="Anna & Co", id="7", url="https://stackoverflow.com/users/7/anna"),
        engagement=Engagement(score=-2, replies=1, views=90),
        root_id="stackoverflow/5",
        thread_url="https://stackoverflow.com/questions/5/is-acme-any-good",
        place="stackoverflow.com",
    )


def test_answer_and_comment_know_what_they_answer() -> None:
    answer = heard(of(an_answer(6, 5))).items[0]
    comment = heard(of(a_comment(9, 6, reply_to_user={"display_name": "Ben"}))).items[0]

    assert (answer.native_id, answer.parent_id, answer.root_id) == (
        "stackoverflow/6",
        "stackoverflow/5",
        "stackoverflow/5",
    )
    assert (answer.url, answer.thread_url) == ("https://stackoverflow.com/a/6", "https://stackoverflow.com/q/5")
    assert (comment.native_id, comment.parent_id) == ("stackoverflow/comment/9", "stackoverflow/6")
    assert (comment.url, comment.reply_to) == ("https://stackoverflow.com/posts/comments/9", "Ben")
    assert (answer.type, comment.type, comment.text) == ("comment", "comment", "comment 9")


@pytest.mark.parametrize(
    "made", [a_question(5), an_answer(6), a_comment(9), an_answer(6, link="https://stackoverflow.com/a/6")]
)
def test_permalink_of_an_item_is_recognised_as_the_item(made: Fields) -> None:
    (item,) = heard(of(made)).items

    assert recognised(item.url) == item.identity


def test_posts_and_excerpts_are_read_too() -> None:
    posts = of({"post_id": 1, "post_type": "question", "body": "q"}, {"post_id": 2, "post_type": "answer", "body": "a"})
    excerpt = {"item_type": "answer", "answer_id": 4, "question_id": 3, "title": "T", "excerpt": "<span>Acme</span> is"}

    assert [item.url.rpartition(".com")[2] for item in heard(posts).items] == ["/q/1", "/a/2"]
    assert [(item.text, item.parent_id) for item in heard(of(excerpt)).items] == [("Acme is", "stackoverflow/3")]


def test_site_of_a_link_goes_before_the_site_that_was_asked() -> None:
    link = "https://cooking.stackexchange.com/questions/5/x"

    (item,) = heard(of(a_question(5, link=link))).items

    assert (item.identity, item.place) == ("stackexchange:cooking/5", "cooking.stackexchange.com")


def test_first_request_asks_for_the_newest_questions() -> None:
    request = SE.request(a_site())

    assert request.url == (
        "https://api.stackexchange.com/2.3/questions"
        "?site=stackoverflow&filter=withbody&sort=creation&pagesize=100&order=desc"
    )
    assert (request.headers, request.draws) == ({}, (Draw(quota="requests"),))


def test_key_goes_into_a_header_and_draws_on_its_own_quota() -> None:
    request = SE.request(a_site(), {"key": "secret"})

    assert request.headers == {"Authorization": "Bearer secret"}
    assert "secret" not in request.url
    assert request.draws == (Draw(quota="requests with a key"),)


@pytest.mark.parametrize(
    ("cursor", "expected"), [("0:5:6:7", "questions"), ("1:5:6:7", "answers"), ("2:5:6:7", "comments")]
)
def test_lists_take_turns(cursor: str, expected: str) -> None:
    assert asked(cursor)["list"] == expected


def test_later_request_goes_up_from_the_newest_second_with_an_overlap() -> None:
    fresh, further = asked(f"1:0:{T}:0"), asked(f"1:0:{T}:0+2")

    assert (fresh["order"], fresh["fromdate"]) == ("asc", str(T - OVERLAP_S))
    assert (further["order"], further["fromdate"]) == ("asc", str(T))


@pytest.mark.parametrize("cursor", ["x", "3:1:1:1", "0:1:1", "0:1:1:1+0", "0:-1:1:1", "٣:1:1:1"])
def test_unreadable_cursor_starts_anew(cursor: str) -> None:
    assert (asked(cursor)["list"], asked(cursor)["order"]) == ("questions", "desc")


@pytest.mark.parametrize(
    ("site", "sent"), [("cooking", "cooking"), ("pt.stackoverflow", "pt.stackoverflow.com"), ("mathoverflow.net",) * 2]
)
def test_site_goes_out_by_a_name_that_the_api_knows(site: str, sent: str) -> None:
    assert asked("", site)["site"] == sent


def test_poll_reads_each_list_once_and_a_quiet_one_ends_where_it_began() -> None:
    cursor, more = "", []
    for made in (a_question(1, T), an_answer(2, 1, T + 1), a_comment(3, 1, T + 2)) * 2:
        fetched = heard(of(made), cursor)
        cursor = fetched.cursor
        more.append((fetched.more, cursor))

    assert [each for each, _ in more] == [True, True, False] * 2
    assert more[2][1] == more[5][1] == f"0:{T}:{T + 1}:{T + 2}"


def test_empty_lists_keep_what_is_known() -> None:
    assert heard(of(), f"1:{T}:{T}:{T}").cursor == f"2:{T}:{T}:{T}"


def test_date_ahead_of_us_does_not_move_the_cursor() -> None:
    ahead = int(NOW.timestamp()) + 1000

    assert heard(of(a_question(1, ahead)), f"0:{T}:0:0").cursor == f"1:{T}:0:0"


def test_answer_of_another_list_leaves_the_cursor_alone() -> None:
    fetched = heard(of(a_comment(3, 1)), f"0:{T - 9}:0:0")

    assert (fetched.cursor, fetched.more, len(fetched.items)) == (f"0:{T - 9}:0:0", False, 1)


def test_nothing_is_lost_when_more_came_than_a_poll_reads() -> None:
    written = [T + n // 3 for n in range(1, 1900)]
    cursor, found, requests, polls = f"2:0:0:{T}", set[str](), 0, 0
    while polls < 6:
        wanted = asked(cursor)
        if wanted["list"] != "comments":
            fetched = heard(of(), cursor)
        else:
            requests += 1
            low = int(wanted["fromdate"])
            hits = [(second, n) for n, second in enumerate(written) if second >= low]
            comments = [a_comment(n + 1, 1, second) for second, n in hits[:100]]
            fetched = heard(of(*comments, has_more=len(hits) > 100), cursor)
        found |= {item.native_id for item in fetched.items}
        cursor = fetched.cursor
        polls += not fetched.more

    assert len(found) == len(written)
    assert cursor == f"0:0:0:{max(written)}"
    assert requests <= 6 * PAGES_A_POLL


def test_second_that_never_fits_does_not_hold_us_for_ever() -> None:
    crowd = of(*(a_comment(n, 1, T) for n in range(1, 101)), has_more=True)

    assert heard(crowd, f"2:0:0:{T}+1").cursor == f"2:0:0:{T + 1}+2"


def test_first_answer_of_a_list_ends_it() -> None:
    assert heard(of(a_question(1), has_more=True)).cursor == f"1:{T}:0:0"


def test_backoff_holds_the_same_list_and_not_the_next_one() -> None:
    same = heard(of(a_question(1, T + 5), has_more=True, backoff=10), f"0:{T}:0:0")
    next_one = heard(of(a_question(1, T + 5), backoff=10), f"0:{T}:0:0")

    assert (same.more, same.wait_s, same.cursor) == (False, 10, f"0:{T + 5}:0:0+1")
    assert (next_one.more, next_one.wait_s) == (True, 10)


def test_spent_quota_waits_for_midnight() -> None:
    fetched = heard(of(a_question(1), quota_remaining=0))

    assert (fetched.more, fetched.wait_s) == (False, 12 * 3600 + 1)


@pytest.mark.parametrize("backoff", [None, 0, -5, "7", True])
def test_without_a_usable_backoff_there_is_no_wait(backoff: object) -> None:
    assert heard(of(a_question(1), backoff=backoff)).wait_s is None


THROTTLE = "too many requests from this IP, more requests available in 67194 seconds"


@pytest.mark.parametrize(
    ("body", "status", "error", "said"),
    [
        ({"error_id": 502, "error_name": "throttle_violation", "error_message": THROTTLE}, 400, Throttled, "too often"),
        ({"error_id": 502, "error_message": THROTTLE}, 200, Throttled, "too often"),
        ({"error_id": 400, "error_message": "No site found for name `x`"}, 400, Refused, "does not know this site"),
        (
            {"error_id": 400, "error_message": "`key` is not valid"},
            400,
            Refused,
            "earshot credential set stackexchange",
        ),
        ({"error_id": 403, "error_message": "x"}, 400, Refused, "earshot credential set stackexchange"),
        (b"", 401, Refused, "earshot credential set stackexchange"),
        ({"error_id": 500}, 400, Unreachable, "out of order"),
        ({"error_id": 503}, 400, Unreachable, "out of order"),
        ({"error_id": 404}, 400, Refused, "without a reason"),
        (b"<html>banned", 403, Refused, "without a reason"),
        (b"<html>", 200, Malformed, "JSON"),
        ({"hits": []}, 200, Malformed, "no items"),
    ],
)
def test_errors_say_what_is_wrong(body: object, status: int, error: type[FetchError], said: str) -> None:
    with pytest.raises(error, match=said):
        heard(body, "", status)


@pytest.mark.parametrize(
    ("body", "wait_s"),
    [
        ({"error_message": THROTTLE}, 67194),
        ({"backoff": 7}, 7),
        ({"error_message": "Violation of backoff parameter"}, None),
    ],
)
def test_throttle_tells_how_long_to_wait(body: Fields, wait_s: int | None) -> None:
    with pytest.raises(Throttled) as caught:
        heard({"error_id": 502, **body}, status=400)

    assert caught.value.retry_after_s == wait_s


def test_hostile_values_are_left_out() -> None:
    odd = a_question(
        5, title=["x"], owner="me", score=10**40, creation_date="now", last_edit_date=None, link="javascript:x"
    )
    listed = [odd, a_question(-1), {}, None, {"question_id": 10**20, "body": "x"}, {"comment_id": 3, "body": ""}]

    fetched = heard(of(*listed))

    (item,) = fetched.items
    assert (item.url, item.title, item.author) == ("", "", Author())
    assert (item.engagement, item.published_kind) == (Engagement(replies=1, views=90), "seen")
    assert fetched.skipped == 5


@pytest.mark.parametrize(
    ("typed", "site"),
    [
        ("stackoverflow", "stackoverflow"),
        ("StackOverflow.com", "stackoverflow"),
        ("https://stackoverflow.com/questions/tagged/acme", "stackoverflow"),
        ("cooking", "cooking"),
        ("https://cooking.stackexchange.com", "cooking"),
        ("cooking.meta", "cooking.meta"),
        ("meta.stackexchange.com", "meta"),
        ("pt.stackoverflow.com", "pt.stackoverflow"),
        ("pt.stackoverflow", "pt.stackoverflow"),
        ("mathoverflow.net", "mathoverflow.net"),
        ("meta.mathoverflow.net", "meta.mathoverflow.net"),
        (" askubuntu ", "askubuntu"),
    ],
)
def test_site_is_named_as_the_api_names_it(typed: str, site: str) -> None:
    assert SE.locator(typed) == site
    assert SE.locator(site) == site


@pytest.mark.parametrize(
    "typed", ["", "example.com", "chat.stackoverflow.com", "api.stackexchange.com", "stackexchange.com", "a.b.c", "x y"]
)
def test_what_is_no_site_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        SE.locator(typed)

    assert caught.value.field == "url"


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("https://stackoverflow.com/questions/5/slug", "stackexchange:stackoverflow/5"),
        ("https://stackoverflow.com/questions/5", "stackexchange:stackoverflow/5"),
        ("https://stackoverflow.com/q/5/77", "stackexchange:stackoverflow/5"),
        ("https://stackoverflow.com/a/6/77", "stackexchange:stackoverflow/6"),
        ("https://stackoverflow.com/questions/5/slug/6#6", "stackexchange:stackoverflow/6"),
        ("https://stackoverflow.com/questions/5/slug#6", "stackexchange:stackoverflow/6"),
        ("https://stackoverflow.com/questions/5/slug#comment9_5", "stackexchange:stackoverflow/comment/9"),
        ("https://stackoverflow.com/posts/comments/9", "stackexchange:stackoverflow/comment/9"),
        ("https://cooking.stackexchange.com/q/5", "stackexchange:cooking/5"),
        ("https://pt.stackoverflow.com/q/5", "stackexchange:pt.stackoverflow/5"),
        ("https://mathoverflow.net/q/5", "stackexchange:mathoverflow.net/5"),
        ("https://stackoverflow.com/questions/tagged/acme", None),
        ("https://stackoverflow.com/posts/comments/x", None),
        ("https://stackoverflow.com/posts/comments", None),
        ("https://stackoverflow.com/users/5/anna", None),
        ("https://chat.stackoverflow.com/q/5", None),
        ("https://example.com/questions/5/slug", None),
        ("https://evilstackoverflow.com/q/5", None),
    ],
)
def test_permalinks_are_recognised(url: str, identity: str | None) -> None:
    assert SE.recognise(url) == identity
    assert recognised(url) == identity


def test_any_address_of_a_site_is_claimed() -> None:
    assert SE.claim("https://cooking.stackexchange.com/questions/tagged/salt") == "cooking"
    assert SE.claim("https://stackexchange.com/sites") is None
    assert SE.claim("https://example.com/") is None


def followed(ref: Ref, answers: dict[str, Fields]) -> tuple[Thread, list[str]]:
    """A thread read to its end from answers by path, and what was asked."""
    assert isinstance(SE, ReadsThreads)
    thread, paths = Thread(), []
    while (request := SE.thread_request(ref, thread, NO_CREDENTIAL)) is not None:
        url = urlsplit(request.url)
        assert request.draws == (Draw(quota="requests"),)
        paths.append(url.path.removeprefix("/2.3/"))
        thread = SE.thread_parse(a_response(json.dumps(answers.get(paths[-1], of()))), ref, thread)
    return thread, paths


def native_ids(items: tuple[Item, ...]) -> list[str]:
    return [item.native_id.partition("/")[2] for item in items]


def test_thread_of_a_question_has_its_answers_and_all_comments() -> None:
    thread, paths = followed(
        Ref(native_id="stackoverflow/1", root_id="stackoverflow/1", locator="stackoverflow"),
        {
            "questions/1/answers": of(an_answer(2, 1, T + 1), an_answer(3, 1, T + 3)),
            "posts/1;2;3/comments": of(a_comment(8, 1, T), a_comment(9, 2, T + 2)),
        },
    )

    assert native_ids(thread.replies) == ["comment/8", "2", "comment/9", "3"]
    assert (thread.ancestors, thread.is_cut) == ((), False)
    assert paths == ["questions/1/answers", "posts/1;2;3/comments"]


def test_thread_of_an_answer_has_its_question_and_comments() -> None:
    thread, paths = followed(
        Ref(native_id="stackoverflow/2", parent_id="stackoverflow/1", locator="stackoverflow"),
        {"questions/1": of(a_question(1)), "posts/2/comments": of(a_comment(9, 2))},
    )

    assert (native_ids(thread.ancestors), native_ids(thread.replies), thread.is_cut) == (["1"], ["comment/9"], False)
    assert paths == ["questions/1", "posts/2/comments"]


A_COMMENT = Ref(native_id="stackoverflow/comment/9", parent_id="stackoverflow/2", locator="stackoverflow")


def test_thread_of_a_comment_below_an_answer_goes_up_to_the_question() -> None:
    beside = of(
        a_comment(8, 2, T, reply_to_user={"display_name": "Cara"}),
        a_comment(9, 2, T + 1),
        a_comment(10, 2, T + 2, by="Dan"),
        a_comment(11, 2, T + 3, by="Dan", reply_to_user={"display_name": "Cara"}),
    )

    thread, paths = followed(
        A_COMMENT, {"answers/2": of(an_answer(2, 1)), "questions/1": of(a_question(1)), "posts/2/comments": beside}
    )

    assert (native_ids(thread.ancestors), native_ids(thread.replies)) == (["1", "2"], ["comment/11"])
    assert paths == ["answers/2", "questions/1", "posts/2/comments"]
    assert not thread.is_cut


def test_thread_of_a_comment_below_a_question_finds_that() -> None:
    thread, paths = followed(A_COMMENT, {"questions/2": of(a_question(2))})

    assert (native_ids(thread.ancestors), thread.replies, thread.is_cut) == (["2"], (), False)
    assert paths == ["answers/2", "questions/2", "posts/2/comments"]


def test_question_that_is_gone_cuts_the_thread() -> None:
    thread, _ = followed(A_COMMENT, {})

    assert (thread.ancestors, thread.is_cut) == ((), True)


def test_answer_that_does_not_tell_its_question_is_the_top() -> None:
    thread, paths = followed(A_COMMENT, {"answers/2": of({"answer_id": 2, "body": "x"})})

    assert native_ids(thread.ancestors) == ["2"]
    assert paths == ["answers/2", "posts/2/comments"]


@pytest.mark.parametrize(("number", "asked_for"), [(10**7, 100), (10**14, 75)])
def test_question_with_too_many_answers_is_cut(number: int, asked_for: int) -> None:
    ref = Ref(native_id=f"stackoverflow/{number}", locator="stackoverflow")
    answers = of(*(an_answer(number + n, number, T + n) for n in range(1, 101)))

    thread, paths = followed(ref, {f"questions/{number}/answers": answers})

    assert (len(thread.replies), thread.is_cut) == (100, True)
    assert paths[1].count(";") + 1 == asked_for


@pytest.mark.parametrize(
    "ref", [Ref(native_id="5", locator="stackoverflow"), Ref(native_id="a.b/5"), replace(A_COMMENT, parent_id="")]
)
def test_strange_reference_asks_for_nothing(ref: Ref) -> None:
    assert isinstance(SE, ReadsThreads)
    assert SE.thread_request(ref, Thread()) is None


def test_a_day_of_quiet_polls_fits_into_the_quota() -> None:
    polls = 24 * 3600 // SE.place.interval_s

    assert polls * len(LISTS) <= 0.75 * SE.place.quotas[0].amount


def test_recorded_body_is_read(recorded_stackexchange: Path) -> None:
    fetched = SE.parse(a_response(recorded_stackexchange.read_bytes()), a_site())

    assert native_ids(fetched.items) == ["79646317", "79978051"]
    first, last = fetched.items
    assert (first.author.name, first.author.id) == ("Masood Ahmad", "244696")
    assert first.published_at == datetime(2025, 5, 31, 4, 24, 26, tzinfo=UTC)
    assert (last.author.id, last.engagement) == ("1088979", Engagement(score=-4, replies=1, views=190))
    assert all("<" not in item.title and item.url.startswith("https://stackoverflow.com/") for item in fetched.items)
    assert fetched.cursor == "1:1783551013:0:0"
