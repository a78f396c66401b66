"""Contacts: where a tenant wants to be told; a contact is an address, not a member who signs in."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from earshot.domain.errors import Invalid

_MAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")


class Channel(StrEnum):
    """A way to tell a contact."""

    MAIL = "mail"
    SMS = "sms"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One address of one tenant; `language` is "de" or "en", `timezone` an IANA name.

    `created_at` is when it was added, None where that was not noted: links from before it are not its own.
    """

    id: str
    tenant: str
    name: str
    email: str
    language: str = "en"
    timezone: str = "UTC"
    created_at: datetime | None = None
    revision: int = 0


def valid_email(text: str) -> str:
    """`text` as one plain mail address.

    Raises:
        Invalid: it is not exactly one address, it holds line breaks or names, or letters that few mail servers take
            (RFC 6531): an alert must not be lost to its address.
    """
    text = text.strip()
    if not text.isascii() and text.isprintable():
        raise Invalid(
            "email", "must be written in ASCII letters, as in you@example.com; most mail servers take no other"
        )
    if len(text) > 254 or not text.isprintable() or not _MAIL.fullmatch(text) or ".." in text:
        raise Invalid("email", "must be one plain address such as you@example.com")
    return text
