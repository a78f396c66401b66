"""Questions, wishes and recommendations, told by rule."""

import pytest

from earshot.classify.signals import signals


@pytest.mark.parametrize(
    "text",
    [
        "Wann macht die Filiale in Kassel wieder auf?",
        "@acme wann kommt denn das Update für die alten Geräte?",
        "Weiß jemand ob der Acme-Shop auch auf Rechnung liefert",
        "Kann mir jemand sagen, wo die Seriennummer steht",
        "Wie kann ich mein Abo kündigen",
        "Liefert ihr auch nach Österreich?",
        "Hallo, ich brauche dringend Hilfe mit meiner Bestellung",
        "How do I reset the router",
        "Does anyone have experience with Acme",
        "Is the store open on Sunday?",
        "@acme where is my parcel? https://example.com/track?id=7",
        "Just wondering if you ship to Ireland",
    ],
)
def test_who_needs_an_answer_asks(text: str) -> None:
    assert signals(text).question


@pytest.mark.parametrize(
    "text",
    [
        "Acme ist toll.",
        "Ist Acme am Ende? https://example.com/news",
        "Wie sicher sind E-Bikes? Ein Test https://example.com/test",
        "https://example.com/suche?q=wo+ist+acme",
        "Was soll das?",
        "Are you kidding me?",
        "Seriously, three hours?",
        "Schon toll, oder?",
        "Was?!",
        "RT @somebody: Wann kommt das Update?",
        "Wussten Sie schon, was Acme alles kann?",
    ],
)
def test_a_question_mark_alone_is_no_question(text: str) -> None:
    assert not signals(text).question


@pytest.mark.parametrize(
    "text",
    [
        "Schade, dass es keine App für Tablets gibt",
        "Wäre schön, wenn man auch mit Karte zahlen könnte",
        "Please add a dark mode",
        "I'd like to see more vegan options",
        "It would be great if the app worked offline",
    ],
)
def test_wishes_are_heard(text: str) -> None:
    assert signals(text).wish


@pytest.mark.parametrize("text", ["Die App ist gut", "I like the app", "I'd like to thank the team", "Wish me luck"])
def test_what_asks_for_nothing_is_no_wish(text: str) -> None:
    assert not signals(text).wish


@pytest.mark.parametrize(
    "text",
    [
        "Kann jemand einen guten Steuerberater in Kassel empfehlen?",
        "Suche eine gute Alternative zu Acme",
        "Looking for an alternative to Acme",
        "Can anyone recommend a good dentist",
        "Any recommendations for a cheap printer?",
    ],
)
def test_wanting_a_recommendation_is_heard_and_is_a_question(text: str) -> None:
    heard = signals(text)

    assert heard.recommendation_wanted
    assert heard.question


@pytest.mark.parametrize("text", ["Kann ich nur empfehlen!", "I recommend it to everyone"])
def test_giving_a_recommendation_is_not_wanting_one(text: str) -> None:
    assert not signals(text).recommendation_wanted
