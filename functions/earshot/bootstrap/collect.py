"""Puts together what collect needs: the way to the web, the connectors and the classifier."""

import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from earshot.adapters.aws.mail_bucket import MailBucket, Notice
from earshot.adapters.aws.messages import from_text
from earshot.bootstrap.cloud import cloud
from earshot.bootstrap.jobs import answering_of
from earshot.bootstrap.judged import collector_of
from earshot.bootstrap.outbound import http_of
from earshot.domain.errors import Invalid
from earshot.services.fetching import Fetcher, Outcome
from earshot.services.heart_reader import HeartDesk
from earshot.services.readers import Readers, readers
from earshot.services.reading import Errand, Reading, read_all
from earshot.services.rechecks import Rechecks
from earshot.services.taking_in import TakingIn
from earshot.services.threads import Threads
from earshot.settings import CloudSettings
from earshot.sources.registry import CONNECTORS

if TYPE_CHECKING:
    from earshot.services.mailing_in import Received

log = logging.getLogger(__name__)

DEADLINE_S = 90.0
"""Seconds after which no further request begins: the slowest one and its storing still fit into the time-out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collect:
    """Reads batches of sources; a warm process remembers when it asked which host."""

    fetcher: Fetcher
    readers: Readers
    taking: TakingIn
    bucket: MailBucket
    last_asked: dict[str, float] = field(default_factory=dict)

    def read(self, errands: Iterable[Errand]) -> tuple[list[Outcome], set[str]]:
        """Runs a batch of errands; tells the outcomes and the receipts of those that failed."""
        ends_at = time.monotonic() + DEADLINE_S
        outcomes: list[Outcome] = []
        reading = Reading(
            self.fetcher, self.last_asked, is_over=lambda: time.monotonic() > ends_at, others=self.readers
        )
        failed = read_all(reading, errands, outcomes.append)
        return outcomes, failed

    def receive(self, notices: Iterable[tuple[str, str]]) -> "list[Received]":
        """Takes the mails that notices (id and text) tell of; after a failure all of them come again.

        Raises:
            StoreError: something cannot be read or stored now.
        """
        received = []
        for id_, text in notices:
            try:
                arrived = self.bucket.arrived(Notice(text))
            except Invalid:
                log.exception("notice cannot be read", extra={"message_id": id_})
                continue
            if arrived is not None:
                received.append(self.taking.mails.receive(arrived, correlation_id=id_))
        return received


def bootstrap(env: Mapping[str, str]) -> Collect:
    """Collect, as the environment says."""
    parts = cloud(CloudSettings.from_env(env, needs=("table", "events_topic", "credentials")))
    http = http_of(parts)
    threads = Threads(parts.table, parts.bus, http, CONNECTORS, parts.clock, parts.credentials)
    collector = collector_of(parts.table, parts.bus, parts.clock, threads.following.look)
    bucket = MailBucket(parts.session)
    taking = TakingIn(parts.table, http, CONNECTORS, collector, bucket, parts.clock)
    rechecks = Rechecks(parts.table, http, CONNECTORS, parts.clock, parts.credentials)
    answering = answering_of(parts.table, http, CONNECTORS, parts.clock, parts.credentials)
    return Collect(
        fetcher=Fetcher(parts.table, http, CONNECTORS, collector, parts.clock, credentials=parts.credentials),
        readers=readers(answering, threads, taking, rechecks, HeartDesk(parts.table, collector, parts.clock)),
        taking=taking,
        bucket=bucket,
    )


def errands_in(messages: Iterable[tuple[str, str, str, int]]) -> tuple[list[Errand], set[str]]:
    """The errands in messages (id, group, body and count of receives), and the ids of those that cannot be read.

    What comes in its group after one that cannot be read is no errand: the queue hands it out again, in its order.
    """
    errands, unreadable, stopped = [], set(), set()
    for id_, group, body, attempt in messages:
        try:
            errand = Errand(receipt=id_, host=group, envelope=from_text(body), attempt=attempt)
        except Invalid:
            log.exception("message cannot be read", extra={"message_id": id_})
            unreadable.add(id_)
            stopped.add(group)
        else:
            errands += [] if group in stopped else [errand]
    return errands, unreadable
