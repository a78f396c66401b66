"""The registry, and identities across connectors."""

import subprocess
import sys

import pytest

from earshot.sources.identity import identity_of
from earshot.sources.registry import CONNECTORS, recognised


@pytest.mark.parametrize("kind", CONNECTORS)
def test_every_connector_stands_under_its_kind(kind: str) -> None:
    assert CONNECTORS[kind].kind == kind


def test_no_other_kind_is_known() -> None:
    assert CONNECTORS.get("telepathy") is None
    assert "telepathy" not in CONNECTORS
    assert len(CONNECTORS) == len(list(CONNECTORS))


def test_registry_loads_no_parser() -> None:
    code = (
        "import sys, earshot.sources.registry; known = {m for m in sys.modules if m.startswith('earshot.sources.')}; "
        "print('feedparser' in sys.modules or any(m.endswith(('.feed', '.hackernews')) for m in known))"
    )

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
