"""Puts together the channels of a local run: a mail server or files, and webhooks."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from earshot.adapters.outbox import SmsOutbox
from earshot.adapters.webhook import Webhook
from earshot.bootstrap.private_files import first_line
from earshot.domain.contact import Channel
from earshot.ports.notifier import Courier, Letter, Notifier
from earshot.services.delivering import Deliverer
from earshot.settings import host_and_port
from earshot.web.mails import MailComposer
from earshot.web.short_messages import ShortMessageComposer
from earshot.web.webhook_calls import CallComposer

if TYPE_CHECKING:
    from earshot.bootstrap.local import Local


def deliverer_of(local: "Local") -> Deliverer:
    """What sends, in a local run."""
    couriers: dict[Channel, Courier[Any]] = {
        Channel.MAIL: Courier(MailComposer(base_url=local.base_url), notifier_of(local)),
        # No telephone network here: an SMS goes where mails go without a mail server.
        Channel.SMS: Courier(
            ShortMessageComposer(local.base_url), SmsOutbox(local.folder / "outbox", clock=local.clock)
        ),
        Channel.WEBHOOK: Courier(CallComposer(local.base_url, local.secret), Webhook(local.http, local.clock)),
    }
    return Deliverer(local.table, local.clock, couriers, secret=local.secret, base_url=local.base_url)


def notifier_of(local: "Local") -> Notifier[Letter]:
    """The mail server where one is set, else the outbox."""
    settings = local.settings
    if not settings.smtp:
        return local.outbox
    from earshot.adapters.smtp import Smtp, SmtpServer  # noqa: PLC0415

    host, port = host_and_port(settings.smtp)
    password = first_line(Path(settings.smtp_password_file)) if settings.smtp_password_file else ""
    server = SmtpServer(host=host, port=port, user=settings.smtp_user, password=password)
    return Smtp(server, sender=settings.mail_from, clock=local.clock)
