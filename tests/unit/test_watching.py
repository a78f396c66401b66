"""Watches are added, changed and removed, and a change makes the tenant's sources be read anew."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from builders import SOURCE, TENANT, a_schedule, a_source, a_subscription, a_tenant
from earshot.adapters.memory import DictTable
from earshot.domain.errors import Conflict, Invalid, NotFound
from earshot.domain.watch import Noise, Role
from earshot.services import watching, wording
from earshot.services.inputs import NoiseInput, TermsInput, WatchInput
from earshot.services.watching import Watching, watch_id
from earshot.store.company import Company
from earshot.store.listening import Listening
from fakes import NOW, FixedClock


@pytest.fixture
def table() -> DictTable:
    return DictTable()


@pytest.fixture
def watches(table: DictTable) -> Watching:
    return Watching(table, FixedClock())


def given(name: str = "Acme", *, role: str = "own", since: datetime | None = None, word: str = "Acme") -> WatchInput:
    return WatchInput(name=name, terms=TermsInput(any=[word]), role=role, since=since)


def listen(table: DictTable, *, paused: bool = False) -> Listening:
    """A source that was read and is due in an hour."""
    listening = Listening(table)
    listening.sources.add(a_source(etag="e", last_modified="m", entries_hash="h"))
    listening.schedules.add(a_schedule(due_at=NOW + timedelta(hours=1)))
    listening.want(a_subscription(paused=paused))
    return listening


def is_read_anew(listening: Listening) -> bool:
    source, schedule = listening.source(SOURCE), listening.schedule(SOURCE)
    assert source is not None
    assert schedule is not None
    return (source.etag, source.last_modified, source.entries_hash) == ("", "", "") and schedule.due_at == NOW


def test_an_added_watch_is_there_by_name_and_by_id(watches: Watching) -> None:
    added = watches.add(TENANT, given(" Acme  GmbH "))

    assert (added.name, added.created_at, added.revision) == ("Acme GmbH", NOW, 1)
    assert watches.get(TENANT, "Acme GmbH") == watches.get(TENANT, added.id) == added


def test_a_second_watch_of_a_name_is_refused(watches: Watching) -> None:
    watches.add(TENANT, given())

    with pytest.raises(Conflict, match="is there already"):
        watches.add(TENANT, given(word="Other"))


def test_watches_are_listed_by_role_and_then_by_name(watches: Watching) -> None:
    for name, role in (("zeta", "own"), ("Alpha", "own"), ("rival", "competitor"), ("boss", "person")):
        watches.add(TENANT, given(name, role=role))

    assert [watch.name for watch in watches.all(TENANT)] == ["Alpha", "zeta", "boss", "rival"]


def test_a_changed_watch_keeps_its_name_and_when_it_was_created(watches: Watching) -> None:
    before = watches.add(TENANT, given())

    after = watches.change(TENANT, before.id, given(role="product", word="Bolt"))

    assert (after.id, after.created_at, after.role, after.terms.any) == (before.id, NOW, Role.PRODUCT, ("Bolt",))
    assert watches.get(TENANT, "Acme") == after


def test_a_change_that_changes_nothing_writes_nothing(watches: Watching) -> None:
    before = watches.add(TENANT, given())

    assert watches.change(TENANT, before.id, given()) == before


def test_a_watch_cannot_be_renamed(watches: Watching) -> None:
    watches.add(TENANT, given())

    with pytest.raises(Invalid, match=r"a watch keeps its name \(Acme\)"):
        watches.change(TENANT, "Acme", given("Bolt"))


def test_putting_adds_then_changes_then_leaves_alone(watches: Watching) -> None:
    changes = [watches.put(TENANT, each)[1] for each in (given(), given(word="Bolt"), given(word="Bolt"))]

    assert changes == [True, True, False]


def test_a_removed_watch_is_gone(watches: Watching) -> None:
    watches.add(TENANT, given())

    watches.remove(TENANT, "Acme")

    with pytest.raises(NotFound):
        watches.remove(TENANT, "Acme")
    assert watches.all(TENANT) == ()


def test_a_watch_of_another_tenant_is_not_there(watches: Watching) -> None:
    added = watches.add("t_other", given())

    for name in (added.id, "Acme"):
        with pytest.raises(NotFound):
            watches.get(TENANT, name)


def test_adding_and_changing_make_the_sources_be_read_anew(table: DictTable, watches: Watching) -> None:
    listening = listen(table)
    watches.add(TENANT, given())
    after_adding = is_read_anew(listening)
    source = listening.source(SOURCE)
    assert source is not None
    listening.sources.save(replace(source, etag="e2"))

    watches.change(TENANT, "Acme", given(word="Bolt"))

    assert (after_adding, is_read_anew(listening)) == (True, True)


def test_a_paused_source_is_left_alone(table: DictTable, watches: Watching) -> None:
    listening = listen(table, paused=True)

    watches.add(TENANT, given())

    assert not is_read_anew(listening)


def test_a_place_that_asked_us_to_wait_is_not_read_earlier(table: DictTable, watches: Watching) -> None:
    listening = listen(table)
    stored = listening.schedule(SOURCE)
    assert stored is not None
    waits = replace(stored, due_at=NOW + timedelta(hours=2), not_before=NOW + timedelta(hours=1))
    listening.schedules.save(waits)

    watches.add(TENANT, given())

    schedule = listening.schedule(SOURCE)
    assert schedule is not None
    assert schedule.due_at == NOW + timedelta(hours=2)


def test_a_source_that_is_gone_disturbs_nobody(table: DictTable, watches: Watching) -> None:
    Listening(table).want(a_subscription())

    assert watches.add(TENANT, given()).name == "Acme"


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (given(""), "name"),
        (given("x" * 121), "name"),
        (given(role="friend"), "role"),
        (WatchInput(name="Acme", terms=TermsInput(none=["Jobs"])), "any"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_field(watches: Watching, bad: WatchInput, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        watches.add(TENANT, bad)

    assert caught.value.field == field


def test_since_is_kept_in_utc(watches: Watching) -> None:
    berlin = timezone(timedelta(hours=1))

    with_zone = watches.add(TENANT, given("a", since=datetime(2026, 1, 1, 12, tzinfo=berlin)))
    without = watches.add(TENANT, given("b", since=datetime(2026, 1, 1, 12)))  # noqa: DTZ001 - as people type it

    assert with_zone.since == datetime(2026, 1, 1, 11, tzinfo=UTC)
    assert without.since == datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_there_is_an_end_to_the_number_of_watches(watches: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "MOST_WATCHES", 1)
    watches.add(TENANT, given("one"))

    with pytest.raises(Invalid, match="there are 1 watches already"):
        watches.add(TENANT, given("two"))


def test_the_id_of_a_watch_follows_from_tenant_and_name() -> None:
    assert watch_id(TENANT, "Acme") != watch_id("t_other", "Acme")


def test_a_watch_has_noise_of_its_own(watches: Watching) -> None:
    noise = NoiseInput(sites=["https://www.Jobs.example/"])

    added = watches.add(TENANT, WatchInput(name="Acme", query="acme -jobs", noise=noise))
    changed = watches.change(TENANT, "Acme", WatchInput(name="Acme", query="acme -jobs"))

    assert (added.terms.query, added.noise.sites, changed.noise) == ("acme -jobs", ("jobs.example",), Noise())


def test_a_watch_whose_words_take_too_much_room_is_refused_also_when_it_is_changed(
    watches: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    watches.add(TENANT, given("a"))
    watch = watches.add(TENANT, given("b", word="Firma"))
    monkeypatch.setattr(wording, "MAX_BYTES", 2 * wording.size_of(watch.terms, watch.noise))

    with pytest.raises(Invalid, match=r"terms: take .* bytes with those of all other watches"):
        watches.change(TENANT, "b", given("b", word="Konzern~case"))

    assert watches.change(TENANT, "b", given("b", word="Firmen")).terms.any == ("Firmen",)


def test_a_company_without_noise_hears_everything(watches: Watching) -> None:
    assert watches.noise(TENANT) == Noise()


def test_changed_noise_is_kept_with_the_company_and_makes_its_sources_be_read_anew(
    table: DictTable, watches: Watching
) -> None:
    Company(table).tenants.add(a_tenant())
    listening = listen(table)

    watches.change_noise(TENANT, Noise(phrases=("Jobs",)))

    (tenant,) = Company(table).all_tenants()
    assert (tenant.name, tenant.noise, watches.noise(TENANT)) == ("Acme GmbH", tenant.noise, Noise(phrases=("Jobs",)))
    assert is_read_anew(listening)


def test_noise_that_is_as_it_was_writes_nothing(table: DictTable, watches: Watching) -> None:
    watches.change_noise(TENANT, Noise(phrases=("Jobs",)))
    before = dict(table._rows)

    watches.change_noise(TENANT, Noise(phrases=("Jobs",)))

    assert table._rows == before


def test_a_company_that_nobody_named_can_have_noise(table: DictTable, watches: Watching) -> None:
    watches.change_noise(TENANT, Noise(phrases=("Jobs",)))

    assert [(tenant.id, tenant.name) for tenant in Company(table).all_tenants()] == [(TENANT, "My company")]


def test_too_much_noise_is_refused_and_nothing_changes(watches: Watching) -> None:
    with pytest.raises(Invalid, match="noise: takes"):
        watches.change_noise(TENANT, Noise(phrases=("x" * 70_000,)))

    assert watches.noise(TENANT) == Noise()
