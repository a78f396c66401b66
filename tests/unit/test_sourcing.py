"""Sources are subscribed to, paused and removed; a crash at any write is healed by doing it again."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from builders import TENANT, a_page, a_response, a_schedule, a_watch, an_item
from earshot.adapters.memory import DictTable
from earshot.domain.errors import Invalid, NotFound, Unreachable
from earshot.domain.source import Schedule, Source
from earshot.ports.table import Row
from earshot.services.credentials import Credentials
from earshot.services.inputs import SourceInput
from earshot.services.previewing import preview
from earshot.services.sourcing import Sourcing
from earshot.store.company import Company
from earshot.store.listening import Listening
from fakes import CANNED, NOW, CannedConnector, CannedHttp, DictSecrets, FixedClock
from simulation.faults import Crash, CrashingTable, Fuse
from simulation.faults import Schedule as Faults

FEED = "https://feeds.example/a"


def vet(url: str) -> None:
    if "internal" in url:
        raise Invalid("url", "must be a public address")


class Desk:
    """Sources over a table in memory, with a public and a private kind."""

    def __init__(self) -> None:
        self.table = DictTable()
        self.clock = FixedClock()
        self.connectors = {
            "canned": CannedConnector(),
            "private": CannedConnector(kind="private", place=replace(CANNED, public=False)),
        }
        self.sourcing = Sourcing(self.table, self.connectors, vet, self.clock, own_hosts={"own.example:80"})
        self.listening = Listening(self.table)

    def add(
        self, url: str = FEED, *, tenant: str = TENANT, kind: str = "canned", watches: list[str] | None = None
    ) -> str:
        """The id of an added source."""
        listened, _ = self.sourcing.add(tenant, SourceInput(kind=kind, url=url, watches=watches or []))
        return listened.source.id

    def source(self, id_: str) -> Source:
        found = self.listening.source(id_)
        assert found is not None
        return found

    def schedule(self, id_: str) -> Schedule:
        found = self.listening.schedule(id_)
        assert found is not None
        return found


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_added_source_is_due_at_once_and_heard_by_its_tenant(desk: Desk) -> None:
    listened, is_new = desk.sourcing.add(TENANT, SourceInput(kind="canned", url=FEED, name=" A \n forum "))

    id_ = listened.source.id
    assert (is_new, listened.source.name, listened.source.locator) == (True, "A forum", FEED)
    assert (desk.schedule(id_).due_at, desk.schedule(id_).host) == (NOW, "feeds.example:443")
    assert [each.tenant for each in desk.listening.listeners(id_)] == [TENANT]
    assert not desk.listening.listeners(id_)[0].fetched


def test_adding_it_again_changes_nothing(desk: Desk) -> None:
    id_ = desk.add()
    desk.clock.advance(hours=1)
    before = desk.sourcing.get(TENANT, id_)

    again, is_new = desk.sourcing.add(TENANT, SourceInput(kind="canned", url=FEED))

    assert (again, is_new) == (before, False)


def test_a_public_source_is_shared_and_read_anew_for_each_newcomer(desk: Desk) -> None:
    id_ = desk.add()
    desk.listening.sources.save(replace(desk.source(id_), etag="e", entries_hash="h"))
    desk.listening.schedules.save(replace(desk.schedule(id_), due_at=NOW + timedelta(hours=1)))

    other = desk.add(tenant="t_other")

    assert other == id_
    assert (desk.source(id_).etag, desk.schedule(id_).due_at) == ("", NOW)
    assert [each.tenant for each in desk.listening.listeners(id_)] == [TENANT, "t_other"]


def test_a_shared_source_keeps_its_gap_whatever_one_of_its_tenants_does(desk: Desk) -> None:
    id_ = desk.add()
    gap = timedelta(seconds=desk.schedule(id_).interval_s)
    desk.listening.schedules.save(replace(desk.schedule(id_), asked_at=NOW, due_at=NOW + gap * 3))
    desk.clock.advance(minutes=1)

    desk.add(tenant="t_other")

    assert desk.schedule(id_).due_at == NOW + gap


def test_a_source_of_its_own_is_due_at_once(desk: Desk) -> None:
    id_ = desk.add(kind="private")
    desk.sourcing.pause(TENANT, id_, paused=True)
    desk.listening.schedules.save(replace(desk.schedule(id_), asked_at=NOW, due_at=NOW + timedelta(hours=1)))
    desk.clock.advance(minutes=1)

    desk.sourcing.pause(TENANT, id_, paused=False)

    assert desk.schedule(id_).due_at == desk.clock.now()


class Dropping(DictTable):
    """Somebody else deletes, or writes, a schedule between two of our calls."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[Callable[[], object]] = []

    def put_if_absent(self, row: Row) -> bool:
        is_new = super().put_if_absent(row)
        if row.key.sk == "schedule" and self.meanwhile:
            self.meanwhile.pop(0)()
        return is_new

    def put_if_revision(self, row: Row, revision: int) -> bool:
        if row.key.sk == "schedule" and self.meanwhile:
            self.meanwhile.pop(0)()
        return super().put_if_revision(row, revision)


