"""Statuses out of Mastodon's shapes: timelines, searches, contexts, notifications, single ones."""

import html
from collections.abc import Sequence

from earshot.domain.errors import Malformed
from earshot.domain.item import Author, Engagement
from earshot.sources.addresses import parts_of
from earshot.sources.feed_page import absolute
from earshot.sources.identity import identity_of
from earshot.sources.json_body import Node, child, children, count, is_true, moment, name, text
from earshot.sources.plain import plain_text
from earshot.sources.posts import Post

MAX_STATUSES = 10_000
"""Statuses of one answer that are read; the largest context has 8,192."""

_SHOWN = frozenset({"public", "unlisted", ""})
"""Who sees a status: everybody. A token also shows what was meant for its owner alone."""


def statuses_in(body: object) -> Sequence[Node]:
    """The statuses of a body in one of the documented shapes; what is none of them is an empty object.

    Raises:
        Malformed: it has none of these shapes.
    """
    return tuple(map(_status, _listed(body)[:MAX_STATUSES]))


def _listed(body: object) -> list[object]:
    if isinstance(body, list):
        return body
    if isinstance(body, dict):
        if isinstance(body.get("statuses"), list):
            return list(body["statuses"])
        if isinstance(body.get("ancestors"), list) and isinstance(body.get("descendants"), list):
            return [*body["ancestors"], *body["descendants"]]
        if "content" in body or isinstance(body.get("status"), dict):
            return [body]
    raise Malformed("this is no Mastodon: it answered with something that holds no statuses")


def post_of(status: Node, source_id: str) -> Post:
    """The post of a status; without an id where it is none, is not for everybody, or its author is not to be found.

    It is named after its page at the instance where it was written, so that all instances agree on the name.
    """
    native_id = name(status, "id")
    is_meant_for_all = text(status, "visibility") in _SHOWN and not is_true(status, "account", "noindex")
    if not is_meant_for_all or not isinstance(status.get("content"), str):
        return Post(native_id="")
    url = _address(text(status, "url")) or _address(text(status, "uri"))
    parent = name(status, "in_reply_to_id")
    return Post(
        native_id=native_id,
        url=url,
        identity=identity_of(url, native_id, source_id) if native_id else "",
        title=html.escape(text(status, "spoiler_text")),
        text=_said(status),
        is_html=True,
        published_at=moment(status, "created_at"),
        author=_author(child(status, "account")),
        engagement=Engagement(
            likes=count(status, "favourites_count"),
            reposts=count(status, "reblogs_count"),
            replies=count(status, "replies_count"),
        ),
        language=text(status, "language"),
        parent_id=parent,
        root_id=parent,
        reply_to=_answered(status) if parent else "",
        thread_url=url,
        place="Mastodon",
    )


def _status(node: object) -> Node:
    """The status itself: of a notification the one it is about, of a boost the one that is passed on."""
    if not isinstance(node, dict):
        return {}
    inner = child(node, "status") or node
    return child(inner, "reblog") or inner


def _said(status: Node) -> str:
    """What the author wrote; of a status without words what its pictures are said to show."""
    content = text(status, "content")
    if plain_text(content):
        return content
    shown = (text(media, "description") for media in children(status, "media_attachments"))
    return "<br>".join(html.escape(each) for each in shown if each)


def _author(account: Node) -> Author:
    url = _address(text(account, "url"))
    handle = _handle(account, url)
    return Author(
        name=text(account, "display_name").strip() or handle,
        # The number of an account holds at one instance only, its handle at all of them and for good.
        id=handle,
        handle=handle,
        url=url,
        followers=count(account, "followers_count"),
    )


def _answered(status: Node) -> str:
    """The handle of whom a status answers, where it is told: the author, or one of those it mentions."""
    wanted = name(status, "in_reply_to_account_id")
    for account in (child(status, "account"), *children(status, "mentions")):
        if wanted and name(account, "id") == wanted:
            return _handle(account, text(account, "url"))
    return ""


def _handle(account: Node, url: str) -> str:
    """The handle with its instance, which the account's own instance leaves out."""
    handle = name(account, "acct").removeprefix("@")
    host = parts_of(url).host
    return f"{handle}@{host}" if handle and host and "@" not in handle else handle


def _address(url: str) -> str:
    return absolute(url, "") if url else ""
