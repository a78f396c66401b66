"""The mail room: the address that a tenant receives mails at, mails that are held back, and questions of providers."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from earshot.domain.mail import Finding, MailVerdict

KEPT = timedelta(days=7)
"""How long a raw mail is kept, and with it whatever says that it is there."""

_BYTES = 15
"""Of the code behind an address: 120 bits, 24 letters and digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """The secret address of a tenant; `number` grows when it is changed, and the one before opens nothing any more."""

    tenant: str
    number: int = 0
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Whose mails come to one address."""

    tenant: str
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMail:
    """A mail that was not taken: who says to have sent it and why it was not; `raw` says where it still lies.

    `released_at` is when a person took it anyway.
    """

    id: str
    tenant: str
    sender: str
    subject: str
    reasons: tuple[str, ...]
    verdict: MailVerdict
    received_at: datetime
    raw: str = ""
    released_at: datetime | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding:
    """A provider asks whether `sender` may forward mails to us; a person agrees by `code` or `link`."""

    id: str
    tenant: str
    sender: str
    code: str
    link: str
    received_at: datetime
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A mail as it came. `verdicts` are those of Amazon SES where that received it, else None: it was handed in.

    `to` are the addresses it was sent to, `tenant` whose it is where no address tells. `name` is where it lies, "" if
    nowhere.
    """

    raw: bytes
    to: Sequence[str] = ()
    tenant: str = ""
    verdicts: Mapping[str, object] | None = None
    name: str = ""


def mail_address(secret: bytes, mailbox: Mailbox) -> str:
    """What stands before the @ of a tenant's address: nobody guesses it who does not know the secret."""
    said = f"mail-in\n{mailbox.tenant}\n{mailbox.number}".encode()
    code = hmac.new(secret, said, hashlib.sha256).digest()[:_BYTES]
    return base64.b32encode(code).decode("ascii").lower()


def objections(verdict: MailVerdict, *, is_handed_in: bool) -> tuple[str, ...]:
    """Why a mail is held back; nothing where it may be taken.

    One that a person or a server of their own `is_handed_in` need not be vouched for, but it must not have failed.
    """
    is_fine = not _has_failed(verdict) if is_handed_in else verdict.is_trusted
    return () if is_fine else verdict.reasons or ("nobody vouches for its sender",)


def _has_failed(verdict: MailVerdict) -> bool:
    checks = (verdict.spf, verdict.dkim, verdict.dmarc)
    is_forged = verdict.dmarc is Finding.FAIL or (Finding.FAIL in checks and Finding.PASS not in checks)
    return is_forged or Finding.FAIL in (verdict.spam, verdict.virus)
