"""A thread as the page of its mention shows it: what stands above, what stands below, and who of us was there."""

from collections.abc import Iterable
from dataclasses import dataclass

from earshot.domain.kept_thread import Said
from earshot.services.asked_threads import Asked
from earshot.web.cards import Moment, moment
from earshot.web.marking import clean, one_line, safe_link
from earshot.web.thread_representation import problem_of, state_of
from earshot.web.viewer import Viewer

_MAX_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing said; `link` is "" where there is nothing to open, `depth` how far it is set in."""

    author: str
    text: str
    at: Moment | None
    link: str
    is_ours: bool
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadCard:
    """A thread in the reader's words; `hint` says how far it was read, and is never empty."""

    hint: str
    ours: str
    above: tuple[Line, ...]
    below: tuple[Line, ...]
    cut: str
    left_out: str
    problem: str
    is_looking: bool
    was_read: bool


def thread_card(asked: Asked, viewer: Viewer) -> ThreadCard | None:
    """The thread for this viewer; None where its place shows none."""
    words, thread, state = viewer.words, asked.thread, state_of(asked, viewer.now)
    if state == "unreadable":
        return None
    hint = words("thread.looking" if state == "looking" else "thread.not.read")
    if thread is not None and state == "read":
        hint = words("thread.read", ago=viewer.ago(thread.read_at))
    names = ", ".join(one_line(clean(name), _MAX_NAME) for name in thread.ours) if thread else ""
    problem = one_line(clean(problem_of(asked)), 200)
    return ThreadCard(
        hint=hint,
        ours=words("thread.ours", names=names) if names else words("thread.ours.none") if thread else "",
        above=_lines(thread.above, viewer) if thread else (),
        below=_lines(thread.below, viewer) if thread else (),
        cut=words("thread.cut") if thread and thread.is_cut else "",
        left_out=words.count("thread.left.out", thread.left_out) if thread and thread.left_out else "",
        problem=words("thread.problem", problem=problem) if problem else "",
        is_looking=state == "looking",
        was_read=thread is not None,
    )


def _lines(said: Iterable[Said], viewer: Viewer) -> tuple[Line, ...]:
    return tuple(
        Line(
            author=one_line(clean(each.author), _MAX_NAME) or viewer.words("author.unknown"),
            text=clean(each.text),
            at=moment(each.published_at, viewer) if each.published_at else None,
            link=safe_link(each.url),
            is_ours=each.is_ours,
            depth=each.depth,
        )
        for each in said
    )
