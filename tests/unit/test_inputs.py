"""What people and programs send is refused by name when it cannot be used."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from earshot.domain.errors import Invalid
from earshot.services.inputs import (
    AcknowledgementInput,
    Configuration,
    WatchInput,
    in_utc,
    read,
    read_json,
    valid_language,
    valid_name,
    valid_timezone,
)


def test_a_json_body_becomes_an_input() -> None:
    given = read_json(AcknowledgementInput, b'{"outcome": "thanked", "version": 3}')

    assert (given.outcome, given.version, given.note) == ("thanked", 3, "")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"nonsense", b"[" * 100_000], ids=["", "{", "xff", "text", "deep"]
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        read_json(AcknowledgementInput, body)

    assert caught.value.field == "body"
    assert caught.value.reason.startswith("is not JSON")


@pytest.mark.parametrize(
    ("value", "field", "reason"),
    [
        ({"outcome": "thanked"}, "version", "is missing"),
        ({"outcome": "thanked", "version": 1, "colour": 1}, "colour", "is not known here"),
        ({"outcome": 7, "version": 1}, "outcome", "expected str, got int"),
        ({"outcome": "thanked", "version": "1"}, "version", "expected int, got str"),
        ([], "body", "expected object, got array"),
        (None, "body", "expected object, got null"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(value: Any, field: str, reason: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(AcknowledgementInput, value)

    assert (caught.value.field, caught.value.reason) == (field, reason)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"name": "A", "terms": {"any": ["a"], "some": []}}, "terms.some"),
        ({"name": "A", "terms": {"any": [1]}}, "terms.any[]"),
        ({"name": "A", "terms": {"any": ["a"]}, "since": "yesterday"}, "since"),
    ],
)
def test_a_field_inside_another_is_named_with_its_path(value: Any, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(WatchInput, value)

    assert re.sub(r"\[.\]", "[]", caught.value.field) == field


def test_an_empty_configuration_is_one() -> None:
    assert read(Configuration, {}).source == []


def test_a_name_is_one_line_without_superfluous_blanks() -> None:
    assert valid_name("  Acme \n GmbH\t") == "Acme GmbH"


@pytest.mark.parametrize("text", ["", "  ", "x" * 121, "a\x07b", "a\u202eb"], ids=ascii)
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="must be one line of 1 to 120 characters"):
        valid_name(text)


@pytest.mark.parametrize("text", ["", "fr", "DE"])
def test_only_german_and_english_are_languages_of_ours(text: str) -> None:
    assert valid_language("de") == "de"
    with pytest.raises(Invalid, match="must be one of de, en"):
        valid_language(text)


@pytest.mark.parametrize("text", ["", "Mars/Base", "../etc/passwd", "/etc/passwd", "\x00", "Europe"])
def test_a_time_zone_is_one_that_exists(text: str) -> None:
    assert valid_timezone("Europe/Berlin") == "Europe/Berlin"
    with pytest.raises(Invalid, match="timezone"):
        valid_timezone(text)


def test_no_time_stays_no_time() -> None:
    assert in_utc(None) is None


def test_a_time_beyond_the_end_of_time_is_refused_by_its_field() -> None:
    last = datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))

    with pytest.raises(Invalid, match="until: must be in the years 1970 to 2100"):
        in_utc(last, "until")


@pytest.mark.parametrize("at", [datetime(1969, 12, 31, 23, 59, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC)])
def test_a_time_of_another_century_is_refused_by_its_field(at: datetime) -> None:
    with pytest.raises(Invalid, match="since: must be in the years 1970 to 2100"):
        in_utc(at)


@pytest.mark.parametrize("at", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 12, 31, 23, 59)])  # noqa: DTZ001
def test_a_time_of_our_days_is_taken(at: datetime) -> None:
    assert in_utc(at) == at.replace(tzinfo=UTC)
