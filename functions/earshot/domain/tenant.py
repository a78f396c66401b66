"""Tenants: the companies that use Earshot, and the keys with which programs act for them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from earshot.domain.watch import Noise

LOCAL_TENANT = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """One company; its day begins at midnight in `timezone` (an IANA name); `language` is "de" or "en".

    `noise` holds for all its watches.
    """

    id: str
    name: str
    language: str = "en"
    timezone: str = "UTC"
    noise: Noise = Noise()
    revision: int = 0


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
