"""Whether a mail comes from whom it says, and whether it asks a person to agree to a forwarding."""

import pytest
from letters import SECRET, a_mail, ses
from source_builders import parse

from earshot.domain.mail import Confirmation, Finding, MailVerdict
from earshot.domain.source import Fetched
from earshot.sources.email_in_auth import SES, verdict_of
from earshot.sources.email_in_confirmation import confirmation_of
from earshot.sources.email_in_letter import read_letter

RECEIVED = "Received: from mail.example by inbound-smtp.eu-west-1.amazonaws.com\r\n"
FORGED = "Authentication-Results: amazonses.com; dkim=pass header.i=@kununu.com; dmarc=pass header.from=kununu.com;\r\n"
PASSED: dict[str, object] = {f"{name}Verdict": {"status": "PASS"} for name in ("spf", "dkim", "dmarc", "spam", "virus")}


def judged(results: str, *, sender: str = "kununu <x@kununu.com>", below: str = "", **verdicts: object) -> MailVerdict:
    """The verdict on a mail whose topmost Authentication-Results are these; `verdicts` override what SES says."""
    above = RECEIVED + (f"Authentication-Results: {results}\r\n" if results else "") + below
    letter = read_letter(a_mail(sender=sender, text="Acme", above=above))
    return verdict_of(letter, authserv_id=SES, verdicts=PASSED | verdicts if verdicts else None)


def test_the_signature_of_the_sender_makes_a_mail_trusted() -> None:
    assert judged(ses()) == MailVerdict(
        spf=Finding.PASS, dkim=Finding.PASS, is_trusted=True, reasons=("dkim of kununu.com passed",)
    )


def test_a_forwarded_mail_is_trusted_by_the_signature_that_survived() -> None:
    verdict = judged(ses(envelope="firma+caf_=k3vq=in.example@gmail.com", dmarc="pass"), dkimVerdict="PASS")

    assert verdict.is_trusted
    assert verdict.reasons == ("dkim of kununu.com passed", "dmarc of kununu.com passed")


def test_the_envelope_counts_where_it_is_the_senders_own() -> None:
    verdict = judged("amazonses.com; spf=pass smtp.mailfrom=bounce@mail.kununu.com")

    assert (verdict.is_trusted, verdict.reasons) == (True, ("spf of mail.kununu.com passed",))
    assert judged(ses(envelope="b@mail.kununu.com", dkim="esp.example")).is_trusted


@pytest.mark.parametrize(
    "results",
    [
        "",
        "amazonses.com; none",
        ses(dkim="evil.example", envelope="x@evil.example"),
        ses(dkim="notkununu.com"),
        ses(dkim="kununu.com.evil.example"),
        ses(dkim="com"),
        ses(dmarc="fail"),
        ses(dkim="evil.example", dmarc="pass", from_="evil.example"),
        "mx.evil.example; dkim=pass header.i=@kununu.com",
        "amazonses.com.evil.example; dkim=pass header.i=@kununu.com",
        "amazonses.com; dkim=fail header.i=@kununu.com",
        "amazonses.com; dkim=pass; x=1; header.i=@kununu.com",
        "amazonses.com; spf=none client-ip=192.0.2.7; envelope-from=; helo=x;envelope-from=a@kununu.com; dkim=none",
        "amazonses.com; spf=pass; helo=x; envelope-from=a@kununu.com",
        'amazonses.com; spf=pass envelope-from="a; dkim=pass header.i=@kununu.com;"@evil.example',
        'amazonses.com; spf=pass (of "a) ; dkim=pass header.i=@kununu.com ; (b"@evil.example)',
        "amazonses.com; spf=pass (dkim=pass header.i=@kununu.com; dmarc=pass header.from=kununu.com)",
        "amazonses.com; spf=pass (open; dkim=pass header.i=@kununu.com",
        'amazonses.com; spf=pass "open; dkim=pass header.i=@kununu.com',
        "amazonses.com; spf=pass ) dkim=pass header.i=@kununu.com",
        "amazonses.com; spf=pass \\; dkim=pass header.i=@kununu.com",
    ],
)
def test_nothing_else_makes_it_trusted(results: str) -> None:
    assert not judged(results).is_trusted


