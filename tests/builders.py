"""Builds values for tests: a test names only what it is about."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from earshot.domain.contact import Channel, Contact
from earshot.domain.delivery import Delivery, delivery_id
from earshot.domain.item import Item
from earshot.domain.mention import Acknowledgement, Mention, Outcome, from_item
from earshot.domain.source import Fetched, Schedule, Source, Subscription
from earshot.domain.tenant import Tenant
from earshot.domain.todo import Purpose, Todo
from earshot.domain.verdict import Kind, Probabilities, Verdict
from earshot.domain.watch import Match, Role, Terms, Watch
from earshot.ports.http import Response
from fakes import NOW

TENANT = "t_acme"
SOURCE = "s_feed"
WATCH = "w_acme"

_VERDICTS = {
    Kind.CRITICISM: (0.05, 0.15, 0.8, False),
    Kind.QUESTION: (0.1, 0.8, 0.1, True),
    Kind.UNCLASSIFIED: (0.4, 0.35, 0.25, False),
    Kind.PRAISE: (0.8, 0.15, 0.05, False),
    Kind.NEUTRAL: (0.1, 0.8, 0.1, False),
}


def a_verdict(kind: Kind = Kind.CRITICISM, **changes: Any) -> Verdict:
    positive, neutral, negative, question = _VERDICTS[kind]
    probabilities = Probabilities(positive=positive, neutral=neutral, negative=negative)
    return replace(Verdict(probabilities=probabilities, question=question, language="de"), **changes)


def an_item(name: str = "1", **changes: Any) -> Item:
    text = changes.pop("text", f"Acme ist schlecht, sagt {name}")
    url = f"https://forum.example/{name}"
    item = Item(identity=f"url:{url}", native_id=name, source_kind="feed", url=url, text=text, published_at=NOW)
    return replace(item, **changes)


def a_match(role: Role = Role.OWN, watch_id: str = WATCH) -> Match:
    return Match(watch_id=watch_id, role=role)


def a_mention(
    name: str = "1",
    *,
    kind: Kind = Kind.CRITICISM,
    role: Role = Role.OWN,
    tenant: str = TENANT,
    is_history: bool = False,
    seen_at: datetime = NOW,
    item: Item | None = None,
    **changes: Any,
) -> Mention:
    mention = from_item(
        item or an_item(name, published_at=seen_at),
        tenant=tenant,
        source_id=SOURCE,
        matches=(a_match(role),),
        verdict=a_verdict(kind),
        is_history=is_history,
        now=seen_at,
    )
    return replace(mention, **changes)


def an_acknowledgement(outcome: Outcome = Outcome.THANKED, *, by: str = "key:anna", **changes: Any) -> Acknowledgement:
    return replace(Acknowledgement(outcome=outcome, by=by, at=NOW), **changes)


def a_tenant(**changes: Any) -> Tenant:
    return replace(Tenant(id=TENANT, name="Acme GmbH", language="de", timezone="Europe/Berlin"), **changes)


def a_watch(name: str = "acme", *, any: tuple[str, ...] = ("Acme",), role: Role = Role.OWN, **changes: Any) -> Watch:  # noqa: A002
    created_at = NOW - timedelta(days=1)
    watch = Watch(id=f"w_{name}", tenant=TENANT, name=name, role=role, terms=Terms(any=any), created_at=created_at)
    return replace(watch, **changes)


def a_contact(name: str = "anna", **changes: Any) -> Contact:
    return replace(Contact(id=f"c_{name}", tenant=TENANT, name=name, email=f"{name}@acme.example"), **changes)


def a_source(**changes: Any) -> Source:
    source = Source(id=SOURCE, kind="canned", locator="https://feeds.example/", created_at=NOW - timedelta(days=1))
    return replace(source, **changes)


def a_schedule(source_id: str = SOURCE, **changes: Any) -> Schedule:
    host = "feeds.example:443"
    return replace(Schedule(source_id=source_id, kind="canned", host=host, interval_s=900, due_at=NOW), **changes)


def a_subscription(source_id: str = SOURCE, **changes: Any) -> Subscription:
    started_at = NOW - timedelta(days=1)
    return replace(Subscription(tenant=TENANT, source_id=source_id, started_at=started_at, fetched=True), **changes)


def a_delivery(
    mention: str = "m_1", contact: str = "c_anna", channel: Channel = Channel.MAIL, **changes: Any
) -> Delivery:
    id_ = delivery_id(TENANT, mention, "default", contact, channel)
    delivery = Delivery(
        id=id_,
        tenant=TENANT,
        subject=mention,
        rule="default",
        contact_id=contact,
        channel=channel,
        due_at=NOW,
        created_at=NOW,
    )
    return replace(delivery, **changes)


def a_todo(purpose: Purpose = Purpose.ALERT, subject: str = "m_1", **changes: Any) -> Todo:
    return replace(Todo(tenant=TENANT, purpose=purpose, subject=subject, due_at=NOW, created_at=NOW), **changes)


def a_page(*items: Item, **changes: Any) -> Fetched:
    return replace(Fetched(items=items, title="A forum", entries_hash=str(hash(items))), **changes)


def a_response(page: str = "", status: int = 200, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=status, url="https://feeds.example/", headers=named, body=page.encode(), received_at=NOW)
