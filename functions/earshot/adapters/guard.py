"""Decides, from text and numbers alone, whether Earshot may open an address.

The check runs twice: `vet_url` at the door, where a person can be told what is wrong, and `is_public` on every address
a name resolves to, at the moment of connecting. Only the second is a defence against names that change their answer.

Source:
    IANA IPv4 and IPv6 Special-Purpose Address Registries; RFC 6890, RFC 6052, RFC 8215, RFC 9637; UTS #46.
"""

import re
import socket
import string
from collections.abc import Container, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urljoin, urlsplit

import idna

from earshot.domain.errors import Invalid

MAX_URL_LENGTH = 4096
DEFAULT_PORTS = {"http": 80, "https": 443}
PORTS = frozenset({80, 443, 8080, 8443})

SETTING = "EARSHOT_LOOPBACK"

Allowances = Mapping[str, tuple[str, int]]
"""From the exact host:port of an address to the loopback host and port that are really connected to.

An operator's setting only, for the practice company and for tests: the API, redirects and content never add to it.
"""

NOT_PUBLIC = "this address is not public"
NO_HOST = "this is not the name of a host"
ODD_SPELLING = "write the address in its usual form, for instance 192.0.2.1"

# `is_global` alone is not enough: its tables differ between Python 3.11 and 3.14, and it calls multicast, relays and
# translators global. Everything the versions disagree about is named here, so that all of them give one answer.
_CLOSED: tuple[IPv4Network | IPv6Network, ...] = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private use
        "100.64.0.0/10",  # carrier-grade NAT; metadata of one cloud
        "127.0.0.0/8",  # loopback; the Lambda runtime interface
        "168.63.129.16/32",  # looks public, but answers inside one cloud only, with secrets
        "169.254.0.0/16",  # link-local; metadata and container credentials of most clouds
        "172.16.0.0/12",  # private use
        "192.0.0.0/24",  # protocol assignments; metadata of one cloud
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private use
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: holds an IPv4 address
        "3fff::/20",  # documentation
    )
)
# Outside lie loopback, IPv4-compatible, both NAT64 prefixes, unique local, link-local, site-local and multicast.
_IPV6_UNICAST = IPv6Network("2000::/3")

_LOOPBACK = IPv4Network("127.0.0.0/8")
_INTERNAL_NAMES = ("localhost", "local", "localdomain", "internal", "intranet", "home.arpa", "lan", "corp", "private")
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\\\ud800-\udfff]")
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::(?P<port>[0-9]{0,5}))?")
_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class VettedUrl:
    """An address that may be asked for: `host` in ASCII without brackets, `url` canonical and without a fragment."""

    scheme: str
    host: str
    port: int
    url: str

    @property
    def authority(self) -> str:
        """The exact host:port, an IPv6 address in brackets."""
        return authority(self.host, self.port)


def vet_url(url: str, allowed: Container[str] = frozenset()) -> VettedUrl:
    """The address in the form in which it may be asked for; a host:port in `allowed` may have any port and be private.

    Raises:
        Invalid: it is not a public http or https address; the reason tells what to change.
    """
    _check_characters(url)
    try:
        parts = urlsplit(url)
    except ValueError:
        raise Invalid("url", NO_HOST) from None
    if parts.scheme not in DEFAULT_PORTS:
        raise Invalid("url", "it must begin with http:// or https://")
    if "@" in parts.netloc:
        raise Invalid("url", "it must not hold a user name or a password")

    default = DEFAULT_PORTS[parts.scheme]
    host, port = split_authority(parts.netloc, default)
    place = authority(host, port)
    if place not in allowed:
        _check_public(host, port)
    origin = f"{parts.scheme}://{place if port != default else place.rpartition(':')[0]}"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # ASCII stays as it was written: a second escaping would change what `%25` or `+` mean to the server.
    return VettedUrl(
        scheme=parts.scheme, host=host, port=port, url=origin + quote(target, safe=string.punctuation + string.digits)
    )


def vet_location(base: VettedUrl, location: str, allowed: Container[str] = frozenset()) -> VettedUrl:
    """The vetted address a `Location` header names, relative to the address that answered.

    Raises:
        Invalid: it is not an address that `vet_url` lets through.
    """
    # Before joining: urljoin drops tabs and line ends in silence, and what it returns would then look harmless.
    _check_characters(location)
    try:
        return vet_url(urljoin(base.url, location), allowed)
    except ValueError:
        raise Invalid("url", NO_HOST) from None


