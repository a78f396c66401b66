"""HTML as text and elements, however broken it is, in time that grows with its length alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.sources.markup import MAX_ELEMENTS, charset_of, decoded, read_markup


def test_elements_know_their_text_and_what_stands_within() -> None:
    page = read_markup('<div class="a  b"><p>One <a href="/x?a=1&amp;b=2">two</a></p><img alt="Bild"></div>three')

    div, p, a, img = page.elements
    assert (div.tag, div.classes, page.within(div)) == ("div", frozenset("ab"), (p, a, img))
    assert (page.text_of(p), page.text_of(a), a.attributes) == ("One two", "two", {"href": "/x?a=1&b=2"})
    assert page.text.split() == ["One", "two", "Bild", "three"]
    assert page.first("a") == a
    assert page.first("table") is None


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a\n  b<br>c", "a b\nc"),
        ("<p>a<p>b", "\na\nb"),
        ("<ul><li>a<li>b</ul>", "\n\na\nb\n"),
        ("a &lt; b &amp; c &hearts;", "a < b & c ♥"),
        ("1 < 2 <3 <> </>", "1 < 2 <3 <> </>"),
        ("<!doctype html><?xml version='1'?>a<!-- <p>no</p> -->b<![if x]>c<![endif]>", "abc"),
        ("a<!-- never ended <b>b</b>", "a"),
        ("<script>if (a < b) '</p>'</script>a<STYLE>x</Style>b", "ab"),
        ("a<script>never ended <b>b</b>", "a"),
        ("<noscript><img src=x></noscript><template><a href=x>y</a></template>z", "z"),
        ("<b>a</i></b></b>b", "ab"),
        ("<a title='>' href=\"x'y\">a</a>", "a"),
        ("<a title=it's href=x>a</a>", "a"),
    ],
)
def test_the_text_is_what_a_reader_sees(markup: str, text: str) -> None:
    assert read_markup(markup).text == text


def test_title_and_scripts_keep_what_is_written_in_them() -> None:
    page = read_markup("<title>A &amp; B</title><script type=x>{}</script><style>s</style>")

    assert [each.raw for each in page.elements] == ["A &amp; B", "{}", ""]


def test_of_equal_attributes_the_first_counts_and_those_without_a_value_are_empty() -> None:
    (element,) = read_markup("<a HREF=one href='two' hidden data-x = 'three'>").elements

    assert element.attributes == {"href": "one", "hidden": "", "data-x": "three"}


N = 200_000


@pytest.mark.parametrize(
    "markup",
    [
        *("<div>" * N, "<div></p>" * N, "<" * N, "<a<" * N, "<a " * N, "<a x='" * N, "<a x=\"'" * N, "<!--" * N),
        *("</" * N, "</a>" * N, "<script>" * N, "<script></scrip>" * N, "<p>" * N, "&" * N, "&#" * N, "<li>" * N),
        *("<a " + "x " * N + ">", "<a " + "x" * N + ">", "<a" + " " * N + ">", "<title></title>" * N, "<![CDATA[" * N),
    ],
    ids=lambda markup: markup[:12],
)
def test_hostile_markup_takes_no_longer_than_its_length(markup: str) -> None:
    started = time.monotonic()

    page = read_markup(markup)

    assert time.monotonic() - started < 4
    assert len(page.elements) <= MAX_ELEMENTS


@given(st.text(st.sampled_from(list("<>/!-='\" abp&;")), max_size=80))
def test_any_markup_is_read_and_its_elements_stand_within_each_other(markup: str) -> None:
    page = read_markup(markup)

    for element in page.elements:
        assert 0 <= element.start <= element.end <= len(page.text)
        assert element.index < element.last <= len(page.elements)
        assert all(element.start <= inner.start and inner.end <= element.end for inner in page.within(element))


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        ("ä€".encode(), "", "ä€"),
        ("ä€".encode("cp1252"), "ISO-8859-1", "ä€"),
        ("ä".encode("iso-8859-2"), "iso-8859-2", "ä"),
        (b"\xef\xbb\xbfa", "latin-1", "a"),
        ("ä".encode("utf-16"), "", "ä"),
        (b'<meta charset="windows-1252">\xe4', "", '<meta charset="windows-1252">ä'),
        (b'<meta http-equiv=x content="text/html; charset=latin1">\xe4', "", None),
        (b'<meta charset="windows-1252">\xc3\xa4', "utf-8", '<meta charset="windows-1252">ä'),
        (b"+ADw-a", "utf-7", "+ADw-a"),
        (b"a", "base64", "a"),
        (b"a\xff", "no-such", "a\ufffd"),
        (b"\\x", "unicode-escape", "\\x"),
    ],
)
def test_a_body_is_read_in_the_encoding_named_for_it(body: bytes, charset: str, text: str | None) -> None:
    assert decoded(body, charset) == text or (text is None and decoded(body, charset).endswith("ä"))


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [("text/html; charset=utf-8", "utf-8"), ('text/html;Charset="latin1"; x=1', "latin1"), ("text/html", ""), ("", "")],
)
def test_a_content_type_names_its_charset(content_type: str, charset: str) -> None:
    assert charset_of(content_type) == charset
