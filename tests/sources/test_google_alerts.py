"""Google Alerts: bodies of our own in the shape that Google's feeds have, and addresses as people paste them."""

import time
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_builders import NOW, a_response, a_source, parse

from earshot.domain.errors import Invalid, Malformed
from earshot.domain.source import Fetched
from earshot.sources.alerts_address import is_alerts_address
from earshot.sources.google_alerts import GoogleAlertsConnector

FEED = "https://www.google.com/alerts/feeds/01234567890123456789/9876543210987654321"
TAG = "tag:google.com,2013:googlealerts/feed:"
CONNECTOR = GoogleAlertsConnector()


def redirect(target: str, noise: str = "AOvVaw1") -> str:
    return f"https://www.google.com/url?rct=j&sa=t&url={target}&ct=ga&cd=CAIyGjE6{noise}&usg={noise}"


def entry(
    link: str = "", *, number: int = 1, title: str = "Neues von <b>Acme</b>", text: str = "Die Firma &nbsp;…"
) -> str:
    href = f'<link href="{escape(link)}"></link>' if link else ""
    return (
        f'<entry><id>{TAG}{number}</id><title type="html">{escape(title)}</title>{href}'
        "<published>2026-11-23T08:15:00Z</published><updated>2026-11-23T08:15:00Z</updated>"
        f'<content type="html">{escape(text)}</content><author><name></name></author></entry>'
    )


def alert(*entries: str, updated: str = "2026-11-23T08:15:00Z") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"'
        ' xmlns:idx="urn:atom-extension:indexing"><id>tag:google.com,2005:reader/user/1/com.google/alerts/98</id>'
        f'<title>Google Alert – Acme</title><link href="{FEED}" rel="self"></link><updated>{updated}</updated>'
        f"{''.join(entries)}</feed>"
    )


def heard(*entries: str) -> Fetched:
    return parse(alert(*entries), "google_alerts")


def test_an_entry_becomes_an_item_at_the_page_it_was_found_on() -> None:
    fetched = heard(entry(redirect("https://www.blog.example/2026/acme%3Fa%3D1%26b%3D2")))

    (item,) = fetched.items
    assert (fetched.title, fetched.skipped) == ("Google Alert – Acme", 0)
    assert item.url == "https://www.blog.example/2026/acme?a=1&b=2"
    assert item.identity == "url1:https://blog.example/2026/acme?a=1&b=2"
    assert (item.native_id, item.source_kind, item.place) == (f"{TAG}1", "google_alerts", "blog.example")
    assert (item.title, item.text, item.author.name) == ("Neues von Acme", "Die Firma …", "")
    assert (item.published_at, item.published_kind) == (NOW.replace(day=23, hour=8, minute=15), "published")


def test_the_same_page_heard_by_a_feed_and_by_an_alert_is_one_thing() -> None:
    page = "https://forum.example/thread/7"

    by_alert = heard(entry(redirect(page))).items[0]
    by_feed = parse(alert(entry(page, number=2))).items[0]

    assert by_alert.identity == by_feed.identity


def test_a_platforms_own_page_keeps_the_platforms_name() -> None:
    assert heard(entry(redirect("https://news.ycombinator.com/item%3Fid%3D42"))).items[0].identity == "hackernews:42"


def test_what_changes_with_each_fetch_does_not_make_the_feed_news() -> None:
    pages = [f"https://blog.example/{number}" for number in range(20)]
    before = alert(*(entry(redirect(page, "AAA"), number=n) for n, page in enumerate(pages)))
    entries = [entry(redirect(page, "BBB"), number=n, title="Neues von Acme") for n, page in enumerate(pages)]

    first = parse(before, "google_alerts").entries_hash

    assert parse(alert(*entries, updated="2026-11-24T11:59:00Z"), "google_alerts").entries_hash == first
    assert parse(alert(*entries[:19]), "google_alerts").entries_hash != first


