"""The deployment's secret in SSM Parameter Store, encrypted, under a name that the template gives."""

from typing import TYPE_CHECKING, cast

from earshot.adapters.aws.clients import Session
from earshot.adapters.aws.failures import FAILURES, code_of
from earshot.domain.errors import EarshotError, Invalid, StoreError

if TYPE_CHECKING:
    from types_boto3_ssm import SSMClient

_DENIED = frozenset({"AccessDenied", "AccessDeniedException"})


def parameters(session: Session) -> "Parameters":
    """The parameters of a session's account and region."""
    return Parameters(cast("SSMClient", session.create_client("ssm")))


class Parameters:
    """Reads secrets by name, and makes them once."""

    def __init__(self, ssm: "SSMClient") -> None:
        self._ssm = ssm

    def secret(self, name: str) -> bytes:
        """The secret of this name.

        Raises:
            Invalid: it is not there, or may not be read; the message says what to do.
            StoreError: it cannot be read now.
        """
        secret = self._read(name)
        if secret is None:
            raise Invalid(name, "there is no such parameter; run earshot setup")
        return secret

    def secret_or_new(self, name: str, fresh: str) -> bytes:
        """The secret of this name; `fresh` becomes it if there is none. Whoever was first wins, everybody gets theirs.

        Raises:
            Invalid: it may not be read or written; the message says what to do.
            StoreError: it cannot be read or written now.
        """
        return self._read(name) or self._write(name, fresh) or self.secret(name)

    def _read(self, name: str) -> bytes | None:
        try:
            found = self._ssm.get_parameter(Name=name, WithDecryption=True)
        except FAILURES as exc:
            if code_of(exc) == "ParameterNotFound":
                return None
            raise _translated(exc, name, "ssm:GetParameter") from exc
        return found["Parameter"]["Value"].encode()

    def _write(self, name: str, fresh: str) -> bytes | None:
        """Stores `fresh`, or tells by None that somebody was faster."""
        try:
            self._ssm.put_parameter(Name=name, Value=fresh, Type="SecureString", Overwrite=False)
        except FAILURES as exc:
            if code_of(exc) == "ParameterAlreadyExists":
                return None
            raise _translated(exc, name, "ssm:PutParameter") from exc
        return fresh.encode()


def _translated(failure: Exception, name: str, action: str) -> EarshotError:
    code = code_of(failure)
    if code in _DENIED:
        return Invalid(name, f"this role may not use the parameter; give it {action} and its key")
    return StoreError(f"the parameter {name} cannot be used now ({code}); try again")
