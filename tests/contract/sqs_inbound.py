"""The receiving end of SQS queues, as Lambda would be it, so that the bus contract can judge what was sent."""

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from earshot.adapters.aws.messages import from_text
from earshot.domain.errors import Invalid
from earshot.ports.bus import Received

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef


class SqsInbound:
    """Implements `earshot.ports.bus.Inbound` over queues by name; spans are whole seconds.

    It asks for one message at a time: a call for ten may bring several of one group, in order, where the local queues
    hand out the oldest only. What it cannot read it leaves alone, as a handler does that reports it as failed.
    """

    def __init__(self, sqs: "SQSClient", urls: Mapping[str, str]) -> None:
        self._sqs = sqs
        self._urls = urls

    def receive(self, queue: str, *, limit: int, visibility_s: float) -> tuple[Received, ...]:
        """See `Inbound.receive`."""
        received: list[Received] = []
        while len(received) < limit and (message := self._next(queue, visibility_s)):
            with suppress(Invalid):
                received.append(_received(message, queue))
        return tuple(received)

    def done(self, received: Received) -> None:
        """See `Inbound.done`."""
        with suppress(self._sqs.exceptions.ReceiptHandleIsInvalid):
            self._sqs.delete_message(QueueUrl=self._urls[received.queue], ReceiptHandle=received.receipt)

    def retry(self, received: Received, *, delay_s: float) -> None:
        """See `Inbound.retry`."""
        with suppress(self._sqs.exceptions.ReceiptHandleIsInvalid):
            self._sqs.change_message_visibility(
                QueueUrl=self._urls[received.queue], ReceiptHandle=received.receipt, VisibilityTimeout=int(delay_s)
            )

    def _next(self, queue: str, visibility_s: float) -> "MessageTypeDef | None":
        answer = self._sqs.receive_message(
            QueueUrl=self._urls[queue],
            MaxNumberOfMessages=1,
            VisibilityTimeout=int(visibility_s),
            MessageSystemAttributeNames=["ApproximateReceiveCount", "MessageGroupId"],
        )
        return next(iter(answer.get("Messages", [])), None)


def _received(message: "MessageTypeDef", queue: str) -> Received:
    attributes = message["Attributes"]
    return Received(
        receipt=message["ReceiptHandle"],
        queue=queue,
        group=attributes.get("MessageGroupId", ""),
        envelope=from_text(message["Body"]),
        receive_count=int(attributes["ApproximateReceiveCount"]),
    )
