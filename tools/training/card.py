"""The model card: every number in it comes from the run that wrote the weights."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Final

from training.corpus import SOURCES
from training.scores import Quality, Scored

_SECTION: Final = re.compile(r"<!-- measured: begin -->.*<!-- measured: end -->", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one training run used and measured."""

    seed: int
    date: str
    texts: int
    bytes_written: int
    checksum: str
    left_out: Sequence[Scored]
    held_out: Sequence[Scored]
    qualities: Sequence[Quality]


def measured(run: Run) -> str:
    """The measured part of the card, as Markdown."""
    return "\n".join(
        [
            "<!-- measured: begin -->",
            f"Written by `tools/train_classifier.py` on {run.date}, seed {run.seed}: {run.texts:,} texts fitted, "
            f"{run.bytes_written:,} bytes, CRC-32 of the file `{run.checksum}`.",
            "",
            "### Sources, and how well a model does on each without having seen it",
            "",
            *_sources(run),
            "",
            "### The dev and val splits of fitted sources, never fitted themselves",
            "",
            "| source | texts | macro-F1 |",
            "|---|---|---|",
            *(f"| {s.source} | {len(s.labels):,} | {s.macro_f1:.3f} |" for s in run.held_out),
            "",
            "### Calibration and alerts, on left-out sources",
            "",
            *_qualities(run),
            "<!-- measured: end -->",
        ]
    )


def write(path: Path, run: Run) -> None:
    """Replaces the measured part of the card at `path`; the prose around it stays."""
    card = path.read_text(encoding="utf-8")
    path.write_text(_SECTION.sub(lambda _: measured(run), card), encoding="utf-8")


def _sources(run: Run) -> list[str]:
    scores = {scored.source: scored for scored in run.left_out}
    lines = [
        "| source | language | texts | what | licence | fitted | settings chosen on it | macro-F1 left out |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for source in SOURCES:
        scored = scores[source.name]
        fitted, chosen = ("yes" if flag else "no" for flag in (source.commercial, source.chosen_on))
        lines.append(
            f"| {source.name} | {source.language} | {len(scored.labels):,} | {source.about} | {source.licence} "
            f"| {fitted} | {chosen} | {scored.macro_f1:.3f} |"
        )
    for language in ("de", "en"):
        of_language = [scored for scored in run.left_out if scored.language == language]
        for which, said in (({False}, "no"), ({True}, "yes"), ({False, True}, "all")):
            average = mean(scored.macro_f1 for scored in of_language if scored.chosen_on in which)
            lines.append(f"| **mean** | {language} | | | | | {said} | **{average:.3f}** |")
    return lines


def _qualities(run: Run) -> list[str]:
    lines = [
        "| language | sources | temperature | calibration error | worst | under .50 | P(negative) ≥ "
        "| recall | precision |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for q in run.qualities:
        start = f"| {q.language} | {q.sources} | {q.heat:.2f} | {q.error:.3f} | {q.worst:.3f} | {q.unsure:.0%} "
        lines += [f"{start}| {c.threshold:.2f} | {c.recall:.2f} | {c.precision:.2f} |" for c in q.caught]
    return lines
