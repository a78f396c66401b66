"""A criticism on a blog, from plan to the people it concerns, over the deployed stack with IAM evaluated."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cloud.deployment import Company, Deployment
from cloud.stories import CRITICISM, Entry, a_configuration, a_feed
from earshot.adapters.webhook import is_genuine
from earshot.web.gsm7 import is_gsm7, septets
from emulator import session_for

MAIL, PHONE = "shop@morgenrot.example", "+4915112345678"


@pytest.fixture(scope="module")
def shop(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company about which a blog has just complained, after the tick that heard it."""
    shop = deployment.company("shop")
    url = deployment.places.put("blog.example", "/feed.xml", a_feed(Entry("http://blog.example/1", CRITICISM)))
    shop.apply(tmp_path_factory.mktemp("shop"), a_configuration([url], f'email = "{MAIL}"\nphone = "{PHONE}"'))
    deployment.tick_and_settle()
    return shop


@pytest.fixture(scope="module")
def hooked(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> tuple[Company, str]:
    """A company whose only contact is a webhook, with the secret it was given."""
    hooked = deployment.company("hooked")
    url = deployment.places.put("blog.example", "/hooked.xml", a_feed(Entry("http://blog.example/2", CRITICISM)))
    hooked.apply(tmp_path_factory.mktemp("hooked"), a_configuration([url]))
    contact = hooked.earshot("contact", "add", "--webhook", "http://hook.example/in", "--json")
    deployment.tick_and_settle()
    return hooked, contact["signing_secret"]


def only_mention(company: Company) -> dict[str, Any]:
    (mention,) = company.mentions()
    return mention


def test_the_api_lists_the_criticism_with_its_verdict(shop: Company) -> None:
    mention = only_mention(shop)

    assert (mention["kind"], mention["verdict"]["language"], mention["url"]) == (
        "criticism",
        "de",
        "http://blog.example/1",
    )


def test_one_mail_tells_of_it_in_german_with_a_link_of_ours(deployment: Deployment, shop: Company) -> None:
    (mail,) = deployment.mails(MAIL)

    assert mail["Subject"] == "Kritik · Café Morgenrot · Blog am Hafen"
    assert mail["Source"] == "Earshot <earshot@morgenrot.example>"
    assert f"{deployment.outputs['ApiUrl']}/a/" in mail["BodyText"]
    assert "Der Kaffee war kalt" in mail["BodyText"]


def test_one_sms_tells_of_it_in_one_segment(deployment: Deployment, shop: Company) -> None:
    (text,) = deployment.short_messages(PHONE)

    assert is_gsm7(text)
    assert septets(text) <= 160
    assert text.startswith("Kritik")
    assert f"{deployment.outputs['ApiUrl']}/a/" in text


def test_one_signed_call_tells_a_webhook_of_it(deployment: Deployment, hooked: tuple[Company, str]) -> None:
    company, secret = hooked
    (call,) = [each for each in deployment.places.called if company.tenant.encode() in each.body]

    assert is_genuine(secret, call.headers, call.body, datetime.now(UTC))
    assert only_mention(company)["id"].encode() in call.body
    assert not is_genuine(secret, call.headers, call.body.replace(b"criticism", b"praise"), datetime.now(UTC))


@pytest.mark.parametrize("key", ["", "ear_guessed", "shop"])
def test_without_a_valid_key_nothing_is_told(shop: Company, key: str) -> None:
    assert shop.api("GET", "/v1/mentions", key=key).status == 401


def test_another_company_does_not_see_it(deployment: Deployment, shop: Company) -> None:
    stranger = deployment.company("stranger", "Someone Else")

    assert stranger.mentions() == []
    assert stranger.api("GET", f"/v1/mentions/{only_mention(shop)['id']}").status == 404


def test_a_second_tick_stores_and_sends_nothing(deployment: Deployment, shop: Company) -> None:
    rows, asked = deployment.rows(), deployment.places.asked["blog.example"]
    mails, texts = deployment.mails(MAIL), deployment.short_messages(PHONE)

    shop.look_again()
    deployment.tick_and_settle()

    assert deployment.places.asked["blog.example"] == asked + 1
    assert deployment.rows() == rows
    assert (deployment.mails(MAIL), deployment.short_messages(PHONE)) == (mails, texts)


def test_an_acknowledgement_is_stored_and_a_stale_one_gets_409(deployment: Deployment, tmp_path: Path) -> None:
    company = deployment.company("answering")
    url = deployment.places.put("blog.example", "/answering.xml", a_feed(Entry("http://blog.example/3", CRITICISM)))
    company.apply(tmp_path, a_configuration([url]))
    deployment.tick_and_settle()
    mention = only_mention(company)
    path, version = f"/v1/mentions/{mention['id']}/acknowledgement", mention["version"]

    stored = company.api(
        "PUT", path, {"outcome": "answered", "answer_url": "http://blog.example/3#c1", "version": version}
    )
    stale = company.api("PUT", path, {"outcome": "ignored", "note": "spam", "version": version})

    assert (stored.status, stale.status) == (200, 409)
    assert only_mention(company)["acknowledgement"]["outcome"] == "answered"
    assert only_mention(company)["status"] == "done"


def test_the_link_in_a_mail_acknowledges_without_signing_in(deployment: Deployment, tmp_path: Path) -> None:
    company = deployment.company("linked")
    url = deployment.places.put("blog.example", "/linked.xml", a_feed(Entry("http://blog.example/4", CRITICISM)))
    company.apply(tmp_path, a_configuration([url], 'email = "linked@morgenrot.example"'))
    deployment.tick_and_settle()
    (mail,) = deployment.mails("linked@morgenrot.example")
    (path,) = set(re.findall(r"/a/[\w-]{22}", mail["BodyText"]))

    page = company.api("GET", path, key="")

    assert page.status == 200
    assert "Café Morgenrot" in page.value


def test_iam_is_evaluated(deployment: Deployment) -> None:
    iam = deployment.client("iam")
    iam.create_user(UserName="nobody")
    made = iam.create_access_key(UserName="nobody")["AccessKey"]
    nobody = session_for(made["AccessKeyId"], made["SecretAccessKey"])

    with pytest.raises(ClientError, match="AccessDenied"):
        deployment.emulator.client("dynamodb", nobody).scan(TableName=deployment.outputs["TableName"])
