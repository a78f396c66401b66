"""Threads of real kinds of places, from the item that became a mention to the reply that opens it again."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from builders import TENANT, a_mention, a_source, a_tenant, an_item
from earshot.adapters.memory import DictTable
from earshot.domain.item import Author, Item
from earshot.domain.mention import Status
from earshot.domain.source import Source
from earshot.domain.watch import Noise
from earshot.ports.http import Response
from earshot.services.answering import Answering
from earshot.services.collecting import Collector
from earshot.services.fetching import Fetcher
from earshot.services.inbox import Inbox
from earshot.services.planning import Planner
from earshot.services.readers import readers
from earshot.services.reading import Errand, Reading, read_all
from earshot.services.threads import Threads
from earshot.sources.registry import CONNECTORS
from earshot.store.company import Company
from earshot.store.listening import Listening
from earshot.store.mentions import Mentions
from earshot.store.threads import KeptThreads
from fakes import NOW, CannedHttp, FixedClock, RecordingBus, WordClassifier

LATER = NOW + timedelta(minutes=5)
ROBOTS = "https://forum.example/robots.txt"
Told = tuple[str, str, datetime]
"""A reply: its id at the place, who said it, and when."""


def hackernews(*replies: Told) -> Any:
    def node(id_: str, author: str, at: datetime, above: int | None, children: list[Any]) -> dict[str, Any]:
        seconds = int(at.timestamp())
        said = {"text": f"<p>said {id_}</p>", "parent_id": above, "story_id": 1, "children": children}
        return {"id": int(id_), "author": author, "created_at_i": seconds, "type": "comment", **said}

    early = NOW - timedelta(hours=2)
    below = [node(id_, by, at, 2, []) for id_, by, at in replies]
    root = node("1", "ada", early, None, [node("2", "bea", early, 1, below)])
    return {**root, "type": "story", "title": "Ask HN: Acme?"}


def mastodon(*replies: Told) -> Any:
    def status(id_: str, by: str, at: datetime, above: str | None) -> dict[str, Any]:
        return {
            "id": id_,
            "created_at": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "in_reply_to_id": above,
            "visibility": "public",
            "url": f"https://mastodon.social/@{by}/{id_}",
            "uri": f"https://mastodon.social/users/{by}/statuses/{id_}",
            "content": f"<p>said {id_}</p>",
            "account": {"id": by, "username": by, "acct": by, "display_name": by},
        }

    root = status("1", "ada", NOW - timedelta(hours=2), None)
    return {"ancestors": [root], "descendants": [status(id_, by, at, "2") for id_, by, at in replies]}


def discourse(*replies: Told) -> Any:
    def post(number: int, by: str, at: datetime, above: int | None) -> dict[str, Any]:
        return {
            "id": 900 + number,
            "name": by,
            "username": by,
            "created_at": at.isoformat(),
            "updated_at": at.isoformat(),
            "cooked": f"<p>said {number}</p>",
            "post_number": number,
            "post_type": 1,
            "reply_to_post_number": above,
            "topic_id": 57,
            "topic_slug": "acme",
        }

    early = NOW - timedelta(hours=2)
    posts = [post(1, "ada", early, None), post(2, "bea", early, None)]
    posts += [post(int(id_), by, at, 2) for id_, by, at in replies]
    stream = [each["id"] for each in posts]
    return {
        "post_stream": {"posts": posts, "stream": stream},
        "id": 57,
        "title": "Acme?",
        "slug": "acme",
        "posts_count": len(posts),
        "highest_post_number": posts[-1]["post_number"],
    }


@dataclass(frozen=True, kw_only=True)
class PlaceCase:
    kind: str
    locator: str
    url: str
    body: Callable[..., Any]
    native_id: str = "2"
    parent_id: str = "1"
    root_id: str = "1"

    def item(self) -> Item:
        named = {"native_id": self.native_id, "parent_id": self.parent_id, "root_id": self.root_id}
        return an_item("x", identity=f"{self.kind}:x", source_kind=self.kind, author=Author(name="bea"), **named)

    def source(self) -> Source:
        return a_source(kind=self.kind, locator=self.locator)


CASES = [
    PlaceCase(kind="hackernews", locator="all", url="https://hn.algolia.com/api/v1/items/1", body=hackernews),
    PlaceCase(
        kind="mastodon",
        locator="mastodon.social?#acme",
        url="https://mastodon.social/api/v1/statuses/2/context",
        body=mastodon,
    ),
    PlaceCase(
        kind="discourse",
        locator="https://forum.example",
        url="https://forum.example/t/57.json?post_number=2",
        body=discourse,
        native_id="57/2",
        parent_id="57/1",
        root_id="57/1",
    ),
]


class Street:
    """One mention at one place, and everything that reads and follows its thread there."""

    def __init__(self, case: PlaceCase) -> None:
        self.case, self.clock, self.bus, self.http = case, FixedClock(), RecordingBus(), CannedHttp()
        self.table = DictTable()
        table, clock = self.table, self.clock
        threads = Threads(table, self.bus, self.http, CONNECTORS, clock)
        self.readers = readers(Answering(table, self.http, CONNECTORS, clock), threads)
        collector = Collector(table, self.bus, WordClassifier(), clock)
        self.fetcher = Fetcher(table, self.http, CONNECTORS, collector, clock)
        self.inbox = Inbox(table, clock, threads.following.follow)
        Company(table).tenants.become(a_tenant(noise=Noise(accounts=("acme",))))
        Listening(table).sources.add(case.source())
        self.mention = replace(a_mention(item=case.item()), source_id=case.source().id)
        threads.following.look(self.mention, case.source())
        Mentions(table).add(self.mention)

    def shows(self, *replies: Told) -> None:
        body = json.dumps(self.case.body(*replies)).encode()
        self.http.answers[self.case.url] = Response(status=200, url=self.case.url, body=body, received_at=LATER)
        self.http.answers[ROBOTS] = Response(status=200, url=ROBOTS, body=b"", received_at=NOW)

    def tick(self, **span: float) -> None:
        Planner(self.table, self.bus).tick(self.clock.advance(**span))
        errands = [
            Errand(receipt=envelope.id, host=host, envelope=replace(envelope, body={**envelope.body, "pace_s": 0.0}))
            for host, envelope in self.bus.fetches
        ]
        self.bus.fetches.clear()
        assert read_all(Reading(self.fetcher, others=self.readers), errands) == set()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
def test_before_we_answer_the_thread_says_who_did_and_after_it_a_reply_opens_the_mention(case: PlaceCase) -> None:
    street = Street(case)
    early = NOW - timedelta(hours=1)
    street.shows(("3", "acme", early))

    street.tick()

    row = KeptThreads(street.table).of(TENANT, street.mention.id)
    assert row is not None
    assert [each.author for each in row.above] == ["ada"]
    assert [(each.author, each.is_ours) for each in row.below] == [("acme", True)]
    assert (row.ours, row.is_cut) == (("acme",), False)

    street.inbox.acknowledge(TENANT, street.mention.id, outcome="answered", by="key:anna", version=1)
    street.shows(("3", "acme", early), ("4", "bea", NOW + timedelta(minutes=1)))
    street.tick(seconds=max(CONNECTORS[case.kind].place.interval_s, 600))

    after = street.inbox.get(TENANT, street.mention.id)
    assert (after.status, after.history[-1].what) == (Status.OPEN, "reply")
    assert after.history[-1].detail.startswith("bea, https://")
    assert {request.url for request in street.http.requests} - {ROBOTS} == {case.url}
