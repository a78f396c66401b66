"""Finds what a function imports, by reading the code and not by running it."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import BuildError

_BY_NAME = ("find_spec", "import_module")
_ALL = ("*",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What one function can import: our own modules by dotted name, and the first names of everybody else's."""

    modules: Mapping[str, Path]
    foreign: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Import:
    module: str
    names: tuple[str, ...] = ()


def reach(root: Path, door: str) -> Reach:
    """Follows the imports of `root/<door>.py` through the code below `root`, those inside of functions included.

    What stands under `if TYPE_CHECKING` never runs and is not followed. Modules that are named in a text, in
    `find_spec("…")` or `import_module("…")`, count as imported; where only the package is, as in `f"package.{name}"`,
    all of its modules do.

    Raises:
        BuildError: a module cannot be read, or imports one of ours that is not there.
    """
    modules: dict[str, Path] = {}
    foreign: set[str] = set()
    waiting = [door]
    while waiting:
        name = waiting.pop()
        if name in modules:
            continue
        modules[name] = _file(root, name) or _missing(name, door)
        for each in _imports(modules[name]):
            top = each.module.partition(".")[0]
            if _file(root, top):
                waiting += _ours(root, each, name)
            else:
                foreign.add(top)
    return Reach(modules=modules, foreign=frozenset(foreign))


def _ours(root: Path, found: _Import, by: str) -> list[str]:
    if _file(root, found.module) is None:
        _missing(found.module, by)
    parts = found.module.split(".")
    packages = [".".join(parts[: end + 1]) for end in range(len(parts))]
    if found.names == _ALL:
        return packages + [f"{found.module}.{file.stem}" for file in root.joinpath(*parts).glob("[!_]*.py")]
    members = (f"{found.module}.{name}" for name in found.names)
    return packages + [member for member in members if _file(root, member)]


def _missing(name: str, by: str) -> Path:
    raise BuildError(f"{by} needs the module {name}, which is not there.")


def _file(root: Path, name: str) -> Path | None:
    place = root.joinpath(*name.split("."))
    candidates = (place / "__init__.py", place.with_name(place.name + ".py"))
    return next((file for file in candidates if file.is_file()), None)


def _imports(file: Path) -> Iterator[_Import]:
    try:
        waiting: list[ast.AST] = [ast.parse(file.read_bytes(), file.name)]
    except SyntaxError as exc:
        raise BuildError(f"{file} cannot be read as Python: {exc}.") from exc
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and _is_type_checking(node.test):
            waiting += node.orelse
        else:
            yield from _imported(node, file)
            waiting += ast.iter_child_nodes(node)


def _imported(node: ast.AST, file: Path) -> Iterator[_Import]:
    if isinstance(node, ast.Import):
        yield from (_Import(alias.name) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        if node.level or node.module is None:
            raise BuildError(f"{file} imports relatively, which this build does not follow.")
        yield _Import(node.module, tuple(alias.name for alias in node.names))
    elif isinstance(node, ast.Call) and _called(node.func) in _BY_NAME and node.args:
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield _Import(first.value)
        if isinstance(first, ast.JoinedStr) and isinstance(first.values[0], ast.Constant):
            package, dot, _ = str(first.values[0].value).rpartition(".")
            yield from [_Import(package, _ALL)] if dot else []


def _called(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_type_checking(node: ast.expr) -> bool:
    return _called(node) == "TYPE_CHECKING"
