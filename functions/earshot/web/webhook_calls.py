"""Webhook calls: the mentions of a notice as JSON, for programs."""

from typing import Any

import msgspec

from earshot.domain.mention import Mention
from earshot.ports.notifier import Call, Notice
from earshot.services.links import webhook_key
from earshot.web.representation import mention_json

TYPE = "mentions.alert"


class CallComposer:
    """Implements `earshot.ports.notifier.Composer`; `base_url` is where the inbox is, `secret` the deployment's."""

    def __init__(self, base_url: str, secret: bytes) -> None:
        self._base_url = base_url.rstrip("/")
        self._secret = secret

    def compose(self, notice: Notice) -> Call:
        """The call for a notice; the same bytes each time, as long as the mentions stay as they are."""
        body = {
            "type": TYPE,
            "id": notice.delivery_id,
            "timestamp": max(mention.seen_at for mention in notice.mentions),
            "tenant": notice.tenant.id,
            "mentions": [self._told(mention, notice) for mention in notice.mentions],
            "more": notice.more,
        }
        return Call(
            delivery_id=notice.delivery_id,
            url=notice.contact.webhook,
            body=msgspec.json.encode(body),
            secret=webhook_key(self._secret, notice.contact),
        )

    def _told(self, mention: Mention, notice: Notice) -> dict[str, Any]:
        """A mention as the API shows it, where to acknowledge it (null without a link), and where to see it."""
        return {
            **mention_json(mention, notice.watch_names),
            "acknowledge_url": notice.links.get(mention.id) or None,
            "open_url": f"{self._base_url}/mentions/{mention.id}",
        }
