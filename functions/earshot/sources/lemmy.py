"""Lemmy: everything that an instance receives, its own posts and comments and those of the instances it knows.

Posts and comments are two lists, read one after the other in each poll; `lemmy_cursor` keeps how far.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode, urlsplit

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import FetchError, Invalid, Malformed, Refused, Throttled
from earshot.domain.item import Item
from earshot.domain.place import Evidence, Place
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import MAX_HOPS, Ref, Thread
from earshot.ports.http import Request, Response
from earshot.sources.addresses import parts_of
from earshot.sources.feed_locator import feed_address
from earshot.sources.json_body import Node, read_object, text
from earshot.sources.lemmy_cursor import Cursor
from earshot.sources.lemmy_items import Views, ids_in, path_of, said_in, views_in
from earshot.sources.posts import items_of, oldest_first
from earshot.sources.threads import kept_replies

LIMIT = 50
"""The most entries that an instance gives at once."""

_STREAMS = ("feddit.org", "lemmy.world")
_HOST = re.compile(r"(?=.{4,200}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){1,9}")
_NATIVE = re.compile(r"(post|comment)/([0-9]{1,15})", re.ASCII)
_STEP = re.compile(r"(old|new|post|comment)(?::([0-9]{1,15}))?", re.ASCII)
_CODE = re.compile(r"[a-z_]{1,60}", re.ASCII)
_READ = "-"
"""The cursor of a thread that has come."""


class LemmyConnector:
    """Listens to an instance of Lemmy.

    Source:
        LemmyNet/lemmy 0.19.11 and 0.19.20: list_comments.rs, list_posts.rs, comment_view.rs (order, limit, deleted
        comments are listed without their text); main of 2026-08-12: api/routes, api/routes_v3 (its version 3 knows no
        pages of comments and no next_page), db_views api.rs, utils/error.rs; read 2026-11-24; not tried live.
    """

    kind = "lemmy"
    place = Place(
        name="Lemmy",
        method="all new posts and comments that an instance shows, its own and federated ones; watches pick from them",
        limits="each instance sets its own, 180 reads a minute and address by default; 50 entries an answer",
        terms="open interface without a key; each instance has its own rules, and its admins may close it",
        evidence=Evidence.RECORDED,
        documents=(
            "https://join-lemmy.org/docs/contributors/04-api.html",
            "https://github.com/LemmyNet/lemmy/blob/main/crates/api/routes_v3/src/lib.rs",
        ),
        read_on=date(2026, 11, 24),
        example="feddit.org",
        public=True,
        interval_s=180,
        streams=_STREAMS,
    )

    def locator(self, text: str) -> str:
        """The host of the instance, from its name or any address there.

        Raises:
            Invalid: the text is no address.
        """
        host = urlsplit(feed_address(text)).netloc
        if not _HOST.fullmatch(host):
            raise Invalid("url", "type the name of a Lemmy instance, for instance feddit.org")
        return host

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """The next page of posts or comments, newest first; never conditional, because two lists take turns."""
        cursor = Cursor.read(source.cursor)
        what = "post" if cursor.turn == "p" else "comment"
        if cursor.version == "4":
            at = {"page_cursor": cursor.token} if cursor.token else {}
            return _request(source.locator, f"v4/{what}/list", {"type_": "all", "sort": "new", "limit": LIMIT, **at})
        query: dict[str, str | int] = {"type_": "All", "sort": "New", "limit": LIMIT, "page": cursor.page + 1}
        return _request(source.locator, f"v3/{what}/list", query)

    def parse(self, response: Response, source: Source) -> Fetched:
        """The posts and comments of a list, a search or a single view as items, oldest first.

        What was deleted or removed is in `Fetched.gone`. Where version 3 turns out to be a shadow of version 4, the
        list is read again by that.

        Raises:
            Malformed: the body is no answer of Lemmy.
            Refused: the instance does not show its posts to everybody.
            Throttled: it was asked too often.
        """
        cursor = Cursor.read(source.cursor)
        if response.status >= 400:
            return _recovered(response, cursor, source.locator)
        body = _read(response.body)
        views = views_in(body)
        said, gone = said_in(views, source.locator)
        items, skipped = items_of(said, self.kind, response.received_at)
        after, more = _after(cursor, body, views)
        return Fetched(
            items=items,
            skipped=skipped + views.unread,
            title=source.locator,
            cursor=after.write() if after != cursor else source.cursor,
            more=more,
            gone=gone,
        )

    def recognise(self, url: str) -> None:
        """None: an address does not tell that Lemmy answers there; what it names is known by its page."""
        return

    def claim(self, url: str) -> str | None:
        """The instance, where it is one that everybody hears."""
        host = parts_of(url).host
        return host if host in _STREAMS else None

    def thread_request(self, ref: Ref, thread: Thread, credential: Credential = NO_CREDENTIAL) -> Request | None:
        """The oldest replies, then the newest where there are more, then the post and the comments between."""
        native = _NATIVE.fullmatch(ref.native_id)
        step = _STEP.fullmatch(thread.cursor.split(",")[0] or "old")
        if native is None or step is None or not _HOST.fullmatch(ref.locator):
            return None
        if step[1] == "post":
            return _request(ref.locator, "v3/post", {"id": step[2] or "0"})
        if step[1] == "comment":
            # The oldest of what stands below a comment, itself included, is the comment.
            return _replies(ref.locator, "comment", step[2] or "0", sort="Old", limit=1)
        return _replies(ref.locator, native[1], native[2], sort=step[1].capitalize(), limit=LIMIT)

    def thread_parse(self, response: Response, ref: Ref, thread: Thread) -> Thread:
        """The thread with the replies, the post or the comment that was asked for.

        Raises:
            Malformed: the body is no answer of Lemmy.
            Throttled: the instance was asked too often.
        """
        step, *left = thread.cursor.split(",") if thread.cursor else ["old"]
        if response.status >= 400:
            return _cut(response, thread, left)
        views = views_in(_read(response.body))
        said, _ = said_in(views, ref.locator)
        items, _ = items_of(said, self.kind, response.received_at, most=None)
        if step == "old":
            left, is_cut = _next_steps(ref, views)
            thread = replace(thread, is_cut=thread.is_cut or is_cut)
        if step in {"old", "new"}:
            return _with_replies(thread, ref, items, left, is_last=step == "new")
        return _with_ancestor(thread, [item for item in items if item.native_id == step.replace(":", "/")], left)


def _request(host: str, path: str, query: dict[str, str | int]) -> Request:
    url = f"https://{host}/api/{path}?{urlencode(query)}"
    return Request(url=url, accept="application/json", reads=frozenset({400, 404}))


def _replies(host: str, kind: str, number: str, *, sort: str, limit: int) -> Request:
    below = "post_id" if kind == "post" else "parent_id"
    return _request(host, "v3/comment/list", {"type_": "All", below: number, "sort": sort, "limit": limit})


def _read(body: bytes) -> Node:
    value = read_object(body, "Lemmy")
    if code := text(value, "error"):
        raise _refusal(code, "the instance")
    if not {"posts", "comments", "items", "post_view", "comment_view"} & value.keys():
        raise Malformed("Lemmy answered with something that holds neither posts nor comments")
    return value


def _refusal(code: str, host: str) -> FetchError:
    if code in {"rate_limit_error", "too_many_requests"}:
        return Throttled(f"{host} was asked too often")
    if code in {"instance_is_private", "not_logged_in"}:
        return Refused(f"{host} shows its posts to members only; another instance may show the same ones")
    return Refused(
        f"{host} refused: {code}" if _CODE.fullmatch(code) else f"{host} refused without a reason we can read"
    )


def _code(response: Response) -> str:
    """The instance's own name of an error; "" where the answer is not from Lemmy."""
    try:
        return text(read_object(response.body, "Lemmy"), "error")
    except Malformed:
        return ""


