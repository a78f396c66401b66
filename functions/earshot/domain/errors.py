"""The errors Earshot raises on purpose; everything else is a defect.

    EarshotError
    ├─ Invalid(field, reason)          the caller must change the input            422, exit 2
    ├─ NotFound(kind, id)              there is no such thing, or not for this tenant    404
    ├─ Conflict(kind, id)              somebody was faster; read again              409
    ├─ Denied(reason)                  no key, a bad key, an expired link      401 / 403 / 410
    ├─ FetchError(reason)
    │   ├─ Unreachable, Throttled(retry_after_s)            transient
    │   │   └─ Unanswered          of Unreachable: nothing came back at all
    │   ├─ Spent(quota, until)         our own quota, not asked      transient
    │   ├─ Locked(kind, missing)       a credential lacks, not asked
    │   └─ Refused(reason, status), Disallowed, Gone, Malformed(reason)    permanent
    ├─ StoreError                      the table cannot be written now           transient, 503
    ├─ BusError                        a message could not be queued             transient
    ├─ ClassifyError                   the mention is stored as unclassified
    └─ DeliveryError(channel, reason)
        ├─ Deferred                                         transient
        │   └─ Halted                  until somebody mends something of ours
        ├─ Unconfirmed                 it may have arrived  transient, but for an SMS
        └─ Rejected                                         permanent

A message is a sentence for the person who must act; it never holds a secret or the text of a mention.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal


class EarshotError(Exception):
    """Anything Earshot refuses or fails to do, with a message a person can act on."""

    transient: bool = False


class Invalid(EarshotError):
    """The input cannot be used; `field` names the part to change."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class NotFound(EarshotError):
    """There is no such thing, or it belongs to another tenant: both look the same."""

    def __init__(self, kind: str, id_: str) -> None:
        super().__init__(f"there is no {kind} {id_}")
        self.kind = kind
        self.id = id_


class Conflict(EarshotError):
    """Somebody changed the thing first; read it again and decide again."""

    def __init__(self, kind: str, id_: str, reason: str = "was changed in the meantime; read it again") -> None:
        super().__init__(f"{kind} {id_} {reason}")
        self.kind = kind
        self.id = id_


class Denied(EarshotError):
    """The caller may not do this; `status`: no or a bad key 401, a missing right 403, a dead link 410."""

    def __init__(self, reason: str, status: Literal[401, 403, 410] = 401) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class FetchError(EarshotError):
    """A source could not be read this time."""

    code: str = "unreachable"

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason or self.code)
        self.reason = reason or self.code


class Unreachable(FetchError):
    """No usable answer: name, network, time-out, server error, or an address we do not open."""

    transient = True


class Unanswered(Unreachable):
    """Nothing came back in time: nobody can be reached there, or the connection broke off."""


class Throttled(FetchError):
    """The place asks us to come back later, after `retry_after_s` seconds where it says so."""

    transient = True
    code = "throttled"

    def __init__(self, reason: str = "", retry_after_s: int | None = None) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s


class Spent(FetchError):
    """What we may take of a quota is used up until `until`; the place was not asked, and nothing is wrong with it."""

    transient = True
    code = "quota"

    def __init__(self, quota: str, until: datetime) -> None:
        super().__init__(f"the quota {quota} allows no more until {until.isoformat(timespec='seconds')}")
        self.until = until


class Locked(FetchError):
    """The place wants a credential of which fields are missing; it was not asked."""

    code = "credential"

    def __init__(self, kind: str, missing: Sequence[str]) -> None:
        super().__init__(f"{' and '.join(missing)} must be there first: earshot credential set {kind}")
        self.missing = tuple(missing)


class Refused(FetchError):
    """The place does not let us read it (401, 403, 404 and the like); `status` is None where it gave none."""

    code = "refused"

    def __init__(self, reason: str = "", status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


class Disallowed(Refused):
    """The robots.txt of a host does not let programs read there."""

    code = "robots"

    def __init__(self, host: str) -> None:
        super().__init__(f"robots.txt of {host} does not let programs read this page")


class Gone(FetchError):
    """The place says this address is gone for good (410)."""

    code = "gone"


class Malformed(FetchError):
    """What came is not what the kind of source promises."""

    code = "malformed"


class StoreError(EarshotError):
    """The table cannot be read or written now: locked, full, throttled, out of reach, or a permission is missing."""

    transient = True


class BusError(EarshotError):
    """A message could not be handed to the queue or the topic; what it was about stays due."""

    transient = True


class ClassifyError(EarshotError):
    """No verdict could be reached; the mention is stored as unclassified."""


class DeliveryError(EarshotError):
    """A message could not be handed over to its channel."""

    def __init__(self, channel: str, reason: str) -> None:
        super().__init__(f"{channel}: {reason}")
        self.channel = channel
        self.reason = reason


class Deferred(DeliveryError):
    """The channel may take it later."""

    transient = True


class Halted(Deferred):
    """The channel takes nothing from us until somebody mends it: a sender to verify, a quota, a login, a permission."""


class Unconfirmed(DeliveryError):
    """The channel broke off after it was asked: the message may have arrived."""

    transient = True


class Rejected(DeliveryError):
    """The channel will never take it."""
