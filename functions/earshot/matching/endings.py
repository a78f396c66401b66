"""The forms that a word of a name takes in German and English sentences, as pieces of regular expressions.

Only Latin words of letters have forms. What is a form here is told in docs/matching.md; short words and single words
have fewer, because what they would become is another word too often ("die" and "dies", "Linde" and "Linden").

The rules are common knowledge of German, not taken from a book; tried on the labelled texts of the shared folder.
"""

import re
from dataclasses import dataclass

SHORT = 3
"""Letters of a word up to which an ending counts only behind capitals: "SAPs", but not "dies"."""
LONG = 7
"""Letters of a single word from which on it has the endings of nouns."""
MIDDLE = 5
"""The same for a word among others: "Hans" is not "Hanse", and context keeps longer ones apart."""

_LATIN = re.compile(r"[a-zß-öø-ÿ]+(?:'[a-zß-öø-ÿ]+)*", re.IGNORECASE)
_ADJECTIVE = re.compile(r"(.{3,})e[rnms]?", re.IGNORECASE)
_HISSING = ("s", "x", "z")


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of a word: `pattern` finds them all, and `stem` is in all of them, at their beginning but for "'".

    Behind a word that is wanted as it is written, 'S is as good as 's: SAP'S. An ending found as a group named
    `ending…` counts only where the word stands in capitals; one named `noun…`, only where it begins with a capital:
    "Sparkassen", and not "frühstücken" for Frühstück.
    """

    stem: str
    pattern: str


def as_written(word: str) -> Forms:
    """The word and nothing else."""
    return Forms(word, re.escape(word))


def forms(word: str, *, is_single: bool, is_last: bool, number: int = 0, size: int = 0) -> Forms:
    """The forms of a word in a term of one or of several words; `number` tells its groups from those of others.

    `size` is the length of the whole word where `word` is only the last part of one such as "PayPal".
    """
    size = size or len(word)
    if not _LATIN.fullmatch(word) or (size == 1 and not is_last):
        return as_written(word)
    genitive = _genitive(word, is_last)
    if "'" in word:
        parts = word.split("'")
        return Forms(max(parts, key=len), "'?".join(parts) + genitive)
    if size <= SHORT:
        apostrophe = "(?i:'s)" if is_last else "'s"
        return Forms(word, f"{word}(?:{apostrophe}|(?P<ending{number}>s))?")
    if not is_single and not is_last and (adjective := _ADJECTIVE.fullmatch(word)):
        return Forms(adjective[1], f"{adjective[1]}e[rnm]?(?:'s?|s)?")
    if size < (LONG if is_single else MIDDLE):
        # "des Hauses Müller" and "Deutscher Banken", but no Hansen for Hans.
        takes_none = is_single or word[-1].lower() in "aeiouy"
        short = "" if takes_none else "e[ns]|" if is_last else "es|"
        return Forms(word, f"{word}(?:{short}{genitive})")
    return _noun(word, genitive, is_single=is_single, is_last=is_last, number=number)


def _noun(word: str, genitive: str, *, is_single: bool, is_last: bool, number: int) -> Forms:
    if word.lower().endswith("en") and not is_single:
        return Forms(word[:-1], f"{word}?{genitive}")
    more = _noun_endings(word.lower(), takes_e=is_last and not is_single)
    if more and is_single:
        more = f"(?P<noun{number}>{more})"
    return Forms(word, f"{word}(?:{more}|{genitive})" if more else word + genitive)


def _noun_endings(word: str, *, takes_e: bool) -> str:
    if word.endswith("ei"):
        return "en"
    if word.endswith("e"):
        return "n"
    if word[-1] in "aiouy":
        return ""
    # Before another word an e would make a woman's name of a man's: Christian and Christiane.
    return "e[ns]?|n" if takes_e else "e[ns]"


def _genitive(word: str, is_last: bool) -> str:
    """Optional; at the end of a term an apostrophe by itself may as well be a quotation mark.

    Whatever is found here is found in one way only, or a long phrase would take for ever to fail.
    """
    if word.lower().endswith(_HISSING):
        return "(?i:'s)?" if is_last else "(?:'s?)?"
    return "(?:(?i:'s)|s)?" if is_last else "(?:'s?|s)?"
