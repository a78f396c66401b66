"""The commands for ready-made sources, and how the list of sources reads."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from earshot.cli.source_lines import minute, source_lines, span

A_SOURCE: dict[str, Any] = {
    "id": "s_1",
    "kind": "feed",
    "url": "https://blog.example/feed",
    "name": "Blog",
    "automatic": False,
    "paused": False,
    "last_news_at": None,
    "problem": None,
    "moved_to": None,
    "off_at": None,
    "next_due_at": "2026-11-24T12:15:00Z",
    "real_interval_s": None,
    "words": [],
    "condition": "fine",
    "advice": "",
    "last_asked_at": None,
    "waiting_since": None,
}


@pytest.fixture
def shell(tmp_path: Path) -> "Shell":
    return Shell(tmp_path)


class Shell:
    """Runs earshot in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *args: str, status: int = 0) -> str:
        env = {"PATH": os.environ["PATH"], "EARSHOT_DATA": str(self.folder / "data"), "EARSHOT_OFFLINE": "1"}
        command = [sys.executable, "-m", "earshot", "source", *args]
        done = subprocess.run(command, env=env, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stderr
        return done.stderr if status else done.stdout


def test_presets_are_added_by_name_once_however_often(shell: Shell) -> None:
    first = shell("add", "--preset", "heise", "--preset", "golem")
    again = shell("add", "--preset", "heise", "--json")

    assert first.count("listening to") == 2
    assert [each["name"] for each in json.loads(again)["sources"]] == ["heise online"]
    assert len(json.loads(shell("list", "--json"))["sources"]) == 2
    listed = shell("presets", "technology")
    assert "heise online (DE): heard already as s_" in listed
    assert "t3n (DE): https://t3n.de/rss.xml (seen in public code, not tried live)" in listed


def test_presets_without_an_address_say_what_to_do(shell: Shell) -> None:
    listed = shell("presets")

    assert "kununu (DE): a Google Alert" in listed
    assert "earshot credential set trustpilot, then earshot source add --kind trustpilot ADDRESS" in listed
    assert "earshot source add --kind appstore ADDRESS" in listed
    assert "needs a credential: earshot credential set reddit" in listed


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["add", "--preset", "heise", "--preset", "nowhere"], "preset: there is no nowhere"),
        (["add", "--preset", "kununu"], "preset: kununu has no address to add"),
        (["add", "https://blog.example/feed", "--preset", "heise"], "preset: brings its own address"),
        (["presets", "sports"], "group: must be one of"),
    ],
)
def test_what_cannot_be_added_is_told_before_anything_is(shell: Shell, args: list[str], said: str) -> None:
    assert said in shell(*args, status=2)
    assert json.loads(shell("list", "--json"))["sources"] == []


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({}, ["feed: 1", "no news yet; next look 2026-11-24 12:15 UTC"]),
        ({"last_news_at": "2026-11-24T12:00:00Z"}, ["last news 2026-11-24 12:00 UTC"]),
        ({"last_asked_at": "2026-11-24T12:00:00Z"}, ["last look 2026-11-24 12:00 UTC"]),
        ({"real_interval_s": 1020}, ["heard about every 17 minutes"]),
        ({"waiting_since": "2026-11-24T12:00:00Z"}, ["waits for a quota since 2026-11-24 12:00 UTC"]),
        ({"automatic": True}, ["follows the watches"]),
        ({"automatic": True, "words": ["Acme", "Acme AG"]}, ["follows the watches and asks for Acme, Acme AG"]),
        ({"words": [str(n) for n in range(10)]}, ["7 and 2 more"]),
        ({"paused": True}, ["    paused"]),
        ({"next_due_at": None}, ["not scheduled"]),
        ({"moved_to": "https://new.example/"}, ["moved to https://new.example/"]),
        ({"off_at": "2026-11-24T12:00:00Z", "advice": "Given up."}, ["Given up.", "pause --resume", "no news yet"]),
        (
            {"advice": "Check it.", "problem": {"code": "gone", "detail": "answered with 410", "since": None}},
            ["1 of 1 want something:", "Check it.", "since some time: answered with 410"],
        ),
    ],
)
def test_a_source_in_the_list_says_how_it_is(state: dict[str, Any], said: list[str]) -> None:
    text = "\n".join(source_lines({"sources": [{**A_SOURCE, **state}]}))

    for each in said:
        assert each in text


def test_those_that_want_something_come_first_and_the_others_by_kind() -> None:
    kinds = ["mastodon", "feed", "feed"]
    sources = [{**A_SOURCE, "kind": kind, "name": f"{kind} {n}"} for n, kind in enumerate(kinds)]
    troubled = {**A_SOURCE, "name": "broken", "advice": "Check it."}

    text = "\n".join(source_lines({"sources": [*sources, troubled]}))

    assert [text.index(each) for each in ("broken", "feed: 2", "feed 2", "mastodon: 1")] == sorted(
        text.index(each) for each in ("broken", "feed: 2", "feed 2", "mastodon: 1")
    )


def test_without_sources_the_list_says_how_to_add_one() -> None:
    assert "earshot source add" in "".join(source_lines({"sources": []}))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(20, "minute"), (100, "2 minutes"), (3600, "60 minutes"), (8000, "2 hours"), (200_000, "2 days")],
)
def test_spans_are_told_in_their_largest_unit(seconds: int, said: str) -> None:
    assert span(seconds) == said


def test_a_time_is_told_to_the_minute() -> None:
    assert minute("2026-11-24T12:00:59Z") == "2026-11-24 12:00 UTC"
