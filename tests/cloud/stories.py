"""What the stories of the cloud ring are made of: feeds, and configurations that listen to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path

from cloud.deployment import Company

CRITICISM = (
    "Das Café Morgenrot ist schlecht: Der Kaffee war kalt, die Bedienung unfreundlich. Nie wieder, ich warne euch."
)
PRAISE = "Danke an das Café Morgenrot, die Zimtschnecken waren hervorragend und die Bedienung sehr freundlich!"


@dataclass(frozen=True)
class Entry:
    """One entry of a feed, posted now."""

    link: str
    text: str
    title: str = "Unser Besuch im Café Morgenrot"


def a_feed(*entries: Entry, title: str = "Blog am Hafen") -> str:
    """An RSS 2.0 feed."""
    now = format_datetime(datetime.now(UTC))
    items = "".join(
        f"<item><title>{escape(e.title)}</title><link>{e.link}</link><guid>{e.link}</guid>"
        f"<pubDate>{now}</pubDate><description>{escape(e.text)}</description></item>"
        for e in entries
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'


def a_configuration(sources: Iterable[str], *contacts: str, since: str = "2026-11-01T00:00:00Z") -> str:
    """A tenant that listens for the Café Morgenrot at these addresses; each contact is the inside of its block."""
    return (
        '[tenant]\nname = "Café Morgenrot"\nlanguage = "de"\ntimezone = "Europe/Berlin"\nsearch = false\n'
        f'[[watch]]\nname = "Café Morgenrot"\nsince = {since}\nterms = {{ any = ["Café Morgenrot"] }}\n'
        + "".join(f'[[source]]\nkind = "feed"\nurl = "{url}"\n' for url in sources)
        + "".join(f"[[contact]]\n{contact}\n" for contact in contacts)
    )


def a_complaint_reaches(company: Company, folder: Path, host: str, *contacts: str) -> str:
    """A company whose only source is a blog with one criticism, not read yet; tells the address of the feed."""
    feed = a_feed(Entry(f"http://{host}/1", CRITICISM))
    url = company.stack.places.put(host, "/feed.xml", feed)
    company.apply(folder, a_configuration([url], *contacts))
    return url
