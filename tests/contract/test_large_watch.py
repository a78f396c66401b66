"""A watch of very many words goes from a file into a row of every table, and hears."""

import json

from builders import TENANT, an_item
from earshot.domain.watch import Watch
from earshot.ports.table import Table
from earshot.services.applying import Applier, read_configuration
from earshot.services.inputs import Configuration
from earshot.services.matchers import Matchers
from earshot.services.sourcing import Sourcing
from earshot.services.telling import Telling
from earshot.services.watching import Watching
from earshot.services.wording import MAX_WATCH_BYTES, size_of
from earshot.store.company import Company
from fakes import FixedClock


def a_file(words: list[str]) -> Configuration:
    return read_configuration(f'[[watch]]\nname = "Range"\nterms = {{ any = {json.dumps(words)} }}')


def applied(table: Table, words: list[str]) -> Watch:
    clock = FixedClock()
    sourcing, telling = Sourcing(table, {}, lambda _: None, clock), Telling(table, lambda _: None, clock)
    Applier(table, Watching(table, clock), sourcing, telling).apply(TENANT, a_file(words))
    return Watching(table, clock).get(TENANT, "Range")


def test_two_thousand_ordinary_words_are_kept_and_heard(table: Table) -> None:
    words = [f"Produktbezeichnung Nummer {number}" for number in range(2000)]

    watch = applied(table, words)
    matcher, _ = Matchers(Company(table), FixedClock()).of(TENANT)
    (match,) = matcher.match(an_item(text="Die Produktbezeichnung Nummer 1999 ist da"))

    assert watch.terms.any == tuple(words)
    assert (match.watch_id, match.spans[0].term) == (watch.id, "Produktbezeichnung Nummer 1999")


def test_the_largest_watch_that_is_taken_fits_into_a_row(table: Table) -> None:
    words = [f"{number:04}{'ß' * 62}" for number in range(1900)]

    watch = applied(table, words)

    assert MAX_WATCH_BYTES * 0.98 < size_of(watch.terms) <= MAX_WATCH_BYTES
    assert watch.terms.any[-1] == words[-1]
