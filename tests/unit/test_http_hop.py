from typing import Any

import pytest

from earshot.adapters.guard import parse_allowances
from earshot.adapters.http_hop import Hop, first_hop, next_hop
from earshot.domain.errors import Invalid, Refused, Unreachable
from earshot.ports.http import Request

KEYS = {"Authorization": "Bearer secret", "Cookie": "a=b", "apikey": "secret", "Accept-Language": "de"}
ALLOWED = parse_allowances("127.0.0.1:9999, practice.localhost:80=127.0.0.1:8787, shop.example:80=127.0.0.1:8787")


def a_hop(url: str = "https://example.com/feed", **changes: Any) -> Hop:
    return first_hop(Request(url=url, **changes), ALLOWED)


def follow(hop: Hop, location: str, status: int = 302) -> Hop:
    return next_hop(hop, status, location, ALLOWED)


def test_validators_travel_verbatim() -> None:
    hop = a_hop(etag='W/"a b\xe4"', last_modified="Tue, 24 Nov 2026 10:00:00 GMT", accept="application/atom+xml")

    assert hop.headers == {
        "Accept": "application/atom+xml",
        "If-None-Match": 'W/"a b\xe4"',
        "If-Modified-Since": "Tue, 24 Nov 2026 10:00:00 GMT",
    }
    assert hop.is_conditional


@pytest.mark.parametrize("etag", ["", '"a"\r\nHost: x', '"\0"', '"' + "a" * 2000 + '"', ' "a"'])
def test_a_validator_that_cannot_be_sent_is_left_out(etag: str) -> None:
    hop = a_hop(etag=etag)

    assert not hop.is_conditional


def test_a_connector_cannot_change_where_a_request_goes_or_who_asks() -> None:
    hop = a_hop(headers={"Host": "127.0.0.1", "user-agent": "Mozilla", "Content-Length": "0", "X-Key": "k"})

    assert dict(hop.headers) == {"X-Key": "k", "Accept": "*/*"}


def test_keys_stay_with_their_host() -> None:
    hop = a_hop(headers=KEYS)

    assert follow(hop, "/b").headers == hop.headers
    for other in ("https://other.example/", "https://www.example.com/", "https://example.com:8443/"):
        assert dict(follow(hop, other).headers) == {"Accept-Language": "de", "Accept": "*/*"}


def test_keys_may_move_from_http_to_https() -> None:
    hop = a_hop("http://example.com/", headers=KEYS)

    assert follow(hop, "https://example.com/").headers == hop.headers


def test_keys_once_dropped_do_not_come_back() -> None:
    away = follow(a_hop(headers=KEYS), "https://other.example/")

    assert "Authorization" not in follow(away, "https://example.com/feed").headers


@pytest.mark.parametrize("location", ["http://example.com/", "http://other.example/"])
def test_a_key_never_goes_from_https_to_http(location: str) -> None:
    with pytest.raises(Refused, match="in the clear"):
        follow(a_hop(headers={"X-Api-Key": "secret"}), location)

    assert follow(a_hop(), location).place.url == location


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [([301], True), ([308], True), ([301, 308], True), ([302], False), ([301, 302], False), ([302, 301], False)],
)
def test_a_move_counts_as_permanent_only_if_every_step_was(statuses: list[int], moved: bool) -> None:
    hop = a_hop()

    for number, status in enumerate(statuses):
        hop = follow(hop, f"/{number}", status)

    assert hop.moved is moved


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:9999/",
        "http://practice.localhost/",
        "http://shop.example/",
        "//127.0.0.1:9999/",
        "http://127.0.0.1:9998/",
        "http://localhost/",
        "file:///etc/passwd",
        "http://169.254.169.254/",
        "http://[::1]/",
        "http://a b/",
        "http://example.com/\x01",
        "http://[",
    ],
)
@pytest.mark.parametrize("start", ["https://example.com/", "http://127.0.0.1:9999/", "http://practice.localhost/"])
def test_no_redirect_leads_to_a_loopback_place_but_the_one_just_asked(start: str, location: str) -> None:
    hop = a_hop(start)
    if f"http:{location}".endswith(start.removeprefix("http:")):
        assert follow(hop, location).loopback == hop.loopback
        return

    with pytest.raises(Invalid):
        follow(hop, location)


def test_an_allowance_ends_where_the_trip_leaves_it() -> None:
    away = follow(a_hop("http://127.0.0.1:9999/"), "https://example.com/")

    assert away.loopback is None
    with pytest.raises(Invalid):
        follow(away, "http://127.0.0.1:9999/")


def test_a_redirect_needs_a_location() -> None:
    with pytest.raises(Unreachable, match="named no new address"):
        follow(a_hop(), "")


def test_an_unescaped_location_is_read_as_utf_8() -> None:
    location = "https://münchen.de/ä".encode().decode("latin-1")

    assert follow(a_hop(), location).place.url == "https://xn--mnchen-3ya.de/%C3%A4"


def test_a_location_in_latin_1_is_read_too() -> None:
    assert follow(a_hop(), "/stra\xdfe").place.url == "https://example.com/stra%C3%9Fe"


def test_a_post_is_repeated_only_where_it_was_sent_to() -> None:
    post = a_hop(method="POST", body=b"x", headers={"Content-Type": "text/plain"})

    assert follow(post, "/b", 307).body == b"x"
    assert follow(post, "/b", 308).method == "POST"
    for status, location in (
        (301, "/b"),
        (302, "/b"),
        (307, "https://other.example/"),
        (308, "https://other.example/"),
    ):
        with pytest.raises(Refused, match="POST"):
            follow(post, location, status)


def test_see_other_after_a_post_is_a_get_without_its_body() -> None:
    hop = follow(a_hop(method="POST", body=b"x", headers={"Content-Type": "text/plain"}), "/done", 303)

    assert (hop.method, hop.body, dict(hop.headers)) == ("GET", b"", {"Accept": "*/*"})