@pytest.mark.parametrize("results", [ses(dkim="evil.example"), "mx.evil.example; none"])
def test_what_the_mail_brought_along_does_not_count(results: str) -> None:
    assert not judged(results, below=FORGED).is_trusted


def test_a_result_below_another_server_does_not_count() -> None:
    above = f"{RECEIVED}Received: by evil.example\r\n{FORGED}"

    verdict = verdict_of(read_letter(a_mail(text="x", above=above)), authserv_id=SES)

    assert verdict == MailVerdict(reasons=("nothing that our server checked belongs to kununu.com",))


def test_where_ses_was_asked_too_both_must_say_so() -> None:
    forged = judged("", below=FORGED, dkimVerdict={"status": "FAIL"}, dmarcVerdict={"status": "GRAY"})

    assert (forged.dkim, forged.dmarc, forged.is_trusted) == (Finding.FAIL, Finding.NONE, False)
    assert not judged("amazonses.com; dkim=fail header.i=@kununu.com", dmarcVerdict={"status": "GRAY"}).is_trusted


def test_the_word_of_ses_about_dmarc_is_enough_where_it_wrote_no_header() -> None:
    verdict = judged("", dkimVerdict={"status": "PASS"})

    assert (verdict.is_trusted, verdict.reasons) == (True, ("dmarc passed",))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("spam", "our server takes it for spam"),
        ("virus", "our server found a virus"),
        ("dmarc", "dmarc of kununu.com failed"),
    ],
)
def test_spam_viruses_and_a_failed_dmarc_outweigh_everything(name: str, reason: str) -> None:
    letter = read_letter(a_mail(text="Acme", above=f"{RECEIVED}Authentication-Results: {ses()}\r\n"))

    verdict = verdict_of(letter, authserv_id=SES, verdicts=PASSED | {f"{name}Verdict": {"status": "FAIL"}})

    assert (verdict.is_trusted, verdict.reasons) == (False, (reason,))


@pytest.mark.parametrize("value", [None, 7, [], {"status": []}, {"status": "PROCESSING_FAILED"}, "DISABLED"])
def test_a_field_that_says_nothing_is_no_finding(value: object) -> None:
    assert judged(ses(), spamVerdict=value).spam is Finding.NONE


@pytest.mark.parametrize(
    "sender",
    [
        "x@kununu.com, y@evil.example",
        "a <x@kununu.com>, b <y@evil.example>",
        "x@kununu.com <y@evil.example> z@kununu.com",
        "group: x@kununu.com;",
        "x@kununu.com\r\nFrom: y@evil.example",
        '"x@kununu.com"@evil.example',
        "x@[192.0.2.1]",
        "nobody",
        "",
    ],
)
def test_a_sender_that_is_not_exactly_one_is_none(sender: str) -> None:
    verdict = judged(ses(dmarc="pass"), sender=sender)

    assert (verdict.is_trusted, verdict.reasons) == (False, ("From is missing, doubled or names several senders",))


def test_the_address_counts_and_not_the_name_beside_it() -> None:
    assert not judged(ses(), sender='"noreply@kununu.com" <x@evil.example>').is_trusted
    assert judged(ses(), sender='"Last, First" <X@Mail.kununu.COM>').is_trusted


GMAIL = "https://mail-settings.google.com/mail/vf-%5BANGjd%5D-AbC"
GMAIL_TEXT = (
    "firma@gmail.com has requested to automatically forward mail to you.\nConfirmation code: 987654321\n\n"
    f"please click the link below to confirm the request:\n{GMAIL}\n\nclick this link to cancel this verification:\n"
    f"{GMAIL.replace('/vf-', '/uf-')}\n"
)


