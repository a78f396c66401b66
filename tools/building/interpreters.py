"""Finds the Python that compiles: by running candidates, because one on the PATH may be an empty shell."""

import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from .errors import BuildError

LAMBDA_VERSION: Final = "3.13"
_TAG: Final = "cpython-313"
_MAGIC: Final = "f30d0d0a"
"""What bytecode of 3.13 begins with: 3571, since its release candidates, and that of no alpha or beta."""

_PROBE = "import importlib.util, sys; print(sys.implementation.cache_tag, importlib.util.MAGIC_NUMBER.hex())"

LAMBDA_MARKERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_machine": "aarch64",
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": f"{LAMBDA_VERSION}.0",
        "python_version": LAMBDA_VERSION,
        "sys_platform": "linux",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The machine a tree is for: who compiles for it, the tag in the names of its bytecode, its markers."""

    python: Path
    tag: str
    markers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_lambda(self) -> bool:
        """Whether the tree is for Lambda and not for this machine."""
        return bool(self.markers)


def this_machine() -> Target:
    """The machine and the Python that run this."""
    return Target(python=Path(sys.executable), tag=str(sys.implementation.cache_tag))


def the_lambda(env: Mapping[str, str], home: Path) -> Target:
    """Lambda's python3.13 on arm64, with a python3.13 of this machine for the bytecode, which is the same everywhere.

    Tried are PYTHON313 if that is set, else the Python that runs this, `python3.13` on the PATH and pyenv's own.

    Raises:
        BuildError: none of them runs and is 3.13; the message says what to do.
    """
    given = env.get("PYTHON313")
    if given:
        if not _is_right(given):
            raise BuildError(f"PYTHON313={given} does not run or is no released CPython {LAMBDA_VERSION}.")
        return Target(python=Path(given), tag=_TAG, markers=LAMBDA_MARKERS)
    for candidate in _candidates(env, home):
        if _is_right(candidate):
            return Target(python=Path(candidate), tag=_TAG, markers=LAMBDA_MARKERS)
    raise BuildError(
        f"Bytecode for Lambda needs a CPython {LAMBDA_VERSION}, and none was found that runs (this is "
        f"{platform.python_version()}). Install one, or say PYTHON313=/path/to/python{LAMBDA_VERSION}; "
        "ARCH=host builds for this machine without it."
    )


def _candidates(env: Mapping[str, str], home: Path) -> Iterator[str]:
    name = f"python{LAMBDA_VERSION}"
    yield sys.executable
    yield shutil.which(name, path=env.get("PATH")) or name
    versions = Path(env.get("PYENV_ROOT") or home / ".pyenv", "versions")
    yield from (str(each) for each in sorted(versions.glob(f"{LAMBDA_VERSION}*/bin/{name}"), reverse=True))


def _is_right(python: str) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - a Python that was named or found, and the probe above
            [python, "-I", "-c", _PROBE], capture_output=True, text=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.split() == [_TAG, _MAGIC]
