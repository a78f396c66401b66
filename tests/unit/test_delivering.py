"""Deliver sends once, never storms, and never forgets."""

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import a_contact, a_delivery, a_mention, a_tenant, an_acknowledgement
from earshot.adapters.memory import DictTable
from earshot.domain.delivery import MAX_ATTEMPTS, SEND_LEASE, Delivery, State, sent, taken
from earshot.domain.errors import Deferred, Rejected
from earshot.domain.gate import WINDOW, admitted
from earshot.domain.mention import Status
from earshot.domain.todo import Purpose
from earshot.domain.vanishing import vanished
from earshot.domain.verdict import Kind
from earshot.ports.table import Row
from earshot.services.delivering import MOST_LISTED
from earshot.services.links import link_secret
from earshot.store.company import Company
from fakes import NOW
from post_office import Post

BUSY = Deferred("mail", "the mail server is busy")


@pytest.fixture
def post() -> Post:
    return Post()


def test_a_planned_delivery_is_sent_confirmed_and_its_todo_deleted(post: Post) -> None:
    delivery = post.plan(a_mention())

    assert post.send(delivery) == 1

    assert [told.to for told in post.notifier.told] == ["anna@acme.example"]
    assert (post.now(delivery).state, post.now(delivery).sent_at) == (State.SENT, NOW)
    assert post.todos() == []


def test_nobody_is_told_of_a_post_that_was_deleted_meanwhile(post: Post) -> None:
    delivery = post.plan(vanished(a_mention(), NOW))

    assert post.send(delivery) == 0

    assert post.notifier.told == []
    assert (post.now(delivery).state, post.todos()) == (State.DROPPED, [])


def test_the_mail_gets_everything_it_needs(post: Post) -> None:
    delivery = post.plan(a_mention())

    post.send(delivery)

    (notice,) = post.composer.notices
    assert (notice.tenant.name, notice.contact.name, notice.more) == ("Acme GmbH", "anna", 0)
    assert notice.watch_names == {"w_acme": "acme"}
    assert notice.links == {delivery.subject: f"https://earshot.example/a/{link_secret(b's', delivery.id)}"}


def test_the_link_in_the_mail_opens_its_mention(post: Post) -> None:
    delivery = post.plan(a_mention())

    post.send(delivery)

    token = post.deliveries.token(link_secret(b"s", delivery.id))
    assert token is not None
    assert (token.mention_id, token.contact_id) == (delivery.subject, "c_anna")


def test_a_second_event_sends_nothing(post: Post) -> None:
    delivery = post.plan(a_mention())
    post.send(delivery)

    assert post.send(delivery) == 0
    assert post.copies(delivery) == 1


def test_an_event_about_nothing_is_ignored(post: Post) -> None:
    assert post.send(a_delivery("m_unknown")) == 0


def test_a_held_delivery_waits_for_its_time(post: Post) -> None:
    delivery = post.plan(a_mention(), due_at=NOW + timedelta(minutes=5))

    early = post.send(delivery)
    post.clock.advance(minutes=5)

    assert (early, post.send(delivery)) == (0, 1)


def test_the_third_mail_tells_everything_that_waits_the_most_pressing_first(post: Post) -> None:
    first, second = post.plan_many(2)
    kinds = [Kind.PRAISE, Kind.CRITICISM, Kind.QUESTION]
    rest = [post.plan(a_mention(kind.value, kind=kind)) for kind in kinds]

    told = [post.send(each) for each in (first, second, *rest)]

    assert told == [1, 1, 3, 0, 0]
    assert post.notifier.told[2].mentions == tuple(rest[i].subject for i in (1, 2, 0))
    assert [post.now(each).told_by for each in rest] == ["", rest[0].id, rest[0].id]
    assert post.todos() == []


def test_a_summary_lists_twenty_and_counts_the_rest(post: Post) -> None:
    deliveries = post.plan_many(2 + MOST_LISTED + 5)

    told = [post.send(each) for each in deliveries[:3]]

    assert told == [1, 1, MOST_LISTED + 5]
    assert len(post.notifier.told[2].mentions) == MOST_LISTED
    assert post.composer.notices[2].more == 5
    assert {post.now(each).state for each in deliveries} == {State.SENT}


def test_the_fourth_waits_until_the_first_is_an_hour_old_and_is_never_dropped(post: Post) -> None:
    for each in post.plan_many(3):
        post.send(each)
        post.clock.advance(minutes=10)
    late = post.plan(a_mention("late"))

    assert post.send(late) == 0

    opens_at = NOW + WINDOW
    assert (post.now(late).state, post.now(late).due_at) == (State.PLANNED, opens_at)
    assert [todo.due_at for todo in post.todos()] == [opens_at]
    post.clock.set(opens_at)
    assert post.send(late) == 1


def test_a_summary_takes_along_what_the_gate_held(post: Post) -> None:
    for each in post.plan_many(3):
        post.send(each)
    late = [post.plan(a_mention(name)) for name in ("late", "later")]
    for each in late:
        post.send(each)

    post.clock.advance(minutes=60)
    told = [post.send(each) for each in late]

    assert sum(told) == 2
    assert {post.copies(each) for each in late} == {1}


