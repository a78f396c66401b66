"""A local run that is killed again and again loses nothing and doubles nothing."""

import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from story.mailbox import receiving, text_of
from story.site import ROOT, Post, Site

MOMENTS_S = (0.4, 0.7, 0.9, 1.1, 1.3, 1.5, 1.8, 2.1, 2.5, 3.0)


def _practice(folder: Path, site: Site, smtp: str) -> Post:
    folder.mkdir(exist_ok=True)
    shutil.copy(ROOT / "earshot.example.toml", folder)
    return Post(folder, site, {"EARSHOT_SMTP": smtp})


def _identities(post: Post) -> Counter[tuple[str, str]]:
    return Counter((each["url"], each["title"]) for each in _all(post))


def _all(post: Post) -> list[dict[str, str]]:
    found, cursor = [], ""
    while True:
        page = post.json("mentions", "list", "--limit", "100", *(["--cursor", cursor] if cursor else []))
        found += page["mentions"]
        cursor = page["next"]
        if not cursor:
            return found


def test_ten_kills_lose_nothing_and_tell_each_alert_once(tmp_path: Path, site: Site) -> None:
    with receiving() as (calm_box, calm_smtp), receiving() as (box, smtp):
        calm = _practice(tmp_path / "calm", site, calm_smtp)
        calm.once()
        post = _practice(tmp_path / "stormy", site, smtp)

        for moment_s in MOMENTS_S:
            run = subprocess.Popen(
                [sys.executable, "-m", "earshot", "run", "--once", "--json"],
                cwd=post.folder,
                env=post.env,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            time.sleep(moment_s)  # the moment is the point of this test, not a wait for something
            run.send_signal(signal.SIGKILL)
            run.communicate()
        post.once()

        assert _identities(post) == _identities(calm)
        assert max(_identities(post).values()) == 1
        assert set(box.told()) == set(calm_box.told())
        mails_by_alert = {
            link: {mail["Message-ID"] for mail in box.mails if link in text_of(mail)} for link in box.told()
        }
        assert [link for link, ids in mails_by_alert.items() if len(ids) != 1] == []
        # A second copy of a mail may come only from a kill between sending it and noting that it was sent.
        copies = Counter(mail["Message-ID"] for mail in box.mails)
        assert sum(times - 1 for times in copies.values()) <= 2


def test_an_acknowledgement_outlives_a_kill(tmp_path: Path, site: Site) -> None:
    with receiving() as (_, smtp):
        post = _practice(tmp_path / "post", site, smtp)
        post.once()
        mention = post.mentions("--status", "open")[0]
        post.json("mentions", "ack", mention["id"], "answered")

        run = subprocess.Popen(
            [sys.executable, "-m", "earshot", "run", "--once", "--json"],
            cwd=post.folder,
            env=post.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(1.0)  # as above
        run.send_signal(signal.SIGKILL)
        run.wait()
        summary = post.once()

        after = post.json("mentions", "show", mention["id"])
        assert after["acknowledgement"]["outcome"] == "answered"
        assert summary["found"] == 0
