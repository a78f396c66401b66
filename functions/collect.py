"""Collect: reads the sources that fetch messages name, one request at a time for each host."""

import os
from typing import Any

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes import SNSEvent, SQSEvent
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from earshot import telemetry
from earshot.bootstrap.collect import bootstrap, errands_in

log = telemetry.logger("collect")
meter = telemetry.Meter("collect")
collect = bootstrap(os.environ)


@log.inject_lambda_context(clear_state=True)
@meter.metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Reads a batch of the FIFO queue, or takes the mails that SNS tells of.

    Returns:
        The messages that failed, each with the rest of its group; the queue hands them out again, in order. Of mails
        none: where one fails, Lambda calls again.
    """
    if "Sns" in event["Records"][0]:
        meter.received(collect.receive((each.sns.message_id, each.sns.message) for each in SNSEvent(event).records))
        return {"batchItemFailures": []}
    records = SQSEvent(event).records
    errands, unreadable = errands_in(_told(each) for each in records)
    outcomes, failed = collect.read(errands)
    meter.read(outcomes)

    def settle(record: SQSRecord) -> None:
        if record.message_id in failed | unreadable:
            raise RuntimeError(f"message {record.message_id} failed; the lines above say why")

    processor = SqsFifoPartialProcessor(skip_group_on_error=True)
    # A batch in which everything failed is reported like any other, and no fault of the Lambda.
    processor.raise_on_entire_batch_failure = False
    return process_partial_response(event=event, record_handler=settle, processor=processor, context=context)


def _told(record: SQSRecord) -> tuple[str, str, str, int]:
    sent = record.attributes
    return record.message_id, str(sent.message_group_id), record.body, int(sent.approximate_receive_count)
