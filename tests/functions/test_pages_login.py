"""Signing in with a link, and out again."""

import pytest

from web_builders import Outline, Server


@pytest.fixture
def server() -> Server:
    return Server()


def sign_in_link(server: Server) -> str:
    return server.access.sign_in_link("t_acme", "anna")


@pytest.mark.parametrize("address", ["/login/{}", "/login?token={}"])
def test_opening_a_sign_in_link_does_not_use_it_up(server: Server, address: str) -> None:
    secret = sign_in_link(server)

    opened = [server.call(method, address.format(secret)) for method in ("GET", "HEAD", "GET")]
    signed_in = server.call("POST", "/login", form={"token": secret})

    assert {reply.status for reply in opened} == {200}
    assert ("input", ("type", "name", "value")) in Outline(opened[0].text).tags
    assert (signed_in.status, signed_in.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("is_secure", [True, False])
def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(is_secure: bool) -> None:
    server = Server(secure_cookies=is_secure)

    reply = server.call("POST", f"/login/{sign_in_link(server)}")

    cookie = reply.cookies[0]
    assert cookie.startswith("earshot_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert ("Secure" in cookie) is is_secure
    session = cookie.partition("=")[2].partition(";")[0]
    assert server.call("GET", "/", session=session).status == 200


def test_a_sign_in_link_works_once(server: Server) -> None:
    secret = sign_in_link(server)
    server.call("POST", f"/login/{secret}")

    again = server.call("POST", f"/login/{secret}", headers={"accept-language": "de-DE,de;q=0.9,en;q=0.8"})

    assert again.status == 410
    assert "Dieser Link gilt nicht mehr" in again.text
    assert again.cookies == []


def test_a_sign_in_link_dies_after_a_day(server: Server) -> None:
    secret = sign_in_link(server)
    server.clock.advance(days=1)

    assert server.call("POST", f"/login/{secret}").status == 410


def test_the_login_page_explains_where_the_link_is(server: Server) -> None:
    reply = server.call("GET", "/login", headers={"accept-language": "de"})

    assert "https://listen.example/login/" in reply.text
    assert "ohne Passwort" in reply.text


def test_signing_out_ends_the_session_on_the_server_too(server: Server) -> None:
    session = server.signed_in()

    reply = server.submit("/logout", session)

    assert (reply.status, reply.headers["Location"]) == (303, "/login")
    assert "Max-Age=0" in reply.cookies[0]
    assert server.call("GET", "/v1/mentions", session=session).status == 401


def test_another_site_cannot_sign_a_person_out(server: Server) -> None:
    session = server.signed_in()

    reply = server.call("POST", "/logout", session=session, form={})

    assert reply.status == 403
    assert server.call("GET", "/", session=session).status == 200


@pytest.mark.parametrize("header", ["", "fr", "en;q=0.2,de;q=0.9", "de;q=x, en", "*", ",,;q=,"])
def test_any_accept_language_gives_a_page(server: Server, header: str) -> None:
    reply = server.call("GET", "/login", headers={"accept-language": header})

    expected = "de" if header.startswith("en;q=0.2") else "en"
    assert f'<html lang="{expected}">' in reply.text


def test_the_session_is_found_in_a_cookie_header_too(server: Server) -> None:
    headers = {"cookie": f"theme=dark; earshot_session={server.signed_in()}; x"}

    assert server.call("GET", "/", headers=headers).status == 200


FOREIGN = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site", "origin": "https://listen.example"},
    {"origin": "https://evil.example"},
    {"origin": "https://listen.example.evil.example"},
    {"origin": "https://listen.example:8443"},
]
OURS = [
    {},
    {"sec-fetch-site": "same-origin", "origin": "null"},
    {"sec-fetch-site": "none"},
    {"origin": "https://listen.example"},
    {"origin": "https://localhost:8787", "host": "localhost:8787"},
    {"origin": "null"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("address", ["/login/{}", "/login?token={}", "/login"])
def test_another_site_cannot_sign_a_person_in(server: Server, address: str, headers: dict[str, str]) -> None:
    secret = sign_in_link(server)

    reply = server.call("POST", address.format(secret), form={"token": secret}, headers=headers)

    assert (reply.status, reply.cookies) == (403, [])
    assert server.call("POST", f"/login/{secret}").status == 303


@pytest.mark.parametrize("headers", OURS, ids=str)
def test_our_own_page_signs_a_person_in(server: Server, headers: dict[str, str]) -> None:
    assert server.call("POST", f"/login/{sign_in_link(server)}", headers=headers).status == 303


def test_another_site_cannot_send_a_form_even_with_its_token(server: Server) -> None:
    session = server.signed_in()
    form = {"form_token": server.form_token(session)}

    reply = server.call("POST", "/logout", session=session, form=form, headers={"sec-fetch-site": "cross-site"})

    assert reply.status == 403
    assert server.call("GET", "/", session=session).status == 200


def test_another_site_may_lead_here(server: Server) -> None:
    headers = {"sec-fetch-site": "cross-site"}

    assert server.call("GET", f"/login/{sign_in_link(server)}", headers=headers).status == 200
