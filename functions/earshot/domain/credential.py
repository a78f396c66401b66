"""Credentials: what a tenant was given by a place so that its program may ask there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

Credential = Mapping[str, str]
"""The fields of a credential by name, those of a session among them; never logged, never shown."""

NO_CREDENTIAL: Credential = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What signing in gave: `fields` are merged over those of the credential until `expires_at`."""

    fields: Credential = field(repr=False)
    expires_at: datetime
