"""Urgency by rule, with its reasons."""

import pytest

from earshot.classify.urgency import RULES, urgency


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Das Ladegerät hat Feuer gefangen", "safety"),
        ("The battery exploded in my hand", "safety"),
        ("Ich schalte jetzt meinen Anwalt ein", "law"),
        ("See you in small claims court", "law"),
        ("Das ist ein Fall für die Verbraucherzentrale", "law"),
        ("Ich gehe damit zur Presse", "press"),
        ("I am a journalist writing about this", "press"),
        ("Ich will mein Geld zurück", "money"),
        ("They charged me twice", "money"),
        ("Das verstößt gegen die DSGVO", "data protection"),
        ("My account got hacked", "data protection"),
        ("Finger weg von diesem Laden", "warns others"),
        ("Stay away from this company", "warns others"),
        ("Ich warte seit drei Wochen", "time pressure"),
        ("I need this fixed immediately", "time pressure"),
        ("Schon wieder kein Netz", "repetition"),
        ("This is the third time", "repetition"),
    ],
)
def test_each_rule_is_heard_in_both_languages(text: str, rule: str) -> None:
    points, reasons = urgency(text, 0.8)

    assert [reason.partition(":")[0] for reason in reasons] == [rule]
    assert points > urgency("Das ist schlecht", 0.8)[0]


@pytest.mark.parametrize(
    "text",
    [
        "Das Gericht hat gut geschmeckt",
        "Starke Brandung heute",
        "The app is fire",
        "Klagenfurt ist schön",
        "A new issue",
    ],
)
def test_words_that_only_look_alarming_are_not(text: str) -> None:
    assert urgency(text, 0.8)[1] == ()


def test_more_likely_criticism_is_more_urgent() -> None:
    points = [urgency("Das war nichts", negative)[0] for negative in (0.0, 0.3, 0.6, 1.0)]

    assert points == sorted(points)
    assert points[0] < points[-1]


def test_praise_with_an_alarming_word_stays_calm() -> None:
    text = "Dank Acme musste ich nicht ins Krankenhaus, danke!"

    assert urgency(text, 0.05)[0] < urgency(text, 0.7)[0] / 2


def test_a_question_with_an_alarming_word_is_urgent_without_being_criticism() -> None:
    text = "Ist es gefährlich, wenn das Netzteil so heiß wird?"

    assert urgency(text, 0.1, is_question=True)[0] > 50


def test_all_rules_together_stay_within_a_hundred() -> None:
    text = "brennt anwalt hacked presse erstattung abzocke sofort schon wieder"

    points, reasons = urgency(text, 1.0)

    assert 90 < points <= 100
    assert [reason.partition(":")[0] for reason in reasons] == [rule.name for rule in RULES]
