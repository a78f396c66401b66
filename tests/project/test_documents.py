"""The pages of docs/ that are written from the code are what the code says now."""

import re
import subprocess
import sys
from pathlib import Path

from earshot.sources.presets import presets
from earshot.sources.registry import CONNECTORS
from earshot.sources.unheard import UNHEARD

ROOT = Path(__file__).parents[2]
SOURCES = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
UNHEARD_PAGE = (ROOT / "docs" / "unheard.md").read_text(encoding="utf-8")


def test_the_pages_are_what_make_docs_would_write() -> None:
    command = [sys.executable, "tools/write_documents.py", "--check"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_kind_and_every_preset_has_its_place() -> None:
    for kind, connector in CONNECTORS.items():
        assert SOURCES.count(f"\n### {kind}\n") == 1
        assert all(f"<{each}>" in SOURCES for each in connector.place.documents)
    for preset in presets():
        assert f"| `{preset.id}` |" in SOURCES
    assert UNHEARD_PAGE.count("\n| ") == len(UNHEARD) + 1


def test_nothing_claims_to_have_been_tried_live() -> None:
    for page in (SOURCES, UNHEARD_PAGE):
        claims = re.findall(r"(\S+\s+\S+)\s+tried\s+live", page.replace("\n", " "))
        assert all(re.search(r"\b(not|was|none|were not)\b", each, re.IGNORECASE) for each in claims), claims
