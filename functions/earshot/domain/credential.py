"""Credentials: what a tenant was given by a place so that its program may ask there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from earshot.domain.ids import digest

Credential = Mapping[str, str]
"""The fields of a credential by name, those of a session among them; never logged, never shown."""

NO_CREDENTIAL: Credential = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What signing in gave: `fields` are merged over those of the credential until `expires_at`.

    `granted_for` is the `mark_of` the credential that was shown for it: with another one it is worth nothing.
    """

    fields: Credential = field(repr=False)
    expires_at: datetime
    granted_for: str = field(default="", repr=False)


def mark_of(credential: Credential) -> str:
    """What tells a credential from every other one, without a word of it."""
    return digest(*(part for pair in sorted(credential.items()) for part in pair)).hex()
