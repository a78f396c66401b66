"""A queue of dead letters, looked through without emptying it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from earshot.adapters.aws.failures import FAILURES, code_of
from earshot.adapters.aws.letters import Letter, read_letter
from earshot.domain.errors import BusError

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

LOOK_S = 60
"""Seconds for which nobody else sees a letter that we look at; it comes back even if we die."""

_BATCH = 10


class Pile:
    """The dead letters of one queue; `wait_s` is how long the queue may search before it counts as empty."""

    def __init__(self, sqs: "SQSClient", url: str, name: str, wait_s: int) -> None:
        self._sqs = sqs
        self._url = url
        self._name = name
        self._wait_s = wait_s

    @contextmanager
    def in_sight(self, limit: int) -> Iterator[Iterator[Letter]]:
        """Goes through at most `limit` letters; afterwards those not deleted are where they were.

        Raises:
            BusError: the queue cannot be read now.
        """
        seen: dict[str, Letter] = {}
        try:
            yield self._receive(limit, seen)
        finally:
            self._release(list(seen.values()))

    def delete(self, letter: Letter) -> None:
        """Forgets a letter in sight.

        Raises:
            BusError: the queue does not take part; the letter may come back.
        """
        with asking(f"the dead letter {letter.id} could not be deleted"):
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=letter.receipt)

    def _receive(self, limit: int, seen: dict[str, Letter]) -> Iterator[Letter]:
        while len(seen) < limit:
            with asking(f"the dead letters of {self._name} could not be read"):
                answer = self._sqs.receive_message(
                    QueueUrl=self._url,
                    MaxNumberOfMessages=min(_BATCH, limit - len(seen)),
                    VisibilityTimeout=LOOK_S,
                    WaitTimeSeconds=self._wait_s,
                    MessageSystemAttributeNames=["ApproximateReceiveCount", "MessageGroupId"],
                )
            letters = [read_letter(each, self._name) for each in answer.get("Messages", [])]
            fresh = [letter for letter in letters if letter.id not in seen]
            # The queue may hand a letter out twice; the later receipt is the one that holds.
            seen.update({letter.id: letter for letter in letters})
            yield from fresh
            if not fresh:
                return

    def _release(self, letters: list[Letter]) -> None:
        """Makes letters visible at once; what was deleted or cannot be reached needs no release."""
        for start in range(0, len(letters), _BATCH):
            batch = letters[start : start + _BATCH]
            with suppress(*FAILURES):
                self._sqs.change_message_visibility_batch(
                    QueueUrl=self._url,
                    Entries=[
                        {"Id": str(place), "ReceiptHandle": letter.receipt, "VisibilityTimeout": 0}
                        for place, letter in enumerate(batch)
                    ],
                )


@contextmanager
def asking(trouble: str) -> Iterator[None]:
    """Says what went wrong where a service refuses or does not answer.

    Raises:
        BusError: `trouble`, and the code of the refusal.
    """
    try:
        yield
    except FAILURES as exc:
        raise BusError(f"{trouble} ({code_of(exc)}); nothing is lost, try again") from exc
