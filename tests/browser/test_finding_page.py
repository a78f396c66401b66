"""The page of what there is to listen to fits a phone, whatever places call themselves."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from browser.chromium import found, needed_width, screenshot
from browser.test_pages import PICTURES
from builders import TENANT
from earshot.domain.job import Answer, Finding, Heard
from earshot.domain.offer import Offer, What
from earshot.store.jobs import Jobs
from fakes import NOW
from web_builders import Server

pytestmark = pytest.mark.skipif(not found(), reason="no Chromium on this machine (Debian: apt-get install chromium)")

BLOG = "https://hafenblog.example/"
FEED = Offer(kind="feed", url=f"{BLOG}feed/", title="Blog am Hafen")
OFFERS = (
    FEED,
    Offer(kind="feed", url=f"{BLOG}comments/feed/", title="Kommentare zu Blog am Hafen", what=What.COMMENTS),
    Offer(kind="feed", url=f"{BLOG}{'sehr-lang' * 30}", title="Donaudampfschifffahrt" * 9, what=What.FORUM),
    Offer(kind="youtube", url="channel/@hafenblog", what=What.CHANNEL, missing=("api_key",)),
    Offer(kind="page_watch", url=BLOG, title="Blog am Hafen", what=What.PAGE),
)


def the_page() -> str:
    """The page after the look, with its style sheet inside."""
    server = Server()
    session = server.signed_in()
    path = f"/sources/new?url={BLOG}&lang=de"
    server.call("GET", path, session=session)
    (id_,) = [row.key.sk.partition("#")[2] for row in server.table.query(f"TENANT#{TENANT}", prefix="job#").rows]
    heard = (Heard(watch_id="w", watch_name="Café Morgenrot", role="own", matched=True),)
    entry = Finding(title="Der Kuchen im Café Morgenrot", url=f"{BLOG}kuchen", posted_at=NOW, heard=heard)
    entries = (entry, replace(entry, title="Anlegestelle" * 20, heard=()), replace(entry, title="", excerpt="Kurz"))
    answer = Answer(at=NOW, offers=OFFERS, kind="feed", url=FEED.url, found=entries)
    part = Jobs(server.table).get(TENANT, id_, NOW).parts[0]
    Jobs(server.table).answer(TENANT, id_, part.id, answer)
    html = server.call("GET", path, session=session).text
    return re.sub(
        r'<link rel="stylesheet" href="([^"]+)">', lambda it: f"<style>{server.call('GET', it[1]).text}</style>", html
    )


@pytest.mark.parametrize("width", [360, 800])
def test_what_there_is_to_listen_to_fits_its_window(tmp_path: Path, width: int) -> None:
    html = the_page()

    assert needed_width(tmp_path, html, width) <= width
    if PICTURES:
        screenshot(tmp_path, html, Path(PICTURES).absolute() / f"finding-{width}.png", width=width, height=1600)
