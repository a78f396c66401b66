"""Tells the addresses of Google Alerts from others; apart from the connector, so that asking loads no parser."""

import re

from earshot.sources.wrappers import is_google

_ALERTS = re.compile(
    r"(?:feed:(?://)?)?(?:https?:)?/{0,2}(?P<host>[a-z.]{1,40})(?::[0-9]{1,5})?/alerts(?:[/?#].*)?",
    re.IGNORECASE | re.DOTALL,
)


def is_alerts_address(text: str) -> bool:
    """Whether whoever typed this means Google Alerts: the feed of one, or the page where they are made."""
    found = _ALERTS.fullmatch(text.strip())
    return found is not None and is_google(found["host"].lower().rstrip("."))
