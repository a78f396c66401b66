"""The texts in two languages, and times as people say them."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from earshot.classify.urgency import RULES
from earshot.domain.mention import Outcome
from earshot.domain.verdict import Kind
from earshot.domain.watch import Role
from earshot.web.marking import Piece, clean, host_of, one_line, pieces, safe_link
from earshot.web.reasons import said
from earshot.web.viewer import Viewer, zone_named
from earshot.web.words import TABLES, Words, language_for
from fakes import NOW
from web_builders import a_marked_match

WEB = Path(__file__).parents[2] / "functions" / "earshot" / "web"


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_texts_with_the_same_values() -> None:
    german, english = TABLES["de"], TABLES["en"]

    assert german.keys() == english.keys()
    for key, text in german.items():
        if not key.endswith(".one"):
            assert fields_of(text) == fields_of(english[key]), key


def test_months_and_weekdays_are_complete() -> None:
    for table in TABLES.values():
        assert (len(table["months"].split()), len(table["weekdays"].split())) == (12, 7)


def test_every_text_that_code_and_templates_ask_for_is_there() -> None:
    asked = set()
    for file in [*WEB.glob("*.py"), *(WEB / "templates").glob("*.html")]:
        source = file.read_text(encoding="utf-8")
        asked |= set(re.findall(r"""words\(\s*["']([a-z.]+[a-z])["']\s*[,)]""", source))
        asked |= {f"{key}.other" for key in re.findall(r"""words\.count\(\s*["']([a-z.]+)["']""", source)}

    assert asked <= TABLES["en"].keys()
    for stem, values in (("kind", Kind), ("role", Role), ("outcome", Outcome)):
        assert all(f"{stem}.{value}" in TABLES["en"] for value in values)


def test_every_status_an_error_may_have_has_a_page() -> None:
    for status in (403, 404, 405, 409, 410, 413, 422, 500):
        assert f"trouble.{status}.hint" in TABLES["de"]


@pytest.mark.parametrize(
    ("language", "n", "text"), [("de", 1, "1 Antwort"), ("de", 1234, "1.234 Antworten"), ("en", 1234, "1,234 replies")]
)
def test_numbers_get_their_plural_and_their_signs(language: str, n: int, text: str) -> None:
    assert Words(language).count("replies", n) == text


@pytest.mark.parametrize(
    ("wishes", "accepted", "language"),
    [
        (("", "de"), "en", "de"),
        (("fr", ""), "de-AT,en;q=0.5", "de"),
        ((), "fr, en;q=0.3, de;q=0.7", "de"),
        ((), "", "en"),
        ((), "de;q=0.1,en;q=0.1", "de"),
    ],
)
def test_the_language_is_the_first_wish_we_can_fulfil(wishes: tuple[str, ...], accepted: str, language: str) -> None:
    assert language_for(wishes, accepted) == language


@pytest.mark.parametrize(
    ("ago", "german", "english"),
    [
        (timedelta(seconds=-5), "gerade eben", "just now"),
        (timedelta(seconds=59), "gerade eben", "just now"),
        (timedelta(minutes=1), "vor 1 min", "1 min ago"),
        (timedelta(hours=2, minutes=10), "vor 2 h", "2 h ago"),
        (timedelta(hours=24), "gestern, 13:00 Uhr", "yesterday, 13:00"),
        (timedelta(days=2), "vor 2 Tagen", "2 days ago"),
        (timedelta(days=6), "vor 6 Tagen", "6 days ago"),
        (timedelta(days=7), "17. November", "17 November"),
        (timedelta(days=365), "24. November 2025", "24 November 2025"),
    ],
)
def test_times_are_told_as_people_tell_them(ago: timedelta, german: str, english: str) -> None:
    viewers = [Viewer(words=Words(each), zone=ZoneInfo("Europe/Berlin"), now=NOW) for each in ("de", "en")]

    assert [viewer.ago(NOW - ago) for viewer in viewers] == [german, english]


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(seconds=3), "1 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=2, minutes=10), "2 h 10 min"),
        (timedelta(hours=30), "30 h"),
        (timedelta(days=3, hours=5), "3 Tagen"),
    ],
)
def test_spans_have_at_most_two_units(span: timedelta, text: str) -> None:
    assert Viewer(words=Words("de"), zone=ZoneInfo("UTC"), now=NOW).span(span) == text


