"""Mails of portals as items: mails of our own, in the shape that such mails are known or said to have."""

import json
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from letters import SECRET, a_mail
from source_builders import NOW, a_response, a_source, parse

from earshot.domain.errors import FetchError, Invalid, Malformed
from earshot.domain.item import Author, Item
from earshot.domain.source import Fetched
from earshot.sources.email_in import EmailInConnector
from earshot.sources.email_in_letter import read_letter
from earshot.sources.email_in_links import target_of

CONNECTOR = EmailInConnector()
SENT = NOW.replace(day=23, hour=9)
ALERTS = "Google Alerts <googlealerts-noreply@google.com>"


def heard(body: bytes) -> Fetched:
    return parse(body, "email_in")


def the_item(body: bytes) -> Item:
    (item,) = heard(body).items
    return item


def redirect(target: str) -> str:
    return f"https://www.google.com/url?rct=j&amp;sa=t&amp;url={target}&amp;ct=ga&amp;cd=CAEY&amp;usg=AOv"


def result(target: str, title: str, quoted: str, outlet: str = "Tagblatt") -> str:
    return (
        f'<tr itemtype="http://schema.org/Article"><td><a href="{redirect(target)}"><img alt="Bild" src="x"></a>'
        f'<a href="{redirect(target)}" itemprop="url"><span itemprop="name">{title}</span></a><div>'
        f'<div itemprop="publisher"><a><span itemprop="name">{outlet}</span></a></div>'
        f'<div itemprop="description">{quoted}</div></div>'
        f'<a href="https://www.google.com/alerts/share?ru={target}&amp;ss=fb"><img alt="Facebook"></a>'
        f'<a href="https://www.google.com/alerts/feedback?ffu={target}">Flag as irrelevant</a></td></tr>'
    )


def an_alert(*results: str, widgets: object = (), subject: str = "Google Alert – Acme GmbH") -> bytes:
    card = json.dumps({"cards": [{"widgets": widgets}]}).replace("&", "\\u0026")
    return a_mail(
        sender=ALERTS,
        subject=subject,
        html=f'<html><head><script type="application/json" data-scope="inboxmarkup">{card}</script></head><body>'
        f"<table>{''.join(results)}</table><a href='https://www.google.com/alerts?s=1'>Mehr</a></body></html>",
    )


def test_each_result_of_an_alert_is_an_item_at_the_page_it_was_found_on() -> None:
    fetched = heard(
        an_alert(
            result(
                "https://blog.example/acme%3Fa%3D1", "Neues von <b>Acme</b> &amp; Co", "Die <b>Acme</b> GmbH&nbsp;…"
            ),
            result("https://news.example/2", "Acme expands", "The firm"),
        )
    )

    first, second = sorted(fetched.items, key=lambda item: item.url)
    assert fetched.skipped == 0
    assert first == Item(
        identity="url1:https://blog.example/acme?a=1",
        native_id="https://blog.example/acme?a=1",
        source_kind="email_in",
        url="https://blog.example/acme?a=1",
        title="Neues von Acme & Co",
        text="Die Acme GmbH …",
        published_at=SENT,
        root_id="https://blog.example/acme?a=1",
        place="blog.example",
    )
    assert (second.title, second.text, second.place) == ("Acme expands", "The firm", "news.example")


def test_the_same_page_by_mail_and_by_feed_is_one_thing() -> None:
    entry = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>7</id><title>Acme</title>"
        "<link href='https://www.blog.example/a?utm_source=x'/></entry></feed>"
    )

    by_mail = the_item(an_alert(result("https://blog.example/a", "Acme", "x")))

    assert by_mail.identity == parse(entry).items[0].identity


def test_results_that_only_the_json_of_an_alert_has_are_read_too() -> None:
    widget = {
        "title": "Acme &amp; Co",
        "description": "Zitat",
        "url": redirect("https://a.example/1").replace("&amp;", "&"),
    }

    fetched = heard(an_alert(result("https://a.example/1", "Acme & Co", ""), widgets=[widget, 7, {"url": []}]))

    (item,) = fetched.items
    assert (item.title, item.text, fetched.skipped) == ("Acme & Co", "Zitat", 1)


