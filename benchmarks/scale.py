"""How much a run measures: everything, or a quick look that a test can wait for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How often a thing is timed at least (`processes`: whole ones), and sizes, of which the first is the yardstick."""

    tries: int
    processes: int
    texts: int
    phrases: tuple[int, ...]
    entries: tuple[int, ...]
    watches: tuple[int, ...]
    sources: tuple[int, ...]
    mentions: tuple[int, ...]
    stories: tuple[int, ...]


FULL = Scale(
    tries=9,
    processes=9,
    texts=400,
    phrases=(10, 1_000, 100_000),
    entries=(100, 200, 400),
    watches=(10, 100, 1_000),
    sources=(10, 100, 1_000),
    mentions=(100, 10_000, 100_000),
    stories=(1_000, 100_000),
)
QUICK = Scale(
    tries=3,
    processes=1,
    texts=150,
    phrases=(10, 1_000, 10_000),
    entries=(50, 100, 200),
    watches=(10, 100),
    sources=(10, 50),
    mentions=(100, 10_000),
    stories=(100, 2_000),
)
