"""Mail that arrives: what our own server found out about it, and requests to let a mailbox forward to us."""

from dataclasses import dataclass
from enum import StrEnum


class Finding(StrEnum):
    """What a check of a mail gave; NONE where it was not made or could not tell."""

    PASS = "pass"  # noqa: S105 - the word of RFC 8601, no secret
    FAIL = "fail"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailVerdict:
    """Whether a mail comes from whom it says, by the checks of our own receiving server alone.

    `is_trusted` when one of them vouches for the very domain in From, and none found spam or a virus. `reasons` say
    why, in sentences without addresses of people.
    """

    spf: Finding = Finding.NONE
    dkim: Finding = Finding.NONE
    dmarc: Finding = Finding.NONE
    spam: Finding = Finding.NONE
    virus: Finding = Finding.NONE
    is_trusted: bool = False
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A provider asks whether a mailbox may forward to us, or an alert may be sent to us; a person must agree.

    `from_` is the mailbox that wants to forward, else the address that asks. `code` and `link` are "" where the mail
    has none; the link leads to the provider itself and only ever agrees, never declines.
    """

    from_: str
    code: str = ""
    link: str = ""
