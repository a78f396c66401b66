"""Feeds name the feeds of their comments."""

import pytest

from earshot.domain.source import Source
from earshot.ports.http import Response
from earshot.sources.registry import CONNECTORS
from fakes import NOW

ADDRESS = "https://blog.example/feed/"
ANSWERABLE = '<wfw:commentRss xmlns:wfw="http://wellformedweb.org/CommentAPI/">https://x.example/1</wfw:commentRss>'


def companions(channel: str, entry: str = "", *, kind: str = "rss") -> tuple[str, ...]:
    if kind == "rss":
        body = (
            f"<rss version='2.0'><channel><title>B</title>{channel}<item><title>1</title>{entry}</item></channel></rss>"
        )
    else:
        body = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>B</title>{channel}<entry><id>1</id></entry></feed>"
    source = Source(id="s", kind="feed", locator=ADDRESS, created_at=NOW)
    response = Response(status=200, url=ADDRESS, body=body.encode(), received_at=NOW)
    return CONNECTORS["feed"].parse(response, source).companions


def wordpress(site: str) -> str:
    return f"<link>{site}</link><generator>https://wordpress.org/?v=6.8</generator>"


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        ("https://blog.example", "https://blog.example/comments/feed/"),
        ("https://blog.example/", "https://blog.example/comments/feed/"),
        ("https://blog.example/magazin?x=1#top", "https://blog.example/magazin/comments/feed/"),
    ],
)
def test_wordpress_has_its_comments_below_the_site(site: str, expected: str) -> None:
    assert companions(wordpress(site), ANSWERABLE) == (expected,)


def test_a_feed_that_cannot_be_answered_has_none() -> None:
    assert companions(wordpress("https://blog.example")) == ()


def test_a_feed_of_another_program_has_none() -> None:
    assert companions("<link>https://blog.example</link><generator>Blogger</generator>", ANSWERABLE) == ()


def test_wordpress_without_an_address_of_its_site_has_none() -> None:
    assert companions("<generator>https://wordpress.org/?v=6.8</generator>", ANSWERABLE) == ()


def test_what_a_feed_names_itself_counts_but_a_page_of_comments_does_not() -> None:
    links = (
        "<link rel='replies' type='application/atom+xml' href='/answers.atom'/>"
        "<link rel='replies' type='text/html' href='/answers'/><link rel='self' href='/feed/'/>"
    )

    assert companions(links, kind="atom") == ("https://blog.example/answers.atom",)


def test_there_are_few_and_none_twice() -> None:
    link = "<link rel='replies' type='application/atom+xml' href='/answers{}.atom'/>"
    links = "".join(link.format(number % 5) for number in range(50))

    assert len(companions(links, kind="atom")) == 3
