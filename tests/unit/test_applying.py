"""A configuration is put into effect; doing it again changes nothing."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from builders import TENANT
from earshot.adapters.memory import DictTable
from earshot.domain.errors import Invalid
from earshot.domain.watch import Noise
from earshot.services.applying import Applied, Applier, read_configuration
from earshot.services.inputs import ContactInput
from earshot.services.sourcing import Sourcing
from earshot.services.telling import Telling
from earshot.services.watching import Watching
from earshot.store.company import Company
from fakes import NOW, CannedConnector, FixedClock

FILE = """
[tenant]
name = "Acme GmbH"
language = "de"
timezone = "Europe/Berlin"

[[contact]]
email = "Anna@acme.example"

[[contact]]
email = "ben@acme.example"
name = "Ben"
language = "en"
timezone = "UTC"

[[watch]]
name = "Acme"
terms = { any = ["Acme", "Acme GmbH"], none = ["Jobs"] }

[[source]]
kind = "canned"
url = "https://feeds.example/"
watches = ["Acme"]
"""


@pytest.fixture
def table() -> DictTable:
    return DictTable()


@pytest.fixture
def applier(table: DictTable) -> Applier:
    clock = FixedClock()
    sourcing = Sourcing(table, {"canned": CannedConnector()}, lambda _: None, clock)
    return Applier(table, Watching(table, clock), sourcing, Telling(table, lambda _: None, clock))


def test_everything_the_file_names_is_there_afterwards(table: DictTable, applier: Applier) -> None:
    applied = applier.apply(TENANT, read_configuration(FILE))

    company = Company(table)
    assert applied == Applied(watches=1, sources=1, contacts=2)
    assert [(tenant.name, tenant.timezone) for tenant in company.all_tenants()] == [("Acme GmbH", "Europe/Berlin")]
    contacts = {each.email: (each.name, each.language, each.timezone) for each in company.contacts_of(TENANT)}
    assert contacts == {
        "Anna@acme.example": ("Anna", "de", "Europe/Berlin"),
        "ben@acme.example": ("Ben", "en", "UTC"),
    }
    assert [each.subscription.watches for each in applier.sourcing.all(TENANT)] == [
        (applier.watching.get(TENANT, "Acme").id,)
    ]


def test_applying_the_same_file_again_changes_nothing(table: DictTable, applier: Applier) -> None:
    applier.apply(TENANT, read_configuration(FILE))
    before = dict(table._rows)

    assert applier.apply(TENANT, read_configuration(FILE)) == Applied()
    assert table._rows == before


def test_what_a_later_file_does_not_name_goes(table: DictTable, applier: Applier) -> None:
    applier.apply(TENANT, read_configuration(FILE))

    applied = applier.apply(TENANT, read_configuration('[[contact]]\nemail = "anna@ACME.example"'))

    assert applied == Applied(contacts=2, watches=1, sources=1)
    assert [contact.email for contact in Company(table).contacts_of(TENANT)] == ["anna@ACME.example"]
    assert applier.watching.all(TENANT) == ()


THREE_KINDS = """
[[contact]]
phone = "+49 (0)151 12345678"
name = "On call"

[[contact]]
webhook = "https://hooks.example/earshot"

