"""What a look at items finds for a preview: what would be caught, and what nearly."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from earshot.domain.item import Item
from earshot.domain.job import Answer, Finding, Heard
from earshot.domain.watch import Span, Watch
from earshot.services.findings import finding
from earshot.services.hearing import Ears

SHOWN_OF_A_SOURCE = 20
"""The newest items that the preview of a source shows."""

FEW_MISSES = 3
"""The nearest misses that each look explains."""

_WORD = re.compile(r"\w{3,}")


def looked_with_watch(
    items: Sequence[Item], ears: Ears, watch: Watch, now: datetime, *, are_stored: bool = False
) -> Answer:
    """What one watch (which `ears` has alone) would catch among items, which come oldest first; the newest come first.

    Items that `are_stored` have the id of their mention as their own.
    """

    def shown(item: Item, heard: Iterable[Heard], spans: Iterable[Span] = ()) -> Finding:
        return finding(item, heard, spans, mention_id=item.native_id if are_stored else "")

    found: list[Finding] = []
    missed: list[Item] = []
    for item in reversed(items):
        matches = ears.match(item)
        if matches:
            spans = [span for match in matches for span in match.spans]
            found.append(shown(item, ears.of_matches(matches), spans))
        else:
            missed.append(item)
    near = [shown(item, ears.explain(item)) for item in _nearest(missed, watch)]
    return Answer(at=now, looked_at=len(items), caught=len(found), found=tuple(found), missed=tuple(near))


def looked_at_source(items: Sequence[Item], ears: Ears, now: datetime) -> Answer:
    """The newest items of a source, and which watches would hear them; `caught` counts all that one would hear."""
    heard = [(item, ears.match(item)) for item in reversed(items)]
    shown = [
        finding(item, ears.of_matches(matches), [span for match in matches for span in match.spans])
        for item, matches in heard[:SHOWN_OF_A_SOURCE]
    ]
    caught = sum(bool(matches) for _, matches in heard)
    return Answer(at=now, looked_at=len(items), caught=caught, found=tuple(shown))


def _nearest(missed: Sequence[Item], watch: Watch) -> list[Item]:
    """Those that say most of the watch's words, the newest of equals; the newest one where none says any."""
    terms = watch.terms
    wanted = " ".join((*terms.any, *terms.all, *terms.near, terms.query))
    words = set(_WORD.findall(wanted.casefold()))
    lengths = {len(word) for word in words}
    said = [(len(_begun_or_ended(item, lengths) & words), item) for item in missed]
    near = sorted((each for each in said if each[0]), key=lambda each: -each[0])
    return [item for _, item in near[:FEW_MISSES]] or list(missed[:1])


def _begun_or_ended(item: Item, lengths: Iterable[int]) -> set[str]:
    """What of these lengths the item's words begin or end with: endings and compounds say a word too.

    The words of a watch may be thousands, so they are not looked for one by one.
    """
    said = set(_WORD.findall(f"{item.title} {item.text}".casefold()))
    return {piece for n in lengths for word in said if len(word) >= n for piece in (word[:n], word[-n:])}
