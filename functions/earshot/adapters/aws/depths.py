"""How many messages wait in the queues of a deployment."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from earshot.adapters.aws.failures import FAILURES, code_of
from earshot.domain.errors import StoreError

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient


class Depths:
    """Reads the lengths of queues, by name and URL; SQS counts approximately."""

    def __init__(self, sqs: "SQSClient", urls: Mapping[str, str]) -> None:
        self._sqs = sqs
        self._urls = urls

    def all(self) -> dict[str, int]:
        """The messages of each queue, in flight or not.

        Raises:
            StoreError: a queue does not answer now.
        """
        return {name: self._depth(url) for name, url in self._urls.items()}

    def _depth(self, url: str) -> int:
        try:
            answer = self._sqs.get_queue_attributes(
                QueueUrl=url,
                AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
            )
        except FAILURES as exc:
            raise StoreError(f"a queue does not say how long it is ({code_of(exc)})") from exc
        return sum(int(each) for each in answer["Attributes"].values())
