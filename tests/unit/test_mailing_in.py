"""Mails that arrive: whose they are, whether they are trusted, and what of them is stored, held back or asked."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from arrival_desk import ArrivalDesk, a_mail, checked, vouched
from builders import TENANT, a_tenant
from earshot.adapters.memory import DictTable
from earshot.domain.errors import Conflict, Malformed, NotFound
from earshot.domain.job import State
from earshot.domain.mail import Finding
from earshot.domain.mail_room import HeldMail, Mailbox, mail_address
from earshot.domain.mention import Status
from earshot.domain.watch import Role
from earshot.ports.table import Row
from earshot.services.doors import MAILS, door_id
from earshot.services.mailing_in import Fate, addresses_in
from fakes import NOW
from simulation.faults import Crash, CrashingTable, Fuse
from simulation.faults import Schedule as Faults
from web_builders import SECRET

BAD = "Authentication-Results: mx.example; spf=fail smtp.mailfrom=kununu.com; dkim=fail header.d=kununu.com\r\n"
ASKS = {
    "sender": "Gmail Team <forwarding-noreply@google.com>",
    "subject": "(#123456789) Gmail Forwarding Confirmation - Receive Mail from eva@shop.example",
    "text": "Please confirm: https://mail-settings.google.com/mail/vf-abc123",
}


@pytest.fixture
def desk() -> ArrivalDesk:
    desk = ArrivalDesk().set_up()
    desk.open_mailbox()
    return desk


def held(desk: ArrivalDesk, tenant: str = TENANT) -> tuple[HeldMail, ...]:
    return desk.arrivals.mailboxes.of(tenant).held


def test_an_address_is_secret_long_and_the_same_until_it_is_changed() -> None:
    desk = ArrivalDesk().set_up()
    first, again, other = desk.open_mailbox(), desk.open_mailbox(), mail_address(b"s", Mailbox(tenant=TENANT))

    assert first == again
    assert first != other
    assert (len(first), first.isalnum(), first.islower()) == (24, True, True)
    (subscription,) = desk.listening.subscriptions(TENANT)
    source = desk.listening.source(subscription.source_id)
    assert source is not None
    assert (source.kind, source.owner, source.locator, subscription.automatic) == ("email_in", TENANT, first, False)
    assert desk.listening.schedule(source.id) is None


def test_a_mail_to_our_address_that_is_vouched_for_is_stored(desk: ArrivalDesk) -> None:
    address = desk.open_mailbox()

    received = desk.mail(a_mail(above=checked()), tenant="", to=("nobody", address), **vouched())

    (mention,) = desk.stored()
    assert (received.fate, received.found.new) == (Fate.STORED, 1)
    assert (mention.source_kind, mention.status, mention.is_history) == ("email_in", Status.OPEN, False)
    assert "schlecht" in mention.excerpt


def test_the_same_mail_twice_is_one_mention(desk: ArrivalDesk) -> None:
    for _ in range(2):
        desk.mail(a_mail(above=checked()), **vouched())

    assert len(desk.stored()) == 1


def test_a_changed_address_brings_nothing_any_more_and_the_new_one_does(desk: ArrivalDesk) -> None:
    old = desk.open_mailbox()
    new = desk.arrivals.mailboxes.renew(TENANT)
    fates = [desk.mail(a_mail(above=checked()), tenant="", to=(each,), **vouched()).fate for each in (old, new)]

    assert fates == [Fate.DROPPED, Fate.STORED]
    assert desk.open_mailbox() == new != old
    assert len(list(desk.listening.subscriptions(TENANT))) == 1


def test_mails_to_nobody_and_to_a_paused_door_are_dropped(desk: ArrivalDesk) -> None:
    nobody = desk.mail(a_mail(), tenant="", to=("k3vq7m2x9d4hw8sz",), **vouched())
    desk.pause(door_id(TENANT, "email_in", MAILS))

    assert (nobody.fate, desk.mail(a_mail()).fate) == (Fate.DROPPED, Fate.DROPPED)
    assert desk.mailing.take(a_mail(), "t_nobody", correlation_id="c").items == 0
    assert desk.stored() == []


def test_what_is_no_mail_is_dropped_with_a_reason(desk: ArrivalDesk) -> None:
    received = desk.mail(b"\0\xff nothing")

    assert received.fate is Fate.DROPPED
    assert "no mail" in received.reasons[0]


@pytest.mark.parametrize(
    ("above", "fields"),
    [
        ("", {}),
        (checked("evil.example"), {}),
        (checked(dmarc="fail"), {"dmarc": "FAIL"}),
        (checked(), {"spam": "FAIL"}),
        (checked(), {"virus": "FAIL"}),
        (checked(dkim="fail"), {"dkim": "FAIL", "spf": "FAIL", "dmarc": "GRAY"}),
    ],
)
def test_what_our_server_does_not_vouch_for_is_held_back(desk: ArrivalDesk, above: str, fields: dict[str, str]) -> None:
    came = vouched(**({"dmarc": "GRAY"} | fields))

    received = [desk.mail(a_mail(above=above), name="bucket/key", **came) for _ in range(2)]

    (mail,) = held(desk)
    assert {each.fate for each in received} == {Fate.HELD}
    assert (mail.sender, mail.subject, mail.raw) == ("noreply@kununu.com", "Neue Bewertung", "bucket/key")
    assert mail.reasons
    assert desk.stored() == []


@pytest.mark.parametrize(
    ("above", "found"),
    [
        (BAD, (Finding.FAIL, Finding.NONE)),
        ("X-SES-Spam-Verdict: FAIL\r\n", (Finding.NONE, Finding.FAIL)),
        ("X-SES-Virus-Verdict: FAIL\r\n", (Finding.NONE, Finding.NONE)),
    ],
)
def test_a_mail_that_was_handed_in_is_taken_unless_it_says_itself_that_it_failed(
    desk: ArrivalDesk, above: str, found: tuple[Finding, Finding]
) -> None:
    fine, failed = desk.mail(a_mail()), desk.mail(a_mail(above=above, message_id="<2@x>"))

    (mail,) = held(desk)
    assert (fine.fate, failed.fate) == (Fate.STORED, Fate.HELD)
    assert (mail.verdict.spf, mail.verdict.spam) == found
    assert desk.raws.read(mail.raw)


def test_a_mail_that_names_nobody_is_for_the_strongest_watch_of_our_own(desk: ArrivalDesk) -> None:
    desk.watch("a product", any=("Bolt",), role=Role.PRODUCT)
    desk.mail(a_mail("Viel zu teuer."))

    (mention,) = desk.stored()
    assert [(match.watch_id, match.rule) for match in mention.matches] == [("w_acme", "addressed to us")]


def test_without_a_watch_of_our_own_such_a_mail_is_dropped(desk: ArrivalDesk) -> None:
    desk.watch(role=Role.COMPETITOR, any=("Rival",))

    assert desk.mail(a_mail("Viel zu teuer.")).found.new == 0


def test_a_subscription_of_named_watches_is_for_them_only(desk: ArrivalDesk) -> None:
    desk.watch("bolt", any=("Bolt",), role=Role.PRODUCT)
    (subscription,) = desk.listening.subscriptions(TENANT)
    desk.listening.hear(replace(subscription, watches=("w_bolt",)))
    desk.mail(a_mail("Acme und Bolt sind schlecht."))
    desk.mail(a_mail("Viel zu teuer.", message_id="<2@x>", subject="Zwei"))

    assert {tuple(match.watch_id for match in each.matches) for each in desk.stored()} == {("w_bolt",)}


def test_a_provider_that_asks_is_shown_with_code_and_link_for_a_week(desk: ArrivalDesk) -> None:
    for _ in range(2):
        assert desk.mail(a_mail(**ASKS)).fate is Fate.ASKED

    (asked,) = desk.arrivals.mailboxes.of(TENANT).forwardings
    assert (asked.sender, asked.code) == ("eva@shop.example", "123456789")
    assert asked.link == "https://mail-settings.google.com/mail/vf-abc123"
    desk.clock.advance(days=7)
    assert desk.arrivals.mailboxes.of(TENANT).forwardings == ()
    assert desk.stored() == []


def test_a_forged_question_is_held_back_like_any_mail(desk: ArrivalDesk) -> None:
    assert desk.mail(a_mail(**ASKS), **vouched(dmarc="FAIL")).fate is Fate.HELD
    assert desk.arrivals.mailboxes.of(TENANT).forwardings == ()


def test_a_held_mail_is_taken_once_when_a_person_wants_it(desk: ArrivalDesk) -> None:
    desk.mail(a_mail(above=BAD))
    (mail,) = held(desk)

    job = desk.done(desk.arrivals.mailboxes.release(TENANT, mail.id))

    answer = job.parts[0].answer
    assert answer is not None
    assert (answer.caught, len(desk.stored())) == (1, 1)
    assert held(desk)[0].released_at == NOW
    with pytest.raises(Conflict):
        desk.arrivals.mailboxes.release(TENANT, mail.id)


def test_a_held_mail_is_gone_after_a_week_and_belongs_to_one_company(desk: ArrivalDesk) -> None:
    desk.mail(a_mail(above=BAD))
    (mail,) = held(desk)
    desk.company.tenants.become(a_tenant(id="t_other"))

    with pytest.raises(NotFound):
        desk.arrivals.mailboxes.release("t_other", mail.id)
    desk.clock.advance(days=7)
    with pytest.raises(NotFound):
        desk.arrivals.mailboxes.release(TENANT, mail.id)
    assert held(desk) == ()


def test_a_held_mail_whose_file_is_gone_says_so(desk: ArrivalDesk) -> None:
    desk.mail(a_mail(above=BAD))
    job = desk.arrivals.mailboxes.release(TENANT, held(desk)[0].id)
    desk.raws.mails.clear()

    answer = desk.done(job).parts[0].answer

    assert answer is not None
    assert answer.code == "gone"


def test_a_held_mail_that_cannot_be_read_says_so(desk: ArrivalDesk) -> None:
    desk.mail(a_mail(above=BAD))
    (mail,) = held(desk)
    job = desk.arrivals.mailboxes.release(TENANT, mail.id)
    desk.raws.mails[mail.raw] = b"\0 no mail"

    answer = desk.done(job).parts[0].answer

    assert answer is not None
    assert answer.code == Malformed.code


def test_another_answer_that_is_no_news_stores_nothing(desk: ArrivalDesk) -> None:
    bounce = a_mail().replace(b"MIME-Version", b"Auto-Submitted: auto-replied\r\nMIME-Version")

    assert desk.mail(bounce).found.items == 0


def test_addresses_of_ours_are_found_wherever_they_stand() -> None:
    headers = [
        ("received", "from a by b with SMTP id 1 for k3vq7m2xad4hwasz@in.example; Tue"),
        ("to", '"X" <K3VQ7M2XAD4HWASY@in.example>, eva@shop.example'),
        ("subject", "k3vq7m2xad4hwaaa@in.example"),
    ]

    assert list(addresses_in(headers)) == ["k3vq7m2xad4hwasz", "k3vq7m2xad4hwasy"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", range(1, 20))
@pytest.mark.parametrize("raw", [a_mail(), a_mail(above=BAD), a_mail(**ASKS)], ids=["fine", "bad", "asks"])
def test_wherever_it_dies_the_mail_that_comes_again_is_stored_once(raw: bytes, step: int, when: Any) -> None:
    desk = ArrivalDesk().set_up()
    dying = ArrivalDesk(CrashingTable(desk.table, Fuse(Faults(crashes=((step, when),)))), raws=desk.raws)
    with contextlib.suppress(Crash):
        dying.open_mailbox()
        dying.mail(raw)

    desk.open_mailbox()
    desk.mail(raw)

    room = desk.arrivals.mailboxes.of(TENANT)
    assert [len(desk.stored()), len(room.held), len(room.forwardings)] in ([1, 0, 0], [0, 1, 0], [0, 0, 1])


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", range(1, 12))
def test_wherever_a_change_of_address_dies_one_address_is_open_in_the_end(step: int, when: Any) -> None:
    desk = ArrivalDesk().set_up()
    first = desk.open_mailbox()
    dying = ArrivalDesk(CrashingTable(desk.table, Fuse(Faults(crashes=((step, when),)))))
    with contextlib.suppress(Crash):
        dying.arrivals.mailboxes.renew(TENANT)

    present = desk.open_mailbox()
    new = desk.arrivals.mailboxes.renew(TENANT)

    assert [desk.room.owner(each) for each in dict.fromkeys((first, present))] == [""] * len({first, present})
    assert desk.room.owner(new) == TENANT


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", range(1, 16))
def test_wherever_a_release_dies_it_is_taken_once(step: int, when: Any) -> None:
    desk = ArrivalDesk().set_up()
    desk.open_mailbox()
    desk.mail(a_mail(above=BAD))
    job = desk.arrivals.mailboxes.release(TENANT, held(desk)[0].id)
    dying = ArrivalDesk(CrashingTable(desk.table, Fuse(Faults(crashes=((step, when),)))), raws=desk.raws)
    reader = dying.taking.of(desk.sent.fetches[0][1])
    with contextlib.suppress(Crash):
        source = reader.source("mail")
        assert source is not None
        reader.take(source, reader.ask(source), correlation_id="c")

    assert desk.done(job).state(desk.clock.now()) is State.DONE
    assert (len(desk.stored()), held(desk)[0].released_at) == (1, NOW)


class Overtaken(DictTable):
    """Before a mailbox is written a second time, somebody else does what `rival` says."""

    rival: Callable[[], object] | None = None

    def put_if_revision(self, row: Row, revision: int) -> bool:
        if row.kind == "mailbox" and self.rival is not None:
            rival, self.rival = self.rival, None
            rival()
        return super().put_if_revision(row, revision)


def test_two_who_change_an_address_at_once_agree_on_one() -> None:
    table = Overtaken()
    desk = ArrivalDesk(table).set_up()
    desk.open_mailbox()
    table.rival = lambda: desk.arrivals.mailboxes.renew(TENANT)

    renewed = desk.arrivals.mailboxes.renew(TENANT)

    assert renewed == desk.open_mailbox() == mail_address(SECRET, Mailbox(tenant=TENANT, number=1))
