"""What an address and an answer show there is to listen to."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from earshot.domain.errors import Malformed
from earshot.domain.offer import MAX_TITLE, MOST_OFFERS, Offer, What
from earshot.domain.source import Source
from earshot.ports.http import Response
from earshot.sources.claiming import claims, what_of
from earshot.sources.discovery import guesses, offers
from earshot.sources.registry import CONNECTORS
from fakes import NOW

SITE = "https://site.example/"
RSS = "application/rss+xml"
ATOM = "application/atom+xml"


def an_answer(body: str | bytes, url: str = SITE, moved_to: str = "") -> Response:
    raw = body if isinstance(body, bytes) else body.encode()
    return Response(status=200, url=url, body=raw, received_at=NOW, moved_to=moved_to)


def a_site(*head: str, body: str = "<p>Willkommen.</p>", html: str = "<html>") -> str:
    return f"<!DOCTYPE html>{html}<head><title>Die Seite</title>{''.join(head)}</head><body>{body}</body></html>"


def a_link(href: str, title: str = "", type_: str = RSS) -> str:
    return f'<link rel="alternate" type="{type_}" title="{title}" href="{href}">'


def shown(found: Sequence[Offer]) -> list[tuple[str, str, str]]:
    """Kind, address and what of each, the address without the site's."""
    return [(each.kind, each.url.removeprefix(SITE), each.what.value) for each in found]


def found_at(body: str, path: str = "") -> list[tuple[str, str, str]]:
    return shown(offers(an_answer(body, SITE + path), SITE + path))


PAGE = ("page_watch", "", "page")

WORDPRESS = a_site(
    '<meta name="generator" content="WordPress 6.8">',
    a_link("/feed/", "Die Seite » Feed"),
    a_link("/comments/feed/", "Die Seite » Kommentar-Feed"),
    a_link("/wp-json/oembed/1.0/embed", "oEmbed", "application/json+oembed"),
)
DISCOURSE = a_site('<meta name="generator" content="Discourse 3.5.0">', a_link("/latest.rss", "Neueste Beiträge"))
PHPBB = a_site(a_link("/app.php/feed", "Feed - Forum", ATOM), body="x").replace("<body>", '<body id="phpbb" class="s">')
MASTODON = a_site(a_link("/@acme.rss"), body='<div class="app-holder" id="mastodon"></div>')
LEMMY = a_site(a_link("/feeds/c/test.xml?sort=Active", "RSS", ATOM))


@pytest.mark.parametrize(
    ("body", "path", "expected"),
    [
        (WORDPRESS, "", [("feed", "feed/", "feed"), ("feed", "comments/feed/", "comments"), PAGE]),
        (
            a_site(a_link("c.xml", "Comments on: Post"), a_link("a.xml")),
            "",
            [("feed", "a.xml", "feed"), ("feed", "c.xml", "comments"), PAGE],
        ),
        (DISCOURSE, "", [("discourse", "https://site.example", "forum"), ("feed", "latest.rss", "feed"), PAGE]),
        (PHPBB, "", [("feed", "app.php/feed", "forum"), PAGE]),
        (MASTODON, "@acme", [("feed", "@acme.rss", "profile"), ("page_watch", "@acme", "page")]),
        (
            a_site(body='<div id="mastodon">'),
            "@acme",
            [("feed", "@acme.rss", "profile"), ("page_watch", "@acme", "page")],
        ),
        (a_site(body="<p>Hallo"), "@acme", [("page_watch", "@acme", "page")]),
        (LEMMY, "c/test", [("feed", "feeds/c/test.xml?sort=Active", "community"), ("page_watch", "c/test", "page")]),
        (a_site(), "presse", [("page_watch", "presse", "page")]),
        ("<p>Ein Stück Seite", "", [PAGE]),
        (a_site(a_link("https://user:secret@site.example/feed")), "", [PAGE]),
        (a_site(a_link("javascript:alert(1)")), "", [PAGE]),
        ("<rss version='2.0'><channel></channel></rss>", "feed", [("feed", "feed", "feed")]),
        ("<?xml version='1.0'?><atom:feed xmlns:atom='x'></atom:feed>", "f", [("feed", "f", "feed")]),
        ("<rdf:RDF xmlns='x'></rdf:RDF>", "comments/feed/", [("feed", "comments/feed/", "comments")]),
        ('{"version": "https://jsonfeed.org/version/1.1"}', "feed.json", [("feed", "feed.json", "feed")]),
        ("<urlset xmlns='x'></urlset>", "news.xml", [("page_watch", "news.xml", "news")]),
    ],
)
def test_what_there_is_to_listen_to(body: str, path: str, expected: list[tuple[str, str, str]]) -> None:
    assert found_at(body, path) == expected


@pytest.mark.parametrize("body", ["Guten Tag", "\x89PNG\r\n", "%PDF-1.7", "   "])
def test_what_is_neither_feed_nor_page_is_refused(body: str) -> None:
    with pytest.raises(Malformed):
        offers(an_answer(body), SITE)


def test_a_feed_in_two_bytes_a_sign_is_one() -> None:
    body = "<?xml version='1.0' encoding='utf-16'?><rss></rss>".encode("utf-16")

    assert shown(offers(an_answer(body), SITE)) == [("feed", "", "feed")]


def test_the_channel_that_a_page_names_is_called_one() -> None:
    feed = "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv"

    assert offers(an_answer(a_site(a_link(feed))), SITE)[0].what is What.CHANNEL


