"""A mention as a card: what pages and mails show of it, in the reader's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from earshot.domain.joining import story_of
from earshot.domain.mention import Mention, Status
from earshot.domain.verdict import Kind
from earshot.store.mentions import author_key
from earshot.web.marking import Piece, clean, pieces, safe_link
from earshot.web.reasons import said
from earshot.web.story_card import KNOWN_KINDS, StoryCard, place_called, story_card
from earshot.web.viewer import Viewer

SIGNS = {
    Kind.PRAISE: "▲",
    Kind.CRITICISM: "▼",
    Kind.QUESTION: "?",
    Kind.NEUTRAL: "●",
    Kind.UNCLASSIFIED: "◇",
}
"""A kind is a word, a sign and a colour, always the same; colour alone never carries meaning."""

URGENT = 60
"""From this urgency on a card says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time in words, and exactly, for people and for machines."""

    said: str
    exact: str
    iso: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How a mention was closed."""

    outcome: str
    by: str
    at: Moment
    note: str = ""
    answer_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is shown of a mention. `link` always leads somewhere: to the original, or else to our own page.

    `story` is there where it is told in several places; a further place names the card of its story in `head`.
    """

    id: str
    version: int
    kind: str
    kind_word: str
    sign: str
    pressing: str
    where: str
    title: tuple[Piece, ...]
    text: tuple[Piece, ...]
    author: str
    author_key: str
    at: Moment
    link: str
    has_original: bool
    watches: str
    reasons: tuple[str, ...]
    terms: tuple[str, ...]
    is_open: bool
    is_history: bool
    is_edited: bool
    is_own_voice: bool
    done: Done | None
    story: StoryCard | None
    head: str


def card(
    mention: Mention, viewer: Viewer, *, watch_names: Mapping[str, str], names: Mapping[str, str] | None = None
) -> Card:
    """The card of a mention; `names` tells what to call the actors of its history."""
    words, link, author = viewer.words, safe_link(mention.url), author_name(mention, viewer)
    verdict, story = mention.verdict, story_of(mention)
    return Card(
        id=mention.id,
        version=mention.version,
        kind=mention.kind,
        kind_word=words(f"kind.{mention.kind}"),
        sign=SIGNS[mention.kind],
        pressing=_pressing(mention, viewer),
        where=_where(mention, viewer),
        title=pieces(mention.title, mention.matches, "title") or (Piece(_untitled(mention, author, viewer)),),
        text=pieces(mention.excerpt, mention.matches, "text"),
        author=author,
        author_key=author_key(mention),
        at=moment(mention.posted_at or mention.seen_at, viewer),
        link=link or f"/mentions/{mention.id}",
        has_original=bool(link),
        watches=" · ".join(_watches(mention, watch_names)),
        reasons=tuple(said(reason, words) for reason in (*verdict.reasons, *verdict.urgency_reasons)),
        terms=tuple(words("quoted", text=term) for term in _terms(mention)),
        is_open=mention.status is Status.OPEN,
        is_history=mention.is_history,
        is_edited=mention.edited_at is not None,
        is_own_voice=mention.is_own_voice,
        done=_done(mention, viewer, names or {}),
        story=story_card(story, viewer) if story else None,
        head=mention.story_id,
    )


def moment(at: datetime, viewer: Viewer) -> Moment:
    """A time for this viewer."""
    return Moment(said=viewer.ago(at), exact=viewer.exact(at), iso=at.isoformat())


def author_name(mention: Mention, viewer: Viewer) -> str:
    """What the author is called."""
    author = mention.author
    return clean(author.name).strip() or clean(author.handle).strip() or viewer.words("author.unknown")


def place_name(mention: Mention, viewer: Viewer) -> str:
    """Where it was said: the place as people call it, else the site, else the kind of source."""
    return place_called(mention.place, mention.url, mention.source_kind, viewer)


def source_kind(kind: str, viewer: Viewer) -> str:
    """What a kind of source is called."""
    return viewer.words(f"source.{kind}") if kind in KNOWN_KINDS else kind


def called(actor: str, names: Mapping[str, str]) -> str:
    """What to call an actor such as `member:anna`: the known name, else what stands after the colon."""
    return clean(names.get(actor) or actor.partition(":")[2] or actor)


def _untitled(mention: Mention, author: str, viewer: Viewer) -> str:
    """What stands for a title: that the post is deleted, or whose it is."""
    return viewer.words("post.gone") if mention.gone_at else viewer.words("untitled", author=author)


def _pressing(mention: Mention, viewer: Viewer) -> str:
    words, parts = viewer.words, []
    if mention.status is not Status.OPEN:
        return ""
    if mention.verdict.urgency >= URGENT:
        parts.append(words("urgent"))
    if mention.kind is not Kind.CRITICISM and mention.verdict.is_perhaps_criticism:
        parts.append(words("perhaps.criticism"))
    if mention.kind in (Kind.CRITICISM, Kind.QUESTION):
        parts.append(words("waits", span=viewer.waited(mention.posted_at or mention.seen_at)))
    return " · ".join(parts)


def _where(mention: Mention, viewer: Viewer) -> str:
    parts = [place_name(mention, viewer)]
    if mention.rating is not None:
        stars = max(0, min(5, round(mention.rating)))
        parts.append("★" * stars + "☆" * (5 - stars))
    if mention.engagement.replies:
        parts.append(viewer.words.count("replies", mention.engagement.replies))
    if mention.author.followers:
        parts.append(viewer.words.count("followers", mention.author.followers))
    return " · ".join(parts)


def _watches(mention: Mention, watch_names: Mapping[str, str]) -> list[str]:
    found = [watch_names[match.watch_id] for match in mention.matches if match.watch_id in watch_names]
    return [clean(name) for name in dict.fromkeys(found)]


def _terms(mention: Mention) -> list[str]:
    found = [clean(span.term) for match in mention.matches for span in match.spans]
    return list(dict.fromkeys(found))


def _done(mention: Mention, viewer: Viewer, names: Mapping[str, str]) -> Done | None:
    done = mention.acknowledgement
    if done is None:
        return None
    return Done(
        outcome=viewer.words(f"outcome.{done.outcome}"),
        by=called(done.by, names),
        at=moment(done.at, viewer),
        note=clean(done.note),
        answer_url=safe_link(done.answer_url),
    )