def test_an_alert_in_plain_text_is_read_by_its_lines() -> None:
    link = redirect("https://a.example/{}").replace("&amp;", "&")
    text = (
        "=== Neuigkeiten - 2 neue Ergebnisse für [Acme] ===\n\nAcme baut\nTagblatt\nDie Acme GmbH baut …\n"
        f"<{link.format(1)}>\n\nAcme wächst\n<{link.format(2)}>\n\nAlle anzeigen:\n<https://www.google.com/alerts?s=1>"
    )

    fetched = heard(a_mail(sender=ALERTS, subject="Google Alert - Acme", text=text))

    assert [(item.title, item.text, item.url) for item in fetched.items] == [
        ("Acme baut", "Tagblatt\nDie Acme GmbH baut …", "https://a.example/1"),
        ("Acme wächst", "", "https://a.example/2"),
    ]


def test_a_result_that_leads_to_no_public_page_is_kept_without_a_link() -> None:
    item = the_item(an_alert(result("http://127.0.0.1/", "Acme", "x")))

    assert (item.url, item.identity) == ("", "native:s_test:1@portal.example#0")


def test_an_alert_without_results_is_one_plain_item() -> None:
    assert the_item(an_alert()).title == "Google Alert – Acme GmbH"


def test_a_review_gives_words_stars_author_and_permalink() -> None:
    page = "https://www.kununu.com/de/acme/bewertung/0a1b2c3d-4e5f"
    body = a_mail(
        html="<style>p{}</style><p>Hallo,</p><p>Max Muster hat Acme GmbH bewertet.</p><img alt='4 von 5 Sternen'>"
        "<p>Titel: Gute Firma</p><blockquote>Sehr nette Kollegen, leider wenig Urlaub.</blockquote>"
        f"<a href='https://www.kununu.com/de'>kununu</a><a href='{page}?utm_source=mail'>Bewertung ansehen</a>"
        "<a href='https://www.kununu.com/abmelden'>Abmelden</a>",
    )

    assert the_item(body) == Item(
        identity=f"url1:{page.replace('www.', '')}",
        native_id="1@portal.example",
        source_kind="email_in",
        url=page,
        title="Neue Bewertung für Acme GmbH",
        text="Gute Firma\nSehr nette Kollegen, leider wenig Urlaub.",
        published_at=SENT,
        author=Author(name="Max Muster"),
        rating=4.0,
        root_id="1@portal.example",
        place="kununu",
    )


def test_two_reviews_behind_one_address_stay_two() -> None:
    html = "<p>Bewertung:</p><p>{}</p><a href='https://www.provenexpert.com/acme/'>Ansehen</a>"
    sender = "ProvenExpert <service@provenexpert.com>"

    first = the_item(a_mail(sender=sender, html=html.format("Alles bestens."), message_id="<1@p>"))
    second = the_item(a_mail(sender=sender, html=html.format("Nie wieder."), message_id="<2@p>"))

    assert (first.url, first.text) == ("https://www.provenexpert.com/acme/", "Alles bestens.")
    assert first.identity != second.identity


@pytest.mark.parametrize(
    ("sender", "place"),
    [
        ("x@mail.kununu.com", "kununu"),
        ("x@xing.com", "Xing"),
        ("x@amazon.de", "Amazon"),
        ("x@marketplace.amazon.co.uk", "Amazon"),
        ("notification@facebookmail.com", "Facebook"),
        ("notifications-noreply@linkedin.com", "LinkedIn"),
        ("x@trustpilotmail.com", "Trustpilot"),
        ("x@provenexpert.com", "ProvenExpert"),
        ("x@jameda.de", "jameda"),
        ("x@holidaycheck.de", "HolidayCheck"),
        ("x@yelp.com", "Yelp"),
        ("x@etrusted.com", "Trusted Shops"),
        ("businessprofile-noreply@google.com", "Google"),
        ("other-noreply@google.com", "other-noreply@google.com"),
        ("x@notkununu.com", "notkununu.com"),
        ("x@kununu.com.evil.example", "kununu.com.evil.example"),
    ],
)
def test_the_sender_tells_the_portal(sender: str, place: str) -> None:
    item = the_item(a_mail(sender=sender, text="Jemand hat Acme bewertet."))

    assert item.place == place.rpartition("@")[2]


