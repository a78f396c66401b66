"""A contact's address is one plain mail address."""

import pytest

from earshot.domain.contact import valid_email
from earshot.domain.errors import Invalid


@pytest.mark.parametrize(
    "text",
    ["you@example.com", " you@example.com ", "o'brien+news@mail.example.co.uk", "a@localhost"],
)
def test_a_plain_address_is_accepted_without_the_blanks_around_it(text: str) -> None:
    assert valid_email(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "you",
        "@example.com",
        "you@",
        "you@@example.com",
        "You <you@example.com>",
        "a@example.com, b@example.com",
        "you@example.com\nBcc: all@example.com",
        "you@example.com\r\n\r\nHello",
        "y ou@example.com",
        "you..me@example.com",
        "you@example..com",
        "you@-example.com",
        "you@example.com.",
        "you\x00@example.com",
        "you\x1b@example.com",
        "x" * 65 + "@example.com",
        "x@" + "y" * 253 + ".com",
    ],
    ids=ascii,
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="email"):
        valid_email(text)


@pytest.mark.parametrize("text", ["grüße@example.com", "you@exämple.com", "анна@example.com", "you＠example.com"])
def test_letters_that_most_mail_servers_do_not_take_are_refused_with_that_reason(text: str) -> None:
    with pytest.raises(Invalid, match="email: must be written in ASCII letters"):
        valid_email(text)
