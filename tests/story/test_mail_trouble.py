"""A mail server that is away, refuses, or answers oddly: nothing is lost, and somebody hears of it."""

import socket

from story.mailbox import receiving
from story.site import Entry, Post, Site, a_feed

SAD = "Im Café Morgenrot eine Stunde gewartet. Sehr enttäuschend, schlechter Service, nie wieder."


def _closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"127.0.0.1:{probe.getsockname()[1]}"


def test_a_mail_server_that_is_away_is_said_and_the_alert_kept(post: Post, site: Site) -> None:
    site.put("/feed", a_feed(Entry("https://blog.example/1", "Eins", SAD)))
    post.configure("/feed")
    post.extra_env = {"EARSHOT_SMTP": _closed_port()}

    done = post.earshot("run", "--once")

    assert done.returncode == 0
    assert "alerted 0" in done.stdout
    assert "1 alert could not be told yet" in done.stdout


def test_a_refused_alert_is_a_dead_letter_that_redrive_sends(post: Post, site: Site) -> None:
    site.put("/feed", a_feed(Entry("https://blog.example/1", "Eins", SAD)))
    post.configure("/feed")
    with receiving() as (box, smtp):
        post.extra_env = {"EARSHOT_SMTP": smtp}
        box.answer = "554 no"
        post.once()
        (letter,) = post.json("dead-letters", "list")["dead_letters"]
        box.answer = "250 OK"

        redriven = post.earshot("dead-letters", "redrive", letter["id"])
        summary = post.once()

        assert redriven.stdout.startswith("1 ")
        assert summary["alerted"] == 1
        assert len(box.mails) == 1
        assert post.json("dead-letters", "list")["dead_letters"] == []
