"""Points the template at the trees, and leaves every other character of it alone."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

from .errors import BuildError

_PATHS = frozenset({"Location", "DefinitionUri", "TemplateURL", "ContentUri"})
"""Properties that may name a file of the project."""


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def pointed(text: str, doors: Collection[str], *, root: Path, out: Path) -> str:
    """The template with each function's `CodeUri` replaced by the tree beside it, for a file in `out`.

    The tree is the one of the module that `Handler` names. Properties with the path of a file below `root` are written
    anew too, since they are read relative to the template. Tags, comments and everything else stay as they are.

    Raises:
        BuildError: it is no YAML, or a function has a handler of which there is no tree.
    """
    try:
        document = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as exc:
        raise BuildError(f"template.yaml cannot be read: {exc}") from exc
    # An alias is its anchor's node once more, hence the set.
    edits = {*_functions(document, doors), *_files(document, root, out), *_shared(document, text)}
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _functions(document: yaml.Node | None, doors: Collection[str]) -> Iterator[_Edit]:
    resources = _at(document, "Resources")
    for name, resource in _pairs(resources):
        properties = _at(resource, "Properties")
        handler = _at(properties, "Handler")
        if _scalar(_at(resource, "Type")) != "AWS::Serverless::Function" or handler is None:
            continue
        door = _scalar(handler).rpartition(".")[0]
        if door not in doors:
            raise BuildError(f"template.yaml: {name} has the handler {_scalar(handler)}, but no function {door}.")
        code = _at(properties, "CodeUri")
        if code is not None:
            yield _Edit(code.start_mark.index, code.end_mark.index, door)
        else:
            indent = " " * properties.start_mark.column if properties else ""
            yield _Edit(handler.end_mark.index, handler.end_mark.index, f"\n{indent}CodeUri: {door}")


def _shared(document: yaml.Node | None, text: str) -> Iterator[_Edit]:
    """Takes away the line with the `CodeUri` that all functions share: each has its own now."""
    for key, value in _pairs(_at(_at(document, "Globals"), "Function")):
        if key == "CodeUri":
            start = text.rindex("\n", 0, value.start_mark.index)
            yield _Edit(start, text.index("\n", value.end_mark.index), "")


def _files(node: yaml.Node | None, root: Path, out: Path) -> Iterator[_Edit]:
    if isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _files(each, root, out)
    for key, value in _pairs(node):
        path = _scalar(value)
        if key in _PATHS and path and (root / path).is_file():
            moved = Path(os.path.relpath(root / path, out)).as_posix()
            yield _Edit(value.start_mark.index, value.end_mark.index, moved)
        yield from _files(value, root, out)


def _pairs(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        yield from ((_scalar(key), value) for key, value in node.value)


def _at(node: yaml.Node | None, key: str) -> yaml.Node | None:
    return dict(_pairs(node)).get(key)


def _scalar(node: yaml.Node | None) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""
