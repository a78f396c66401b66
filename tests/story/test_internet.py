"""A watch is added once, and a listening post hears the whole of a small internet: real processes, TLS, SQLite."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from story.internet import BLOG, FORUM, OWN, PAGE, SEARCHED, TRUSTPILOT, Internet, a_word, certificate, online
from story.site import Entry, Post, Site, a_feed

CAFE = "Café Morgenrot"
KEYLESS = {
    "hackernews": "",
    "lemmy": "feddit.org",
    "stackexchange": "stackoverflow",
    "mastodon": "mastodon.social",
    "google_news": "de",
    "github": "issues",
}
"""What is heard by itself without a credential, each with one part of it."""

OF_THEIR_OWN = f"""
[[source]]
kind = "feed"
url = "https://{BLOG}/feed"
[[source]]
kind = "discourse"
url = "https://{FORUM}"
[[source]]
kind = "page_watch"
url = "https://{PAGE}/gaestebuch"
[[source]]
kind = "trustpilot"
url = "morgenrot.example"
"""
PORT = "18789"
HTML = "text/html"
UNIT = "46d6a890000064000500e0c3"


@dataclass
class Look:
    """What one look brought: its summary, and all mentions after it."""

    summary: dict[str, Any]
    mentions: list[dict[str, Any]]

    @property
    def kinds(self) -> set[str]:
        return {each["source"]["kind"] for each in self.mentions}


@dataclass
class Story:
    """A listening post that looks several times at an internet where people go on talking."""

    post: Post
    internet: Internet
    looks: list[Look] = field(default_factory=list)

    def look(self) -> None:
        summary = self.post.once()
        self.looks.append(Look(summary, self.post.mentions()))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A first look; a second one after more was said; a third one after nothing."""
    with online(certificate(tmp_path_factory.mktemp("authority"))) as internet:
        talk(internet)
        story = Story(a_listener(tmp_path_factory.mktemp("post"), internet), internet)
        story.look()
        internet.put(
            f"https://{PAGE}/gaestebuch", a_guest_book("Schöne Tage an der See.", f"Im {CAFE} gab es Waffeln."), HTML
        )
        internet.say(a_word(100, "hackernews", "", CAFE, minutes_ago=0.1))
        story.look()
        story.look()
        yield story


def a_listener(folder: Path, internet: Internet) -> Post:
    """Somebody who listens for the Café Morgenrot, everywhere and at four places of its own."""
    (folder / "earshot.toml").write_text(
        '[tenant]\nname = "Café Morgenrot"\nlanguage = "de"\ntimezone = "Europe/Berlin"\n'
        '[[contact]]\nemail = "chefin@morgenrot.example"\n'
        f'[[watch]]\nname = "{CAFE}"\nsince = 2026-11-01T00:00:00Z\nterms = {{ any = ["{CAFE}", "{OWN}"] }}\n'
        f"{OF_THEIR_OWN}",
        encoding="utf-8",
    )
    post = Post(folder, Site(), internet.env)
    done = post.earshot("credential", "set", "trustpilot", "--stdin", stdin="api_key=secret-of-ours\n")
    assert done.returncode == 0, done.stderr
    return post


def talk(internet: Internet) -> None:
    """Everybody talks about it: places that are searched, a blog and its readers, a forum, a guest book, customers."""
    for number, (kind, scope) in enumerate(KEYLESS.items(), 1):
        # Its number decides what it is at some places: these are a post, a question and an issue.
        internet.say(a_word(6 * number, kind, scope, CAFE))
    now = datetime.now(UTC)
    dated = format_datetime(now - timedelta(minutes=20))
    said = Entry(f"https://{BLOG}/kuchen", "Kuchen am Hafen", f"Im {CAFE} war der Kuchen kalt.", date=dated)
    comment = Entry(f"https://{BLOG}/kuchen/#comment-7", "Von: Tom", f"Ich mag das {CAFE} trotzdem sehr.", date=dated)
    internet.put(f"https://{BLOG}/feed", as_wordpress(a_feed(said)))
    internet.put(f"https://{BLOG}/comments/feed/", a_feed(comment, title="Kommentare"))
    internet.put(f"https://{FORUM}/posts.json", {"latest_posts": [a_forum_post(now)]})
    internet.put(f"https://{PAGE}/robots.txt", "User-agent: *\nAllow: /\n", "text/plain")
    internet.put(f"https://{PAGE}/gaestebuch", a_guest_book("Schöne Tage an der See."), HTML)
    internet.put(f"https://{TRUSTPILOT}/v1/business-units/find", {"id": UNIT, "displayName": CAFE})
    internet.put(f"https://{TRUSTPILOT}/v1/business-units/{UNIT}/reviews", {"reviews": [a_review(now)], "links": []})
    internet.put("https://hn.algolia.com/api/v1/items/39000000", a_tree(now))


def as_wordpress(feed: str) -> str:
    """The feed as WordPress writes it, with a feed of the comments beside it."""
    head = f"<link>https://{BLOG}</link><generator>https://wordpress.org/?v=6.9</generator>"
    return (
        feed.replace("<rss version", '<rss xmlns:wfw="http://wellformedweb.org/CommentAPI/" version')
        .replace("<channel>", f"<channel>{head}", 1)
        .replace("</item>", f"<wfw:commentRss>https://{BLOG}/kuchen/feed/</wfw:commentRss></item>")
    )


