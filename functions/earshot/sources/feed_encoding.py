"""How a feed is written: what it declares is looked at before feedparser believes it.

The guard counts tags in bytes, so an encoding that can write `<` in another way would hide them from it. And feedparser
looks for the declared encoding in the whole first line, in time that grows with its cube, and takes the last it finds:
in a feed on one line that is a word of its text.
"""

import codecs
import re

from earshot.domain.errors import Malformed

_MAX_DECLARATION = 256
"""Characters of `<?xml … ?>`; the longest in 26 recorded feeds has 55."""

_WIDTHS = ("ascii", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"")
_EBCDIC = "<?xm".encode("cp037")
_ESCAPING = frozenset({"utf-7", "unicode-escape", "raw-unicode-escape", "punycode", "idna"})
_DECLARED = re.compile(rb"""encoding=['"]([^'"]*)['"]""")


def readable(body: bytes, content_type: str) -> bytes:
    """The body with the end of its XML declaration at the end of a line.

    Raises:
        Malformed: the declaration has no end, or it or the server names an encoding that hides tags.
    Source:
        feedparser 6.0.14, encodings.py, as installed.
    """
    end, line_feed = _end_of_declaration(body)
    declared = _DECLARED.findall(body[:end].replace(b"\0", b""))
    charsets = [part.partition("=")[2].strip(" \"'") for part in content_type.split(";")[1:]]
    if body.startswith(_EBCDIC) or any(map(_hides_tags, [*(name.decode("latin-1") for name in declared), *charsets])):
        raise Malformed("this has an encoding that no feed is written in")
    return body[:end] + line_feed + body[end:] if end else body


def _end_of_declaration(body: bytes) -> tuple[int, bytes]:
    """Where the text after `<?…>` begins, and a line feed as the body writes it; 0 when it does not begin with such.

    Raises:
        Malformed: it has no end.
    """
    start = len(next(mark for mark in _MARKS if body.startswith(mark)))
    for width in _WIDTHS:
        if body.startswith("<?".encode(width), start):
            closing = ">".encode(width)
            end = body.find(closing, start, start + _MAX_DECLARATION * len(closing))
            if end < 0:
                raise Malformed("the document does not begin with a feed")
            return end + len(closing), "\n".encode(width)
    return 0, b""


def _hides_tags(encoding: str) -> bool:
    try:
        name = codecs.lookup(encoding).name
        return name.replace("_", "-") in _ESCAPING or not "<".encode(name).replace(b"\0", b"").endswith(b"<")
    except (LookupError, ValueError):
        # feedparser knows no more than we do, and goes on to guess.
        return False
