"""Who is told at once without touching a setting."""

import pytest

from builders import TENANT, a_contact, a_mention, a_verdict, an_acknowledgement
from earshot.domain.alerting import CALM_DAY, Day, channels, counted, is_told_at_once
from earshot.domain.contact import Channel
from earshot.domain.mention import Mention
from earshot.domain.verdict import Kind, Probabilities
from earshot.domain.watch import Role
from fakes import NOW


def a_day(*mentions: str) -> Day:
    return Day(tenant=TENANT, day=NOW.date(), mentions=mentions)


BUSY = a_day(*(f"m_{i}" for i in range(CALM_DAY)))


def test_on_a_calm_day_every_mention_of_our_own_comes_at_once() -> None:
    for kind in Kind:
        mention = a_mention(kind=kind)
        assert is_told_at_once(mention, counted(a_day(), mention.id))


@pytest.mark.parametrize("kind", [Kind.CRITICISM, Kind.QUESTION])
def test_on_a_busy_day_criticism_and_questions_still_come_at_once(kind: Kind) -> None:
    assert is_told_at_once(a_mention(kind=kind), BUSY)


def test_on_a_busy_day_perhaps_criticism_still_comes_at_once() -> None:
    probabilities = Probabilities(positive=0.3, neutral=0.35, negative=0.35)

    assert is_told_at_once(a_mention(verdict=a_verdict(Kind.UNCLASSIFIED, probabilities=probabilities)), BUSY)


@pytest.mark.parametrize("kind", [Kind.UNCLASSIFIED, Kind.PRAISE, Kind.NEUTRAL])
def test_on_a_busy_day_the_rest_waits_for_the_digest(kind: Kind) -> None:
    assert not is_told_at_once(a_mention(kind=kind), BUSY)


@pytest.mark.parametrize(
    "mention",
    [
        a_mention(is_history=True),
        a_mention(role=Role.COMPETITOR),
        a_mention(role=Role.INDUSTRY),
        a_mention(acknowledgement=an_acknowledgement()),
    ],
    ids=["history", "competitor", "industry", "acknowledged"],
)
def test_nobody_is_woken_for_it(mention: Mention) -> None:
    assert not is_told_at_once(mention, a_day(mention.id))


def test_a_mention_counts_once_and_a_busy_day_counts_no_more() -> None:
    once = counted(a_day(), "m_1")

    assert counted(once, "m_1") is once
    assert counted(BUSY, "m_new") is BUSY


def a_mention_of(negative: float, urgency: int = 0) -> Mention:
    probabilities = Probabilities(positive=0.0, neutral=1 - negative, negative=negative)
    return a_mention(verdict=a_verdict(probabilities=probabilities, urgency=urgency))


@pytest.mark.parametrize(
    ("mention", "by_sms"),
    [
        (a_mention_of(0.60), True),
        (a_mention_of(0.59, 49), False),
        (a_mention_of(0.59, 50), True),
        (a_mention_of(0.33, 50), True),
        (a_mention_of(0.32, 100), False),
        (a_mention(kind=Kind.PRAISE), False),
        (a_mention(kind=Kind.QUESTION), False),
    ],
    ids=["surely", "not surely", "not surely but urgent", "perhaps and urgent", "urgent only", "praise", "a question"],
)
def test_only_what_cannot_wait_comes_by_sms_while_mail_and_webhook_tell_everything(
    mention: Mention, by_sms: bool
) -> None:
    contact = a_contact(phone="+4915112345678", webhook="https://hooks.example/")

    expected = (Channel.MAIL, Channel.SMS, Channel.WEBHOOK) if by_sms else (Channel.MAIL, Channel.WEBHOOK)
    assert channels(mention, contact) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"phone": "+4915112345678"}, (Channel.SMS,)),
        ({"webhook": "https://hooks.example/"}, (Channel.WEBHOOK,)),
        ({}, ()),
    ],
)
def test_a_contact_is_told_only_where_it_has_an_address(given: dict[str, str], expected: tuple[Channel, ...]) -> None:
    assert channels(a_mention_of(0.9), a_contact(email="", **given)) == expected
