"""Mails that portals send when something is said about a company, received at an address of the tenant's own."""

import re
from datetime import date

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Invalid
from earshot.domain.place import Evidence, Place
from earshot.domain.source import Fetched, Source
from earshot.ports.http import Request, Response
from earshot.sources.email_in_alerts import SENDER, alert_posts
from earshot.sources.email_in_confirmation import confirmation_of
from earshot.sources.email_in_letter import Letter, read_letter
from earshot.sources.email_in_portals import portal_of
from earshot.sources.email_in_reviews import remark, whole
from earshot.sources.posts import Post, items_of
from earshot.sources.timer import bounded

NOWHERE = "https://email-in.invalid/"
"""An address that never answers (RFC 2606): mails come by themselves, and the secret stays out of every request."""

_SECRET = re.compile(r"[a-z0-9]{16,64}", re.ASCII)
_MAILBOX = re.compile(r"([A-Za-z0-9]{16,64})(?:@[A-Za-z0-9.-]{1,253})?", re.ASCII)


class EmailInConnector:
    """Reads the mails that arrive at one secret address: alerts and notifications of portals.

    Nothing is polled. The door that receives a mail finds the source by its address and then, with the raw mail:
    `read_letter` and `email_in_auth.verdict_of` tell whether it comes from whom it says; `parse` does not look at that,
    and whoever knows the address can write to it. `email_in_confirmation.confirmation_of` tells whether a person must
    agree to a forwarding. `parse`, given the mail as the body of a response, gives the items.

    Source:
        RFC 5322, RFC 2045; for the mails themselves see the modules `email_in_alerts` and `email_in_portals`, which say
        what is documented of them: little. Read 2026-11-24; not tried live.
    """

    kind = "email_in"
    place = Place(
        name="Mail",
        method=(
            "alerts and notification mails of portals, sent or forwarded to a secret address: Google Alerts, kununu, "
            "Trustpilot, Amazon, Facebook, LinkedIn and others; any other mail becomes one item"
        ),
        limits="5 MB a mail; how often portals write is theirs to say",
        terms="the mails are the tenant's own; what a portal allows to be done with them is not known for each",
        evidence=Evidence.DOCUMENTED,
        documents=(
            "https://www.rfc-editor.org/rfc/rfc5322",
            "https://www.rfc-editor.org/rfc/rfc8601",
            "https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html",
            "https://help.etrusted.com/hc/en-gb/articles/5128758965533-How-do-I-manage-my-review-notification-e-mails-",
        ),
        read_on=date(2026, 11, 24),
        example="k3vq7m2x9d4hw8sz",
        interval_s=2_592_000,
        is_polled=False,
    )

    def locator(self, text: str) -> str:
        """The secret part of the address, what stands before the @.

        Raises:
            Invalid: it is no such part: 16 to 64 letters and digits.
        """
        found = _MAILBOX.fullmatch(text.strip())
        if found is None or not _SECRET.fullmatch(secret := found[1].lower()):
            raise Invalid("url", "no address for mails: what stands before the @ has 16 to 64 letters and digits")
        return secret

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """An address that never answers: there is nothing to ask for."""
        return Request(url=NOWHERE, max_bytes=0, follows=False)

    def parse(self, response: Response, source: Source) -> Fetched:
        """The items that the mail in the body tells of: each result of an alert, one remark, or the mail itself.

        A request to agree to something and the answer of a mail system are none; the latter counts as skipped.

        Raises:
            Malformed: the body is no mail, too large, or too costly to read.
        """
        with bounded():
            letter = read_letter(response.body)
            if letter.is_automatic or confirmation_of(letter):
                return Fetched(cursor=source.cursor, skipped=int(letter.is_automatic))
            items, skipped = items_of(_posts(letter, source.id), self.kind, response.received_at)
        return Fetched(items=items, skipped=skipped, cursor=source.cursor)

    def recognise(self, url: str) -> None:
        """None: what mails tell of belongs to other places."""
        return

    def claim(self, url: str) -> None:
        """None: no web address names one for mails."""
        return


def _posts(letter: Letter, source_id: str) -> tuple[Post, ...]:
    if letter.sender == SENDER and (found := alert_posts(letter, source_id)):
        return found
    portal = portal_of(letter.sender)
    return (remark(letter, portal, source_id) if portal else whole(letter, source_id),)