@pytest.mark.parametrize(
    ("subject", "text", "html", "code"),
    [
        ("(#123456789) Gmail Forwarding Confirmation - Receive Mail from firma@gmail.com", GMAIL_TEXT, "", "123456789"),
        ("(#123456789) Gmail-Weiterleitungsbestätigung – E-Mails von firma@gmail.com", GMAIL_TEXT, "", "123456789"),
        ("(Acme Forwarding Confirmation - Receive Mail from firma@gmail.com", GMAIL_TEXT, "", "987654321"),
        ("Bestätigung", "", f"<p>firma@gmail.com</p>Bestätigungscode: 55555555 <a href='{GMAIL}'>Ja</a>", "55555555"),
    ],
)
def test_gmail_asks_whether_a_mailbox_may_forward(subject: str, text: str, html: str, code: str) -> None:
    body = a_mail(sender="Gmail Team <forwarding-noreply@google.com>", subject=subject, text=text, html=html)

    assert confirmation_of(read_letter(body)) == Confirmation(from_="firma@gmail.com", code=code, link=GMAIL)
    assert parse(body, "email_in") == Fetched(cursor="")


def test_the_header_of_gmail_names_the_code_where_it_is() -> None:
    sender, extra = "forwarding-noreply@google.com", "X-Google-Address-Confirmation: 44444444\r\n"

    found = confirmation_of(read_letter(a_mail(sender=sender, subject="x", text="x", extra=extra)))

    assert found == Confirmation(from_=sender, code="44444444")


def test_a_link_that_declines_or_leads_elsewhere_is_not_shown() -> None:
    text = f"{GMAIL.replace('/vf-', '/uf-')} https://mail-settings.google.com.evil.example/mail/vf-1 http://mail.google.com/mail/vf-1"

    found = confirmation_of(read_letter(a_mail(sender="forwarding-noreply@google.com", subject="x", text=text)))

    assert found is not None
    assert found.link == ""


@pytest.mark.parametrize(
    ("sender", "subject", "link"),
    [
        ("noreply@system.gmx.net", "Weiterleitung bestätigen", "https://service.gmx.net/weiterleitung/bestaetigen?t=1"),
        ("noreply@web.de", "E-Mail-Weiterleitung zustimmen", "https://web.de/forward/confirm?t=1"),
        (
            "googlealerts-noreply@google.com",
            "Google Alert bestätigen",
            "https://www.google.com/alerts/verify?gl=DE&s=1",
        ),
    ],
)
def test_others_who_ask_are_known_by_their_link(sender: str, subject: str, link: str) -> None:
    letter = read_letter(a_mail(sender=sender, subject=subject, text=f"Bitte hier: {link}"))

    assert confirmation_of(letter) == Confirmation(from_=sender, link=link)


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        ("x@evil.example", "(#123456789) Gmail Forwarding Confirmation", GMAIL_TEXT),
        ("forwarding-noreply@google.com.evil.example", "(#123456789) Gmail Forwarding Confirmation", GMAIL_TEXT),
        ("googlealerts-noreply@google.com", "Google Alert - Acme", "https://www.google.com/alerts/verify?s=1"),
        ("googlealerts-noreply@google.com", "Bestätigung", "https://www.google.com/alerts?s=1"),
        ("noreply@gmx.net", "Neue Funktionen", "https://www.gmx.net/bestaetigen"),
        ("noreply@gmx.net", "Weiterleitung", "https://evil.example/bestaetigen"),
    ],
)
def test_other_mails_ask_for_nothing(sender: str, subject: str, text: str) -> None:
    assert confirmation_of(read_letter(a_mail(sender=sender, subject=subject, text=text))) is None


def test_no_reason_names_a_person_or_the_secret() -> None:
    verdict = judged(ses(), sender="anna.schmidt@web.example")

    assert not any("anna" in reason or SECRET in reason for reason in verdict.reasons)
