"""Google Alerts by mail: each result is an item of its own at the page it was found on.

The mails mark up their results in the same way in every language: links through Google's redirector whose text is the
title, each in a cell with the quoted lines; and the same once more as JSON for mail programs.

Source:
    The HTML and JSON of such mails as public repositories quote them (2025); no documentation exists. Read 2026-11-24;
    not tried live. The plain text of older mails is read from general knowledge.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from earshot.domain.errors import Malformed
from earshot.domain.ids import digest
from earshot.sources.addresses import parts_of
from earshot.sources.canonical import canonical_url
from earshot.sources.email_in_letter import Letter
from earshot.sources.google_alerts import target
from earshot.sources.identity import identity_of
from earshot.sources.json_body import MAX_ID, children, read_object, text
from earshot.sources.markup import Element
from earshot.sources.posts import Post
from earshot.sources.wrappers import is_google

SENDER = "googlealerts-noreply@google.com"
"""Who sends them, in every country."""

MAX_RESULTS = 200
"""Results of one mail that are kept; the longest weekly ones have some dozens."""

_IN_TEXT = re.compile(r"<?(https?://(?:www\.)?google\.[a-z.]{2,6}/url\?[^\s<>]{10,2000})>?")


def alert_posts(letter: Letter, source_id: str) -> tuple[Post, ...]:
    """The results of an alert's mail, each once, in its order; empty where nothing in it looks like one."""
    found: dict[str, Post] = {}
    for number, post in enumerate((*_marked(letter), *_carded(letter), *_written(letter))):
        if len(found) == MAX_RESULTS:
            break
        name = post.url or f"{letter.message_id}#{number}"
        known = found.get(name)
        if known is None:
            found[name] = _named(post, name, source_id, letter)
        elif not known.text:
            found[name] = replace(known, text=post.text)
    return tuple(found.values())


def _named(post: Post, name: str, source_id: str, letter: Letter) -> Post:
    native_id = name if len(name) <= MAX_ID else digest(name).hex()
    return replace(
        post,
        native_id=native_id,
        identity=identity_of(post.url, native_id, source_id),
        published_at=letter.sent_at,
        place=parts_of(canonical_url(post.url) or "").host or "Google Alerts",
    )


def _marked(letter: Letter) -> Iterator[Post]:
    """The results in the HTML: a redirected link with text, and the description that follows it before the next."""
    page = letter.page
    links = [each for each in page.elements if each.tag == "a" and _is_redirect(each) and page.text_of(each).strip()]
    # The picture of a result leads to the same page, and its description is no title.
    links = [each for each in links if not any(inner.tag == "img" for inner in page.within(each))][:MAX_RESULTS]
    described = [each for each in page.elements if each.attributes.get("itemprop") == "description"]
    ends = [*(each.start for each in links), len(page.text)][1:]
    for link, end in zip(links, ends, strict=False):
        quoted = next((page.text_of(each) for each in described if link.end <= each.start and each.end <= end), "")
        yield _post(page.text_of(link), quoted, link.attributes["href"])


def _is_redirect(anchor: Element) -> bool:
    parts = parts_of(anchor.attributes.get("href", ""))
    return is_google(parts.host) and parts.path == ("url",)


def _carded(letter: Letter) -> Iterator[Post]:
    """The results in the JSON for mail programs."""
    for script in letter.page.elements:
        if script.tag == "script" and script.attributes.get("data-scope") == "inboxmarkup":
            try:
                body = read_object(script.raw.encode("utf-8", "replace"), "Google Alerts")
            except Malformed:
                continue
            widgets = (each for card in children(body, "cards") for each in children(card, "widgets"))
            yield from (_post(text(each, "title"), text(each, "description"), text(each, "url")) for each in widgets)


def _written(letter: Letter) -> Iterator[Post]:
    """The results in plain text: the lines before each redirected address, the first of them the title."""
    if letter.page.elements:
        return
    before = 0
    for found in _IN_TEXT.finditer(letter.text):
        lines = _block(letter.text[before : found.start()].split("\n"))
        before = found.end()
        if lines:
            yield _post(lines[0], "\n".join(lines[1:]), found[1])


def _block(lines: Iterable[str]) -> list[str]:
    """The last lines without headings such as `=== News - 3 new results for [acme] ===`."""
    kept = [line.strip() for line in lines if line.strip() and not line.startswith(("===", "---", "<http", "http"))]
    return kept[-8:]


def _post(title: str, quoted: str, link: str) -> Post:
    # The JSON escapes twice where the title itself has an entity.
    return Post(native_id="", title=html.unescape(title), text=html.unescape(quoted), url=target(link))
