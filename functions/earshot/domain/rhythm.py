"""Rhythm: how far apart the news of a source usually lie, learnt from news alone, in a few numbers."""

from dataclasses import dataclass
from datetime import timedelta
from math import log, sqrt

FEW = 10
"""Gaps without which nothing is said about a rhythm."""

MEMORY = 30
"""Gaps after which the oldest ones fade: a source that becomes slower is not taken for a silent one for long."""

DOUBT = 5
"""Gaps of chance that are added to what was seen: ten like clockwork do not make a clock."""

YEAR_S = 365 * 86400.0

A_YEAR = 0.3
"""False alarms a year that a source may give, were its gaps a matter of chance."""

RARE = 0.01
"""The share of its own gaps that counts as unusual, where so many do not come in a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """The gaps between news: how many were seen, their smoothed mean, and their smoothed square deviation."""

    gaps: int = 0
    mean_s: float = 0.0
    variance: float = 0.0


NO_RHYTHM = Rhythm()


def heard(rhythm: Rhythm, gap: timedelta) -> Rhythm:
    """The rhythm once news came after a gap.

    A gap that was an unusual silence counts as twice what is still usual: weeks without a word must not become a habit.
    """
    usual = longest_usual(rhythm)
    gap_s = max(0.0, min(gap, usual * 2).total_seconds() if usual else gap.total_seconds())
    gaps = min(rhythm.gaps + 1, MEMORY)
    share, step = 1 / gaps, gap_s - rhythm.mean_s
    mean_s = rhythm.mean_s + share * step
    variance = (1 - share) * (rhythm.variance + share * step * step)
    return Rhythm(gaps=gaps, mean_s=round(mean_s, 1), variance=round(variance, 1))


def longest_usual(rhythm: Rhythm) -> timedelta | None:
    """The longest gap that is nothing to speak of; None while too few were seen.

    It is the quantile of a gamma distribution with the mean and the spread that were seen and some doubt about both:
    news by chance get a wide one, news like clockwork a narrow one.

    Source:
        Wilson and Hilferty, The distribution of chi-square, PNAS 17 (1931): the cube root is nearly normal.
    """
    if rhythm.gaps < FEW or rhythm.mean_s <= 0:
        return None
    variance = (rhythm.variance * rhythm.gaps + rhythm.mean_s**2 * DOUBT) / (rhythm.gaps + DOUBT)
    mean_s = rhythm.mean_s + sqrt(variance / rhythm.gaps)
    share = min(RARE, A_YEAR * rhythm.mean_s / YEAR_S)
    width = variance / (9 * mean_s**2)
    root = max(0.0, 1 - width + _deviations(share) * sqrt(width))
    return timedelta(seconds=min(mean_s * root**3, YEAR_S * 10))


def _deviations(share: float) -> float:
    """How many standard deviations above the mean that share of a normal distribution lies.

    Source:
        Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.2.23.
    """
    t = sqrt(-2 * log(share))
    above = 2.515517 + 0.802853 * t + 0.010328 * t * t
    return t - above / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t**3)
