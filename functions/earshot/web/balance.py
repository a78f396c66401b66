"""The last week in numbers, for the sentence at the top of the inbox."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from earshot.domain.mention import Mention
from earshot.domain.verdict import Kind

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """How often we were praised and criticised, and how much of it has been dealt with."""

    praise: int = 0
    criticism: int = 0
    done: int = 0


def week(mentions: Iterable[Mention], now: datetime) -> Balance:
    """The balance of our own mentions that were heard in the week before `now`, history left out."""
    ours = [each for each in mentions if each.role.is_ours and not each.is_history and now - each.seen_at < WEEK]
    kinds = Counter(each.kind for each in ours)
    done = sum(each.acknowledgement is not None for each in ours)
    return Balance(praise=kinds[Kind.PRAISE], criticism=kinds[Kind.CRITICISM], done=done)
