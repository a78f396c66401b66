"""Mailboxes: the secret address of each tenant, what was held back there, and what providers asked."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from earshot.domain.errors import Conflict, NotFound
from earshot.domain.job import Job, JobKind, Part
from earshot.domain.mail_room import KEPT, Forwarding, HeldMail, Mailbox, mail_address
from earshot.ports.bus import Bus
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.services.doors import MAILS, Doors
from earshot.services.jobs import Asking
from earshot.store.mail_room import MOST_SHOWN, MailRoom, box_key, held_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What a tenant sees of its mail room; `address` is what stands before the @, `domain` what stands after it.

    `domain` is "" where no mails are received, as in a local run.
    """

    address: str
    domain: str
    held: tuple[HeldMail, ...]
    forwardings: tuple[Forwarding, ...]


class Mailboxes:
    """Opens and changes addresses. `secret` gives the secret that they are made of."""

    def __init__(self, table: Table, bus: Bus, clock: Clock, secret: Callable[[], bytes], domain: str = "") -> None:
        self._asking = Asking(table, bus, clock)
        self._doors = Doors(table, clock)
        self._room = MailRoom(table)
        self._clock = clock
        self._secret = secret
        self._domain = domain

    def of(self, tenant: str) -> Mail:
        """The mail room of a tenant, whose address is opened when it is first asked for."""
        now, asked = self._clock.now(), self.forwardings(tenant)
        held = [each for each in self._room.held.under(f"TENANT#{tenant}") if now < each.received_at + KEPT]
        return Mail(
            address=self._opened(self._room.box(tenant)),
            domain=self._domain,
            held=tuple(sorted(held, key=lambda each: each.received_at, reverse=True)[:MOST_SHOWN]),
            forwardings=asked,
        )

    def forwardings(self, tenant: str) -> tuple[Forwarding, ...]:
        """The providers that want to forward mails and wait for consent, newest first."""
        now = self._clock.now()
        asked = [each for each in self._room.forwardings.under(f"TENANT#{tenant}") if now < each.received_at + KEPT]
        return tuple(sorted(asked, key=lambda each: each.received_at, reverse=True)[:MOST_SHOWN])

    def renew(self, tenant: str) -> str:
        """Another address; mails to the one before reach nobody from now on.

        The number first, then the new address, then the old one's end: who dies in between is made good by whoever
        renews again or looks.
        """
        before = self._room.box(tenant)
        # Somebody else may just have renewed it; then theirs is the new one.
        with suppress(Conflict):
            self._room.boxes.put(replace(before, number=before.number + 1))
        return self._opened(self._room.box(tenant))

    def release(self, tenant: str, id_: str) -> Job:
        """The job that takes a mail that was held back.

        Raises:
            NotFound: there is no such mail, or its week is over.
            Conflict: it was taken already.
            BusError: collect could not be told; asking again tries that again.
        """
        held = self._room.held.at(held_key(tenant, id_))
        if held is None or self._clock.now() >= held.received_at + KEPT:
            raise NotFound("mail", id_)
        if held.released_at is not None:
            raise Conflict("mail", id_, "was taken already")
        return self._asking.start(tenant, JobKind.MAIL, {"mail": id_}, [Part(id="mail", name="")])

    def _opened(self, box: Mailbox) -> str:
        """The address of a box, open; the one before is shut, whoever died before that."""
        address = mail_address(self._secret(), box)
        if self._room.boxes.at(box_key(box.tenant)) is None:
            self._room.boxes.add(box)
        if self._room.owner(address) != box.tenant:
            self._room.open(address, box.tenant)
        self._doors.open(box.tenant, "email_in", MAILS, locator=address)
        if box.number and self._room.owner(old := mail_address(self._secret(), replace(box, number=box.number - 1))):
            self._room.shut(old)
        return address