def test_plan_drops_no_schedule_of_a_source_that_is_just_being_subscribed_again() -> None:
    desk = Desk()
    id_ = desk.add()
    desk.sourcing.remove(TENANT, id_)
    seen = desk.schedule(id_)

    desk.add()
    desk.table.delete(desk.listening.schedules.key(seen), revision=seen.revision)

    assert desk.schedule(id_).due_at == NOW


@pytest.mark.parametrize("dropped_at", [1, 2])
def test_a_schedule_that_goes_while_its_source_is_subscribed_is_stored_again(dropped_at: int) -> None:
    table = Dropping()
    sourcing = Sourcing(table, {"canned": CannedConnector()}, vet, FixedClock())
    listening = Listening(table)
    id_ = sourcing.add(TENANT, SourceInput(kind="canned", url=FEED))[0].source.id
    sourcing.remove(TENANT, id_)
    key = listening.schedules.key(a_schedule(source_id=id_))
    table.meanwhile = [*[lambda: None] * (dropped_at - 1), lambda: table.delete(key)]

    sourcing.add(TENANT, SourceInput(kind="canned", url=FEED))

    assert listening.schedule(id_) is not None


def test_a_private_source_belongs_to_one_tenant(desk: Desk) -> None:
    ids = [desk.add(kind="private", tenant=tenant) for tenant in (TENANT, "t_other")]

    assert [desk.source(id_).owner for id_ in ids] == [TENANT, "t_other"]


def test_what_is_added_once_its_tenant_has_a_credential_for_it_is_its_own() -> None:
    desk = Desk()
    keyed = CannedConnector(kind="keyed", place=replace(CANNED, takes=("key",)))
    credentials = Credentials(DictSecrets(), desk.clock)
    desk.sourcing = Sourcing(desk.table, {"keyed": keyed}, vet, desk.clock, credentials=credentials)
    before = desk.add(kind="keyed")
    credentials.set(TENANT, keyed, {"key": "hush"})

    after, other = desk.add(f"{FEED}2", kind="keyed"), desk.add(f"{FEED}2", kind="keyed", tenant="t_other")
    again = desk.add(kind="keyed")
    credentials.remove(TENANT, "keyed")

    assert [desk.source(id_).owner for id_ in (before, after, other)] == ["", TENANT, ""]
    assert again == before
    assert desk.add(f"{FEED}2", kind="keyed") == after
    assert len(desk.sourcing.all(TENANT)) == 2


def test_a_search_source_needs_no_address(desk: Desk) -> None:
    assert desk.schedule(desk.add("")).host == "search.example:443"


def test_a_host_of_our_own_needs_no_pause(desk: Desk) -> None:
    class Plain(CannedConnector):
        def locator(self, text: str) -> str:
            return text

    desk.connectors["canned"] = Plain()

    assert desk.schedule(desk.add("http://own.example/feed")).pace_s == 0.0
    assert desk.schedule(desk.add("http://other.example/feed")).pace_s == 2.0


