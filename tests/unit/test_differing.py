"""Whether two mentions that share a text need a card each."""

import pytest

from builders import a_mention, a_verdict
from earshot.domain.differing import asks_otherwise
from earshot.domain.verdict import Kind


@pytest.mark.parametrize(
    ("one", "other", "is_same", "needs_its_own"),
    [
        (Kind.CRITICISM, Kind.NEUTRAL, False, True),
        (Kind.NEUTRAL, Kind.CRITICISM, False, True),
        (Kind.PRAISE, Kind.NEUTRAL, False, True),
        (Kind.CRITICISM, Kind.CRITICISM, False, False),
        (Kind.CRITICISM, Kind.NEUTRAL, True, False),
    ],
)
def test_a_complaint_or_praise_beside_a_shared_text_has_a_card_of_its_own(
    one: Kind, other: Kind, is_same: bool, needs_its_own: bool
) -> None:
    first, second = (a_mention(str(kind), verdict=a_verdict(kind)) for kind in (one, other))

    assert asks_otherwise(first, second, is_same=is_same) is needs_its_own
