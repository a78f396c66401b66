"""Tenants: the companies that use Earshot, and the keys with which programs act for them."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from earshot.domain.watch import Noise

LOCAL_TENANT = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """One company; its day begins at midnight in `timezone` (an IANA name); `language` is "de" or "en".

    `noise` holds for all its watches. With `searches` its watches are searched for wherever nobody need choose, but for
    the places in `off`, named by kind or by kind/part; `on` are kinds that are off until somebody switches them on.
    """

    id: str
    name: str
    language: str = "en"
    timezone: str = "UTC"
    noise: Noise = Noise()
    searches: bool = True
    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    revision: int = 0


def switched(tenant: Tenant, place: str, *, is_on: bool) -> Tenant:
    """The tenant for whom a place, named by kind or by kind/part, is heard by itself, or is not, with all parts."""
    on = {each for each in tenant.on if each != place}
    off = {each for each in tenant.off if each != place and not each.startswith(f"{place}/")}
    (on if is_on else off).add(place)
    return replace(tenant, on=tuple(sorted(on)), off=tuple(sorted(off)))


class Scope(StrEnum):
    """What a key may do; each includes the ones before it."""

    READ = "read"
    RESPOND = "respond"
    ADMIN = "admin"

    def allows(self, needed: "Scope") -> bool:
        """Whether a key of this scope may do what needs `needed`."""
        order = list(Scope)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key, known only by the SHA-256 of its secret; `id` is shown, the secret never again."""

    id: str
    tenant: str
    name: str
    scope: Scope
    secret_sha256: str
    created_at: datetime
    revoked_at: datetime | None = None
    revision: int = 0
