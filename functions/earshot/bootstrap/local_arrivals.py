"""Puts together what comes to a local run without being fetched: mails in a folder, and what is handed in."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from earshot.adapters.guard import vet_url
from earshot.adapters.queues import LocalBus
from earshot.ports.bus import Bus
from earshot.sources.registry import CONNECTORS

if TYPE_CHECKING:
    from earshot.adapters.mail_folder import MailFolder
    from earshot.bootstrap.local import Local
    from earshot.services.arrivals import Arrivals
    from earshot.services.collecting import Collector
    from earshot.services.heart_reader import HeartDesk
    from earshot.services.mailing_in import MailingIn
    from earshot.services.taking_in import TakingIn

MAIL_IN = "mail-in"
"""The folder, in that of the data, that mails are put into."""


def mail_folder(local: "Local") -> "MailFolder":
    """The folder of mails."""
    from earshot.adapters.mail_folder import MailFolder  # noqa: PLC0415 - listing mentions needs no mails

    return MailFolder(local.folder / MAIL_IN)


def arrivals_of(local: "Local", bus: Bus) -> "Callable[[], Arrivals]":
    """The doors for what comes by itself, made when somebody comes; no loopback address gets in through them."""

    @cache
    def arrivals() -> "Arrivals":
        from earshot.services.arrivals import Arrivals  # noqa: PLC0415 - as above

        return Arrivals(local.table, bus, local.clock, vet_url, lambda: local.secret)

    return arrivals


def taking_in_of(local: "Local") -> "TakingIn":
    """Stores what was handed in."""
    from earshot.services.taking_in import TakingIn  # noqa: PLC0415 - as above

    only = frozenset({local.tenant})
    return TakingIn(local.table, local.http, CONNECTORS, _collector(local), mail_folder(local), local.clock, only=only)


def mailing_in_of(local: "Local") -> "MailingIn":
    """Takes mails."""
    from earshot.services.mailing_in import MailingIn  # noqa: PLC0415 - as above

    return MailingIn(local.table, _collector(local), mail_folder(local), local.clock)


def heart_of(local: "Local") -> "HeartDesk":
    """Stores heartbeats."""
    from earshot.services.heart_reader import HeartDesk  # noqa: PLC0415 - as above

    return HeartDesk(local.table, _collector(local), local.clock)


def _collector(local: "Local") -> "Collector":
    from earshot.bootstrap.judged import collector_of  # noqa: PLC0415 - as above

    return collector_of(local.table, LocalBus(local.queues), local.clock, local.following.look)
