"""Recorded bodies and attack strings that are not part of the project; without them their tests are skipped."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("EARSHOT_SHARED") or Path(__file__).resolve().parents[2].parent / "shared")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with recorded payloads and attack strings."""
    if not (SHARED / "payloads").is_dir():
        pytest.skip("no recorded payloads here; set EARSHOT_SHARED to the folder that holds payloads/ and attacks/")
    return SHARED


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test per recorded file, so that a failure names it."""
    for name, pattern in {
        "recorded_feed": "payloads/feeds/**/*",
        "recorded_bluesky": "payloads/bluesky/*",
        "recorded_appstore": "payloads/appstore/*",
        "recorded_google_news": "payloads/googlenews/*",
        "recorded_page": "payloads/html/*.html",
        "recorded_hackernews": "payloads/hackernews/*",
        "recorded_mastodon": "payloads/mastodon/*",
        "recorded_lemmy": "payloads/lemmy/*",
        "recorded_discourse": "payloads/discourse/*",
        "recorded_stackexchange": "payloads/stackexchange/*",
        "recorded_facebook": "payloads/facebook/*",
        "recorded_google_business": "payloads/googlebusiness/*",
        "recorded_google_play": "payloads/googleplay/*",
        "recorded_instagram": "payloads/instagram/*",
        "recorded_youtube": "payloads/youtube/*",
        "recorded_github": "payloads/github/*",
        "recorded_reddit": "payloads/reddit/*",
        "recorded_x": "payloads/x/*",
        "hostile_xml": "attacks/xml/*",
    }.items():
        if name in metafunc.fixturenames:
            files = sorted(path for path in SHARED.glob(pattern) if path.is_file())
            missing = pytest.param(None, marks=pytest.mark.skip(reason=f"no files match {pattern} in EARSHOT_SHARED"))
            metafunc.parametrize(name, files or [missing], ids=lambda path: path.name if path else "none")
