"""Mails as values: who says to have sent them, what about, and what a reader sees; everything in it is hostile.

The standard library reads them under its policy `compat32`. Its newer policy parses every header and fails on broken
ones with whatever comes (IndexError, AttributeError, UnboundLocalError: 1,700 of 240,000 random headers on CPython
3.11.7), and takes seconds for long ones; compat32 leaves headers alone, and the few that count are read here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from earshot.domain.errors import Malformed
from earshot.domain.ids import digest
from earshot.ports.http import MAX_BYTES
from earshot.sources.json_body import MAX_ID
from earshot.sources.markup import Page, decoded, read_markup
from earshot.sources.plain import plain_line, plain_text

MAX_PARTS = 200
"""Parts of one mail that are looked at; notifications have two or three."""

MAX_HEADERS = 500
"""Headers of one mail that are looked at; mails that were forwarded twice have some sixty."""

_MAX_NESTING = 50
"""Parts within which others may stand: the parser goes one call deeper for each."""

_MAX_DECLARED = 1000
"""Content types of one mail, those in attached mails included."""

_MAX_VALUE = 4000
"""Characters of a header that are read; RFC 5322 allows 998 in a line."""

_MAX_TEXT = 200_000
_MAX_MARKUP = 500_000
_CONTAINER = re.compile(rb"(?:multipart|message)\s*/", re.IGNORECASE)
_DECLARATION = re.compile(rb"^content-type\s*:", re.IGNORECASE | re.MULTILINE)
# What fills the line that mail programs show beside the subject, so that nothing else stands there.
_FILLING = re.compile(r"(?:[\u00ad\u034f\u2007\u200b-\u200f\u2060\ufeff][ \u00a0]*+){4,}+")
# One address, with or without a name; where several stand, or a group, none of them counts.
_SENDER = re.compile(r"""(?P<name>"(?:[^"\\]|\\.){0,300}+"|[^<>",;:]{0,300}+)\s{0,9}<(?P<address>[^<>]{3,254}+)>""")
_ADDRESS = re.compile(r"""[^\s<>@"(),:;\\]{1,64}+@((?:[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\.){1,20}[a-z0-9-]{2,63})""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail: `sender` is the one address in From, in lower case, "" where there is none or more than one.

    `text` is plain, from the plain part or else from the HTML; `page` is the HTML. `message_id` is without brackets,
    else a digest of the mail, so it is never "". `headers` are those of the mail itself in their order, names in lower
    case, unfolded. `is_automatic` where a mail system answers: a bounce, a note of absence.
    """

    sender: str
    name: str
    subject: str
    sent_at: datetime | None
    message_id: str
    text: str
    page: Page
    headers: tuple[tuple[str, str], ...]
    is_automatic: bool = False

    @property
    def domain(self) -> str:
        """The domain of the sender, "" where there is none."""
        return self.sender.rpartition("@")[2]

    def header(self, name: str) -> str:
        """The first header of a name in lower case, "" where there is none."""
        return next((value for each, value in self.headers if each == name), "")


def read_letter(body: bytes) -> Letter:
    """The mail in a body, RFC 5322 and MIME; attached mails and files are left alone.

    Raises:
        Malformed: it is no mail, too large, or has more parts than any mail.
    """
    if len(body) > MAX_BYTES:
        raise Malformed(f"the mail is larger than {MAX_BYTES // 1_000_000} MB")
    if len(_DECLARATION.findall(body)) > _MAX_DECLARED or len(_CONTAINER.findall(body)) > _MAX_NESTING:
        raise Malformed("the mail has more parts than any mail")
    message = BytesParser(policy=policy.compat32).parsebytes(body.lstrip())
    headers = _headers(message)
    known = dict(reversed(headers))
    if "from" not in known or not known.keys() & {"date", "message-id", "subject"}:
        raise Malformed("this is no mail: its head has no From, or neither Date, Message-ID nor Subject")
    name, sender = _sender([value for each, value in headers if each == "from"])
    plain, markup = _content(message)
    page = read_markup(markup)
    text = _seen(plain) or _seen(page.text)
    subject = plain_line(_words(known.get("subject", "")), is_html=False)
    named = _message_id(known.get("message-id", ""))
    return Letter(
        sender=sender,
        name=plain_line(_words(name), is_html=False, limit=200),
        subject=subject,
        sent_at=_moment(known.get("date", "")),
        message_id=named or digest(sender, subject, known.get("date", ""), text).hex(),
        text=text,
        page=page,
        headers=headers,
        is_automatic=_is_automatic(known),
    )


def _seen(text: str) -> str:
    return plain_text(_FILLING.sub(" ", text), is_html=False, limit=_MAX_TEXT)


def _headers(message: Message) -> tuple[tuple[str, str], ...]:
    found = []
    for name, value in list(message.raw_items())[:MAX_HEADERS]:
        # Bytes beyond ASCII come as surrogates; most senders of such headers mean UTF-8 (RFC 6532).
        text = str(value)[:_MAX_VALUE].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        found.append((name.lower()[:100], " ".join(text.split())))
    return tuple(found)


def _content(message: Message) -> tuple[str, str]:
    """The first plain text and the first HTML of a mail, in its order."""
    plain = markup = ""
    for part in _leaves(message):
        kind = part.get_content_type()
        if kind not in {"text/plain", "text/html"} or _is_attachment(part):
            continue
        if kind == "text/plain" and not plain:
            plain = _payload(part)[:_MAX_TEXT]
        elif kind == "text/html" and not markup:
            markup = _payload(part)[:_MAX_MARKUP]
    return plain, markup


def _leaves(message: Message) -> Iterator[Message]:
    waiting: list[object] = [message]
    for _ in range(MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        if not isinstance(part, Message):
            continue
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting.extend(reversed(inner))
        elif not isinstance(inner, list):
            yield part


def _is_attachment(part: Message) -> bool:
    return str(part.get("content-disposition", "")).strip().lower().startswith("attachment")


def _payload(part: Message) -> str:
    try:
        body = part.get_payload(decode=True)
        charset = part.get_param("charset") or ""
    except (ValueError, LookupError, AssertionError):
        # The library's decoders of transfer encodings give up in these ways.
        return ""
    return decoded(body, charset if isinstance(charset, str) else "") if isinstance(body, bytes) else ""


def _sender(values: list[str]) -> tuple[str, str]:
    """Name and address of the one sender; two empty texts where From is missing, doubled or names several."""
    if len(values) != 1:
        return "", ""
    found = _SENDER.fullmatch(values[0])
    name, written = (found["name"], found["address"]) if found else ("", values[0])
    address = written.strip().lower()
    return (name.strip(' "'), address) if _ADDRESS.fullmatch(address) else ("", "")


def _words(value: str) -> str:
    """A header with its encoded words read (RFC 2047)."""
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError):
        return value


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _message_id(value: str) -> str:
    name = value.strip().removeprefix("<").removesuffix(">")
    return name if re.fullmatch(rf"[!-~]{{1,{MAX_ID}}}", name, re.ASCII) else ""


def _is_automatic(headers: dict[str, str]) -> bool:
    """Whether a mail system answers (RFC 3834, RFC 3464); notifications say `auto-generated` and are none."""
    answers = headers.get("auto-submitted", "").lower().startswith("auto-replied")
    return answers or headers.get("content-type", "").lower().startswith("multipart/report")
