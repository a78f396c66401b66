"""Builds what the Lambdas run: for each function a tree with what it needs, byte-compiled, and its size.

python tools/build_functions.py --arch arm64|host [--out FOLDER] [--time]

`arm64` is what is deployed; its bytecode needs a python3.13 on this machine (PYTHON313 says which). `host` builds the
same trees for this machine and this Python, from what is installed here.
"""

import argparse
import os
import sys
from pathlib import Path

from building.errors import BuildError
from building.import_times import measured
from building.interpreters import the_lambda, this_machine
from building.project import Project, build
from building.sizes import table

PROJECT = Project(Path(__file__).resolve().parents[1])


def main(arguments: list[str] | None = None) -> int:
    """Builds and tells the sizes; 2 when that is impossible, with a sentence that says why."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.time and given.arch != "host":
        parser.error("--time runs the trees, so it needs --arch host")
    out = given.out or PROJECT.folder / "build" / given.arch
    try:
        target = the_lambda(os.environ, Path.home()) if given.arch == "arm64" else this_machine()
        sizes = build(PROJECT, target, out.absolute(), _say)
        _say(table(sizes))
        _say(f"Built {os.path.relpath(out)}")
        if given.time:
            _say(measured(out.absolute(), [each.door for each in sizes]))
    except BuildError as exc:
        sys.stderr.write(f"{exc}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Builds what the Lambdas run.")
    parser.add_argument("--arch", choices=("arm64", "host"), default="arm64", help="Lambda's machine, or this one")
    parser.add_argument("--out", type=Path, help="where the trees go (default: build/<arch>)")
    parser.add_argument("--time", action="store_true", help="time the imports, with and without bytecode; host only")
    return parser


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
