"""Values in the table: locked by revision, read page by page, and honest about what cannot be read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from builders import TENANT, a_contact, a_delivery, a_mention, a_todo, a_watch, an_acknowledgement
from earshot.adapters.memory import DictTable
from earshot.domain.contact import Contact
from earshot.domain.errors import Conflict, EarshotError, NotFound
from earshot.domain.gate import Gate, Send
from earshot.domain.mention import Status
from earshot.ports.table import Key, Row
from earshot.store import keys
from earshot.store.codec import from_row, newest_first, stamp, to_row
from earshot.store.collection import Collection
from earshot.store.company import Company
from earshot.store.deliveries import Deliveries
from earshot.store.due import PER_SHARD, all_todos
from earshot.store.mentions import Mentions
from earshot.store.sessions import Session, Sessions
from earshot.store.todos import Todos
from fakes import NOW


@pytest.fixture
def table() -> DictTable:
    return DictTable()


@pytest.fixture
def contacts(table: DictTable) -> Collection[Contact]:
    return Company(table).contacts


def renamed(contact: Contact) -> Contact:
    return replace(contact, name=contact.name + "!")


def test_a_value_comes_back_with_its_revision(contacts: Collection[Contact]) -> None:
    assert contacts.add(a_contact())
    assert not contacts.add(a_contact())

    assert contacts.need(contacts.key(a_contact())) == a_contact(revision=1)


def test_what_is_not_there_is_none_or_not_found_by_its_id(contacts: Collection[Contact]) -> None:
    key = contacts.key(a_contact())

    assert contacts.at(key) is None
    with pytest.raises(NotFound, match="there is no contact c_anna"):
        contacts.need(key)
    with pytest.raises(NotFound):
        contacts.update(key, renamed)


def test_a_stale_value_cannot_be_saved(contacts: Collection[Contact]) -> None:
    first = contacts.put(a_contact())
    second = contacts.put(renamed(first))

    assert (first.revision, second.revision) == (1, 2)
    for stale in (first, a_contact()):
        with pytest.raises(Conflict, match="c_anna"):
            contacts.put(stale)


def test_becoming_what_it_is_already_changes_nothing(contacts: Collection[Contact]) -> None:
    changes = [contacts.become(each) for each in (a_contact(), a_contact(), renamed(a_contact()))]

    assert changes == [True, False, True]
    assert contacts.need(contacts.key(a_contact())).revision == 2


def test_an_update_that_changes_nothing_writes_nothing(contacts: Collection[Contact]) -> None:
    contacts.add(a_contact())

    assert contacts.update(contacts.key(a_contact()), lambda contact: contact).revision == 1


def test_an_update_begins_with_what_it_was_given_when_nothing_is_there(contacts: Collection[Contact]) -> None:
    assert contacts.update(contacts.key(a_contact()), renamed, missing=a_contact()).name == "anna!"


class Contended(DictTable):
    """A table where somebody else is faster the first `times`."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def put_if_revision(self, row: Row, revision: int) -> bool:
        if self.times:
            self.times -= 1
            super().put_if_revision(replace(row, body={**row.body, "email": "x@x.example"}), revision)
        return super().put_if_revision(row, revision)


def test_an_update_reads_again_when_somebody_was_faster() -> None:
    contacts = Company(Contended(times=2)).contacts
    contacts.add(a_contact())

    after = contacts.update(contacts.key(a_contact()), renamed)

    assert (after.email, after.name) == ("x@x.example", "anna!!!")


def test_becoming_reads_again_when_somebody_was_faster() -> None:
    contacts = Company(Contended(times=2)).contacts
    contacts.add(a_contact())

    assert contacts.become(renamed(a_contact()))
    assert contacts.need(contacts.key(a_contact())).email == "anna@acme.example"


def test_an_update_gives_up_when_somebody_is_always_faster() -> None:
    contacts = Company(Contended(times=100)).contacts
    contacts.add(a_contact())

    with pytest.raises(Conflict, match="is changed by many at once"):
        contacts.update(contacts.key(a_contact()), renamed)


def test_all_values_of_a_partition_are_read_page_by_page(contacts: Collection[Contact]) -> None:
    for i in range(5):
        contacts.add(a_contact(f"{i}"))

    found = [contact.name for contact in contacts.under(f"TENANT#{TENANT}", limit=2)]

    assert found == ["0", "1", "2", "3", "4"]
    assert [contact.name for contact in contacts.under(f"TENANT#{TENANT}", "c_3")] == ["3"]


