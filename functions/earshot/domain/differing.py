"""What two texts have to say beside what they share: one that quotes the other may ask something else of us."""

from earshot.domain.mention import Mention
from earshot.domain.verdict import Kind

_PRESSING = frozenset({Kind.CRITICISM, Kind.QUESTION})


def asks_otherwise(one: Mention, other: Mention, *, is_same: bool) -> bool:
    """Whether two mentions that share a text need a card each; `is_same` says that neither has much beside it.

    A complaint that quotes the notice it is about, or follows the head of a newsletter, must not be hidden behind it.
    """
    if is_same or one.kind is other.kind:
        return False
    kinds = {one.kind, other.kind}
    return bool(kinds & _PRESSING) or Kind.PRAISE in kinds
