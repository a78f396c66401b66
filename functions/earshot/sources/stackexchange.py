"""Stack Exchange: all new questions, answers and comments of one site, which are three lists that take turns.

Each list is asked for from the newest second known, the oldest first, so what does not fit into an answer comes in the
next one, and the cursor is three seconds.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import NoReturn
from urllib.parse import urlencode

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Invalid, Malformed, Refused, Throttled, Unreachable
from earshot.domain.item import Item
from earshot.domain.place import Evidence, Place, Quota
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import MAX_REPLIES, Ref, Thread
from earshot.ports.http import Draw, Request, Response
from earshot.sources.addresses import parts_of
from earshot.sources.feed_locator import feed_address
from earshot.sources.json_body import Node, children, count, is_true, read_object, text, values
from earshot.sources.posts import items_of, oldest_first
from earshot.sources.stackexchange_cursor import LISTS, Cursor
from earshot.sources.stackexchange_items import host_of, named_by, post_of, site_of
from earshot.sources.threads import kept_replies

PAGE = 100
"""The most entries of an answer."""

_API = "https://api.stackexchange.com/2.3"
_WITHOUT_KEY, _WITH_KEY = "requests", "requests with a key"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{1,80}", re.ASCII)
_NATIVE = re.compile(r"([a-z0-9.-]{1,80})/(comment/)?([1-9][0-9]{0,14})", re.ASCII)
_STEP = re.compile(r"(answers|answer|question|comments|beside):([0-9]{1,15}(?:;[0-9]{1,15}){0,99})", re.ASCII)
_WAIT = re.compile(r"available in ([0-9]{1,7}) second", re.ASCII)
_MAX_IDS = 1200
"""Characters of the ids in one address."""

_READ = "-"
"""The cursor of a thread that has come."""

_BAD_PARAMETER, _INTERNAL, _THROTTLED, _UNAVAILABLE = 400, 500, 502, 503
_NOT_LET_IN = frozenset({401, 402, 403, 405, 406})


class StackExchangeConnector:
    """Listens to one site of Stack Exchange as a whole.

    A key raises the quota. It goes into a header: from June 2026 on keys in addresses are refused, it was announced.

    Source:
        api.stackexchange.com/docs: questions, answers, comments, filters (`withbody`), throttle, error-handling;
        meta.stackexchange.com/questions/417382 (keys as bearer); quotas and midnight: api-evangelist/stackexchange of
        2026-05-29; read 2026-11-24; not tried live.
    """

    kind = "stackexchange"
    place = Place(
        name="Stack Exchange",
        method="all new questions, answers and comments of one site; watches pick from them",
        limits=(
            "300 requests a day and address without a key; 10,000 with a free one, for what is added once it is set; "
            "100 entries an answer"
        ),
        terms="texts are under CC BY-SA 4.0: whoever shows one names its author and links to it; API terms of use",
        evidence=Evidence.RECORDED,
        documents=(
            "https://api.stackexchange.com/docs",
            "https://api.stackexchange.com/docs/throttle",
            "https://meta.stackexchange.com/questions/417382",
            "https://stackoverflow.com/legal/api-terms-of-use",
        ),
        read_on=date(2026, 11, 24),
        example="stackoverflow",
        public=True,
        interval_s=1200,
        streams=("stackoverflow",),
        takes=("key",),
        quotas=(
            Quota(name=_WITHOUT_KEY, amount=300, window=timedelta(days=1)),
            Quota(name=_WITH_KEY, amount=10_000, window=timedelta(days=1)),
        ),
    )

    def locator(self, text: str) -> str:
        """The name of a site, for instance `stackoverflow` or `cooking`, from that or any address there.

        Raises:
            Invalid: the text names no site.
        """
        typed = text.strip()
        site = site_of(parts_of(feed_address(typed)).host) if typed else ""
        if not site and _NAME.fullmatch(typed):
            site = site_of(host_of(typed.lower()))
        if not site:
            raise Invalid("url", "type the name or an address of a site of Stack Exchange, for instance stackoverflow")
        return site

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """What the list in turn has since the newest second known, with some overlap."""
        cursor = Cursor.read(source.cursor)
        return _request(LISTS[cursor.turn], source.locator, credential, cursor.query())

    def parse(self, response: Response, source: Source) -> Fetched:
        """The questions, answers and comments of an answer as items, oldest first.

        Raises:
            Malformed: the body is no answer of the API.
            Refused: the site is not known, or the key not accepted.
            Throttled: it was asked too often.
            Unreachable: the API is out of order.
        """
        body = _read(response)
        posts = [post_of(each, source.locator) for each in children(body, "items")]
        items, skipped = items_of(posts, self.kind, response.received_at)
        before = Cursor.read(source.cursor)
        newest = _newest(body, before.turn, response.received_at)
        after = before if newest is None else before.stepped(newest, has_more=is_true(body, "has_more"))
        backoff, until_midnight = count(body, "backoff") or 0, _spent_s(body, response.received_at)
        # The same method must wait; another one may be asked at once.
        is_held = until_midnight > 0 or (backoff > 0 and after.turn == before.turn)
        goes_on = newest is not None and (after.pages > 0 or after.turn > before.turn)
        return Fetched(
            items=items,
            skipped=skipped + len(values(body, "items")) - len(posts),
            title=host_of(source.locator),
            cursor=source.cursor if newest is None else after.write(),
            more=goes_on and not is_held,
            wait_s=max(backoff, until_midnight) or None,
        )

    def recognise(self, url: str) -> str | None:
        """`stackexchange:<site>/<number>` for questions and answers, `…/comment/<number>` for comments."""
        native_id = named_by(url)
        return f"{self.kind}:{native_id}" if native_id else None

    def claim(self, url: str) -> str | None:
        """The site that an address belongs to."""
        return site_of(parts_of(url).host) or None

    def thread_request(self, ref: Ref, thread: Thread, credential: Credential = NO_CREDENTIAL) -> Request | None:
        """What stands above the mention first, then its answers, then the comments below or beside it."""
        native = _NATIVE.fullmatch(ref.native_id)
        step = _STEP.fullmatch(thread.cursor or _first_step(ref))
        if native is None or step is None or not site_of(host_of(native[1])):
            return None
        path = {
            "answers": f"questions/{step[2]}/answers",
            "answer": f"answers/{step[2]}",
            "question": f"questions/{step[2]}",
        }.get(step[1], f"posts/{step[2]}/comments")
        return _request(path, native[1], credential, {"order": "asc"})

    def thread_parse(self, response: Response, ref: Ref, thread: Thread) -> Thread:
        """The thread with what this answer adds.

        Raises:
            Malformed: the body is no answer of the API.
            FetchError: as for `parse`.
        """
        body, site = _read(response), ref.native_id.partition("/")[0]
        posts = (post_of(each, site) for each in children(body, "items"))
        items, _ = items_of(posts, self.kind, response.received_at, most=None)
        step, _, asked = (thread.cursor or _first_step(ref)).partition(":")
        is_cut = thread.is_cut or is_true(body, "has_more")
        if step in {"answer", "question"}:
            return replace(_risen(thread, ref, items, asked, step), is_cut=is_cut or (step == "question" and not items))
        replies = _to(ref, items) if step == "beside" else items
        if step == "answers":
            below, is_whole = _fitting([asked, *(item.native_id.rpartition("/")[2] for item in items)])
            return replace(thread, replies=items, is_cut=is_cut or not is_whole, cursor=f"comments:{below}")
        both = oldest_first((*thread.replies, *replies))
        return replace(thread, replies=kept_replies(both), is_cut=is_cut or len(both) > MAX_REPLIES, cursor=_READ)


def _request(path: str, site: str, credential: Credential, query: Mapping[str, str | int]) -> Request:
    key = credential.get("key", "")
    fixed = {"site": host_of(site) if "." in site else site, "filter": "withbody", "sort": "creation", "pagesize": PAGE}
    return Request(
        url=f"{_API}/{path}?{urlencode({**fixed, **query})}",
        headers={"Authorization": f"Bearer {key}"} if key else {},
        accept="application/json",
        reads=frozenset({400, 401, 403}),
        draws=(Draw(quota=_WITH_KEY if key else _WITHOUT_KEY),),
    )


def _read(response: Response) -> Node:
    """The object of an answer.

    Raises:
        FetchError: it tells of an error.
    """
    try:
        body = read_object(response.body, "Stack Exchange")
    except Malformed:
        if response.status < 400:
            raise
        body = {}
    if response.status >= 400 or "error_id" in body:
        _refuse(body, response)
    if not isinstance(body.get("items"), list):
        raise Malformed("Stack Exchange answered with something that has no items")
    return body


def _refuse(body: Node, response: Response) -> NoReturn:
    error, said = count(body, "error_id"), text(body, "error_message")
    if error == _THROTTLED:
        wait = _WAIT.search(said)
        raise Throttled("Stack Exchange was asked too often", int(wait[1]) if wait else count(body, "backoff"))
    if error in {_INTERNAL, _UNAVAILABLE}:
        raise Unreachable("Stack Exchange is out of order at the moment")
    if error in _NOT_LET_IN or response.status == 401 or (error == _BAD_PARAMETER and "key" in said.lower()):
        raise Refused("the key was not accepted; set a new one: earshot credential set stackexchange")
    if error == _BAD_PARAMETER:
        raise Refused("Stack Exchange does not know this site, or what it was asked for")
    raise Refused("Stack Exchange refused without a reason we can read")


def _newest(body: Node, turn: int, received_at: datetime) -> int | None:
    """The newest second of what the list in turn holds, 0 of an empty one; None where it is another list."""
    nodes = [node for node in children(body, "items") if _list_of(node) == turn]
    if values(body, "items") and not nodes:
        return None
    seconds = (count(node, "creation_date") or 0 for node in nodes)
    # A date ahead of us would hide everything until then.
    return max((second for second in seconds if second <= received_at.timestamp()), default=0)


def _list_of(node: Node) -> int:
    return 2 if "comment_id" in node else 1 if "answer_id" in node else 0


def _spent_s(body: Node, received_at: datetime) -> int:
    """Seconds until the quota is filled again, at midnight UTC; 0 while something is left of it."""
    if count(body, "quota_remaining") != 0:
        return 0
    midnight = (received_at.astimezone(UTC) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((midnight - received_at).total_seconds()) + 1


def _first_step(ref: Ref) -> str:
    number, parent = ref.native_id.rpartition("/")[2], ref.parent_id.rpartition("/")[2]
    if "/comment/" in ref.native_id:
        return f"answer:{parent}"
    return f"question:{parent}" if parent else f"answers:{number}"


def _fitting(ids: list[str]) -> tuple[str, bool]:
    """The ids that fit into one address, and whether these are all."""
    joined = ";".join(ids[:PAGE])
    if len(joined) > _MAX_IDS:
        joined = joined[:_MAX_IDS].rpartition(";")[0]
    return joined, joined.count(";") + 1 == len(ids)


def _risen(thread: Thread, ref: Ref, items: tuple[Item, ...], asked: str, step: str) -> Thread:
    """The thread with the answer or question above, and what comes next.

    A comment does not tell whether it stands below an answer, so that is tried first.
    """
    below = f"beside:{ref.parent_id.rpartition('/')[2]}" if "/comment/" in ref.native_id else ""
    below = below or f"comments:{ref.native_id.rpartition('/')[2]}"
    ancestors = (*items[:1], *thread.ancestors)
    if step == "question":
        return replace(thread, ancestors=ancestors, cursor=below)
    question = items[0].parent_id.rpartition("/")[2] if items else asked
    return replace(thread, ancestors=ancestors, cursor=f"question:{question}" if question else below)


def _to(ref: Ref, beside: tuple[Item, ...]) -> tuple[Item, ...]:
    """The later comments beside a comment that name its author."""
    own = next((item for item in beside if item.native_id == ref.native_id), None)
    if own is None or not own.author.name:
        return ()
    later = beside[beside.index(own) + 1 :]
    return tuple(item for item in later if item.reply_to == own.author.name)
