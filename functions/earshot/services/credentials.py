"""Credentials of tenants for places: set, named as present or missing, and read by collect alone."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from earshot.domain.credential import NO_CREDENTIAL, Credential, Session
from earshot.domain.errors import Invalid, StoreError
from earshot.domain.ledger import BUDGET, check_budget
from earshot.domain.place import Place
from earshot.ports.clock import Clock
from earshot.ports.connector import Connector
from earshot.ports.secrets import Secrets

MAX_AGE = timedelta(minutes=5)
"""How long a warm process believes what it read."""

EARLY = timedelta(minutes=2)
"""A session is given up this long before it ends, so that none ends on the way."""

MAX_VALUE = 4000
"""Characters of one field; the largest are private keys."""

_EXPIRES, _GRANTED_FOR = "expires_at", "granted_for"


@dataclass(frozen=True, slots=True)
class _Read:
    record: Credential = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What of a credential is there: names only, and the values of `shown` that are no secrets."""

    kind: str
    present: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    shown: Mapping[str, str] = field(default_factory=dict)


class NoSecrets:
    """Keeps nothing: for runs that read only what needs no credential."""

    def get(self, name: str) -> None:
        """None."""
        return

    def put(self, name: str, record: Mapping[str, str]) -> None:
        """Refuses.

        Raises:
            StoreError: always.
        """
        raise StoreError("this run keeps no credentials")

    def delete(self, name: str) -> bool:
        """False: nothing was there."""
        return False


class Credentials:
    """Reads credentials and keeps sessions. What is read is believed for some minutes; threads may share it."""

    def __init__(self, secrets: Secrets, clock: Clock) -> None:
        self._secrets = secrets
        self._clock = clock
        self._read: dict[str, _Read] = {}
        self._lock = threading.Lock()
        self._signing_in: dict[tuple[str, str], threading.Lock] = {}

    def of(self, tenant: str, kind: str) -> Credential:
        """The credential of a tenant for a kind of place; `NO_CREDENTIAL` where there is none.

        Raises:
            StoreError: it cannot be read now.
        """
        return self._record(_name(tenant, kind)) if tenant else NO_CREDENTIAL

    def fresh(self, tenant: str, kind: str) -> Credential:
        """The credential as it is stored now, past what this process believes: before anything is decided by it.

        Raises:
            StoreError: it cannot be read now.
        """
        return self._record(_name(tenant, kind), timedelta(0)) if tenant else NO_CREDENTIAL

    def session(self, tenant: str, kind: str) -> Session | None:
        """The session that was kept, ended or not; None where there is none.

        Raises:
            StoreError: it cannot be read now.
        """
        return _session_in(self._record(_session_name(tenant, kind)))

    def fresh_session(self, tenant: str, kind: str) -> Session | None:
        """The session as it is stored now, past what this process believes: before it is renewed or dropped.

        Raises:
            StoreError: it cannot be read now.
        """
        return _session_in(self._record(_session_name(tenant, kind), timedelta(0)))

    def signing_in(self, tenant: str, kind: str) -> threading.Lock:
        """What the one holds who signs in with a credential; the same for everybody in this process."""
        return self._signing_in.setdefault((tenant, kind), threading.Lock())

    def is_over(self, session: Session) -> bool:
        """Whether a session is of no use any more."""
        return self._clock.now() >= session.expires_at - EARLY

    def keep_session(self, tenant: str, kind: str, session: Session) -> None:
        """Stores a session for all processes.

        Raises:
            StoreError: it cannot be written now.
        """
        kept = {**session.fields, _EXPIRES: session.expires_at.isoformat(), _GRANTED_FOR: session.granted_for}
        self._put(_session_name(tenant, kind), kept)

    def forget_session(self, tenant: str, kind: str) -> None:
        """Drops a session that the place does not accept any more.

        Raises:
            StoreError: it cannot be written now.
        """
        self._drop(_session_name(tenant, kind))

    def set(self, tenant: str, connector: Connector, fields: Mapping[str, str]) -> Standing:
        """Stores fields of a credential over those that are there; an empty value takes one away.

        Raises:
            Invalid: the place knows no such field, or a value is too long or holds control characters.
            StoreError: it cannot be written now.
        """
        known = (*connector.place.needs, *connector.place.takes)
        for name, value in fields.items():
            if name not in known:
                raise Invalid(name, f"{connector.place.name} wants {', '.join(known) or 'no credential'}")
            if len(value) > MAX_VALUE or any(ord(sign) < 32 and sign != "\n" for sign in value):
                raise Invalid(name, f"must be text of at most {MAX_VALUE} characters without control characters")
            if name == BUDGET and value.strip():
                check_budget(value)
        merged = {**self.fresh(tenant, connector.kind), **{name: value.strip() for name, value in fields.items()}}
        kept = {name: value for name, value in merged.items() if value}
        self._put(_name(tenant, connector.kind), kept)
        self._drop(_session_name(tenant, connector.kind))
        return _standing(connector, kept)

    def remove(self, tenant: str, kind: str) -> bool:
        """Forgets a credential and its session; tells whether there was one.

        Raises:
            StoreError: it cannot be written now.
        """
        self._drop(_session_name(tenant, kind))
        return self._drop(_name(tenant, kind))

    def standing(self, tenant: str, connector: Connector) -> Standing:
        """What of a credential is there and what is missing; never a secret.

        Raises:
            StoreError: it cannot be read now.
        """
        return _standing(connector, self.fresh(tenant, connector.kind))

    def _record(self, name: str, believed: timedelta = MAX_AGE) -> Credential:
        now = self._clock.now()
        with self._lock:
            kept = self._read.get(name)
            if kept is None or kept.at + believed <= now:
                kept = self._read[name] = _Read(self._secrets.get(name) or NO_CREDENTIAL, now)
        return kept.record

    def _put(self, name: str, record: Mapping[str, str]) -> None:
        self._secrets.put(name, record)
        with self._lock:
            self._read[name] = _Read(record, self._clock.now())

    def _drop(self, name: str) -> bool:
        was_there = self._secrets.delete(name)
        with self._lock:
            self._read[name] = _Read(NO_CREDENTIAL, self._clock.now())
        return was_there


def missing_of(place: Place, credential: Credential) -> tuple[str, ...]:
    """The fields that a place needs and a credential lacks."""
    return tuple(name for name in place.needs if not credential.get(name))


def _session_in(record: Credential) -> Session | None:
    fields = dict(record)
    expires_at, granted_for = fields.pop(_EXPIRES, ""), fields.pop(_GRANTED_FOR, "")
    if not expires_at:
        return None
    return Session(fields=fields, expires_at=datetime.fromisoformat(expires_at), granted_for=granted_for)


def _standing(connector: Connector, record: Credential) -> Standing:
    place = connector.place
    return Standing(
        kind=connector.kind,
        present=tuple(name for name in (*place.needs, *place.takes) if name in record),
        missing=missing_of(place, record),
        shown={name: record[name] for name in place.open_fields if name in record},
    )


def _name(tenant: str, kind: str) -> str:
    return f"{tenant}/{kind}"


def _session_name(tenant: str, kind: str) -> str:
    return f"{tenant}/{kind}.session"
