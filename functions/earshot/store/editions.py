"""Editions: one small row tells whether what a tenant listens for has changed since somebody looked."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass

from earshot.ports.table import Key, Table
from earshot.store import keys
from earshot.store.collection import Collection, V


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """`token` names one state of a tenant's watches and noise; it never comes back."""

    tenant: str
    token: str
    revision: int = 0


class Editions:
    """The present edition of each tenant."""

    def __init__(self, table: Table) -> None:
        self._all = Collection(table, "edition", Edition, lambda it: keys.of_tenant(it.tenant, "edition"))

    def of(self, tenant: str) -> str:
        """The token of the present edition, "" before the first."""
        found = self._all.at(keys.of_tenant(tenant, "edition"))
        return found.token if found else ""

    def renew(self, tenant: str) -> None:
        """Makes whatever was built of the edition before be built anew."""
        self._all.become(Edition(tenant=tenant, token=secrets.token_hex(8)))


@dataclass(frozen=True, slots=True)
class Editioned(Collection[V]):
    """A collection whose every write renews the edition of the tenant that `tenant_of` finds in the key.

    Whoever keeps something built of these values reads the edition first and the values second. Then the renewal after
    a write reaches everybody who read the values before it. The renewal before a write is for a writer that dies in
    between: nobody keeps what was built long ago, only what was built in that moment, until it expires.
    """

    _: KW_ONLY
    editions: Editions
    tenant_of: Callable[[Key], str]

    def add(self, value: V) -> bool:
        """See `Collection.add`."""
        with self._renewed(self.key(value)):
            return Collection.add(self, value)

    def save(self, value: V) -> V:
        """See `Collection.save`."""
        with self._renewed(self.key(value)):
            return Collection.save(self, value)

    def remove(self, key: Key) -> bool:
        """See `Collection.remove`."""
        with self._renewed(key):
            return Collection.remove(self, key)

    @contextmanager
    def _renewed(self, key: Key) -> Iterator[None]:
        tenant = self.tenant_of(key)
        self.editions.renew(tenant)
        yield
        self.editions.renew(tenant)
