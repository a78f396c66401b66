"""From a post on the web to an answered mention, as a user would see it."""

import email
import email.policy
import re
from pathlib import Path

from story.site import Entry, Post, Site, a_feed

CRITICISM = Entry(
    "https://blog.example/kuchen?utm_source=feed",
    "Eine Stunde gewartet",
    "Im Café Morgenrot eine Stunde gewartet, der Kuchen war kalt und niemand hat sich entschuldigt. Sehr enttäuschend.",
)
PRAISE = Entry(
    "https://blog.example/schnecken", "Beste Zimtschnecken", "Danke, Café Morgenrot! Die Zimtschnecken sind großartig."
)
OLD = Entry(
    "https://blog.example/alt",
    "Damals",
    "Im Sommer im Café Morgenrot gesessen, schrecklich laut.",
    date="Mon, 03 Aug 2026 08:00:00 +0000",
)


def test_a_post_becomes_a_mention_an_alert_and_an_answer(post: Post, site: Site) -> None:
    site.put("/feed", a_feed(CRITICISM, PRAISE))
    post.configure("/feed")

    summary = post.once()
    mentions = post.mentions()
    answered = post.json("mentions", "ack", mentions[0]["id"], "answered", "--answer-url", "https://blog.example/re")

    assert (summary["fetched"], summary["found"], summary["alerted"]) == (2, 2, 2)
    assert mentions[0]["kind"] == "criticism"
    assert mentions[0]["status"] == "open"
    assert answered["status"] == "done"
    assert answered["acknowledgement"]["answer_url"] == "https://blog.example/re"
    assert [each["id"] for each in post.mentions("--status", "done")] == [mentions[0]["id"]]
    assert len(post.mails()) == 2


def test_what_is_older_than_the_watch_is_history_and_tells_nobody(post: Post, site: Site) -> None:
    site.put("/feed", a_feed(OLD))
    post.configure("/feed")

    summary = post.once()

    assert (summary["found"], summary["alerted"]) == (1, 0)
    (mention,) = post.mentions()
    assert (mention["status"], mention["is_history"]) == ("done", True)


def test_a_second_look_stores_and_sends_nothing(post: Post, site: Site) -> None:
    site.put("/feed", a_feed(CRITICISM, PRAISE), ETag='"1"')
    post.configure("/feed")
    post.once()
    before = (post.mentions(), post.mails())

    summary = post.once()

    assert (summary["found"], summary["alerted"]) == (0, 0)
    assert (post.mentions(), post.mails()) == before
    assert site.asked[-1][1]["if-none-match"] == '"1"'


def test_a_feed_issued_again_with_new_ids_dates_and_titles_brings_no_news(post: Post, site: Site) -> None:
    site.put("/feed", a_feed(CRITICISM))
    post.configure("/feed")
    post.once()
    again = Entry(
        "http://www.blog.example/kuchen/?utm_medium=rss",
        "Nachtrag: eine Stunde gewartet",
        CRITICISM.text + " Nachtrag: das Café Morgenrot hat sich gemeldet.",
        guid="new-1",
        date="Tue, 24 Nov 2026 09:30:00 +0000",
    )
    site.put("/feed", a_feed(again))

    summary = post.once()

    assert (summary["found"], summary["edited"], summary["alerted"]) == (0, 1, 0)
    (mention,) = post.mentions()
    assert mention["title"] == "Nachtrag: eine Stunde gewartet"
    assert mention["edited_at"] is not None
    assert len(post.mails()) == 1


def test_an_acknowledgement_outlives_an_edit(post: Post, site: Site) -> None:
    site.put("/feed", a_feed(PRAISE))
    post.configure("/feed")
    post.once()
    (mention,) = post.mentions()
    post.json("mentions", "ack", mention["id"], "thanked")
    site.put("/feed", a_feed(Entry(PRAISE.link, "Allerbeste Zimtschnecken", PRAISE.text)))

    post.once()

    (after,) = post.mentions()
    assert (after["title"], after["status"]) == ("Allerbeste Zimtschnecken", "done")
    assert after["acknowledgement"]["outcome"] == "thanked"


def test_a_source_that_fails_is_named_and_the_others_go_on(post: Post, site: Site) -> None:
    site.put("/feed", a_feed(PRAISE))
    site.put("/page", "<!doctype html><html><title>Hallo</title></html>", Content_Type="text/html")
    site.put("/gone", "", status=410)
    post.configure("/feed", "/page", "/gone", "/missing")

    summary = post.once()
    listed = post.earshot("source", "list").stdout

    assert summary["found"] == 1
    assert len(summary["unreachable"]) == 3
    assert "web page" in listed
    assert "410" in listed


def test_the_mail_reads_well_and_its_link_shows_the_mention(post: Post, site: Site) -> None:
    site.put("/feed", a_feed(CRITICISM))
    post.configure("/feed")
    post.once()

    (name,) = post.mails()
    message = email.message_from_bytes(
        Path(post.folder / ".earshot" / "outbox" / name).read_bytes(), policy=email.policy.default
    )
    text = message.get_body(("plain",))

    assert text is not None
    assert message["To"] == "chefin@morgenrot.example"
    assert message["Subject"].startswith("Kritik · Café Morgenrot")
    assert "eine Stunde gewartet" in text.get_content()
    assert re.search(r"http://127\.0\.0\.1:\d+/a/[A-Za-z0-9_-]{22}\b", text.get_content())


def test_commands_work_before_anything_was_set_up(post: Post) -> None:
    assert post.json("watch", "list") == {"watches": []}
    assert post.json("source", "list") == {"sources": []}
    assert post.json("mentions", "list")["mentions"] == []
    assert post.json("dead-letters", "list") == {"dead_letters": []}


def test_progress_and_summary_call_a_source_what_its_tenant_calls_it(post: Post, site: Site) -> None:
    site.put("/feed", a_feed(PRAISE))
    post.configure("/feed", extra=f'[[source]]\nurl = "{site.url("/missing")}"\nname = "Hafenblick"\n')

    done = post.earshot("run", "--once")

    assert "Hafenblick: answered with 404" in done.stderr
    assert "not read this time: Hafenblick" in done.stdout
