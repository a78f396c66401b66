"""What a person may type to name a feed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earshot.domain.errors import Invalid
from earshot.sources.registry import CONNECTORS


@pytest.mark.parametrize(
    ("typed", "locator"),
    [
        ("https://example.com/feed", "https://example.com/feed"),
        (" example.com/feed ", "https://example.com/feed"),
        ("example.com", "https://example.com/"),
        ("example.com:8080/feed", "https://example.com:8080/feed"),
        ("localhost:8787/feed", "https://localhost:8787/feed"),
        ("//example.com/feed", "https://example.com/feed"),
        ("HTTP://Example.COM/Feed?B=2&a=1", "http://example.com/Feed?B=2&a=1"),
        ("https://example.com:443/feed", "https://example.com/feed"),
        ("http://example.com:80", "http://example.com/"),
        ("http://127.0.0.1:8787/feed.xml", "http://127.0.0.1:8787/feed.xml"),
        ("feed://example.com/rss", "https://example.com/rss"),
        ("feed:https://example.com/rss", "https://example.com/rss"),
        ("müller.de/rss", "https://xn--mller-kva.de/rss"),
        ("https://example.com/größe?q=ü", "https://example.com/gr%C3%B6%C3%9Fe?q=%C3%BC"),
        ("https://example.com/a%20b?c=%41", "https://example.com/a%20b?c=%41"),
        ("https://example.com/feed#top", "https://example.com/feed"),
        ("https://example.com./feed", "https://example.com/feed"),
        ("example.com/go?to=https://a.de/x", "https://example.com/go?to=https://a.de/x"),
        ("https://[2001:DB8::1]/feed", "https://[2001:db8::1]/feed"),
    ],
)
def test_typed_address_is_completed(typed: str, locator: str) -> None:
    assert CONNECTORS["feed"].locator(typed) == locator


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "type the address"),
        ("   ", "type the address"),
        ("ftp://example.com/feed", "only http and https"),
        ("javascript:alert(1)", "only http and https"),
        ("mailto:a@example.com", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("https://user:secret@example.com/", "user name"),
        ("user@example.com", "user name"),
        ("my favourite feed", "blanks"),
        ("https://example.com/\x00", "blanks"),
        ("https://example.com\\@evil.example/", "blanks"),
        ("https://", "not a web address"),
        ("https://exa$mple.com/", "not a web address"),
        ("https://example.com:99999/", "not a web address"),
        ("https://[::1/", "not a web address"),
        ("https://-ü-.de/", "not a web address"),
        ("https://example.com/" + "a" * 3000, "longer than 2048"),
    ],
)
def test_unusable_address_is_refused_in_one_sentence(typed: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason) as caught:
        CONNECTORS["feed"].locator(typed)

    assert caught.value.field == "url"


def test_secret_is_not_repeated() -> None:
    with pytest.raises(Invalid) as caught:
        CONNECTORS["feed"].locator("https://user:secret@example.com/")

    assert "secret" not in str(caught.value)


@settings(database=None, deadline=None, max_examples=200)
@given(st.text(max_size=40))
def test_locator_of_a_locator_is_itself(typed: str) -> None:
    try:
        locator = CONNECTORS["feed"].locator(typed)
    except Invalid:
        return

    assert CONNECTORS["feed"].locator(locator) == locator
