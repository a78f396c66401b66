"""What Earshot promises, checked on a world that has come to rest."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from builders import TENANT
from earshot.domain.alerting import Day, is_told_at_once
from earshot.domain.delivery import Delivery, State
from earshot.domain.gate import MAIL_CAP, WINDOW
from earshot.domain.mention import Mention, Outcome
from earshot.domain.watch import Role
from earshot.services.inbox import Inbox
from earshot.services.listing import Filters
from earshot.store.codec import from_row
from earshot.store.company import Company, day_key
from fakes import NOW, Told
from simulation.world import World


def broken(world: World) -> list[str]:
    """What was promised and is not so; empty when all is well."""
    return [
        *_left_over(world),
        *_not_stored_once(world),
        *_not_told(world),
        *_told_twice(world),
        *_told_in_vain(world),
        *_acknowledgements_lost(world),
        *_storms(world),
    ]


def _left_over(world: World) -> Iterator[str]:
    if world.restless:
        yield "it never came to rest"
    yield from (f"a todo is left: {todo.purpose} {todo.subject}" for todo in world.todos())
    ended = (State.SENT, State.DROPPED)
    yield from (f"delivery {each.id} ended as {each.state}" for each in _deliveries(world) if each.state not in ended)


def _not_stored_once(world: World) -> Iterator[str]:
    expected = {item.native_id for item in world.story.items.values() if item.text.startswith(("Acme", "Ken", "Kon"))}
    stored = world.mentions()
    if set(stored) != expected:
        yield f"stored are {sorted(stored)} instead of {sorted(expected)}"
    listed = Inbox(world.disk, world.clock).list(TENANT, Filters(), limit=100).mentions
    if sorted(each.id for each in listed) != sorted(each.id for each in stored.values()):
        yield "the inbox does not list every mention once"


def _alerts(world: World) -> dict[str, Mention]:
    """The mentions of which people must be told at once, had nobody acknowledged them, by name."""
    company = Company(world.disk)
    day = company.days.at(day_key(Day(tenant=TENANT, day=NOW.date()))) or Day(tenant=TENANT, day=NOW.date())
    mentions = world.mentions().items()
    return {name: each for name, each in mentions if each.role is Role.OWN and _is_alert(each, day)}


def _is_alert(mention: Mention, day: Day) -> bool:
    return mention.acknowledgement is not None or is_told_at_once(mention, day)


def _copies(world: World) -> Counter[tuple[str, str]]:
    return Counter((told.to, mention) for told in world.recorder.told for mention in told.mentions)


def _not_told(world: World) -> Iterator[str]:
    copies = _copies(world)
    for name, mention in _alerts(world).items():
        if mention.acknowledgement is None:
            for contact in world.story.contacts:
                if not copies[f"{contact}@acme.example", mention.id]:
                    yield f"{contact} was never told of {name}"


def _told_twice(world: World) -> Iterator[str]:
    extra = [(key, count - 1) for key, count in _copies(world).items() if count > 1]
    for (to, mention), more in extra:
        if more > world.fuse.in_window:
            yield f"{to} got {more + 1} copies of {mention} after {world.fuse.in_window} crashes inside a send"


def _told_in_vain(world: World) -> Iterator[str]:
    due = {mention.id for mention in _alerts(world).values()}
    yield from (f"{to} was told of {mention} for no reason" for to, mention in _copies(world) if mention not in due)
    for name, count in world.acknowledged_at.items():
        late = [told for told in world.recorder.told[count:] if world.mentions()[name].id in told.mentions]
        yield from (f"{told.to} was told of {name} after it was acknowledged" for told in late)


def _acknowledgements_lost(world: World) -> Iterator[str]:
    stored = world.mentions()
    for _, name in world.story.acknowledgements:
        if name not in stored:
            continue
        done = stored[name].acknowledgement
        if done is None or (done.outcome, done.by) != (Outcome.ANSWERED, f"key:{name}"):
            yield f"the acknowledgement of {name} was lost"
        if stored[name].version != 2 or sum(entry.what == "answered" for entry in stored[name].history) != 1:
            yield f"the acknowledgement of {name} was counted {stored[name].version - 1} times"


def _storms(world: World) -> Iterator[str]:
    """More than three mails an hour; second copies, which `_told_twice` counts, are the same mail."""
    for contact in world.story.contacts:
        first_copies: dict[str, Told] = {}
        for told in world.recorder.told:
            if told.to == f"{contact}@acme.example":
                first_copies.setdefault(told.letter.delivery_id, told)
        yield from storms(list(first_copies.values()))


def storms(mails: list[Told], cap: int = MAIL_CAP, window: timedelta = WINDOW) -> Iterator[str]:
    """The places where more than `cap` mails to one contact lie within a window."""
    for first, beyond in zip(mails, mails[cap:], strict=False):
        if beyond.at - first.at < window:
            yield f"{first.to} got {cap + 1} mails between {first.at:%H:%M} and {beyond.at:%H:%M}"


def _deliveries(world: World) -> list[Delivery]:
    rows = world.disk.query(f"TENANT#{TENANT}", prefix="delivery#", limit=1000).rows
    return [from_row(row, Delivery) for row in rows]
