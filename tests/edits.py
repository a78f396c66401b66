"""Copies as other outlets make them: words replaced, left out, put in or swapped; cut short, or behind a lead-in."""

import random
from collections.abc import Sequence


def edited(text: str, share: float, rng: random.Random, words: Sequence[str]) -> str:
    """The text with this share of its words changed, each in one of four ways; what comes new is one of `words`."""
    after = text.split()
    for _ in range(max(1, round(len(after) * share))):
        at = rng.randrange(len(after))
        way = rng.choice(("replace", "leave out", "put in", "swap"))
        if way == "replace":
            after[at] = rng.choice(words)
        elif way == "leave out":
            del after[at]
        elif way == "put in":
            after.insert(at, rng.choice(words))
        else:
            other = max(at - 1, 0) if at == len(after) - 1 else at + 1
            after[at], after[other] = after[other], after[at]
    return " ".join(after)
