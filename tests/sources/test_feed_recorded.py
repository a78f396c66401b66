"""Recorded feeds and attack documents: every one is read or refused, fast, and nothing else happens."""

import html
import json
import time
from pathlib import Path

import pytest
from source_builders import parse, rss

from earshot.domain.errors import Malformed
from earshot.domain.item import MAX_TEXT
from earshot.domain.source import Fetched

NOT_JSON_FEED = {
    f"tests__Formats__samples__feed.{name}.json" for name in ("common", "empty", "emptyItems", "microblog")
}


def check(fetched: Fetched) -> None:
    assert len({item.native_id for item in fetched.items}) <= len(fetched.items) <= 500
    for item in fetched.items:
        assert item.identity
        assert item.url == "" or item.url.startswith(("http://", "https://"))
        assert len(item.text) <= MAX_TEXT
        assert item.published_at is None or item.published_at.tzinfo is not None
        assert not any(ord(c) < 32 and c != "\n" for c in item.title + item.text + item.author.name)


def test_recorded_feed_is_read_or_refused_in_time(recorded_feed: Path) -> None:
    started = time.monotonic()
    try:
        check(parse(recorded_feed.read_bytes()))
        assert recorded_feed.name not in NOT_JSON_FEED
    except Malformed:
        assert recorded_feed.name in NOT_JSON_FEED
    assert time.monotonic() - started < 10


def test_recorded_hacker_news_is_read(recorded_hackernews: Path) -> None:
    fetched = parse(recorded_hackernews.read_bytes(), "hackernews")

    check(fetched)
    assert fetched.items


def test_hostile_document_expands_nothing_and_opens_nothing(hostile_xml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = hostile_xml.read_bytes()

    opened: list[object] = []

    def refuse(*args: object, **kwargs: object) -> None:
        opened.append(args)
        raise OSError("no file may be opened")

    import feedparser  # noqa: F401 - imported before files are closed to it

    with monkeypatch.context() as patch:
        patch.setattr("builtins.open", refuse)
        started = time.monotonic()
        try:
            fetched = parse(body)
        except Malformed:
            fetched = Fetched()

    assert time.monotonic() - started < 2
    assert not opened
    told = "".join(item.title + item.text + item.url for item in fetched.items)
    assert "root:" not in told
    assert "lol" * 10 not in told


def test_google_alerts_lead_to_their_targets(shared: Path) -> None:
    fetched = parse((shared / "payloads/feeds/feedjira/spec__sample_feeds__google_alerts_atom.xml").read_bytes())

    assert len(fetched.items) == 20
    assert not any("google." in item.url for item in fetched.items)
    assert all(item.identity.startswith("url1:https://") for item in fetched.items)
    assert fetched.items[-1].title == (
        "Report offers Prediction of Automotive Slack Market by Top key players like Haldex, Meritor, Bendix ..."
    )


def test_heise_loses_its_campaign_mark_in_the_identity_only(shared: Path) -> None:
    fetched = parse((shared / "payloads/feeds/rss-parser/test__input__heise.atom").read_bytes())

    assert all("wt_mc" not in item.identity for item in fetched.items)
    assert any("wt_mc" in item.url for item in fetched.items)


def test_no_attack_string_becomes_a_link_that_is_not_of_the_web(shared: Path) -> None:
    lines = (shared / "attacks/xss.jsonl").read_text("utf-8").splitlines()
    strings = [html.escape(json.loads(line)["s"]) for line in lines]
    items = [
        f"<item><title>x</title><link>{s}</link><author>{s}</author><comments>{s}</comments></item>" for s in strings
    ]

    for start in range(0, len(items), 500):
        body = rss("".join(items[start : start + 500])).encode("utf-8", "replace")
        for item in parse(body).items:
            for address in (item.url, item.thread_url, item.author.url):
                assert address == "" or address.lower().startswith(("http://", "https://"))
