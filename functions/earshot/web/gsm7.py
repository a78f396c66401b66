"""Fits text into one segment of an SMS: 160 septets of the alphabet that every telephone knows.

One character outside the alphabet would send the whole message in another one, in which a segment has 70 characters.

Source:
    3GPP TS 23.038, §6.2.1 (GSM 7 bit default alphabet) and §6.2.1.1 (its extension table); read 2026-11-24.
"""

from unicodedata import category, decomposition, normalize

SEGMENT = 160

# Without line feed and carriage return: a message is one line. Of the cedillas only the capital Ç is there.
_BASIC = (
    "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = "^{}\\[~]|€"
_SEPTETS = dict.fromkeys(_BASIC, 1) | dict.fromkeys(_EXTENSION, 2)

# What stands for a character that has no decomposition, or one that reads worse.
_GROUPS = {
    '"': "“”„‟«»",
    "'": "‘’‚‛‹›`´′ʼ",
    "-": "‐‑‒–—―−•·",
    "...": "…",
    "->": "→",
    "*": "★",
    "x": "×",
    "/": "÷⁄",
    "u": "µ",
    "SS": "ẞ",
    "OE": "Œ",
    "oe": "œ",
    "L": "Ł",
    "l": "ł",
    "D": "ĐÐ",
    "d": "đð",
    "Th": "Þ",
    "th": "þ",
    "H": "Ħ",
    "h": "ħ",
    "i": "ı",
    "c": "¢",
    "(C)": "©",
    "(R)": "®",
}
_INSTEAD = {char: instead for instead, chars in _GROUPS.items() for char in chars}
# The alphabet writes Greek in capitals, those that look like Latin ones with these.
_INSTEAD |= dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)) | {"ς": "Σ"}
# As BGN/PCGN romanises Russian, without marks; the last four are Ukrainian.
_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
        "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya i yi ye g".split(),  # noqa: SIM905 - a row of syllables
        strict=True,
    )
) | {"ъ": "", "ь": ""}
_INSTEAD |= _CYRILLIC | {char.upper(): instead.capitalize() for char, instead in _CYRILLIC.items()}

_MOST_READ = 2_000
"""Characters of a text that are looked at; putting accents in order takes time that grows with the square."""

_DOTS = "..."


def is_gsm7(text: str) -> bool:
    """Whether each character is in the alphabet, and no line ends."""
    return all(char in _SEPTETS for char in text)


def septets(text: str) -> int:
    """What a text in the alphabet takes: one septet a character, two where it comes from the extension table."""
    return sum(_SEPTETS[char] for char in text)


def spelled(text: str) -> str:
    """The text in one line, in the alphabet: umlauts stay, other accents go, Greek and Cyrillic are spelled.

    What no telephone of old can write, such as Chinese, Arabic or emoji, is left out.

    >>> spelled("„Café“ – Dvořák & Łódź: großartig … 🥨")
    '"Café" - Dvorak & Lodz: großartig ...'
    """
    return " ".join("".join(map(_spelled, normalize("NFC", text[:_MOST_READ]))).split())


def fitted(text: str, tail: str = "", most: int = SEGMENT) -> str:
    """The text as `spelled`, cut at a word where need be, and then the whole tail; at most `most` septets, never empty.

    Raises:
        ValueError: the tail alone is too long, or not in the alphabet.
    """
    if not is_gsm7(tail) or septets(tail) > most:
        raise ValueError("the tail of a message does not fit")
    return _cut(spelled(text), most - septets(tail)) + tail or _DOTS[:most]


def _spelled(char: str) -> str:
    if char in _SEPTETS:
        return char
    if char in _INSTEAD:
        return _INSTEAD[char]
    if char.isspace() or category(char) == "Cc":
        return " "
    if "α" <= char <= "ω":
        return _spelled(char.upper())
    parts = [part for part in decomposition(char).split() if not part.startswith("<")]
    return "".join(_spelled(chr(int(part, 16))) for part in parts)


def _cut(line: str, room: int) -> str:
    if septets(line) <= room:
        return line
    if room < 2 * len(_DOTS):
        return ""
    kept = _beginning(line, room - len(_DOTS) - 1)
    at = kept.rfind(" ") if line[len(kept)] != " " else len(kept)
    # A single long word is cut inside; so is one that would take half of what there is room for.
    if at <= len(kept) // 2:
        return kept + _DOTS
    return f"{kept[:at].rstrip(' ,;:.-(')} {_DOTS}".lstrip()


def _beginning(line: str, room: int) -> str:
    taken = 0
    for at, char in enumerate(line):
        taken += _SEPTETS[char]
        if taken > room:
            return line[:at]
    return line
