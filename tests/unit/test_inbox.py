"""What people do with mentions."""

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import TENANT, a_mention, a_verdict
from earshot.adapters.memory import DictTable
from earshot.domain.errors import Conflict, Invalid, NotFound
from earshot.domain.mention import Mention, Outcome, Status
from earshot.domain.verdict import Kind, Probabilities
from earshot.ports.table import Row
from earshot.services.inbox import Inbox
from earshot.services.listing import Filters
from earshot.store.mentions import Mentions
from fakes import NOW, FixedClock


@pytest.fixture
def table() -> DictTable:
    return DictTable()


@pytest.fixture
def inbox(table: DictTable) -> Inbox:
    return Inbox(table, FixedClock())


def stored(table: DictTable, mention: Mention | None = None) -> str:
    """The id of a stored mention."""
    mention = mention or a_mention()
    Mentions(table).add(mention)
    return mention.id


def test_an_acknowledged_mention_moves_from_open_to_done(table: DictTable, inbox: Inbox) -> None:
    id_ = stored(table)

    after = inbox.acknowledge(TENANT, id_, outcome="thanked", by="key:anna", version=1)

    assert (after.status, after.version, after.revision) == (Status.DONE, 2, 2)
    assert inbox.get(TENANT, id_) == after
    assert inbox.list(TENANT, Filters(status=Status.OPEN)).mentions == ()
    assert inbox.list(TENANT, Filters(status=Status.DONE)).mentions == (after,)


def test_the_same_again_by_the_same_person_changes_nothing(table: DictTable, inbox: Inbox) -> None:
    id_ = stored(table)
    first = inbox.acknowledge(TENANT, id_, outcome="thanked", by="key:anna", version=1)

    assert inbox.acknowledge(TENANT, id_, outcome="thanked", by="key:anna", version=1) == first


def test_a_second_person_with_a_stale_version_is_refused(table: DictTable, inbox: Inbox) -> None:
    id_ = stored(table)
    inbox.acknowledge(TENANT, id_, outcome="thanked", by="key:anna", version=1)

    with pytest.raises(Conflict):
        inbox.acknowledge(TENANT, id_, outcome="ignored", by="key:ben", version=1, note="spam")

    done = inbox.get(TENANT, id_).acknowledgement
    assert done is not None
    assert done.by == "key:anna"


def test_an_outcome_that_cannot_be_used_is_refused_before_anything_is_read(inbox: Inbox) -> None:
    with pytest.raises(Invalid, match="outcome"):
        inbox.acknowledge(TENANT, "m_unknown", outcome="liked", by="key:anna", version=1)


def test_a_mention_of_another_tenant_is_not_there(table: DictTable, inbox: Inbox) -> None:
    id_ = stored(table, a_mention(tenant="t_other"))

    with pytest.raises(NotFound):
        inbox.get(TENANT, id_)
    with pytest.raises(NotFound):
        inbox.acknowledge(TENANT, id_, outcome="thanked", by="key:anna", version=1)


def test_a_machine_that_wrote_in_between_does_not_disturb_a_person() -> None:
    class Contended(DictTable):
        has_edited = False

        def put_if_revision(self, row: Row, revision: int) -> bool:
            if not self.has_edited:
                self.has_edited = True
                mention = Mentions(self).get(TENANT, a_mention().id)
                Mentions(self).save(replace(mention, verdict=a_verdict(Kind.QUESTION)))
            return super().put_if_revision(row, revision)

    table = Contended()
    id_ = stored(table)

    after = Inbox(table, FixedClock()).acknowledge(TENANT, id_, outcome="answered", by="key:anna", version=1)

    assert (after.kind, after.revision) == (Kind.QUESTION, 3)
    assert after.acknowledgement is not None
    assert after.acknowledgement.outcome is Outcome.ANSWERED


def test_somebody_who_is_overtaken_again_and_again_is_told_so() -> None:
    class Contended(DictTable):
        def put_if_revision(self, row: Row, revision: int) -> bool:
            return False

    table = Contended()
    id_ = stored(table)

    with pytest.raises(Conflict):
        Inbox(table, FixedClock()).acknowledge(TENANT, id_, outcome="answered", by="key:anna", version=1)


def test_a_reopened_mention_waits_again_where_it_stood(table: DictTable, inbox: Inbox) -> None:
    id_ = stored(table)
    inbox.acknowledge(TENANT, id_, outcome="thanked", by="key:anna", version=1)

    after = inbox.reopen(TENANT, id_, by="key:ben", version=2)

    assert (after.status, after.version) == (Status.OPEN, 3)
    assert inbox.list(TENANT, Filters(status=Status.OPEN)).mentions == (after,)
    assert inbox.reopen(TENANT, id_, by="key:ben") == after


def test_those_who_wait_are_counted_up_to_a_number(table: DictTable, inbox: Inbox) -> None:
    for name in "abc":
        stored(table, a_mention(name))
    stored(table, a_mention("done", kind=Kind.NEUTRAL))

    assert (inbox.waiting(TENANT), inbox.waiting(TENANT, most=2), inbox.waiting("t_other")) == (3, 2, 0)


def test_the_time_of_an_acknowledgement_is_ours(table: DictTable, inbox: Inbox) -> None:
    after = inbox.acknowledge(TENANT, stored(table), outcome="thanked", by="key:anna", version=1)

    assert after.acknowledgement is not None
    assert after.acknowledgement.at == NOW


def test_those_who_wait_are_counted_by_kind(table: DictTable, inbox: Inbox) -> None:
    perhaps = Probabilities(positive=0.1, neutral=0.55, negative=0.35)
    stored(table, a_mention("neutral", verdict=a_verdict(probabilities=perhaps), status=Status.OPEN))
    for i, kind in enumerate((Kind.CRITICISM, Kind.QUESTION, Kind.CRITICISM)):
        stored(table, a_mention(str(i), kind=kind))

    counts = {kind: inbox.waiting(TENANT, kind=kind) for kind in (Kind.CRITICISM, Kind.QUESTION, Kind.PRAISE)}

    assert counts == {Kind.CRITICISM: 2, Kind.QUESTION: 1, Kind.PRAISE: 0}


def test_what_was_heard_lately_is_told_whole_or_not_at_all(table: DictTable, inbox: Inbox) -> None:
    for i in range(130):
        status = Status.DONE if i % 3 else Status.OPEN
        stored(table, a_mention(str(i), seen_at=NOW - timedelta(hours=i), status=status))
    since = NOW - timedelta(hours=119)

    lately = inbox.lately(TENANT, since)

    assert lately is not None
    assert [mention.seen_at for mention in lately] == [NOW - timedelta(hours=i) for i in range(120)]
    assert inbox.lately(TENANT, since, most=120) == lately
    assert inbox.lately(TENANT, since, most=119) is None
