"""The labelled texts: which sources there are, under which terms, and which part of each may train the weights."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from earshot.classify.tokens import tokenize

LABELS: Final = ("negative", "neutral", "positive")

_ARTEFACTS: Final = ((re.compile(r"\{link\}"), "http://link"), (re.compile(r"\$[A-Z]+\$"), ""))
"""What annotators put in place of links and names; nobody writes like that, so the model must not learn it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceInfo:
    """One corpus: its files without suffix, what it is, its licence, and whether it may shape weights that ship.

    `held_out` names the files that are the corpus's own dev or val split: they are scored, never fitted.
    `chosen_on` marks the sources by whose left-out scores the settings were chosen; the others only report.
    """

    name: str
    language: str
    files: tuple[str, ...]
    about: str
    licence: str
    held_out: tuple[str, ...] = ()
    commercial: bool = True
    chosen_on: bool = False


SOURCES: Final = (
    SourceInfo(
        name="germeval17",
        language="de",
        files=("germeval17_dev", "germeval17_syn"),
        about="mentions of Deutsche Bahn, 2015–16",
        licence="CC BY-NC 4.0",
        commercial=False,
    ),
    SourceInfo(
        name="xlmt_de",
        language="de",
        files=("xlmt_de_train", "xlmt_de_val"),
        about="SB10k German tweets (Cieliebak et al. 2017)",
        licence="Apache-2.0 (repository)",
        held_out=("xlmt_de_val",),
        chosen_on=True,
    ),
    SourceInfo(
        name="potts_de",
        language="de",
        files=("potts_de",),
        about="PotTS German tweets, 2013",
        licence="MIT (repository)",
    ),
    SourceInfo(
        name="hotel_de",
        language="de",
        files=("hotel_de_train", "hotel_de_dev"),
        about="sentences of German hotel reviews",
        licence="none stated",
        held_out=("hotel_de_dev",),
        chosen_on=True,
    ),
    SourceInfo(
        name="airline_us",
        language="en",
        files=("airline_us",),
        about="tweets to US airlines, 2015",
        licence="CC BY-NC-SA 4.0",
        commercial=False,
    ),
    SourceInfo(
        name="sxsw_brands",
        language="en",
        files=("sxsw_brands",),
        about="tweets on Apple and Google products, 2011",
        licence="not verified",
        chosen_on=True,
    ),
    SourceInfo(
        name="selfdrive_dfe",
        language="en",
        files=("selfdrive_dfe",),
        about="tweets on self-driving cars",
        licence="not verified",
    ),
    SourceInfo(
        name="semeval",
        language="en",
        files=("tweeteval_val", "xlmt_en_train"),
        about="SemEval-2017 task 4 tweets; the validation file is all there is but for 409 negatives, so it is fitted",
        licence="no restrictions (TweetEval)",
        chosen_on=True,
    ),
    SourceInfo(
        name="uci_amazon_cells",
        language="en",
        files=("uci_amazon_cells",),
        about="sentences of phone reviews; no neutral class",
        licence="Apache-2.0 (repository)",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One labelled text; `label` is an index into `LABELS`, `held_out` bars it from fitting."""

    text: str
    label: int
    language: str
    source: str
    held_out: bool


def load(folder: Path) -> list[Example]:
    """Every usable example of the folder, in the order of `SOURCES`, each text once over all of them.

    Texts marked as not about the company are dropped: their label is about something else.
    """
    seen: set[tuple[str, ...]] = set()
    examples = []
    for example in (example for source in SOURCES for example in _of(source, folder)):
        key = tuple(token.folded for token in tokenize(example.text))
        if key and key not in seen:
            seen.add(key)
            examples.append(example)
    return examples


def _of(source: SourceInfo, folder: Path) -> Iterable[Example]:
    # Held-out files come first, so a text in both splits is scored and not fitted.
    for file in sorted(source.files, key=lambda file: file not in source.held_out):
        for line in (folder / f"{file}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row.get("relevant", True):
                yield Example(
                    text=_natural(row["text"]),
                    label=LABELS.index(row["label"]),
                    language=source.language,
                    source=source.name,
                    held_out=file in source.held_out,
                )


def _natural(text: str) -> str:
    for pattern, replacement in _ARTEFACTS:
        text = pattern.sub(replacement, text)
    return text
