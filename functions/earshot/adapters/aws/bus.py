"""The bus of a deployment: fetches into a FIFO queue with the host as group, events to a topic.

Source:
    Amazon SQS API Reference, SendMessage; Amazon SNS API Reference, PublishBatch; read 2026-11-24.
"""

import logging
import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from earshot.adapters.aws.failures import FAILURES, code_of
from earshot.adapters.aws.messages import to_text
from earshot.domain.errors import BusError
from earshot.domain.ids import make_id
from earshot.domain.messages import Envelope

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient
    from types_boto3_sns.type_defs import MessageAttributeValueTypeDef, PublishBatchRequestEntryTypeDef
    from types_boto3_sqs import SQSClient

log = logging.getLogger(__name__)

BATCH = 10
"""The most events in one call."""

BATCH_BYTES = 256 * 1024
"""The most bytes in one call: texts and attributes of all its events."""

_GROUP_LENGTH = 128
_GROUP_LETTERS = frozenset(string.ascii_letters + string.digits + string.punctuation)


@dataclass(frozen=True)
class Event:
    """An envelope on its way to the topic."""

    envelope: Envelope

    @cached_property
    def text(self) -> str:
        """What the topic carries."""
        return to_text(self.envelope)

    @cached_property
    def attributes(self) -> "dict[str, MessageAttributeValueTypeDef]":
        """What filter policies of subscriptions look at: the type, and the tenant where there is one."""
        tenant = self.envelope.body.get("tenant")
        named = {"type": str(self.envelope.type)} | ({"tenant": str(tenant)} if tenant else {})
        return {name: {"DataType": "String", "StringValue": value} for name, value in named.items()}

    @cached_property
    def size(self) -> int:
        """Bytes, as the topic counts them."""
        attributes = (f"{name}{each['DataType']}{each['StringValue']}" for name, each in self.attributes.items())
        return len("".join((self.text, *attributes)).encode())


class AwsBus:
    """Implements `earshot.ports.bus.Bus` over one queue and one topic."""

    def __init__(self, sqs: "SQSClient", sns: "SNSClient", queue_url: str, topic_arn: str) -> None:
        self._sqs = sqs
        self._sns = sns
        self._queue_url = queue_url
        self._topic_arn = topic_arn

    def request_fetch(self, host: str, envelope: Envelope) -> None:
        """See `Bus.request_fetch`; the same envelope sent again within five minutes is dropped by the queue.

        Raises:
            BusError: the queue does not take the message, or does not answer.
        """
        try:
            self._sqs.send_message(
                QueueUrl=self._queue_url,
                MessageBody=to_text(envelope),
                MessageGroupId=group_of(host, envelope),
                MessageDeduplicationId=envelope.id,
            )
        except FAILURES as exc:
            raise BusError(
                f"the fetch for {host} could not be queued ({code_of(exc)}); its sources are read when next due"
            ) from exc

    def publish(self, envelopes: Sequence[Envelope]) -> int:
        """See `Bus.publish`; what the topic does not take is logged and no error.

        Behind every event stands a todo, which plan finds when it is due and publishes again. Raising here would make
        the caller repeat work whose result is already stored.
        """
        events = [Event(each) for each in envelopes]
        _warn([each for each in events if each.size > BATCH_BYTES], "TooLarge")
        batches = list(_batches(each for each in events if each.size <= BATCH_BYTES))
        taken = 0
        for place, batch in enumerate(batches):
            try:
                taken += self._publish_batch(batch)
            except ClientError as exc:
                _warn(batch, code_of(exc))
            except FAILURES as exc:
                # Nobody answers: trying the others would wait as long for each of them.
                _warn([each for left in batches[place:] for each in left], code_of(exc))
                break
        return taken

    def _publish_batch(self, batch: Sequence[Event]) -> int:
        answer = self._sns.publish_batch(
            TopicArn=self._topic_arn, PublishBatchRequestEntries=[_entry(*each) for each in enumerate(batch)]
        )
        for failed in answer.get("Failed", []):
            _warn([batch[int(failed["Id"])]], failed.get("Code", "unknown"))
        return len(batch) - len(answer.get("Failed", []))


def group_of(host: str, envelope: Envelope) -> str:
    """The group for a host: the host itself, or a hash of it where the queue does not take it as a name.

    A message without a host is a group of its own, so that it waits for nobody.
    """
    if not host:
        return envelope.id
    fits = len(host) <= _GROUP_LENGTH and _GROUP_LETTERS.issuperset(host)
    return host if fits else make_id("g", host)


def _batches(events: Iterable[Event]) -> Iterator[list[Event]]:
    batch: list[Event] = []
    for event in events:
        if len(batch) == BATCH or sum(each.size for each in batch) + event.size > BATCH_BYTES:
            yield batch
            batch = []
        batch.append(event)
    if batch:
        yield batch


def _entry(place: int, event: Event) -> "PublishBatchRequestEntryTypeDef":
    return {"Id": str(place), "Message": event.text, "MessageAttributes": event.attributes}


def _warn(events: Sequence[Event], reason: str) -> None:
    if events:
        ids = [each.envelope.id for each in events]
        log.warning("events not published; their todos repeat them", extra={"message_ids": ids, "reason": reason})
