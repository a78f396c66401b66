"""What a place sends is judged in time that grows with its length, and nothing of an item is longer than it may be."""

import json
import time
from collections.abc import Callable

import pytest
from source_builders import parse, rss

from earshot.domain.errors import Malformed
from earshot.domain.item import MAX_TEXT, Item
from earshot.sources.canonical import MAX_LENGTH
from earshot.sources.feed_document import MAX_ID, MAX_NAME
from earshot.sources.feed_page import absolute, is_web_page, page_reason
from earshot.sources.plain import MAX_TITLE

MB = 1_000_000


def of_size(piece: bytes, size: int = MB) -> bytes:
    return (piece * (size // len(piece) + 1))[:size]


HOSTILE = {
    "comments": of_size(b"<!-- -->") + b"<rss>",
    "comments without end": of_size(b"<!--"),
    "comments full of dashes": of_size(b"<!-- - -- -->"),
    "one long comment": b"<!--" + of_size(b"- ") + b"--><rss>",
    "declarations": of_size(b'<?xml version="1.0"?>') + b"<rss>",
    "declarations without end": of_size(b"<?xml"),
    "comments, declarations and blanks": of_size(b'<!-- --> <?xml version="1.0"?>\n') + b"<rss>",
    "blanks after a NUL": b"\0" + of_size(b" ") + b"<rss>",
    "line feeds among NULs": b"\0" + of_size(b"\n\0") + b"<rss>",
    "links without end": b"<!doctype html>" + of_size(b"<link "),
    "long links": b"<!doctype html>" + of_size(b"<link " + b"a='" * 650 + b">"),
    "links that begin again": b"<!doctype html>" + of_size(b"<link <"),
    "attributes that are none": b"<!doctype html>" + of_size(b"<link " + b"abcdefghij          " * 99 + b">"),
}


@pytest.mark.parametrize("judge", [is_web_page, lambda body: page_reason(body, "https://feeds.example/")])
@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_beginning_is_judged_fast(name: str, judge: Callable[[bytes], object]) -> None:
    started = time.process_time()

    judge(HOSTILE[name])

    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_beginning_is_refused_fast(name: str) -> None:
    started = time.process_time()

    with pytest.raises(Malformed):
        parse(HOSTILE[name])

    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "beginning",
    [
        "",
        " \n",
        "<?xml version='1.0'?>\n",
        "<!-- one --><!-- two - with -- dashes --->\n",
        "<!-- a --> <?xml version='1.0'?> <!-->-->",
        "\0<!--\n-->\0",
        f"<!--{'x' * 4000}-->",
    ],
)
@pytest.mark.parametrize("tag", ["<!DOCTYPE  html>", "<html lang='de'>", "<HEAD>", "<body>"])
def test_page_is_known_whatever_stands_before_it(beginning: str, tag: str) -> None:
    assert is_web_page((beginning + tag).encode())


@pytest.mark.parametrize("body", ["<rss>", "<!-- <html> --><rss>", "<htmlx>", "text <html>", "<?xml ?><feed>", "<!--"])
def test_what_does_not_begin_as_a_page_is_none(body: str) -> None:
    assert not is_web_page(body.encode())


def a_json_feed(comment: str = "", **item: object) -> str:
    return comment + json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", **item}]})


@pytest.mark.parametrize("comment", ["", "/* by Acme */", " \n/* by\nAcme */\n"])
@pytest.mark.parametrize("text", ["src/**/*.js and Acme is bad, lib/*/x", "/* all */ of it"])
def test_signs_of_a_comment_inside_a_text_are_text(comment: str, text: str) -> None:
    fetched = parse(a_json_feed(comment, content_text=text))

    assert fetched.items[0].text == text


@pytest.mark.parametrize("piece", ["/* ", "/*", " ", "*/", "/"])
@pytest.mark.parametrize("comment", ["", "/*"])
def test_hostile_json_is_read_fast(comment: str, piece: str) -> None:
    body = a_json_feed(comment, content_text=of_size(piece.encode()).decode())
    started = time.process_time()

    try:
        parse(body)
    except Malformed:
        assert comment

    assert time.process_time() - started < 2


def test_link_longer_than_any_page_needs_is_none() -> None:
    base = "https://a.example/"

    assert absolute("x" * (MAX_LENGTH - len(base)), base) == base + "x" * (MAX_LENGTH - len(base))
    assert absolute("x" * (MAX_LENGTH - len(base) + 1), base) == ""
    assert absolute(base + "x" * MAX_LENGTH, base) == ""


LONG = "x" * 450_000
LONG_LINK = f"https://long.example/{LONG}"
LONG_ITEMS = {
    "rss": rss(
        f"<item><title>{LONG}</title><guid>{LONG}</guid><link>{LONG_LINK}</link><comments>{LONG_LINK}</comments>"
        f"<dc:creator>{LONG}</dc:creator><description>{LONG}</description></item>",
        channel=f"<title>{LONG}</title><link>{LONG_LINK}</link><language>{LONG}</language>",
    ),
    "atom": (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0">'
        f"<title>{LONG}</title><entry><id>{LONG}</id><title>{LONG}</title>"
        f"<author><name>{LONG}</name><uri>{LONG_LINK}</uri></author><content>{LONG}</content>"
        f"<thr:in-reply-to><ref>x</ref></thr:in-reply-to></entry></feed>"
    ),
    "a reply": (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"><entry>'
        f'<id>1</id><thr:in-reply-to ref="{LONG[:4000]}"/></entry></feed>'
    ),
    "another reply": (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"><entry>'
        f'<id>1</id><thr:in-reply-to href="https://long.example/{LONG[:4000]}"/></entry></feed>'
    ),
    "json": json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": LONG,
            "language": LONG,
            "items": [
                {
                    "id": LONG,
                    "url": LONG_LINK,
                    "title": LONG,
                    "content_text": LONG,
                    "authors": [{"name": LONG, "url": LONG_LINK}],
                }
            ],
        }
    ),
    "hackernews": json.dumps(
        {
            "hits": [
                {
                    "objectID": "1",
                    "author": LONG,
                    "title": LONG,
                    "url": LONG_LINK,
                    "parent_id": LONG,
                    "story_id": LONG,
                    "points": int("9" * 4000),
                }
            ]
        }
    ),
}


