"""Contacts: where a tenant wants to be told; a contact is an address, not a member who signs in."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from earshot.domain.errors import Invalid

_PHONE = re.compile(r"\+[1-9]\d{6,14}")
# Where each number is dialled with this zero inside the country and without it from outside (in Italy it stays).
_TRUNK_ZERO = re.compile(r"(?<=^\+4[139])0")
_MAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")


class Channel(StrEnum):
    """A way to tell a contact."""

    MAIL = "mail"
    SMS = "sms"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody to tell, at one or several addresses; `language` is "de" or "en", `timezone` an IANA name.

    `email`, `phone` (E.164) and `webhook` (a URL) are "" where there is none.
    `created_at` is when it was added, None where that was not noted: links from before it are not its own.
    """

    id: str
    tenant: str
    name: str
    email: str = ""
    phone: str = ""
    webhook: str = ""
    language: str = "en"
    timezone: str = "UTC"
    created_at: datetime | None = None
    revision: int = 0

    def address(self, channel: Channel) -> str:
        """Where this channel reaches the contact, "" where it does not."""
        return {Channel.MAIL: self.email, Channel.SMS: self.phone, Channel.WEBHOOK: self.webhook}[channel]


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


def valid_phone(text: str) -> str:
    """`text` as a telephone number with its country code, in the form +4915112345678.

    Raises:
        Invalid: it is something else, such as a number without its country.
    Source:
        ITU-T E.164 (2010), clause 6: at most 15 digits; read 2026-11-24.
    """
    digits = re.sub(r"[\s()/.-]", "", text.replace("(0)", ""))
    digits = _TRUNK_ZERO.sub("", f"+{digits[2:]}" if digits.startswith("00") else digits)
    if not digits.isascii() or not _PHONE.fullmatch(digits):
        raise Invalid("phone", "must begin with the country code, as in +49 151 12345678")
    return digits
