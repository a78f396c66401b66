"""Likeness: edited copies are found and confirmed, what only shares its subject is not."""

import json
import os
import random
from itertools import combinations
from pathlib import Path

import pytest

from earshot.matching.likeness import (
    ALIKE,
    CLAIMED,
    MAX_WORDS,
    MIN_COPY_WORDS,
    MIN_WORDS,
    NAMES,
    SAME,
    Fingerprint,
    fingerprint,
    likeness,
    overlap,
)
from edits import edited

SHARED = Path(os.environ.get("EARSHOT_SHARED", Path(__file__).parents[3] / "shared")) / "sentiment"

TEXTS = (
    "Die Molkerei Hagedorn nimmt ihren Bergjoghurt aus den Regalen, weil in einzelnen Bechern Splitter aus Kunststoff "
    "gefunden wurden. Wer einen gekauft hat, bekommt das Geld zurück, auch ohne Bon. Verletzt wurde bisher niemand.",
    "Bei Hagedorn streiken seit dem Morgen die Fahrer der Frühschicht. Die Molkerei bietet vier Prozent mehr Lohn, die "
    "Gewerkschaft fordert neun. In den Läden der Region könnte der Joghurt schon am Freitag knapp werden.",
    "Ich war am Samstag mit den Kindern in der Schaukäserei von Hagedorn. Freundliche Leute, viel zu probieren, aber "
    "eine Stunde Wartezeit am Eingang. Beim nächsten Mal buchen wir vorher im Netz, das wussten wir leider nicht.",
    "Der neue Haferdrink von Hagedorn schäumt gut und schmeckt nach Getreide statt nach Zucker. Im Kaffee flockt er "
    "nicht aus. Nur der Deckel tropft, sobald die Packung halb leer ist, und der Preis ist recht hoch.",
    "Hagedorn Dairy opens a second plant near the river and promises two hundred jobs by next summer. Neighbours worry "
    "about the trucks and want the old railway siding back before a single litre of milk is delivered there.",
    "The court has dismissed the claim against Hagedorn Dairy. The label may keep its cow on a green meadow, the "
    "judges said, because no reasonable shopper expects every cow behind a yogurt to stand outside all the year round.",
    "We ordered the breakfast box from Hagedorn twice. The first one came cold and complete, the second one was warm "
    "and half of it was missing. Support answered within a day and sent the rest without any discussion at all.",
)
WORDS = tuple(dict.fromkeys(" ".join(TEXTS).split()))


def of(text: str, title: str = "", *, is_history: bool = False) -> Fingerprint:
    found = fingerprint(title, text, is_history=is_history)
    assert found is not None
    return found


def is_found(copy: str, original: str) -> bool:
    """Whether a copy is known as one, had the original claimed its names before."""
    a, b = of(copy), of(original)
    return bool(set(a.names) & set(b.names[:CLAIMED])) and likeness(a.sketch, b.sketch) >= ALIKE


def recall(texts: list[str], share: float, rng: random.Random, words: list[str]) -> float:
    return sum(is_found(edited(text, share, rng, words), text) for text in texts) / len(texts)


@pytest.mark.parametrize(("share", "floor"), [(0.03, 0.99), (0.1, 0.95), (0.2, 0.85)])
def test_edited_copies_are_found(share: float, floor: float) -> None:
    rng = random.Random(7)
    texts = [text for text in TEXTS for _ in range(60)]

    assert recall(texts, share, rng, list(WORDS)) >= floor


@pytest.mark.parametrize(("one", "other"), list(combinations(TEXTS, 2)))
def test_texts_about_the_same_company_are_not_alike(one: str, other: str) -> None:
    assert likeness(of(one).sketch, of(other).sketch) < ALIKE / 2


def test_a_text_that_was_cut_short_is_found_and_so_is_the_whole_one() -> None:
    whole = " ".join(TEXTS[:3])
    short = " ".join(whole.split()[:34])

    assert is_found(short, whole)
    assert is_found(whole, short)


def test_a_text_behind_a_lead_in_is_found() -> None:
    lead = "Wie gestern berichtet, gibt es aus dem Tal Neues, und das Telefon in der Redaktion steht nicht still:"

    assert is_found(f"{lead} {TEXTS[0]}", TEXTS[0])


def test_spelling_and_punctuation_make_no_difference() -> None:
    assert of(TEXTS[0].replace("ü", "ue").upper().replace(",", " –")).sketch == of(TEXTS[0]).sketch


def test_a_name_spares_the_order_of_its_three_words() -> None:
    assert set(of(" ".join(["eins zwei drei"] * 10)).names) == set(of(" ".join(["drei eins zwei"] * 10)).names)


def words(count: int) -> str:
    return " ".join(f"wort{i}" for i in range(count))


