"""Who is asking: a program with a key, or a person with a session; the tenant follows from nothing else."""

from dataclasses import dataclass

from earshot.domain.errors import Denied
from earshot.domain.tenant import Scope, Tenant
from earshot.store import keys
from earshot.store.sessions import Session
from earshot.web.parts import Parts
from earshot.web.request import Request

SESSION_COOKIE = "earshot_session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A program; `actor` is how the history names it."""

    tenant: str
    actor: str
    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A person who has signed in; `form_token` must stand in each of their forms."""

    session: Session
    tenant: Tenant
    form_token: str

    @property
    def actor(self) -> str:
        """How the history names this person."""
        return f"member:{self.session.member}"


def caller(parts: Parts, request: Request, needed: Scope) -> Caller:
    """The program that asks, if it may do what needs `needed`.

    A browser's session may read but not write here: another site could make the browser send it.

    Raises:
        Denied: no key or a bad one (401), or one that may not do this (403).
    """
    shown = request.headers.get("authorization", "")
    if shown:
        found = _by_key(parts, shown)
    elif request.is_reading and request.cookies.get(SESSION_COOKIE):
        session = parts.access.by_session(request.cookies[SESSION_COOKIE])
        found = Caller(tenant=session.tenant, actor=f"member:{session.member}", scope=Scope.ADMIN)
    else:
        raise Denied("send a key as `Authorization: Bearer ear_…`")
    if not found.scope.allows(needed):
        raise Denied(f"this needs a key of scope {needed}; yours is {found.scope}", 403)
    return found


def visitor(parts: Parts, request: Request) -> Visitor:
    """The person whose session the browser shows.

    Raises:
        Denied: there is none (401).
    """
    session = parts.access.by_session(request.cookies.get(SESSION_COOKIE, ""))
    return Visitor(
        session=session,
        tenant=tenant_of(parts, session.tenant),
        form_token=parts.access.form_token(session),
    )


def tenant_of(parts: Parts, id_: str) -> Tenant:
    """A tenant as stored, or one with the usual settings where none is."""
    return parts.company.tenants.at(keys.of_deployment("tenant", id_)) or Tenant(id=id_, name=id_)


def _by_key(parts: Parts, header: str) -> Caller:
    kind, _, secret = header.partition(" ")
    if kind.lower() != "bearer":
        raise Denied("send a key as `Authorization: Bearer ear_…`")
    key = parts.access.by_key(secret.strip())
    return Caller(tenant=key.tenant, actor=f"key:{key.id}", scope=key.scope)
