"""The texts of pages and mails in the reader's language, with the right plural forms and number signs."""

from collections.abc import Iterable
from dataclasses import dataclass

from earshot.web.texts_arrivals_de import GERMAN_ARRIVALS
from earshot.web.texts_arrivals_en import ENGLISH_ARRIVALS
from earshot.web.texts_de import GERMAN
from earshot.web.texts_en import ENGLISH
from earshot.web.texts_finding_de import GERMAN_FINDING
from earshot.web.texts_finding_en import ENGLISH_FINDING
from earshot.web.texts_health_de import GERMAN_HEALTH
from earshot.web.texts_health_en import ENGLISH_HEALTH
from earshot.web.texts_places_de import GERMAN_PLACES
from earshot.web.texts_places_en import ENGLISH_PLACES
from earshot.web.texts_stories_de import GERMAN_STORIES
from earshot.web.texts_stories_en import ENGLISH_STORIES
from earshot.web.texts_threads_de import GERMAN_THREADS
from earshot.web.texts_threads_en import ENGLISH_THREADS
from earshot.web.texts_unheard_de import GERMAN_UNHEARD
from earshot.web.texts_unheard_en import ENGLISH_UNHEARD
from earshot.web.texts_watches_de import WATCHES_GERMAN
from earshot.web.texts_watches_en import WATCHES_ENGLISH
from earshot.web.texts_why_de import WHY_GERMAN
from earshot.web.texts_why_en import WHY_ENGLISH

TABLES = {
    "de": GERMAN
    | GERMAN_ARRIVALS
    | GERMAN_FINDING
    | GERMAN_HEALTH
    | GERMAN_PLACES
    | GERMAN_STORIES
    | GERMAN_THREADS
    | GERMAN_UNHEARD
    | WATCHES_GERMAN
    | WHY_GERMAN,
    "en": ENGLISH
    | ENGLISH_ARRIVALS
    | ENGLISH_FINDING
    | ENGLISH_HEALTH
    | ENGLISH_PLACES
    | ENGLISH_STORIES
    | ENGLISH_THREADS
    | ENGLISH_UNHEARD
    | WATCHES_ENGLISH
    | WHY_ENGLISH,
}


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one language, "de" or "en"."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """The text of this key with the values put in; numbers get the language's signs."""
        shown = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return TABLES[self.language][key].format_map(shown)

    def count(self, key: str, n: int, **values: object) -> str:
        """The text of this key for `n` things: that of `key.one` or `key.other`, with `n` put in."""
        return self(f"{key}.one" if n == 1 else f"{key}.other", n=n, **values)

    def number(self, n: int) -> str:
        """A whole number with the language's thousands sign."""
        text = f"{n:,}"
        return text.replace(",", ".") if self.language == "de" else text

    def listed(self, key: str, index: int) -> str:
        """One of several texts that stand together, separated by spaces, such as the months."""
        return self(key).split()[index]


def language_for(wishes: Iterable[str], accepted: str) -> str:
    """The first wish we have texts for, else what the browser accepts, else English."""
    for wish in wishes:
        if wish in TABLES:
            return wish
    return _accepted(accepted)


def _accepted(header: str) -> str:
    """The language an Accept-Language header prefers most (RFC 9110 §12.5.4)."""
    ranked = []
    for place, each in enumerate(header.split(",")[:20]):
        tag, _, quality = each.partition(";q=")
        language = tag.strip().lower().partition("-")[0]
        if language in TABLES:
            ranked.append((-_quality(quality), place, language))
    return min(ranked)[2] if ranked else "en"


def _quality(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
