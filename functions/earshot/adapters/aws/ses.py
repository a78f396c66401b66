"""Mail by Amazon SES, in one attempt.

Whatever time can mend is deferred, and what the operator must mend waits for days, so that no alert is lost to an
identity that is not verified yet; only what concerns this very mail or its recipient rejects. SES puts a Message-ID of
its own in place of ours, so a second copy is not the same message to a mail program.

Source:
    Amazon SES API v2 Reference, SendEmail; Amazon SES Developer Guide, "Amazon SES email sending errors" and "Errors
    related to the sending quotas"; read 2026-11-24.
"""

import re
from email.utils import formataddr, parseaddr
from typing import TYPE_CHECKING

from earshot.adapters.aws.sending import one_attempt
from earshot.adapters.mime import as_message
from earshot.domain.contact import Channel, valid_email
from earshot.domain.errors import Deferred, DeliveryError, Halted, Invalid, Rejected
from earshot.ports.clock import Clock
from earshot.ports.notifier import Letter

if TYPE_CHECKING:
    from types_boto3_sesv2 import SESV2Client

_FINAL = frozenset({"BadRequestException", "MessageRejected"})

_NOT_VERIFIED = re.compile(r"not verified|authority to send", re.IGNORECASE)
_SUSPENDED = re.compile(r"suspended|paused", re.IGNORECASE)

_UNVERIFIED = "SES has not verified the sender, or in the sandbox the recipient; look at mail_from and the identities"
_STOPPED = "SES lets this account send nothing; look at the account's sending status"

_HALTING = {
    "LimitExceededException": "the sending quota of SES is used up; ask for a higher one",
    "AccountSuspendedException": _STOPPED,
    "SendingPausedException": _STOPPED,
    "MailFromDomainNotVerifiedException": "SES cannot verify the MAIL FROM domain; look at its DNS records",
}


class Ses:
    """Implements `earshot.ports.notifier.Notifier` over a client that asks once."""

    def __init__(self, client: "SESV2Client", sender: str, clock: Clock) -> None:
        self._client = client
        self._sender = sender
        self._clock = clock

    def send(self, letter: Letter, /) -> None:
        """Hands the mail over.

        Raises:
            Deferred: SES cannot be reached, or takes no more for now.
            Halted: SES takes nothing until the operator mends something, such as verifies the sender.
            Rejected: SES will never take this mail.
            Unconfirmed: SES was asked, and nobody knows whether it took the mail.
        """
        sender = _written(self._sender)
        message = as_message(letter, sender=self._sender, now=self._clock.now())
        # SES asks for seven bits; the policy turns everything else into base64.
        raw = message.as_bytes(policy=message.policy.clone(cte_type="7bit"))
        # A connection that slept with its Lambda breaks when it is used, and nobody could tell whether the mail went.
        self._client.close()
        with one_attempt(Channel.MAIL, "SES", _judged):
            self._client.send_email(
                FromEmailAddress=sender,
                Destination={"ToAddresses": [letter.to]},
                Content={"Raw": {"Data": raw}},
            )


def _written(sender: str) -> str:
    """The sender in ASCII. A malformed one would reject every mail for good, so it is found here."""
    name, address = parseaddr(sender)
    try:
        return formataddr((name, valid_email(address)))
    except Invalid as exc:
        raise Halted(Channel.MAIL, f"the sender {exc.reason}; look at mail_from") from None


def _judged(code: str, sentence: str) -> DeliveryError:
    if code == "MessageRejected" and _NOT_VERIFIED.search(sentence):
        return Halted(Channel.MAIL, _UNVERIFIED)
    if code == "MessageRejected" and _SUSPENDED.search(sentence):
        return Halted(Channel.MAIL, _STOPPED)
    if code in _FINAL:
        return Rejected(Channel.MAIL, f"SES refuses this mail or its recipient ({code})")
    if code in _HALTING:
        return Halted(Channel.MAIL, _HALTING[code])
    return Deferred(Channel.MAIL, f"SES answered {code}")