@pytest.mark.parametrize(
    ("subject", "text", "rating"),
    [
        ("Neue Bewertung", "★★★☆☆", 3.0),
        ("⭐⭐⭐⭐ review", "x", 4.0),
        ("New review", "4 out of 5 stars", 4.0),
        ("New review", "2-star review by Jo", 2.0),
        ("Neue Bewertung", "Bewertung: 4,5 von 5", 4.5),
        ("Neue Bewertung", "3/5", 3.0),
        ("Neue Bewertung", "5 Sterne", 5.0),
        ("Neue Bewertung", "Gesamtbewertung 4,8 von 5\n1 von 5 Sternen", 1.0),
        ("Neue Bewertung", "am 4/5/2026 um 12.05", None),
        ("Neue Bewertung", "in 5-Sterne-Hotels", None),
        ("Neue Bewertung", "0 von 5, 9 von 5", None),
        ("Neue Bewertung", "14 von 5", None),
    ],
)
def test_stars_are_found_as_people_write_them(subject: str, text: str, rating: float | None) -> None:
    assert the_item(a_mail(subject=subject, text=text)).rating == rating


def test_six_suns_are_five_stars() -> None:
    mails = [a_mail(sender="x@holidaycheck.de", text=text) for text in ("6 von 6 Sonnen", "1 Sonnen", "3,5 von 6")]

    assert [the_item(mail).rating for mail in mails] == [5.0, 1.0, 3.0]


@pytest.mark.parametrize(
    ("subject", "text", "name"),
    [
        ("Anna Schmidt hat eine Rezension zu Acme verfasst", "x", "Anna Schmidt"),
        ("Anna S. hat Acme GmbH bewertet", "x", "Anna S."),
        ("Jo Doe left a review for Acme", "x", "Jo Doe"),
        ("Jo Doe mentioned you in a comment", "x", "Jo Doe"),
        ("Neue Bewertung", "Bewertung von Anna Schmidt auf jameda", "Anna Schmidt"),
        ("New review from Jo Doe", "x", "Jo Doe"),
        ("New review", "Reviewer: Jo Doe\nStars: 4", "Jo Doe"),
        ("Neue Bewertung", "Name: anna@web.example", ""),
        ("Jemand hat Ihr Unternehmen bewertet", "x", ""),
        ("Your customer left a review", "x", ""),
        ("Neue Bewertung", "Bewertung von einem Nutzer", ""),
    ],
)
def test_the_author_is_found_where_the_mail_names_one(subject: str, text: str, name: str) -> None:
    assert the_item(a_mail(subject=subject, text=text)).author.name == name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Anna schrieb: „Die Beratung war wirklich ausgezeichnet.“ Antworten",
            "Die Beratung war wirklich ausgezeichnet.",
        ),
        ("Jo wrote:\n“The service was really very slow.”\nReply", "The service was really very slow."),
        ('Review\n"The service was really very slow."\nReply', "The service was really very slow."),
        ("Kommentar: Leider kam niemand zurück.\nJetzt antworten\nAbmelden", "Leider kam niemand zurück."),
        ("Kommentar:\nLeider niemand da.\nSchade.\n\nViele Grüße\nIhr Team", "Leider niemand da.\nSchade."),
        ("Nur ein Satz über Acme.", "Nur ein Satz über Acme."),
    ],
)
def test_the_words_of_a_review_are_told_from_those_around_them(text: str, words: str) -> None:
    assert the_item(a_mail(text=text)).text == words


def test_a_newsletter_of_a_portal_is_one_plain_item_without_stars() -> None:
    item = the_item(a_mail(subject="Fünf Tipps für Arbeitgeber", text="Acme hat 4,1 von 5 Sternen"))

    assert (item.rating, item.place, item.title) == (None, "kununu", "Fünf Tipps für Arbeitgeber")


