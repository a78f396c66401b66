"""Apply: makes a tenant be as its configuration says; doing it again changes nothing."""

import tomllib
from dataclasses import dataclass

from earshot.domain.contact import Contact, valid_email
from earshot.domain.errors import Invalid
from earshot.domain.ids import make_id
from earshot.domain.tenant import Tenant
from earshot.ports.table import Table
from earshot.services.inputs import (
    Configuration,
    ContactInput,
    TenantInput,
    read,
    valid_language,
    valid_name,
    valid_timezone,
)
from earshot.services.sourcing import Sourcing
from earshot.services.watching import Watching
from earshot.store import keys
from earshot.store.company import Company

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

    def apply(self, tenant_id: str, given: Configuration) -> Applied:
        """Adds and changes what the configuration names; what it does not name stays.

        Raises:
            Invalid: something cannot be used; what stood before it in the file is in effect.
        """
        tenant = self.put_tenant(tenant_id, given.tenant) if given.tenant else self.tenant(tenant_id)
        contacts = [self.put_contact(tenant, each) for each in given.contact]
        watches = [self.watching.put(tenant_id, each)[1] for each in given.watch]
        sources = [self.sourcing.add(tenant_id, each)[1] for each in given.source]
        return Applied(watches=sum(watches), sources=sum(sources), contacts=sum(contacts))

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

    def put_contact(self, tenant: Tenant, given: ContactInput) -> bool:
        """Stores a contact; tells whether that changed anything."""
        email = valid_email(given.email)
        contact = Contact(
            id=make_id("c", tenant.id, email.casefold()),
            tenant=tenant.id,
            name=valid_name(given.name or email.partition("@")[0]),
            email=email,
            language=valid_language(given.language or tenant.language),
            timezone=valid_timezone(given.timezone or tenant.timezone),
        )
        return Company(self.table).contacts.become(contact)