@pytest.mark.parametrize("name", sorted(LONG_ITEMS))
def test_nothing_of_an_item_is_longer_than_it_may_be(name: str) -> None:
    (item,) = parse(LONG_ITEMS[name], "hackernews" if name == "hackernews" else "feed").items

    too_long = {field: size for field, (size, most) in sizes(item).items() if size > most}
    assert too_long == {}


def sizes(item: Item) -> dict[str, tuple[int, int]]:
    """The length of every text of an item beside the most it may have."""
    author = item.author
    return {
        "identity": (len(item.identity), MAX_LENGTH + 20),
        "native_id": (len(item.native_id), MAX_ID),
        "url": (len(item.url), MAX_LENGTH),
        "title": (len(item.title), MAX_TITLE),
        "text": (len(item.text), MAX_TEXT),
        "author.name": (len(author.name), MAX_NAME),
        "author.id": (len(author.id), MAX_ID),
        "author.handle": (len(author.handle), MAX_NAME),
        "author.url": (len(author.url), MAX_LENGTH),
        "score": (item.engagement.score or 0, 2**63),
        "language": (len(item.language), 35),
        "parent_id": (len(item.parent_id), MAX_ID),
        "root_id": (len(item.root_id), MAX_ID),
        "thread_url": (len(item.thread_url), MAX_LENGTH),
        "place": (len(item.place), MAX_TITLE),
    }


SURROGATE = "x\ud800y"


@pytest.mark.parametrize("field", ["id", "title", "content_text", "url", "language", "authors", "date_published"])
def test_half_a_sign_in_json_never_leaves_the_connector(field: str) -> None:
    value = [{"name": SURROGATE, "url": SURROGATE}] if field == "authors" else SURROGATE

    fetched = parse(a_json_feed(**{"title": "Hallo", field: value}))

    repr(fetched.items).encode()
    for text in (fetched.items[0].native_id, fetched.items[0].identity, fetched.items[0].language):
        text.encode()


