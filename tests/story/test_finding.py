"""Somebody adds a place by its address and sees what it is before it is saved."""

import json
import os
import pty
import subprocess
import sys

import pytest

from story.site import Entry, Post, Site, a_feed

WORDPRESS = "<link>{home}</link><generator>https://wordpress.org/?v=6.8</generator>"
REPLIES = '<wfw:commentRss xmlns:wfw="http://wellformedweb.org/CommentAPI/">{home}1/feed/</wfw:commentRss>'
PAGE = (
    "<!DOCTYPE html><html><head><title>Blog am Hafen</title>"
    '<link rel="alternate" type="application/rss+xml" title="Feed" href="/feed/">'
    '<link rel="alternate" type="application/rss+xml" title="Kommentar-Feed" href="/comments/feed/">'
    "</head><body><p>Willkommen am Hafen, hier schreiben wir seit Jahren.</p></body></html>"
)
CAKE = Entry("https://blog.example/kuchen", "Kuchen", "Im Café Morgenrot gab es Kuchen.")
PRAISE = Entry("https://blog.example/kuchen#comment-1", "Zu: Kuchen", "Das Café Morgenrot ist wunderbar!")


@pytest.fixture
def blog(post: Post, site: Site) -> Post:
    """A WordPress blog with comments, and a post that listens for the café and nowhere yet."""
    home = site.url("/")
    feed = a_feed(CAKE).replace("<item>", WORDPRESS.format(home=home) + "<item>" + REPLIES.format(home=home), 1)
    site.put("/", PAGE)
    site.put("/feed/", feed)
    site.put("/comments/feed/", a_feed(PRAISE, title="Kommentare zu Blog am Hafen"))
    post.configure()
    post.once()
    return post


def at_a_terminal(post: Post, answer: str, *args: str) -> subprocess.CompletedProcess[str]:
    """Runs a command whose standard input is a terminal at which somebody types."""
    ours, theirs = pty.openpty()
    try:
        os.write(ours, answer.encode())
        command = [sys.executable, "-m", "earshot", *args]
        return subprocess.run(
            command,
            cwd=post.folder,
            env=post.env,
            stdin=theirs,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        os.close(ours)
        os.close(theirs)


def heard(post: Post) -> list[str]:
    return sorted(each["url"] for each in post.json("source", "list")["sources"])


def test_the_address_of_a_blog_is_enough_and_its_comments_come_with_it(blog: Post, site: Site) -> None:
    told = blog.earshot("source", "add", site.url("/"))

    assert told.returncode == 0, told.stderr
    assert f"* feed       Blog am Hafen  {site.url('/feed/')}" in told.stdout
    assert f"earshot source add --kind feed '{site.url('/comments/feed/')}'" in told.stdout
    assert "2026-11-24  Kuchen  [Café Morgenrot]" in told.stdout
    assert told.stdout.splitlines()[-1].startswith("listening to s_")
    assert heard(blog) == [site.url("/feed/")]
    blog.once()
    assert heard(blog) == [site.url("/comments/feed/"), site.url("/feed/")]
    blog.once()
    assert {each["title"] for each in blog.mentions()} == {"Kuchen", "Zu: Kuchen"}


def test_a_blog_without_a_feed_of_comments_is_heard_without_a_word_about_them(blog: Post, site: Site) -> None:
    del site.pages["/comments/feed/"]
    blog.earshot("source", "add", site.url("/feed/"), "--kind", "feed")
    blog.once()

    summary = blog.once()

    assert heard(blog) == [site.url("/feed/")]
    assert "failed" not in summary or not summary["failed"]


def test_who_says_no_at_a_terminal_has_saved_nothing(blog: Post, site: Site) -> None:
    refused = at_a_terminal(blog, "n\n", "source", "add", site.url("/"))

    assert (refused.returncode, heard(blog)) == (0, [])
    assert "Listen to it? [Y/n]" in refused.stdout
    assert "nothing was added" in refused.stdout


@pytest.mark.parametrize(("answer", "args"), [("\n", ()), ("", ("--yes",))])
def test_who_agrees_listens(blog: Post, site: Site, answer: str, args: tuple[str, ...]) -> None:
    agreed = at_a_terminal(blog, answer, "source", "add", site.url("/"), *args)

    assert (agreed.returncode, heard(blog)) == (0, [site.url("/feed/")])


def test_for_machines_there_is_one_object(blog: Post, site: Site) -> None:
    told = blog.earshot("source", "add", site.url("/"), "--json")

    assert json.loads(told.stdout)["url"] == site.url("/feed/")
    assert told.stderr == ""


def test_a_place_that_is_named_is_added_at_once(blog: Post, site: Site) -> None:
    before = len(site.asked)

    blog.json("source", "add", site.url("/presse"), "--kind", "page_watch")

    assert len(site.asked) == before
    assert heard(blog) == [site.url("/presse")]


def test_a_preview_shows_what_there_is_and_saves_nothing(blog: Post, site: Site) -> None:
    told = blog.earshot("source", "preview", site.url("/"))
    offers = blog.json("source", "preview", site.url("/"))["offers"]

    assert told.returncode == 0, told.stderr
    assert "Im **Café Morgenrot** gab es Kuchen." in told.stdout
    assert [(each["what"], each["shown"]) for each in offers] == [("feed", True), ("comments", False), ("page", False)]
    assert heard(blog) == []


@pytest.mark.parametrize("path", ["/nowhere", "/empty"])
def test_what_cannot_be_listened_to_is_refused_with_what_can_be_done(blog: Post, site: Site, path: str) -> None:
    site.put("/empty", "<!DOCTYPE html><html><head></head><body></body></html>")

    told = blog.earshot("source", "add", site.url(path))

    assert told.returncode == 2
    assert told.stderr.splitlines()[-1].startswith("earshot: url: ")
    assert "--kind page_watch" in told.stderr
    assert heard(blog) == []


def test_a_watch_that_does_not_exist_is_refused_before_anything_is_read(blog: Post, site: Site) -> None:
    before = len(site.asked)

    told = blog.earshot("source", "add", site.url("/"), "--watch", "nobody")

    assert (told.returncode, len(site.asked)) == (2, before)
    assert "there is no watch nobody" in told.stderr


def test_what_wants_a_credential_says_which(blog: Post) -> None:
    told = blog.earshot("source", "add", "https://de.trustpilot.com/review/morgenrot.example")

    assert told.returncode == 2
    assert "earshot credential set trustpilot" in told.stderr
