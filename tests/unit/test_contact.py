"""A contact's addresses: one plain mail address, a telephone number that can be dialled from anywhere."""

import pytest

from earshot.domain.contact import Channel, Contact, valid_email, valid_phone
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


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+4915112345678", "+4915112345678"),
        (" +49 151 12345678 ", "+4915112345678"),
        ("+49 (0)151 / 123 456-78", "+4915112345678"),
        ("+49 (151) 12345678", "+4915112345678"),
        ("+49.151.12345678", "+4915112345678"),
        ("+49\u00a0151\u202f12345678", "+4915112345678"),
        ("0049 151 12345678", "+4915112345678"),
        ("00 49 151 12345678", "+4915112345678"),
        ("+49 0151 12345678", "+4915112345678"),
        ("0043 0664 1234567", "+436641234567"),
        ("+41 079 123 45 67", "+41791234567"),
        ("+39 06 12345678", "+390612345678"),
        ("+1 (202) 555-0123", "+12025550123"),
        ("+123456789012345", "+123456789012345"),
        ("+2901234", "+2901234"),
    ],
    ids=ascii,
)
def test_a_number_is_kept_in_its_international_form_however_it_is_written(text: str, number: str) -> None:
    assert valid_phone(text) == number
    assert valid_phone(number) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "+",
        "0151 12345678",
        "(0)151 12345678",
        "15112345678",
        "+0 151 12345678",
        "000 49 151 12345678",
        "+49 151 CALLME",
        "tel:+4915112345678",
        "+49 151 12345678 ext. 9",
        "+49 151 12345678; +49 151 87654321",
        "++4915112345678",
        "49+15112345678",
        "+290123",
        "+1234567890123456",
        "+" + "4" * 200,
        "+４９１５１１２３４５６７８",
        "+٤٩١٥١١٢٣٤٥٦٧٨",
        "+49151\u200b12345678",
        "+49151\x0012345678",
    ],
    ids=ascii,
)
def test_what_is_no_number_that_can_be_dialled_from_anywhere_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match=r"phone: must begin with the country code, as in \+49 151 12345678"):
        valid_phone(text)


@pytest.mark.parametrize("channel", Channel)
def test_a_contact_has_no_address_where_none_was_given(channel: Channel) -> None:
    assert Contact(id="c_1", tenant="t", name="n").address(channel) == ""
