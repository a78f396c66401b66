"""Mastodon: hashtags at an instance, for everybody, and full-text search there for whoever has an account.

An instance knows what its people wrote and what reached them, so which instance is asked decides what is heard. With a
token, a search that follows the watches takes two steps in each poll: the full text, then the hashtag.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple
from urllib.parse import quote, unquote, urlencode

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Malformed, Refused, Throttled
from earshot.domain.item import Item
from earshot.domain.place import RECHECKED, Evidence, Keeping, Place, Search
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import Ref, Thread
from earshot.ports.http import Request, Response
from earshot.sources.addresses import parts_of
from earshot.sources.feed_dates import from_text
from earshot.sources.json_body import Node, children, name, read_json
from earshot.sources.mastodon_cursor import LIMIT, Cursor
from earshot.sources.mastodon_items import post_of, statuses_in
from earshot.sources.posts import MAX_ITEMS, items_of
from earshot.sources.rechecks import left_out
from earshot.sources.searches import is_automatic, query_of, quoted, scope_of, search_locator
from earshot.sources.threads import thread_in

MAX_TAGS = 4
"""Hashtags of one timeline; an instance leaves out the others without a word."""

MAX_PUBLIC_REPLIES = 60
"""Replies that an instance shows to those without an account."""

_SCOPES = ("mastodon.social",)
_OWN = frozenset({"mastodon.social", "mastodon.online"})
_READS = frozenset({401, 403, 404, 422, 429})
_SET = "earshot credential set mastodon"
_READ = "read"
"""The cursor of a thread that has come."""

_TAG = re.compile(r"#?([\w·]*[^\W\d_][\w·]*)")
_INSTANCE = re.compile(r"[a-z0-9][a-z0-9._:-]{0,127}", re.ASCII)


class MastodonConnector:
    """Listens to hashtags or to a search at one instance.

    A profile is heard through its own feed (`/@name.rss`), so none is claimed.

    Source:
        docs.joinmastodon.org (mastodon/documentation, 2026-07-02): methods/timelines#tag, methods/search#v2,
        methods/statuses#index and #context, entities/Status, api/rate-limits, api/guidelines. Of mastodon/mastodon:
        lib/mastodon/snowflake.rb (ids follow the date of writing), statuses_search_service.rb (newest first, by
        offset), timelines/tag_controller.rb (an unknown first hashtag hides the others), statuses_controller.rb (20
        ids a request). Read 2026-11-24; not tried live.
    """

    kind = "mastodon"
    place = Place(
        name="Mastodon",
        method=(
            "the timelines of hashtags at an instance; with an access token of an account there (and the name of the "
            "instance, if it is not mastodon.social) its full-text search too"
        ),
        limits="300 requests in 5 minutes for each address and account; 40 statuses an answer; 20 ids a recheck",
        terms=(
            "each instance has its own; it may close its hashtags to visitors, full text finds only those who opted "
            "in, and accounts that opted out of search engines are left out here"
        ),
        evidence=Evidence.RECORDED,
        documents=(
            "https://docs.joinmastodon.org/methods/timelines/#tag",
            "https://docs.joinmastodon.org/methods/search/#v2",
            "https://docs.joinmastodon.org/methods/statuses/",
            "https://docs.joinmastodon.org/api/rate-limits/",
        ),
        read_on=date(2026, 11, 24),
        example="mastodon.social?#acme",
        interval_s=600,
        pace_s=1.0,
        search=Search(max_chars=150, max_words=1, scopes=_SCOPES),
        takes=("instance", "access_token"),
        open_fields=("instance",),
        keeping=Keeping(rechecks=RECHECKED),
    )
    recheck_batch = 20

    def locator(self, text: str) -> str:
        """The canonical form of `instance?#hashtag`, several of them, or `instance?words`.

        Raises:
            Invalid: it is empty or too long.
        """
        return search_locator(text, _SCOPES, is_free=True)

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """What is newer than the cursor, with an hour of overlap; without a cursor the newest 40."""
        cursor, asked = Cursor.read(source.cursor), _asked(source)
        host = scope_of(source.locator)
        is_search = bool(asked.query) and (not asked.tags or (_token(host, credential) != "" and cursor.step != "t"))
        if is_search:
            at = cursor.at if cursor.step == "s" else ""
            # Without a token, `offset` is answered with an error instead of silence.
            query = [("q", asked.query), ("type", "statuses"), ("limit", str(LIMIT)), ("offset", at or "0")]
            after, path = cursor.floor, "/api/v2/search"
        else:
            query = [("limit", str(LIMIT)), *(("any[]", tag) for tag in asked.tags[1:])]
            after = cursor.at if cursor.step == "t" and cursor.at else cursor.floor
            path = f"/api/v1/timelines/tag/{quote(asked.tags[0], safe='')}"
        query += [("min_id", after)] if after else []
        request = _request(host, f"{path}?{urlencode(query)}", credential)
        return request if is_search or cursor.step else replace(request, etag=source.etag)

    def parse(self, response: Response, source: Source) -> Fetched:
        """The statuses of a timeline, a search, a context or a notification, or a single one, oldest first.

        Only a timeline and a search move on. Statuses that are not for everybody are counted in `Fetched.skipped`.

        Raises:
            Malformed: the body holds no statuses.
            Refused: the instance wants an access token, or does not understand the search.
            Throttled: too much was asked for.
        """
        asked = _asked(source)
        body = [] if _is_unheard_of(response, asked) else _read(response, scope_of(source.locator))
        statuses = statuses_in(body)
        items, skipped = self._items(statuses, response, source.id)
        cursor = Cursor.read(source.cursor)
        if isinstance(body, list):
            cursor = cursor.after_hashtags(statuses, response.received_at)
        elif "statuses" in body:
            cursor = cursor.after_search(statuses, response.received_at, is_last=not asked.tags)
        else:
            return Fetched(items=items, skipped=skipped, title="Mastodon", cursor=source.cursor)
        return Fetched(items=items, skipped=skipped, title="Mastodon", cursor=cursor.write(), more=cursor.is_more)

    def recognise(self, url: str) -> None:
        """None: any site may be an instance, so a status is named after its page."""
        return

    def claim(self, url: str) -> str | None:
        """The hashtag of a page at an instance whose name says what it is."""
        parts = parts_of(url)
        match parts.path:
            case ("tags", tag) if parts.host in _OWN and (found := _TAG.fullmatch(unquote(tag))):
                return f"{parts.host}?#{found[1]}"
        return None

    def thread_request(self, ref: Ref, thread: Thread, credential: Credential = NO_CREDENTIAL) -> Request | None:
        """What stands above and below a status, at the instance that told of it."""
        host = scope_of(ref.locator)
        if thread.cursor == _READ or not _INSTANCE.fullmatch(host):
            return None
        return replace(
            _request(host, f"/api/v1/statuses/{quote(ref.native_id, safe='')}/context", credential), reads=frozenset()
        )

    def thread_parse(self, response: Response, ref: Ref, thread: Thread) -> Thread:
        """What stands above and below a status; cut where an instance shows no more to visitors.

        Raises:
            Malformed: the body is no context.
        """
        body = _read(response, scope_of(ref.locator))
        if not (isinstance(body, dict) and isinstance(body.get("ancestors"), list)):
            raise Malformed("Mastodon answered with something that is no thread")
        items, _ = self._items(statuses_in(body), response, "", most=None)
        above = [name(each, "id") for each in children(body, "ancestors")]
        itself = Item(
            identity=ref.native_id,
            native_id=ref.native_id,
            source_kind=self.kind,
            parent_id=ref.parent_id or (above[-1] if above else ""),
        )
        found = thread_in([*items, itself], ref.native_id)
        is_cut = found.is_cut or len(children(body, "descendants")) >= MAX_PUBLIC_REPLIES
        return replace(found, is_cut=is_cut, cursor=_READ)

    def recheck_request(self, refs: Sequence[Ref], credential: Credential = NO_CREDENTIAL) -> Request:
        """Asks an instance for up to 20 statuses by id (Mastodon 4.3 and later), for one at its own address."""
        host = scope_of(refs[0].locator)
        if len(refs) == 1:
            return replace(_request(host, _status_path(refs[0]), credential), reads=frozenset({404}))
        query = urlencode([("id[]", ref.native_id) for ref in refs[: self.recheck_batch]])
        return replace(_request(host, f"/api/v1/statuses?{query}", credential), reads=frozenset())

    def recheck_parse(self, response: Response, refs: Sequence[Ref]) -> frozenset[str]:
        """The ids of those that were asked for and did not come; none where none came.

        Raises:
            Malformed: the body is no list of statuses, or for a single one none.
        """
        if response.status == 404:
            return frozenset({refs[0].native_id})
        body = read_json(response.body, "Mastodon")
        if len(refs) == 1:
            body = [body]
        if not isinstance(body, list) or not all(isinstance(each, dict) and name(each, "id") for each in body):
            raise Malformed("Mastodon answered with something that is no list of statuses")
        asked = (ref.native_id for ref in refs[: self.recheck_batch])
        return left_out(asked, (name(each, "id") for each in body))

    def _items(
        self, statuses: Sequence[Node], response: Response, source_id: str, *, most: int | None = MAX_ITEMS
    ) -> tuple[tuple[Item, ...], int]:
        return items_of((post_of(each, source_id) for each in statuses), self.kind, response.received_at, most=most)


def _status_path(ref: Ref) -> str:
    return f"/api/v1/statuses/{quote(ref.native_id, safe='')}"


class _Asked(NamedTuple):
    """What a source asks for: hashtags, a query, or both one after the other."""

    tags: tuple[str, ...]
    query: str


def _asked(source: Source) -> _Asked:
    if is_automatic(source.locator):
        # A domain as a hashtag is rare; but without a token an instance answers nothing else.
        tags = (tag for word in source.words if (tag := _as_tag(word) or _as_tag(re.sub(r"\W+", "", word))))
        return _Asked(tuple(tags)[:MAX_TAGS], " ".join(map(quoted, source.words[:1])) or "?")
    query = query_of(source)
    found = [match for each in query.split() if each.startswith("#") and (match := _TAG.fullmatch(each))]
    is_tags = len(found) == len(query.split()) and 0 < len(found) <= MAX_TAGS
    return _Asked(tuple(match[1] for match in found), "") if is_tags else _Asked((), query or "?")


def _as_tag(phrase: str) -> str:
    """The hashtag that people make of a phrase: its words in one. "" where it holds other signs, or digits only."""
    found = _TAG.fullmatch("".join(re.split(r"[\s-]+", phrase.strip())))
    return found[1] if found else ""


def _request(host: str, path: str, credential: Credential) -> Request:
    token = _token(host, credential)
    return Request(
        url=f"https://{host}{path}",
        headers={"Authorization": f"Bearer {token}"} if token else {},
        accept="application/json",
        reads=_READS,
    )


def _token(host: str, credential: Credential) -> str:
    """The token, if this is the instance that gave it; no other one may see it."""
    instance = credential.get("instance", "").strip().lower().removeprefix("https://").strip("/") or _SCOPES[0]
    return credential.get("access_token", "") if instance == host else ""


def _is_unheard_of(response: Response, asked: _Asked) -> bool:
    """Whether an instance says that nobody used this hashtag yet."""
    return response.status == 404 and asked.tags != () and b"Record not found" in response.body


def _read(response: Response, host: str) -> list[object] | Node:
    """The body of an answer that is no error; see `MastodonConnector.parse`."""
    if response.status in {401, 403}:
        raise Refused(f"{host} wants an access token of an account there that it accepts: {_SET}", response.status)
    if response.status == 422:
        raise Refused(f"{host} does not understand this search; write it in other words", response.status)
    if response.status == 429:
        reset = from_text(response.headers.get("x-ratelimit-reset", ""))
        wait = int((reset - response.received_at).total_seconds()) if reset else None
        raise Throttled(f"{host} was asked too often", max(wait, 1) if wait is not None else None)
    if response.status >= 400:
        raise Refused(f"{host} does not answer as Mastodon does; name an instance", response.status)
    body = read_json(response.body, "Mastodon")
    if not isinstance(body, list | dict):
        raise Malformed("this is no Mastodon: it answered with something that holds no statuses")
    return body
