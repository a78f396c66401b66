"""A local run that is killed again and again loses nothing and doubles nothing."""

import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from story.mailbox import receiving, text_of
from story.site import ROOT, Post, Site, serving

TENTHS = range(1, 11)
"""A run is killed after so many tenths of the time that an undisturbed one takes."""


@dataclass(frozen=True)
class Calm:
    """An undisturbed run: how long it took and what it found."""

    took_s: float
    mentions: Counter[str]


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Calm:
    with receiving() as (_, smtp), serving() as site:
        post = _practice(tmp_path_factory.mktemp("calm"), site, smtp)
        began = time.monotonic()
        post.once()
        return Calm(time.monotonic() - began, _identities(post))


def _practice(folder: Path, site: Site, smtp: str) -> Post:
    folder.mkdir(exist_ok=True)
    shutil.copy(ROOT / "earshot.example.toml", folder)
    return Post(folder, site, {"EARSHOT_SMTP": smtp})


def _identities(post: Post) -> Counter[str]:
    """The mentions by id, which follows from what they are and not from who told it first; all places of a story."""
    return Counter(id_ for each in _all(post) for id_ in _told_in(each))


def _told_in(card: dict[str, Any]) -> list[str]:
    return [place["mention"] for place in card["story"]["places"]] if card["story"] else [card["id"]]


def _all(post: Post) -> list[dict[str, Any]]:
    found, cursor = [], ""
    while True:
        page = post.json("mentions", "list", "--limit", "100", *(["--cursor", cursor] if cursor else []))
        found += page["mentions"]
        cursor = page["next"]
        if not cursor:
            return found


def _kill(post: Post, after_s: float) -> None:
    run = subprocess.Popen(
        [sys.executable, "-m", "earshot", "run", "--once", "--json"],
        cwd=post.folder,
        env=post.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(after_s)  # the moment of the kill is what this test is about
    run.send_signal(signal.SIGKILL)
    run.wait()


@pytest.mark.parametrize("tenths", TENTHS)
def test_a_kill_loses_nothing_and_tells_each_alert_once(tmp_path: Path, site: Site, calm: Calm, tenths: int) -> None:
    with receiving() as (box, smtp):
        post = _practice(tmp_path / "post", site, smtp)

        _kill(post, calm.took_s * tenths / 10)
        post.once()

        assert _identities(post) == calm.mentions
        assert max(calm.mentions.values()) == 1
        pressing = [
            each for each in _all(post) if each["status"] == "open" and each["kind"] in ("criticism", "question")
        ]
        texts = [text_of(mail) for mail in box.mails]
        assert [each["title"] for each in pressing if not any(each["title"] in text for text in texts)] == []
        mails_by_alert = {
            link: {mail["Message-ID"] for mail in box.mails if link in text_of(mail)} for link in box.told()
        }
        assert [link for link, ids in mails_by_alert.items() if len(ids) != 1] == []
        # A second copy of a mail may come only from a kill between sending it and noting that it was sent.
        assert len(box.mails) - len({mail["Message-ID"] for mail in box.mails}) <= 1


def test_an_acknowledgement_outlives_a_kill(tmp_path: Path, site: Site, calm: Calm) -> None:
    with receiving() as (_, smtp):
        post = _practice(tmp_path / "post", site, smtp)
        post.once()
        mention = post.mentions("--status", "open")[0]
        post.json("mentions", "ack", mention["id"], "answered")

        _kill(post, calm.took_s / 2)
        summary = post.once()

        after = post.json("mentions", "show", mention["id"])
        assert after["acknowledgement"]["outcome"] == "answered"
        assert summary["found"] == 0
