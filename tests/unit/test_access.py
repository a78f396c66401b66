"""Keys for programs, sign-in links and sessions for people."""

from datetime import timedelta

import pytest

from builders import TENANT
from earshot.adapters.memory import DictTable
from earshot.domain.errors import Denied, Invalid, NotFound
from earshot.domain.tenant import ApiKey, Scope
from earshot.services.access import SESSION_LIFE, SIGN_IN_LIFE, Access
from earshot.store.deliveries import secret_hash
from fakes import NOW, FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def table() -> DictTable:
    return DictTable()


@pytest.fixture
def access(table: DictTable, clock: FixedClock) -> Access:
    return Access(table, clock, b"secret")


def test_a_key_opens_its_tenant_with_its_scope(access: Access) -> None:
    key, secret = access.create_key(TENANT, " website ", "respond")

    assert secret.startswith("ear_")
    assert access.by_key(secret) == access.keys(TENANT)[0]
    assert (key.tenant, key.name, key.scope) == (TENANT, "website", Scope.RESPOND)


def test_a_secret_is_stored_as_a_hash_only(access: Access, table: DictTable) -> None:
    _, secret = access.create_key(TENANT, "website", "read")
    link = access.sign_in_link(TENANT, "anna")
    session = access.redeem(access.sign_in_link(TENANT, "anna"))

    rows = [*table.query(f"TENANT#{TENANT}").rows, *table._rows.values()]

    assert not any(each in str(row) for row in rows for each in (secret, link, session))


@pytest.mark.parametrize(("name", "scope"), [("x", "god"), ("", "read"), ("a\x00b", "read")])
def test_a_key_without_a_name_or_with_an_unknown_scope_is_refused(access: Access, name: str, scope: str) -> None:
    with pytest.raises(Invalid):
        access.create_key(TENANT, name, scope)


@pytest.mark.parametrize(
    "secret", ["", "ear_", "ear_unknown", "no prefix", "ear_" + "x" * 300, "ear_\ud800"], ids=ascii
)
def test_what_is_no_key_opens_nothing(access: Access, secret: str) -> None:
    with pytest.raises(Denied) as caught:
        access.by_key(secret)

    assert caught.value.status == 401


def test_a_revoked_key_opens_nothing_and_stays_in_the_list(access: Access, clock: FixedClock) -> None:
    key, secret = access.create_key(TENANT, "website", "read")
    access.revoke_key(TENANT, key.id)
    first = access.keys(TENANT)[0].revoked_at
    clock.advance(hours=1)
    access.revoke_key(TENANT, key.id)

    with pytest.raises(Denied):
        access.by_key(secret)
    assert first is not None
    assert access.keys(TENANT)[0].revoked_at == first


def test_a_revoked_key_stays_revoked_when_the_same_secret_is_adopted_again(access: Access) -> None:
    key = access.adopt_key(TENANT, "local", Scope.ADMIN, "ear_local")
    access.revoke_key(TENANT, key.id)

    access.adopt_key(TENANT, "local", Scope.ADMIN, "ear_local")

    with pytest.raises(Denied):
        access.by_key("ear_local")


def test_adopting_a_secret_twice_keeps_one_key(access: Access, clock: FixedClock) -> None:
    access.adopt_key(TENANT, "local", Scope.ADMIN, "ear_local")
    clock.advance(days=1)
    access.adopt_key(TENANT, "local", Scope.ADMIN, "ear_local")

    assert len(access.keys(TENANT)) == 1
    assert access.by_key("ear_local").scope is Scope.ADMIN


def test_keys_are_listed_oldest_first_and_only_the_tenants_own(access: Access, clock: FixedClock) -> None:
    for name in ("first", "second", "third"):
        access.create_key(TENANT, name, "read")
        clock.advance(seconds=1)
    access.create_key("t_other", "foreign", "read")

    assert [key.name for key in access.keys(TENANT)] == ["first", "second", "third"]


def test_a_key_of_another_tenant_cannot_be_revoked(access: Access) -> None:
    key, _ = access.create_key("t_other", "foreign", "read")

    with pytest.raises(NotFound):
        access.revoke_key(TENANT, key.id)