def test_offers_have_the_titles_of_the_page_on_one_short_line() -> None:
    body = a_site(a_link("/feed", "A &amp; B\n" + "x" * 900))

    feed, page = offers(an_answer(body), SITE)

    assert feed.title.startswith("A & B xxx")
    assert len(feed.title) == MAX_TITLE
    assert page.title == "Die Seite"


def test_a_page_that_names_many_feeds_offers_some_of_them_and_itself() -> None:
    found = offers(an_answer(a_site(*(a_link(f"/{number}.xml") for number in range(500)))), SITE)

    assert len(found) <= MOST_OFFERS
    assert found[-1].kind == "page_watch"


def test_an_address_that_moved_for_good_is_offered_as_the_new_one() -> None:
    moved = an_answer(a_site(), "https://new.example/", moved_to="https://new.example/")

    assert [each.url for each in offers(moved, SITE)] == ["https://new.example/"]


@pytest.mark.parametrize(
    ("body", "path", "expected"),
    [
        (a_site(), "", ["feed", "rss", "atom.xml"]),
        (a_site(), "index.html", ["feed", "rss", "atom.xml"]),
        (a_site('<meta content="Hugo 0.150" name=generator>'), "", ["index.xml", "feed", "rss"]),
        (a_site("<meta name='generator' content='Jekyll v4'>"), "", ["feed.xml", "feed", "rss"]),
        (a_site("<meta name='generator'>"), "", ["feed", "rss", "atom.xml"]),
        (a_site(), "blog", ["blog/feed"]),
        (a_site(), "blog/", ["blog/feed"]),
        (a_site(), "presse/archiv.html", []),
        (PHPBB, "forum/viewforum.php?f=2", ["forum/app.php/feed"]),
        (
            a_site("<script>var smf_scripturl = '';</script>"),
            "f/index.php?board=1",
            ["f/index.php?action=.xml;type=rss2"],
        ),
        (a_site("<script>var WCF_PATH = '';</script>"), "forum/", ["forum/index.php?board-feed/", "forum/feed"]),
        (
            a_site(html='<html id="XF" lang="de">'),
            "c/forums/neues.7/",
            ["c/forums/-/index.rss", "c/forums/neues.7/feed"],
        ),
    ],
)
def test_where_a_feed_may_be_that_the_page_does_not_name(body: str, path: str, expected: list[str]) -> None:
    assert [each.removeprefix(SITE) for each in guesses(an_answer(body, SITE + path))] == expected


CHANNEL = "UCabcdefghijklmnopqrstuv"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://blog.example/", []),
        ("https://apps.apple.com/de/app/x/id310633997", [("appstore", "de/310633997", "app")]),
        ("https://play.google.com/store/apps/details?id=de.acme.app", [("google_play", "de.acme.app", "app")]),
        (
            f"https://www.youtube.com/channel/{CHANNEL}",
            [
                ("youtube", f"channel/{CHANNEL}", "channel"),
                ("feed", f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}", "channel"),
            ],
        ),
        ("https://www.youtube.com/@acme", [("youtube", "channel/@acme", "channel")]),
        (f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}", []),
        ("https://github.com/acme/tool", [("github", "acme/tool", "project")]),
        (
            "https://www.reddit.com/r/Acme/",
            [
                ("reddit", "r/acme/comments", "community"),
                ("feed", "https://www.reddit.com/r/acme/new/.rss", "community"),
            ],
        ),
        ("https://www.reddit.com/r/acme/.rss", []),
        (
            "https://bsky.app/profile/acme.example",
            [
                ("bluesky", "all?from:acme.example", "profile"),
                ("feed", "https://bsky.app/profile/acme.example/rss", "profile"),
            ],
        ),
        (
            "https://lemmy.world/c/acme",
            [
                ("feed", "https://lemmy.world/feeds/c/acme.xml?sort=New", "community"),
                ("lemmy", "lemmy.world", "community"),
            ],
        ),
        ("https://lemmy.world/feeds/c/acme.xml?sort=New", []),
        ("https://de.trustpilot.com/review/acme.example", [("trustpilot", "acme.example", "reviews")]),
        ("https://news.ycombinator.com/newest", [("hackernews", "all", "community")]),
        ("https://www.facebook.com/acme", [("facebook", "acme", "profile")]),
    ],
)
def test_what_an_address_says_by_itself(url: str, expected: list[tuple[str, str, str]]) -> None:
    found = claims(url)

    assert [(each.kind, each.url, each.what.value) for each in found] == expected
    assert [CONNECTORS[each.kind].locator(each.url) for each in found] == [each.url for each in found]


def test_every_kind_is_something_to_a_person() -> None:
    assert (what_of("page_watch"), what_of("discourse"), what_of("telepathy")) == (What.PAGE, What.FORUM, What.FEED)


def test_a_claim_that_its_own_kind_refuses_is_none() -> None:
    assert claims(f"https://www.reddit.com/search?q={'x' * 500}") == ()


def test_every_recorded_page_is_one_or_names_its_feed(recorded_page: Path) -> None:
    found = offers(an_answer(recorded_page.read_bytes()), SITE)

    assert found[-1].kind == "page_watch"
    assert {each.kind for each in found[:-1]} <= {"feed"}


def test_every_recorded_feed_is_one(recorded_feed: Path) -> None:
    body = recorded_feed.read_bytes()
    try:
        CONNECTORS["feed"].parse(an_answer(body), Source(id="s", kind="feed", locator=SITE, created_at=NOW))
    except Malformed:
        return

    assert [each.kind for each in offers(an_answer(body), SITE)] == ["feed"]
