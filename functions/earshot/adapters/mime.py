"""Letters as MIME messages."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from earshot.ports.notifier import Letter

_UNFOLDED = SMTP.clone(max_line_length=0)
"""Python folds lines of encoded words wrongly, a space gets lost (seen in 3.11 to 3.13); 998 bytes are allowed."""


def as_message(letter: Letter, *, sender: str, now: datetime) -> EmailMessage:
    """The MIME message of a letter: plain text first, HTML as its alternative, an id that a second copy shares.

    Source:
        RFC 5322 §3.6.4 (Message-ID), RFC 3834 §5 (Auto-Submitted); read 2026-11-24.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter.delivery_id}@earshot.invalid>"
    message["Auto-Submitted"] = "auto-generated"
    for name, value in letter.headers.items():
        if name not in message:
            message[name] = value
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    message.policy = _UNFOLDED
    return message
