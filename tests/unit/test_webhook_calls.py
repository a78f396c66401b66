"""Webhook calls: the mentions of a notice as JSON, and the key that signs them."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

from builders import a_contact, a_mention, a_tenant
from earshot.domain.mention import Mention
from earshot.ports.notifier import Call, Composer, Notice
from earshot.services.links import webhook_key, webhook_secret
from earshot.web.webhook_calls import CallComposer
from fakes import NOW

BASE = "https://listen.example"
LINK = f"{BASE}/a/aaaaaaaaaaaaaaaaaaaaaa"
SECRET = b"a secret of at least thirty-two bytes"
CONTACT = a_contact(webhook="https://hooks.acme.example/in?x=1", created_at=NOW)


def a_notice(*mentions: Mention, more: int = 0) -> Notice:
    return Notice(
        delivery_id="d_1",
        tenant=a_tenant(),
        contact=CONTACT,
        mentions=mentions,
        links={mentions[0].id: LINK},
        watch_names={"w_acme": "Acme"},
        more=more,
    )


def composed(*mentions: Mention, more: int = 0) -> Call:
    composer: Composer[Call] = CallComposer(f"{BASE}/", SECRET)
    return composer.compose(a_notice(*mentions, more=more))


def test_a_call_goes_to_the_webhook_and_is_named_by_its_delivery() -> None:
    call = composed(a_mention())

    assert (call.delivery_id, call.url) == ("d_1", "https://hooks.acme.example/in?x=1")
    assert call.secret == webhook_key(SECRET, CONTACT)


def test_the_body_tells_what_happened_when_and_to_whom() -> None:
    earlier, later = a_mention("1", seen_at=NOW - timedelta(hours=1)), a_mention("2")

    body = json.loads(composed(earlier, later, more=3).body)

    assert {name: value for name, value in body.items() if name != "mentions"} == {
        "type": "mentions.alert",
        "id": "d_1",
        "timestamp": "2026-11-24T12:00:00Z",
        "tenant": "t_acme",
        "more": 3,
    }
    assert [each["id"] for each in body["mentions"]] == [earlier.id, later.id]


def test_a_mention_is_told_as_the_api_shows_it_with_two_addresses() -> None:
    mention, other = a_mention("1"), a_mention("2")

    told, told_without_link = json.loads(composed(mention, other).body)["mentions"]

    assert (told["url"], told["excerpt"], told["kind"]) == (mention.url, mention.excerpt, "criticism")
    assert told["matches"][0]["watch_name"] == "Acme"
    assert told["acknowledge_url"] == LINK
    assert told["open_url"] == f"{BASE}/mentions/{mention.id}"
    assert told_without_link["acknowledge_url"] is None


def test_a_second_copy_is_the_same_to_the_byte() -> None:
    assert composed(a_mention()).body == composed(a_mention()).body


def test_the_shown_secret_is_the_key_in_base64() -> None:
    shown = webhook_secret(SECRET, CONTACT)

    assert shown.startswith("whsec_")
    assert base64.b64decode(shown.removeprefix("whsec_")) == webhook_key(SECRET, CONTACT)
    assert len(webhook_key(SECRET, CONTACT)) == 32


def test_each_contact_has_a_key_of_its_own_until_it_is_added_again() -> None:
    keys = {
        webhook_key(SECRET, CONTACT),
        webhook_key(b"another secret", CONTACT),
        webhook_key(SECRET, a_contact("ben", created_at=NOW)),
        webhook_key(SECRET, replace(CONTACT, created_at=NOW + timedelta(seconds=1))),
        webhook_key(SECRET, replace(CONTACT, created_at=None)),
    }

    assert len(keys) == 5
    assert webhook_key(SECRET, replace(CONTACT, name="Anna", webhook="https://new.example/")) in keys


def test_no_representation_of_a_call_shows_its_key() -> None:
    call = composed(a_mention())

    assert repr(call.secret) not in repr(call)
