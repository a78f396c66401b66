"""Text in one segment of an SMS."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earshot.web.gsm7 import SEGMENT, fitted, is_gsm7, septets, spelled

LINK = " https://listen.example/a/aaaaaaaaaaaaaaaaaaaaaa"

# 3GPP TS 23.038 §6.2.1, column by column, without LF, CR and the escape to the extension table.
COLUMNS = (
    "@£$¥èéùìòÇØøÅå",
    "Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ",
    " !\"#¤%&'()*+,-./",
    "0123456789:;<=>?",
    "¡ABCDEFGHIJKLMNO",
    "PQRSTUVWXYZÄÖÑÜ§",
    "¿abcdefghijklmno",
    "pqrstuvwxyzäöñüà",
)
EXTENSION = "^{}\\[~]|€"

texts = st.text(max_size=400) | st.text(alphabet=f"ab .{EXTENSION}ßé…🥨\n", max_size=400)
tails = st.text(alphabet="".join(COLUMNS) + EXTENSION, max_size=80)


def test_the_alphabet_is_that_of_the_specification() -> None:
    assert sum(map(len, COLUMNS)) == 128 - 3
    assert all(septets(char) == 1 for column in COLUMNS for char in column)
    assert all(septets(char) == 2 for char in EXTENSION)


def test_umlauts_stay() -> None:
    assert spelled("äöüÄÖÜß in Köln, Straße") == "äöüÄÖÜß in Köln, Straße"
    assert spelled("a\u0308 u\u0308") == "ä ü"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ç Ç", "c Ç"),
        ("á â ã ā ą ê ë î ô õ ű č ř š ž ý ő ǖ", "a a a a a e e i o o u c r s z y o ü"),
        ("Łódź, Đorđe, Œuvre, Þór, İstanbul ılık", "Lodz, Dorde, OEuvre, Thor, Istanbul ilik"),
        ("„So“, “so”, ‚so‘, «so» ‹so› it’s", '"So", "so", \'so\', "so" \'so\' it\'s'),
        ("a – b — c ‑ d − e", "a - b - c - d - e"),
        ("warten …", "warten ..."),
        ("ﬁn ﬀ", "fin ff"),
        ("1\u00a0000\u202f€\u2009", "1 000 €"),
        ("STRAẞE", "STRASSE"),
        ("½ ⅓ 3² №5 5™", "1/2 1/3 32 No5 5TM"),
        ("ｆｕｌｌ ５ 𝐇𝐢", "full 5 Hi"),
        ("★★★☆☆", "***"),
        ("gut 👍🏽 👩‍👩‍👧 1️⃣ 🇩🇪!", "gut 1 !"),
        ("Καλημέρα", "KAΛHMEPA"),
        ("Привет, 世界 Acme", "Privet, Acme"),
        ("Ещё Щука, Київ", "Eshchyo Shchuka, Kiyiv"),
        ("a\r\n\tb\x00c\u2028d\x85e", "a b c d e"),
        ("\u202eevil\u200b\u2066\ud800", "evil"),
    ],
)
def test_what_the_alphabet_lacks_is_written_otherwise(text: str, expected: str) -> None:
    assert spelled(text) == expected


def test_a_text_that_fits_is_not_cut() -> None:
    text = f"{'x' * 60} {'y' * 48}"

    assert fitted(text, " +2" + LINK) == text + " +2" + LINK
    assert septets(text + " +2" + LINK) == SEGMENT


def test_a_longer_text_is_cut_between_words() -> None:
    text = fitted("Eine Stunde gewartet, dann war alles kalt und niemand hat sich entschuldigt", LINK, most=90)

    assert text == "Eine Stunde gewartet, dann war alles ..." + LINK
    assert septets(text) <= 90


def test_no_mark_is_left_before_the_dots() -> None:
    assert fitted("Eine Stunde gewartet, dann", most=25) == "Eine Stunde gewartet ..."


def test_a_single_long_word_is_cut_inside() -> None:
    assert fitted("x" * 300) == "x" * 156 + "..."


def test_characters_of_the_extension_table_count_twice() -> None:
    assert fitted("€" * 80) == "€" * 80
    assert fitted("€" * 81) == "€" * 78 + "..."


def test_what_cannot_be_written_at_all_is_no_empty_message() -> None:
    assert fitted("🥨") == "..."
    assert fitted("🥨", LINK) == LINK


@pytest.mark.parametrize("tail", ["x" * 161, "€" * 81, "ç", "a\nb"])
def test_a_tail_that_cannot_survive_whole_is_refused(tail: str) -> None:
    with pytest.raises(ValueError, match="tail"):
        fitted("text", tail)


@settings(deadline=None)
@given(text=texts, tail=tails)
def test_every_message_is_one_segment_with_its_whole_tail(text: str, tail: str) -> None:
    message = fitted(text, tail)

    assert 0 < septets(message) <= SEGMENT
    assert is_gsm7(message)
    assert message.isprintable()
    assert message.endswith(tail)


@settings(deadline=None)
@given(text=texts)
def test_spelling_twice_changes_nothing(text: str) -> None:
    assert spelled(spelled(text)) == spelled(text)


@pytest.mark.parametrize(
    "text", ["x" * 100_000, "a" + "\u0315\u0300" * 50_000, "🥨" * 100_000, " \n" * 50_000, "ﷺ" * 9999]
)
def test_a_text_of_any_length_is_fitted_at_once(text: str) -> None:
    started = time.perf_counter()

    message = fitted(text, LINK)

    assert septets(message) <= SEGMENT
    assert time.perf_counter() - started < 0.5
