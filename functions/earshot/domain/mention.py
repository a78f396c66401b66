"""Mentions: items that matched a tenant's watch, with everything people did about them."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from earshot.domain.ids import digest, make_id
from earshot.domain.item import Author, Engagement, Item
from earshot.domain.story import Copy
from earshot.domain.verdict import Kind, Verdict
from earshot.domain.watch import Match, Role

MAX_EXCERPT = 1000
"""Characters of text kept; never the full text of a page."""

_CUT = "… "
_LEAD = 200
"""Characters before the first match that an excerpt shows for its sense."""

MAX_HISTORY = 50
"""History entries kept in a mention, the latest ones."""


MAX_MATCHES = 50
"""Matches kept in a mention, the strongest ones: a row has room for no more of their evidence."""


class Status(StrEnum):
    """Open: somebody should act. Done: acknowledged, or nothing owed."""

    OPEN = "open"
    DONE = "done"


class Outcome(StrEnum):
    """What was done about a mention."""

    THANKED = "thanked"
    ANSWERED = "answered"
    REPORTED = "reported"
    IGNORED = "ignored"
    IRRELEVANT = "irrelevant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """Who closed a mention, when and how; `answer_url` links to the answer."""

    outcome: Outcome
    by: str
    at: datetime
    note: str = ""
    answer_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One thing that happened to a mention; `by` is an actor such as `key:…` or `contact:…`, "earshot" for machines."""

    at: datetime
    by: str
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One mention of one tenant.

    `posted_at` is when it was written (None when undated), `seen_at` when we stored it; both UTC, set once.
    `is_history` marks what was written before the watch: shown, never alerted. `version` changes by a person or a
    re-opening only, `revision` by every write. `is_own_voice`: said by a colleague who agreed to be named.

    A story is told by one mention, its head, which keeps the other places as `copies`; each of those names the head in
    `story_id` and has no card. `story_keys` are the names under which its likes are looked up, `apart` the mentions
    that a person took out of its story. `gone_at` is when we saw that its place has deleted it: nothing of its text and
    author is left then, and nothing is owed.
    """

    id: str
    tenant: str
    identity: str
    source_id: str
    source_kind: str
    native_id: str = ""
    place: str = ""
    url: str = ""
    title: str = ""
    excerpt: str = ""
    language: str = ""
    author: Author = Author()
    engagement: Engagement = Engagement()
    rating: float | None = None
    thread_url: str = ""
    parent_id: str = ""
    root_id: str = ""
    posted_at: datetime | None = None
    seen_at: datetime
    edited_at: datetime | None = None
    gone_at: datetime | None = None
    is_history: bool = False
    matches: tuple[Match, ...]
    verdict: Verdict
    fingerprint: str
    status: Status
    acknowledgement: Acknowledgement | None = None
    is_own_voice: bool = False
    story_id: str = ""
    story_keys: tuple[str, ...] = ()
    copies: tuple[Copy, ...] = ()
    more_copies: int = 0
    apart: tuple[str, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    version: int = 1
    revision: int = 0

    @property
    def role(self) -> Role:
        """The strongest role it matched in; it decides."""
        return min((match.role for match in self.matches), key=lambda role: role.strength)

    @property
    def kind(self) -> Kind:
        """What the mention asks of us."""
        return self.verdict.kind

    @property
    def is_own_news(self) -> bool:
        """Whether it is news about ourselves, said by others, with a card of its own: it is counted and may be told."""
        return self.role.is_ours and not (self.is_history or self.is_own_voice or self.story_id or self.gone_at)

    @property
    def rank(self) -> int:
        """Where it stands among the open ones, 0 first: criticism, question, unclassified, praise, the rest."""
        if self.kind is Kind.NEUTRAL and self.verdict.is_perhaps_criticism:
            return list(Kind).index(Kind.UNCLASSIFIED)
        return list(Kind).index(self.kind)

    @property
    def listed_at(self) -> datetime:
        """The time it is sorted by: when we saw it, for history when it was posted."""
        return (self.posted_at or self.seen_at) if self.is_history else self.seen_at


def mention_id(tenant: str, identity: str) -> str:
    """The id of what has this identity, for one tenant."""
    return make_id("m", tenant, identity)


def fingerprint(item: Item) -> str:
    """Tells whether an edit changed anything a reader would notice."""
    return digest(item.title, item.text, str(item.rating)).hex()[:32]


def owes(mention: Mention) -> bool:
    """Whether somebody should act on it, had nobody acted yet: own news that is not plainly neutral."""
    is_plain = mention.kind is Kind.NEUTRAL and not mention.verdict.is_perhaps_criticism
    return mention.is_own_news and not is_plain


def from_item(
    item: Item,
    *,
    tenant: str,
    source_id: str,
    matches: tuple[Match, ...],
    verdict: Verdict,
    is_history: bool,
    now: datetime,
) -> Mention:
    """A new mention of an item seen at `now`; `matches` holds at least one."""
    shown = excerpt_of(item.text, _strongest(matches))
    mention = Mention(
        id=mention_id(tenant, item.identity),
        tenant=tenant,
        identity=item.identity,
        source_id=source_id,
        source_kind=item.source_kind,
        native_id=item.native_id,
        place=item.place,
        url=item.url,
        title=item.title,
        excerpt=shown.text,
        language=verdict.language or item.language,
        author=item.author,
        engagement=item.engagement,
        rating=item.rating,
        thread_url=item.thread_url,
        parent_id=item.parent_id,
        root_id=item.root_id,
        posted_at=item.published_at,
        seen_at=now,
        is_history=is_history,
        matches=shown.matches,
        verdict=verdict,
        fingerprint=fingerprint(item),
        status=Status.DONE,
    )
    return replace(mention, status=Status.OPEN) if owes(mention) else mention


def from_colleague(mention: Mention) -> Mention:
    """A new mention as one of a colleague who agreed to be named: shown, and owed nothing."""
    return replace(mention, is_own_voice=True, status=Status.DONE)


def edited(mention: Mention, item: Item, *, matches: tuple[Match, ...], verdict: Verdict, now: datetime) -> Mention:
    """The mention with the source's new text; what people did about it stays, and so do its story and its place.

    What only other places of its story matched stays as well.
    """
    there = {match.watch_id for match in matches}
    of_copies = [match for match in mention.matches if mention.copies and match.watch_id not in there]
    shown = excerpt_of(item.text, _strongest((*matches, *(replace(match, spans=()) for match in of_copies))))
    after = replace(
        mention,
        title=item.title,
        excerpt=shown.text,
        language=verdict.language or item.language,
        engagement=item.engagement,
        rating=item.rating,
        matches=shown.matches or mention.matches,
        verdict=verdict,
        fingerprint=fingerprint(item),
        edited_at=now,
        history=remember(mention, HistoryEntry(at=now, by="earshot", what="edited")),
    )
    return replace(after, status=Status.OPEN) if after.acknowledgement is None and owes(after) else after


def matched_more(mention: Mention, matches: tuple[Match, ...], *, is_history: bool) -> Mention:
    """The mention with what newer watches matched in it; `is_history` is whether it is that to all of `matches`.

    Itself when there is nothing new. It opens when it is news about ourselves now and nobody has acknowledged it.
    """
    there = {match.watch_id for match in mention.matches}
    more = tuple(_within(match, 0, len(mention.excerpt), 0) for match in matches if match.watch_id not in there)
    kept = _strongest((*mention.matches, *more))
    if kept == mention.matches:
        return mention
    after = replace(mention, matches=kept, is_history=mention.is_history and is_history)
    opens = after.acknowledgement is None and owes(after) and not is_history
    return replace(after, status=Status.OPEN) if opens else after


class Excerpt(NamedTuple):
    """What is kept of a text, and the matches with their spans in it."""

    text: str
    matches: tuple[Match, ...]


def excerpt_of(text: str, matches: tuple[Match, ...]) -> Excerpt:
    """Up to `MAX_EXCERPT` characters: the beginning, or where the first match stands if the beginning has none."""
    found = [span.start for match in matches for span in match.spans if span.field == "text"]
    first = min(found, default=0)
    if first + _LEAD <= MAX_EXCERPT:
        end = MAX_EXCERPT
        return Excerpt(text[:end], tuple(_within(match, 0, end, 0) for match in matches))
    start = text.rfind(" ", 0, first - _LEAD) + 1 or first - _LEAD
    end = start + MAX_EXCERPT - len(_CUT)
    shift = len(_CUT) - start
    return Excerpt(_CUT + text[start:end], tuple(_within(match, start, end, shift) for match in matches))


def _within(match: Match, start: int, end: int, shift: int) -> Match:
    """The match with the spans that stand in a piece of the text, counted from its beginning."""
    spans = [
        replace(span, start=span.start + shift, end=span.end + shift) if span.field == "text" else span
        for span in match.spans
        if span.field != "text" or (start <= span.start and span.end <= end)
    ]
    return replace(match, spans=tuple(spans))


def _strongest(matches: tuple[Match, ...]) -> tuple[Match, ...]:
    if len(matches) <= MAX_MATCHES:
        return matches
    return tuple(sorted(matches, key=lambda match: match.role.strength)[:MAX_MATCHES])


def remember(mention: Mention, entry: HistoryEntry) -> tuple[HistoryEntry, ...]:
    """The history with one more entry, the oldest dropped past `MAX_HISTORY`."""
    return (*mention.history, entry)[-MAX_HISTORY:]
