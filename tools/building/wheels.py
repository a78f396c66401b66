"""Brings what the lock file names, for Lambda or from this environment."""

import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from pathlib import Path

from .errors import BuildError
from .interpreters import LAMBDA_VERSION, Target
from .shelf import Shelf, locked

_PLATFORM = "aarch64-manylinux_2_28"  # Lambda's Amazon Linux 2023 has glibc 2.34
_AARCH64 = 183  # e_machine of the ELF specification, https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
_NAMED = re.compile(r"\.(cpython-313-aarch64-linux-gnu|abi3)\.so$")


def stocked(target: Target, lock: Path, work: Path) -> Shelf:
    """A shelf with everything the lock file names: for this machine what is installed here, else fetched into `work`.

    Raises:
        BuildError: something cannot be fetched.
    """
    if not target.is_lambda:
        paths = sysconfig.get_paths()
        return Shelf(dict.fromkeys((Path(paths["purelib"]), Path(paths["platlib"]))), {})
    folder = work / "wheels"
    _fetch(lock, folder)
    return Shelf((folder,), target.markers)


def check_versions(shelf: Shelf, names: Iterable[str], lock: Path) -> None:
    """Makes sure that what is packed is what is locked.

    Raises:
        BuildError: a distribution is here in another version.
    """
    allowed = locked(lock)
    wrong = [f"{name} {shelf.version(name)}" for name in names if shelf.version(name) not in allowed.get(name, ())]
    if wrong:
        raise BuildError(f"{', '.join(wrong)} is installed here, which is not what {lock.name} says; make clean helps.")


def check_libraries(files: Mapping[str, Path]) -> None:
    """Makes sure that every shared library is one that Lambda's Python loads.

    Raises:
        BuildError: some are for another machine or another Python.
    """
    wrong = [place for place, file in files.items() if file.suffix == ".so" and not _is_for_lambda(file)]
    if wrong:
        raise BuildError(f"Not for Python {LAMBDA_VERSION} on arm64: {', '.join(wrong)}.")


def _is_for_lambda(file: Path) -> bool:
    with file.open("rb") as library:
        header = library.read(20)
    is_elf = header[:5] == b"\x7fELF\x02"
    return is_elf and int.from_bytes(header[18:20], "little") == _AARCH64 and bool(_NAMED.search(file.name))


def _fetch(lock: Path, folder: Path) -> None:
    try:
        from uv import find_uv_bin  # noqa: PLC0415 - only this needs it, a build for this machine does not
    except ImportError as exc:
        raise BuildError("Fetching for Lambda needs uv, which comes with `make check`'s tools.") from exc
    command = [find_uv_bin(), "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--python", sys.executable, "--python-platform", _PLATFORM, "--python-version", LAMBDA_VERSION]
    command += ["--target", str(folder), "--requirements", str(lock)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - uv of this environment
    if done.returncode != 0:
        raise BuildError(f"What {lock.name} names could not be fetched for Lambda:\n{done.stderr.strip()}")
