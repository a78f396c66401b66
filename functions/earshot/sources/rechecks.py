"""Rechecks: which of the posts that were asked for an answer leaves out."""

from collections.abc import Iterable


def left_out(asked: Iterable[str], shown: Iterable[str]) -> frozenset[str]:
    """The ids that were asked for and did not come; none where not a single one came.

    An answer that shows nothing at all says nothing: it is likelier that we see too little.
    """
    wanted = frozenset(asked)
    missing = wanted.difference(shown)
    return frozenset() if missing == wanted else missing
