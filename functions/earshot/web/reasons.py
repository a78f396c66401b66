"""Says the reasons of a verdict, which are kept in English, in the reader's language."""

import re

from earshot.web.marking import clean
from earshot.web.words import Words

_WEIGHT = re.compile(r'"(.+)" ([+-]\d+\.\d)', re.DOTALL)
_STARS = re.compile(r"([1-5](?:\.\d+)?) stars?")


def said(reason: str, words: Words) -> str:
    """A reason such as `"gewartet" +2.1`, `1 star` or a rule's own words."""
    reason = clean(reason)
    if weight := _WEIGHT.fullmatch(reason):
        return words("quoted", text=weight[1]) + " " + _signs(weight[2], words)
    if stars := _STARS.fullmatch(reason):
        return words("stars.one") if stars[1] == "1" else words("stars.other", n=_signs(stars[1], words))
    if reason == "could not be classified":
        return words("reason.unjudged")
    return reason


def _signs(number: str, words: Words) -> str:
    number = number.replace("-", "−")
    return number.replace(".", ",") if words.language == "de" else number
