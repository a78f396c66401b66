"""Deliver: sends planned mails, SMS and webhook calls, each in one attempt."""

import os
from typing import Any

from aws_lambda_powertools.utilities.data_classes import SNSEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from earshot import telemetry
from earshot.adapters.aws.messages import from_text
from earshot.bootstrap.deliver import bootstrap

log = telemetry.logger("deliver")
meter = telemetry.Meter("deliver")
deliverer = bootstrap(os.environ, meter.attempted, meter.beaten)


@log.inject_lambda_context(clear_state=True)
@meter.metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Sends the deliveries that an SNS event names, as far as they may go now.

    Returns:
        How many mentions people were told of.

    Raises:
        EarshotError: a message cannot be read, or the table does not answer; the delivery's todo brings it again.
    """
    told = 0
    for record in SNSEvent(event).records:
        envelope = from_text(record.sns.message)
        with telemetry.told_of(log, envelope):
            mentions = deliverer().handle(envelope)
            log.info("delivery done", extra={"mentions": mentions})
        told += mentions
    return {"mentions": told}
