"""Telling: the contacts of a tenant, added, changed and removed."""

from collections.abc import Container
from dataclasses import replace
from urllib.parse import urlsplit

from earshot.domain.contact import Contact, valid_email, valid_phone
from earshot.domain.errors import Invalid, NotFound
from earshot.domain.ids import make_id
from earshot.domain.tenant import Tenant
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.services.inputs import MAX_NAME, ContactInput, valid_language, valid_name, valid_timezone
from earshot.services.sourcing import Vet
from earshot.store import keys
from earshot.store.company import Company

MOST_CONTACTS = 100
_MAX_URL = 2000


class Telling:
    """Whom a tenant wants to be told; `vet` decides which webhooks may be named through this door.

    `own_hosts` are on this very machine, so a webhook there needs no TLS.
    """

    def __init__(self, table: Table, vet: Vet, clock: Clock, own_hosts: Container[str] = frozenset()) -> None:
        self._contacts = Company(table).contacts
        self._vet = vet
        self._clock = clock
        self._own_hosts = own_hosts

    def all(self, tenant: str) -> tuple[Contact, ...]:
        """Every contact, by name."""
        return tuple(sorted(self._contacts.under(f"TENANT#{tenant}"), key=lambda each: (each.name.casefold(), each.id)))

    def get(self, tenant: str, id_: str) -> Contact:
        """One contact.

        Raises:
            NotFound: there is none.
        """
        return self._contacts.need(keys.of_tenant(tenant, "contact", id_))

    def put(self, tenant: Tenant, given: ContactInput) -> tuple[Contact, bool]:
        """Stores a contact, as old as the one that is there; tells whether that changed anything.

        Raises:
            Invalid: a field cannot be used, or there are too many contacts.
        """
        contact = self.build(tenant, given)
        known = self._contacts.at(self._contacts.key(contact))
        if known is None and len(self.all(tenant.id)) >= MOST_CONTACTS:
            raise Invalid("contact", f"there are {MOST_CONTACTS} contacts already; remove one first")
        contact = replace(contact, created_at=known.created_at if known else self._clock.now())
        return contact, self._contacts.become(contact)

    def remove(self, tenant: str, id_: str) -> None:
        """Removes a contact; the links in its messages end at once.

        Raises:
            NotFound: there is none.
        """
        if not self._contacts.remove(keys.of_tenant(tenant, "contact", id_)):
            raise NotFound("contact", id_)

    def build(self, tenant: Tenant, given: ContactInput) -> Contact:
        """The contact that `given` describes, not stored; its first address is its identity.

        Raises:
            Invalid: a field cannot be used, or there is no address at all.
        """
        email = valid_email(given.email) if given.email else ""
        phone = valid_phone(given.phone) if given.phone else ""
        webhook = self._webhook(given.webhook) if given.webhook else ""
        first = email.casefold() or phone or webhook
        if not first:
            raise Invalid("email", "is missing: a contact needs a mail address, a telephone number or a webhook")
        called = email.partition("@")[0] or phone or urlsplit(webhook).hostname or ""
        return Contact(
            id=make_id("c", tenant.id, first),
            tenant=tenant.id,
            name=valid_name(given.name or called[:MAX_NAME]),
            email=email,
            phone=phone,
            webhook=webhook,
            language=valid_language(given.language or tenant.language),
            timezone=valid_timezone(given.timezone or tenant.timezone),
        )

    def _webhook(self, text: str) -> str:
        url = text.strip()
        if len(url) > _MAX_URL:
            raise Invalid("webhook", f"is longer than {_MAX_URL} characters")
        try:
            self._vet(url)
            parts = urlsplit(url)
            place = f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
        except Invalid as exc:
            raise Invalid("webhook", exc.reason) from None
        except ValueError:
            raise Invalid("webhook", "is no address") from None
        if parts.scheme != "https" and place not in self._own_hosts:
            raise Invalid("webhook", "must begin with https://, since mentions and links travel there")
        return url
