"""Says the reasons of a verdict, which are kept in English, in the reader's language."""

import re

from earshot.web.marking import clean
from earshot.web.words import TABLES, Words

_WEIGHT = re.compile(r'"(.+)" ([+-]\d+\.\d)', re.DOTALL)
_RULE = re.compile(r'([a-z ]+): "(.+)"', re.DOTALL)
_STARS = re.compile(r"([1-5](?:\.\d+)?) stars?")
_LANGUAGE = re.compile(r"language ([a-z-]{2,12})")


def said(reason: str, words: Words) -> str:
    """A reason such as `"gewartet" +2.1`, `1 star`, `law: "Anwalt"` or `language fr`; another one as it is."""
    reason = clean(reason)
    if weight := _WEIGHT.fullmatch(reason):
        return words("quoted", text=weight[1]) + " " + _signs(weight[2], words)
    if stars := _STARS.fullmatch(reason):
        return words("stars.one") if stars[1] == "1" else words("stars.other", n=_signs(stars[1], words))
    if language := _LANGUAGE.fullmatch(reason):
        return words("reason.language", code=language[1])
    if rule := _RULE.fullmatch(reason):
        return f"{_known(f'urgency.{rule[1]}', rule[1], words)}: {words('quoted', text=rule[2])}"
    return _known(f"reason.{reason}", reason, words)


def _known(key: str, otherwise: str, words: Words) -> str:
    key = key.replace(" ", ".")
    return words(key) if key in TABLES[words.language] else otherwise


def _signs(number: str, words: Words) -> str:
    number = number.replace("-", "−")
    return number.replace(".", ",") if words.language == "de" else number
