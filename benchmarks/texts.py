"""The texts that are matched, judged and put into feeds: other people's where they are at hand, else made up here.

`EARSHOT_SHARED`, or a folder `shared` beside the project, may hold labelled texts; they are read and never kept.
"""

import json
import os
import random
from pathlib import Path
from typing import NamedTuple

SEED = 24
MADE_UP = f"made up of German and English building blocks (seed {SEED})"
SHARED = f"drawn from the labelled texts of the shared folder, half German, half English (seed {SEED})"

_GERMAN = (
    "Die Beratung bei {name} war ausgezeichnet, wir kommen gern wieder.",
    "Seit {n} Tagen warte ich auf eine Antwort von {name}, so geht das nicht!",
    "Weiß jemand, ob {name} auch sonntags geöffnet hat?",
    "Das {thing} von {name} ist größer als erwartet, aber die Verarbeitung überzeugt.",
    "{name} eröffnet im Frühjahr eine Filiale in {place}, berichtet die Lokalzeitung.",
    "Der Kundenservice hat mir schnell geholfen, vielen Dank dafür.",
    "Leider kam die Lieferung beschädigt an, und am Telefon fühlte sich niemand zuständig.",
    "Heute in {place} unterwegs, das Wetter könnte besser sein …",
    "Wir suchen noch Verstärkung für unser Team in {place} (m/w/d).",
    "Preis und Leistung stimmen, nur der Parkplatz ist etwas klein.",
)
_ENGLISH = (
    "The staff at {name} were friendly and solved my problem within minutes.",
    "Been on hold with {name} for {n} minutes. Unbelievable.",
    "Does anyone know whether {name} ships to {place}?",
    "My new {thing} from {name} stopped working after {n} days, and support does not answer.",
    "{name} is opening a second shop in {place} this spring, the paper says.",
    "Honestly the best {thing} I have ever had, thank you so much!",
    "Not sure what all the fuss is about, it does what it should.",
    "Just arrived in {place}. Long queue, but the view makes up for it.",
    "They refunded me the same day and even apologised – that is how it's done.",
    "The instructions are useless and one of the screws was missing.",
)
_NAMES = ("Café Morgenrot", "Müller & Söhne", "Nordlicht Energie", "Bäckerei Petersen", "Hanse Logistik", "BlueHarbor")
_THINGS = ("Fahrrad", "Notebook", "Frühstück", "phone", "coffee machine", "Rückfahrticket", "jacket", "Ladekabel")
_PLACES = ("Köln", "Lübeck", "Düsseldorf", "Leeds", "Nürnberg", "Dublin", "Husum", "Zürich")
_ENDINGS = ("", "", "", " 🙂", " 😡", " #service", " https://example.org/a/4711", " @freunde", "!!!")


class Texts(NamedTuple):
    """Some texts, in a fixed order, and a sentence part that says where they are from."""

    texts: tuple[str, ...]
    origin: str


def some_texts(count: int) -> Texts:
    """Half German, half English, the same ones in every run."""
    rng = random.Random(SEED)  # noqa: S311 - the same texts every time, no secret
    folder = Path(os.environ.get("EARSHOT_SHARED") or Path(__file__).parents[2] / "shared") / "sentiment"
    if folder.is_dir():
        return Texts(_drawn(folder, count, rng), SHARED)
    return Texts(tuple(_made_up(_GERMAN if i % 2 else _ENGLISH, rng) for i in range(count)), MADE_UP)


def _drawn(folder: Path, count: int, rng: random.Random) -> tuple[str, ...]:
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    records = [json.loads(line) for line in lines]
    halves = [sorted({each["text"] for each in records if each["lang"] == lang}) for lang in ("de", "en")]
    drawn = [text for half in halves for text in rng.sample(half, count // 2)]
    rng.shuffle(drawn)
    return tuple(drawn)


def _made_up(sentences: tuple[str, ...], rng: random.Random) -> str:
    slots = {"n": rng.randint(2, 60), "thing": rng.choice(_THINGS), "place": rng.choice(_PLACES)}
    said = rng.sample(sentences, rng.choice((1, 1, 2, 3, 5)))
    return " ".join(said).format(name=rng.choice(_NAMES), **slots) + rng.choice(_ENDINGS)
