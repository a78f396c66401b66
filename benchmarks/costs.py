"""What a mention costs on DynamoDB from the poll that finds it to its acknowledgement, by the metering table.

The deployment has one company with one watch, one feed and one contact. Verdicts are the embedded classifier's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from benchmarks.billed import Bill
from benchmarks.deployment import Deployment
from builders import TENANT, an_item
from earshot.domain.item import Author, Engagement, Item
from earshot.services.listing import Filters
from fakes import NOW

IDLE_TICK, UNCHANGED = "a tick in which nothing is due", "an unchanged poll"
CHANGED = "a changed poll with three known mentions"
NEW, TOLD, ACKNOWLEDGED = "a new mention", "its alert and one delivery", "its acknowledgement"
LISTED, WHOLE = "a list page of 50", "a mention from found to acknowledged, on one list page"
POLLS_A_MONTH, TICKS_A_MONTH = 30 * 24 * 4, 30 * 24 * 60

_PAGE = 50
_SENTENCE = "Seit drei Wochen warte ich bei Acme auf mein Geld, und niemand antwortet mir. Was soll das? "


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """The bill of each step, and the bytes that one mention takes in the table."""

    bills: Mapping[str, Bill]
    mention_bytes: int


def measure_short() -> Costs:
    """The costs of posts as on a social network."""
    return _measure([an_item(f"p{i}", text=f"{_SENTENCE}{i}", author=Author(handle="@anna")) for i in range(_PAGE + 1)])


def measure_long() -> Costs:
    """The costs of posts that fill the excerpt, with everything that a source may tell."""
    return _measure([_long_item(f"p{i}") for i in range(_PAGE + 1)])


def _measure(items: list[Item]) -> Costs:
    company, known, item = Deployment(), tuple(items[:3]), items[3]
    table, nobodys = company.table, an_item("nobody", text="Heute regnet es.")
    idle = table.bill(lambda: company.tick(NOW - timedelta(days=1)))
    planned = table.bill(lambda: company.tick(NOW)) - idle
    company.poll(known)
    unchanged = table.bill(lambda: company.poll(known))
    changed = table.bill(lambda: company.poll((*known, nobodys)))
    company.bus.events.clear()
    new = table.bill(lambda: company.poll((*known, nobodys, item))) - changed
    told = table.bill(company.tell)
    mention = company.mention(item)
    closed = table.bill(lambda: company.acknowledge(mention))
    company.poll(tuple(items))
    listed = table.bill(lambda: company.inbox.list(TENANT, Filters(), limit=_PAGE))
    bills = {
        IDLE_TICK: idle,
        UNCHANGED: planned + unchanged,
        CHANGED: planned + changed,
        NEW: new,
        TOLD: told,
        ACKNOWLEDGED: closed,
        LISTED: listed,
        WHOLE: new + told + closed + listed,
    }
    return Costs(bills=bills, mention_bytes=company.bytes_of(mention))


def _long_item(name: str) -> Item:
    # From a place whose texts stand there only: all of these would be one story.
    return an_item(
        name,
        source_kind="hackernews",
        title="Acme lässt mich seit drei Wochen auf mein Geld warten, wer kennt das noch?",
        text=f"{name}: {_SENTENCE * 12}",
        author=Author(name="Anna Beispiel", id="4711", handle="@anna", url="https://forum.example/u/anna"),
        engagement=Engagement(likes=12, reposts=3, replies=4, views=1000),
        root_id=f"root-{name}",
        thread_url="https://forum.example/t/1",
        place="Ein Forum mit einem langen Namen",
    )
