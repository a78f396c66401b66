"""Who looks: their language, their time zone, and now; tells times as people say them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from earshot.web.words import Words

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Turns moments into words for one person."""

    words: Words
    zone: ZoneInfo
    now: datetime

    def ago(self, at: datetime) -> str:
        """How long ago, as people say it: "vor 2 h", "gestern, 14:05", "12. März"."""
        passed = self.now - at
        if passed < _MINUTE:
            return self.words("ago.now")
        if passed < _DAY:
            return self.words("ago", span=self.span(passed, is_rough=True))
        days = self._days_since(at)
        if days <= 1:
            return self.words("ago.yesterday", time=f"{self._local(at):%H:%M}")
        if days < 7:
            return self.words.count("ago.days", days)
        return self.day(at)

    def waited(self, at: datetime) -> str:
        """How long something has waited since then; from two days on in days of the calendar, as in `ago`."""
        passed = max(self.now - at, _MINUTE)
        return self.span(passed) if passed < 2 * _DAY else self.words.count("days", self._days_since(at))

    def span(self, passed: timedelta, *, is_rough: bool = False) -> str:
        """A span of time in its two largest units, or only the largest."""
        if passed >= 2 * _DAY:
            return self.words.count("days", passed // _DAY)
        hours, minutes = passed // _HOUR, (passed % _HOUR) // _MINUTE
        if hours and (is_rough or not minutes):
            return f"{hours} h"
        return f"{hours} h {minutes} min" if hours else f"{max(minutes, 1)} min"

    def day(self, at: datetime) -> str:
        """The day, with the year when it is another one."""
        local = self._local(at)
        text = self.words("day", day=str(local.day), month=self.words.listed("months", local.month - 1))
        return text if local.year == self._local(self.now).year else f"{text} {local.year}"

    def exact(self, at: datetime) -> str:
        """Weekday, date and time."""
        local = self._local(at)
        return self.words(
            "exact",
            weekday=self.words.listed("weekdays", local.weekday()),
            day=str(local.day),
            month=self.words.listed("months", local.month - 1),
            year=str(local.year),
            time=f"{local:%H:%M}",
        )

    def _local(self, at: datetime) -> datetime:
        """The time here; at the very ends of the calendar, which a zone would leave, as it is."""
        try:
            return at.astimezone(self.zone)
        except OverflowError:
            return at

    def _days_since(self, at: datetime) -> int:
        return (self._local(self.now).date() - self._local(at).date()).days


def zone_named(name: str) -> ZoneInfo:
    """The time zone of this name, UTC when the machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
