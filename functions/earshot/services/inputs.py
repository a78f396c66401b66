"""What people and programs send us, checked: unknown fields and wrong types are refused by name."""

import re
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from earshot.domain.errors import Invalid

S = TypeVar("S", bound=msgspec.Struct)

MAX_NAME = 120
UNNAMED = "My company"
"""What a company is called until somebody says its name."""

LANGUAGES = ("de", "en")
_FIRST_YEAR, _LAST_YEAR = 1970, 2100


class TermsInput(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Words and phrases of a watch, and what narrows it down."""

    any: list[str] = []
    all: list[str] = []
    none: list[str] = []
    near: list[str] = []
    site: list[str] = []
    lang: list[str] = []
    author: list[str] = []
    type: list[str] = []


class NoiseInput(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What is not to be heard, of the whole company or of one watch."""

    accounts: list[str] = []
    voices: list[str] = []
    sites: list[str] = []
    authors: list[str] = []
    phrases: list[str] = []


class WatchInput(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A watch to add or change: what it hears stands in `terms` or in one `query`."""

    name: str
    terms: TermsInput | None = None
    query: str = ""
    noise: NoiseInput = NoiseInput()
    role: str = "own"
    since: datetime | None = None


class SourceInput(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A source to listen to; `watches` names watches by id or name, none means all. Without a kind it is found out."""

    kind: str = ""
    url: str = ""
    name: str = ""
    watches: list[str] = []


class SourceChange(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What can change about a subscription."""

    paused: bool


class PlaceChange(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Whether a kind of place is heard by itself."""

    on: bool


class CredentialInput(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Fields of a credential; an empty one takes it away."""

    fields: dict[str, str]


class ContactInput(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Somebody to tell, at one address or several."""

    email: str = ""
    phone: str = ""
    webhook: str = ""
    name: str = ""
    language: str = ""
    timezone: str = ""


class TenantInput(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The company; without `search` only the sources are heard that somebody added."""

    name: str
    language: str = "en"
    timezone: str = "UTC"
    search: bool | None = None


class AcknowledgementInput(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What was done about a mention."""

    outcome: str
    version: int
    note: str = ""
    answer_url: str = ""


class SplitInput(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The place of a story that does not belong to it."""

    mention: str


class Configuration(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A whole earshot.toml, as far as it is about the company; `local` is for the local run only."""

    tenant: TenantInput | None = None
    noise: NoiseInput | None = None
    contact: list[ContactInput] = []
    watch: list[WatchInput] = []
    source: list[SourceInput] = []
    local: dict[str, Any] = {}


_UNKNOWN = re.compile(r"unknown field `([^`]+)`")
_MISSING = re.compile(r"missing required field `([^`]+)`")
_PATH = re.compile(r" - at `\$\.?([^`]*)`")


def read(type_: type[S], value: Any) -> S:
    """`value` (JSON or TOML values) as `type_`.

    Raises:
        Invalid: an unknown or missing field, or a wrong type; the field is named with its path.
    """
    try:
        return msgspec.convert(value, type_)
    except msgspec.ValidationError as exc:
        raise _invalid(str(exc)) from None


def read_json(type_: type[S], body: bytes | str) -> S:
    """A JSON body as `type_`.

    Raises:
        Invalid: as for `read`, or no JSON at all.
    """
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise Invalid("body", f"is not JSON: {exc}") from None
    return read(type_, value)


def _invalid(text: str) -> Invalid:
    path = (found.group(1) if (found := _PATH.search(text)) else "").replace("...", "?")
    reason = _PATH.sub("", text)
    for pattern, says in ((_UNKNOWN, "is not known here"), (_MISSING, "is missing")):
        if name := pattern.search(reason):
            return Invalid(f"{path}.{name.group(1)}" if path else name.group(1), says)
    return Invalid(path or "body", reason[0].lower() + reason[1:].replace("`", ""))


def valid_name(text: str, field: str = "name") -> str:
    """A name as people write them: one line, not empty, at most `MAX_NAME` characters.

    Raises:
        Invalid: it is something else.
    """
    text = " ".join(text.split())
    if not text or len(text) > MAX_NAME or not text.isprintable():
        raise Invalid(field, f"must be one line of 1 to {MAX_NAME} characters")
    return text


def valid_language(text: str) -> str:
    """One of the languages of texts and mails.

    Raises:
        Invalid: it is another one.
    """
    if text not in LANGUAGES:
        raise Invalid("language", f"must be one of {', '.join(LANGUAGES)}")
    return text


def valid_timezone(text: str) -> str:
    """The name of a time zone.

    Raises:
        Invalid: there is no such zone.
    """
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid("timezone", "must be a name such as Europe/Berlin") from None
    return text


def in_utc(at: datetime | None, field: str = "since") -> datetime | None:
    """A time a person gave, in UTC; without an offset it is taken as UTC.

    Raises:
        Invalid: it is before 1970 or after 2100; what lies further out some clocks and zones cannot tell.
    """
    if at is None:
        return None
    try:
        found = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        found = None
    if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise Invalid(field, f"must be in the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return found
