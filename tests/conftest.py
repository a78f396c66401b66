"""What every ring of tests shares: where the recorded material is, and an environment without surprises."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("EARSHOT_") and name not in _KEPT]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EARSHOT_OFFLINE", "1")


_KEPT = ("EARSHOT_SHARED", "EARSHOT_SCHEDULES")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded bodies, labelled texts and attack lists; tests that need it are skipped without it."""
    folder = Path(os.environ.get("EARSHOT_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("the folder of recorded bodies is not here (EARSHOT_SHARED)")
    return folder
