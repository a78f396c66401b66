"""Plain text out of markup."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earshot.domain.item import MAX_TEXT
from earshot.sources.plain import MAX_TITLE, plain_line, plain_name, plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Hallo", "Hallo"),
        ("<p>eins</p><p>zwei</p>", "eins\nzwei"),
        ("eins<br>zwei<br/>drei", "eins\nzwei\ndrei"),
        ("<b>fett</b>gedruckt", "fettgedruckt"),
        ("a &lt; b &amp; c &#39;d&#x27;", "a < b & c 'd'"),
        ("3 < 4 und 5 > 2", "3 < 4 und 5 > 2"),
        ("x<script>alert(1)</script><style>a{}</style>y", "xy"),
        ("x<!-- still -->y", "xy"),
        ("<a href='x' title='>'>Link</a>", "Link"),
        ("a\u00a0\t b\r\n\r\n  c", "a b\nc"),
        ("a\x00b\x08c\u202ed\ud800", "abcd"),
        ("u\u0308", "ü"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1\n2"),
    ],
)
def test_markup_becomes_what_a_reader_sees(markup: str, text: str) -> None:
    assert plain_text(markup) == text


def test_text_that_is_no_markup_keeps_its_brackets() -> None:
    assert plain_text("a <b> &amp; c", is_html=False) == "a <b> &amp; c"


def test_line_has_no_breaks_and_reads_entities_twice() -> None:
    assert plain_line("AT&amp;amp;T<br>neu") == "AT&T neu"


def test_lengths_are_bounded() -> None:
    assert len(plain_text("x" * 10_000)) == MAX_TEXT
    assert len(plain_line("x" * 10_000)) == MAX_TITLE


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("a@b.de (Anna)", "Anna"),
        ("a@b.de", ""),
        ("@acme", "@acme"),
        ("Anna <a@b.de>", "Anna"),
        ("Bo &amp; Co", "Bo & Co"),
        ("Anna (sie)", "Anna (sie)"),
    ],
)
def test_name_has_no_mail_address(given_name: str, name: str) -> None:
    assert plain_name(given_name) == name


@settings(database=None, deadline=None, max_examples=200)
@given(st.text(max_size=100))
def test_any_text_becomes_clean_text(markup: str) -> None:
    text = plain_text(markup)

    assert text == text.strip()
    assert not any(ord(c) < 32 and c != "\n" for c in text)
    text.encode("utf-8")
