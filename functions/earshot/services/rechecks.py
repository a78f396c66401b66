"""Rechecks: posts that their place wants looked at again are asked for in batches; what is gone there vanishes here."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from earshot.domain.credential import Credential
from earshot.domain.errors import FetchError, Invalid, Spent, Throttled
from earshot.domain.mention import Mention
from earshot.domain.messages import Envelope, body_of
from earshot.domain.place import Keeping
from earshot.domain.rechecking import MOST_TRIES, expires_at, next_look
from earshot.domain.source import Source
from earshot.domain.thread import Ref
from earshot.domain.todo import Purpose, Todo, is_orphan
from earshot.ports.clock import Clock
from earshot.ports.connector import Connector
from earshot.ports.connector import Rechecks as CanRecheck
from earshot.ports.http import Http, Request, Response
from earshot.ports.table import Table
from earshot.services.credentials import Credentials
from earshot.services.fetching import Outcome
from earshot.services.following import ref_of
from earshot.services.vanishing import Vanishing
from earshot.services.visiting import Pause, Visitor, no_pause
from earshot.store.listening import Listening
from earshot.store.mentions import Mentions
from earshot.store.todos import Todos

log = logging.getLogger(__name__)

_MOST_UNDER_WAY = 64
_LONGEST_WAIT = timedelta(days=1)
_NEW = Keeping()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Post:
    mention: Mention
    todo: Todo
    ref: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One request: the posts it asks for, and where."""

    source: Source
    posts: tuple[_Post, ...]
    connector: CanRecheck


class Rechecks:
    """What collect needs to look at posts again. Looks under way are kept here until they are answered."""

    def __init__(
        self,
        table: Table,
        http: Http,
        connectors: Mapping[str, Connector],
        clock: Clock,
        credentials: Credentials | None = None,
    ) -> None:
        self.clock = clock
        self.connectors = connectors
        self.visitor = Visitor(table, http, connectors, clock, credentials)
        self.vanishing = Vanishing(table, clock)
        self.listening = Listening(table)
        self.mentions = Mentions(table)
        self.todos = Todos(table)
        self.looks: dict[str, _Look] = {}

    def of(self, envelope: Envelope) -> "RecheckReader":
        """Who looks at the posts that a message names.

        Raises:
            Invalid: this code cannot read the message.
        """
        kind, group = body_of(envelope, "kind", "group")
        posts, owner = envelope.body.get("posts"), envelope.body.get("owner")
        if not isinstance(owner, str):
            raise Invalid("body.owner", "is missing")
        if not isinstance(posts, list) or not all(isinstance(each, str) and "/" in each for each in posts):
            raise Invalid("body.posts", "must be a list of tenants and ids")
        return RecheckReader(self, envelope.id, kind, group, owner, tuple(posts))

    def begin(self, name: str, look: _Look) -> _Look:
        """Remembers a look under way; of those that were broken off, the oldest are forgotten."""
        for old in list(self.looks)[: max(0, len(self.looks) + 1 - _MOST_UNDER_WAY)]:
            self.looks.pop(old, None)
        self.looks[name] = look
        return look


