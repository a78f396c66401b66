"""Apply: makes a tenant be as its configuration says; doing it again changes nothing."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from earshot.domain.errors import Invalid, NotFound
from earshot.domain.tenant import Tenant
from earshot.ports.table import Table
from earshot.services.inputs import (
    Configuration,
    TenantInput,
    read,
    valid_language,
    valid_name,
    valid_timezone,
)
from earshot.services.sourcing import Sourcing
from earshot.services.telling import Telling
from earshot.services.watching import Watching
from earshot.store import keys
from earshot.store.company import AppliedFile, Company

MAX_FILE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What applying changed, in counts."""

    watches: int = 0
    sources: int = 0
    contacts: int = 0


def read_configuration(text: str) -> Configuration:
    """A configuration from TOML.

    Raises:
        Invalid: no TOML, or a field that is unknown or of a wrong type.
    """
    try:
        return read(Configuration, tomllib.loads(text))
    except tomllib.TOMLDecodeError as exc:
        raise Invalid("file", f"is not TOML: {exc}") from None


@dataclass(frozen=True, slots=True)
class Applier:
    """Puts a configuration into effect, watches before sources so that the first fetch finds them."""

    table: Table
    watching: Watching
    sourcing: Sourcing
    telling: Telling

    def apply(self, tenant_id: str, given: Configuration) -> Applied:
        """Makes watches, sources and contacts be as the file says, and takes away what only an earlier file named.

        What was added by commands or the API stays.

        Raises:
            Invalid: something cannot be used; the message names the block, and nothing has changed.
        """
        self._check(tenant_id, given)
        tenant = self.put_tenant(tenant_id, given.tenant) if given.tenant else self.tenant(tenant_id)
        contacts = [self.telling.put(tenant, each) for each in given.contact]
        watches = [self.watching.put(tenant_id, each) for each in given.watch]
        sources = [self.sourcing.add(tenant_id, each) for each in given.source]
        named = AppliedFile(
            tenant=tenant_id,
            watches=tuple(watch.id for watch, _ in watches),
            sources=tuple(listened.source.id for listened, _ in sources),
            contacts=tuple(contact.id for contact, _ in contacts),
        )
        gone = self._take_away(tenant_id, named)
        return Applied(
            watches=sum(changed for _, changed in watches) + gone.watches,
            sources=sum(changed for _, changed in sources) + gone.sources,
            contacts=sum(changed for _, changed in contacts) + gone.contacts,
        )

    def _check(self, tenant_id: str, given: Configuration) -> None:
        names = [valid_name(each.name) for each in given.watch]
        if doubled := [name for name in names if names.count(name) > 1]:
            raise Invalid("watch.name", f"two watches are named {doubled[0]}")
        known = {name for watch in self.watching.all(tenant_id) for name in (watch.id, watch.name)}
        tenant = Tenant(id=tenant_id, name=tenant_id)
        for number, contact in enumerate(given.contact, 1):
            with _in_block("contact", number):
                self.telling.build(tenant, contact)
        for number, watch in enumerate(given.watch, 1):
            with _in_block("watch", number):
                self.watching.build(tenant_id, watch)
        for number, source in enumerate(given.source, 1):
            with _in_block("source", number):
                self.sourcing.located(source.kind, source.url)
                for name in source.watches:
                    if name not in known and name not in names:
                        raise Invalid("watches", f"there is no watch {name}")

    def _take_away(self, tenant_id: str, named: AppliedFile) -> Applied:
        company = Company(self.table)
        before = company.applied.at(keys.of_tenant(tenant_id, "applied")) or AppliedFile(tenant=tenant_id)
        watches = sorted(set(before.watches) - set(named.watches))
        sources = sorted(set(before.sources) - set(named.sources))
        contacts = sorted(set(before.contacts) - set(named.contacts))
        for id_ in watches:
            company.watches.remove(keys.of_tenant(tenant_id, "watch", id_))
        for id_ in sources:
            with suppress(NotFound):
                self.sourcing.remove(tenant_id, id_)
        for id_ in contacts:
            company.contacts.remove(keys.of_tenant(tenant_id, "contact", id_))
        company.applied.become(named)
        return Applied(watches=len(watches), sources=len(sources), contacts=len(contacts))

    def tenant(self, id_: str) -> Tenant:
        """The tenant as stored, or a new one that can be named later."""
        known = Company(self.table).tenants.at(keys.of_deployment("tenant", id_))
        return known or self.put_tenant(id_, TenantInput(name="My company"))

    def put_tenant(self, id_: str, given: TenantInput) -> Tenant:
        """The tenant as given, stored."""
        tenant = Tenant(
            id=id_,
            name=valid_name(given.name, "tenant.name"),
            language=valid_language(given.language),
            timezone=valid_timezone(given.timezone),
        )
        Company(self.table).tenants.become(tenant)
        return tenant


@contextmanager
def _in_block(kind: str, number: int) -> Iterator[None]:
    """Names the block of the file in the error, counted from 1."""
    try:
        yield
    except Invalid as exc:
        raise Invalid(f"{kind}[{number}].{exc.field}", exc.reason) from None
