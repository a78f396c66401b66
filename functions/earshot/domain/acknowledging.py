"""How a person closes a mention and opens it again."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from earshot.domain.errors import Conflict, Invalid
from earshot.domain.mention import Acknowledgement, HistoryEntry, Mention, Outcome, Status, remember

MAX_NOTE = 2000
MAX_DETAIL = 200
"""Characters of a note or link kept in the history; whole it stands in the acknowledgement only."""


def validated(outcome: str, *, by: str, at: datetime, note: str = "", answer_url: str = "") -> Acknowledgement:
    """An acknowledgement from what a person sent.

    Raises:
        Invalid: an unknown outcome, a note that is too long, ignored without a reason, or an answer that is no link.
    """
    if outcome not in list(Outcome):
        raise Invalid("outcome", f"must be one of {', '.join(Outcome)}")
    note = note.strip()
    if len(note) > MAX_NOTE:
        raise Invalid("note", f"must have at most {MAX_NOTE} characters")
    if outcome == Outcome.IGNORED and not note:
        raise Invalid("note", "say why it is ignored; the reason helps the next person")
    if answer_url and not _is_link(answer_url):
        raise Invalid("answer_url", "must be an http or https address of at most 2,048 characters")
    return Acknowledgement(outcome=Outcome(outcome), by=by, at=at, note=note, answer_url=answer_url)


def acknowledge(mention: Mention, done: Acknowledgement, *, version: int) -> Mention:
    """The mention closed by `done`; itself, unchanged, when the same actor repeats the same outcome.

    Whoever repeats it on the present version with a new note or link adds that; what they leave empty stays.

    Raises:
        Conflict: `version` is not the mention's.
    """
    before = mention.acknowledgement
    said = done.note or done.answer_url
    if before and (before.outcome, before.by) == (done.outcome, done.by):
        said = _news(before.note, done.note) or _news(before.answer_url, done.answer_url)
        if not said or version != mention.version:
            return mention
        done = replace(done, note=done.note or before.note, answer_url=done.answer_url or before.answer_url)
    if version != mention.version:
        raise Conflict("mention", mention.id)
    entry = HistoryEntry(at=done.at, by=done.by, what=done.outcome.value, detail=said[:MAX_DETAIL])
    return replace(
        mention,
        status=Status.DONE,
        acknowledgement=done,
        version=mention.version + 1,
        history=remember(mention, entry),
    )


def reopen(mention: Mention, *, by: str, at: datetime, version: int | None = None) -> Mention:
    """The mention open again; itself, unchanged, when nobody has acknowledged it.

    Raises:
        Conflict: `version` is given and is not the mention's.
    """
    if mention.acknowledgement is None:
        return mention
    if version is not None and version != mention.version:
        raise Conflict("mention", mention.id)
    return replace(
        mention,
        status=Status.OPEN,
        acknowledgement=None,
        version=mention.version + 1,
        history=remember(mention, HistoryEntry(at=at, by=by, what="reopened")),
    )


def _news(known: str, said: str) -> str:
    return said if said != known else ""


def _is_link(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return len(url) <= 2048 and parts.scheme in ("http", "https") and bool(parts.hostname) and url.isprintable()
