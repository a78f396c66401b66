"""Telling languages, with the model and without it."""

import subprocess
import sys
from pathlib import Path

import pytest

from earshot.classify.function_words import guess
from earshot.classify.language import LanguageDetector

DETECTOR = LanguageDetector()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Die Beratung war wirklich gut, ich komme wieder.", "de"),
        ("Danke!", "de"),
        ("schon wieder kaputt", "de"),
        ("Das isch e super Lade, merci vilmal für d Hilf", "de"),
        ("I really like the new version, well done", "en"),
        ("worst ever", "en"),
        ("Le produit est arrivé cassé, je suis très déçu", "fr"),
        ("Muchas gracias por la ayuda, todo perfecto", "es"),
        ("Ürün çok güzel, herkese tavsiye ederim", "tr"),
        ("Dziękuję bardzo, polecam wszystkim", "pl"),
        ("Ужасный сервис, жду уже три недели", "ru"),
        ("サービスが最悪です", "ja"),
    ],
)
def test_languages_are_told(text: str, language: str) -> None:
    assert DETECTOR.detect(text) == language


@pytest.mark.parametrize(
    "text", ["", "ok", "😡", "👍👍", "12.50", "@acme", "https://example.com/le-service-est-nul", "?!"]
)
def test_what_has_no_language_has_none(text: str) -> None:
    assert DETECTOR.detect(text) == ""


@pytest.mark.parametrize("text", ["ok", "Super!", "top", "lol", "Acme", "Bravo", "Nie wieder."])
def test_a_short_text_is_never_a_random_language(text: str) -> None:
    assert DETECTOR.detect(text) in {"de", "en", ""}


@pytest.mark.parametrize("hint", ["de", "de-AT", "DE", "de_CH"])
def test_the_hint_is_believed_for_short_texts(hint: str) -> None:
    assert DETECTOR.detect("Super!", hint) == "de"


def test_the_hint_does_not_turn_a_long_text_around() -> None:
    assert DETECTOR.detect("Le service client est vraiment nul, j'attends depuis trois semaines.", "de") == "fr"


def test_the_hint_does_not_turn_another_script_into_german() -> None:
    assert DETECTOR.detect("Спасибо!", "de") == "ru"


def test_links_and_handles_are_not_read() -> None:
    text = "@le_service_client_francais Danke für die schnelle Hilfe https://example.com/voici-la-reponse-de-la-societe"

    assert DETECTOR.detect(text) == "de"


@pytest.mark.parametrize("content", [None, b"", b"not a model"])
def test_without_a_usable_model_function_words_are_counted(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "lid.176.ftz"
    if content is not None:
        file.write_bytes(content)
    detector = LanguageDetector(file)

    assert detector.detect("Ich habe leider noch keine Antwort von euch") == "de"
    assert detector.detect("I have not heard from you about this") == "en"


def test_without_the_library_function_words_are_counted() -> None:
    code = (
        "import sys; sys.modules['fasttext'] = None;"
        "from earshot.classify.language import LanguageDetector;"
        "print(LanguageDetector().detect('Ich habe leider noch keine Antwort von euch'))"
    )

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert printed.strip() == "de"


def test_function_words_that_balance_decide_nothing() -> None:
    assert guess(["und", "the"]) == ""
