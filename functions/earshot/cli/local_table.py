"""The [local] table of a configuration file: an operator's settings beneath those of the environment."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from earshot.domain.errors import Invalid
from earshot.settings import Settings, checked

_TYPES = {
    "practice": bool,
    "loopback": list,
    "smtp": str,
    "smtp_user": str,
    "smtp_password_file": str,
    "mail_from": str,
}
_NAMES = {bool: "true or false", list: "a list", str: "a text"}


def with_local_table(settings: Settings, table: Mapping[str, Any], from_environment: frozenset[str]) -> Settings:
    """The settings with the table's where the environment (or an option) says nothing, not even "".

    Raises:
        Invalid: the table holds something unknown, of a wrong type or of no use.
    """
    below: dict[str, Any] = {}
    for name, value in table.items():
        if name not in _TYPES:
            raise Invalid(f"local.{name}", "is not known here")
        if not isinstance(value, _TYPES[name]):
            raise Invalid(f"local.{name}", f"must be {_NAMES[_TYPES[name]]}")
        if name == "practice" or name in from_environment:
            continue
        text = ",".join(str(each) for each in value) if isinstance(value, list) else str(value)
        try:
            below[name] = checked(name, text)
        except ValueError as exc:
            raise Invalid(f"local.{name}", str(exc)) from None
    return replace(settings, **below)
