"""How looking for the story that an article tells again grows with the stories that are stored."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

from benchmarks.folders import an_empty_folder, in_sizes, mention_row
from benchmarks.scale import Scale
from benchmarks.timing import Row, in_turn
from builders import TENANT, a_mention, an_item
from earshot.bootstrap.local import Local
from earshot.domain.mention import Mention
from earshot.matching.likeness import CLAIMED, Fingerprint, fingerprint
from earshot.ports.table import Row as Stored
from earshot.services.likes import Likes
from earshot.store.stories import StoryKey, StoryKeys
from fakes import NOW, FixedClock

AREA = "stories"
COPY, NEW = "looking for the story of a copy", "looking for that of something new"
_LOOKS = 20
_WORDS, _VOCABULARY = 40, 5_000
_BATCH = 1_000


def measure(scale: Scale) -> list[Row]:
    """Two lines for each number of stored stories."""
    with in_sizes(a_newspaper, scale.stories) as posts:
        looks = {
            COPY: {
                size: _looks(post, [spread * size // _LOOKS for spread in range(_LOOKS)])
                for size, post in posts.items()
            },
            NEW: {size: _looks(post, [size + 1 + number for number in range(_LOOKS)]) for size, post in posts.items()},
        }
        return [row for what, actions in looks.items() for row in _rows(what, actions, scale)]


def _rows(what: str, by_size: Mapping[int, Callable[[], object]], scale: Scale) -> list[Row]:
    actions = {f"{what}, {stories:,} stories": action for stories, action in by_size.items()}
    turns = in_turn(actions, tries=scale.tries)
    return [turns.row(AREA, name, next(iter(actions)), share=1 / _LOOKS) for name in actions]


def a_newspaper(folder: Path, stories: int) -> Local:
    """So many stories told in one place each, with the names they claimed."""
    local = an_empty_folder(folder)
    rows = (row for number in range(stories) for row in _told(local, number))
    while batch := list(islice(rows, _BATCH)):
        local.table.put_many(batch)
    return local


def _told(local: Local, number: int) -> Iterator[Stored]:
    print_, mention = _story(number)
    yield mention_row(mention)
    keys = StoryKeys(local.table)
    for name in print_.names[:CLAIMED]:
        key = StoryKey(tenant=TENANT, name=name, mention_id=mention.id, at=NOW, sketch=print_.sketch)
        yield keys.row(key)


def _looks(local: Local, numbers: list[int]) -> Callable[[], object]:
    """Looks for copies of these stories, one word of each changed."""
    likes = Likes(local.table, FixedClock())
    copies = [_story(number, copy="x") for number in numbers]
    return partial(_look_all, likes, copies)


def _look_all(likes: Likes, copies: list[tuple[Fingerprint, Mention]]) -> list[int]:
    return [len(likes.look(mention, print_.sketch).heads) for print_, mention in copies]


def _story(number: int, copy: str = "") -> tuple[Fingerprint, Mention]:
    rng = random.Random(number)  # noqa: S311 - the same story every time, no secret
    words = [f"wort{rng.randrange(_VOCABULARY)}" for _ in range(_WORDS)]
    text = " ".join([copy or words[0], *words[1:]])
    print_ = fingerprint("", text, is_history=False)
    assert print_ is not None  # noqa: S101 - a text of forty words has one
    mention = a_mention(item=an_item(f"{number}{copy}", text=text))
    return print_, replace(mention, story_keys=print_.names)
