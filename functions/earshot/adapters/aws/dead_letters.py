"""The dead letters of a deployment: shown without taking them, and sent again when a person says so.

One queue holds what collect could not process, in the groups of FetchQueue; the other holds events, of whatever
subscriber gave up on them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from earshot.adapters.aws.bus import Event
from earshot.adapters.aws.letters import Letter
from earshot.adapters.aws.messages import to_text
from earshot.adapters.aws.pile import Pile, asking
from earshot.domain.messages import Envelope, without_limit

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient

LIMIT = 500
"""The most letters of each queue that one look takes in, and about the most that one redrive sends."""

FETCH = "fetch"
EVENTS = "events"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where dead letters lie, and where they go when they are sent again."""

    dead_fetches_url: str
    dead_events_url: str
    fetch_url: str
    topic_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redriven:
    """What became of dead letters: sent again, or left because this code cannot read them."""

    sent: int = 0
    unreadable: int = 0


class AwsDeadLetters:
    """Dead letters over two queues; of a FIFO group only the ten oldest can be seen, so long as they stay.

    `wait_s` is how long a queue may search before it counts as empty; without a wait it asks some of its servers only.
    """

    def __init__(self, sqs: "SQSClient", sns: "SNSClient", addresses: Addresses, *, wait_s: int = 1) -> None:
        self._sqs = sqs
        self._sns = sns
        self._addresses = addresses
        self._piles = (
            Pile(sqs, addresses.dead_fetches_url, FETCH, wait_s),
            Pile(sqs, addresses.dead_events_url, EVENTS, wait_s),
        )

    def list(self, limit: int = LIMIT) -> tuple[dict[str, Any], ...]:
        """Dead letters as JSON values, at most `limit` of each queue, in the order in which it hands them out.

        Each has id, queue ("fetch" or "events"), group, received and envelope; `raw`, its start, where the envelope is
        None; and `problem` where the service noted one. They stay where they are.

        Raises:
            BusError: a queue cannot be read now.
        """
        shown: list[dict[str, Any]] = []
        for pile in self._piles:
            with pile.in_sight(limit) as letters:
                shown.extend(letter.shown() for letter in letters)
        return tuple(shown)

    def redrive(self, ids: Collection[str] | None = None) -> Redriven:
        """Sends dead letters (all, or those named) again; each is deleted only after that.

        A fetch goes back into its group, an event to every subscriber of its type. If we die between sending and
        deleting, the letter can be sent twice: within five minutes FetchQueue drops the second fetch, and events may
        come twice anyway. What fails again at once comes back as a new letter; `LIMIT` keeps it from going round.

        Raises:
            BusError: a queue or the topic does not take part; what was not sent is still there.
        """
        sent = 0
        # A group shows its next letters only when the first are gone.
        while True:
            looked = [self._redrive_in_sight(pile, ids) for pile in self._piles]
            fresh = sum(each.sent for each in looked)
            sent += fresh
            if not fresh or sent >= (LIMIT if ids is None else len(ids)):
                return Redriven(sent=sent, unreadable=sum(each.unreadable for each in looked))

    def remove(self, ids: Collection[str]) -> int:
        """Forgets the dead letters that are named and in sight; tells how many.

        Raises:
            BusError: a queue cannot be read now, or does not let go of one.
        """
        removed = 0
        for pile in self._piles:
            with pile.in_sight(LIMIT) as letters:
                for letter in letters:
                    if letter.id in ids:
                        pile.delete(letter)
                        removed += 1
        return removed

    def _redrive_in_sight(self, pile: Pile, ids: Collection[str] | None) -> Redriven:
        sent = unreadable = 0
        with pile.in_sight(LIMIT) as letters:
            for letter in letters:
                if ids is not None and letter.id not in ids:
                    continue
                if (envelope := letter.envelope) is None:
                    unreadable += 1
                    continue
                self._send_again(letter, envelope)
                pile.delete(letter)
                sent += 1
        return Redriven(sent=sent, unreadable=unreadable)

    def _send_again(self, letter: Letter, envelope: Envelope) -> None:
        with asking(f"the dead letter {letter.id} could not be sent again"):
            if letter.queue == EVENTS:
                self._sns.publish(
                    TopicArn=self._addresses.topic_arn,
                    Message=letter.text,
                    MessageAttributes=Event(envelope).attributes,
                )
                return
            self._sqs.send_message(
                QueueUrl=self._addresses.fetch_url,
                MessageBody=to_text(without_limit(envelope)),
                MessageGroupId=letter.group,
                # Not the envelope's id: FetchQueue may still know that one, and would drop the message unsaid.
                MessageDeduplicationId=f"redrive-{letter.id}",
            )
