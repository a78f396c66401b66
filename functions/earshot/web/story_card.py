"""What a card shows of a story: where else it stands, where it stood first, where it is loudest, and every place."""

from dataclasses import dataclass

from earshot.domain.story import Copy, Story
from earshot.web.marking import clean, host_of, one_line, safe_link
from earshot.web.viewer import Viewer

NAMED = 2
"""Places a card names; it counts the others."""

KNOWN_KINDS = ("feed", "google_alerts", "hackernews", "page_watch", "email_in", "push", "webmention")
_MAX_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place of a story; `link` leads to the original, or else to our own page of it."""

    mention_id: str
    name: str
    link: str
    author: str
    said_at: str
    exact_at: str
    iso_at: str
    reach: str
    is_head: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryCard:
    """A story in the reader's words; `left_out` says how many places are not among `places`, "" for none."""

    id: str
    said: str
    places: tuple[Place, ...]
    left_out: str


def story_card(story: Story, viewer: Viewer) -> StoryCard:
    """A story for this viewer."""
    beyond = story.count - len(story.places)
    return StoryCard(
        id=story.id,
        said=_said(story, viewer),
        places=tuple(_place(each, story, viewer) for each in story.places),
        left_out=viewer.words.count("story.left.out", beyond) if beyond else "",
    )


def place_called(place: str, url: str, source_kind: str, viewer: Viewer) -> str:
    """The place as people call it, else the site, else the kind of source."""
    kind = viewer.words(f"source.{source_kind}") if source_kind in KNOWN_KINDS else source_kind
    return clean(place).strip() or host_of(url) or kind


def _said(story: Story, viewer: Viewer) -> str:
    """`Auch bei A, B und 3 weiteren Stellen · zuerst bei A · größte Reichweite bei C (1.200)`."""
    words, loudest = viewer.words, story.loudest
    parts = [_also(story, viewer), words("story.first", place=_name(story.first, viewer))]
    if loudest is not None:
        parts.append(words("story.loudest", place=_name(loudest, viewer), n=loudest.reach or 0))
    return " · ".join(parts)


def _also(story: Story, viewer: Viewer) -> str:
    words = viewer.words
    here = _name(story.places[0], viewer)
    others = [name for name in dict.fromkeys(_name(each, viewer) for each in story.places[1:]) if name != here]
    named, rest = others[:NAMED], story.count - 1 - sum(_is_named(each, others, viewer) for each in story.places[1:])
    if not named:
        return words.count("story.again", rest)
    if rest:
        return words(
            "story.also", places=words("story.and", some=", ".join(named), last=words.count("story.more", rest))
        )
    return words("story.also", places=named[0] if len(named) == 1 else words("story.and", some=named[0], last=named[1]))


def _is_named(place: Copy, others: list[str], viewer: Viewer) -> bool:
    return _name(place, viewer) in others[:NAMED]


def _name(place: Copy, viewer: Viewer) -> str:
    return one_line(place_called(place.place, place.url, place.source_kind, viewer), _MAX_NAME)


def _place(place: Copy, story: Story, viewer: Viewer) -> Place:
    reach = "" if place.reach is None else viewer.words("story.reach", n=place.reach)
    return Place(
        mention_id=place.mention_id,
        name=_name(place, viewer),
        link=safe_link(place.url) or f"/mentions/{place.mention_id}",
        author=one_line(place.author, _MAX_NAME),
        said_at=viewer.ago(place.at),
        exact_at=viewer.exact(place.at),
        iso_at=place.at.isoformat(),
        reach=reach,
        is_head=place.mention_id == story.id,
    )
