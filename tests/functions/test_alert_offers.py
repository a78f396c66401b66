"""The offer to hear more through Google Alerts, on the page, in the API and on the command line."""

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from builders import TENANT
from earshot.services.watching import watch_id
from earshot.web.page_watches import MOST_OFFERS
from web_builders import OTHER_TENANT, Outline, Server

FEED = "https://www.google.com/alerts/feeds/0123/4567"
ACME = watch_id(TENANT, "Acme")
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def session(server: Server) -> str:
    session = server.signed_in()
    server.submit("/watches", session, name="Acme", role="own", any="Acme\nacme.example", none="Jobs")
    return session


def page(server: Server, session: str, language: str = "de") -> str:
    return server.call("GET", "/watches", session=session, query=f"lang={language}").text


def searches(html: str) -> list[str]:
    """What Google's form would be filled with by the links of a page."""
    links = [link for link in Outline(html).links if link and link.startswith("https://www.google.com/alerts?")]
    return [parse_qs(urlsplit(link).query)["q"][0] for link in links]


def test_every_watch_offers_its_searches_closed_and_with_four_steps(server: Server, session: str) -> None:
    html = page(server, session)

    offer = re.search(
        r"<details[^>]*><summary[^>]*>Mehr hören mit Google Alerts</summary>.*?</details>", html, re.DOTALL
    )
    assert offer
    assert " open" not in offer[0].partition("</summary>")[0]
    assert offer[0].count("<li>") - len(searches(html)) == 4
    assert searches(html)[0] == '("Acme" OR "acme.example") -site:acme.example -"Jobs"'
    assert len(searches(html)) == 4
    assert 'rel="noopener noreferrer nofollow"' in offer[0]


@pytest.mark.parametrize(
    ("language", "steps"),
    [
        ("de", ("„Optionen anzeigen“", "„Senden an“", "„RSS-Feed“", "„Bei Veröffentlichung“", "„Alert erstellen“")),
        ("en", ("“Show options”", "“Deliver to”", "“RSS feed”", "“As-it-happens”", "“Create Alert”")),
    ],
)
def test_the_steps_name_googles_buttons_in_the_readers_language(
    server: Server, session: str, language: str, steps: tuple[str, ...]
) -> None:
    text = Outline(page(server, session, language)).text

    assert [text.index(step) for step in steps] == sorted(text.index(step) for step in steps)


def test_a_pasted_address_is_listened_to_with_this_watch_only(server: Server, session: str) -> None:
    reply = server.submit(f"/watches/{ACME}", session, do="listen", url=f" {FEED}/ ")

    (listened,) = server.parts.sourcing.all(TENANT)
    assert (reply.status, reply.headers["Location"]) == (303, f"/sources#{listened.source.id}")
    assert (listened.source.kind, listened.source.locator, listened.source.owner) == ("google_alerts", FEED, TENANT)
    assert listened.subscription.watches == (ACME,)
    assert "Google Alert" in Outline(server.call("GET", "/sources", session=session).text).text


@pytest.mark.parametrize(("path", "do"), [(f"/watches/{ACME}", "listen"), ("/sources", "")])
def test_the_page_of_google_alerts_is_refused_with_what_to_do(server: Server, session: str, path: str, do: str) -> None:
    reply = server.submit(path, session, do=do, url="https://www.google.com/alerts")

    assert reply.status == 422
    assert "„Senden an: RSS-Feed“" in reply.text
    assert server.parts.sourcing.all(TENANT) == ()


def test_the_form_of_sources_knows_an_alert_by_its_address(server: Server, session: str) -> None:
    assert server.submit("/sources", session, url=FEED, name="").status == 303
    assert server.parts.sourcing.all(TENANT)[0].source.kind == "google_alerts"


def test_nobody_listens_with_a_watch_that_is_not_theirs(server: Server, session: str) -> None:
    stranger = server.signed_in("ben", OTHER_TENANT)

    assert server.submit(f"/watches/{ACME}", stranger, do="listen", url=FEED).status == 404
    assert server.submit(f"/watches/w_{'a' * 26}", session, do="listen", url=FEED).status == 404
    assert server.call("POST", f"/watches/{ACME}", session=session, form={"do": "listen", "url": FEED}).status == 403
    assert server.parts.sourcing.all(TENANT) == ()


def test_hostile_words_change_neither_page_nor_links(server: Server, session: str) -> None:
    server.submit("/watches", session, name="x", role="own", any="harmless")
    harmless = Outline(page(server, session)).tags
    server.submit(f"/watches/{watch_id(TENANT, 'x')}", session, do="remove")
    server.submit("/watches", session, name="x", role="own", any=HOSTILE)

    html = page(server, session)

    assert Outline(html).tags == harmless
    assert "<script" not in html
    assert any("<script>alert(1)</script>" in query for query in searches(html))


def test_a_watch_of_many_words_shows_some_searches_and_tells_of_the_rest(server: Server, session: str) -> None:
    server.submit("/watches", session, name="Range", role="product", any="\n".join(f"Produkt{n}" for n in range(200)))
    id_ = watch_id(TENANT, "Range")

    html = page(server, session)
    told = len(server.call("GET", f"/v1/watches/{id_}", key=server.key()).json["alert_offers"])

    assert len(searches(html)) == 4 + MOST_OFFERS
    assert f"{told - MOST_OFFERS} weitere Suchen" in Outline(html).text


def test_the_api_names_each_search_with_its_link(server: Server, session: str) -> None:
    watch = server.call("GET", f"/v1/watches/{ACME}", key=server.key("read")).json

    assert [each["about"] for each in watch["alert_offers"]] == ["everywhere", "employers", "reviews", "communities"]
    for each in watch["alert_offers"]:
        assert each["link"].startswith("https://www.google.com/alerts?q=%28%22Acme%22%20OR%20")
        assert parse_qs(urlsplit(each["link"]).query) == {"q": [each["query"]]}


def test_the_command_line_shows_the_searches_and_the_command_that_follows(tmp_path: Path) -> None:
    def earshot(*args: str) -> str:
        command = [sys.executable, "-m", "earshot", *args]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    earshot("watch", "add", "Acme AG", "--any", "Acme")
    told = earshot("watch", "show", "Acme AG")
    watch = json.loads(earshot("watch", "show", "Acme AG", "--json"))
    added = json.loads(earshot("source", "add", FEED, "--watch", "Acme AG", "--json"))

    assert 'everywhere: "Acme"\n      https://www.google.com/alerts?q=%22Acme%22\n' in told
    assert '"Deliver to": "RSS feed"' in told
    assert "earshot source add ADDRESS --watch 'Acme AG'" in told
    assert watch["alert_offers"][0]["query"] == '"Acme"'
    assert (added["kind"], added["watches"]) == ("google_alerts", [watch["id"]])
