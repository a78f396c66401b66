"""Threads of blogs are read from the feed of their comments."""

from dataclasses import replace

import pytest
from source_builders import a_response, parse, rss

from earshot.domain.thread import Ref, Thread
from earshot.sources.registry import CONNECTORS

FEED = CONNECTORS["feed"]
POST = Ref(
    native_id="https://blog.example/?p=1",
    thread_url="https://www.blog.example/neu/feed/",
    locator="https://blog.example/feed/",
)
COMMENT = "<item><guid isPermaLink='false'>{0}</guid><title>{0}</title>{1}<description>Text {0}</description></item>"
REPLY = "<thr:in-reply-to ref='{0}'/>"


def comments(*told: tuple[str, str]) -> str:
    return rss("".join(COMMENT.format(name, REPLY.format(above) if above else "") for name, above in told))


def read(ref: Ref, body: str) -> Thread:
    return FEED.thread_parse(a_response(body), ref, Thread())  # type: ignore[attr-defined, no-any-return]


def asked(ref: Ref, thread: Thread = Thread()) -> str:  # noqa: B008 - a value
    request = FEED.thread_request(ref, thread)  # type: ignore[attr-defined]
    return request.url if request else ""


@pytest.mark.parametrize(
    ("entry", "where"),
    [
        (
            '<comments>/neu#comments</comments><wfw:commentRss xmlns:wfw="http://wellformedweb.org/CommentAPI/">'
            "https://blog.example/neu/feed/</wfw:commentRss>",
            "https://blog.example/neu/feed/",
        ),
        (
            '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="replies" type="application/atom+xml"'
            ' href="https://blog.example/feeds/1"/><comments>https://blog.example/neu#comments</comments>',
            "https://blog.example/feeds/1",
        ),
        ("<comments>https://blog.example/neu#comments</comments>", "https://blog.example/neu#comments"),
    ],
    ids=["wfw", "replies", "page"],
)
def test_an_entry_names_the_feed_of_its_comments_before_their_page(entry: str, where: str) -> None:
    found = parse(rss(f"<item><title>Neu</title><link>https://blog.example/neu</link>{entry}</item>"))

    assert [item.thread_url for item in found.items] == [where]


@pytest.mark.parametrize(
    ("changes", "url"),
    [
        ({}, "https://www.blog.example/neu/feed/"),
        ({"thread_url": "https://blog.example/neu#comments"}, ""),
        ({"thread_url": "https://intern.example/feed/"}, ""),
        ({"thread_url": "", "parent_id": "1"}, "https://blog.example/feed/"),
        ({"thread_url": "https://blog.example/a?feed=rss2"}, "https://blog.example/a?feed=rss2"),
        ({"thread_url": "https://blog.example/feedback"}, ""),
    ],
    ids=["its feed", "a page", "another host", "a comment", "in the query", "only alike"],
)
def test_only_a_feed_at_the_same_host_is_asked(changes: dict[str, str], url: str) -> None:
    assert asked(replace(POST, **changes)) == url  # type: ignore[arg-type]


def test_comments_answer_the_post_unless_they_answer_another_one() -> None:
    thread = read(POST, comments(("a", ""), ("b", "a"), ("c", POST.native_id)))

    assert sorted((each.native_id, each.parent_id) for each in thread.replies) == [
        ("a", POST.native_id),
        ("b", "a"),
        ("c", POST.native_id),
    ]
    assert (thread.ancestors, thread.is_cut) == ((), False)
    assert asked(POST, thread) == ""


def test_a_comment_stands_between_what_it_answers_and_its_answers_and_what_is_missing_above_is_marked() -> None:
    ref = Ref(native_id="b", parent_id="a", locator="https://blog.example/comments/feed/")

    thread = read(ref, comments(("a", "post"), ("b", "a"), ("c", "b"), ("d", "")))

    assert [each.native_id for each in thread.ancestors] == ["a"]
    assert [each.native_id for each in thread.replies] == ["c"]
    assert thread.is_cut
