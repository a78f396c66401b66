"""Handing in: what people and programs bring by themselves becomes a job, which collect stores a little later."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from earshot.domain.errors import Invalid
from earshot.domain.job import Job, JobKind, Part
from earshot.ports.bus import Bus
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.services.doors import HANDED_IN, Doors
from earshot.services.item_inputs import kept, read_items
from earshot.services.jobs import Asking
from earshot.services.timing import group_of
from earshot.store.company import Company

GIVEN = "given"
"""The part of a job that holds the items with a text; each address without one is a part of its own."""

MAX_JOB_BYTES = 250_000
"""Room that the items of one job take: its row has 400 KB, and holds what came of them too."""

PACE_S = 2.0
_MAX_NAME = 120

Vet = Callable[[str], object]
"""Raises Invalid for an address that must not be opened."""


class HandingIn:
    """Takes items. Nothing is fetched here; `vet` refuses addresses that are not public."""

    def __init__(self, table: Table, bus: Bus, clock: Clock, vet: Vet) -> None:
        self._asking = Asking(table, bus, clock)
        self._doors = Doors(table, clock)
        self._company = Company(table)
        self._clock = clock
        self._vet = vet

    def items(self, tenant: str, value: Any) -> Job:
        """The job that stores these items, JSON values as they were sent; the same once more are the same job.

        Raises:
            Invalid: a field cannot be used, a page is not public, there is no such watch, or it is too much.
            BusError: collect could not be told; sending them again tries that again.
        """
        given = read_items(value, self._clock.now())
        items = [kept(each) for each in given.items]
        asked = {"items": items, "watch": self._watch(tenant, given.watch)}
        if len(msgspec.json.encode(asked)) > MAX_JOB_BYTES:
            raise Invalid("items", f"take more than {MAX_JOB_BYTES // 1000} KB together; send fewer at once")
        parts = [] if all(each.is_link for each in given.items) else [Part(id=GIVEN, name="")]
        for place, each in enumerate(items):
            if given.items[place].is_link:
                self._vet(each["url"])
                parts.append(_link(place, each["url"]))
        self._doors.open(tenant, "push", HANDED_IN)
        return self._asking.start(tenant, JobKind.ITEM, asked, parts)

    def _watch(self, tenant: str, named: str) -> str:
        if not named:
            return ""
        watches = self._company.watches_of(tenant)
        found = next((each.id for each in watches if named in (each.id, each.name)), None)
        if found is None:
            raise Invalid("watch", f"there is no watch {named[:_MAX_NAME]}")
        return found


def _link(place: int, url: str) -> Part:
    return Part(id=f"link{place}", name=url[:_MAX_NAME], host=group_of(url), pace_s=PACE_S)


def pasted(job: Job, part: str) -> str:
    """The address that a part of a job has to read, "" for the part of items with a text."""
    return "" if part == GIVEN else str(job.asked["items"][int(part.removeprefix("link"))]["url"])


def texts(job: Job) -> bytes:
    """The items of a job that have a text, as the connector reads them."""
    items: list[Mapping[str, Any]] = job.asked["items"]
    return msgspec.json.encode({"items": [each for each in items if each["text"].strip() or each["title"].strip()]})