@pytest.mark.parametrize(
    "link",
    [
        "",
        "https://www.google.com/url?rct=j&sa=t&ct=ga",
        redirect("javascript:alert(1)"),
        redirect("data:text/html,x"),
        redirect("ftp://files.example/a"),
        redirect("https%253A%252F%252Fblog.example%252F"),
        redirect("//blog.example/a"),
        redirect("http://"),
        redirect("http://127.0.0.1:8787/"),
        redirect("http://127.1/"),
        redirect("http://0x7f.1/"),
        redirect("http://2130706433/"),
        redirect("http://[::1]/"),
        redirect("http://10.0.0.7/admin"),
        redirect("http://169.254.169.254/latest/meta-data/"),
        redirect("http://localhost/"),
        redirect("http://intranet/"),
        redirect("http://printer.local/"),
        redirect("https://user:secret@blog.example/"),
        redirect("https://www.google.com/url%3Fsa%3Dt"),
        redirect("https://blog.example/" + "a" * 3000),
    ],
)
def test_what_leads_to_no_public_page_is_kept_under_its_own_id_without_a_link(link: str) -> None:
    fetched = heard(entry(link))

    (item,) = fetched.items
    assert (item.url, item.identity, fetched.skipped) == ("", f"native:s_test:{TAG}1", 0)
    assert item.title == "Neues von Acme"


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://blog.example/a", "https://blog.example/a"),
        ("https://www.google.de/url?q=https://blog.example/a&sa=U", "https://blog.example/a"),
        ("https://www.google.co.uk/url?url=http://blog.example:8080/a%2520b", "http://blog.example:8080/a%20b"),
        (
            redirect("https%3A%2F%2Fwww.google.com%2Furl%3Furl%3Dhttps%253A%252F%252Fblog.example%252Fa"),
            "https://blog.example/a",
        ),
        (redirect("https://www.google.com/alerts"), "https://www.google.com/alerts"),
        (redirect("https://93.184.215.14/a"), "https://93.184.215.14/a"),
        (redirect("https://m.blog.example/straße"), "https://m.blog.example/straße"),
    ],
)
def test_a_target_is_taken_out_of_its_redirectors(link: str, url: str) -> None:
    assert heard(entry(link)).items[0].url == url


def test_redirectors_without_end_lead_nowhere() -> None:
    link = "https://blog.example/"
    for _ in range(8):
        link = "https://www.google.com/url?url=" + link.replace("%", "%25").replace("?", "%3F").replace("&", "%26")

    assert heard(entry(link)).items[0].url == ""


@given(target=st.text(max_size=80))
def test_no_target_whatsoever_becomes_a_link_that_is_not_of_the_web(target: str) -> None:
    body = alert(entry(redirect(target))).encode("utf-8", "replace")

    for item in parse(body, "google_alerts").items:
        assert item.url == "" or item.url.lower().startswith(("http://", "https://"))


def test_scripts_in_title_and_text_are_gone() -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>Acme &lt;b&gt;"

    (item,) = heard(entry(redirect("https://blog.example/a"), title=hostile, text=hostile)).items

    assert "alert" not in item.title + item.text
    assert "Acme" in item.title


def test_an_entry_that_says_nothing_is_counted() -> None:
    fetched = parse(alert("<entry></entry>", entry(redirect("https://blog.example/a"))), "google_alerts")

    assert (len(fetched.items), fetched.skipped) == (1, 1)


def test_an_alert_that_found_nothing_yet_is_read() -> None:
    assert heard().items == ()


def test_hundreds_of_entries_are_bounded_and_read_in_time() -> None:
    entries = [entry(redirect(f"https://blog.example/{number}"), number=number) for number in range(900)]
    started = time.monotonic()

    fetched = heard(*entries)

    assert (len(fetched.items), fetched.skipped) == (500, 400)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "body",
    [
        "<!doctype html><html><head><title>Sorry</title></head><body>unusual traffic</body></html>",
        "",
        "no feed",
        alert(entry(text="x" * 5_000_001)),
    ],
    ids=["page", "empty", "text", "too long"],
)
def test_what_is_no_feed_or_too_much_is_malformed(body: str) -> None:
    with pytest.raises(Malformed):
        parse(body, "google_alerts")