def test_an_acknowledged_mention_is_not_told(post: Post) -> None:
    delivery = post.plan(a_mention(acknowledgement=an_acknowledgement(), status=Status.DONE))

    assert post.send(delivery) == 0
    assert (post.now(delivery).state, post.todos()) == (State.DROPPED, [])


def test_a_summary_leaves_out_what_was_acknowledged_or_deleted(post: Post) -> None:
    first, second, third = post.plan_many(3)
    acknowledged = post.plan(a_mention("done", acknowledgement=an_acknowledgement()))
    vanishing = post.plan(vanished(a_mention("vanished"), NOW))
    deleted = post.plan(a_mention("gone"))
    post.table.delete(post.mentions._all.key(a_mention("gone")))

    for each in (first, second, third):
        post.send(each)

    assert post.notifier.told[2].mentions == (third.subject,)
    assert {post.now(each).state for each in (acknowledged, vanishing, deleted)} == {State.PLANNED}


@pytest.mark.parametrize("kind", ["contact", "mention", "tenant"])
def test_a_delivery_whose_contact_mention_or_tenant_is_gone_is_dropped(post: Post, kind: str) -> None:
    delivery = post.plan(a_mention())
    company = Company(post.table)
    keys = {
        "contact": company.contacts.key(a_contact()),
        "mention": post.mentions._all.key(a_mention()),
        "tenant": company.tenants.key(a_tenant()),
    }
    post.table.delete(keys[kind])

    assert post.send(delivery) == 0
    assert (post.now(delivery).state, post.todos()) == (State.DROPPED, [])


def test_a_busy_channel_is_tried_again_a_minute_later_without_using_up_the_gate() -> None:
    post = Post(errors=[BUSY])
    delivery = post.plan(a_mention())

    assert post.send(delivery) == 0

    in_a_minute = NOW + timedelta(minutes=1)
    assert (post.now(delivery).state, post.now(delivery).due_at) == (State.PLANNED, in_a_minute)
    assert [todo.due_at for todo in post.todos()] == [in_a_minute]
    assert post.gate().sends == ()
    post.clock.set(in_a_minute)
    assert post.send(delivery) == 1


def test_a_channel_that_stays_busy_is_given_up_after_eight_attempts() -> None:
    post = Post(errors=[BUSY] * MAX_ATTEMPTS)
    delivery = post.plan(a_mention())

    for _ in range(MAX_ATTEMPTS):
        post.clock.set(post.now(delivery).due_at)
        post.send(delivery)

    assert (post.now(delivery).state, post.now(delivery).problem) == (State.FAILED, "the mail server is busy")
    assert post.todos() == []


def test_a_refused_mail_is_given_up_at_once_and_does_not_use_up_the_gate() -> None:
    post = Post(errors=[Rejected("mail", "no such mailbox")])
    delivery = post.plan(a_mention())

    assert post.send(delivery) == 0

    assert (post.now(delivery).state, post.now(delivery).problem) == (State.FAILED, "no such mailbox")
    assert (post.todos(), post.gate().sends) == ([], ())


@pytest.mark.parametrize("error", [BUSY, Rejected("mail", "too big")], ids=["put off", "refused"])
def test_what_a_failed_summary_would_have_told_is_told_by_another(error: Exception) -> None:
    post = Post(errors=[None, None, error])
    *singles, carrier, other = post.plan_many(4)
    for each in (*singles, carrier):
        post.send(each)

    post.clock.advance(minutes=2)
    post.send(other)
    post.send(carrier)

    assert post.now(other).state is State.SENT
    assert post.copies(other) == 1


def test_nobody_enters_a_send_that_is_under_way(post: Post) -> None:
    delivery = post.plan(a_mention())
    post.change(taken(delivery, NOW))

    assert post.send(delivery) == 0
    assert post.notifier.told == []


def test_a_mail_whose_worker_died_goes_again_when_its_lease_is_over(post: Post) -> None:
    delivery = post.plan(a_mention())
    post.change(taken(delivery, NOW))
    post.clock.set(NOW + SEND_LEASE)

    assert post.send(delivery) == 1
    assert (post.now(delivery).state, post.now(delivery).attempt) == (State.SENT, 2)


def test_a_summary_whose_workers_keep_dying_takes_nothing_with_it(post: Post) -> None:
    carrier, other = post.plan_many(2)
    post.change(replace(taken(carrier, NOW, covers=(other.id,)), attempt=MAX_ATTEMPTS))
    post.clock.set(NOW + SEND_LEASE)

    post.send(carrier)

    assert (post.now(carrier).state, post.now(other).state) == (State.FAILED, State.PLANNED)
    assert [todo.subject for todo in post.todos()] == [other.id]


