"""Sources: subscribed, paused, removed, and how they are doing."""

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from msgspec import structs

from earshot.domain.errors import Invalid, NotFound
from earshot.domain.source import Schedule, Source, Subscription, source_id
from earshot.domain.tenant import Tenant, switched
from earshot.ports.clock import Clock
from earshot.ports.connector import Connector
from earshot.ports.table import Table
from earshot.services.credentials import Credentials, NoSecrets
from earshot.services.inputs import UNNAMED, SourceInput
from earshot.services.rereading import forget_validators
from earshot.services.timing import group_of
from earshot.sources.alerts_address import is_alerts_address
from earshot.sources.claiming import claims
from earshot.sources.feed_locator import feed_address
from earshot.sources.searches import is_automatic, scope_of
from earshot.store import keys
from earshot.store.company import Company
from earshot.store.listening import Listening

Vet = Callable[[str], object]
"""Raises Invalid for an address that must not be opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """A source as its tenant sees it."""

    source: Source
    subscription: Subscription
    schedule: Schedule | None = None


class Heard(NamedTuple):
    """A place that follows a tenant's watches: its kind and its locator."""

    kind: str
    locator: str


class Sourcing:
    """The sources of a tenant; `vet` decides which addresses may be added through this door.

    `own_hosts` are on this very machine, so nobody needs a pause between two requests to them.
    """

    def __init__(
        self,
        table: Table,
        connectors: Mapping[str, Connector],
        vet: Vet,
        clock: Clock,
        own_hosts: Container[str] = frozenset(),
        credentials: Credentials | None = None,
    ) -> None:
        self._credentials = credentials or Credentials(NoSecrets(), clock)
        self._own_hosts = own_hosts
        self._table = table
        self._connectors = connectors
        self._vet = vet
        self._clock = clock
        self._listening = Listening(table)
        self._company = Company(table)

    def all(self, tenant: str) -> tuple[Listened, ...]:
        """Every source the tenant listens to, those with a problem first, then by name."""
        subscriptions = list(self._listening.subscriptions(tenant))
        ids = [each.source_id for each in subscriptions]
        sources, schedules = self._listening.sources_of(ids), self._listening.schedules_of(ids)
        known = [
            _listened(each, sources[each.source_id], schedules.get(each.source_id))
            for each in subscriptions
            if each.source_id in sources
        ]
        return tuple(sorted(known, key=lambda each: (not each.source.problem, each.source.name.casefold())))

    def get(self, tenant: str, id_: str) -> Listened:
        """One of them.

        Raises:
            NotFound: the tenant does not listen to it.
        """
        subscription, source = self._listening.subscription(tenant, id_), self._listening.source(id_)
        if subscription is None or source is None:
            raise NotFound("source", id_)
        return _listened(subscription, source, self._listening.schedule(id_))

    def add(self, tenant: str, given: SourceInput) -> tuple[Listened, bool]:
        """Subscribes to a source; tells whether that is new. Subscribing twice changes nothing.

        Raises:
            Invalid: the kind is unknown, the address cannot be used, or a watch does not exist.
        """
        source = self._source(tenant, given)
        watches = self._watches(tenant, given.watches)
        before = self._listening.subscription(tenant, source.id)
        fresh = before or Subscription(tenant=tenant, source_id=source.id, started_at=source.created_at)
        wanted = replace(
            fresh, watches=watches, name=" ".join(given.name.split())[:120], automatic=False, companion_of=""
        )
        if wanted != before:
            self._listening.sources.add(source)
            self._listen(source, wanted)
        return self.get(tenant, source.id), before is None

    def join(self, tenant: str, given: SourceInput) -> Listened:
        """Lets more watches listen to a source; what listens there already goes on, and its name stays.

        Raises:
            Invalid: as for `add`.
        """
        before = self._listening.subscription(tenant, self._source(tenant, given).id)
        if before is None:
            return self.add(tenant, given)[0]
        known = {watch.id for watch in self._company.watches_of(tenant)}
        watches = sorted({*given.watches, *known.intersection(before.watches)}) if before.watches else []
        return self.add(tenant, structs.replace(given, watches=watches, name=before.name))[0]

    def located(self, kind: str, text: str) -> tuple[Connector, str]:
        """The connector for an address of a kind, and the canonical form of what a person typed for it.

        Without a kind it is that of the platform that the address names, else a feed. A feed of Google Alerts is one
        of that kind, also where it is called a feed: nobody should need to know that there are two.

        Raises:
            Invalid: the kind is unknown, or the address cannot be used through this door.
        """
        if kind in ("", "feed") and is_alerts_address(text):
            kind = "google_alerts"
        elif not kind:
            named = (each for each in claims(feed_address(text)) if each.kind in self._connectors)
            kind, text = next(((each.kind, each.url) for each in named), ("feed", text))
        connector = self._connectors.get(kind)
        if connector is None:
            raise Invalid("kind", f"must be one of {', '.join(sorted(self._connectors))}")
        if not connector.place.is_polled:
            raise Invalid("kind", f"{connector.place.name} needs no adding: it is there once something comes")
        locator = connector.locator(text)
        probe = Source(id=source_id(kind, locator), kind=kind, locator=locator, created_at=self._clock.now())
        self._vet(connector.request(probe).url)
        return connector, locator

    def reached_at(self, source: Source) -> tuple[str, float]:
        """The host and port that a source's requests go to, and the least seconds between two of them."""
        connector = self._connectors[source.kind]
        host = group_of(connector.request(source).url)
        return host, 0.0 if host in self._own_hosts else connector.place.pace_s

    def pause(self, tenant: str, id_: str, *, paused: bool) -> Listened:
        """Stops or takes up listening, also where it was given up.

        Raises:
            NotFound: the tenant does not listen to it.
        """
        listened = self.get(tenant, id_)
        if listened.subscription.paused != paused or (listened.source.off_at and not paused):
            self._listen(listened.source, replace(listened.subscription, paused=paused))
        return self.get(tenant, id_)

    def wake(self, tenant: str) -> None:
        """Lets everything a tenant listens to be read whole at the next tick, after it was away."""
        for each in self.all(tenant):
            if not each.subscription.paused and each.source.off_at is None:
                self._schedule(each.source, self._connectors[each.source.kind])

    def remove(self, tenant: str, id_: str) -> None:
        """Ends the subscription and what came with it; mentions found there stay. What came by itself stays away.

        Raises:
            NotFound: the tenant does not listen to it.
        """
        listened = self.get(tenant, id_)
        if listened.subscription.automatic:
            place = f"{listened.source.kind}/{scope_of(listened.source.locator)}"
            key = keys.of_deployment("tenant", tenant)
            unnamed = Tenant(id=tenant, name=UNNAMED)
            self._company.tenants.update(key, lambda stored: switched(stored, place, is_on=False), missing=unnamed)
        for each in [it for it in self._listening.subscriptions(tenant) if it.companion_of == id_]:
            self._listening.unsubscribe(tenant, each.source_id)
        if not self._listening.unsubscribe(tenant, id_):
            raise NotFound("source", id_)

    def follow(self, tenant: str, wanted: Mapping[Heard, tuple[str, ...]], there: Mapping[Heard, Listened]) -> None:
        """Makes `wanted`, with the words that each asks for, be what is heard by itself; what a person added stays.

        `there` is what is heard now.
        """
        for heard, words in wanted.items():
            before = there.get(heard)
            if before is None or (before.subscription.automatic and before.source.words != words):
                self._ask_for(tenant, heard, words, before)
        for heard, listened in there.items():
            if listened.subscription.automatic and heard not in wanted:
                self._listening.unsubscribe(tenant, listened.source.id)

    def by_place(self, tenant: str) -> dict[Heard, Listened]:
        """Every source the tenant listens to, by its kind and locator."""
        return {Heard(each.source.kind, each.source.locator): each for each in self.all(tenant)}

    def _ask_for(self, tenant: str, heard: Heard, words: tuple[str, ...], before: Listened | None) -> None:
        """Stores the words first: who dies here has asked for more than is heard, and the next one begins again."""
        name, scope = self._connectors[heard.kind].place.name, scope_of(heard.locator)
        called = name if scope == "all" else f"{name} ({scope})"
        meant = self._source(tenant, SourceInput(kind=heard.kind, url=heard.locator))
        fresh = replace(meant, words=words, name=called)
        stored = self._listening.source(fresh.id)
        is_more = stored is not None and bool(set(words) - set(stored.words))
        # Where nobody listens, new words may look back. Elsewhere that would lose what the old ones have not read yet.
        is_begun_anew = is_more and before is None
        if stored is None:
            self._listening.sources.add(fresh)
        elif stored.words != words:
            self._listening.sources.update(
                keys.of_source(fresh.id, "source"),
                lambda it: replace(it, words=words, cursor="" if is_begun_anew else it.cursor),
            )
        if before is None:
            started_at = fresh.created_at
            self._listen(fresh, Subscription(tenant=tenant, source_id=fresh.id, started_at=started_at, automatic=True))
        elif is_more and not before.subscription.paused:
            forget_validators(self._table, fresh.id, self._clock.now())

    def _source(self, tenant: str, given: SourceInput) -> Source:
        """The source that is meant, as new."""
        connector, locator = self.located(given.kind, given.url)
        kind, owner = connector.kind, self._owner(tenant, connector, locator)
        id_ = source_id(kind, locator, owner)
        return Source(id=id_, kind=kind, locator=locator, owner=owner, created_at=self._clock.now())

    def _owner(self, tenant: str, connector: Connector, locator: str) -> str:
        """Whose a source is: what is asked with a credential of one's own is not shared. What is heard stays."""
        kind, place = connector.kind, connector.place
        if not place.public or holds_secret(locator) or is_automatic(locator):
            return tenant
        if not place.takes or self._listening.subscription(tenant, source_id(kind, locator)):
            return ""
        is_own = self._listening.subscription(tenant, source_id(kind, locator, tenant)) is not None
        return tenant if is_own or self._credentials.fresh(tenant, kind) else ""

    def _listen(self, source: Source, subscription: Subscription) -> None:
        """Puts a subscription into effect; the truth is written last, so that a crash before it is begun again."""
        self._listening.hear(subscription)
        if not subscription.paused:
            self._schedule(source, self._connectors[source.kind])
        self._listening.want(subscription)

    def _schedule(self, source: Source, connector: Connector) -> None:
        if not connector.place.is_polled:
            return
        now = self._clock.now()
        host, pace_s = self.reached_at(source)
        schedule = Schedule(
            source_id=source.id,
            kind=source.kind,
            host=host,
            interval_s=connector.place.interval_s,
            pace_s=pace_s,
            steps=connector.place.steps,
            due_at=now,
        )
        self._listening.keep_scheduled(schedule)
        self._listening.revive(source.id)
        forget_validators(self._table, source.id, now)

    def _watches(self, tenant: str, named: list[str]) -> tuple[str, ...]:
        known = {watch.id: watch for watch in self._company.watches_of(tenant)}
        by_name = {watch.name: id_ for id_, watch in known.items()}
        chosen = [by_name.get(each, each) for each in named]
        for given, id_ in zip(named, chosen, strict=True):
            if id_ not in known:
                raise Invalid("watches", f"there is no watch {given}")
        return tuple(sorted(set(chosen)))


def _listened(subscription: Subscription, source: Source, schedule: Schedule | None) -> Listened:
    named = replace(source, name=subscription.name or source.name)
    return Listened(source=named, subscription=subscription, schedule=schedule)


_SECRET_NAMES = re.compile(r"(?i)token|key|secret|auth|pass|sig|session|credential")
_SECRET_VALUE = re.compile(r"(?=[^/?&=]*\d)(?=[^/?&=]*[A-Za-z])[A-Za-z0-9_~-]{28,}")


def holds_secret(locator: str) -> bool:
    """Whether an address looks as if it opened something private: then no other tenant shares it."""
    parts = urlsplit(locator)
    named = any(_SECRET_NAMES.search(name) for name, _ in parse_qsl(parts.query, keep_blank_values=True))
    return named or any(_SECRET_VALUE.fullmatch(piece) for piece in re.split(r"[/?&=.]", f"{parts.path}?{parts.query}"))
