"""Ready-made sources: their table, and what a tenant hears of them."""

import json
from collections import Counter
from pathlib import Path

import pytest

import earshot.sources.presets
from earshot.domain.errors import Invalid
from earshot.domain.source import Source, Subscription
from earshot.services.alert_queries import PLACES
from earshot.services.presets import groups, offered, preset_input
from earshot.services.sourcing import Listened, holds_secret
from earshot.sources.presets import Preset, presets, ways
from earshot.sources.registry import CONNECTORS
from fakes import NOW

ADDRESSED = [each for each in presets() if each.url]


def test_every_preset_has_a_name_of_its_own_and_is_told_in_full() -> None:
    table = json.loads((Path(earshot.sources.presets.__file__).parent / "tables" / "presets.json").read_bytes())

    assert Counter(each.id for each in presets()).most_common(1)[0][1] == 1
    assert len(presets()) >= 40
    assert all(set(each) <= set(Preset.__dataclass_fields__) for each in table["presets"])
    for each in presets():
        assert each.kind in CONNECTORS
        assert each.way in ways()
        assert each.about in ("", *PLACES)
        assert each.url or each.way in ("account", "address", "alert", "mail")


def test_no_preset_claims_that_it_was_tried() -> None:
    assert {each.confirmed for each in presets()} == {
        "seen in public code, not tried live",
        "seen once in public code, not tried live",
        "documented, not tried live",
        "no address is needed",
    }


@pytest.mark.parametrize("preset", ADDRESSED, ids=lambda each: each.id)
def test_an_address_can_be_added_and_shared_as_it_is(preset: Preset) -> None:
    connector = CONNECTORS[preset.kind]

    locator = connector.locator(preset.url)

    assert connector.locator(locator) == locator
    assert not holds_secret(locator)


def test_presets_of_one_group_stand_together() -> None:
    assert [each.group for each in presets()] == sorted(
        (each.group for each in presets()), key=lambda group: groups().index(group)
    )
    assert {each.preset.group for each in offered((), CONNECTORS, "employers")} == {"employers"}
    assert len(offered((), CONNECTORS)) == len(presets())


def test_an_unknown_group_is_refused_with_those_there_are() -> None:
    with pytest.raises(Invalid, match=r"must be one of news, .*consumers"):
        offered((), CONNECTORS, "sports")


def test_what_is_heard_already_is_known_by_its_address() -> None:
    source = Source(id="s_1", kind="feed", locator="https://www.heise.de/rss/heise-atom.xml", created_at=NOW)
    listened = Listened(source=source, subscription=Subscription(tenant="t_1", source_id="s_1", started_at=NOW))

    heard = {each.preset.id: each.source_id for each in offered([listened], CONNECTORS, "technology")}

    assert (heard["heise"], heard["golem"]) == ("s_1", "")


def test_a_kind_that_is_not_known_here_is_offered_but_not_looked_for() -> None:
    assert {each.source_id for each in offered((), {})} == {""}


def test_a_preset_becomes_a_source_with_its_name() -> None:
    given = preset_input("heise")

    assert (given.kind, given.url, given.name) == ("feed", "https://www.heise.de/rss/heise-atom.xml", "heise online")


@pytest.mark.parametrize(
    ("id_", "said"), [("nowhere", "there is no nowhere; earshot source presets"), ("kununu", "by a Google Alert")]
)
def test_what_cannot_be_added_says_what_to_do(id_: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        preset_input(id_)

    assert caught.value.field == "preset"
