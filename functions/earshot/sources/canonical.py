"""One spelling for each web page: the canonical form of an address, rules v1, frozen.

A mention is named after this form, so a changed rule would name old pages anew. Change nothing here; a later version
gets its own module and looks both names up. In order, and again until nothing changes:

1. the address inside Google's redirector or an AMP cache takes the place of its wrapper;
2. RFC 3986 and IDNA spelling by url-normalize: case, percent-encoding, dot segments, double slashes, default ports;
3. https for http; no `www.`, `m.`, `mobile.` or `amp.` before a site's name, no `.m.` within a Wikipedia's;
4. no AMP prefix, suffix or ending, no session id, no slash at the end of a path;
5. no tracking parameters and no session id; the others sorted by name, equal names in their order;
6. no fragment that is empty, a text directive, tracking, or a place that every page of its kind has.

`index.html`, the case of paths and everything else stays: unequal names for one page cost a duplicate, equal names for
two pages lose a mention.
"""

import re
import unicodedata
from urllib.parse import quote, unquote, urlsplit

from url_normalize import url_normalize

from earshot.sources.tracking import FRAGMENTS, PARAMETERS, PREFIXES, SCOPED, SESSIONS
from earshot.sources.wrappers import is_web, unwrapped

MAX_LENGTH = 2048
"""Longer addresses have no canonical form: no page a person opens needs one, and work on them is bounded."""

_MAX_ROUNDS = 6
"""Rounds until the form must stand still; five layers of wrapping are four more than were ever seen."""

_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")
_IPV6 = re.compile(r"\[[0-9a-f:.]+\]")
_WIKI_MOBILE = re.compile(r"([a-z-]+)\.m\.(wik[a-z]+\.org)")
_OTHER_FACES = frozenset({"www", "m", "mobile", "amp"})
"""First labels under which sites show the pages of their plain host to some visitors, at the same path."""

_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "gv", "net", "or", "org"})
_AMP_PARAMETERS = {"amp": {"", "1", "true"}, "outputtype": {"amp"}}
_AMP_ENDING = re.compile(r"(?<=.)\.amp(\.html?)?$")
_SESSION = re.compile(r"(?i);jsessionid=[0-9a-z._!-]+$")
_MORE = re.compile(r"more-\d+")
_FRAGMENT_SAFE = "!$&'()*+,;=:@/?"


def canonical_url(url: str) -> str | None:
    """The canonical form of `url`, or None when it is no usable http or https address; never raises.

    The form is stable: the canonical form of a canonical form is itself.
    """
    for _ in range(_MAX_ROUNDS):
        try:
            form = _one_round(url)
        except ValueError:
            return None
        if form is None or form == url:
            return form
        url = form
    return None


def _one_round(url: str) -> str | None:
    if len(url) > MAX_LENGTH or not is_web(url := url.strip()):
        return None
    inner = unwrapped(url)
    if inner != url:
        return inner or None
    # url-normalize would turn `#!/…` into a parameter, so it never sees the fragment.
    base, _, fragment = url.partition("#")
    parts = urlsplit(url_normalize(base) or "")
    host, port = _host(parts.netloc)
    if not host:
        return None
    path = quote(_path(parts.path), safe="%/:[]@!$&'()*+,;=~")
    query = _query(parts.query, host)
    form = f"https://{host}{port}{path}" + (f"?{query}" if query else "")
    if kept := _fragment(fragment):
        form += f"#{kept}"
    return form if len(form) <= MAX_LENGTH else None


def _host(netloc: str) -> tuple[str, str]:
    """The host and `:port`; two empty strings for user names, bad hosts and bad ports."""
    host, port = netloc, ""
    if match := re.fullmatch(r"(.*):(\d*)", netloc, re.DOTALL):
        host, port = match[1], match[2]
    if not (_HOST.fullmatch(host) or _IPV6.fullmatch(host)) or len(port) > 5 or (port and int(port) > 65535):
        return "", ""
    host = _plain_host(host)
    # http and https are one identity, so both default ports go.
    return host, "" if port in {"", "80", "443"} else f":{int(port)}"


def _plain_host(host: str) -> str:
    if match := _WIKI_MOBILE.fullmatch(host):
        return f"{match[1]}.{match[2]}"
    label, _, rest = host.partition(".")
    # amp.com.au is a company, not the AMP pages of com.au.
    is_site = "." in rest and (label == "www" or rest.split(".", 1)[0] not in _SECOND_LEVEL)
    return rest if label in _OTHER_FACES and is_site else host


def _path(path: str) -> str:
    segments = [_SESSION.sub("", segment) for segment in path.split("/") if segment]
    if len(segments) > 1 and segments[-1] == "amp":
        segments.pop()
    if len(segments) > 1 and segments[0] == "amp":
        del segments[0]
    if segments:
        segments[-1] = _AMP_ENDING.sub(r"\1", segments[-1])
    return "/" + "/".join(segment for segment in segments if segment)


def _query(query: str, host: str) -> str:
    kept = [pair for pair in query.split("&") if pair and not _is_noise(pair, host)]
    return "&".join(sorted(kept, key=lambda pair: pair.partition("=")[0]))


def _is_noise(pair: str, host: str) -> bool:
    name, _, value = pair.partition("=")
    name, value = unquote(name).lower(), unquote(value)
    if is_tracking(name) or value.lower() in _AMP_PARAMETERS.get(name, ()):
        return True
    digits = SESSIONS.get(name)
    if digits is not None and (not digits or (len(value) == digits and re.fullmatch(r"[0-9a-fA-F]+", value))):
        return True
    return any(name in names and (host == site or host.endswith("." + site)) for site, names in SCOPED.items())


def is_tracking(name: str) -> bool:
    """Whether the parameter `name`, in lower case, only counts clicks."""
    return name in PARAMETERS or name.startswith(PREFIXES)


def _fragment(fragment: str) -> str:
    # A text directive is an instruction to the browser and no part of the address (WICG scroll-to-text-fragment).
    fragment = fragment.partition(":~:")[0]
    lowered = unquote(fragment).lower()
    if lowered in FRAGMENTS or _MORE.fullmatch(lowered):
        return ""
    names = [pair.partition("=") for pair in lowered.split("&")]
    if all(equals and is_tracking(name) for name, equals, _ in names):
        return ""
    return quote(unicodedata.normalize("NFC", unquote(fragment)), safe=_FRAGMENT_SAFE)
