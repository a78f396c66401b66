"""`earshot classify`: what a text means."""

from collections.abc import Mapping
from typing import Any

import click

from earshot.cli.lines import each_line
from earshot.domain.errors import Invalid


@click.command(name="classify")
def command() -> None:
    """Judges each JSON line {"text", "language"?}: sentiment, kind, language, urgency, and why."""
    from earshot.classify.describe import verdict_json  # noqa: PLC0415
    from earshot.classify.embedded import EmbeddedClassifier  # noqa: PLC0415

    classifier = EmbeddedClassifier()

    def judge(record: dict[str, Any]) -> Mapping[str, Any]:
        unknown = sorted(set(record) - {"text", "language"})
        if unknown:
            raise Invalid(unknown[0], "is not known here")
        text, language = record.get("text"), record.get("language") or ""
        if not isinstance(text, str):
            raise Invalid("text", "must be a string")
        if not isinstance(language, str):
            raise Invalid("language", "must be a string")
        return verdict_json(classifier.classify(text, language=language))

    each_line(judge)
