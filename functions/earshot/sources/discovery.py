"""What an answer shows there is to listen to: a feed, the feeds that a page names, a forum, or the page itself.

A page that names no feed may have one at the usual addresses: `guesses` lists them, and only a body decides.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from earshot.domain.errors import Invalid, Malformed
from earshot.domain.offer import MAX_TITLE, MOST_OFFERS, Offer, What
from earshot.ports.http import Response
from earshot.sources.addresses import parts_of
from earshot.sources.feed_guard import checked
from earshot.sources.feed_json import looks_like_json
from earshot.sources.feed_locator import feed_address
from earshot.sources.feed_page import Advertised, advertised_feeds, is_web_page
from earshot.sources.page_watch_sitemap import is_sitemap
from earshot.sources.plain import plain_line
from earshot.sources.registry import CONNECTORS

MOST_GUESSES = 3
"""Addresses that are tried where a page names no feed."""

_MOST_NAMED = MOST_OFFERS - 2
_HEAD = 200_000
_FEED = re.compile(rb"<(?:\w{1,20}:)?(?:rss|feed|RDF)\b", re.IGNORECASE)
_MARKUP = re.compile(rb"<(?:a|article|body|br|div|h[1-6]|li|main|p|section|span|table|ul)\b", re.IGNORECASE)
_META = re.compile(r"<meta\b([^<>]{0,1000}+)>", re.IGNORECASE)
_NAMES_GENERATOR = re.compile(r"""\bname\s{0,5}=\s{0,5}["']?generator\b""", re.IGNORECASE)
_CONTENT = re.compile(r"""\bcontent\s{0,5}=\s{0,5}(?:"([^"]{0,200})|'([^']{0,200}))""", re.IGNORECASE)
_TITLE = re.compile(r"<title\b[^<>]{0,200}>([^<]{0,1000})", re.IGNORECASE)
_COMMENTS_TITLE = re.compile(
    r"(?:comments? feed|kommentar-? ?feed|comments? rss|comments|kommentare)\W{0,3}$"
    r"|^(?:comments|kommentare) (?:for|on|zu|für)\b",
    re.IGNORECASE,
)
_COMMENTS_PATH = re.compile(r"/(?:comments|kommentare)(?:/|$|\.|/?feed)|[?&]feed=comments", re.IGNORECASE)
_FORUMS = (
    ("app.php/feed", re.compile(r"<body\b[^<>]{0,50}\bid=.phpbb\b", re.IGNORECASE)),
    ("index.php?action=.xml;type=rss2", re.compile(r"\bsmf_scripturl\b")),
    ("index.php?board-feed/", re.compile(r"\b(?:WSC_API_URL|WCF_PATH)\b")),
    ("forums/-/index.rss", re.compile(r"<html\b[^<>]{0,200}\bid=.XF\b")),
)
"""Where the forums of a kind have their feed, and what shows the kind.

Source:
    phpBB 3.3 overall_header.html; SMF 2.1 index.template.php; WoltLab Suite 6 documentHeader.tpl; XenForo 2.3
    PAGE_CONTAINER; read 2026-11-24; not tried live.
"""
_GENERATED = (("hugo", "/index.xml"), ("jekyll", "/feed.xml"), ("wordpress", "/feed/"), ("ghost", "/rss/"))
_USUAL = ("/feed", "/rss", "/atom.xml", "/feed.xml", "/index.xml")
_INSIDE_FORUM = re.compile(r"(?:forums|threads|members|whats-new)/.{0,2000}$")


def offers(response: Response, url: str) -> tuple[Offer, ...]:
    """What there is to listen to at `url`, which was answered with `response`; best first, at least one.

    Raises:
        Malformed: the body is neither a feed nor a web page nor a sitemap of news.
    """
    body = checked(response.body)
    address = _kept(response.moved_to) or url
    if is_sitemap(body):
        return (Offer(kind="page_watch", url=address, what=What.NEWS),)
    head = body[:_HEAD].replace(b"\0", b"")
    if not is_web_page(body):
        if looks_like_json(body) or _FEED.search(head):
            return (Offer(kind="feed", url=address, what=_what_of_feed(address, "")),)
        if not _MARKUP.search(head):
            raise Malformed("this is neither a feed nor a web page")
    return tuple(_of_page(body, head.decode("utf-8", "replace"), response.url, address))


