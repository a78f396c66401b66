"""A tenant's own things in the table: watches, contacts, days, and the keys that act for it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from earshot.domain.alerting import Day
from earshot.domain.contact import Contact
from earshot.domain.tenant import ApiKey, Tenant
from earshot.domain.watch import Noise, Watch
from earshot.ports.table import Key, Table
from earshot.store import keys
from earshot.store.collection import Collection
from earshot.store.editions import Editioned, Editions


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedFile:
    """The ids of what a tenant's configuration file named when it was applied last, and its noise."""

    tenant: str
    watches: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    noise: Noise = Noise()
    revision: int = 0


class Company:
    """Everything that belongs to a tenant but mentions, deliveries and subscriptions.

    Every write of a watch or of a tenant, which has the noise of all its watches, renews the tenant's edition.
    """

    def __init__(self, table: Table) -> None:
        self.editions = Editions(table)
        self.tenants = Editioned(
            table, "tenant", Tenant, tenant_key, editions=self.editions, tenant_of=lambda key: _after_sign(key.sk)
        )
        self.watches = Editioned(
            table, "watch", Watch, watch_key, editions=self.editions, tenant_of=lambda key: _after_sign(key.pk)
        )
        self.contacts = Collection(table, "contact", Contact, lambda c: keys.of_tenant(c.tenant, "contact", c.id))
        self.days = Collection(table, "day", Day, day_key, _day_places)
        self.applied = Collection(table, "applied", AppliedFile, lambda a: keys.of_tenant(a.tenant, "applied"))
        self.keys = Collection(table, "key", ApiKey, lambda k: keys.of_tenant(k.tenant, "key", k.id))
        self._by_secret = Collection(table, "key", ApiKey, lambda k: keys.of_secret("KEY", k.secret_sha256))

    def all_tenants(self) -> Iterator[Tenant]:
        """Every tenant of the deployment."""
        return self.tenants.under("DEPLOYMENT")

    def watches_of(self, tenant: str) -> tuple[Watch, ...]:
        """A tenant's watches, by id."""
        return tuple(self.watches.under(f"TENANT#{tenant}"))

    def noise_of(self, tenant: str) -> Noise:
        """What none of a tenant's watches is to hear."""
        found = self.tenants.at(keys.of_deployment("tenant", tenant))
        return found.noise if found else Noise()

    def contacts_of(self, tenant: str) -> tuple[Contact, ...]:
        """A tenant's contacts, by id."""
        return tuple(self.contacts.under(f"TENANT#{tenant}"))

    def keys_of(self, tenant: str) -> tuple[ApiKey, ...]:
        """A tenant's keys, revoked ones too, by id."""
        return tuple(self.keys.under(f"TENANT#{tenant}"))

    def key_by_secret(self, sha256: str) -> ApiKey | None:
        """The key whose secret has this SHA-256, or None."""
        return self._by_secret.at(keys.of_secret("KEY", sha256))

    def add_key(self, key: ApiKey) -> None:
        """Stores a key: first where it is listed, then where it opens the door; one that was revoked stays so."""
        is_new = self.keys.add(key)
        listed = key if is_new else self.keys.need(keys.of_tenant(key.tenant, "key", key.id))
        if listed.revoked_at is None:
            self._by_secret.add(replace(listed, revision=0))

    def revoke_key(self, key: ApiKey) -> None:
        """Shuts the door first, then notes it in the list."""
        self._by_secret.remove(keys.of_secret("KEY", key.secret_sha256))
        self.keys.update(keys.of_tenant(key.tenant, "key", key.id), lambda _: key)


def tenant_key(tenant: Tenant) -> Key:
    """Where a tenant is."""
    return keys.of_deployment("tenant", tenant.id)


def watch_key(watch: Watch) -> Key:
    """Where a watch is."""
    return keys.of_tenant(watch.tenant, "watch", watch.id)


def day_key(day: Day) -> Key:
    """Where a tenant's day is."""
    return keys.of_tenant(day.tenant, "day", day.day.isoformat())


def _after_sign(part: str) -> str:
    """The id in a part of a key, such as "TENANT#local"."""
    return part.partition("#")[2]


def _day_places(day: Day) -> dict[str, Any]:
    a_month_later_s = (day.day.toordinal() - 719163 + 31) * 86400
    return {"expires_at": a_month_later_s}