def test_any_other_mail_is_one_item_of_who_wrote_it_without_an_address() -> None:
    item = the_item(
        a_mail(
            sender='"Forum, Bot (bot@forum.example)" <bot@forum.example>',
            subject="Antwort auf Acme",
            text="Neu in https://forum.example/t/5?utm_medium=mail.\nhttps://forum.example/unsubscribe",
        )
    )

    assert (item.title, item.url) == ("Antwort auf Acme", "https://forum.example/t/5")
    assert (item.identity, item.place, item.author.name) == (
        "native:s_test:1@portal.example",
        "Forum, Bot",
        "Forum, Bot",
    )
    assert item.rating is None


def test_a_plain_part_is_preferred_and_attachments_are_left_alone() -> None:
    body = a_mail(sender="a@b.example", subject="Acme", text="Der Text", html="<p>HTML</p>")
    attached = body.replace(
        b"--b1--", b"--b1\r\nContent-Type: text/html\r\nContent-Disposition: attachment\r\n\r\n<p>x\r\n--b1--"
    )

    assert the_item(attached).text == "Der Text"


def test_an_attached_mail_is_not_the_mail() -> None:
    inner = a_mail(sender="evil@kununu.com", subject="Innen", text="Innen")
    outer = b"From: a@b.example\r\nSubject: Acme\r\nContent-Type: message/rfc822\r\n\r\n" + inner

    assert the_item(outer).title == "Acme"


@pytest.mark.parametrize(
    "extra",
    ["Auto-Submitted: auto-replied (vacation)\r\n", "Content-Type: multipart/report; boundary=x\r\n"],
)
def test_what_a_mail_system_answers_is_no_item(extra: str) -> None:
    assert heard(a_mail(extra=extra, text="Acme")) == Fetched(cursor="", skipped=1)


def test_a_notification_that_a_program_made_is_an_item() -> None:
    assert heard(a_mail(extra="Auto-Submitted: auto-generated\r\n", text="Acme")).items


def test_without_a_message_id_the_mail_itself_names_the_item() -> None:
    body = a_mail(message_id="", text="Acme")

    assert the_item(body).native_id == the_item(body).native_id
    assert the_item(body).native_id != the_item(a_mail(message_id="", text="Acme!")).native_id
    assert the_item(a_mail(message_id="<a b>", text="Acme")).native_id == the_item(body).native_id


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Nov 2026 10:00:00", "Mon, 23 Nov 2099 10:00:00 +0000"])
def test_a_mail_without_a_usable_date_is_undated(date: str) -> None:
    item = the_item(a_mail(date=date, text="Acme"))

    assert (item.published_at, item.published_kind) == (None, "seen")


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("iso-8859-1", "cp1252"),
        ("windows-1252", "cp1252"),
        ("utf-8", "utf-8"),
        ("utf-7", "utf-8"),
        ("nonsense", "utf-8"),
    ],
)
def test_text_is_read_in_the_encoding_it_names(charset: str, encoding: str) -> None:
    head = (
        f"From: a@b.example\r\nSubject: =?x?q?Acme?=\r\nDate: x\r\nContent-Type: text/plain; charset={charset}\r\n\r\n"
    )

    assert the_item(head.encode() + "Für Grüße".encode(encoding)).text == "Für Grüße"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Subject: no sender\r\n\r\nx",
        b"From: a@b.example\r\n\r\nnothing else",
        b"<html><body>page</body></html>",
        b"From: a@b.example\r\nSubject: x\r\n\r\n" + b"x" * 5_000_001,
        b"From: a@b.example\r\nSubject: x\r\n" + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n" * 60,
        b"From: a@b.example\r\nSubject: x\r\n\r\n" + b"Content-Type: text/plain\r\n\r\n" * 1001,
    ],
    ids=["empty", "no sender", "no more", "page", "large", "deep", "parts"],
)
def test_what_is_no_mail_or_too_much_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        heard(body)


