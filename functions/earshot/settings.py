"""Settings: read once from the environment, every malformed one named in one error."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

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
    log: str = "ERROR"
    """The least level of log lines: DEBUG, INFO, WARNING or ERROR."""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """The settings in an environment.

        Raises:
            Invalid: values cannot be used; the message names all of them.
        """
        values: dict[str, str | bool] = {}
        wrong = []
        for field in fields(cls):
            name = f"EARSHOT_{field.name.upper()}"
            if name not in env:
                continue
            try:
                values[field.name] = checked(field.name, env[name])
            except ValueError as exc:
                wrong.append(f"{name} {exc}")
        if wrong:
            raise Invalid("environment", "; ".join(wrong))
        return cls(**values)  # type: ignore[arg-type]


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
