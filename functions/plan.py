"""Plan: once a minute, hands out the sources and todos that are due."""

import os
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from earshot import telemetry
from earshot.bootstrap.plan import bootstrap

log = telemetry.logger("plan")
planner = bootstrap(os.environ)


@log.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """One tick.

    The event says nothing that is needed: a tick that comes late or twice hands out what is due then.

    Returns:
        How many sources and todos were handed out.

    Raises:
        StoreError: the table does not answer; the next tick finds everything as it was.
    """
    planned = planner.tick(datetime.now(UTC))
    log.append_keys(correlation_id=planned.correlation_id)
    log.info("tick planned", extra={"sources": planned.sources, "todos": planned.todos})
    return {"sources": planned.sources, "todos": planned.todos}
