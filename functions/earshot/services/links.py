"""The secrets that messages carry: the short links that acknowledge without a log-in, and the keys of webhooks."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from earshot.domain.contact import Contact
from earshot.domain.delivery import Delivery
from earshot.domain.errors import Denied
from earshot.store import keys
from earshot.store.company import Company
from earshot.store.deliveries import TOKEN_LIFE, Deliveries, LinkToken, secret_hash


def link_secret(secret: bytes, delivery_id: str) -> str:
    """The 22 characters of a delivery's link; the same for each copy of the mail."""
    mac = hmac.new(secret, b"acknowledge:" + delivery_id.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:16]).decode().rstrip("=")


def webhook_key(secret: bytes, contact: Contact) -> bytes:
    """The 32 bytes that sign the calls of a contact's webhook; others once the contact was removed and added again."""
    added_at = contact.created_at.astimezone(UTC).isoformat() if contact.created_at else ""
    return hmac.new(secret, f"webhook:{contact.id}:{added_at}".encode(), hashlib.sha256).digest()


def webhook_secret(secret: bytes, contact: Contact) -> str:
    """The key of a contact's webhook as people see it: `whsec_` and base64.

    Source:
        Standard Webhooks 1.0.0, "Signature scheme"; read 2026-11-24.
    """
    return f"whsec_{base64.b64encode(webhook_key(secret, contact)).decode()}"


def link_token(secret: bytes, delivery: Delivery, now: datetime) -> LinkToken:
    """What is stored of a delivery's link: its hash, and what it opens."""
    return LinkToken(
        sha256=secret_hash(link_secret(secret, delivery.id)),
        tenant=delivery.tenant,
        contact_id=delivery.contact_id,
        delivery_id=delivery.id,
        mention_id=delivery.subject,
        expires_at=now + TOKEN_LIFE,
    )


def opened(text: str, deliveries: Deliveries, company: Company, now: datetime) -> LinkToken:
    """What the link with this secret opens.

    Raises:
        Denied: the link is unknown, has expired, or its contact is gone, even if it was added again since (410).
    """
    token = deliveries.token(text) if len(text) == 22 else None
    if token is None or token.expires_at <= now:
        raise Denied("this link is not valid any more; open the inbox instead", 410)
    contact = company.contacts.at(keys.of_tenant(token.tenant, "contact", token.contact_id))
    issued_at = token.expires_at - TOKEN_LIFE
    if contact is None or (contact.created_at is not None and issued_at < contact.created_at):
        raise Denied("this link was sent to a contact that is no longer there", 410)
    return token
