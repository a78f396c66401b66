"""What a preview tells of items: what would be caught, newest first, and the nearest misses with their rule."""

from dataclasses import replace

from builders import a_watch, an_item
from earshot.domain.watch import Noise, Role, Terms
from earshot.services.hearing import Ears
from earshot.services.looking import FEW_MISSES, SHOWN_OF_A_SOURCE, looked_at_source, looked_with_watch
from fakes import NOW

NO_NOISE = Noise()


def test_what_would_be_caught_comes_newest_first_with_where_it_matched() -> None:
    watch = a_watch()
    items = [an_item("old"), an_item("other", text="Nichts davon"), an_item("new")]

    answer = looked_with_watch(items, Ears([watch], NO_NOISE), watch, NOW)

    assert (answer.looked_at, answer.caught) == (3, 2)
    assert [each.url.rpartition("/")[2] for each in answer.found] == ["new", "old"]
    assert answer.found[0].spans[0].term == "Acme"
    assert answer.found[0].heard[0].watch_name == "acme"


def test_stored_mentions_are_named() -> None:
    watch = a_watch()

    answer = looked_with_watch([an_item("m_1")], Ears([watch], NO_NOISE), watch, NOW, are_stored=True)

    assert answer.found[0].mention_id == "m_1"


def test_the_nearest_misses_say_the_most_of_the_words_and_why_they_missed() -> None:
    watch = replace(a_watch(), terms=Terms(all=("Acme", "Pumpe")))
    texts = ("Gar nichts", "Nur Pumpe", "Wieder Pumpe", "Acmes Pumpenwerk", "Noch eine Pumpe")

    answer = looked_with_watch([an_item(t, text=t) for t in texts], Ears([watch], NO_NOISE), watch, NOW)

    assert len(answer.missed) == FEW_MISSES
    assert answer.missed[0].excerpt == "Acmes Pumpenwerk"
    assert answer.missed[1].heard[0].rule == '"Acme" is not there'


def test_endings_and_compounds_say_a_word_too() -> None:
    watch = replace(a_watch(), terms=Terms(all=("Acme", "Pumpe")))
    texts = ("Eine Wasserpumpe", "Gar nichts", "Viele Pumpen")

    answer = looked_with_watch([an_item(t, text=t) for t in texts], Ears([watch], NO_NOISE), watch, NOW)

    assert [each.excerpt for each in answer.missed] == ["Viele Pumpen", "Eine Wasserpumpe"]


def test_the_text_of_an_item_is_not_gone_through_again_for_each_of_thousands_of_words() -> None:
    class CountedText(str):
        folds = 0

        def __format__(self, spec: str) -> str:
            CountedText.folds += 1
            return str(self)

    watch = replace(a_watch(), terms=Terms(any=tuple(f"wort{i}" for i in range(2000))))
    items = [an_item(f"{i}", text=CountedText("Nichts davon")) for i in range(3)]

    looked_with_watch(items, Ears([watch], NO_NOISE), watch, NOW)

    assert 0 < CountedText.folds <= 2 * len(items)


def test_where_nothing_comes_near_the_newest_item_shows_the_rule() -> None:
    watch = a_watch()

    answer = looked_with_watch(
        [an_item("1", text="alt"), an_item("2", text="neu")], Ears([watch], NO_NOISE), watch, NOW
    )

    assert [each.excerpt for each in answer.missed] == ["neu"]


def test_nothing_to_look_at_finds_and_misses_nothing() -> None:
    watch = a_watch()

    answer = looked_with_watch([], Ears([watch], NO_NOISE), watch, NOW)

    assert (answer.found, answer.missed) == ((), ())


def test_a_miss_by_a_noise_list_names_the_list() -> None:
    watch = a_watch()
    ears = Ears([watch], Noise(sites=("forum.example",)))

    answer = looked_with_watch([an_item("1")], ears, watch, NOW)

    assert answer.missed[0].heard[0].filtered == 'sites: "forum.example"'


def test_a_source_shows_its_newest_items_and_which_watches_would_hear_them() -> None:
    items = [an_item(f"{i}", text="Acme" if i % 2 else "nichts") for i in range(50)]
    watches = [a_watch(), a_watch("rival", any=("Acme",), role=Role.COMPETITOR)]

    answer = looked_at_source(items, Ears(watches, NO_NOISE), NOW)

    assert (answer.looked_at, answer.caught, len(answer.found)) == (50, 25, SHOWN_OF_A_SOURCE)
    assert [each.watch_name for each in answer.found[0].heard] == ["acme", "rival"]
    assert answer.found[1].heard == ()
