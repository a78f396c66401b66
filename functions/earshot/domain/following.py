"""Following: whose thread is read by itself, how often, and which replies open a mention again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from earshot.domain.item import Item
from earshot.domain.kept_thread import MAX_CALLED, IsOurs, KeptThread, name_of
from earshot.domain.mention import HistoryEntry, Mention, Outcome, Status, remember
from earshot.domain.verdict import Kind

FOLLOWED = timedelta(days=14)
"""How long after our answer replies are looked for."""

LEAST_GAP = timedelta(minutes=10)
_SLOWER = (
    (timedelta(hours=2), timedelta()),
    (timedelta(days=1), LEAST_GAP),
    (timedelta(days=3), timedelta(hours=1)),
    (FOLLOWED, timedelta(hours=6)),
)
"""Up to which age of the answer its thread is looked at how rarely."""

_SAME_ANSWER = timedelta(days=1)
"""An own reply this long before the acknowledgement is the answer that was meant."""

REPLY = "reply"
"""What the history says where a reply opened a mention again."""

_MAX_DETAIL = 200


def is_worth_a_look(mention: Mention) -> bool:
    """Whether its thread is read before anybody asks: who is to answer should know who of us already did."""
    is_asked = mention.kind in (Kind.CRITICISM, Kind.QUESTION)
    return is_asked and mention.status is Status.OPEN and mention.is_own_news


def is_followed(mention: Mention, now: datetime) -> bool:
    """Whether replies to it are looked for: we answered or thanked, not too long ago, and it is still there."""
    done = mention.acknowledgement
    if done is None or done.outcome not in (Outcome.ANSWERED, Outcome.THANKED):
        return False
    return mention.gone_at is None and now - done.at < FOLLOWED


def next_look(mention: Mention, interval_s: int, now: datetime) -> datetime | None:
    """When the thread of an answered mention is read next; None where it is not followed any more.

    For two hours, when most replies come, as often as its kind of place is read; on the first day ten minutes apart at
    least, then hourly, then every six hours.
    """
    done = mention.acknowledgement
    if done is None or not is_followed(mention, now):
        return None
    usual = timedelta(seconds=interval_s)
    gap = next(least for until, least in _SLOWER if now - done.at < until)
    return now + max(usual, gap)


def replies_since(
    mention: Mention, replies: Sequence[Item], is_ours: IsOurs, before: KeptThread | None, now: datetime
) -> tuple[Item, ...]:
    """The replies of others that came after our answer and did not open the mention before.

    Undated ones count where the thread had been read before and did not show them.
    """
    done = mention.acknowledgement
    if done is None or not is_followed(mention, now):
        return ()
    known = frozenset(before.known) if before else frozenset()
    since = _answered_at(mention, done.at, replies, is_ours)
    return tuple(
        each
        for each in replies
        if not is_ours(each)
        and name_of(each) not in known
        and (each.published_at > since if each.published_at else before is not None)
    )


def opened_by(mention: Mention, reply: Item, now: datetime) -> Mention:
    """The mention open again because of a reply, whose author and address the history names."""
    who = (reply.author.name or reply.author.handle)[:MAX_CALLED]
    detail = ", ".join(filter(None, (who, reply.url)))[:_MAX_DETAIL]
    return replace(
        mention,
        status=Status.OPEN,
        acknowledgement=None,
        version=mention.version + 1,
        history=remember(mention, HistoryEntry(at=now, by="earshot", what=REPLY, detail=detail)),
    )


def opened_at(mention: Mention) -> datetime | None:
    """When a reply last opened it again; None where none did."""
    return next((entry.at for entry in reversed(mention.history) if entry.what == REPLY), None)


def told_anew(mention: Mention) -> int:
    """Tells the alerts about a reply apart from those before: 0 where no reply opened the mention again."""
    at = opened_at(mention)
    return int(at.timestamp()) if at else 0


def _answered_at(mention: Mention, done_at: datetime, replies: Sequence[Item], is_ours: IsOurs) -> datetime:
    """From when on replies count: since our answer stands there, but never one that was told of before."""
    ours = [each.published_at for each in replies if each.published_at and is_ours(each)]
    answers = [at for at in ours if done_at - _SAME_ANSWER <= at <= done_at]
    told_at = opened_at(mention)
    return max(filter(None, (max(answers, default=done_at), told_at)))
