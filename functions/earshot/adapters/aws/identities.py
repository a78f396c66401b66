"""The sender of mails as SES knows it: verified, waiting for its owner's click, or unknown.

Source:
    Amazon SES API v2 Reference, GetEmailIdentity and CreateEmailIdentity; read 2026-11-24.
"""

from email.utils import parseaddr
from enum import StrEnum
from typing import TYPE_CHECKING

from earshot.adapters.aws.failures import FAILURES, code_of

if TYPE_CHECKING:
    from types_boto3_sesv2 import SESV2Client


class Standing(StrEnum):
    """What SES thinks of a sender."""

    VERIFIED = "verified"
    PENDING = "pending"
    UNKNOWN = "unknown"


def make_known(client: "SESV2Client", sender: str) -> Standing:
    """Lets SES know the sender, `Name <address>`, unless it knows the address or its domain; tells where that stands.

    A new one is pending: SES writes to the address, and whoever reads it clicks. Unknown: SES lets us neither ask nor
    add.
    """
    address = parseaddr(sender)[1]
    standings = [_standing(client, name) for name in (address, address.rpartition("@")[2])]
    for known in (Standing.VERIFIED, Standing.PENDING):
        if known in standings:
            return known
    try:
        client.create_email_identity(EmailIdentity=address)
    except FAILURES:
        return Standing.UNKNOWN
    return Standing.PENDING


def _standing(client: "SESV2Client", name: str) -> Standing | None:
    try:
        found = client.get_email_identity(EmailIdentity=name)
    except FAILURES as exc:
        return None if code_of(exc) == "NotFoundException" else Standing.UNKNOWN
    return Standing.VERIFIED if found["VerifiedForSendingStatus"] else Standing.PENDING