@pytest.mark.parametrize(
    "markup",
    ["<div>" * 100_000, "<a<" * 100_000, "<a x='" * 80_000, "<!--" * 100_000, "<a href=https://a.example/b>b" * 15_000],
    ids=["open", "unended", "quotes", "comments", "links"],
)
def test_hostile_markup_is_read_in_time(markup: str) -> None:
    started = time.monotonic()

    heard(a_mail(html=f"Acme {markup}"))

    assert time.monotonic() - started < 5


@settings(max_examples=300, deadline=None)
@given(
    head=st.text(st.sampled_from(list('ab@.<>()";,:=?\\ \täÿ%*/')), max_size=60),
    name=st.sampled_from(["From", "Message-ID", "Content-Type", "Date", "Subject", "Content-Transfer-Encoding"]),
)
def test_no_header_whatsoever_breaks_the_reader(head: str, name: str) -> None:
    body = f"{name}: {head}\r\nFrom: a@b.example\r\nSubject: Acme\r\n\r\nText".encode("latin-1", "replace")

    try:
        items = heard(body).items
    except FetchError:
        return
    assert all(item.identity.startswith("native:s_test:") for item in items)


def test_nothing_that_only_a_program_reads_comes_into_the_text() -> None:
    html = (
        "<title>T</title><script>alert(1)</script><style>x{}</style><!-- c --><p onclick=x>Acme &lt;b&gt; \u202egut</p>"
    )

    assert the_item(a_mail(sender="a@b.example", html=html)).text == "Acme <b> gut"


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("https://www.google.com/url?q=https://a.example/b&sa=U", "https://a.example/b"),
        (
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2Fb&data=1",
            "https://a.example/b",
        ),
        (
            "https://click.portal.example/c?url=https%3A%2F%2Fwww.portal.example%2Fr%2F1",
            "https://www.portal.example/r/1",
        ),
        ("https://click.portal.example/c/9f8e7d", "https://click.portal.example/c/9f8e7d"),
        (
            "https://www.facebook.com/sharer?u=https://a.example/b",
            "https://www.facebook.com/sharer?u=https://a.example/b",
        ),
        ("https://a.example/b?utm_source=x&id=1&fbclid=2", "https://a.example/b?id=1"),
        ("https://a.example/b?id=1", "https://a.example/b?id=1"),
        ("", ""),
    ],
)
def test_a_link_leads_as_far_as_its_address_tells(link: str, target: str) -> None:
    assert target_of(link) == target


@pytest.mark.parametrize(
    ("text", "locator"),
    [(SECRET, SECRET), (f" {SECRET.upper()} ", SECRET), (f"{SECRET}@in.acme.example", SECRET)],
)
def test_the_secret_part_of_the_address_is_the_locator(text: str, locator: str) -> None:
    assert CONNECTOR.locator(text) == locator


@pytest.mark.parametrize("text", ["short", "a" * 65, "name.with.dots.and@x.example", "k3vq7m2x9d4hw8s!", "ä" * 20])
def test_anything_else_is_no_address_for_mails(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        CONNECTOR.locator(text)

    assert refused.value.field == "url"


def test_the_secret_is_in_no_request_and_the_kind_is_never_shared() -> None:
    request = CONNECTOR.request(replace(a_source("email_in"), locator=SECRET))

    assert SECRET not in repr(request)
    assert not CONNECTOR.place.public


def test_a_mail_received_twice_gives_the_same_item_and_leaves_the_cursor() -> None:
    body = a_mail(text="Acme")
    source = a_source("email_in", cursor="kept")

    first, second = (CONNECTOR.parse(a_response(body), source) for _ in range(2))

    assert first == second
    assert first.cursor == "kept"


def test_a_mail_knows_its_headers_in_their_order() -> None:
    letter = read_letter(a_mail(above="Received: by us\r\nReceived: by them\r\n", text="x"))

    assert [name for name, _ in letter.headers][:3] == ["received", "received", "from"]
    assert (letter.sender, letter.domain, letter.header("received")) == ("noreply@kununu.com", "kununu.com", "by us")
    assert letter.header("missing") == ""
