"""Which elements of a page lie over a part of its text; asked from left to right, so that all is gone through once."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from earshot.sources.markup import Element


class Spans:
    """Elements that do not lie within each other, such as links; one left open ends where the next begins."""

    def __init__(self, elements: Sequence[Element]) -> None:
        following = [each.start for each in elements[1:]]
        self._elements = [
            *(replace(each, end=min(each.end, end)) for each, end in zip(elements, following, strict=False)),
            *elements[-1:],
        ]
        self._at = 0

    def largest(self, start: int, end: int) -> tuple[Element | None, int]:
        """The element with the largest share of a part of the text, and how many signs that is."""
        while self._at < len(self._elements) and self._elements[self._at].end <= start:
            self._at += 1
        found: Element | None = None
        most = 0
        for at in range(self._at, len(self._elements)):
            each = self._elements[at]
            if each.start >= end:
                break
            share = min(each.end, end) - max(each.start, start)
            if share > most:
                found, most = each, share
        return found, most


class Nest:
    """Elements that may lie within each other."""

    def __init__(self, elements: Iterable[Element]) -> None:
        self._waiting = sorted(elements, key=lambda each: each.index, reverse=True)
        self._open: list[Element] = []

    def innermost(self, position: int) -> int:
        """The index of the innermost element around a position, -1 where there is none."""
        while self._waiting and self._waiting[-1].start <= position:
            self._open.append(self._waiting.pop())
        while self._open and self._open[-1].end <= position:
            self._open.pop()
        return self._open[-1].index if self._open else -1
