"""Calls to webhooks, signed, through the guarded way to the web.

A call may come twice, after a break that nobody can judge: its id stays the same, and the receiver drops the second.

Source:
    Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md), "Signature
    scheme", "Webhook headers" and "Delivery success and failure"; read 2026-11-24.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from earshot.domain.contact import Channel
from earshot.domain.errors import Deferred, FetchError, Gone, Rejected
from earshot.ports.clock import Clock
from earshot.ports.http import Http, Request
from earshot.ports.notifier import Call

TOLERANCE = timedelta(minutes=5)
"""How far the time stamp of a call may lie from the receiver's clock."""


class Webhook:
    """Implements `earshot.ports.notifier.Notifier` over `earshot.ports.http.Http`."""

    def __init__(self, http: Http, clock: Clock) -> None:
        self._http = http
        self._clock = clock

    def send(self, call: Call, /) -> None:
        """Posts the call; any answer from 200 to 299 counts, and its body is left unread.

        Raises:
            Deferred: no answer, or any other. A redirect is not followed: the mentions are for this address only.
            Rejected: the receiver is gone for good (410).
        """
        stamp = str(int(self._clock.now().timestamp()))
        request = Request(
            url=call.url,
            method="POST",
            headers={
                "Content-Type": "application/json",
                "webhook-id": call.delivery_id,
                "webhook-timestamp": stamp,
                "webhook-signature": signature(call.secret, call.delivery_id, stamp, call.body),
            },
            body=call.body,
            max_bytes=0,
            follows=False,
        )
        try:
            self._http.send(request)
        except Gone:
            raise Rejected(Channel.WEBHOOK, "the receiver wants no more calls (410); remove the webhook") from None
        except FetchError as exc:
            raise Deferred(Channel.WEBHOOK, f"the call came to nothing: {exc.reason}") from None


def signature(key: bytes, id_: str, stamp: str, body: bytes) -> str:
    """The `webhook-signature` of a body."""
    mac = hmac.new(key, f"{id_}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(mac).decode()}"


def is_genuine(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether a call came from the owner of `secret` (`whsec_…`) just now; what a receiver has to check.

    `headers` have lower-case names, `body` is as it came. A receiver also remembers each `webhook-id` and drops a
    second call with the same one.
    """
    key = base64.b64decode(secret.removeprefix("whsec_"))
    stamp = headers.get("webhook-timestamp", "")
    expected = signature(key, headers.get("webhook-id", ""), stamp, body).encode()
    given = headers.get("webhook-signature", "").encode().split()
    is_signed = any(hmac.compare_digest(expected, each) for each in given)
    return is_signed and abs(now.timestamp() - int(stamp)) <= TOLERANCE.total_seconds()
