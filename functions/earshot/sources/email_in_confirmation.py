"""Tells requests to agree to a forwarding, or to an alert, from mails that tell of something.

Nobody agrees here: a person is shown the code and the link. A link counts only where it leads to the provider itself,
and the one that declines never does.

Source:
    Gmail: sender, subject, code and both links as in the tests of public repositories that read such mails.
    GMX and WEB.DE: that the receiver is asked and has a day to agree, www.gmx.net/mail/tipps, "Jetzt E-Mails noch
    sicherer weiterleiten"; how the mail looks, and the mail that confirms a Google Alert, from general knowledge.
    Outlook.com: no such mail is documented. Read 2026-11-24; not tried live.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from earshot.domain.mail import Confirmation
from earshot.sources.email_in_letter import Letter
from earshot.sources.email_in_links import links_of

_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:@]{1,64}+@[A-Za-z0-9.-]{1,253}[A-Za-z0-9]")
_CODE = re.compile(r"(?:#|\bcode\b\D{0,30}|\b\w{0,30}code\b\D{0,30})([0-9]{6,12})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asker:
    """One provider: who writes, what the subject says where that sender writes of other things too, what agrees."""

    sender: re.Pattern[str]
    subject: re.Pattern[str]
    link: re.Pattern[str]


_GERMAN_HOSTS = r"(?:[a-z0-9-]+\.){0,4}(?:gmx\.(?:net|de|at|ch|com)|web\.de)"
_ASKERS = (
    _Asker(
        sender=re.compile(r"forwarding-noreply@google\.com"),
        subject=re.compile(""),
        link=re.compile(r"https://mail(?:-settings)?\.google\.com/mail/vf-[^\s]+"),
    ),
    _Asker(
        sender=re.compile(r"googlealerts-noreply@google\.com"),
        subject=re.compile(r"^(?!Google Alert\s*[-–])", re.IGNORECASE),
        link=re.compile(r"https://(?:www\.)?google\.[a-z.]{2,6}/alerts/verify\?[^\s]+"),
    ),
    _Asker(
        sender=re.compile(rf"[^@]+@{_GERMAN_HOSTS}"),
        subject=re.compile(r"weiterleit|forward", re.IGNORECASE),
        link=re.compile(
            rf"https://{_GERMAN_HOSTS}/[^\s]*(?:best(?:ae|ä|%C3%A4)tig|zustimm|erlaub|confirm|accept|approve)[^\s]*",
            re.IGNORECASE,
        ),
    ),
)


def confirmation_of(letter: Letter) -> Confirmation | None:
    """What a mail asks a person to agree to; None where it asks for nothing of the kind.

    Look at `email_in_auth.verdict_of` first: anybody can write such a mail.
    """
    for asker in _ASKERS:
        if asker.sender.fullmatch(letter.sender) and asker.subject.search(letter.subject):
            link = next((url for url in _addresses(letter) if asker.link.fullmatch(url)), "")
            # The alerts' own sender and the German providers write of other things too.
            if link or not asker.subject.pattern:
                return Confirmation(from_=_who(letter), code=_code(letter), link=link)
    return None


def _addresses(letter: Letter) -> Iterator[str]:
    for link in links_of(letter):
        yield link.url


def _who(letter: Letter) -> str:
    for text in (letter.subject, letter.text[:1000]):
        if found := _ADDRESS.search(text):
            return found[0].lower()
    return letter.sender


def _code(letter: Letter) -> str:
    header = letter.header("x-google-address-confirmation")
    if re.fullmatch(r"[0-9]{6,12}", header, re.ASCII):
        return header
    for text in (letter.subject, letter.text[:5000]):
        if found := _CODE.search(text):
            return found[1]
    return ""
