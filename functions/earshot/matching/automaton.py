"""Finds which of many literals stand in a text, in one pass, however many there are.

Source:
    README of ahocorasick-rs 1.0.3, "Overlapping matches"; read 2026-11-24.
"""

from collections.abc import Sequence

from ahocorasick_rs import AhoCorasick


class Automaton:
    """Holds the folded `literals`; building it takes time and memory, so build it once and search often.

    Those whose number is in `headed` count only where no letter or digit stands before them.
    """

    def __init__(self, literals: Sequence[str], headed: frozenset[int] = frozenset()) -> None:
        self._automaton = AhoCorasick(literals)
        self._headed = headed

    def find(self, text: str) -> set[int]:
        """The numbers of the literals in a folded text; a literal's number is its position."""
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        headed = self._headed
        return {
            number
            for number, start, _ in found
            if not (number in headed and start and text[start - 1].isascii() and text[start - 1].isalnum())
        }
