from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.adapters.guard import is_public, parse_allowances, vet_location, vet_url
from earshot.domain.errors import Invalid


def words(text: str) -> list[str]:
    return text.split()


PRIVATE = words("""
    0.0.0.0 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.255 168.63.129.16 169.254.169.254 169.254.170.2
    172.16.5.4 172.31.255.255 192.0.0.8 192.0.0.9 192.0.0.10 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1
    198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
    :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b::101:101
    64:ff9b:1::1 100::1 2001::1 2001:0:1:2:3:4:5:6 2001:1::1 2001:2::1 2001:3::1 2001:4:112::1 2001:10::1 2001:20::1
    2001:30::1 2001:db8::1 2002:7f00:1::1 2002:101:101::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1
    fe80::1%eth0 2606:4700:4700::1111%1 ::ffff:1.1.1.1%1
    localhost 127.1 2130706433 0177.0.0.1
""")
PUBLIC = words("""
    1.1.1.1 8.8.8.8 93.184.215.14 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 198.17.0.1 223.255.255.254
    ::ffff:1.1.1.1 2606:4700:4700::1111 2a01:4f8::1 2001:4860:4860::8888 2003::1
""")


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_recognised(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_recognised(address: str) -> None:
    assert is_public(address)
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("url", "host", "port", "canonical"),
    [
        ("https://example.com", "example.com", 443, "https://example.com/"),
        ("HTTPS://Example.COM:443/A?b=C#d", "example.com", 443, "https://example.com/A?b=C"),
        ("http://example.com:/x", "example.com", 80, "http://example.com/x"),
        ("http://example.com.:8080/feed", "example.com", 8080, "http://example.com:8080/feed"),
        ("https://example.com:8443/", "example.com", 8443, "https://example.com:8443/"),
        ("http://example.com:443/", "example.com", 443, "http://example.com:443/"),
        ("https://münchen.de/straße?q=ä", "xn--mnchen-3ya.de", 443, "https://xn--mnchen-3ya.de/stra%C3%9Fe?q=%C3%A4"),
        ("https://MÜNCHEN。de./", "xn--mnchen-3ya.de", 443, "https://xn--mnchen-3ya.de/"),
        ("https://xn--mnchen-3ya.de/feed", "xn--mnchen-3ya.de", 443, "https://xn--mnchen-3ya.de/feed"),
        ("https://straße.example.com/", "xn--strae-oqa.example.com", 443, "https://xn--strae-oqa.example.com/"),
        ("https://my_blog.example.com/", "my_blog.example.com", 443, "https://my_blog.example.com/"),
        ("https://1.1.1.1/", "1.1.1.1", 443, "https://1.1.1.1/"),
        ("https://１.１.１.１/", "1.1.1.1", 443, "https://1.1.1.1/"),
        ("https://[2606:4700:4700:0::1111]/", "2606:4700:4700::1111", 443, "https://[2606:4700:4700::1111]/"),
        ("http://[2606:4700::1]:8080/x", "2606:4700::1", 8080, "http://[2606:4700::1]:8080/x"),
        (
            "https://example.com/a%25b%2Fc+d?e=%26&f='*~|",
            "example.com",
            443,
            "https://example.com/a%25b%2Fc+d?e=%26&f='*~|",
        ),
        ("https://example.com?a=user@x.de", "example.com", 443, "https://example.com/?a=user@x.de"),
        ("https://localhost.de/", "localhost.de", 443, "https://localhost.de/"),
    ],
)
def test_a_public_url_is_given_back_in_canonical_form(url: str, host: str, port: int, canonical: str) -> None:
    vetted = vet_url(url)

    assert (vetted.host, vetted.port, vetted.url) == (host, port, canonical)
    assert vet_url(canonical) == vetted