[[contact]]
email = "anna@acme.example"
phone = "0049 151 87654321"
webhook = "https://hooks.example/anna"
"""


def test_contacts_of_every_kind_are_put_into_effect_once(table: DictTable, applier: Applier) -> None:
    first, again = (applier.apply(TENANT, read_configuration(THREE_KINDS)) for _ in range(2))

    assert (first, again) == (Applied(contacts=3), Applied())
    assert sorted((each.email, each.phone, each.webhook) for each in Company(table).contacts_of(TENANT)) == [
        ("", "", "https://hooks.example/earshot"),
        ("", "+4915112345678", ""),
        ("anna@acme.example", "+4915187654321", "https://hooks.example/anna"),
    ]


def test_a_contact_whose_first_address_changed_in_the_file_takes_the_place_of_the_old_one(
    table: DictTable, applier: Applier
) -> None:
    applier.apply(TENANT, read_configuration(THREE_KINDS))

    applied = applier.apply(TENANT, read_configuration(THREE_KINDS.replace("(0)151", "170")))

    assert applied == Applied(contacts=2)
    assert len(Company(table).contacts_of(TENANT)) == 3


def test_an_empty_file_makes_a_tenant_that_can_be_named_later(table: DictTable, applier: Applier) -> None:
    applier.apply("local", read_configuration(""))

    assert [tenant.name for tenant in Company(table).all_tenants()] == ["My company"]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("[[contact", "file"),
        ('[tenant]\nname = "A"\ncolour = "red"', "tenant.colour"),
        ('[[watch]]\nname = "A"', "watch[].terms"),
        ('[[contact]]\nemail = "nobody"', "contact[].email"),
        ('[tenant]\nname = "A"\nlanguage = "fr"', "language"),
        ('[tenant]\nname = "A"\ntimezone = "Mars/Base"', "timezone"),
        ('[tenant]\nname = " "', "tenant.name"),
        ('[[contact]]\nphone = "0151 12345678"', "contact[].phone"),
        ('[[contact]]\nwebhook = "http://hooks.example/"', "contact[].webhook"),
        ('[[contact]]\nname = "Nobody"', "contact[].email"),
        ('[[watch]]\nname = "A"\nterms = {any = ["a"]}\n' * 2, "watch.name"),
        ('[[source]]\nkind = "canned"\nurl = "https://a.example/"\nwatches = ["nobody"]', "source[].watches"),
    ],
)
def test_what_cannot_be_used_is_named(applier: Applier, text: str, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        applier.apply(TENANT, read_configuration(text))

    assert re.sub(r"\[.\]", "[]", caught.value.field) == field


def test_the_example_of_the_project_can_be_read() -> None:
    example = Path(__file__).parents[2] / "earshot.example.toml"
    if not example.exists():
        pytest.skip("there is no example in this tree")

    assert read_configuration(example.read_text()).watch


def test_a_contact_is_as_old_as_its_first_adding_and_new_again_once_it_was_removed() -> None:
    table, clock = DictTable(), FixedClock()
    sourcing = Sourcing(table, {}, lambda _: None, clock)
    applier = Applier(table, Watching(table, clock), sourcing, Telling(table, lambda _: None, clock))
    tenant, contacts = applier.tenant(TENANT), Company(table).contacts

    def put(name: str) -> tuple[str, datetime | None]:
        clock.advance(days=1)
        applier.telling.put(tenant, ContactInput(email="anna@acme.example", name=name))
        (contact,) = Company(table).contacts_of(TENANT)
        return contact.name, contact.created_at

    first, renamed = put("Anna"), put("Anna Muster")
    (known,) = Company(table).contacts_of(TENANT)
    contacts.remove(contacts.key(known))

    assert first == ("Anna", NOW + timedelta(days=1))
    assert renamed == ("Anna Muster", NOW + timedelta(days=1))
    assert put("Anna") == ("Anna", NOW + timedelta(days=3))


def test_a_contact_from_before_ages_were_kept_stays_without_one() -> None:
    table, clock = DictTable(), FixedClock()
    applier = Applier(
        table,
        Watching(table, clock),
        Sourcing(table, {}, lambda _: None, clock),
        Telling(table, lambda _: None, clock),
    )
    given = ContactInput(email="anna@acme.example", name="Anna")
    applier.telling.put(applier.tenant(TENANT), given)
    (known,) = Company(table).contacts_of(TENANT)
    Company(table).contacts.become(replace(known, created_at=None))

    assert not applier.telling.put(applier.tenant(TENANT), given)[1]


NOISE = """
[noise]
sites = ["jobs.example"]
phrases = ["Stellenangebot", "we are hiring"]
"""


def test_the_noise_of_the_file_is_that_of_the_company(table: DictTable, applier: Applier) -> None:
    first, again = (applier.apply(TENANT, read_configuration(FILE + NOISE)) for _ in range(2))

    assert (first.noise, again) == (3, Applied())
    assert applier.watching.noise(TENANT) == Noise(sites=("jobs.example",), phrases=("Stellenangebot", "we are hiring"))
    (tenant,) = Company(table).all_tenants()
    assert (tenant.name, tenant.language) == ("Acme GmbH", "de")


def test_noise_that_a_later_file_does_not_name_goes_and_what_was_added_otherwise_stays(applier: Applier) -> None:
    applier.apply(TENANT, read_configuration(FILE + NOISE))
    named = applier.watching.noise(TENANT)
    applier.watching.change_noise(TENANT, replace(named, phrases=(*named.phrases, "Lottozahlen"), authors=("bot",)))

    fewer = applier.apply(TENANT, read_configuration(NOISE.replace('"Stellenangebot", ', "")))
    after_fewer = applier.watching.noise(TENANT)
    none = applier.apply(TENANT, read_configuration(""))

    assert (fewer.noise, none.noise) == (1, 2)
    assert after_fewer == Noise(sites=("jobs.example",), phrases=("Lottozahlen", "we are hiring"), authors=("bot",))
    assert applier.watching.noise(TENANT) == Noise(phrases=("Lottozahlen",), authors=("bot",))


def test_renaming_the_company_keeps_its_noise(applier: Applier) -> None:
    applier.watching.change_noise(TENANT, Noise(authors=("bot",)))

    applier.apply(TENANT, read_configuration(FILE))

    assert applier.tenant(TENANT).noise == Noise(authors=("bot",))


def test_a_watch_of_the_file_may_be_a_query_with_noise(applier: Applier) -> None:
    watch = """[[watch]]\nname = "Acme"\nquery = '"Acme GmbH" OR @acme -jobs'\nnoise = { authors = ["bot"] }"""

    applier.apply(TENANT, read_configuration(watch))

    found = applier.watching.get(TENANT, "Acme")
    assert (found.terms.query, found.noise) == ('"Acme GmbH" OR @acme -jobs', Noise(authors=("bot",)))


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('[noise]\nsites = ["no site"]', "noise.sites"),
        ("[noise]\ncolours = []", "noise.colours"),
        ('[[watch]]\nname = "A"\nquery = "(a"', "watch[1].query"),
        ('[[watch]]\nname = "A"\nquery = "a"\nterms = { any = ["a"] }', "watch[1].query"),
        ('[[watch]]\nname = "A"\nquery = "a"\nnoise = { sites = ["?"] }', "watch[1].noise.sites"),
    ],
)
def test_noise_and_queries_that_cannot_be_used_are_refused_by_their_place(
    table: DictTable, applier: Applier, text: str, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        applier.apply(TENANT, read_configuration(text))

    assert caught.value.field == field
    assert table._rows == {}
