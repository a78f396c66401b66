"""Who reads what further messages than those about sources name."""

from collections.abc import Callable, Mapping

from earshot.domain.job import JobKind
from earshot.domain.messages import Envelope, MessageType
from earshot.services.answering import Answering
from earshot.services.reader import Reader
from earshot.services.threads import Threads

Readers = Mapping[MessageType, Callable[[Envelope], Reader]]
"""For each type of message what gives its reader."""


def readers(answering: Answering, threads: Threads) -> Readers:
    """The readers of parts of jobs, and of threads."""

    def of_part(envelope: Envelope) -> Reader:
        is_thread = envelope.body.get("kind") == JobKind.THREAD
        return threads.of(envelope) if is_thread else answering.of(envelope)

    return {MessageType.JOB_PART: of_part, MessageType.THREAD: threads.of}
