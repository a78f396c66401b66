"""Setting a stack up, and the way in: the links that the command prints, through the gateway."""

from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import pytest

from cloud.deployment import Company, Deployment, Reply


@pytest.fixture(scope="module")
def company(deployment: Deployment) -> Company:
    return deployment.company("owned")


def test_setting_up_again_keeps_the_secret_and_lets_both_links_sign_in_once(
    deployment: Deployment, company: Company
) -> None:
    before = secret(deployment)

    first, second = (company.earshot("setup", "--sign-in", "--json")["sign_in"] for _ in range(2))

    assert secret(deployment) == before
    assert [sign_in(deployment, link).status for link in (second, first, first, second)] == [303, 303, 410, 410]


def secret(deployment: Deployment) -> str:
    found = deployment.client("ssm").get_parameter(Name=deployment.outputs["SecretName"], WithDecryption=True)
    return str(found["Parameter"]["Value"])


def sign_in(deployment: Deployment, link: str) -> Reply:
    """Presses the button on the page behind a link."""
    return deployment.ask("POST", urlsplit(link).path)


def test_a_sign_in_link_opens_the_inbox_with_a_cookie_that_no_script_and_no_plain_http_sees(
    deployment: Deployment, company: Company
) -> None:
    link = company.earshot("setup", "--sign-in", "--json")["sign_in"]

    signed_in = sign_in(deployment, link)

    (cookie,) = SimpleCookie(signed_in.headers["set-cookie"]).values()
    inbox = deployment.ask("GET", signed_in.headers["location"], headers={"Cookie": f"{cookie.key}={cookie.value}"})
    assert (bool(cookie["httponly"]), bool(cookie["secure"]), cookie["samesite"]) == (True, True, "Lax")
    assert inbox.status == 200
    assert "Café Morgenrot" in inbox.value


def test_looking_at_a_sign_in_link_does_not_use_it_up(deployment: Deployment, company: Company) -> None:
    link = company.earshot("setup", "--sign-in", "--json")["sign_in"]

    page = deployment.ask("GET", urlsplit(link).path)

    assert page.status == 200
    assert sign_in(deployment, link).status == 303
