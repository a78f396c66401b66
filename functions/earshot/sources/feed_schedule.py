"""How long a feed asks to be left alone."""

import re
from collections.abc import Mapping

MAX_INTERVAL_S = 86_400
"""A day: a longer wish is read as this one."""

_PERIOD_S = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s{0,3}=\s{0,3}\"?([0-9]{1,10})", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


def min_interval_s(headers: Mapping[str, str], *, ttl: str = "", period: str = "", frequency: str = "") -> int | None:
    """The longest gap the place asks for, in seconds, at most a day; None when it asks for nothing.

    `ttl` is in minutes; `frequency` divides `period` and is 1 where it is missing.

    Source:
        RSS 2.0 §ttl; RDF Site Summary 1.0 module Syndication; RFC 9111 §5.2.2.1; read 2026-11-24.
    """
    wishes = [_ttl_s(ttl), _period_s(period, frequency), _max_age_s(headers)]
    longest = max(wishes)
    return min(longest, MAX_INTERVAL_S) if longest > 0 else None


def _ttl_s(ttl: str) -> int:
    return int(ttl) * 60 if _NUMBER.fullmatch(ttl.strip()) else 0


def _period_s(period: str, frequency: str) -> int:
    times = int(frequency) if _NUMBER.fullmatch(frequency.strip()) else 1
    return _PERIOD_S.get(period.strip().lower(), 0) // max(times, 1)


def _max_age_s(headers: Mapping[str, str]) -> int:
    match = _MAX_AGE.search(headers.get("cache-control", "")[:500])
    return int(match[1]) if match else 0
