"""The pages of the practice company: its feeds and nothing else."""

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Final

HOST: Final = "practice.localhost"
"""The name under which a local server answers for the practice company."""

FEEDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "blog.xml": "application/rss+xml; charset=utf-8",
        "forum.xml": "application/atom+xml; charset=utf-8",
        "reviews.xml": "application/rss+xml; charset=utf-8",
        "travel.json": "application/feed+json; charset=utf-8",
        "bote.rdf": "application/rdf+xml; charset=utf-8",
        "radio.xml": "application/rss+xml; charset=utf-8",
    }
)
"""Name and content type of every feed: one place, one dialect each."""


def page(path: str) -> tuple[str, bytes] | None:
    """The content type and body of the feed at a URL's path, for instance "/blog.xml"; None for every other path."""
    name = path.removeprefix("/")
    content_type = FEEDS.get(name)
    if content_type is None:
        return None
    return content_type, files(__package__).joinpath(name).read_bytes()