class RecheckReader:
    """Looks at the posts of one message, with the manners of a `Fetcher`; their todos say what is still to be done."""

    def __init__(self, desk: Rechecks, name: str, kind: str, group: str, owner: str, posts: tuple[str, ...]) -> None:
        self._desk = desk
        self._name = name
        self._kind = kind
        self._group = group
        self._owner = owner
        self._posts = posts

    @property
    def _keeping(self) -> Keeping:
        connector = self._desk.connectors.get(self._kind)
        return connector.place.keeping if connector else _NEW

    def source(self, source_id: str) -> Source | None:
        """The place that is asked; None where nothing is left to ask for."""
        look = self._desk.looks.get(self._name) or self._begun()
        return look.source if look else None

    def ask(self, source: Source, pause: Pause = no_pause) -> Response | FetchError:
        """The response to the one request, or the error that came instead."""
        look = self._desk.looks[self._name]

        def asking(credential: Credential) -> Request:
            return look.connector.recheck_request([post.ref for post in look.posts], credential)

        try:
            return self._desk.visitor.visit(source, pause, asking)
        except FetchError as exc:
            return exc

    def take(self, source: Source, answer: Response | FetchError, *, correlation_id: str) -> Outcome | None:
        """Empties what is gone, and lets the others wait for their next age; after an error nothing is gone."""
        look = self._desk.looks.pop(self._name)
        try:
            if isinstance(answer, FetchError):
                raise answer
            gone = look.connector.recheck_parse(answer, [post.ref for post in look.posts])
            self._desk.visitor.settle_paid(look.source, answer)
        except FetchError as exc:
            self._desk.visitor.shown_out(source, exc)
            self._broken_off(look, exc, correlation_id)
            return None
        now = self._desk.clock.now()
        for post in look.posts:
            if post.ref.native_id in gone:
                self._desk.vanishing.vanish(post.mention)
                self._desk.todos.settle(post.todo, None)
            else:
                read = replace(post.todo, done_at=now)
                self._desk.todos.settle(read, next_look(read, self._keeping, now))
        told = {"source_kind": self._kind, "correlation_id": correlation_id, "posts": len(look.posts)}
        log.info("posts rechecked", extra={**told, "gone": sum(post.ref.native_id in gone for post in look.posts)})
        return None

    def give_up(self, source: Source, *, correlation_id: str) -> None:
        """Leaves it to the todos, which come again, after a defect of ours."""
        log.warning("rechecks given up", extra={"source_kind": self._kind, "correlation_id": correlation_id})
        self.put_back(source.id)

    def put_back(self, source_id: str) -> None:
        """Leaves it to the todos, which come again, to look at the posts."""
        self._desk.looks.pop(self._name, None)

    def pass_over(self, source: Source) -> None:
        """Does the same where the host is silent."""
        self.put_back(source.id)

    def is_past(self, at: datetime) -> bool:
        """Whether that time has come."""
        return self._desk.clock.now() >= at

    def _begun(self) -> _Look | None:
        """A new look at what is still to be looked at; what cannot be is settled here."""
        connector = self._desk.connectors.get(self._kind)
        posts = tuple(self._waiting())
        if not posts:
            return None
        if connector is None or not isinstance(connector, CanRecheck):
            for post in posts:
                self._wait(post, self._desk.clock.now())
            return None
        posts = posts[: connector.recheck_batch]
        locator, now = posts[0].ref.locator, self._desk.clock.now()
        source = Source(id=self._kind, kind=self._kind, locator=locator, owner=self._owner, created_at=now)
        return self._desk.begin(self._name, _Look(source=source, posts=posts, connector=connector))

    def _waiting(self) -> Iterator[_Post]:
        """The posts that are in hand and there; a todo without anything to look at ends."""
        named: dict[str, list[str]] = {}
        for each in self._posts:
            tenant, _, id_ = each.partition("/")
            named.setdefault(tenant, []).append(id_)
        sources: dict[str, Source | None] = {}
        for tenant, ids in named.items():
            mentions = self._desk.mentions.get_many(tenant, ids)
            for id_ in ids:
                todo = self._desk.todos.at(tenant, Purpose.RECHECK, self._group, id_)
                if todo is None or not todo.attempt:
                    continue
                mention = mentions.get(id_)
                if mention is None or mention.gone_at is not None:
                    self._end(todo, mention)
                    continue
                if mention.source_id not in sources:
                    sources[mention.source_id] = self._desk.listening.source(mention.source_id)
                source = sources[mention.source_id]
                locator = source.locator if source else ""
                yield _Post(mention=mention, todo=todo, ref=ref_of(mention, locator))

    def _end(self, todo: Todo, mention: Mention | None) -> None:
        """Ends a todo whose mention is gone, or had its day to come and did not."""
        if mention is not None or is_orphan(todo, self._desk.clock.now()):
            self._desk.todos.settle(todo, None)

    def _broken_off(self, look: _Look, error: FetchError, correlation_id: str) -> None:
        """Lets the posts wait as long as the place or a quota wants, else until their todos come again some times."""
        told = {"source_kind": self._kind, "correlation_id": correlation_id, "reason": error.code}
        log.warning("posts not rechecked", extra=told)
        now = self._desk.clock.now()
        until = _wait_until(error, now)
        for post in look.posts:
            is_over = _is_over(post.todo, self._keeping, now)
            if until is not None and not is_over:
                self._desk.todos.settle(post.todo, until)
            elif is_over or post.todo.attempt >= MOST_TRIES or not error.transient:
                self._wait(post, now)

    def _wait(self, post: _Post, now: datetime) -> None:
        """Takes text and author away where their time is over, and waits for what is left to be done."""
        keeping = self._keeping
        if _is_over(post.todo, keeping, now):
            self._desk.vanishing.age(post.mention)
            self._desk.todos.settle(post.todo, None)
            return
        can_be_read = isinstance(self._desk.connectors.get(self._kind), CanRecheck)
        self._desk.todos.settle(post.todo, next_look(post.todo, keeping, now, can_be_read=can_be_read))


def _is_over(todo: Todo, keeping: Keeping, now: datetime) -> bool:
    at = expires_at(todo, keeping)
    return at is not None and now >= at


def _wait_until(error: FetchError, now: datetime) -> datetime | None:
    """Until when a place, or a quota of ours, wants us to wait; a day at most."""
    if isinstance(error, Spent):
        return min(error.until, now + _LONGEST_WAIT)
    if isinstance(error, Throttled) and error.retry_after_s:
        return now + min(timedelta(seconds=min(error.retry_after_s, 10**6)), _LONGEST_WAIT)
    return None
