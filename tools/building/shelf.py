"""Distributions that are installed in a folder: who holds a module, what that requires, and which files are to run."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .errors import BuildError
from .omissions import DATA_OF, IN_THE_RUNTIME, NOT_RUN, NOT_SERVED, NOTICES, ONLY


class Shelf:
    """What is installed in `folders`, for a machine that `markers` describes ({} is this one)."""

    def __init__(self, folders: Iterable[Path], markers: Mapping[str, str]) -> None:
        self._markers = dict(markers)
        found = list(distributions(path=[str(folder) for folder in folders]))
        self._by_name: dict[str, Distribution] = {canonicalize_name(each.name): each for each in found}
        self._holder = {top: name for name, each in self._by_name.items() for top in _tops(each)}

    def needed(self, modules: Iterable[str]) -> list[str]:
        """The distributions that these modules, named by their first names, come from or require, sorted.

        Neither the standard library's nor those of Lambda's runtime are among them.

        Raises:
            BuildError: nothing here holds a module, or a required distribution is missing.
        """
        held = (self._holding(module) for module in modules)
        waiting = [(name, frozenset[str]()) for name in held if name]
        seen: set[tuple[str, frozenset[str]]] = set()
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                waiting += self._requirements(*each)
        return sorted({name for name, _ in seen})

    def files(self, name: str) -> Mapping[str, Path]:
        """The files of a distribution that belong into a tree, by their place in it."""
        wanted = ONLY.get(name, (("*",), ""))[0]
        unused = (*NOT_RUN, *NOT_SERVED.get(name, ((), ""))[0])
        files = self._by_name[name].files or ()
        return {str(file): Path(str(file.locate())) for file in files if _is_wanted(file, wanted, unused)}

    def version(self, name: str) -> str:
        """The version of a distribution."""
        return self._by_name[name].version

    def _holding(self, module: str) -> str | None:
        if module in self._holder:
            name = self._holder[module]
            return None if name in IN_THE_RUNTIME else name
        if module in sys.stdlib_module_names or module in IN_THE_RUNTIME:
            return DATA_OF.get(module)
        raise BuildError(f"Nothing that requirements.lock brings holds the module {module}.")

    def _requirements(self, name: str, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
        if name not in self._by_name:
            raise BuildError(f"The distribution {name} is required, but requirements.lock does not bring it.")
        if name in ONLY:
            return
        for text in self._by_name[name].requires or ():
            requirement = Requirement(text)
            required = canonicalize_name(requirement.name)
            if required not in IN_THE_RUNTIME and self._applies(requirement, extras):
                yield required, frozenset(requirement.extras)

    def _applies(self, requirement: Requirement, extras: frozenset[str]) -> bool:
        marker = requirement.marker
        return marker is None or any(marker.evaluate({**self._markers, "extra": each}) for each in extras or {""})


def locked(lock: Path) -> Mapping[str, frozenset[str]]:
    """The versions that a lock file allows, by distribution; several where they depend on the machine."""
    pins = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock.read_text(encoding="utf-8"), re.MULTILINE)
    names = {canonicalize_name(name) for name, _ in pins}
    return {name: frozenset(version for each, version in pins if canonicalize_name(each) == name) for name in names}


def _tops(distribution: Distribution) -> set[str]:
    files = distribution.files or ()
    firsts = {file.parts[0] for file in files if file.suffix in (".py", ".so", ".pyd")}
    return {first.partition(".")[0] for first in firsts if first not in ("..", "bin") and "-" not in first}


def _is_wanted(file: PurePosixPath, wanted: Iterable[str], unused: Iterable[str]) -> bool:
    folder, _, inside = str(file).partition("/")
    if folder.endswith(".dist-info"):
        return any(fnmatch(inside, pattern) for pattern in NOTICES)
    if folder in ("..", "bin") or any(fnmatch(str(file), pattern) for pattern in unused):
        return False
    return any(fnmatch(str(file), pattern) for pattern in wanted)