def test_a_subscription_may_name_watches_by_id_or_name(desk: Desk) -> None:
    Company(desk.table).watches.add(a_watch("acme"))
    Company(desk.table).watches.add(a_watch("bolt"))

    id_ = desk.add(watches=["bolt", "w_acme", "bolt"])

    assert desk.listening.listeners(id_)[0].watches == ("w_acme", "w_bolt")


def test_naming_other_watches_changes_the_subscription(desk: Desk) -> None:
    Company(desk.table).watches.add(a_watch("acme"))
    desk.add()

    id_ = desk.add(watches=["acme"])

    assert desk.sourcing.get(TENANT, id_).subscription.watches == ("w_acme",)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (SourceInput(kind="telepathy", url=FEED), "kind"),
        (SourceInput(kind="canned", url="ftp://feeds.example/"), "url"),
        (SourceInput(kind="canned", url="https://internal.example/"), "url"),
        (SourceInput(kind="canned", url=FEED, watches=["nobody"]), "watches"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_stored(desk: Desk, given: SourceInput, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        desk.sourcing.add(TENANT, given)

    assert caught.value.field == field
    assert desk.sourcing.all(TENANT) == ()


def test_sources_with_a_problem_are_listed_first_then_by_name(desk: Desk) -> None:
    for name, problem in (("zeta", ""), ("Alpha", ""), ("omega", "gone")):
        id_ = desk.add(f"https://feeds.example/{name}")
        desk.listening.sources.save(replace(desk.source(id_), name=name, problem=problem))

    assert [each.source.name for each in desk.sourcing.all(TENANT)] == ["omega", "Alpha", "zeta"]


def test_a_subscription_whose_source_is_gone_is_not_shown(desk: Desk) -> None:
    id_ = desk.add()
    desk.table.delete(desk.listening.sources.key(desk.source(id_)))

    assert desk.sourcing.all(TENANT) == ()
    with pytest.raises(NotFound):
        desk.sourcing.get(TENANT, id_)


def test_a_paused_source_is_heard_by_nobody_until_it_is_taken_up_again(desk: Desk) -> None:
    id_ = desk.add()

    paused = desk.sourcing.pause(TENANT, id_, paused=True)
    heard = desk.listening.is_heard(id_)
    resumed = desk.sourcing.pause(TENANT, id_, paused=False)

    assert (paused.subscription.paused, heard) == (True, False)
    assert (resumed.subscription.paused, desk.listening.is_heard(id_)) == (False, True)
    assert desk.sourcing.pause(TENANT, id_, paused=False) == resumed


def test_a_source_taken_up_again_gets_the_schedule_that_plan_had_dropped(desk: Desk) -> None:
    id_ = desk.add()
    desk.sourcing.pause(TENANT, id_, paused=True)
    desk.table.delete(desk.listening.schedules.key(desk.schedule(id_)))

    desk.sourcing.pause(TENANT, id_, paused=False)

    assert desk.schedule(id_).due_at == NOW


def test_a_source_that_was_given_up_is_taken_up_again_as_if_it_had_never_failed(desk: Desk) -> None:
    id_ = desk.add()
    off = {"off_at": NOW, "problem": "gone", "problem_detail": "410", "problem_at": NOW, "failures": 9}
    desk.listening.sources.save(replace(desk.source(id_), **off))
    desk.table.delete(desk.listening.schedules.key(desk.schedule(id_)))
    desk.sourcing.wake(TENANT)
    awake = desk.listening.schedule(id_)

    desk.sourcing.pause(TENANT, id_, paused=False)

    source = desk.source(id_)
    assert (awake, desk.schedule(id_).due_at) == (None, NOW)
    assert (source.off_at, source.problem, source.problem_detail, source.problem_at) == (None, "", "", None)
    assert source.failures == 0


def test_a_source_that_was_given_up_and_is_paused_stays_as_it_is(desk: Desk) -> None:
    id_ = desk.add()
    desk.sourcing.pause(TENANT, id_, paused=True)
    desk.listening.sources.save(replace(desk.source(id_), off_at=NOW))

    desk.sourcing.pause(TENANT, id_, paused=True)

    assert desk.source(id_).off_at == NOW


def test_a_source_that_was_given_up_is_taken_up_by_whoever_adds_it_next(desk: Desk) -> None:
    id_ = desk.add()
    desk.listening.sources.save(replace(desk.source(id_), off_at=NOW))
    desk.table.delete(desk.listening.schedules.key(desk.schedule(id_)))

    desk.add(tenant="t_other")

    assert (desk.source(id_).off_at, desk.schedule(id_).due_at) == (None, NOW)


def test_reviving_what_is_not_there_changes_nothing(desk: Desk) -> None:
    desk.listening.revive("s_unknown")

    assert desk.listening.source("s_unknown") is None


def test_a_removed_source_is_not_there_and_not_heard(desk: Desk) -> None:
    id_ = desk.add()

    desk.sourcing.remove(TENANT, id_)

    assert not desk.listening.is_heard(id_)
    for act in (desk.sourcing.remove, desk.sourcing.get):
        with pytest.raises(NotFound):
            act(TENANT, id_)
    with pytest.raises(NotFound):
        desk.sourcing.pause(TENANT, id_, paused=True)


def test_whatever_write_the_process_dies_at_adding_the_source_again_heals_it() -> None:
    for number in range(1, 10):
        desk = Desk()
        broken = CrashingTable(desk.table, Fuse(Faults(crashes=((number, "after"),))))
        with contextlib.suppress(Crash):
            Sourcing(broken, desk.connectors, vet, desk.clock).add(TENANT, SourceInput(kind="canned", url=FEED))

        id_ = desk.add()

        assert desk.listening.is_heard(id_), number
        assert desk.schedule(id_).due_at == NOW, number


def test_whatever_write_the_process_dies_at_removing_the_source_again_heals_it() -> None:
    for number in (1, 2):
        desk = Desk()
        id_ = desk.add()
        broken = CrashingTable(desk.table, Fuse(Faults(crashes=((number, "after"),))))
        with pytest.raises(Crash):
            Sourcing(broken, desk.connectors, vet, desk.clock).remove(TENANT, id_)

        if desk.sourcing.all(TENANT):
            desk.sourcing.remove(TENANT, id_)

        assert not desk.listening.is_heard(id_), number


def test_a_preview_shows_what_a_source_holds_and_stores_nothing(desk: Desk) -> None:
    desk.connectors["canned"] = CannedConnector(pages={"one": a_page(an_item())})
    http = CannedHttp({FEED: a_response("one")})

    fetched = preview(http, desk.sourcing, "canned", FEED, NOW)

    assert fetched.items == (an_item(),)
    assert (desk.sourcing.all(TENANT), len(http.requests)) == ((), 1)


def test_a_preview_of_what_cannot_be_read_says_so(desk: Desk) -> None:
    with pytest.raises(Unreachable):
        preview(CannedHttp({FEED: Unreachable()}), desk.sourcing, "canned", FEED, NOW)


def test_after_a_tenant_was_away_all_it_listens_to_is_read_whole_but_what_is_paused(desk: Desk) -> None:
    heard, paused = desk.add(), desk.add("https://feeds.example/paused")
    desk.sourcing.pause(TENANT, paused, paused=True)
    for id_ in (heard, paused):
        desk.listening.sources.save(replace(desk.source(id_), etag="e"))
        desk.table.delete(desk.listening.schedules.key(desk.schedule(id_)))

    desk.sourcing.wake(TENANT)

    assert (desk.source(heard).etag, desk.schedule(heard).due_at) == ("", NOW)
    assert (desk.source(paused).etag, desk.listening.schedule(paused)) == ("e", None)


def test_only_the_tenants_that_count_are_heard(desk: Desk) -> None:
    id_ = desk.add()
    desk.add(tenant="t_other")

    assert [each.tenant for each in Listening(desk.table, frozenset({"t_other"})).listeners(id_)] == ["t_other"]
    assert not Listening(desk.table, frozenset({"t_third"})).is_heard(id_)
