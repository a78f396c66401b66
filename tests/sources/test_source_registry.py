"""The registry, and identities across connectors."""

import subprocess
import sys

import pytest

from earshot.sources.identity import identity_of
from earshot.sources.permalinks import recognised
from earshot.sources.registry import CONNECTORS


def test_every_connector_stands_under_its_kind() -> None:
    assert {kind: connector.kind for kind, connector in CONNECTORS.items()} == {
        "feed": "feed",
        "google_alerts": "google_alerts",
        "hackernews": "hackernews",
    }


def test_registry_loads_no_parser() -> None:
    code = "import sys, earshot.sources.registry; print('feedparser' in sys.modules)"

    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "False"


@pytest.mark.parametrize("url", ["https://news.ycombinator.com/item?id=42", "https://example.com/"])
def test_connectors_recognise_what_the_permalinks_do(url: str) -> None:
    claims = {claim for connector in CONNECTORS.values() if (claim := connector.recognise(url))}

    assert claims == ({recognised(url)} - {None})


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("http://www.example.com/a?utm_source=x", "url1:https://example.com/a"),
        ("https://news.ycombinator.com/item?id=42", "hackernews:42"),
        ("https://www.google.com/url?url=https://news.ycombinator.com/item%3Fid%3D42", "hackernews:42"),
        ("", "native:s_1:7"),
        ("javascript:alert(1)", "native:s_1:7"),
    ],
)
def test_identity_follows_the_link_and_else_the_source(url: str, identity: str) -> None:
    assert identity_of(url, "7", "s_1") == identity
