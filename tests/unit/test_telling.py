"""Contacts are known by their first address, and each address is checked before it is stored."""

from dataclasses import replace

import pytest

from builders import TENANT, a_tenant
from earshot.adapters.guard import vet_url
from earshot.adapters.memory import DictTable
from earshot.domain.errors import Invalid, NotFound
from earshot.services.inputs import ContactInput
from earshot.services.telling import MOST_CONTACTS, Telling
from fakes import FixedClock

HOOK = "https://hooks.example/earshot?room=7"
PHONE = "+49 151 12345678"
OWN = "127.0.0.1:9000"


@pytest.fixture
def telling() -> Telling:
    return Telling(DictTable(), vet_url, FixedClock())


def put(telling: Telling, **given: str) -> str:
    """Adds a contact; its id."""
    return telling.put(a_tenant(), ContactInput(**given))[0].id


def test_a_contact_keeps_each_address_in_its_usual_form(telling: Telling) -> None:
    contact, is_new = telling.put(a_tenant(), ContactInput(email=" A@acme.example", phone=PHONE, webhook=f" {HOOK} "))

    assert is_new
    assert (contact.email, contact.phone, contact.webhook) == ("A@acme.example", "+4915112345678", HOOK)
    assert telling.get(TENANT, contact.id) == replace(contact, revision=1)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"email": "anna@acme.example", "phone": PHONE}, "anna"),
        ({"phone": PHONE, "webhook": HOOK}, "+4915112345678"),
        ({"webhook": HOOK}, "hooks.example"),
        ({"webhook": f"https://{'a.' * 61}example/"}, ("a." * 60)),
        ({"webhook": HOOK, "name": "Our chat"}, "Our chat"),
    ],
    ids=["mail", "telephone", "webhook", "a long host", "its own"],
)
def test_a_contact_without_a_name_is_called_by_its_first_address(
    telling: Telling, given: dict[str, str], name: str
) -> None:
    assert telling.build(a_tenant(), ContactInput(**given)).name == name


def test_language_and_time_zone_are_those_of_the_company_unless_given(telling: Telling) -> None:
    usual = telling.build(a_tenant(), ContactInput(phone=PHONE))
    own = telling.build(a_tenant(), ContactInput(phone=PHONE, language="en", timezone="UTC"))

    assert (usual.language, usual.timezone) == ("de", "Europe/Berlin")
    assert (own.language, own.timezone) == ("en", "UTC")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"email": "anna@acme.example"}, {"email": "Anna@ACME.example", "phone": PHONE, "webhook": HOOK}),
        ({"phone": PHONE}, {"phone": "0049 (0)151/12345678", "webhook": HOOK, "name": "On call"}),
        ({"webhook": HOOK}, {"webhook": HOOK, "name": "Our chat", "language": "en"}),
    ],
    ids=["mail", "telephone", "webhook"],
)
def test_the_same_first_address_is_the_same_contact_changed(
    telling: Telling, first: dict[str, str], second: dict[str, str]
) -> None:
    assert put(telling, **first) == put(telling, **second)
    assert len(telling.all(TENANT)) == 1


def test_another_company_has_other_contacts(telling: Telling) -> None:
    ours = put(telling, phone=PHONE)
    theirs, _ = telling.put(a_tenant(id="t_other"), ContactInput(phone=PHONE))

    assert ours != theirs.id
    assert [each.id for each in telling.all(TENANT)] == [ours]
    with pytest.raises(NotFound):
        telling.get("t_other", ours)


def test_contacts_are_listed_by_name(telling: Telling) -> None:
    for name in ("ben", "Anna", "carl"):
        put(telling, email=f"{name}@acme.example", name=name)

    assert [each.name for each in telling.all(TENANT)] == ["Anna", "ben", "carl"]


def test_what_was_removed_is_gone(telling: Telling) -> None:
    id_ = put(telling, phone=PHONE)

    telling.remove(TENANT, id_)

    assert telling.all(TENANT) == ()
    with pytest.raises(NotFound):
        telling.remove(TENANT, id_)


def test_there_is_room_for_a_hundred_contacts_and_those_can_still_change(telling: Telling) -> None:
    ids = [put(telling, email=f"{i}@acme.example") for i in range(MOST_CONTACTS)]

    with pytest.raises(Invalid, match="contact: there are 100 contacts already"):
        put(telling, email="one@acme.example")
    assert put(telling, email="7@acme.example", name="Seven") == ids[7]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "email"),
        ({"name": "Nobody"}, "email"),
        ({"email": "a@acme.example, b@acme.example"}, "email"),
        ({"email": " "}, "email"),
        ({"email": "anna@acme.example", "phone": "0151 12345678"}, "phone"),
        ({"phone": PHONE, "webhook": "hooks.example"}, "webhook"),
        ({"phone": PHONE, "language": "fr"}, "language"),
        ({"phone": PHONE, "timezone": "Mars/Base"}, "timezone"),
        ({"phone": PHONE, "name": "x" * 121}, "name"),
    ],
)
def test_what_cannot_be_used_is_refused_by_field_and_nothing_is_stored(
    telling: Telling, given: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        put(telling, **given)

    assert caught.value.field == field
    assert telling.all(TENANT) == ()


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "ftp://hooks.example/",
        "hooks.example/x",
        "https://",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://2130706433/",
        "https://10.0.0.7/",
        "https://192.168.1.1:8443/",
        "https://169.254.169.254/latest",
        "https://printer.local/",
        "https://user:secret@hooks.example/",
        "https://hooks.example:22/",
        "https://hooks.example:99999/",
        "https://hooks.example/a b",
        "https://hooks.example/\r\nX-Evil: 1",
        "https://[::1",
        "https://hooks.example/" + "x" * 2978,
        f"http://{OWN}/hook",
    ],
    ids=lambda url: ascii(url)[:40],
)
def test_a_webhook_that_is_not_public_or_not_private_on_the_way_is_refused(telling: Telling, url: str) -> None:
    with pytest.raises(Invalid) as caught:
        put(telling, webhook=url)

    assert caught.value.field == "webhook"
    assert "secret" not in str(caught.value)


def test_a_webhook_of_2000_characters_is_taken_and_one_more_is_not(telling: Telling) -> None:
    longest = "https://hooks.example/".ljust(2000, "x")

    assert telling.get(TENANT, put(telling, webhook=longest)).webhook == longest
    with pytest.raises(Invalid, match="webhook: is longer than 2000 characters"):
        put(telling, webhook=longest + "x")


def test_a_webhook_on_this_machine_needs_no_tls_where_the_operator_allows_it() -> None:
    allowed = frozenset({OWN})
    telling = Telling(DictTable(), lambda url: vet_url(url, allowed=allowed), FixedClock(), own_hosts=allowed)

    assert telling.get(TENANT, put(telling, webhook=f"http://{OWN}/hook")).webhook == f"http://{OWN}/hook"
    with pytest.raises(Invalid, match="must begin with https"):
        put(telling, webhook="http://hooks.example/hook")


def test_an_address_that_even_its_judge_cannot_take_apart_is_refused() -> None:
    telling = Telling(DictTable(), lambda _: None, FixedClock())

    with pytest.raises(Invalid, match="webhook: is no address"):
        put(telling, webhook="https://hooks.example:port/")
