"""Deliveries: one message to one contact, planned → sending → sent, failed or uncertain."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from earshot.domain.contact import Channel
from earshot.domain.ids import make_id
from earshot.domain.todo import LEASE, Purpose, Todo

MAX_ATTEMPTS = 8
SEND_LEASE = timedelta(minutes=2)
"""How long a worker may be inside one send before somebody else may try again."""

PATIENCE = timedelta(days=7)
"""How long a message waits for somebody to mend its channel."""

_FIRST_PAUSE = timedelta(minutes=1)
_HALTED_PAUSE = timedelta(hours=1)


class State(StrEnum):
    """Where a delivery stands.

    Uncertain: it may have arrived, and must not be sent twice. Dropped: somebody acted before it was told.
    """

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message about `subject` (a mention) to `contact_id` by `channel`, because of `rule`.

    `covers` holds the deliveries that a summary told as well; a covered one names it in `told_by`.
    `due_at` in the future means held, never dropped.
    """

    id: str
    tenant: str
    subject: str
    rule: str
    contact_id: str
    channel: Channel
    step: int = 0
    state: State = State.PLANNED
    due_at: datetime
    created_at: datetime
    attempt: int = 0
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    problem: str = ""
    covers: tuple[str, ...] = ()
    told_by: str = ""
    revision: int = 0


def delivery_id(tenant: str, subject: str, rule: str, contact_id: str, channel: Channel, step: int = 0) -> str:
    """The id that makes planning the same message twice harmless."""
    return make_id("d", tenant, subject, rule, contact_id, channel, str(step))


def taken(delivery: Delivery, now: datetime, covers: tuple[str, ...] = ()) -> Delivery:
    """The delivery in the hands of one worker."""
    return replace(
        delivery,
        state=State.SENDING,
        attempt=delivery.attempt + 1,
        lease_until=now + SEND_LEASE,
        covers=covers,
    )


def sent(delivery: Delivery, now: datetime) -> Delivery:
    """The delivery confirmed."""
    return replace(delivery, state=State.SENT, sent_at=now, lease_until=None, problem="")


def told(delivery: Delivery, carrier: Delivery) -> Delivery:
    """A delivery that a summary carried."""
    return replace(delivery, state=State.SENT, sent_at=carrier.sent_at, told_by=carrier.id, lease_until=None)


def put_off(delivery: Delivery, now: datetime, problem: str, *, is_halted: bool = False) -> Delivery:
    """The delivery planned again with backoff, or failed after the last attempt.

    Where the channel `is_halted` until somebody mends it, attempts are not what counts: it waits for `PATIENCE`.
    """
    is_last = now - delivery.created_at >= PATIENCE if is_halted else delivery.attempt >= MAX_ATTEMPTS
    if is_last:
        return failed(delivery, problem)
    pause = _FIRST_PAUSE * 2 ** min(delivery.attempt - 1, MAX_ATTEMPTS)
    pause = min(pause, _HALTED_PAUSE) if is_halted else pause
    return replace(delivery, state=State.PLANNED, due_at=now + pause, lease_until=None, covers=(), problem=problem)


def failed(delivery: Delivery, problem: str) -> Delivery:
    """The delivery given up, with what it would have carried let go; it shows among the dead letters."""
    return replace(delivery, state=State.FAILED, lease_until=None, covers=(), problem=problem)


def uncertain(delivery: Delivery, problem: str) -> Delivery:
    """The delivery that may have arrived and must not go twice; what it would have carried goes by itself."""
    return replace(delivery, state=State.UNCERTAIN, lease_until=None, covers=(), problem=problem)


def dropped(delivery: Delivery, why: str) -> Delivery:
    """The delivery not needed any more."""
    return replace(delivery, state=State.DROPPED, lease_until=None, problem=why)


def held(delivery: Delivery, until: datetime) -> Delivery:
    """The delivery planned for later; held is never dropped."""
    return replace(delivery, due_at=until)


def recovered(delivery: Delivery, now: datetime) -> Delivery:
    """A delivery whose worker died inside the send: a mail or webhook goes again, an SMS stays uncertain."""
    if delivery.channel is Channel.SMS:
        return uncertain(delivery, "the worker died while sending")
    if delivery.attempt >= MAX_ATTEMPTS:
        return failed(delivery, "the worker died while sending, too often")
    return replace(delivery, state=State.PLANNED, due_at=now, lease_until=None, covers=())


def delivery_todo(delivery: Delivery, now: datetime) -> Todo:
    """The reminder that makes sure that a delivery happens; a lease ahead, so that the event comes first."""
    return Todo(
        tenant=delivery.tenant,
        purpose=Purpose.DELIVERY,
        group=f"{delivery.contact_id}#{delivery.channel}",
        subject=delivery.id,
        due_at=max(delivery.due_at, now + LEASE),
        created_at=delivery.created_at,
    )