def a_forum_post(at: datetime) -> dict[str, object]:
    return {
        "id": 901,
        "username": "anna",
        "created_at": (at - timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "cooked": f"<p>Wer war schon im {CAFE}?</p>",
        "post_number": 2,
        "post_type": 1,
        "topic_id": 57,
        "topic_slug": "cafes",
        "topic_title": "Cafés am Hafen",
    }


def a_guest_book(*said: str) -> str:
    entries = "".join(f"<p>{each}</p>" for each in said)
    return f"<!doctype html><html><head><title>Gästebuch</title></head><body><main>{entries}</main></body></html>"


def a_review(at: datetime) -> dict[str, object]:
    return {
        "id": "5e3a1b2c3d4e5f6a7b8c9d0e",
        "stars": 1,
        "title": "Nie wieder",
        "text": f"Im {CAFE} eine Stunde gewartet.",
        "createdAt": (at - timedelta(minutes=40)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "consumer": {"id": "c1", "displayName": "Tom"},
        "language": "de",
    }


def a_tree(at: datetime) -> dict[str, object]:
    """The story on Hacker News below which the café is named, and an answer to that."""
    mentioned, second = 40_000_006, int(at.timestamp()) - 600
    answer = {"id": 41_000_000, "parent_id": mentioned, "author": "tom", "text": "Same here.", "children": []}
    named = {"id": mentioned, "parent_id": 39_000_000, "author": "user6", "text": f"{CAFE} no6", "children": [answer]}
    for node, later in ((named, 0), (answer, 60)):
        node["created_at_i"] = second + later
    title = {"title": "Ask HN: Which one?", "author": "pg", "created_at_i": second - 60}
    return {"id": 39_000_000, "parent_id": None, "story_id": None, **title, "children": [named]}


def test_a_watch_that_was_added_once_hears_the_whole_internet(story: Story) -> None:
    first = story.looks[0]

    assert first.summary["unreachable"] == []
    assert first.kinds == {*KEYLESS, "feed", "discourse", "trustpilot"}


def test_a_key_goes_to_its_own_place_only(story: Story) -> None:
    keyed = {host for host, _, headers in story.internet.asked if "secret-of-ours" in str(dict(headers))}

    assert keyed == {TRUSTPILOT}


def test_places_that_want_a_credential_are_not_asked_without_one(story: Story) -> None:
    keyless = {host for host, place in story.internet.places.items() if place.kind in KEYLESS}

    assert story.internet.hosts_asked() & set(SEARCHED) == keyless


def test_the_comments_below_a_blog_are_heard_from_the_next_look_on(story: Story) -> None:
    links = [{each["url"] for each in look.mentions} for look in story.looks]

    assert f"https://{BLOG}/kuchen/#comment-7" in links[1] - links[0]


def test_a_page_without_a_feed_is_heard_from_its_next_change_on(story: Story) -> None:
    assert "page_watch" in story.looks[1].kinds - story.looks[0].kinds


def test_what_is_said_later_is_heard_by_the_next_look(story: Story) -> None:
    heard = [sum(each["source"]["kind"] == "hackernews" for each in look.mentions) for look in story.looks]

    assert heard == [1, 2, 2]


def test_a_look_after_which_nothing_was_said_finds_nothing(story: Story) -> None:
    assert story.looks[2].summary["found"] == 0
    assert len(story.looks[2].mentions) == len(story.looks[1].mentions)


def test_the_thread_of_a_mention_is_read_upwards_and_downwards(story: Story) -> None:
    url = "https://news.ycombinator.com/item?id=40000006"
    (named,) = [each for each in story.looks[1].mentions if each["url"] == url]

    thread = story.post.json("mentions", "thread", named["id"])

    assert [each["author"] for each in thread["above"]] == ["pg"]
    assert [each["author"] for each in thread["below"]] == ["tom"]


def test_a_mail_of_a_portal_becomes_a_mention(story: Story) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = "Portal <noreply@portal.example>", "cafe@in.example", "<7@portal>"
    mail["Subject"], mail["Date"] = f"Neue Bewertung: {CAFE}", format_datetime(datetime.now(UTC))
    mail.set_content(f"Jemand schreibt: Im {CAFE} ist der Kaffee großartig.")
    (story.post.folder / "bewertung.eml").write_bytes(mail.as_bytes())

    taken = [story.post.json("mail", "bewertung.eml") for _ in range(2)]

    assert [each["new"] for each in taken] == [1, 0]
    assert "email_in" in {each["source"]["kind"] for each in story.post.mentions()}


def test_a_page_that_links_to_us_tells_so_itself(story: Story) -> None:
    page, ours = f"https://{BLOG}/besuch", f"https://{OWN}/karte"
    linked = f"<article><p>Ein Besuch lohnt sich: <a href='{ours}'>die Karte</a>.</p></article>"
    story.internet.put(page, f"<!doctype html><title>Besuch</title><body>{linked}</body>", HTML)

    with running(story.post) as address:
        form = urlencode({"source": page, "target": ours}).encode()
        with urlopen(Request(f"{address}/webmention", data=form)) as answer:
            assert answer.status == 202
        told = awaited(story.post, "webmention")

    assert [each["url"] for each in told] == [page]


@contextmanager
def running(post: Post) -> Iterator[str]:
    """A run that goes on; gives the address of its server."""
    run = subprocess.Popen(
        [sys.executable, "-m", "earshot", "run", "--port", PORT],
        cwd=post.folder,
        env=post.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert run.stdout is not None
        while "Stop with" not in run.stdout.readline():
            assert run.poll() is None
        yield f"http://127.0.0.1:{PORT}"
    finally:
        run.terminate()
        run.communicate()


def awaited(post: Post, kind: str) -> list[dict[str, Any]]:
    """The mentions of a kind, as soon as there are any; [] when none came in time."""
    ends_at = time.monotonic() + 30
    found: list[dict[str, Any]] = []
    while not found and time.monotonic() < ends_at:
        found = [each for each in post.mentions() if each["source"]["kind"] == kind]
    return found
