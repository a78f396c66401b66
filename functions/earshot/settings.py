"""Settings: read once from the environment, every malformed one named in one error."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

from earshot.domain.errors import Invalid

_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"", "0", "false", "no", "off"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator decides about a local run; each field is EARSHOT_ and its name in capitals."""

    data: str = ".earshot"
    """The folder of the local data."""
    offline: bool = False
    """Leaves public addresses alone altogether."""
    loopback: str = ""
    """Loopback addresses that may be read, as host:port, comma-separated; also name:port=host:port."""
    operator: str = ""
    """A mail address or web page, told to the places we read, so that their owners can reach you."""
    smtp: str = ""
    """A mail server as host:port; without it mails go into the outbox."""
    smtp_user: str = ""
    """The user at the mail server; its password is the first line of the file smtp_password_file."""
    smtp_password_file: str = ""
    """A file of mode 600 with the password for smtp_user."""
    mail_from: str = "Earshot <earshot@localhost>"
    """The sender of mails."""
    api: str = ""
    """The address of a deployment the commands work on, instead of the local data."""
    key: str = ""
    """The key for that deployment."""
    stack: str = ""
    """The name of a deployed stack the commands work on, with your AWS credentials, instead of the local data."""
    tenant: str = ""
    """The tenant that commands with --stack act for; without it the only one there is."""
    log: str = "ERROR"
    """The least level of log lines: DEBUG, INFO, WARNING or ERROR."""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """The settings in an environment.

        Raises:
            Invalid: values cannot be used; the message names all of them.
        """
        return _read(cls, env)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudSettings:
    """What the template tells a Lambda; each field is EARSHOT_ and its name in capitals. A door needs some of them."""

    table: str = ""
    """The name of the DynamoDB table."""
    fetch_queue: str = ""
    """The URL of the FIFO queue of fetches."""
    fetch_dead_letters: str = ""
    """The URL of the FIFO queue of fetches that failed too often."""
    event_dead_letters: str = ""
    """The URL of the queue of events that no Lambda could handle."""
    events_topic: str = ""
    """The ARN of the topic of events."""
    secret_name: str = ""
    """The name of the SSM parameter with the secret behind links and forms."""
    credentials: str = ""
    """Under which path of Parameter Store the credentials for places are kept."""
    base_url: str = ""
    """Where people reach the inbox, without a slash at the end."""
    mail_from: str = ""
    """The sender of mails, an identity that SES has verified."""
    mail_domain: str = ""
    """The domain at which mails are received; empty where none are."""
    sms_sender: str = ""
    """The sender of SMS, up to 11 letters, in countries that allow one."""
    loopback: str = ""
    """As for a local run; for tests of a deployment on one machine."""
    offline: bool = False
    """Leaves public addresses alone altogether; for tests."""
    operator: str = ""
    """A mail address or web page, told to the places we read, so that their owners can reach you."""

    @classmethod
    def from_env(cls, env: Mapping[str, str], *, needs: Sequence[str] = ()) -> "CloudSettings":
        """The settings in an environment, of which those that `needs` names must be there.

        Raises:
            Invalid: values are missing or cannot be used; the message names all of them.
        """
        return _read(cls, env, needs)


S = TypeVar("S", Settings, CloudSettings)


def _read(type_: type[S], env: Mapping[str, str], needs: Sequence[str] = ()) -> S:
    values: dict[str, str | bool] = {}
    wrong = [
        f"EARSHOT_{name.upper()} is missing" for name in needs if not env.get(f"EARSHOT_{name.upper()}", "").strip()
    ]
    for field in fields(type_):
        name = f"EARSHOT_{field.name.upper()}"
        if name not in env:
            continue
        try:
            values[field.name] = checked(field.name, env[name])
        except ValueError as exc:
            wrong.append(f"{name} {exc}")
    if wrong:
        raise Invalid("environment", "; ".join(wrong))
    return type_(**values)  # type: ignore[arg-type]


def checked(name: str, text: str) -> str | bool:
    """The value of the setting `name`.

    Raises:
        ValueError: it cannot be used; the message says what it must be.
    """
    return _CHECKS.get(name, str)(text.strip())


def _flag(text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise ValueError("must be 1 or 0")


def host_and_port(text: str) -> tuple[str, int]:
    """`host:port` in two parts.

    Raises:
        ValueError: it is something else.
    """
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError("must be host:port")
    return host.strip("[]"), int(port)


def _address(text: str) -> str:
    if text:
        host_and_port(text)
    return text


def _level(text: str) -> str:
    if text.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
    return text.upper()


_CHECKS: dict[str, Callable[[str], str | bool]] = {"offline": _flag, "smtp": _address, "log": _level}
