"""Searching: what a tenant's watches ask for is asked wherever no person need choose, from the moment they are added.

Places that are heard as a whole are subscribed as they are. Elsewhere the words of all watches are packed into as few
queries as the place allows; each is a source of the tenant whose words follow the watches, while its id, and so what is
history to it, stays.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from earshot.domain.errors import Invalid
from earshot.domain.place import Place
from earshot.domain.tenant import Tenant, switched
from earshot.domain.watch import Watch
from earshot.ports.connector import Connector
from earshot.ports.table import Table
from earshot.services.credentials import Credentials, missing_of
from earshot.services.inputs import UNNAMED
from earshot.services.sourcing import Heard, Listened, Sourcing
from earshot.services.wording import as_spoken
from earshot.sources.searches import automatic, number_of, packed, scope_of
from earshot.store import keys
from earshot.store.company import Company

_MOST_CHARS = 100
"""Of one phrase that is searched for; a longer one is cut at a word, which finds more and not less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether a kind of place is heard by itself for a tenant, and what is missing for it."""

    connector: Connector
    is_on: bool
    missing: tuple[str, ...] = ()


class Searching:
    """Keeps the sources that follow a tenant's watches as the watches are."""

    def __init__(
        self, table: Table, connectors: Mapping[str, Connector], sourcing: Sourcing, credentials: Credentials
    ) -> None:
        self._company = Company(table)
        self._connectors = connectors
        self._sourcing = sourcing
        self._credentials = credentials

    def follow(self, tenant: str, planned: Iterable[Watch] = ()) -> None:
        """Makes the sources of a tenant fit its watches, and those that are about to be stored.

        Doing it again changes nothing, so whoever died in the middle is made good by the next one.
        """
        known = self._tenant(tenant)
        watches = {watch.id: watch for watch in self._company.watches_of(tenant)}
        words = tuple(phrases([*watches.values(), *planned]))
        there = self._sourcing.by_place(tenant)
        wanted = {
            heard: asked
            for standing in (self._standings(known) if words else ())
            for heard, asked in _wanted(standing.connector, words, there)
            if standing.is_on and f"{heard.kind}/{scope_of(heard.locator)}" not in known.off
            # What is heard goes on without its credential: it tells that it is locked, and is not begun anew later.
            if heard in there or not standing.missing
        }
        self._sourcing.follow(tenant, wanted, there)

    def standings(self, tenant: str) -> tuple[Standing, ...]:
        """Every kind of place that can be heard by itself, in the order of the registry."""
        return tuple(self._standings(self._tenant(tenant)))

    def switch(self, tenant: str, kind: str, *, is_on: bool) -> None:
        """Lets a kind of place be heard by itself, or not any more.

        Raises:
            Invalid: there is no such kind, or a person must choose what is heard there.
        """
        connector = self._connectors.get(kind)
        if connector is None:
            raise Invalid("kind", f"must be one of {', '.join(sorted(self._connectors))}")
        if not _is_automatic(connector.place):
            raise Invalid("kind", f"{connector.place.name} is heard by address only: earshot source add ADDRESS")
        self._company.tenants.update(
            keys.of_deployment("tenant", tenant),
            lambda stored: switched(stored, kind, is_on=is_on),
            missing=Tenant(id=tenant, name=UNNAMED),
        )
        self.follow(tenant)

    def _tenant(self, id_: str) -> Tenant:
        return self._company.tenants.at(keys.of_deployment("tenant", id_)) or Tenant(id=id_, name="")

    def _standings(self, tenant: Tenant) -> Iterator[Standing]:
        for kind, connector in self._connectors.items():
            place = connector.place
            if _is_automatic(place):
                is_on = kind in tenant.on or (tenant.searches and not place.is_off and kind not in tenant.off)
                missing = missing_of(place, self._credentials.fresh(tenant.id, kind)) if is_on and place.needs else ()
                yield Standing(connector=connector, is_on=is_on, missing=missing)


def phrases(watches: Iterable[Watch]) -> Iterator[str]:
    """What to search for: each text that a watch hears holds one of its phrases. The oldest watch comes first."""
    seen: set[str] = set()
    for watch in sorted(watches, key=lambda watch: (watch.created_at, watch.id)):
        spoken = as_spoken(watch.terms)
        for term in spoken.any or spoken.all[:1]:
            phrase = _shortened(" ".join(term.replace('"', " ").split()))
            if phrase.casefold() not in seen and any(sign.isalnum() for sign in phrase):
                seen.add(phrase.casefold())
                yield phrase


def _shortened(phrase: str) -> str:
    return (
        phrase if len(phrase) <= _MOST_CHARS else phrase[: _MOST_CHARS + 1].rpartition(" ")[0] or phrase[:_MOST_CHARS]
    )


def _is_automatic(place: Place) -> bool:
    return bool(place.streams or (place.search and place.search.scopes))


def _wanted(
    connector: Connector, words: tuple[str, ...], there: Mapping[Heard, Listened]
) -> Iterator[tuple[Heard, tuple[str, ...]]]:
    """What is to be heard of a kind of place, each with the words it asks for."""
    kind, search = connector.kind, connector.place.search
    for stream in connector.place.streams:
        yield Heard(kind, stream), ()
    if search is None:
        return
    for scope in search.scopes:
        before = {
            number_of(heard.locator): _words_of(listened)
            for heard, listened in there.items()
            if (heard.kind, scope_of(heard.locator)) == (kind, scope)
        }
        for number, pack in packed(words, search, before).items():
            yield Heard(kind, automatic(scope, number)), pack


def _words_of(listened: Listened) -> tuple[str, ...]:
    """What a search may go on to ask for; none of one that a person has taken over, which stays as it is."""
    return listened.source.words if listened.subscription.automatic else ()