def test_a_removed_value_is_gone_once(contacts: Collection[Contact]) -> None:
    contacts.add(a_contact())
    key = contacts.key(a_contact())

    assert (contacts.remove(key), contacts.remove(key)) == (True, False)


def test_a_row_that_does_not_fit_is_named_without_its_content(table: DictTable) -> None:
    key = Key("TENANT#t", "contact#c_1")
    table.put_if_absent(Row(key=key, kind="contact", body={"id": 7, "name": "very private"}))

    with pytest.raises(EarshotError, match=r"the stored contact contact#c_1 cannot be read") as caught:
        Company(table).contacts.at(key)
    assert "private" not in str(caught.value)


def test_every_field_of_a_mention_survives_the_table(table: DictTable) -> None:
    mention = a_mention(is_history=True)

    Mentions(table).add(mention)

    assert Mentions(table).get(TENANT, mention.id) == replace(mention, revision=1)


def test_a_value_without_a_revision_is_read_without_one() -> None:
    send = Send(delivery_id="d_1", at=NOW)

    assert from_row(to_row(send, Key("P", "s"), "send"), Send) == send


def test_times_as_sort_keys_are_in_utc_and_in_order() -> None:
    berlin = datetime(2026, 11, 24, 13, 0, tzinfo=timezone(timedelta(hours=1)))

    assert stamp(berlin) == stamp(NOW) == "20261124T120000.000000Z"
    assert stamp(NOW) < stamp(NOW + timedelta(microseconds=1))
    assert newest_first(NOW + timedelta(milliseconds=1)) < newest_first(NOW)


@pytest.mark.parametrize(
    ("year", "key"), [(1900, "9" * 13), (1970, "9" * 13), (2286, "0027971199999"), (9999, "0" * 13)]
)
def test_times_no_clock_of_ours_shows_stay_at_the_ends_of_a_list(year: int, key: str) -> None:
    assert newest_first(datetime(year, 1, 1, tzinfo=UTC)).startswith(key)


def test_rows_leave_the_table_when_their_time_has_come(table: DictTable) -> None:
    gate = Gate(tenant=TENANT, contact_id="c", channel="mail")
    session = Session(sha256="s", purpose="session", tenant=TENANT, member="m", expires_at=NOW)

    deliveries = Deliveries(table)
    Sessions(table).add(session)

    assert deliveries.gates.row(gate).expires_at is None
    with_send = replace(gate, sends=(Send(delivery_id="d", at=NOW),))
    assert deliveries.gates.row(with_send).expires_at == int((NOW + timedelta(hours=2)).timestamp())
    assert deliveries.all.row(a_delivery()).expires_at == int((NOW + timedelta(days=396)).timestamp())
    stored = table.get(keys.of_secret("SESSION", "s"))
    assert stored is not None
    assert stored.expires_at == int(NOW.timestamp())


def test_a_moved_todo_is_due_at_its_new_time_and_one_that_is_gone_stays_gone(table: DictTable) -> None:
    todos = Todos(table)
    todos.move(a_todo(), NOW)
    todos.add(a_todo())

    todos.move(a_todo(), NOW + timedelta(hours=1))
    todos.move(a_todo(), NOW + timedelta(hours=1))

    stored = table.get(keys.of_todo(a_todo()))
    assert stored is not None
    assert stored.revision == 2
    assert not todos.add(a_todo())


def test_the_only_thing_of_its_kind_needs_no_id() -> None:
    assert keys.of_tenant("t", "thing") == Key("TENANT#t", "thing")
    assert keys.of_source("s", "thing", "1") == Key("SOURCE#s", "thing#1")
    assert keys.of_deployment("thing") == Key("DEPLOYMENT", "thing")


def test_watches_belong_to_their_tenant(table: DictTable) -> None:
    Company(table).watches.add(a_watch())

    assert Company(table).watches_of("t_other") == ()


def test_open_mentions_are_counted_page_by_page(table: DictTable) -> None:
    for number in range(501):
        Mentions(table).add(a_mention(str(number)))
    Mentions(table).add(a_mention("done", acknowledgement=an_acknowledgement(), status=Status.DONE))

    assert Mentions(table).count_open(TENANT) == 501


def test_all_todos_of_a_full_shard_are_found(table: DictTable) -> None:
    crowd = [a_todo(subject=f"m_{i}") for i in range(16 * PER_SHARD)]
    for todo in crowd:
        Todos(table).add(todo)

    assert {todo.subject for todo in all_todos(table)} == {todo.subject for todo in crowd}
