"""Apply: makes a tenant be as its configuration says; doing it again changes nothing."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace

from earshot.domain.errors import Invalid, NotFound
from earshot.domain.tenant import Tenant
from earshot.domain.watch import Noise
from earshot.ports.table import Table
from earshot.services.inputs import (
    UNNAMED,
    Configuration,
    NoiseInput,
    TenantInput,
    read,
    valid_language,
    valid_name,
    valid_timezone,
)
from earshot.services.sourcing import Sourcing
from earshot.services.telling import Telling
from earshot.services.watching import Watching
from earshot.services.wording import read_noise
from earshot.store import keys
from earshot.store.company import AppliedFile, Company

MAX_FILE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What applying changed, in counts."""

    watches: int = 0
    sources: int = 0
    contacts: int = 0
    noise: int = 0


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
        """Makes the company be as the file says, and takes away what only an earlier file named.

        What was added by commands or the API stays.

        Raises:
            Invalid: something cannot be used; the message names the block, and nothing has changed.
        """
        self._check(tenant_id, given)
        tenant = self.put_tenant(tenant_id, given.tenant) if given.tenant else self.tenant(tenant_id)
        tenant = self._put_searches(tenant, given)
        before = Company(self.table).applied.at(keys.of_tenant(tenant_id, "applied")) or AppliedFile(tenant=tenant_id)
        noise = read_noise(given.noise or NoiseInput())
        hushed = self._hush(tenant_id, before.noise, noise)
        contacts = [self.telling.put(tenant, each) for each in given.contact]
        watches = [self.watching.put(tenant_id, each) for each in given.watch]
        sources = [self.sourcing.add(tenant_id, each) for each in given.source]
        named = AppliedFile(
            tenant=tenant_id,
            watches=tuple(watch.id for watch, _ in watches),
            sources=tuple(listened.source.id for listened, _ in sources),
            contacts=tuple(contact.id for contact, _ in contacts),
            noise=noise,
        )
        gone = self._take_away(before, named)
        return Applied(
            watches=sum(changed for _, changed in watches) + gone.watches,
            sources=sum(changed for _, changed in sources) + gone.sources,
            contacts=sum(changed for _, changed in contacts) + gone.contacts,
            noise=hushed,
        )

    def _put_searches(self, tenant: Tenant, given: Configuration) -> Tenant:
        """Lets the company be searched for, or not.

        The practice company is invented: nobody speaks of it, and the places have better things to do.
        """
        wish = given.tenant.search if given.tenant else None
        searches = given.local.get("practice") is not True if wish is None else wish
        return Company(self.table).tenants.update(
            keys.of_deployment("tenant", tenant.id), lambda stored: replace(stored, searches=searches)
        )

    def _check(self, tenant_id: str, given: Configuration) -> None:
        names = [valid_name(each.name) for each in given.watch]
        if doubled := [name for name in names if names.count(name) > 1]:
            raise Invalid("watch.name", f"two watches are named {doubled[0]}")
        known = {name for watch in self.watching.all(tenant_id) for name in (watch.id, watch.name)}
        tenant = Tenant(id=tenant_id, name=tenant_id)
        read_noise(given.noise or NoiseInput())
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

    def _hush(self, tenant_id: str, named_before: Noise, named: Noise) -> int:
        """Puts the noise of the file in place of that of the file before; tells how many entries came and went."""
        stored = self.watching.noise(tenant_id)
        wanted = _exchanged(stored, named_before, named)
        self.watching.change_noise(tenant_id, wanted)
        return len(set(_entries(stored)) ^ set(_entries(wanted)))

    def _take_away(self, before: AppliedFile, named: AppliedFile) -> Applied:
        company, tenant_id = Company(self.table), named.tenant
        watches = sorted(set(before.watches) - set(named.watches))
        sources = sorted(set(before.sources) - set(named.sources))
        contacts = sorted(set(before.contacts) - set(named.contacts))
        for id_ in watches:
            with suppress(NotFound):
                self.watching.remove(tenant_id, id_)
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
        return known or self.put_tenant(id_, TenantInput(name=UNNAMED))

    def put_tenant(self, id_: str, given: TenantInput) -> Tenant:
        """The tenant as given, stored; what else is known of it stays."""
        name, language, timezone = valid_name(given.name, "tenant.name"), given.language, given.timezone
        valid_language(language)
        valid_timezone(timezone)
        return Company(self.table).tenants.update(
            keys.of_deployment("tenant", id_),
            lambda stored: replace(stored, name=name, language=language, timezone=timezone),
            missing=Tenant(id=id_, name=""),
        )


def _entries(noise: Noise) -> list[tuple[str, str]]:
    """Each entry with the name of its list."""
    return [(field.name, entry) for field in fields(Noise) for entry in getattr(noise, field.name)]


def _exchanged(stored: Noise, before: Noise, now: Noise) -> Noise:
    """The stored noise, in which what one file named gives way to what the next one names."""
    gone, added = set(_entries(before)), _entries(now)
    kept = dict.fromkeys([entry for entry in _entries(stored) if entry not in gone] + added)
    return Noise(**{field.name: tuple(it for name, it in kept if name == field.name) for field in fields(Noise)})


@contextmanager
def _in_block(kind: str, number: int) -> Iterator[None]:
    """Names the block of the file in the error, counted from 1."""
    try:
        yield
    except Invalid as exc:
        raise Invalid(f"{kind}[{number}].{exc.field}", exc.reason) from None
