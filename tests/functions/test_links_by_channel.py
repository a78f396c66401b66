"""The links in an SMS and in a webhook's call acknowledge, as the one in a mail does."""

import json
import re
from typing import Any

import pytest

from builders import TENANT, a_contact, a_delivery, a_mention
from earshot.domain.contact import Channel
from earshot.domain.mention import Outcome
from earshot.domain.messages import MessageType, message
from earshot.ports.notifier import Call, Courier, Letter, ShortMessage
from earshot.services.delivering import Deliverer
from earshot.web.mails import MailComposer
from earshot.web.short_messages import ShortMessageComposer
from earshot.web.webhook_calls import CallComposer
from fakes import Message, RecordingNotifier
from web_builders import BASE_URL, SECRET, Server

LINK = re.compile(re.escape(BASE_URL) + r"(/a/[\w-]{22})")


@pytest.fixture
def server() -> Server:
    return Server()


def told(server: Server, channel: Channel) -> Message:
    """The message about a stored mention that a channel took."""
    mention = a_mention()
    contact = a_contact(phone="+4915112345678", webhook="https://hooks.example/")
    delivery = a_delivery(mention.id, contact.id, channel)
    server.put(mention)
    server.company.contacts.become(contact)
    server.deliveries.all.add(delivery)
    notifier = RecordingNotifier(server.clock)
    couriers: dict[Channel, Courier[Any]] = {
        Channel.MAIL: Courier(MailComposer(base_url=BASE_URL), notifier),
        Channel.SMS: Courier(ShortMessageComposer(BASE_URL), notifier),
        Channel.WEBHOOK: Courier(CallComposer(BASE_URL, SECRET), notifier),
    }
    deliverer = Deliverer(server.table, server.clock, couriers, secret=SECRET, base_url=BASE_URL)
    body = {"tenant": TENANT, "delivery": delivery.id}
    assert deliverer.handle(message(MessageType.DELIVERY_PLANNED, id_="1", correlation_id="c", **body)) == 1
    return notifier.told[0].message


def link_in(taken: Message) -> str:
    """The path that acknowledges, as the receiver finds it."""
    if isinstance(taken, Call):
        (mention,) = json.loads(taken.body)["mentions"]
        text = mention["acknowledge_url"]
    else:
        assert isinstance(taken, ShortMessage | Letter)
        text = taken.text
    found = LINK.search(text)
    assert found
    return found[1]


@pytest.mark.parametrize("channel", Channel)
def test_the_link_shows_the_mention_and_acknowledges_it(server: Server, channel: Channel) -> None:
    path = link_in(told(server, channel))

    shown = server.call("GET", path)
    done = server.call("POST", path, form={"outcome": "answered", "version": 1})

    assert (shown.status, done.status) == (200, 200)
    acknowledgement = server.mention(a_mention().id).acknowledgement
    assert acknowledgement is not None
    assert (acknowledgement.outcome, acknowledgement.by) == (Outcome.ANSWERED, "contact:c_anna")


@pytest.mark.parametrize("channel", Channel)
def test_the_link_ends_with_its_contact(server: Server, channel: Channel) -> None:
    path = link_in(told(server, channel))
    server.parts.telling.remove(TENANT, "c_anna")

    assert server.call("POST", path, form={"outcome": "answered", "version": 1}).status == 410
