"""Mailing in: a mail that arrived is stored as mentions, held back, or shown as a question of its provider."""

import hashlib
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from earshot.domain.errors import FetchError
from earshot.domain.ids import make_id
from earshot.domain.mail import Finding, MailVerdict
from earshot.domain.mail_room import Arrived, Forwarding, HeldMail, objections
from earshot.domain.source import Source, Subscription
from earshot.ports.clock import Clock
from earshot.ports.http import Response
from earshot.ports.raw_mails import RawMails
from earshot.ports.table import Table
from earshot.services.collecting import Collector, Found
from earshot.services.doors import MAILS, Doors
from earshot.sources.email_in import NOWHERE, EmailInConnector
from earshot.sources.email_in_auth import SES, verdict_of
from earshot.sources.email_in_confirmation import confirmation_of
from earshot.sources.email_in_letter import Letter, read_letter
from earshot.store.mail_room import MailRoom

log = logging.getLogger(__name__)

_MOST_ADDRESSES = 20
_ADDRESS = re.compile(r"([A-Za-z2-7]{16,64})@")
_CONNECTOR = EmailInConnector()

NOTHING = Found()


class Fate(StrEnum):
    """What became of a mail."""

    STORED = "stored"
    HELD = "held"
    ASKED = "asked"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of a mail, why, and what was found in it."""

    fate: Fate
    found: Found = NOTHING
    reasons: tuple[str, ...] = ()


class MailingIn:
    """Takes mails. The same mail again changes nothing, also after a crash half-way."""

    def __init__(self, table: Table, collector: Collector, raws: RawMails, clock: Clock) -> None:
        self._collector = collector
        self._raws = raws
        self._clock = clock
        self._room = MailRoom(table)
        self._doors = Doors(table, clock)

    def receive(self, arrived: Arrived, *, correlation_id: str) -> Received:
        """Finds whose mail it is and what it is; texts and addresses stay out of the log.

        Raises:
            StoreError: something cannot be read or kept now; the mail is to come again.
        """
        tenant = arrived.tenant or self._tenant(arrived.to)
        source, listeners = self._doors.behind(tenant, _CONNECTOR.kind, MAILS) if tenant else (None, ())
        told = {"tenant_id": tenant, "correlation_id": correlation_id}
        if source is None or not listeners:
            log.info("mail dropped; nobody receives mails at this address", extra=told)
            return Received(fate=Fate.DROPPED, reasons=("nobody receives mails at this address",))
        try:
            received = self._received(arrived, source, listeners, correlation_id)
        except FetchError as exc:
            log.warning("mail dropped; it cannot be read", extra={**told, "reason": exc.reason})
            return Received(fate=Fate.DROPPED, reasons=(exc.reason,))
        log.info("mail received", extra={**told, "fate": received.fate.value, "new": received.found.new})
        return received

    def take(self, raw: bytes, tenant: str, *, correlation_id: str) -> Found:
        """Stores what a mail tells of, whoever sent it: a person wants it.

        Raises:
            FetchError: it cannot be read.
            StoreError: it cannot be stored now.
        """
        source, listeners = self._doors.behind(tenant, _CONNECTOR.kind, MAILS)
        return self._store(raw, source, listeners, correlation_id) if source else Found()

    def _tenant(self, to: Sequence[str]) -> str:
        found = (self._room.owner(address) for address in dict.fromkeys(to[:_MOST_ADDRESSES]))
        return next(filter(None, found), "")

    def _received(
        self, arrived: Arrived, source: Source, listeners: Sequence[Subscription], correlation_id: str
    ) -> Received:
        letter = read_letter(arrived.raw)
        is_handed_in = arrived.verdicts is None
        verdict = _own_words(letter) if is_handed_in else verdict_of(letter, authserv_id=SES, verdicts=arrived.verdicts)
        if reasons := objections(verdict, is_handed_in=is_handed_in):
            self._hold(arrived, letter, verdict, reasons, source.owner)
            return Received(fate=Fate.HELD, reasons=reasons)
        if self._is_question(letter, source.owner):
            return Received(fate=Fate.ASKED)
        return Received(fate=Fate.STORED, found=self._store(arrived.raw, source, listeners, correlation_id))

    def _hold(
        self, arrived: Arrived, letter: Letter, verdict: MailVerdict, reasons: tuple[str, ...], tenant: str
    ) -> None:
        """Keeps the mail before the row: who sees the row may want it."""
        id_ = make_id("h", tenant, letter.message_id, hashlib.sha256(arrived.raw).hexdigest())
        mail = HeldMail(
            id=id_,
            tenant=tenant,
            sender=letter.sender,
            subject=letter.subject[:200],
            reasons=reasons[:5],
            verdict=verdict,
            received_at=self._clock.now(),
            raw=self._raws.keep(id_, arrived.raw, arrived.name),
        )
        self._room.held.add(mail)

    def _is_question(self, letter: Letter, tenant: str) -> bool:
        """Whether a provider asks something that a person must agree to; then that is kept for a week."""
        asked = confirmation_of(letter)
        if asked is None:
            return False
        id_ = make_id("f", tenant, letter.message_id)
        forwarding = Forwarding(
            id=id_,
            tenant=tenant,
            sender=asked.from_[:254],
            code=asked.code,
            link=asked.link,
            received_at=self._clock.now(),
        )
        self._room.forwardings.add(forwarding)
        return True

    def _store(self, raw: bytes, source: Source, listeners: Sequence[Subscription], correlation_id: str) -> Found:
        now = self._clock.now()
        fetched = _CONNECTOR.parse(Response(status=200, url=NOWHERE, body=raw, received_at=now), source)
        found = self._collector.store(fetched, source, listeners, correlation_id=correlation_id)
        if fetched.items:
            self._doors.came(source, now)
        return found


def _own_words(letter: Letter) -> MailVerdict:
    """What a mail that was handed in says of itself, topmost: good enough to distrust it, no more."""
    server = (letter.header("authentication-results").partition(";")[0].split() or [""])[0]
    verdict = verdict_of(letter, authserv_id=server)
    is_spam, has_virus = (letter.header(f"x-ses-{each}-verdict").upper() == "FAIL" for each in ("spam", "virus"))
    said = {"a server took it for spam": is_spam, "a server found a virus": has_virus}
    return replace(
        verdict,
        spam=Finding.FAIL if is_spam else Finding.NONE,
        virus=Finding.FAIL if has_virus else Finding.NONE,
        reasons=tuple(reason for reason, holds in said.items() if holds) or verdict.reasons,
    )


def addresses_in(headers: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What may be addresses of ours in the headers of a mail; only its owner knows one, so it may stand anywhere."""
    for name, value in headers:
        if name in {"received", "to", "cc", "delivered-to", "x-original-to", "x-forwarded-to"}:
            yield from (found.lower() for found in _ADDRESS.findall(value[:1000]))
