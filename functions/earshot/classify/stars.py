"""Star ratings: whoever gave one star has said what was meant, whatever the words look like."""

from typing import Final

from earshot.domain.verdict import Probabilities

LOWEST: Final = 1
HIGHEST: Final = 5

_BY_STARS: Final = {
    1: Probabilities(positive=0.01, neutral=0.03, negative=0.96),
    2: Probabilities(positive=0.03, neutral=0.09, negative=0.88),
    3: Probabilities(positive=0.14, neutral=0.70, negative=0.16),
    4: Probabilities(positive=0.86, neutral=0.10, negative=0.04),
    5: Probabilities(positive=0.96, neutral=0.03, negative=0.01),
}


def from_stars(rating: float | None) -> tuple[Probabilities, str] | None:
    """The probabilities and the reason ("2 stars") of a rating; None when there is none between 1 and 5.

    Halves count for the side they lean to: 2.5 is neutral, 3.5 is positive.
    """
    if rating is None or not LOWEST <= rating <= HIGHEST:
        return None
    stars = int(rating + 0.5)
    return _BY_STARS[stars], "1 star" if rating == 1 else f"{rating:g} stars"
