"""The phrases that are listened for: ten that stand in the texts, and as many names of firms as are wanted."""

import random
import re
from collections import Counter
from collections.abc import Sequence

from benchmarks.texts import SEED
from builders import a_watch
from earshot.domain.watch import Watch
from earshot.matching.fold import fold

PHRASES_OF_A_WATCH = 10
_SHARE = 0.03
_TRADES = (
    *("Bäckerei", "Autohaus", "Café", "Hotel", "Apotheke", "Buchhandlung", "Brauerei", "Fahrschule", "Gärtnerei"),
    *("Kanzlei", "Metzgerei", "Möbelhaus", "Optik", "Pension", "Reederei", "Schreinerei", "Spedition", "Stadtwerke"),
    *("Tierarztpraxis", "Verlag", "Weingut", "Werft", "Zahnarztpraxis", "Bike Shop", "Law Office", "Software"),
)
_BEGINNINGS = ("Peter", "Jan", "Müller", "Schrö", "Brink", "Wester", "Nor", "Lüde", "Harm", "Stein", "Krü", "Vogel")
_ENDINGS = ("sen", "mann", "ke", "hoff", "ing", "er", "berg", "feld", "meier", "kamp", "wald", "ström")
_PLACES = (
    *("Aachen", "Bremen", "Celle", "Dülmen", "Essen", "Fürth", "Gießen", "Husum", "Itzehoe", "Jever", "Köln"),
    *("Lübeck", "Mölln", "Norden", "Oldenburg", "Plön", "Rügen", "Soest", "Trier", "Uelzen", "Verden", "Worms"),
    *("Zeven", "Bath", "Cork", "Leeds", "Derby"),
)


def some_phrases(count: int, texts: Sequence[str]) -> tuple[str, ...]:
    """The same ten phrases that stand in `texts`, so that as much is found at every size, and `count` - 10 names."""
    return (*_heard(texts), *names(count - 10))


def names(count: int) -> tuple[str, ...]:
    """Distinct names such as "Bäckerei Petersen Husum"; their words are in many texts, the whole name in hardly any."""
    every = len(_TRADES) * len(_BEGINNINGS) * len(_ENDINGS) * len(_PLACES)
    drawn = random.Random(SEED).sample(range(every), count)  # noqa: S311 - the same names every time, no secret
    return tuple(map(_name, drawn))


def watches(phrases: Sequence[str]) -> list[Watch]:
    """Watches with ten of the phrases each, any of which will do."""
    starts = range(0, len(phrases), PHRASES_OF_A_WATCH)
    return [a_watch(f"{start:06d}", any=tuple(phrases[start : start + PHRASES_OF_A_WATCH])) for start in starts]


def _heard(texts: Sequence[str]) -> tuple[str, ...]:
    """Ten capitalised words, those that come closest to standing in three of a hundred texts."""
    counts = Counter(word for text in texts for word in sorted(set(re.findall(r"\b[A-ZÄÖÜ]\w{3,}\b", text))))
    closest = sorted(counts, key=lambda word: (abs(counts[word] / len(texts) - _SHARE), word))
    return tuple({fold(word).text: word for word in closest}.values())[:10]


def _name(number: int) -> str:
    number, trade = divmod(number, len(_TRADES))
    number, beginning = divmod(number, len(_BEGINNINGS))
    number, ending = divmod(number, len(_ENDINGS))
    return f"{_TRADES[trade]} {_BEGINNINGS[beginning]}{_ENDINGS[ending]} {_PLACES[number]}"
