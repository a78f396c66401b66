"""Cutting a text into tokens: words as written, and the folded form the model knows them by.

The trainer and the runtime share exactly this code: a change here asks for new weights.
"""

import re
import unicodedata
from typing import Final, NamedTuple

MAX_CHARS: Final = 4000
"""Characters read of a text; the rest is cut off unread, so hostile input costs no more than a long review."""

MAX_WORD: Final = 40
"""Characters read of one word; a longer one is noise or an attack."""

URL: Final = "<url>"
HANDLE: Final = "<handle>"
NUMBER: Final = "<number>"
GLAD: Final = "<glad>"
SAD: Final = "<sad>"

PLACEHOLDERS: Final = frozenset({URL, HANDLE, NUMBER})

GLAD_EMOJI: Final = frozenset(
    "😀😁😂😃😄😅😆😊😇🙂😉😌😍🥰😘😋😎🤩🤗🤣👍👏🙌🙏💪👌❤♥💕💖💙💚💛💜🧡🎉🥳✨⭐🌟✅💯☺🔥😻🏆"
)
SAD_EMOJI: Final = frozenset("😞😒😟😠😡🤬😢😭😤😩😫😖😣😔😕🙁☹😓😪😥😰😨😱🤢🤮🤦🙄👎💔💩😾🖕🤯😑😐❌🤡⚠")
"""Emoji by mood. Labelled tweets are older than most emoji, so the model learns the mood from ":)" and ":("."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_REPEATED = re.compile(r"(.)\1{2,}")
_TOKEN = re.compile(
    r"""(?P<url>(?:https?://|www\.)\S+)
      | (?P<handle>@\w+)
      | (?P<emoticon>(?<!\w)(?:[:;=]['’]?-?[)(\]\[DPpoO/\\|*]+|<3+|\^_?\^|-[._]+-|[xX]D+\b))
      | (?P<emoji>[\u2600-\u27bf\u2b50\U0001f300-\U0001faff])
      | (?P<number>\d+(?:[.,:]\d+)*\b)
      | (?P<word>[^\W_]+(?:['’][^\W_]+)*)
      | (?P<mark>[!?]+|…|\.{2,}|%)""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """One token: `shown` as in the text, `folded` as the model knows it; `is_word` tells words from all else."""

    shown: str
    folded: str
    is_word: bool


def clean(text: str) -> str:
    """The first `MAX_CHARS` characters in NFC, without invisible marks; lone surrogates become U+FFFD."""
    visible = _INVISIBLE.sub("", _SURROGATES.sub("\ufffd", text[:MAX_CHARS]))
    return unicodedata.normalize("NFC", visible)[:MAX_CHARS]


def tokenize(text: str) -> list[Token]:
    """The tokens of `text` in reading order; empty when it holds nothing to read."""
    return [_token(match) for match in _TOKEN.finditer(clean(text))]


def squeeze(word: str, keep: int = 2) -> str:
    """The word with every run of three or more equal characters cut to `keep`: "sooooo" to "soo"."""
    return _REPEATED.sub(lambda match: match[1] * keep, word)


def mood(folded: str) -> str:
    """`GLAD` or `SAD` for an emoji or emoticon whose mood is plain, "" for everything else."""
    if folded in GLAD_EMOJI or folded.startswith(("<3", "^")):
        return GLAD
    if folded in SAD_EMOJI or folded.startswith("-"):
        return SAD
    if not folded.startswith((":", ";", "=", "x")):
        return ""
    if folded.endswith((")", "]", "d", "p", "*")):
        return GLAD
    return SAD if folded.endswith(("(", "[", "/", "\\", "|")) else ""


def _token(match: re.Match[str]) -> Token:
    shown, name = match[0], match.lastgroup
    if name == "word":
        return Token(shown, squeeze(shown.casefold().replace("’", "'"))[:MAX_WORD], True)
    placeholder = {"url": URL, "handle": HANDLE, "number": NUMBER}.get(name or "")
    return Token(shown, placeholder or squeeze(shown.casefold(), keep=1 if name == "emoticon" else 2), False)
