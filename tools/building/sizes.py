"""What the trees weigh, against Lambda's limit and our own budgets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from .errors import BuildError
from .layout import files_of, pack

LIMIT: Final = 250 * 1024 * 1024
"""Bytes of an unpacked function at the most.

Source:
    AWS Lambda Developer Guide, "Lambda quotas", deployment package; read 2026-11-24.
"""

BUDGETS: Final[Mapping[str, float]] = {"plan": 7, "collect": 21, "alert": 8, "deliver": 14, "api": 16}
"""Megabytes unpacked (10⁶ bytes) above which a function is said to have grown; raise one on purpose only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What one function weighs, in bytes, and how many modules it has."""

    door: str
    modules: int
    unpacked: int
    zipped: int

    @property
    def is_over_budget(self) -> bool:
        """Whether it has grown beyond its budget; a function without one has none."""
        return self.unpacked > BUDGETS.get(self.door, LIMIT) * 1e6


def size_of(tree: Path) -> Size:
    """Weighs the tree of one function."""
    files = list(files_of(tree))
    with TemporaryDirectory() as folder:
        archive = Path(folder, "function.zip")
        pack(tree, archive)
        zipped = archive.stat().st_size
    modules = sum(file.suffix == ".py" for file in files)
    return Size(door=tree.name, modules=modules, unpacked=sum(file.stat().st_size for file in files), zipped=zipped)


def table(sizes: Iterable[Size]) -> str:
    """The sizes for people, a line for each function."""
    head = f"{'function':10}{'modules':>9}{'unpacked':>12}{'zipped':>12}"
    lines = [
        f"{each.door:10}{each.modules:>9}{each.unpacked / 1e6:>9.1f} MB{each.zipped / 1e6:>9.1f} MB"
        + (f"  over its budget of {BUDGETS[each.door]:g} MB" if each.is_over_budget else "")
        for each in sizes
    ]
    return "\n".join([head, *lines])


def check_limit(sizes: Iterable[Size]) -> None:
    """Makes sure that Lambda takes every function.

    Raises:
        BuildError: one is too large.
    """
    for each in sizes:
        if each.unpacked > LIMIT:
            raise BuildError(f"{each.door} has {each.unpacked:,} bytes unpacked; Lambda takes {LIMIT:,}.")
