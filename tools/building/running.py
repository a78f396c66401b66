"""Runs code in a built tree as Lambda would: nothing but the tree, the standard library and the runtime's own boto3."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from .errors import BuildError

_RUNTIME: Final = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")
"""What Lambda's Python brings along: boto3 and what it requires."""

ENVIRONMENT: Final = {
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "EARSHOT_TABLE": "table",
    "EARSHOT_FETCH_QUEUE": "https://sqs.eu-central-1.amazonaws.com/000000000000/fetch.fifo",
    "EARSHOT_FETCH_DEAD_LETTERS": "https://sqs.eu-central-1.amazonaws.com/000000000000/fetch-dead.fifo",
    "EARSHOT_EVENT_DEAD_LETTERS": "https://sqs.eu-central-1.amazonaws.com/000000000000/event-dead",
    "EARSHOT_EVENTS_TOPIC": "arn:aws:sns:eu-central-1:000000000000:events",
    "EARSHOT_SECRET_NAME": "/earshot/secret",
    "EARSHOT_CREDENTIALS": "/earshot/credentials",
    "EARSHOT_BASE_URL": "https://earshot.example",
    "EARSHOT_MAIL_FROM": "earshot@earshot.example",
    "EARSHOT_OFFLINE": "1",
}
"""What every function can be imported with; importing one asks nobody anything."""


def runtime_folder(folder: Path) -> Path:
    """Fills a folder with links to what Lambda's Python brings along, as it is installed here.

    Raises:
        BuildError: it is not installed here.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in _RUNTIME:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise BuildError(f"{name}, which Lambda's Python brings along, is not installed here.")
        place = Path(spec.origin).parent if spec.submodule_search_locations else Path(spec.origin)
        link = folder / place.name
        if not link.exists():
            link.symlink_to(place)
    return folder


def run_in(tree: Path, runtime: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Runs code with the tree first on the path; it cannot see this environment, and writes no bytecode.

    Raises:
        BuildError: it fails; the message holds what it wrote.
    """
    path = [str(tree), str(runtime)]
    done = subprocess.run(  # noqa: S603 - this Python with our own code
        [sys.executable, "-I", "-S", "-B", "-c", f"import sys; sys.path[:0] = {path!r}\n{code}"],
        env={"PATH": os.environ.get("PATH", os.defpath), **ENVIRONMENT},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BuildError(f"{tree.name} does not run: {done.stderr.strip()}")
    return done
