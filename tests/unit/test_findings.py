"""A finding shows enough of an item to judge it, and no more."""

from builders import a_mention, an_item
from earshot.domain.job import MAX_EXCERPT, MAX_TITLE
from earshot.domain.watch import Span
from earshot.services.findings import finding, item_of


def a_span(start: int, end: int, field: str = "text") -> Span:
    return Span(field=field, start=start, end=end, term="Acme")


def test_an_early_match_is_shown_with_the_beginning_of_the_text() -> None:
    text = "Acme " + "und so weiter " * 100

    shown = finding(an_item(text=text), spans=[a_span(0, 4)])

    assert shown.excerpt == text[:MAX_EXCERPT]
    assert shown.spans == (a_span(0, 4),)


def test_a_late_match_is_shown_where_it_stands() -> None:
    text = "und so weiter " * 100 + "Acme ist schlecht"
    start = text.index("Acme")

    shown = finding(an_item(text=text), spans=[a_span(start, start + 4)])

    (span,) = shown.spans
    assert shown.excerpt[span.start : span.end] == "Acme"
    assert shown.excerpt.startswith(("und", "so", "weiter"))


def test_a_late_match_in_a_text_without_spaces_is_shown_too() -> None:
    text = "x" * 2000 + "Acme"

    (span,) = finding(an_item(text=text), spans=[a_span(2000, 2004)]).spans

    assert span.end - span.start == 4


def test_matches_beyond_what_is_shown_are_not_told() -> None:
    spans = [a_span(0, 4), a_span(900, 904), a_span(0, 4, "title"), a_span(MAX_TITLE, MAX_TITLE + 4, "title")]

    shown = finding(an_item(text="x" * 1000, title="y" * 300), spans=spans)

    assert shown.spans == (a_span(0, 4), a_span(0, 4, "title"))


def test_a_stored_mention_is_the_item_it_was() -> None:
    item = an_item("7")

    again = item_of(a_mention(item=item))

    assert (again.identity, again.url, again.text) == (item.identity, item.url, item.text)
    assert again.native_id == a_mention(item=item).id
