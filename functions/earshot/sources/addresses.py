"""Addresses taken apart without surprises: what is no http or https address has no parts."""

from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from earshot.sources.canonical import MAX_LENGTH


class Parts(NamedTuple):
    """Of a web address: the host in lower case without `www.`, the pieces of its path, its query and fragment."""

    host: str
    path: tuple[str, ...]
    query: dict[str, str]
    fragment: str


_NOTHING = Parts("", (), {}, "")


def parts_of(url: str) -> Parts:
    """The parts of an http or https address; all of them empty for anything else. Of equal parameters the first counts.

    >>> parts_of("https://www.example.com/a//b?x=1#y")
    Parts(host='example.com', path=('a', 'b'), query={'x': '1'}, fragment='y')
    """
    if len(url) > MAX_LENGTH:
        return _NOTHING
    try:
        split = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(split.query, max_num_fields=50).items()}
        host = (split.hostname or "").removesuffix(".").removeprefix("www.")
    except ValueError:
        return _NOTHING
    if split.scheme not in {"http", "https"} or not host:
        return _NOTHING
    return Parts(host, tuple(piece for piece in split.path.split("/") if piece), query, split.fragment)
