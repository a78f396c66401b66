"""Secrets of a deployment in SSM Parameter Store, encrypted, each under the stack's own prefix."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from earshot.adapters.aws.clients import Session
from earshot.adapters.aws.failures import FAILURES, code_of
from earshot.domain.errors import StoreError

if TYPE_CHECKING:
    from types_boto3_ssm import SSMClient


def parameter_secrets(session: Session, prefix: str) -> "ParameterSecrets":
    """The secrets under a prefix such as `/earshot/acme/credentials`."""
    return ParameterSecrets(cast("SSMClient", session.create_client("ssm")), prefix)


class ParameterSecrets:
    """Keeps records as JSON in parameters of type SecureString."""

    def __init__(self, ssm: "SSMClient", prefix: str) -> None:
        self._ssm = ssm
        self._prefix = prefix.rstrip("/")

    def get(self, name: str) -> Mapping[str, str] | None:
        """See `earshot.ports.secrets.Secrets`."""
        try:
            found = self._ssm.get_parameter(Name=self._full(name), WithDecryption=True)
        except FAILURES as exc:
            if code_of(exc) == "ParameterNotFound":
                return None
            raise _translated(exc, name) from None
        record = json.loads(found["Parameter"]["Value"])
        return {str(key): str(value) for key, value in record.items()}

    def put(self, name: str, record: Mapping[str, str]) -> None:
        """See `earshot.ports.secrets.Secrets`."""
        value = json.dumps(dict(record), separators=(",", ":"))
        try:
            # A record is under 4 KB but for long tokens, which then take a parameter of the dearer kind.
            self._ssm.put_parameter(
                Name=self._full(name), Value=value, Type="SecureString", Overwrite=True, Tier="Intelligent-Tiering"
            )
        except FAILURES as exc:
            raise _translated(exc, name) from None

    def delete(self, name: str) -> bool:
        """See `earshot.ports.secrets.Secrets`."""
        try:
            self._ssm.delete_parameter(Name=self._full(name))
        except FAILURES as exc:
            if code_of(exc) == "ParameterNotFound":
                return False
            raise _translated(exc, name) from None
        return True

    def _full(self, name: str) -> str:
        return f"{self._prefix}/{name}"


def _translated(failure: Exception, name: str) -> StoreError:
    # Not chained: the message of the cause may hold the value.
    return StoreError(f"the credential {name} cannot be used now ({code_of(failure)}); try again")
