"""Builds the trees of a project, from what its functions import to what they weigh."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from .compiling import check_trees, compile_trees
from .data_files import data_files
from .errors import BuildError
from .interpreters import Target
from .layout import cached, lay_out, settle
from .omissions import NEVER_REACHED
from .reach import Reach, reach
from .shelf import Shelf
from .sizes import Size, check_limit, size_of
from .template import pointed
from .wheels import check_libraries, check_versions, stocked

Files = Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class Project:
    """A checkout of the project, by its folder."""

    folder: Path

    @property
    def root(self) -> Path:
        """The root of the Python code."""
        return self.folder / "functions"

    @property
    def lock(self) -> Path:
        """The file that says which versions run."""
        return self.folder / "requirements.lock"

    def doors(self) -> list[str]:
        """The functions: every module that lies at the root."""
        return sorted(file.stem for file in self.root.glob("*.py"))

    def reach(self, door: str) -> Reach:
        """What a function can import."""
        return reach(self.root, door)

    def distributions(self, door: str, shelf: Shelf) -> list[str]:
        """The distributions that a function needs beside its own code."""
        return shelf.needed(self.reach(door).foreign - NEVER_REACHED.get(door, {}).keys())

    def files(self, door: str, shelf: Shelf) -> Files:
        """Everything that a function needs, by its place in the tree."""
        modules = self.reach(door).modules
        files = {file.relative_to(self.root).as_posix(): file for file in modules.values()}
        files |= data_files(self.folder / "pyproject.toml", self.root, modules)
        for name in self.distributions(door, shelf):
            files |= shelf.files(name)
        return files


def build(project: Project, target: Target, out: Path, say: Callable[[str], None]) -> list[Size]:
    """Writes a tree for each function into `out`, in place of what was there, and the template that points at them.

    Everything is built beside `out` and moved there at the end: a build that fails leaves the old one alone.

    Raises:
        BuildError: something is missing, does not fit the target or has no valid bytecode.
    """
    _check_free(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out.parent, prefix=".building-") as folder:
        work = Path(folder)
        say("Collecting what each function needs ...")
        wanted = _wanted(project, target, work)
        say(f"Compiling with {target.python} ...")
        trees = _compiled(wanted, target, work)
        check_trees(target.python, trees)
        sizes = [size_of(tree) for tree in trees]
        check_limit(sizes)
        _write_template(project, work / "trees", out, say)
        if out.exists():
            shutil.rmtree(out)
        (work / "trees").rename(out)
    return sizes


def _wanted(project: Project, target: Target, work: Path) -> Mapping[str, Files]:
    shelf = stocked(target, project.lock, work)
    wanted = {door: project.files(door, shelf) for door in project.doors()}
    check_versions(shelf, {name for door in wanted for name in project.distributions(door, shelf)}, project.lock)
    if target.is_lambda:
        check_libraries({place: file for files in wanted.values() for place, file in files.items()})
    return wanted


def _compiled(wanted: Mapping[str, Files], target: Target, work: Path) -> list[Path]:
    # Most modules are in several trees; they are compiled once, in a tree of everything, and copied from there.
    everything = work / "everything"
    lay_out({place: file for files in wanted.values() for place, file in files.items()}, everything)
    compile_trees(target.python, [everything])
    for door, files in wanted.items():
        bytecode = [cached(place, target.tag) for place in files if place.endswith(".py")]
        lay_out({place: everything / place for place in (*files, *bytecode)}, work / "trees" / door)
        settle(work / "trees" / door)
    return [work / "trees" / door for door in wanted]


def _write_template(project: Project, trees: Path, out: Path, say: Callable[[str], None]) -> None:
    template = project.folder / "template.yaml"
    if not template.is_file():
        say("There is no template.yaml yet; the trees are built without one.")
        return
    text = pointed(template.read_text(encoding="utf-8"), project.doors(), root=project.folder, out=out)
    (trees / template.name).write_text(text, encoding="utf-8")


def _check_free(out: Path) -> None:
    """Makes sure that nothing but an earlier build is lost."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise BuildError(f"{out} is no folder.")
    if out.exists() and any(out.iterdir()) and not any((each / "earshot").is_dir() for each in out.iterdir()):
        raise BuildError(f"{out} holds something that is no build; it is left alone.")
