"""Watches and noise: added, changed and removed; a change makes the sources of the tenant be read anew."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from earshot.domain.errors import Conflict, Invalid
from earshot.domain.ids import make_id
from earshot.domain.tenant import Tenant
from earshot.domain.watch import Noise, Role, Watch
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.services.inputs import UNNAMED, WatchInput, in_utc, valid_name
from earshot.services.rereading import read_anew
from earshot.services.wording import check_noise_room, check_room, read_noise, read_terms, size_of
from earshot.store import keys
from earshot.store.company import Company

MOST_WATCHES = 1000

T = TypeVar("T")


Follow = Callable[[str, Sequence[Watch]], None]
"""Makes what is searched for fit a tenant's watches and those about to be stored."""


def _nobody(tenant: str, planned: Sequence[Watch]) -> None:
    """Where nothing is searched for."""


class Watching:
    """The watches of a tenant. A watch's id follows from its name, so applying a file twice changes nothing.

    `follow` is told of every change, so that the searches of the tenant ask for its words.
    """

    def __init__(self, table: Table, clock: Clock, follow: Follow = _nobody) -> None:
        self._follow = follow
        self._table = table
        self._clock = clock
        self._company = Company(table)

    def all(self, tenant: str) -> tuple[Watch, ...]:
        """Every watch, by role and then name."""
        found = self._company.watches_of(tenant)
        return tuple(sorted(found, key=lambda watch: (watch.role.strength, watch.name.casefold())))

    def get(self, tenant: str, id_or_name: str) -> Watch:
        """One watch, by its id or its name.

        Raises:
            NotFound: there is none.
        """
        by_id = self._company.watches.at(keys.of_tenant(tenant, "watch", id_or_name))
        return by_id or self._company.watches.need(keys.of_tenant(tenant, "watch", watch_id(tenant, id_or_name)))

    def add(self, tenant: str, given: WatchInput) -> Watch:
        """A new watch.

        Raises:
            Invalid: a field cannot be used, or there are too many watches, or too many words in them.
            Conflict: there is a watch of this name.
        """
        watch = self.build(tenant, given)
        if self._company.watches.at(keys.of_tenant(tenant, "watch", watch.id)) is not None:
            raise Conflict("watch", watch.name, "is there already; change it or choose another name")
        return self._store(watch)

    def change(self, tenant: str, id_: str, given: WatchInput) -> Watch:
        """The watch with new terms, noise, role and `since`; its name is its identity and stays.

        Raises:
            NotFound: there is none.
            Invalid: a field cannot be used, or the name differs, or there are too many words in all watches.
        """
        before = self.get(tenant, id_)
        after = self.build(tenant, given)
        if after.id != before.id:
            raise Invalid("name", f"a watch keeps its name ({before.name}); add a new one instead")
        changed = replace(before, terms=after.terms, noise=after.noise, role=after.role, since=after.since)
        if changed == before:
            return before
        return self._store(changed)

    def put(self, tenant: str, given: WatchInput) -> tuple[Watch, bool]:
        """Adds a watch or changes the one of this name; tells whether anything changed."""
        try:
            return self.add(tenant, given), True
        except Conflict:
            before = self.get(tenant, valid_name(given.name))
            after = self.change(tenant, before.id, given)
            return after, after != before

    def remove(self, tenant: str, id_: str) -> None:
        """Removes a watch; its mentions stay.

        Raises:
            NotFound: there is none.
        """
        watch = self.get(tenant, id_)
        self._company.watches.remove(keys.of_tenant(tenant, "watch", watch.id))
        self._follow(tenant, ())

    def noise(self, tenant: str) -> Noise:
        """What none of the tenant's watches is to hear."""
        return self._company.noise_of(tenant)

    def change_noise(self, tenant: str, noise: Noise) -> None:
        """Makes this, as `read_noise` gives it, be the noise of the whole company.

        Raises:
            Invalid: it is too much.
        """
        check_noise_room(noise)
        if noise != self.noise(tenant):
            self._between_readings(tenant, lambda: self._put_noise(tenant, noise))

    def build(self, tenant: str, given: WatchInput) -> Watch:
        """The watch that `given` describes, not stored.

        Raises:
            Invalid: a field cannot be used.
        """
        name = valid_name(given.name)
        if given.role not in list(Role):
            raise Invalid("role", f"must be one of {', '.join(Role)}")
        watch = Watch(
            id=watch_id(tenant, name),
            tenant=tenant,
            name=name,
            role=Role(given.role),
            terms=read_terms(given),
            noise=read_noise(given.noise),
            created_at=self._clock.now(),
            since=in_utc(given.since),
        )
        check_room(watch, 0)
        return watch

    def _store(self, watch: Watch) -> Watch:
        others = [each for each in self._company.watches_of(watch.tenant) if each.id != watch.id]
        if len(others) >= MOST_WATCHES:
            raise Invalid("name", f"there are {MOST_WATCHES} watches already; remove one first")
        check_room(watch, sum(size_of(each.terms, each.noise) for each in others))
        # Before as well as after, as for the readings: a watch that nobody searches for would hear nothing.
        self._follow(watch.tenant, (watch,))
        stored = self._between_readings(watch.tenant, lambda: self._company.watches.put(watch))
        self._follow(watch.tenant, ())
        return stored

    def _put_noise(self, tenant: str, noise: Noise) -> None:
        key = keys.of_deployment("tenant", tenant)
        unnamed = Tenant(id=tenant, name=UNNAMED)
        self._company.tenants.update(key, lambda stored: replace(stored, noise=noise), missing=unnamed)

    def _between_readings(self, tenant: str, write: Callable[[], T]) -> T:
        # Before as well as after: a crash in between must not leave a watch that no source is read for. The write ends
        # with a new edition, so whoever reads a source after it uses no matcher from before it.
        read_anew(self._table, tenant, self._clock.now())
        written = write()
        read_anew(self._table, tenant, self._clock.now())
        return written


def watch_id(tenant: str, name: str) -> str:
    """The id that a watch of this name has."""
    return make_id("w", tenant, name)