def is_public(address: str | IPv4Address | IPv6Address) -> bool:
    """Whether an address belongs to the public internet; False for anything doubtful or that is no address."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        if ip.scope_id is not None:
            return False
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif ip not in _IPV6_UNICAST:
            return False
    return ip.is_global and not any(ip in network for network in _CLOSED)


def parse_allowances(text: str) -> dict[str, tuple[str, int]]:
    """Allowances from `host:port` or `host:port=loopback:port`, separated by commas; empty when the text is blank.

    >>> parse_allowances("127.0.0.1:9999, practice.localhost:80=127.0.0.1:8787")
    {'127.0.0.1:9999': ('127.0.0.1', 9999), 'practice.localhost:80': ('127.0.0.1', 8787)}

    Raises:
        Invalid: an entry has no port, cannot be read, or does not lead to a loopback address.
    """
    return dict(_parse_entry(entry.strip()) for entry in text.split(",") if entry.strip())


def authority(host: str, port: int) -> str:
    """The text host:port, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def split_authority(text: str, default_port: int = 0) -> tuple[str, int]:
    """The canonical host and the port of `host`, `host:port` or `[address]:port`; `default_port` where none is written.

    Raises:
        Invalid: the host or the port cannot be one, or a numeric address is spelled in an unusual way.
    """
    found = _AUTHORITY.fullmatch(text)
    if found is None:
        raise Invalid("url", NO_HOST)
    port = int(found["port"] or default_port)
    if port > 65535:
        raise Invalid("url", "the port must be at most 65535")
    return _canonical_host(found["host"]), port


def _check_characters(url: str) -> None:
    if len(url) > MAX_URL_LENGTH:
        raise Invalid("url", f"it must have at most {MAX_URL_LENGTH} characters")
    if _UNSAFE.search(url):
        raise Invalid("url", "it must not hold spaces, control characters or backslashes")


def _canonical_host(text: str) -> str:
    if text.startswith("["):
        return _canonical_ipv6(text[1:-1])
    try:
        # Plain ASCII skips IDNA, which refuses the underscores that real host names have.
        mapped = text if text.isascii() else idna.encode(text[:254], uts46=True).decode("ascii")
    except UnicodeError:
        raise Invalid("url", NO_HOST) from None
    name = mapped.lower().removesuffix(".")
    if _NUMBER.fullmatch(name.rpartition(".")[2]):
        return _canonical_ipv4(name)
    if len(name) > 253 or not _NAME.fullmatch(name):
        raise Invalid("url", NO_HOST)
    return name


def _canonical_ipv4(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except ValueError:
        pass
    try:
        # What the resolver would make of 127.1, 0177.0.0.1, 0x7f.1 or 2130706433.
        meant = IPv4Address(socket.inet_aton(text))
    except OSError:
        raise Invalid("url", NO_HOST) from None
    raise Invalid("url", ODD_SPELLING if is_public(meant) else NOT_PUBLIC)


def _canonical_ipv6(text: str) -> str:
    try:
        address = IPv6Address(text)
    except ValueError:
        raise Invalid("url", NO_HOST) from None
    if address.ipv4_mapped is not None:
        raise Invalid("url", ODD_SPELLING if is_public(address) else NOT_PUBLIC)
    return str(address)


def _check_public(host: str, port: int) -> None:
    is_address = ":" in host or _NUMBER.fullmatch(host.rpartition(".")[2])
    # A name without a dot is looked up in the search domain of whatever network this runs in.
    if (not is_public(host)) if is_address else ("." not in host or _is_internal(host)):
        raise Invalid("url", NOT_PUBLIC)
    if port not in PORTS:
        raise Invalid("url", f"the port must be one of {', '.join(map(str, sorted(PORTS)))}")


def _is_internal(name: str) -> bool:
    return any(name == internal or name.endswith(f".{internal}") for internal in _INTERNAL_NAMES)


def _parse_entry(entry: str) -> tuple[str, tuple[str, int]]:
    name, _, target = (part.strip() for part in entry.partition("="))
    host, port = _parse_place(name, entry)
    target_host, target_port = _parse_place(target, entry) if target else (host, port)
    if target_host == "localhost":
        target_host = "127.0.0.1"
    if not _is_loopback(target_host):
        raise Invalid(SETTING, f"{entry!r} must lead to a loopback address, for instance {name}=127.0.0.1:8787")
    return authority(host, port), (target_host, target_port)


def _parse_place(text: str, entry: str) -> tuple[str, int]:
    try:
        host, port = split_authority(text)
    except Invalid as exc:
        raise Invalid(SETTING, f"{entry!r} cannot be read: {exc.reason}") from exc
    if port == 0:
        raise Invalid(SETTING, f"{entry!r} must name a port from 1 to 65535")
    return host, port


def _is_loopback(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address in _LOOPBACK or str(address) == "::1"
