"""The links of a mail: where they lead, as far as the address itself tells, and what is written on them.

Nothing is opened: a visit would count, and many links act on a single click. Redirectors that hide where they lead stay
as they are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from earshot.sources.addresses import parts_of
from earshot.sources.canonical import is_tracking
from earshot.sources.email_in_letter import Letter
from earshot.sources.feed_page import absolute
from earshot.sources.plain import plain_line
from earshot.sources.wrappers import is_web, unwrapped

MAX_LINKS = 500
"""Links of one mail that are looked at."""

_MAX_LAYERS = 4
"""Wrappers within wrappers that are taken off."""

_SAFE_LINKS = "safelinks.protection.outlook.com"
"""Outlook wraps the links of mails that pass through it (learn.microsoft.com, "Safe Links in Defender")."""

_TARGETS = ("url", "u", "q", "target", "redirect", "redirect_url", "redirecturl", "link", "dest", "destination", "to")
_IN_TEXT = re.compile(r"https?://[^\s<>\"'\[\]{}|\\^`]{3,2000}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link: its address without wrapper and tracking, and the text on it, "" for one in plain text.

    `start` is where it stands in the page's text.
    """

    url: str
    label: str = ""
    start: int = 0


def links_of(letter: Letter) -> Iterator[Link]:
    """The links of the HTML in their order, else the addresses in the text."""
    anchors = [each for each in letter.page.elements if each.tag == "a" and each.attributes.get("href")]
    for anchor in anchors[:MAX_LINKS]:
        if url := target_of(absolute(anchor.attributes["href"], "")):
            label = plain_line(letter.page.text_of(anchor)[:1000], is_html=False)
            yield Link(url=url, label=label, start=anchor.start)
    if not anchors:
        for count, found in enumerate(_IN_TEXT.finditer(letter.text)):
            if count < MAX_LINKS and (url := target_of(absolute(found[0].rstrip(".,;:!?)>"), ""))):
                yield Link(url=url, start=found.start())


def target_of(url: str) -> str:
    """The address behind wrappers that name it, without parameters that count clicks; "" if there is none.

    A redirector's parameter counts only where it leads to the redirector's own site, so that a link to share or to sign
    in is not taken for what it carries along.
    """
    for _ in range(_MAX_LAYERS):
        inner = _inner(url)
        if inner == url:
            break
        url = inner
    return _untracked(url)


def _inner(url: str) -> str:
    if (plain := unwrapped(url)) != url:
        return plain
    parts = parts_of(url)
    for name in _TARGETS:
        value = parts.query.get(name, "")
        if is_web(value) and (parts.host.endswith(_SAFE_LINKS) or _is_one_site(parts.host, parts_of(value).host)):
            return absolute(value, "")
    return url


def _is_one_site(host: str, other: str) -> bool:
    """Whether the two share the name before their ending and that ending: click.portal.example, www.portal.example."""
    ours, theirs = host.split(".")[-2:], other.split(".")[-2:]
    return len(ours) == 2 and ours == theirs


def _untracked(url: str) -> str:
    """The address as it is but for what only counts clicks; other spellings stay, since some servers insist on them."""
    try:
        parts = urlsplit(url)
        if not any(is_tracking(name.lower()) for name, _ in parse_qsl(parts.query, max_num_fields=100)):
            return url
    except ValueError:
        return url
    kept = [pair for pair in parts.query.split("&") if not is_tracking(unquote(pair.partition("=")[0]).lower())]
    return parts._replace(query="&".join(kept)).geturl()
