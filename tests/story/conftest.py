"""A listening post and a site for each story."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from story.site import Post, Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def post(tmp_path: Path, site: Site) -> Post:
    return Post(tmp_path, site)
