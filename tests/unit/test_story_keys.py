"""Story keys are claimed once, by whoever comes first, until they are over."""

from dataclasses import replace

import pytest

from builders import TENANT
from earshot.adapters.memory import DictTable
from earshot.domain.story import WINDOW
from earshot.store.mentions import RETENTION
from earshot.store.stories import StoryKey, StoryKeys, Tellings, is_over
from fakes import NOW


def a_key(name: str = "2.1n#abc", mention_id: str = "m_1") -> StoryKey:
    return StoryKey(tenant=TENANT, name=name, mention_id=mention_id, at=NOW, sketch="c2tldGNo")


@pytest.fixture
def keys() -> StoryKeys:
    return StoryKeys(DictTable())


def test_a_claimed_key_is_found_by_its_name(keys: StoryKeys) -> None:
    keys.claim([a_key()], {})

    found = keys.of(TENANT, ["2.1n#abc", "2.1n#other"])

    assert found == {"2.1n#abc": replace(a_key(), revision=1)}


def test_of_two_who_claim_a_free_key_the_first_has_it(keys: StoryKeys) -> None:
    keys.claim([a_key(mention_id="m_1")], {})
    keys.claim([a_key(mention_id="m_2"), a_key("2.1n#more", "m_2")], {})

    owners = {name: key.mention_id for name, key in keys.of(TENANT, ["2.1n#abc", "2.1n#more"]).items()}

    assert owners == {"2.1n#abc": "m_1", "2.1n#more": "m_2"}


def test_a_key_that_was_read_is_taken_over_by_one_only(keys: StoryKeys) -> None:
    keys.claim([a_key()], {})
    known = keys.of(TENANT, ["2.1n#abc"])

    keys.claim([a_key(mention_id="m_2")], known)
    keys.claim([a_key(mention_id="m_3")], known)

    assert keys.of(TENANT, ["2.1n#abc"])["2.1n#abc"].mention_id == "m_2"


def test_a_key_is_over_after_three_days() -> None:
    assert not is_over(a_key(), NOW + WINDOW * 0.99)
    assert is_over(a_key(), NOW + WINDOW)


def test_another_tenant_has_other_keys(keys: StoryKeys) -> None:
    keys.claim([a_key()], {})

    assert not keys.of("t_other", ["2.1n#abc"])


def test_keys_and_marks_go_by_themselves_when_they_are_over() -> None:
    table = DictTable()
    StoryKeys(table).claim([a_key()], {})
    Tellings(table).begin(TENANT, "m_1", NOW)

    rows = table.query(f"TENANT#{TENANT}").rows

    assert {row.kind: row.expires_at for row in rows} == {
        "storykey": int((NOW + WINDOW).timestamp()),
        "telling": int((NOW + RETENTION).timestamp()),
    }


def test_a_mention_is_marked_as_told_once_and_for_all() -> None:
    tellings = Tellings(DictTable())
    tellings.begin(TENANT, "m_1", NOW)
    tellings.begin(TENANT, "m_1", NOW + WINDOW)

    assert tellings.has_begun(TENANT, "m_1")
    assert not tellings.has_begun(TENANT, "m_2")
    assert tellings.begun(TENANT, ["m_2", "m_1"]) == ("m_1",)


def test_a_key_stands_under_its_tenant_and_name() -> None:
    row = StoryKeys(DictTable()).row(a_key())

    assert (row.key.pk, row.key.sk, row.kind) == (f"TENANT#{TENANT}", "storykey#2.1n#abc", "storykey")
