"""Credentials are set field by field, named but never shown, and read seldom."""

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import TENANT
from earshot.domain.credential import NO_CREDENTIAL, Session
from earshot.domain.errors import Invalid, StoreError
from earshot.services.credentials import MAX_AGE, Credentials, NoSecrets, Standing
from fakes import CANNED, NOW, CannedConnector, DictSecrets, FixedClock

PLACE = CannedConnector(
    kind="tube", place=replace(CANNED, needs=("key", "dollars"), takes=("more",), open_fields=("dollars",))
)


@pytest.fixture
def secrets() -> DictSecrets:
    return DictSecrets()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def credentials(secrets: DictSecrets, clock: FixedClock) -> Credentials:
    return Credentials(secrets, clock)


def test_fields_are_named_as_present_or_missing_and_only_open_ones_shown(credentials: Credentials) -> None:
    before = credentials.standing(TENANT, PLACE)

    after = credentials.set(TENANT, PLACE, {"key": " hush ", "dollars": "5"})

    assert before == Standing(kind="tube", missing=("key", "dollars"))
    assert after == Standing(kind="tube", present=("key", "dollars"), shown={"dollars": "5"})
    assert credentials.of(TENANT, "tube") == {"key": "hush", "dollars": "5"}
    assert "hush" not in repr(after)


def test_a_run_that_keeps_no_credentials_says_so_when_one_is_set(clock: FixedClock) -> None:
    credentials = Credentials(NoSecrets(), clock)

    with pytest.raises(StoreError, match="keeps no credentials"):
        credentials.set(TENANT, PLACE, {"key": "hush"})

    assert credentials.of(TENANT, "tube") == NO_CREDENTIAL
    assert not credentials.remove(TENANT, "tube")


def test_a_field_that_is_left_out_stays_and_an_empty_one_goes(credentials: Credentials) -> None:
    credentials.set(TENANT, PLACE, {"key": "hush", "dollars": "5"})

    assert credentials.set(TENANT, PLACE, {"dollars": ""}).missing == ("dollars",)
    assert credentials.of(TENANT, "tube") == {"key": "hush"}


@pytest.mark.parametrize(("field", "value"), [("password", "x"), ("key", "x" * 4001), ("key", "a\x00b")])
def test_what_cannot_be_used_is_refused_by_the_name_of_the_field(
    credentials: Credentials, secrets: DictSecrets, field: str, value: str
) -> None:
    with pytest.raises(Invalid) as told:
        credentials.set(TENANT, PLACE, {field: value})

    assert told.value.field == field
    assert value not in str(told.value) or field == "password"
    assert field == "password" or "control characters" in str(told.value)
    assert secrets.records == {}


def test_a_tenant_sees_its_own_only_and_a_shared_source_has_none(credentials: Credentials) -> None:
    credentials.set(TENANT, PLACE, {"key": "hush"})

    assert credentials.of("t_other", "tube") == NO_CREDENTIAL
    assert credentials.of("", "tube") == NO_CREDENTIAL


def test_what_was_read_is_believed_for_some_minutes(
    credentials: Credentials, secrets: DictSecrets, clock: FixedClock
) -> None:
    secrets.put(f"{TENANT}/tube", {"key": "one"})
    read = [credentials.of(TENANT, "tube") for _ in range(5)]
    secrets.put(f"{TENANT}/tube", {"key": "two"})

    assert read == [{"key": "one"}] * 5
    assert credentials.of(TENANT, "tube") == {"key": "one"}
    assert secrets.reads == 1
    clock.advance(seconds=MAX_AGE.total_seconds())
    assert credentials.of(TENANT, "tube") == {"key": "two"}


def test_what_another_process_has_set_meanwhile_is_neither_lost_nor_missing(
    credentials: Credentials, secrets: DictSecrets, clock: FixedClock
) -> None:
    credentials.standing(TENANT, PLACE)
    other = Credentials(secrets, clock)
    other.set(TENANT, PLACE, {"key": "hush"})

    shown = credentials.standing(TENANT, PLACE)
    other.set(TENANT, PLACE, {"more": "too"})
    credentials.set(TENANT, PLACE, {"dollars": "5"})

    assert shown.present == ("key",)
    assert secrets.records == {f"{TENANT}/tube": {"key": "hush", "more": "too", "dollars": "5"}}
    assert credentials.fresh("", "tube") == NO_CREDENTIAL


def test_a_session_is_kept_for_all_processes_and_ends_with_a_new_credential(
    credentials: Credentials, secrets: DictSecrets, clock: FixedClock
) -> None:
    assert credentials.session(TENANT, "tube") is None
    session = Session(fields={"token": "hush"}, expires_at=NOW + timedelta(hours=1))
    credentials.keep_session(TENANT, "tube", session)

    assert Credentials(secrets, clock).session(TENANT, "tube") == session
    assert not credentials.is_over(session)
    assert "hush" not in repr(session)
    clock.advance(minutes=59)
    assert credentials.is_over(session)
    credentials.set(TENANT, PLACE, {"key": "new"})
    assert credentials.session(TENANT, "tube") is None


def test_a_session_that_the_place_refuses_can_be_forgotten(credentials: Credentials) -> None:
    credentials.keep_session(TENANT, "tube", Session(fields={"token": "hush"}, expires_at=NOW))
    credentials.forget_session(TENANT, "tube")

    assert credentials.session(TENANT, "tube") is None


def test_removing_forgets_the_session_too_and_tells_whether_there_was_anything(
    credentials: Credentials, secrets: DictSecrets
) -> None:
    credentials.set(TENANT, PLACE, {"key": "hush"})
    credentials.keep_session(TENANT, "tube", Session(fields={"token": "hush"}, expires_at=NOW))

    assert credentials.remove(TENANT, "tube")
    assert not credentials.remove(TENANT, "tube")
    assert secrets.records == {}


@pytest.mark.parametrize("budget", ["nonsense", "-5", "0", "nan", "inf", "1000000000000", "5 Euro"])
def test_a_budget_that_cannot_be_kept_is_refused_at_once(credentials: Credentials, budget: str) -> None:
    paid = CannedConnector(kind="paid", place=replace(CANNED, takes=("monthly_dollars",)))

    with pytest.raises(Invalid, match="monthly_dollars: must be an amount of US dollars above 0"):
        credentials.set(TENANT, paid, {"monthly_dollars": budget})
    assert credentials.set(TENANT, paid, {"monthly_dollars": "7,50"}).present == ("monthly_dollars",)
    assert credentials.set(TENANT, paid, {"monthly_dollars": ""}).present == ()