@pytest.mark.parametrize(
    ("has", "needs", "may"),
    [("read", "read", True), ("read", "respond", False), ("respond", "read", True), ("admin", "admin", True)],
)
def test_a_scope_includes_the_ones_before_it(has: str, needs: str, may: bool) -> None:
    assert Scope(has).allows(Scope(needs)) is may


def test_a_sign_in_link_opens_a_session_once(access: Access) -> None:
    link = access.sign_in_link(TENANT, "anna")

    session = access.by_session(access.redeem(link))

    assert (session.tenant, session.member) == (TENANT, "anna")
    with pytest.raises(Denied) as caught:
        access.redeem(link)
    assert caught.value.status == 410


def test_a_sign_in_link_is_good_for_a_day(access: Access, clock: FixedClock) -> None:
    link = access.sign_in_link(TENANT, "anna")
    clock.advance(seconds=SIGN_IN_LIFE.total_seconds())

    with pytest.raises(Denied):
        access.redeem(link)


@pytest.mark.parametrize("secret", ["", "unknown", "x" * 300])
def test_an_unknown_link_and_an_unknown_session_open_nothing(access: Access, secret: str) -> None:
    with pytest.raises(Denied):
        access.redeem(secret)
    with pytest.raises(Denied):
        access.by_session(secret)


def test_a_link_is_no_session_and_a_session_no_link(access: Access) -> None:
    link = access.sign_in_link(TENANT, "anna")
    session = access.redeem(access.sign_in_link(TENANT, "anna"))

    with pytest.raises(Denied):
        access.by_session(link)
    with pytest.raises(Denied):
        access.redeem(session)


def test_a_session_ends_after_a_month_or_when_its_member_signs_out(access: Access, clock: FixedClock) -> None:
    left = access.redeem(access.sign_in_link(TENANT, "anna"))
    kept = access.redeem(access.sign_in_link(TENANT, "anna"))

    access.sign_out(left)

    with pytest.raises(Denied):
        access.by_session(left)
    clock.advance(seconds=(SESSION_LIFE - timedelta(seconds=1)).total_seconds())
    assert access.by_session(kept).member == "anna"
    clock.advance(seconds=1)
    with pytest.raises(Denied):
        access.by_session(kept)


def test_a_form_is_accepted_with_the_token_of_its_session_only(access: Access) -> None:
    ours = access.by_session(access.redeem(access.sign_in_link(TENANT, "anna")))
    other = access.by_session(access.redeem(access.sign_in_link(TENANT, "ben")))

    access.check_form(ours, access.form_token(ours))

    for token in (access.form_token(other), "", "\ud800"):
        with pytest.raises(Denied) as caught:
            access.check_form(ours, token)
        assert caught.value.status == 403


OPERATORS = "ear_operator"


def an_operators_access(table: DictTable) -> Access:
    sha256 = secret_hash(OPERATORS)
    key = ApiKey(id="k_op", tenant=TENANT, name="op", scope=Scope.ADMIN, secret_sha256=sha256, created_at=NOW)
    return Access(table, FixedClock(), b"secret", operator=key)


def test_an_operators_key_opens_in_its_own_process_only(table: DictTable, access: Access) -> None:
    operated = an_operators_access(table)

    assert operated.by_key(OPERATORS) == operated.operator
    with pytest.raises(Denied):
        access.by_key(OPERATORS)


def test_an_operators_key_is_stored_and_listed_nowhere(table: DictTable) -> None:
    operated = an_operators_access(table)

    operated.by_key(OPERATORS)

    assert (table._rows, operated.keys(TENANT)) == ({}, ())


def test_beside_an_operators_key_the_stored_ones_go_on(table: DictTable, access: Access) -> None:
    key, secret = access.create_key(TENANT, "website", "read")
    operated = an_operators_access(table)

    assert operated.by_key(secret).id == key.id
    for wrong in ("ear_other", "operator", OPERATORS.upper(), "ear_" + "x" * 300):
        with pytest.raises(Denied):
            operated.by_key(wrong)
