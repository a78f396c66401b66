"""What the Lambdas run, built once for whatever is to be tested on it: `make build`, kept until something changes."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "build" / "tested"
_OLD_S = 3600
_INPUTS = ("functions", "tools/building", "tools/build_functions.py", "template.yaml", "infra", "pyproject.toml")


@pytest.fixture(scope="session")
def built_tree() -> Path:
    """The folder with a tree for each function, for this machine, and the template that points at them.

    Do not write into it: other test runs use it too. Import the fixture into the `conftest.py` of a ring that needs it.
    """
    return built("host")


@pytest.fixture(scope="session")
def lambda_tree() -> Path:
    """As `built_tree`, for Lambda's arm64; skipped where no python3.13 or no registry of packages can be reached."""
    return built("arm64")


def built(arch: str) -> Path:
    """A build that is up to date: one that is here already, or a new one."""
    out = KEPT / f"{arch}-{_fingerprint()}"
    if not out.is_dir():
        draft = out.with_name(f"{out.name}.{os.getpid()}")
        done = build("--arch", arch, "--out", str(draft))
        if arch == "arm64" and done.returncode == 2 and _is_unavailable(done.stderr):
            pytest.skip(done.stderr.strip().splitlines()[0])
        assert done.returncode == 0, done.stderr
        with suppress(OSError):  # another run was faster
            draft.rename(out)
        shutil.rmtree(draft, ignore_errors=True)
    os.utime(out)
    for other in KEPT.iterdir():
        if other.stat().st_mtime < time.time() - _OLD_S:
            shutil.rmtree(other, ignore_errors=True)
    return out


def build(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """What `make build` runs."""
    command = [sys.executable, str(ROOT / "tools" / "build_functions.py"), *arguments]
    return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)


def _is_unavailable(message: str) -> bool:
    return message.startswith("Bytecode for Lambda needs") or "could not be fetched" in message


def _fingerprint() -> str:
    found = sha256(sys.version.encode())
    for each in sorted(f"{each.name}=={each.version}" for each in distributions()):
        found.update(each.encode())
    for file in sorted(_files()):
        found.update(f"{file.relative_to(ROOT)} ".encode() + sha256(file.read_bytes()).digest())
    return found.hexdigest()[:16]


def _files() -> list[Path]:
    places = [ROOT / name for name in (*_INPUTS, "requirements.lock")]
    below = [file for place in places for file in (place.rglob("*") if place.is_dir() else [place])]
    return [file for file in below if file.is_file() and "__pycache__" not in file.parts]
