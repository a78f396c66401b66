"""Who reads what further messages than those about sources name."""

from collections.abc import Callable, Mapping

from earshot.domain.job import JobKind
from earshot.domain.messages import Envelope, MessageType
from earshot.services.answering import Answering
from earshot.services.heart_reader import HeartDesk
from earshot.services.reader import Reader
from earshot.services.rechecks import Rechecks
from earshot.services.taking_in import TakingIn
from earshot.services.threads import Threads

Readers = Mapping[MessageType, Callable[[Envelope], Reader]]
"""For each type of message what gives its reader."""


def readers(
    answering: Answering,
    threads: Threads,
    taking: TakingIn | None = None,
    rechecks: Rechecks | None = None,
    heart: HeartDesk | None = None,
) -> Readers:
    """The readers of parts of jobs, of threads, and of all that somebody is given for."""

    def of_part(envelope: Envelope) -> Reader:
        kind = envelope.body.get("kind")
        if taking is not None and kind in (JobKind.ITEM, JobKind.WEBMENTION, JobKind.MAIL):
            return taking.of(envelope)
        return threads.of(envelope) if kind == JobKind.THREAD else answering.of(envelope)

    found: dict[MessageType, Callable[[Envelope], Reader]] = {
        MessageType.JOB_PART: of_part,
        MessageType.THREAD: threads.of,
    }
    if rechecks is not None:
        found[MessageType.RECHECK] = rechecks.of
    if heart is not None:
        found[MessageType.HEARTBEAT] = heart.of
    return found
