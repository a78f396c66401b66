"""Short messages: who said what kind of thing where, the first words of it, and the link that acknowledges it."""

import re

from earshot.domain.mention import Mention
from earshot.ports.notifier import Notice, ShortMessage
from earshot.web.cards import URGENT, place_name, source_kind
from earshot.web.gsm7 import SEGMENT, fitted, is_gsm7, septets, spelled
from earshot.web.viewer import Viewer, zone_named
from earshot.web.words import TABLES, Words

MAX_LINK = 112
"""Septets of a link; with a longer one there would be no room to say what it is about."""

_MAX_PLACE = 24
_MAX_WATCH = 30
_MIN_SAID = 12
"""With less room for what was said, it says nothing."""

# A telephone makes a link of whatever looks like one, so that ours must be the only one.
_ADDRESS = re.compile(r"\S*://\S*|\b\d+(?:\.\d+){3}\S*")
_DOT_IN_NAME = re.compile(r"(?<=\w)\.(?=[^\W\d_]{2})")


class ShortMessageComposer:
    """Implements `earshot.ports.notifier.Composer` for one GSM-7 segment; `base_url` is where the inbox is."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")

    def compose(self, notice: Notice) -> ShortMessage:
        """The short message for a notice: its first mention, the others by number, in the contact's language."""
        first = notice.mentions[0]
        words = Words(notice.contact.language if notice.contact.language in TABLES else "en")
        told = _told(first, notice, words)
        said = unlinked(first.excerpt) or unlinked(first.title)
        more = len(notice.mentions) - 1 + notice.more
        tail = f" {words.count('sms.more', more)}" if more else ""
        link = notice.links.get(first.id) or f"{self._base_url}/mentions/{first.id}"
        if is_gsm7(link) and septets(link) <= MAX_LINK:
            tail += f" {link}"
        room = SEGMENT - septets(f'{told}: ""{tail}')
        text = f'{told}: "{fitted(said, most=room)}"{tail}' if said and room >= _MIN_SAID else fitted(told, tail)
        return ShortMessage(delivery_id=notice.delivery_id, to=notice.contact.phone, text=text)


def unlinked(text: str) -> str:
    """Foreign text in the alphabet of short messages, in which no telephone sees an address to open.

    >>> unlinked("Kalt.Nie wieder, z.B. https://evil.example/x und evil.example für 3.50")
    'Kalt Nie wieder, z.B. und evil example für 3.50'
    """
    return spelled(_DOT_IN_NAME.sub(" ", _ADDRESS.sub("", spelled(text))))


def _told(mention: Mention, notice: Notice, words: Words) -> str:
    viewer = Viewer(words=words, zone=zone_named(notice.contact.timezone), now=mention.seen_at)
    kind = words(f"kind.{mention.kind}")
    if mention.verdict.urgency >= URGENT:
        kind += f" ({words('urgent')})"
    place = unlinked(place_name(mention, viewer)) or unlinked(source_kind(mention.source_kind, viewer))
    names = (notice.watch_names.get(match.watch_id, "") for match in mention.matches)
    watch = unlinked(next(filter(None, names), notice.tenant.name)) or unlinked(notice.tenant.name)
    return words("sms.told", kind=kind, place=fitted(place, most=_MAX_PLACE), watch=fitted(watch, most=_MAX_WATCH))
