"""Api: answers the JSON API, the inbox, and the links in messages."""

import os
from typing import Any

from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.typing import LambdaContext

from earshot import telemetry
from earshot.bootstrap.api import bootstrap

log = telemetry.logger("api")
app = bootstrap(os.environ)


@log.inject_lambda_context(clear_state=True, correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers one event of the HTTP API (payload format 2.0).

    Who may do what is decided by the routes, from the key or the session that the request shows; the gateway only
    bounds how fast and how large requests come.

    Returns:
        The answer in the gateway's shape: status, headers, cookies and body.
    """
    answer = app()(event, context)
    # Neither path nor query: links in messages carry their secret in the path.
    log.info("request answered", extra={"method": _method(event), "status": answer["statusCode"]})
    return answer


def _method(event: dict[str, Any]) -> str:
    return str(event["requestContext"]["http"]["method"])
