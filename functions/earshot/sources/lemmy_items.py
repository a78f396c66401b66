"""Posts and comments out of the views that Lemmy answers with, in the shapes of its interfaces 3 and 4.

A view is an object that holds a post or a comment beside its author and its community. Version 4 renames `published` to
`published_at` and an account's `actor_id` to `ap_id`, and puts the counts into the post or comment itself.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from earshot.domain.item import Author, Engagement
from earshot.sources.feed_page import absolute
from earshot.sources.identity import identity_of
from earshot.sources.json_body import Node, child, count, is_true, moment, name, text, values
from earshot.sources.plain import plain_line
from earshot.sources.posts import Post

_CODES = (
    "und aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee "
    "el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is "
    "it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms "
    "mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk "
    "sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi "
    "yo za zh zu"
)
"""In the order of their ids, which every instance has from the same migration (2022-06-21, language tags)."""

_LANGUAGES = _CODES.split()
_PERMALINK = re.compile(r"/(post|comment)/[0-9]{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """The views of an answer; `unread` counts what is none, `has_posts` tells a list, however short, from none."""

    posts: tuple[Node, ...] = ()
    comments: tuple[Node, ...] = ()
    unread: int = 0
    has_posts: bool = False
    has_comments: bool = False


def views_in(body: Node) -> Views:
    """The views of a list, a search, a profile, or of a single post or comment."""
    single = (child(body, "post_view"), child(body, "comment_view"))
    listed = (each for key in ("posts", "comments", "items") for each in values(body, key))
    given = (*listed, *filter(None, single))
    views = [each for each in given if isinstance(each, Mapping)]
    comments = tuple(view for view in views if child(view, "comment"))
    posts = tuple(view for view in views if child(view, "post") and not child(view, "comment"))
    is_items = isinstance(body.get("items"), list)
    return Views(
        posts=posts,
        comments=comments,
        unread=len(given) - len(posts) - len(comments),
        has_posts=is_items or isinstance(body.get("posts"), list),
        has_comments=is_items or isinstance(body.get("comments"), list),
    )


def ids_in(views: Iterable[Node], kind: str) -> list[int]:
    """The ids of the posts or comments in views."""
    found = (count(view, kind, "id") for view in views)
    return [number for number in found if number is not None and number > 0]


def said_in(views: Views, host: str) -> tuple[list[Post], tuple[str, ...]]:
    """What was said, and the identities of what was deleted by its author or removed by a moderator."""
    said: list[Post] = []
    gone: list[str] = []
    pairs = [("post", view) for view in views.posts] + [("comment", view) for view in views.comments]
    for kind, view in pairs:
        post = _post(view, host) if kind == "post" else _comment(view, host)
        if is_true(view, kind, "deleted") or is_true(view, kind, "removed"):
            gone += [post.identity] if post.native_id else []
        else:
            said.append(post)
    return said, tuple(gone)


def path_of(view: Node) -> tuple[str, ...]:
    """The ids from the first comment under the post to the comment of a view itself."""
    pieces = text(view, "comment", "path").split(".")
    return tuple(pieces[1:]) if all(piece.isascii() and piece.isdigit() for piece in pieces) else ()


def _post(view: Node, host: str) -> Post:
    native_id, url = _named(view, "post", host)
    target = absolute(text(view, "post", "url"), "") if text(view, "post", "url") else ""
    return Post(
        native_id=native_id,
        identity=identity_of(url, native_id, host),
        url=url,
        title=text(view, "post", "name"),
        text="\n".join(filter(None, (text(view, "post", "body"), target))),
        published_at=_moment(view, "post", "published"),
        updated_at=_moment(view, "post", "updated"),
        author=_author(view),
        engagement=_engagement(view, "post", "comments"),
        language=_language(view, "post"),
        thread_url=url,
        place=_place(view),
    )


def _comment(view: Node, host: str) -> Post:
    native_id, url = _named(view, "comment", host)
    path = path_of(view)
    number = name(view, "comment", "post_id") or name(view, "post", "id")
    root = f"post/{number}" if number else ""
    return Post(
        native_id=native_id,
        identity=identity_of(url, native_id, host),
        url=url,
        title=text(view, "post", "name"),
        text=text(view, "comment", "content"),
        published_at=_moment(view, "comment", "published"),
        updated_at=_moment(view, "comment", "updated"),
        author=_author(view),
        engagement=_engagement(view, "comment", "child_count"),
        language=_language(view, "comment"),
        parent_id=f"comment/{path[-2]}" if len(path) > 1 else root,
        root_id=root,
        thread_url=_named(view, "post", host)[1] if child(view, "post") else "",
        place=_place(view),
    )


def _named(view: Node, kind: str, host: str) -> tuple[str, str]:
    """The native id, and the permalink at home: the same on every instance that shows the post or comment.

    An address of another shape is none of Lemmy's, whoever claims it; then the permalink at the instance asked stands.
    """
    number = count(view, kind, "id")
    if number is None or number <= 0:
        return "", ""
    native_id = f"{kind}/{number}"
    home = absolute(text(view, kind, "ap_id"), "")
    return native_id, home if _is_permalink(home, kind) else f"https://{host}/{native_id}"


def _is_permalink(url: str, kind: str) -> bool:
    parts = urlsplit(url)
    found = _PERMALINK.fullmatch(parts.path)
    return found is not None and found[1] == kind and not parts.query


def _author(view: Node) -> Author:
    account = child(view, "creator")
    at_home = text(account, "actor_id") or text(account, "ap_id")
    address = absolute(at_home, "") if at_home else ""
    short = plain_line(text(account, "name"), is_html=False, limit=100)
    handle = f"{short}@{urlsplit(address).hostname}" if short and address else short
    return Author(name=text(account, "display_name") or short, id=address[:200], handle=handle, url=address)


def _engagement(view: Node, kind: str, replies: str) -> Engagement:
    counts = child(view, "counts") or child(view, kind)
    return Engagement(score=count(counts, "score"), likes=count(counts, "upvotes"), replies=count(counts, replies))


def _moment(view: Node, kind: str, key: str) -> datetime | None:
    return moment(view, kind, key) or moment(view, kind, f"{key}_at")


def _language(view: Node, kind: str) -> str:
    number = count(view, kind, "language_id")
    return _LANGUAGES[number] if number is not None and 0 < number < len(_LANGUAGES) else ""


def _place(view: Node) -> str:
    community = child(view, "community")
    return text(community, "title") or text(community, "name")
