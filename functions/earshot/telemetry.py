"""Logs and metrics of the Lambdas: every metric is named here, with its unit and what it says."""

import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

if TYPE_CHECKING:
    from datetime import timedelta

    from earshot.domain.messages import Envelope
    from earshot.services.delivering import Attempt
    from earshot.services.fetching import Outcome
    from earshot.services.mailing_in import Received

NAMESPACE: Final = "Earshot"

METRICS: Final = {
    "SourcesFetched": (MetricUnit.Count, "sources that were read"),
    "SourcesFailed": (MetricUnit.Count, "sources that could not be read, for whatever reason"),
    "MentionsFound": (MetricUnit.Count, "items read, whether they matched or not"),
    "MentionsNew": (MetricUnit.Count, "mentions that were not known before"),
    "ClassifyFallbacks": (MetricUnit.Count, "mentions stored without a verdict"),
    "AlertsSent": (MetricUnit.Count, "messages that a channel took"),
    "DeliveriesFailed": (MetricUnit.Count, "attempts that a channel did not take"),
    "HeartbeatAge": (MetricUnit.Milliseconds, "from plan sending a heartbeat to deliver taking it"),
    "TimeToAlert": (MetricUnit.Milliseconds, "from seeing a mention to the channel taking the message"),
}
"""The dimension is `service` alone: tenants are keys of log lines, because each metric and dimension costs money.

There are fewer than the ten that CloudWatch keeps for nothing; so cold starts are read from the logs.
"""

_IDS: Final = ("tenant", "mention", "delivery")
"""What a message may name, as it names it; whatever else it holds stays out of the log."""


def logger(service: str) -> Logger:
    """The log of one Lambda; what the library logs goes through it, with the same keys."""
    # With time stamps of RFC 3339: Lambda takes a line with another one for INFO, whatever it says.
    found = Logger(service=service, use_rfc3339=True)
    library = logging.getLogger("earshot")
    library.handlers = [found.handlers[0]]
    library.setLevel(found.log_level)
    library.propagate = False
    return found


@contextmanager
def told_of(log: Logger, envelope: "Envelope") -> Iterator[None]:
    """Gives the lines about a message its ids; a failure is logged with them, and raised again."""
    ids = {name: envelope.body[name] for name in _IDS if isinstance(envelope.body.get(name), str)}
    keys = {f"{name}_id": id_ for name, id_ in ids.items()}
    with log.append_context_keys(correlation_id=envelope.correlation_id, **keys):
        try:
            yield
        except Exception:
            log.exception("message failed")
            raise


class Meter:
    """The metrics of one Lambda; a name that is not in `METRICS` is a defect."""

    def __init__(self, service: str) -> None:
        self.metrics = Metrics(namespace=NAMESPACE, service=service)
        # A run that had nothing to count is no reason for a line in the log.
        warnings.filterwarnings("ignore", message="No application metrics to publish", category=UserWarning)

    def count(self, **values: float) -> None:
        """Adds to metrics by name; a value of zero is kept, since it says that work was done and nothing came."""
        for name, value in values.items():
            unit, _ = METRICS[name]
            self.metrics.add_metric(name=name, unit=unit, value=value)

    def read(self, outcomes: "Iterable[Outcome]") -> None:
        """Counts what came of reading sources; those that wait for a quota were not read."""
        for outcome in outcomes:
            if outcome.is_put_off:
                continue
            found = outcome.found
            self.count(SourcesFailed=1) if outcome.error else self.count(SourcesFetched=1)
            self.count(MentionsFound=found.items, MentionsNew=found.new, ClassifyFallbacks=found.unjudged)

    def received(self, mails: "Iterable[Received]") -> None:
        """Counts what came of mails."""
        for mail in mails:
            found = mail.found
            self.count(MentionsFound=found.items, MentionsNew=found.new, ClassifyFallbacks=found.unjudged)

    def attempted(self, attempt: "Attempt") -> None:
        """Counts one attempt to tell somebody."""
        if attempt.is_sent:
            self.count(AlertsSent=1, TimeToAlert=attempt.waited.total_seconds() * 1000)
        else:
            self.count(DeliveriesFailed=1)

    def beaten(self, age: "timedelta") -> None:
        """Keeps how long a heartbeat took; an alarm watches that there are any."""
        self.count(HeartbeatAge=age.total_seconds() * 1000)