def _recovered(response: Response, cursor: Cursor, host: str) -> Fetched:
    """How an error is got over: another version of the interface, or the list from its top.

    Raises:
        FetchError: nothing helps.
    """
    code = _code(response)
    error = _refusal(code, host)
    if isinstance(error, Throttled):
        raise error
    if cursor.page:
        # What a page began with may have been purged since.
        return Fetched(cursor=cursor.restarted(cursor.version).write())
    is_unknown = response.status == 404 and not code
    if is_unknown and cursor.version == "4":
        return Fetched(cursor=cursor.restarted("3").write(), more=True)
    raise Refused(f"there is no Lemmy instance at {host}") if is_unknown else error


def _after(cursor: Cursor, body: Node, views: Views) -> tuple[Cursor, bool]:
    """The cursor after an answer, and whether to go on at once; the same for a body that is not the list in turn."""
    if not (views.has_posts if cursor.turn == "p" else views.has_comments):
        return cursor, False
    token = text(body, "next_page")
    is_shadow = cursor.version == "" and cursor.turn == "p" and "items" not in body and views.posts and not token
    if is_shadow:
        return cursor.restarted("4"), True
    kind, listed = ("post", views.posts) if cursor.turn == "p" else ("comment", views.comments)
    has_next = bool(token) if cursor.version == "4" else len(listed) >= LIMIT
    return cursor.stepped(ids_in(listed, kind), has_next=has_next, token=token)