@pytest.mark.parametrize(
    ("ago", "waited"),
    [
        (timedelta(seconds=-9), "1 min"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=4, hours=14), "5 Tagen"),
    ],
)
def test_a_wait_is_counted_in_the_same_days_as_the_time_of_posting(ago: timedelta, waited: str) -> None:
    viewer = Viewer(words=Words("de"), zone=ZoneInfo("Europe/Berlin"), now=NOW)

    assert viewer.waited(NOW - ago) == waited


def test_yesterday_is_a_day_of_the_viewers_zone() -> None:
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    at = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)

    said = [Viewer(words=Words("en"), zone=ZoneInfo(zone), now=now).ago(at) for zone in ("Europe/Berlin", "UTC")]

    assert said == ["yesterday, 00:30", "2 days ago"]


@pytest.mark.parametrize("name", ["", "Nowhere/Land", "../etc/passwd", "\x00", "Europe"])
def test_an_unknown_zone_is_utc(name: str) -> None:
    assert zone_named(name).key == "UTC"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "http:///path",
        "http:\\\\evil.example",
        "https://user@evil.example/",
        "https://a.example/ x",
        'https://a.example/"x',
        "https://a.example/<x",
        "http://[::1",
        "https://" + "a" * 2048,
        "https://a.example/\u202e",
        "",
    ],
)
def test_what_a_browser_might_open_as_something_else_is_no_link(url: str) -> None:
    assert (safe_link(url), host_of(url)) == ("", "")


@pytest.mark.parametrize(
    "url", ["https://a.example/", "HTTP://A.example/x?y=1&z=%20#f", "https://münchen.de/ä", "http://[::1]:8/"]
)
def test_an_ordinary_link_stays_as_it_is(url: str) -> None:
    assert safe_link(url) == url


def test_overlapping_matches_are_marked_once_and_out_of_bounds_ones_not_at_all() -> None:
    matches = [a_marked_match(0, 4), a_marked_match(2, 6), a_marked_match(8, 99), a_marked_match(50, 60)]
    other = a_marked_match(0, 3, "title")

    found = pieces("Acme AG hier", [*matches, other], "text")

    assert found == (Piece("Acme A", True), Piece("G "), Piece("hier", True))


@pytest.mark.parametrize("span", [(-5, 2), (3, 1), (0, 0)])
def test_a_span_that_makes_no_sense_does_no_harm(span: tuple[int, int]) -> None:
    assert "".join(piece.text for piece in pieces("Acme", [a_marked_match(*span)], "text")) == "Acme"


def test_control_characters_vanish_and_lines_stay() -> None:
    assert clean("a\x00b\x1bc\r\nd\ud800") == "abc\nd�"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\r\nBcc: b", "a Bcc: b"),
        ("\u202eabc\u2066", "abc"),
        ("  a \t b ", "a b"),
        ("abcdef", "abcd…"),
        ("a\u2028b", "a b"),
    ],
)
def test_a_line_is_one_line(text: str, line: str) -> None:
    assert one_line(text, 5 if text == "abcdef" else 99) == line


@pytest.mark.parametrize(
    ("reason", "german", "english"),
    [
        ('"kalt" +2.1', "„kalt“ +2,1", "“kalt” +2.1"),
        ('"gut" -0.3', "„gut“ −0,3", "“gut” −0.3"),
        ("1 star", "1 Stern", "1 star"),
        ("4.5 stars", "4,5 Sterne", "4.5 stars"),
        ('warns others: "nie wieder"', "warnt andere: „nie wieder“", "warns others: “nie wieder”"),
        ('some rule: "x"', "some rule: „x“", "some rule: “x”"),
        ("language fr", "Sprache: fr", "language: fr"),
        ("could not be classified", "ließ sich nicht einschätzen", "could not be judged"),
        ("anything else", "anything else", "anything else"),
    ],
)
def test_reasons_are_told_in_the_readers_language(reason: str, german: str, english: str) -> None:
    assert [said(reason, Words(each)) for each in ("de", "en")] == [german, english]


def test_every_rule_of_urgency_has_a_name_in_both_languages() -> None:
    for rule in RULES:
        assert f"urgency.{rule.name.replace(' ', '.')}" in TABLES["de"]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati"])
@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)], ids=["min", "max"])
def test_the_ends_of_time_can_be_told(at: datetime, zone: str) -> None:
    viewer = Viewer(words=Words("en"), zone=ZoneInfo(zone), now=NOW)

    for tell in (viewer.ago, viewer.waited, viewer.day, viewer.exact):
        assert tell(at)