def test_a_short_text_takes_its_title_along() -> None:
    assert of(words(MIN_WORDS - 1), "Eins Zwei").sketch == of(f"Eins Zwei {words(MIN_WORDS - 1)}").sketch
    assert of(words(MIN_WORDS), "Eins Zwei").sketch == of(words(MIN_WORDS)).sketch


@pytest.mark.parametrize(
    ("count", "expected"),
    [(MIN_COPY_WORDS - 1, None), (MIN_COPY_WORDS, False), (MIN_WORDS - 1, False), (MIN_WORDS, True)],
)
def test_what_is_too_short_tells_no_story_and_is_no_copy(count: int, expected: bool | None) -> None:
    found = fingerprint("", words(count), is_history=False)

    assert (found.may_claim if found else None) is expected


def test_signs_that_stand_alone_count_as_words_of_a_text_but_are_not_compared() -> None:
    assert of(f"{words(MIN_COPY_WORDS)} – & – & –").may_claim
    assert of(f"{words(MIN_COPY_WORDS)} – & – & –").sketch == of(words(MIN_COPY_WORDS)).sketch
    assert fingerprint("", " ".join(["–"] * MIN_WORDS), is_history=False) is None


def test_only_the_beginning_of_a_long_text_counts() -> None:
    assert of(words(MAX_WORDS + 50)) == of(words(MAX_WORDS))


def test_history_and_news_have_other_names() -> None:
    assert not set(of(TEXTS[0]).names) & set(of(TEXTS[0], is_history=True).names)


def test_a_text_of_one_word_has_few_names_and_any_text_at_most_eight() -> None:
    assert len(of(" ".join(["ja"] * 30)).names) == 1
    assert len(of(TEXTS[0]).names) == NAMES


def test_nothing_is_like_nothing() -> None:
    assert likeness("", of(TEXTS[0]).sketch) == 0.0


@pytest.fixture(scope="module")
def foreign() -> dict[str, list[str]]:
    """Texts of 25 words and more that nobody here has written, by their source."""
    if not SHARED.is_dir():
        pytest.skip("the shared texts are not here")
    found: dict[str, list[str]] = {}
    for file in sorted(SHARED.glob("*.jsonl")):
        texts = [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]
        long = [
            text
            for text in dict.fromkeys(texts)
            if len(text.split()) >= MIN_WORDS and fingerprint("", text, is_history=False)
        ]
        if len(long) > 100:
            found[file.stem] = long
    return found


@pytest.mark.parametrize(("share", "floor"), [(0.03, 0.995), (0.1, 0.985), (0.2, 0.94)])
def test_edited_copies_of_foreign_texts_are_found(foreign: dict[str, list[str]], share: float, floor: float) -> None:
    rng = random.Random(share)
    texts = [text for each in foreign.values() for text in rng.sample(each, 80)]

    assert recall(texts, share, rng, " ".join(texts).split()) >= floor


def test_foreign_texts_on_one_subject_are_not_alike(foreign: dict[str, list[str]]) -> None:
    rng = random.Random(11)
    pairs = [rng.sample(texts, 2) for texts in foreign.values() for _ in range(300)]

    alike = [pair for pair in pairs if is_found(*pair) and not _are_copies(*pair)]

    assert not alike


def _are_copies(one: str, other: str) -> bool:
    """Whether two texts have nearly all their words in common, whatever the order: people pass them on."""
    a, b = set(one.lower().split()), set(other.lower().split())
    return len(a & b) / min(len(a), len(b)) > 0.75


RECALL = (
    "Rückruf in Lüttenhaven: Die Meierei ruft ihren Frischkäse mit Kräutern zurück, weil in einer Probe Listerien "
    "gefunden wurden. Betroffen sind Packungen, die bis zum {} haltbar sind. Kunden bekommen ihr Geld auch ohne "
    "Kassenzettel wieder."
)


def test_two_reports_by_one_pattern_are_told_apart_by_their_figures() -> None:
    one, other = (sketch_of(RECALL.format(day)) for day in ("12. März", "4. April"))

    assert likeness(one, other) == 0.0
    assert likeness(one, sketch_of(RECALL.format("nächsten Montag"))) > 0.9


def test_a_text_with_more_around_it_overlaps_less_than_an_edited_one() -> None:
    text = RECALL.format("12. März")
    quoted = sketch_of(f"{text} Ich habe davon gegessen und bin entsetzt, dass mir niemand Bescheid gesagt hat.")

    assert likeness(sketch_of(text), quoted) == 1.0
    assert (
        overlap(sketch_of(text), quoted) < SAME <= overlap(sketch_of(text), sketch_of(text.replace("Probe", "Packung")))
    )


def sketch_of(text: str) -> str:
    found = fingerprint("", text, is_history=False)
    assert found is not None
    return found.sketch
