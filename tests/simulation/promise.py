"""What Earshot promises, checked on a world that has come to rest."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from builders import TENANT
from earshot.domain.alerting import DEFAULT_RULE, Day, channels, is_told_at_once, is_worth_an_sms
from earshot.domain.contact import Channel, Contact
from earshot.domain.delivery import Delivery, State, delivery_id
from earshot.domain.mention import Mention, Outcome
from earshot.domain.watch import Role
from earshot.services.dead_letters import DeadLetters
from earshot.services.inbox import Inbox
from earshot.services.listing import Filters
from earshot.store.company import Company, day_key
from fakes import NOW, Told
from simulation.world import World

CAPS = {Channel.MAIL: 3, Channel.SMS: 1}
"""Messages an hour, as promised: on purpose not what the code says."""


def broken(world: World) -> list[str]:
    """What was promised and is not so; empty when all is well."""
    return [
        *_left_over(world),
        *_ended_wrongly(world),
        *_not_stored_once(world),
        *_not_told(world),
        *_told_twice(world),
        *_sms_handed_over_twice(world),
        *_calls_renamed(world),
        *_told_in_vain(world),
        *_acknowledgements_lost(world),
        *_storms(world),
    ]


def _left_over(world: World) -> Iterator[str]:
    if world.restless:
        yield "it never came to rest"
    yield from (f"a todo is left: {todo.purpose} {todo.subject}" for todo in world.todos())


def _ended_wrongly(world: World) -> Iterator[str]:
    """Every delivery was sent, or dropped for a reason; an SMS may be uncertain, for a reason too and shown."""
    acknowledged = {mention.id for mention in world.mentions().values() if mention.acknowledgement}
    addresses = {contact.id: contact for contact in world.story.contacts}
    doubted = {id_ for channel, id_ in world.troubles.doubtful if channel is Channel.SMS}
    uncertain = set()
    for each in world.deliveries():
        is_sms = each.channel is Channel.SMS
        if each.state is State.DROPPED:
            if each.subject not in acknowledged and not (is_sms and addresses[each.contact_id].email):
                yield f"delivery {each.id} was dropped for no reason"
        elif each.state is State.UNCERTAIN and is_sms:
            uncertain.add(each.id)
        elif each.state is not State.SENT:
            yield f"delivery {each.id} by {each.channel} ended as {each.state}"
    yield from (f"sms {id_} may have arrived, but is not uncertain" for id_ in doubted - uncertain)
    if len(uncertain - doubted) > world.fuse.crashed:
        yield f"{len(uncertain)} sms are uncertain after {world.fuse.crashed} crashes and {len(doubted)} doubts"
    if uncertain != {each.id for each in DeadLetters(world.disk, world.clock).all()}:
        yield "the dead letters are others than the uncertain sms"


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
    deliveries = {each.id: each for each in world.deliveries()}
    for name, mention in _alerts(world).items():
        if mention.acknowledgement is not None:
            continue
        for contact in world.story.contacts:
            for channel in channels(mention, contact):
                delivery = deliveries.get(_id(mention, contact, channel))
                if not copies[contact.address(channel), mention.id] and not _is_excused(delivery):
                    yield f"{contact.name} was never told of {name} by {channel}"


def _is_excused(delivery: Delivery | None) -> bool:
    """Whether an SMS was left to the mail or may have arrived; `_ended_wrongly` sees to the reasons."""
    return delivery is not None and delivery.state in (State.DROPPED, State.UNCERTAIN)


def _told_twice(world: World) -> Iterator[str]:
    most = world.fuse.in_window + world.troubles.copies
    extra = [(key, count - 1) for key, count in _copies(world).items() if count > 1]
    for (to, mention), more in extra:
        if more > most:
            yield f"{to} got {more + 1} copies of {mention} after {most} faults inside a send"


def _sms_handed_over_twice(world: World) -> Iterator[str]:
    by_sms = {each.id for each in world.deliveries() if each.channel is Channel.SMS}
    taken = Counter(told.delivery_id for told in world.recorder.told)
    for id_ in by_sms:
        if max(world.troubles.handed_over[id_], taken[id_]) > 1:
            yield f"sms {id_} was handed over {world.troubles.handed_over[id_]} times"


def _calls_renamed(world: World) -> Iterator[str]:
    """Calls tell of one mention each, every copy under the same id."""
    hooks = {contact.webhook: contact for contact in world.story.contacts if contact.webhook}
    ids = {mention.id: mention for mention in world.mentions().values()}
    for told in world.recorder.told:
        if contact := hooks.get(told.to):
            expected = [_id(ids[mention], contact, Channel.WEBHOOK) for mention in told.mentions]
            if expected != [told.delivery_id]:
                yield f"a call about {told.mentions} went out as {told.delivery_id}"


def _id(mention: Mention, contact: Contact, channel: Channel) -> str:
    return delivery_id(TENANT, mention.id, DEFAULT_RULE, contact.id, channel)


def _told_in_vain(world: World) -> Iterator[str]:
    due = {mention.id: mention for mention in _alerts(world).values()}
    phones = {contact.phone for contact in world.story.contacts if contact.phone}
    for to, mention in _copies(world):
        if mention not in due or (to in phones and not is_worth_an_sms(due[mention])):
            yield f"{to} was told of {mention} for no reason"
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
    """More than three mails or one SMS an hour; second copies, which `_told_twice` counts, are the same message."""
    caps = {contact.address(channel): cap for contact in world.story.contacts for channel, cap in CAPS.items()}
    for address, cap in caps.items():
        first_copies: dict[str, Told] = {}
        for told in world.recorder.told:
            if told.to == address:
                first_copies.setdefault(told.delivery_id, told)
        yield from storms(list(first_copies.values()), cap)


def storms(told: list[Told], cap: int, window: timedelta = timedelta(hours=1)) -> Iterator[str]:
    """The places where more than `cap` messages to one address lie within a window."""
    for first, beyond in zip(told, told[cap:], strict=False):
        if beyond.at - first.at < window:
            yield f"{first.to} got {cap + 1} messages between {first.at:%H:%M} and {beyond.at:%H:%M}"
