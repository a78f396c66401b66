"""Compiles trees and checks their bytecode; run as a script by the Python that the trees are for.

python3.13 tools/building/bytecode.py compile|check TREE...

It prints what is wrong as a JSON object: the path of a module, and why it has no valid bytecode. Bytecode with the hash
of its source, unchecked (PEP 552), is what counts: whoever unpacks a zip gives files new dates, and bytecode that names
the date of its source is thrown away then and made anew at each cold start. Only the standard library is used here.
"""

import json
import marshal
import py_compile
import sys
from collections.abc import Iterator, Mapping
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path
from types import CodeType

_UNCHECKED = 0b01
_HEADER = 16


def compile_tree(tree: Path) -> Mapping[str, str]:
    """Writes the bytecode of every module in a tree; tells what cannot be compiled, and why.

    The bytecode names its source by the place in the tree, so it is the same wherever the tree is built; tracebacks
    show the real place all the same, since the import system fills it in.
    """
    wrong = {}
    for source in _sources(tree):
        place = source.relative_to(tree).as_posix()
        try:
            py_compile.compile(
                str(source),
                cfile=cache_from_source(str(source), optimization=""),
                dfile=place,
                doraise=True,
                optimize=0,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )
        except (py_compile.PyCompileError, ValueError, RecursionError) as exc:
            wrong[place] = f"cannot be compiled: {str(exc).strip()}"
    return wrong


def check_tree(tree: Path) -> Mapping[str, str]:
    """The modules of a tree that have no valid bytecode, and the bytecode that has no module; each with the reason."""
    sources = list(_sources(tree))
    expected = {Path(cache_from_source(str(source), optimization="")): source for source in sources}
    wrong = {
        source.relative_to(tree).as_posix(): fault
        for cached, source in expected.items()
        if (fault := _fault(source, cached))
    }
    strays = {cached.relative_to(tree).as_posix() for cached in tree.rglob("*.pyc") if cached not in expected}
    return wrong | dict.fromkeys(sorted(strays), "is bytecode without a module")


def _sources(tree: Path) -> Iterator[Path]:
    yield from sorted(tree.rglob("*.py"))


def _fault(source: Path, cached: Path) -> str:
    if not cached.is_file():
        return "has no bytecode"
    data = cached.read_bytes()
    if data[:4] != MAGIC_NUMBER:
        return "has bytecode of another Python"
    if int.from_bytes(data[4:8], "little") != _UNCHECKED:
        return "has bytecode that is not of the kind unchecked-hash"
    if data[8:_HEADER] != source_hash(source.read_bytes()):
        return "has bytecode of another source"
    return "" if _is_code(data[_HEADER:]) else "has bytecode that cannot be read"


def _is_code(data: bytes) -> bool:
    try:
        return isinstance(marshal.loads(data), CodeType)  # noqa: S302 - what this build has just written
    except (EOFError, ValueError, TypeError):
        return False


if __name__ == "__main__":
    act = {"compile": compile_tree, "check": check_tree}[sys.argv[1]]
    faults = {f"{Path(tree).name}/{place}": why for tree in sys.argv[2:] for place, why in act(Path(tree)).items()}
    sys.stdout.write(json.dumps(faults))
