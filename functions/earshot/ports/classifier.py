"""The port to whatever judges a text."""

from typing import Protocol

from earshot.domain.verdict import Verdict


class Classifier(Protocol):
    """Judges one text at a time; deterministic, without network access unless its documentation says so."""

    def classify(self, text: str, *, language: str = "", rating: float | None = None) -> Verdict:
        """A verdict on `text`; `language` is the source's hint, `rating` 1 to 5 stars.

        Raises:
            ClassifyError: no verdict could be reached.
        """
        ...