def test_a_worker_that_was_overtaken_at_the_gate_leaves_the_delivery_to_its_todo() -> None:
    class Contended(DictTable):
        def put_if_absent(self, row: Row) -> bool:
            return row.kind != "gate" and super().put_if_absent(row)

    post = Post(table=Contended())
    delivery = post.plan(a_mention())

    assert post.send(delivery) == 0
    assert (post.now(delivery).state, post.notifier.told) == (State.PLANNED, [])
    assert [todo.purpose for todo in post.todos()] == [Purpose.DELIVERY]


def test_a_worker_that_was_overtaken_while_it_drops_a_delivery_leaves_its_todo() -> None:
    class Contended(DictTable):
        def put_if_revision(self, row: Row, revision: int) -> bool:
            return row.kind != "delivery" and super().put_if_revision(row, revision)

    post = Post(table=Contended())
    delivery = post.plan(a_mention(acknowledgement=an_acknowledgement()))

    assert post.send(delivery) == 0
    assert len(post.todos()) == 1


def a_confirmed_summary(post: Post, *members: Delivery) -> Delivery:
    """A summary that was sent and confirmed by a worker that died before it marked what it told."""
    carrier = post.plan(a_mention("carrier"))
    stored = post.change(sent(taken(carrier, NOW, covers=tuple(each.id for each in members)), NOW))
    post.deliveries.gates.put(admitted(post.gate(), carrier.id, NOW, is_summary=True))
    return stored


def test_what_a_confirmed_summary_told_is_marked_by_whoever_comes_next(post: Post) -> None:
    members = post.plan_many(2)
    carrier = a_confirmed_summary(post, *members)

    post.send(carrier)

    assert {post.now(each).told_by for each in members} == {carrier.id}
    assert (post.notifier.told, post.todos()) == ([], [])


def test_what_a_confirmed_summary_told_is_not_told_again_alone(post: Post) -> None:
    (member,) = post.plan_many(1)
    carrier = a_confirmed_summary(post, member)

    assert post.send(member) == 0

    assert (post.now(member).state, post.now(member).told_by, post.notifier.told) == (State.SENT, carrier.id, [])


def test_what_a_confirmed_summary_told_is_not_told_again_by_the_next_summary(post: Post) -> None:
    member, single, summary = post.plan_many(3)
    a_confirmed_summary(post, member)

    post.send(single)
    post.send(summary)

    assert [told.mentions for told in post.notifier.told] == [(single.subject,), (summary.subject,)]


def test_what_a_summary_under_way_tells_waits_for_its_end(post: Post) -> None:
    (member,) = post.plan_many(1)
    carrier = post.plan(a_mention("carrier"))
    post.change(taken(carrier, NOW, covers=(member.id,)))
    post.deliveries.gates.put(admitted(post.gate(), carrier.id, NOW, is_summary=True))

    assert post.send(member) == 0
    assert (post.now(member).state, len(post.todos())) == (State.PLANNED, 2)


def test_while_a_summary_chooses_what_to_tell_nobody_else_goes(post: Post) -> None:
    (other,) = post.plan_many(1)
    carrier = post.plan(a_mention("carrier"))
    post.deliveries.gates.put(admitted(post.gate(), carrier.id, NOW, is_summary=True))

    assert post.send(other) == 0
    assert post.send(carrier) == 1
    assert post.send(other) == 1


def test_a_summary_that_was_given_up_stands_in_nobodys_way(post: Post) -> None:
    (other,) = post.plan_many(1)
    carrier = post.plan(a_mention("carrier"))
    post.change(replace(taken(carrier, NOW), state=State.FAILED))
    for id_ in (carrier.id, "d_expired"):
        post.deliveries.gates.put(admitted(post.gate(), id_, NOW, is_summary=True))

    assert post.send(other) == 1


def test_a_summary_leaves_out_what_another_worker_has_taken_through_the_gate(post: Post) -> None:
    single, taken_by_other, carrier = post.plan_many(3)
    post.send(single)
    post.deliveries.gates.put(admitted(post.gate(), taken_by_other.id, NOW))

    post.send(carrier)

    assert post.notifier.told[-1].mentions == (carrier.subject,)
    assert post.send(taken_by_other) == 1


def test_a_member_in_the_hands_of_another_worker_keeps_its_todo(post: Post) -> None:
    (member,) = post.plan_many(1)
    carrier = a_confirmed_summary(post, member)
    post.change(taken(member, NOW))

    post.send(carrier)

    assert (post.now(member).state, [todo.subject for todo in post.todos()]) == (State.SENDING, [member.id])


def test_a_member_that_is_gone_holds_nothing_up(post: Post) -> None:
    (member,) = post.plan_many(1)
    carrier = a_confirmed_summary(post, member)
    post.table.delete(post.deliveries.all.key(member))

    post.send(carrier)

    assert [todo.subject for todo in post.todos()] == [member.id]


def test_contacts_have_gates_of_their_own(post: Post) -> None:
    Company(post.table).contacts.add(a_contact("ben"))
    for each in post.plan_many(3):
        post.send(each)

    assert post.send(post.plan(a_mention("x"), contact="c_ben")) == 1