def _next_steps(ref: Ref, views: Views) -> tuple[list[str], bool]:
    """What is to be asked after the oldest replies, and whether something above will be missing.

    First the newest replies where these are not all, then the post, then the comments from the nearest one upwards.
    """
    steps = ["new"] if len(views.comments) >= LIMIT else []
    if ref.native_id.startswith("post/"):
        return steps, False
    paths = filter(None, map(path_of, views.comments))
    own = next((path for path in paths if f"comment/{path[-1]}" == ref.native_id), ())
    parent, root = _NATIVE.fullmatch(ref.parent_id), _NATIVE.fullmatch(ref.root_id)
    above = own[:-1] or ((parent[2],) if parent and parent[1] == "comment" else ())
    steps += [f"post:{root[2]}"] if root and root[1] == "post" else []
    steps += [f"comment:{number}" for number in above[::-1][: MAX_HOPS - 1]]
    return steps, not own or len(above) >= MAX_HOPS


def _cut(response: Response, thread: Thread, left: list[str]) -> Thread:
    """The thread without what was asked for, which is gone."""
    error = _refusal(_code(response), "the instance")
    if isinstance(error, Throttled):
        raise error
    return replace(thread, is_cut=True, cursor=",".join(left) or _READ)


def _with_replies(thread: Thread, ref: Ref, items: Sequence[Item], left: list[str], *, is_last: bool) -> Thread:
    known = {item.native_id: item for item in thread.replies}
    found = {item.native_id: item for item in items if item.native_id not in {ref.native_id, ref.root_id}}
    # Only where the newest page reaches the oldest one is nothing missing between them.
    is_whole = not is_last or bool(known.keys() & found.keys())
    return replace(
        thread,
        replies=kept_replies(oldest_first({**known, **found}.values())),
        is_cut=thread.is_cut or not is_whole,
        cursor=",".join(left) or _READ,
    )


def _with_ancestor(thread: Thread, found: Sequence[Item], left: list[str]) -> Thread:
    """The thread with the post, which comes first, or the next comment upwards, which comes right below it."""
    has_root = bool(thread.ancestors) and thread.ancestors[0].native_id.startswith("post/")
    roots = thread.ancestors[:1] if has_root else ()
    return replace(
        thread,
        ancestors=(*roots, *found, *thread.ancestors[len(roots) :]),
        is_cut=thread.is_cut or not found,
        cursor=",".join(left) or _READ,
    )
