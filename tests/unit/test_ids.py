"""Ids follow from what they name."""

import pytest

from earshot.domain.ids import digest, is_id, make_id


def test_the_same_parts_give_the_same_id_for_ever() -> None:
    assert make_id("m", "t_acme", "url:https://forum.example/1") == "m_pfpw7xec2m3lcfjpcxu36abtge"


def test_parts_are_kept_apart_whatever_they_contain() -> None:
    assert len({digest("ab", "c"), digest("a", "bc"), digest("abc"), digest("abc", "")}) == 4


def test_an_id_is_short_lower_case_and_safe_in_a_url() -> None:
    assert is_id("m", make_id("m", "Grüße\ud800", "🦻"))


@pytest.mark.parametrize(
    "text", ["", "m", "m_", "m_short", "d_pfpw7xec2m3lcfjpcxu36abtge", "m_PFPW7XEC2M3LCFJPCXU36ABTGE", "m_" + "1" * 26]
)
def test_what_has_another_shape_is_no_id(text: str) -> None:
    assert not is_id("m", text)
