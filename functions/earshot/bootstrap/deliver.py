"""Puts together what deliver needs: the channels and those who write for them."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from earshot.adapters.aws.clients import one_attempt_client
from earshot.adapters.aws.ses import Ses
from earshot.adapters.aws.sms import SnsSms
from earshot.adapters.webhook import Webhook
from earshot.bootstrap.cloud import Cloud, cloud
from earshot.bootstrap.outbound import http_of
from earshot.domain.contact import Channel
from earshot.ports.notifier import Courier
from earshot.services.delivering import Attempt, Deliverer
from earshot.settings import CloudSettings
from earshot.web.mails import MailComposer
from earshot.web.short_messages import ShortMessageComposer
from earshot.web.webhook_calls import CallComposer

NEEDS = ("table", "secret_name", "base_url", "mail_from")


def bootstrap(
    env: Mapping[str, str],
    attempted: Callable[[Attempt], None],
    beaten: Callable[[timedelta], None] = lambda _: None,
) -> Callable[[], Deliverer]:
    """What gives deliver, as the environment says; `attempted` is told of each attempt to tell somebody.

    `beaten` is told of each heartbeat, and how long it took.

    Deliver is built at the first call, not at import: a secret that is missing fails a delivery, which comes again.
    """
    parts = cloud(CloudSettings.from_env(env, needs=NEEDS))

    @cache
    def deliverer() -> Deliverer:
        return Deliverer(
            parts.table,
            parts.clock,
            couriers(parts),
            secret=parts.secret,
            base_url=parts.settings.base_url,
            attempted=attempted,
            beaten=beaten,
        )

    return deliverer


def couriers(parts: Cloud) -> dict[Channel, Courier[Any]]:
    """The channels of a deployment: SES, SNS, and the guarded way to the web."""
    settings = parts.settings
    ses = Ses(one_attempt_client("sesv2", parts.session), sender=settings.mail_from, clock=parts.clock)
    sms = SnsSms(one_attempt_client("sns", parts.session), sender_id=settings.sms_sender)
    return {
        Channel.MAIL: Courier(MailComposer(settings.base_url), ses),
        Channel.SMS: Courier(ShortMessageComposer(settings.base_url), sms),
        Channel.WEBHOOK: Courier(CallComposer(settings.base_url, parts.secret), Webhook(http_of(parts), parts.clock)),
    }
