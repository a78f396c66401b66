"""The mails and short messages that a local run keeps instead of sending them, as a list and one by one."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from earshot.domain.errors import NotFound
from earshot.web.answer import PAGE_POLICY, Answer, html_answer
from earshot.web.callers import visitor
from earshot.web.cards import Moment, moment
from earshot.web.frame import page, viewer_for
from earshot.web.marking import clean, one_line
from earshot.web.parts import OutboxReader, Parts
from earshot.web.request import Request
from earshot.web.viewer import Viewer

MOST_LISTED = 100

_WITH_FRAME = f"{PAGE_POLICY}; frame-src 'self'"
_INSIDE_FRAME = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""A mail brings its own style; it is shown without scripts, images and our origin's rights."""


class Line(NamedTuple):
    """A message in the list; a short one has its text for a subject."""

    id: str
    subject: str
    to: str
    at: Moment | None


def outbox(parts: Parts, request: Request) -> Answer:
    """GET /outbox: newest first."""
    who = visitor(parts, request)
    viewer = viewer_for(parts, request, who)
    reader = _reader(parts)
    ids = reader.list()
    lines = [_line(id_, _parsed(reader.read(id_)), viewer) for id_ in ids[:MOST_LISTED]]
    return page(parts, request, viewer, "outbox.html", who=who, lines=lines, total=len(ids))


def mail(parts: Parts, request: Request) -> Answer:
    """GET /outbox/{id}: the plain text, and the HTML part, if there is one, in a frame of its own."""
    who = visitor(parts, request)
    viewer = viewer_for(parts, request, who)
    message = _parsed(_raw(parts, request))
    id_ = request.args["id"]
    line = _line(id_, message, viewer)
    shown: dict[str, Any] = {
        "line": line,
        "text": clean(_content(message, "plain")),
        "has_html": message.get_body(("html",)) is not None,
    }
    return page(parts, request, viewer, "outbox_mail.html", who=who, policy=_WITH_FRAME, **shown)


def html_part(parts: Parts, request: Request) -> Answer:
    """GET /outbox/{id}/html: the HTML part alone; its links open outside the frame."""
    visitor(parts, request)
    text = _content(_parsed(_raw(parts, request)), "html")
    return html_answer(text.replace("<head>", '<head><base target="_blank">', 1), policy=_INSIDE_FRAME)


def source(parts: Parts, request: Request) -> Answer:
    """GET /outbox/{id}/source: the message as it would have been sent."""
    visitor(parts, request)
    raw = _raw(parts, request).decode("utf-8", "replace")
    return Answer(body=raw, headers={"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"})


def _reader(parts: Parts) -> OutboxReader:
    if parts.outbox is None:
        raise NotFound("outbox", "")
    return parts.outbox


def _raw(parts: Parts, request: Request) -> bytes:
    """Only what the outbox lists can be read: an id from the address is never a path."""
    reader, id_ = _reader(parts), request.args["id"]
    if id_ not in reader.list():
        raise NotFound("mail", id_[:60])
    return reader.read(id_)


def _parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=default)


def _content(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""


def _line(id_: str, message: EmailMessage, viewer: Viewer) -> Line:
    subject = one_line(str(message.get("Subject", "")) or _content(message, "plain"), 200) or "–"
    try:
        at = moment(parsedate_to_datetime(str(message["Date"])), viewer) if message["Date"] else None
    except (ValueError, TypeError):
        at = None
    return Line(id=id_, subject=subject, to=one_line(str(message.get("To", "")), 200), at=at)