ENDLESS = "x" * 300_000
AUTHORS = {
    "author": rss(f"<item><title>t</title><author>{ENDLESS}</author></item>"),
    "creator": rss(f"<item><title>t</title><dc:creator><![CDATA[{ENDLESS}]]></dc:creator></item>"),
    "entities": rss(f"<item><title>t</title><author>{'&#120;' * 50_000}</author></item>"),
    "publisher": rss("<item><title>t</title></item>", channel=f"<webMaster>{ENDLESS}</webMaster>"),
}


@pytest.mark.parametrize("name", sorted(AUTHORS))
def test_endless_name_of_an_author_is_read_fast(name: str) -> None:
    started = time.process_time()

    (item,) = parse(AUTHORS[name]).items

    assert time.process_time() - started < 2
    assert item.title == "t"


def test_long_list_of_authors_keeps_its_beginning() -> None:
    names = ", ".join(f"Anna{n} Beispiel" for n in range(3000))

    (item,) = parse(rss(f"<item><title>t</title><dc:creator>{names}</dc:creator></item>")).items

    assert item.author.name == names[:MAX_NAME]


DECLARED = '<?xml version="1.0" encoding="utf-8"?>'
ONE_LINE = f"{DECLARED}<rss><channel><item><title>Grüße</title><description>{{}}</description></item></channel></rss>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", ['encoding="' * 20_000, "encoding='\"" * 20_000])
def test_feed_on_one_line_that_speaks_of_encodings_is_read_fast(text: str, encoding: str) -> None:
    body = ONE_LINE.format(text).replace("utf-8", encoding.replace("-sig", ""), 1).encode(encoding)
    started = time.process_time()

    (item,) = parse(body).items

    assert time.process_time() - started < 2
    assert item.title == "Grüße"


def test_encoding_that_a_text_speaks_of_is_not_the_feeds() -> None:
    example = '<![CDATA[<?xml version="1.0" encoding="iso-8859-1"?>]]>'

    assert parse(ONE_LINE.format(example)).items[0].title == "Grüße"


@pytest.mark.parametrize(
    "beginning", [b"<?" + b'encoding="' * 400 + b'"' * 4000 + b"\n<rss/>", b"<?xml " + b'encoding="' * 100_000]
)
def test_declaration_without_end_is_refused_fast(beginning: bytes) -> None:
    started = time.process_time()

    with pytest.raises(Malformed):
        parse(beginning)

    assert time.process_time() - started < 2


TAG = "<a " + " ".join(f'x{n}="y"' for n in range(20_000)) + ">"


@pytest.mark.parametrize("encoding", ["utf-7", "cp037", "cp500", "unicode_escape", "punycode", "idna", "U7"])
@pytest.mark.parametrize("is_declared", [True, False], ids=["declared", "by the server"])
def test_encoding_that_hides_tags_is_refused_fast(encoding: str, *, is_declared: bool) -> None:
    declaration = f'<?xml version="1.0" encoding="{encoding if is_declared else "utf-8"}"?>'
    tag = "" if encoding in {"punycode", "idna"} else TAG
    document = f"{declaration}<rss><channel><item><title>x</title>{tag}</item></channel></rss>"
    if encoding.startswith("cp"):
        body = document.encode(encoding)
    else:
        hidden = {"utf-7": "+ADw-", "U7": "+ADw-", "unicode_escape": "\\x3c"}.get(encoding, "<")
        body = document.replace("<a", f"{hidden}a").encode("ascii")
    started = time.process_time()

    with pytest.raises(Malformed, match="no feed is written in"):
        parse(body, content_type="application/xml" if is_declared else f'application/xml; charset="{encoding}"')

    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "encoding", ["iso-8859-1", "windows-1252", "utf-8", "utf-16", "shift_jis", "gb18030", "euc-kr"]
)
def test_encodings_of_real_feeds_are_read(encoding: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding}"?>\n<rss><channel><item><title>a</title></item></channel></rss>'

    assert parse(body.encode(encoding)).items[0].title == "a"


def test_unknown_encoding_is_read_as_well_as_it_goes() -> None:
    body = '<?xml version="1.0" encoding="no-such"?><rss><channel><item><title>Grüße</title></item></channel></rss>'

    assert parse(body).items[0].title == "Grüße"
