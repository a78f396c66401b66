"""The short links in mails."""

from datetime import timedelta

import pytest

from builders import a_contact, a_delivery
from earshot.adapters.memory import DictTable
from earshot.domain.errors import Denied
from earshot.services.links import link_secret, link_token, opened
from earshot.store.company import Company
from earshot.store.deliveries import TOKEN_LIFE, Deliveries
from fakes import NOW

SECRET = b"secret"


@pytest.fixture
def table() -> DictTable:
    made = DictTable()
    Company(made).contacts.add(a_contact())
    Deliveries(made).remember_token(link_token(SECRET, a_delivery(), NOW))
    return made


def open_link(table: DictTable, text: str, *, after: timedelta = timedelta()) -> str:
    return opened(text, Deliveries(table), Company(table), NOW + after).mention_id


def test_a_link_is_22_characters_and_the_same_in_each_copy() -> None:
    assert len(link_secret(SECRET, "d_1")) == 22
    assert link_secret(SECRET, "d_1") == link_secret(SECRET, "d_1")
    assert len({link_secret(SECRET, "d_1"), link_secret(SECRET, "d_2"), link_secret(b"other", "d_1")}) == 3


def test_a_link_opens_its_mention_for_thirty_days(table: DictTable) -> None:
    text = link_secret(SECRET, a_delivery().id)

    assert open_link(table, text, after=TOKEN_LIFE - timedelta(seconds=1)) == "m_1"
    with pytest.raises(Denied) as caught:
        open_link(table, text, after=TOKEN_LIFE)
    assert caught.value.status == 410


@pytest.mark.parametrize("text", ["", "x", "x" * 22, "x" * 23, "\ud800" * 22], ids=ascii)
def test_an_unknown_link_opens_nothing(table: DictTable, text: str) -> None:
    with pytest.raises(Denied, match="open the inbox instead"):
        open_link(table, text)


def test_a_link_ends_with_its_contact(table: DictTable) -> None:
    Company(table).contacts.remove(Company(table).contacts.key(a_contact()))

    with pytest.raises(Denied, match="no longer there"):
        open_link(table, link_secret(SECRET, a_delivery().id))


@pytest.mark.parametrize(("added_after", "is_open"), [(timedelta(), True), (timedelta(seconds=1), False)])
def test_a_contact_that_was_added_again_does_not_revive_its_old_links(
    table: DictTable, added_after: timedelta, is_open: bool
) -> None:
    Company(table).contacts.become(a_contact(created_at=NOW + added_after))
    text = link_secret(SECRET, a_delivery().id)

    if is_open:
        assert open_link(table, text, after=timedelta(days=1)) == "m_1"
    else:
        with pytest.raises(Denied, match="no longer there"):
            open_link(table, text, after=timedelta(days=1))
