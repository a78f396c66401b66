"""Every recorded body goes through `earshot parse`: items, or a clear "malformed"."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("kind", ["feed", "hackernews"])
def test_recorded_bodies_parse_or_are_called_malformed(shared: Path, kind: str) -> None:
    folder = shared / "payloads" / {"feed": "feeds"}.get(kind, kind)
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    parsed = 0

    for file in files:
        done = subprocess.run(
            [sys.executable, "-m", "earshot", "parse", kind, str(file)],
            cwd=ROOT / "functions",
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
        assert done.returncode in (0, 2), f"{file.name}: {done.stderr}"
        if done.returncode == 2:
            assert done.stderr.startswith("earshot: malformed"), file.name
        else:
            assert all(json.loads(line)["id"] for line in done.stdout.splitlines()), file.name
            parsed += 1
        assert "Traceback" not in done.stderr, file.name

    assert parsed > len(files) * 0.9