@pytest.mark.parametrize(
    "url",
    words("""
    http://127.0.0.1/ http://127.0.0.1./ http://127.1/ http://0177.0.0.1/ http://2130706433/ http://0x7f.1/ http://0/
    http://0x7f000001/ http://[::1]/ http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/ http://[::127.0.0.1]/
    http://169.254.169.254/latest http://[fd00:ec2::254]/ http://192.168.0.1/ http://10.1/ http://①②⑦.⓪.⓪.①/
    http://localhost/ http://LOCALHOST./ http://a.localhost/ http://printer.local/ http://metadata.google.internal/
    http://metadata/ http://router.home.arpa/ http://ⓛocalhost/ http://127.0.0.1:22/
    """),
)
def test_an_address_that_is_not_public_is_refused_at_the_door(url: str) -> None:
    with pytest.raises(Invalid, match=r"^url: this address is not public$"):
        vet_url(url)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.com/", "must begin with http"),
        ("file:///etc/passwd", "must begin with http"),
        ("javascript:alert(1)", "must begin with http"),
        ("example.com/feed", "must begin with http"),
        ("", "must begin with http"),
        ("http://user:secret@example.com/", "user name"),
        ("http://@example.com/", "user name"),
        ("http://example.com\\@127.0.0.1/", "backslashes"),
        (" http://example.com/", "spaces"),
        ("http://example.com/a b", "spaces"),
        ("http://example.com/\x00", "control characters"),
        ("http://exam\tple.com/", "control characters"),
        ("http://example.com/\r\nHost: x", "control characters"),
        ("http://example.com/\x85", "control characters"),
        ("http://example.com/\ud800", "control characters"),
        ("http://example.com/" + "a" * 4096, "at most 4096"),
        ("http://example.com:22/", "one of 80, 443, 8080, 8443"),
        ("http://example.com:0/", "one of 80, 443, 8080, 8443"),
        ("http://example.com:99999/", "at most 65535"),
        ("http://example.com:80:80/", "name of a host"),
        ("http://example.com:８０/", "name of a host"),
        ("http://example.com:+80/", "name of a host"),
        ("http:///path", "name of a host"),
        ("http:example.com", "name of a host"),
        ("http://./", "name of a host"),
        ("http://a..b/", "name of a host"),
        ("http://exa%6dple.com/", "name of a host"),
        ("http://example.com%2F@x/", "user name"),
        ("http://" + "a" * 64 + ".com/", "name of a host"),
        ("http://" + "a." * 130 + "com/", "name of a host"),
        ("http://❤.ws/", "name of a host"),
        ("http://[::1/", "name of a host"),
        ("http://[fe80::1%25eth0]/", "name of a host"),
        ("http://[1.1.1.1]/", "name of a host"),
        ("http://425.510.425.510/", "name of a host"),
        ("http://a.1.1.1.1/", "name of a host"),
        ("http://ex℀mple.com/", "name of a host"),
        ("http://134744072/", "usual form"),
        ("http://[::ffff:8.8.8.8]/", "usual form"),
    ],
)
def test_what_is_wrong_with_a_url_is_said(url: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason) as refused:
        vet_url(url)

    assert refused.value.field == "url"


@given(st.text() | st.text().map(lambda text: f"http://{text}") | st.text().map(lambda text: f"https://a.de/{text}"))
def test_any_text_is_vetted_or_refused_and_a_vetted_url_stays_as_it_is(text: str) -> None:
    try:
        vetted = vet_url(text)
    except Invalid:
        return

    assert vetted.url.isascii()
    assert vet_url(vetted.url) == vetted


def test_an_allowance_lets_exactly_its_place_through() -> None:
    allowed = parse_allowances("127.0.0.1:9999, practice.localhost:80=127.0.0.1:8787, [::1]:9000")

    assert vet_url("http://127.0.0.1:9999/x", allowed).authority == "127.0.0.1:9999"
    assert vet_url("http://practice.localhost/", frozenset(allowed)).authority == "practice.localhost:80"
    assert vet_url("http://[::1]:9000/", allowed).url == "http://[::1]:9000/"
    for other in ("127.0.0.1:9998", "127.0.0.2:9999", "localhost:9999", "127.1:9999", "practice.localhost:8787"):
        with pytest.raises(Invalid):
            vet_url(f"http://{other}/", allowed)


@pytest.mark.parametrize(
    "location", ["http://a.de/\t", "\x0ahttp://a.de/", "//127.0.0.1/", "\\\\a.de", "http://[", "/a b"]
)
def test_a_location_is_vetted_before_it_is_joined(location: str) -> None:
    with pytest.raises(Invalid):
        vet_location(vet_url("https://example.com/a/b"), location)


def test_a_relative_location_is_joined() -> None:
    base = vet_url("https://example.com/a/b")

    assert [vet_location(base, location).url for location in ("c", "/d?e", "//f.de", "?g")] == [
        "https://example.com/a/c",
        "https://example.com/d?e",
        "https://f.de/",
        "https://example.com/a/b?g",
    ]


def test_allowances_lead_to_themselves_or_to_the_target_named() -> None:
    text = " 127.0.0.1:9999 ,Practice.localhost:80=127.0.0.1:8787, localhost:1234,[::1]:9000=[::1]:9001,"

    assert parse_allowances(text) == {
        "127.0.0.1:9999": ("127.0.0.1", 9999),
        "practice.localhost:80": ("127.0.0.1", 8787),
        "localhost:1234": ("127.0.0.1", 1234),
        "[::1]:9000": ("::1", 9001),
    }
    assert parse_allowances("") == {}


@pytest.mark.parametrize(
    "text",
    words("""
    127.0.0.1 127.0.0.1:0 127.0.0.1:70000 10.0.0.5:80 192.168.0.1:80=192.168.0.1:80 shop.example:80
    practice.localhost:80=10.0.0.1:80 practice.localhost:80=shop.example:80 practice.localhost:80=127.0.0.1
    practice.localhost:80=0.0.0.0:80 practice.localhost:80=[::ffff:127.0.0.1]:80 a=b=c :80 *:80=127.0.0.1:80
    http://127.0.0.1:80 127.0.0.1:80/x [1.1.1.1]:80 [::1:80
    """),
)
def test_an_allowance_that_is_not_a_loopback_place_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_allowances(text)

    assert refused.value.field == "EARSHOT_LOOPBACK"