def guesses(response: Response) -> tuple[str, ...]:
    """Addresses where a page that names no feed may have one, the likeliest first.

    A page deep inside a site may have a feed of its own; that of the whole site is not what was asked for.
    """
    text = response.body[:_HEAD].replace(b"\0", b"").decode("utf-8", "replace")
    return tuple(dict.fromkeys(filter(None, map(_kept, _guessed(text, response.url)))))[:MOST_GUESSES]


def _of_page(body: bytes, text: str, base_url: str, address: str) -> Iterator[Offer]:
    title = _title(text)
    if _generator(text).startswith("discourse"):
        yield Offer(kind="discourse", url=CONNECTORS["discourse"].locator(base_url), title=title, what=What.FORUM)
    is_forum = any(shows.search(text) for _, shows in _FORUMS)
    named = [_named(each, is_forum=is_forum) for each in advertised_feeds(body, base_url, most=_MOST_NAMED)]
    known = [each for each in named if each is not None]
    if not known and (profile := _profile(text, base_url)):
        known.append(profile)
    yield from (each for each in known if each.what is not What.COMMENTS)
    yield from (each for each in known if each.what is What.COMMENTS)
    yield Offer(kind="page_watch", url=address, title=title, what=What.PAGE)


def _named(feed: Advertised, *, is_forum: bool) -> Offer | None:
    url = _kept(feed.url)
    if not url:
        return None
    title = plain_line(feed.title, is_html=False, limit=MAX_TITLE)
    what = _what_of_feed(url, title)
    return Offer(kind="feed", url=url, title=title, what=What.FORUM if is_forum and what is What.FEED else what)


def _what_of_feed(url: str, title: str) -> What:
    if _COMMENTS_TITLE.search(title) or _COMMENTS_PATH.search(url):
        return What.COMMENTS
    match parts_of(url).path:
        case ("feeds", "c", _):
            return What.COMMUNITY
        case (name,) if name.startswith("@") and name.endswith(".rss"):
            return What.PROFILE
    return What.CHANNEL if url.startswith("https://www.youtube.com/feeds/") else What.FEED


def _profile(text: str, base_url: str) -> Offer | None:
    """The feed of a profile of Mastodon, where its page does not name it."""
    split, parts = urlsplit(base_url), parts_of(base_url)
    is_profile = len(parts.path) == 1 and re.fullmatch(r"@[A-Za-z0-9_.-]{1,60}", parts.path[0])
    if not is_profile or not re.search(r"\bid=[\"']mastodon[\"']", text):
        return None
    url = f"{split.scheme}://{split.netloc}/{parts.path[0]}.rss"
    return Offer(kind="feed", url=_kept(url), title=_title(text), what=What.PROFILE)


def _guessed(text: str, base_url: str) -> Iterator[str]:
    for path, shows in _FORUMS:
        if shows.search(text):
            yield urljoin(_INSIDE_FORUM.sub("", base_url.partition("?")[0]), path)
    folder = urlsplit(base_url).path
    if re.fullmatch(r"/?(?:index\.\w{1,5})?", folder):
        generator = _generator(text)
        yield from (urljoin(base_url, path) for name, path in _GENERATED if generator.startswith(name))
        yield from (urljoin(base_url, path) for path in _USUAL)
    elif "." not in folder.rpartition("/")[2]:
        yield urljoin(base_url, f"{folder.rstrip('/')}/feed")


def _generator(text: str) -> str:
    """The program that made a page, in lower case, as far as the page says."""
    for meta in _META.finditer(text):
        if _NAMES_GENERATOR.search(meta[1]) and (content := _CONTENT.search(meta[1])):
            return (content[1] or content[2] or "").strip().lower()
    return ""


def _title(text: str) -> str:
    found = _TITLE.search(text)
    return plain_line(found[1], limit=MAX_TITLE) if found else ""


def _kept(url: str) -> str:
    """The address as one of a feed, "" where it cannot be one."""
    try:
        return feed_address(url) if url else ""
    except Invalid:
        return ""
