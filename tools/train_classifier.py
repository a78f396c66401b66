"""Trains the embedded classifier: labelled texts in, the weights file and the numbers of its model card out.

python tools/train_classifier.py --data ../shared/sentiment

`--data` is the folder of labelled texts, one JSONL per file named in `training/corpus.py`. The same data, seed
and library versions give the same weights. Sources with a non-commercial licence are scored but never
fitted, unless `--with-noncommercial` asks for a comparison: then the file's name and its header say so, and the model
card is left alone.
"""

import argparse
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from training import card, corpus, fit, quantise, scores

from earshot.classify.embedded import WEIGHTS_FILE
from earshot.classify.weights import pack

CARD = Path(__file__).parent.parent / "docs" / "model-card.md"
DATE = "2026-11-24"
LANGUAGES = ("de", "en")


def main() -> None:
    """Reads the arguments, trains, writes."""
    arguments = _arguments()
    examples = corpus.load(arguments.data)
    print(f"{len(examples):,} labelled texts", flush=True)
    values = fit.matrix(examples)
    may_train = _may_train(examples, arguments.with_noncommercial)
    inside = np.flatnonzero(may_train)
    model = fit.fit(values[inside], [examples[i] for i in inside.tolist()], arguments.seed)
    left_out = scores.leave_one_out(model, values, examples, may_train, arguments.seed, _say)
    held_out = scores.on_held_out(model, values, examples)
    heats = _temperatures([*left_out, *held_out], arguments.with_noncommercial)
    packed = pack(quantise.quantised(model, heats, _note(arguments)))
    out = _labelled(arguments.out) if arguments.with_noncommercial else arguments.out
    out.write_bytes(packed)
    run = _run(arguments.seed, len(inside), packed, heats, left_out, held_out)
    print(card.measured(run), f"\nwrote {out}")
    if not arguments.with_noncommercial:
        card.write(arguments.card, run)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Trains the embedded classifier.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of labelled texts")
    parser.add_argument("--out", type=Path, default=WEIGHTS_FILE, help="the weights file to write")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--card", type=Path, default=CARD, help="the model card whose numbers are replaced")
    parser.add_argument(
        "--with-noncommercial", action="store_true", help="also fit non-commercial sources, for comparison only"
    )
    return parser.parse_args()


def _may_train(examples: Sequence[corpus.Example], with_noncommercial: bool) -> NDArray[np.bool_]:
    allowed = {source.name for source in corpus.SOURCES if source.commercial or with_noncommercial}
    return np.array([example.source in allowed and not example.held_out for example in examples])


def _temperatures(unseen: Sequence[scores.Scored], with_noncommercial: bool) -> dict[str, float]:
    # Even one number fitted on a non-commercial source would be fitted on it.
    allowed = {source.name for source in corpus.SOURCES if source.commercial or with_noncommercial}
    usable = [scored for scored in unseen if scored.source in allowed]
    heats = {lang: scores.temperature([s for s in usable if s.language == lang]) for lang in LANGUAGES}
    return {**heats, "": scores.temperature(usable)}


def _run(
    seed: int,
    texts: int,
    packed: bytes,
    heats: dict[str, float],
    left_out: Sequence[scores.Scored],
    held_out: Sequence[scores.Scored],
) -> card.Run:
    return card.Run(
        seed=seed,
        date=DATE,
        texts=texts,
        bytes_written=len(packed),
        checksum=f"{zlib.crc32(packed):08x}",
        left_out=left_out,
        held_out=held_out,
        qualities=[quality for lang in LANGUAGES for quality in _qualities(left_out, lang, heats[lang])],
    )


def _qualities(left_out: Sequence[scores.Scored], language: str, heat: float) -> list[scores.Quality]:
    every = [scored for scored in left_out if scored.language == language]
    unseen = [scored for scored in every if not scored.chosen_on]
    return [
        scores.quality(unseen, language, "settings not chosen on", heat),
        scores.quality(every, language, "all", heat),
    ]


def _say(line: str) -> None:
    print(line, flush=True)


def _note(arguments: argparse.Namespace) -> str:
    terms = "non-commercial training data, not to be shipped" if arguments.with_noncommercial else "sources that ship"
    return f"{terms}; seed {arguments.seed}; {DATE}"


def _labelled(out: Path) -> Path:
    return out.with_name(f"{out.stem}.noncommercial{out.suffix}")


if __name__ == "__main__":
    with threadpool_limits(1):  # sums over several threads differ in their last digits, and so would the weights
        main()
