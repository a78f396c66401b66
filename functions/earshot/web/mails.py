"""Mails: the cards of the inbox in a column of 600 pixels, with a plain text that stands alone."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from earshot.domain.mention import Mention
from earshot.domain.verdict import Kind
from earshot.ports.notifier import Letter, Notice
from earshot.web.cards import Card, card, place_name
from earshot.web.marking import one_line, safe_link
from earshot.web.rendering import render
from earshot.web.viewer import Viewer, zone_named
from earshot.web.words import TABLES, Words

MAX_SUBJECT = 150
_WIDTH = 600
_STEPS = {Kind.PRAISE: "read.and.thank", Kind.CRITICISM: "read.and.reply", Kind.QUESTION: "read.and.reply"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A mention in a mail: its card, and where to open and to acknowledge it ("" when there is no link)."""

    card: Card
    open_url: str
    link: str
    place: str
    main: str
    """What the main button says: the next human step."""


class MailComposer:
    """Implements `earshot.ports.notifier.Composer`; `base_url` is where the inbox is."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")

    def compose(self, notice: Notice) -> Letter:
        """The mail for a notice, in the contact's language and time zone."""
        viewer = self._viewer(notice)
        entries = [self._entry(mention, notice, viewer) for mention in notice.mentions]
        subject = _subject(notice, entries, viewer.words)
        values = {
            "words": viewer.words,
            "entries": entries,
            "more": notice.more,
            "inbox_url": f"{self._base_url}/",
            "footer": _footer(notice, viewer.words),
        }
        return Letter(
            delivery_id=notice.delivery_id,
            to=notice.contact.email,
            subject=subject,
            text="\n".join(self._lines(notice, entries, viewer.words)),
            html=render("mail.html", subject=subject, width=_WIDTH, **values),
            headers={"Auto-Submitted": "auto-generated"},
        )

    def _viewer(self, notice: Notice) -> Viewer:
        """The contact; a mail is read later, so its times are exact ones and `now` only fixes the year."""
        language = notice.contact.language if notice.contact.language in TABLES else "en"
        latest = max(mention.seen_at for mention in notice.mentions)
        return Viewer(words=Words(language), zone=zone_named(notice.contact.timezone), now=latest)

    def _entry(self, mention: Mention, notice: Notice, viewer: Viewer) -> Entry:
        return Entry(
            card=card(mention, viewer, watch_names=notice.watch_names),
            open_url=safe_link(mention.url) or f"{self._base_url}/mentions/{mention.id}",
            link=notice.links.get(mention.id, ""),
            place=place_name(mention, viewer),
            main=viewer.words(_STEPS.get(mention.kind, "read.and.decide")),
        )

    def _lines(self, notice: Notice, entries: list[Entry], words: Words) -> Iterator[str]:
        """The plain text."""
        if len(entries) > 1 or notice.more:
            yield from (_counts(entries, notice.more, words), "")
        for entry in entries:
            yield from _entry_lines(entry, words)
        if notice.more:
            yield from (f"… {words.count('mail.more', notice.more)}: {self._base_url}/", "")
        yield from ("-- ", _footer(notice, words))


def _subject(notice: Notice, entries: list[Entry], words: Words) -> str:
    """`Kritik · Café Morgenrot · Blogname`, or for a summary its number, the company and the kinds."""
    if len(entries) == 1 and not notice.more:
        shown = entries[0]
        watch = shown.card.watches or notice.tenant.name
        parts = [shown.card.kind_word, one_line(watch, 60), one_line(shown.place, 60)]
    else:
        number = words.count("mail.subject.many", len(entries) + notice.more)
        parts = [number, one_line(notice.tenant.name, 60)]
        parts += [] if notice.more else [_kinds(entries, words)]
    return one_line(" · ".join(parts), MAX_SUBJECT)


def _counts(entries: list[Entry], more: int, words: Words) -> str:
    number = words.count("mail.subject.many", len(entries) + more)
    return f"{number}: {_kinds(entries, words)}" if not more else number


def _kinds(entries: list[Entry], words: Words) -> str:
    """How many of each kind, the most pressing kind first."""
    counted = Counter(entry.card.kind for entry in entries)
    return ", ".join(words.count(f"kind.{kind}", counted[kind]) for kind in Kind if counted[kind])


def _entry_lines(entry: Entry, words: Words) -> Iterator[str]:
    shown = entry.card
    yield f"{shown.sign} {shown.kind_word} · {one_line(shown.where, 200)}"
    yield "".join(piece.text for piece in shown.title)
    yield ""
    if shown.text:
        yield from ("".join(piece.text for piece in shown.text), "")
    yield words("mail.by", author=one_line(shown.author, 200), when=shown.at.exact)
    if shown.story:
        yield shown.story.said
    if shown.reasons:
        yield f"{words('why')} {' · '.join(shown.reasons)}"
    yield from ("", f"{entry.main}: {entry.open_url}")
    if entry.link:
        yield f"{words('mail.done')}: {entry.link}"
    yield from ("", "")


def _footer(notice: Notice, words: Words) -> str:
    tenant = one_line(notice.tenant.name, 120)
    return words("mail.footer", tenant=tenant, email=one_line(notice.contact.email, 254))