def test_an_unchanged_answer_keeps_the_hash() -> None:
    fetched = CONNECTOR.parse(a_response(b"", status=304), a_source("google_alerts"))

    assert fetched == Fetched(entries_hash="known")


def test_the_request_goes_to_the_feed_itself() -> None:
    request = CONNECTOR.request(replace(a_source("google_alerts"), locator=FEED))

    assert (request.url, request.etag) == (FEED, "")
    assert "application/atom+xml" in request.accept


@pytest.mark.parametrize(
    "text",
    [
        FEED,
        FEED.replace("https:", "http:"),
        FEED.replace("https://", ""),
        FEED.replace("https://www.", ""),
        FEED.replace("https://", "feed://"),
        FEED.replace("https://", "feed:https://"),
        FEED.replace("google.com", "google.de"),
        FEED.replace("google.com", "google.co.uk"),
        FEED.replace("www.google.com", "WWW.Google.com:443"),
        f"  {FEED}/\n",
        f"{FEED}?hl=de",
        f"{FEED}#x",
    ],
)
def test_what_people_paste_is_one_address(text: str) -> None:
    assert is_alerts_address(text)
    assert CONNECTOR.locator(text) == FEED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "acme",
        "https://www.google.com/alerts",
        "google.com/alerts?hl=de",
        "https://www.google.com/alerts/feeds/",
        "https://www.google.com/alerts/feeds/0123",
        f"{FEED}/more",
        "https://www.google.com/alerts/feeds/<user>/<alert>",
        "https://www.google.com/search?q=acme",
        FEED.replace("www.google.com", "google.example"),
        FEED.replace("www.google.com", "www.google.com.evil.example"),
        FEED.replace("www.google.com", "anna:secret@www.google.com"),
        "https://evil.example/" + FEED,
        f"{FEED} {FEED}",
        "javascript:alert(1)//google.com/alerts/feeds/1/2",
    ],
)
def test_anything_else_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        CONNECTOR.locator(text)

    assert refused.value.field == "url"
    assert "Deliver to: RSS feed" in refused.value.reason
    assert "address of the RSS sign" in refused.value.reason


@pytest.mark.parametrize(
    "text", ["https://www.google.com/alerts", "google.de/alerts/", "http://google.com/alerts?hl=de"]
)
def test_the_page_of_google_alerts_is_known_as_theirs(text: str) -> None:
    assert is_alerts_address(text)


@pytest.mark.parametrize(
    "text", ["https://blog.example/alerts", "https://google.com/alertsfeed", "https://news.google.com/rss"]
)
def test_other_addresses_are_left_to_other_kinds(text: str) -> None:
    assert not is_alerts_address(text)


def test_an_alert_is_personal_and_read_patiently() -> None:
    assert not CONNECTOR.place.public
    assert 15 * 60 <= CONNECTOR.place.interval_s <= 30 * 60
    assert CONNECTOR.place.pace_s >= 2
    assert CONNECTOR.recognise("https://blog.example/a") is None  # type: ignore[func-returns-value]


def test_a_recorded_alert_is_read(shared: Path) -> None:
    recorded = shared / "payloads/feeds/feedjira/spec__sample_feeds__google_alerts_atom.xml"

    fetched = parse(recorded.read_bytes(), "google_alerts")

    assert (len(fetched.items), fetched.skipped, fetched.title) == (20, 0, "Google Alert - Slack")
    newest = fetched.items[-1]
    assert newest.native_id == f"{TAG}8974135267215335962"
    assert newest.place == "aglobalmarketresearch.com"
    assert newest.identity.startswith("url1:https://aglobalmarketresearch.com/report-offers-prediction-of-automotive")
    assert newest.published_at is not None
    assert newest.published_at.isoformat() == "2019-07-10T11:53:37+00:00"
    for item in fetched.items:
        assert item.identity.startswith("url1:https://")
        assert item.place
        assert "google" not in item.url + item.place
        assert "<b>" not in item.title + item.text
