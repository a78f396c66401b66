"""The address of a feed, from what a person typed."""

import re
from urllib.parse import quote, urlsplit

import idna

from earshot.domain.errors import Invalid
from earshot.sources.canonical import MAX_LENGTH

_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?![0-9]+(?:[/?#]|$))", re.IGNORECASE)
_FEED_SCHEME = re.compile(r"feed:(?://)?(?=https?://)|feed://", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9_.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")


def feed_address(text: str) -> str:
    """A complete http or https address: https:// where no scheme was typed, the host in lower case and ASCII.

    Path and query stay as typed, because a feed may depend on every sign of them; the fragment goes. Whether the host
    exists or may be opened is not looked at here.

    Raises:
        Invalid: the text is no web address; `field` is "url".
    """
    typed = text.strip()
    if scheme := _FEED_SCHEME.match(typed):
        typed = typed[scheme.end() :]
    if not typed:
        raise Invalid("url", "type the address of a feed, for instance https://example.com/feed")
    if len(typed) > MAX_LENGTH:
        raise Invalid("url", f"the address is longer than {MAX_LENGTH} characters")
    if not typed.isprintable() or " " in typed or "\\" in typed:
        raise Invalid("url", "the address contains blanks, backslashes or signs that cannot be seen")
    if "://" not in typed.partition("?")[0]:
        if _OTHER_SCHEME.match(typed):
            raise Invalid("url", "only http and https addresses can be listened to")
        typed = f"https://{typed.lstrip('/')}"
    return _assembled(typed)


def _assembled(typed: str) -> str:
    try:
        parts = urlsplit(typed)
        host, port = _ascii_host(parts.hostname or ""), parts.port
    except ValueError as exc:
        raise Invalid("url", "this is not a web address") from exc
    scheme = parts.scheme.lower()
    if scheme not in {"http", "https"}:
        raise Invalid("url", "only http and https addresses can be listened to")
    if "@" in parts.netloc:
        raise Invalid("url", "an address with a user name or password in it cannot be used")
    if not _HOST.fullmatch(host):
        raise Invalid("url", "this is not a web address")
    shown_port = "" if port in {None, 80 if scheme == "http" else 443} else f":{port}"
    path = quote(parts.path or "/", safe="%/:@!$&'()*+,;=~[]")
    query = quote(parts.query, safe="%/:@!$&'()*+,;=~[]?")
    return f"{scheme}://{host}{shown_port}{path}" + (f"?{query}" if query else "")


def _ascii_host(host: str) -> str:
    """The host as DNS knows it (IDNA 2008 with the UTS 46 mapping), without a dot at its end."""
    host = host.rstrip(".")
    if ":" in host:
        return f"[{host}]"
    return host.lower() if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
