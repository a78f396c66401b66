"""What an item costs as more is listened for, and what one regular expression would cost in place of the automaton."""

import re
from collections.abc import Callable, Iterable, Sequence

from benchmarks.phrases import some_phrases, watches
from benchmarks.scale import Scale
from benchmarks.texts import some_texts
from benchmarks.timing import Row, in_turn
from builders import an_item
from earshot.domain.item import Item
from earshot.domain.watch import Watch
from earshot.matching.matcher import Matcher

AREA = "matching"
_COMPARED = 1_000
_FEW = 200


def measure(scale: Scale) -> list[Row]:
    """A line for each number of phrases, two for expressions, and one for building the largest automaton."""
    texts = some_texts(scale.texts).texts
    items = [an_item(str(i), text=text) for i, text in enumerate(texts)]
    listened = {count: watches(some_phrases(count, texts)) for count in scale.phrases}
    matchers = {_name(count): Matcher(each) for count, each in listened.items()}
    turns = in_turn({name: _all(matcher, items) for name, matcher in matchers.items()}, tries=scale.tries)
    rows = [turns.row(AREA, name, _name(scale.phrases[0]), share=1 / len(items)) for name in matchers]
    building = _building(listened[scale.phrases[0]], listened[scale.phrases[-1]], scale)
    return [*rows, *_expressions(items, texts, scale), building]


def _expressions(items: Sequence[Item], texts: Sequence[str], scale: Scale) -> list[Row]:
    """What somebody would write in place of the automaton: one expression, with and without borders of words."""
    few, phrases = items[:_FEW], some_phrases(_COMPARED, texts)
    matcher, automaton = Matcher(watches(phrases)), _name(_COMPARED)
    bare = f"an item, one `re` of {_COMPARED:,} phrases"
    searches = {bare: _one_expression(phrases, "", ""), f"{bare} between `\\b`": _one_expression(phrases, r"\b", r"\b")}
    missed = [item for item in few if searches[f"{bare} between `\\b`"](item) and not matcher.match(item)]
    if missed:
        raise AssertionError("the automaton does not find what the expression finds")
    works = {name: _searched(search, few) for name, search in searches.items()}
    turns = in_turn({automaton: _all(matcher, few), **works}, tries=scale.tries)
    return [turns.row(AREA, name, automaton, share=1 / len(few)) for name in searches]


def _building(few: Sequence[Watch], many: Sequence[Watch], scale: Scale) -> Row:
    smallest, largest = (f"building for {count:,} phrases" for count in (scale.phrases[0], scale.phrases[-1]))
    turns = in_turn({smallest: lambda: Matcher(few), largest: lambda: Matcher(many)}, tries=3)
    return turns.row(AREA, largest, smallest)


def _one_expression(phrases: Iterable[str], before: str, after: str) -> Callable[[Item], bool]:
    longest_first = sorted(phrases, key=len, reverse=True)
    expression = re.compile(f"{before}(?:{'|'.join(map(re.escape, longest_first))}){after}", re.IGNORECASE)
    return lambda item: bool(expression.findall(item.text))


def _searched(search: Callable[[Item], bool], items: Sequence[Item]) -> Callable[[], object]:
    return lambda: list(map(search, items))


def _all(matcher: Matcher, items: Sequence[Item]) -> Callable[[], object]:
    return lambda: [matcher.match(item) for item in items]


def _name(phrases: int) -> str:
    return f"an item, {phrases:,} phrases"
