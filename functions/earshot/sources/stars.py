"""Stars of reviews: as words in capitals, as numbers, and as text where somebody only gave stars."""

from earshot.sources.json_body import Node, number, text

_WORDS = {"ONE": 1.0, "TWO": 2.0, "THREE": 3.0, "FOUR": 4.0, "FIVE": 5.0}


def rating(node: Node, *path: str) -> float | None:
    """The stars at a path, 1 to 5, from a number or a word in capitals; None for anything else."""
    found = _WORDS.get(text(node, *path)) or number(node, *path)
    return found if found is not None and 1 <= found <= 5 else None


def said(words: str, stars: float | None) -> str:
    """What a review says: its words, else its stars as a reader sees them.

    >>> said("", 2.0)
    '★★☆☆☆'
    """
    if words.strip() or stars is None:
        return words
    full = round(stars)
    return "★" * full + "☆" * (5 - full)
