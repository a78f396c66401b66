"""Alert: decides who is told of a new mention, and plans the deliveries."""

import os
from typing import Any

from aws_lambda_powertools.utilities.data_classes import SNSEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from earshot import telemetry
from earshot.adapters.aws.messages import from_text
from earshot.bootstrap.alert import bootstrap

log = telemetry.logger("alert")
alerter = bootstrap(os.environ)


@log.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Plans the deliveries for the mentions that an SNS event names.

    Returns:
        How many deliveries were planned.

    Raises:
        EarshotError: a message cannot be read, or the table does not answer; the mention's todo brings it again.
    """
    planned = 0
    for record in SNSEvent(event).records:
        envelope = from_text(record.sns.message)
        with telemetry.told_of(log, envelope):
            deliveries = alerter.handle(envelope)
            log.info("deliveries planned", extra={"deliveries": deliveries})
        planned += deliveries
    return {"deliveries": planned}
