"""Clients of AWS that answer what a test laid down, checked against the service's own description; no network."""

from functools import cache
from typing import Any

import botocore.session
from botocore.stub import Stubber


class Stubbed:
    """A client and its stub: `answers` and `refuses` lay down what comes next, in order."""

    def __init__(self, service: str) -> None:
        self.client: Any = _session().create_client(
            service, region_name="eu-central-1", aws_access_key_id="test", aws_secret_access_key="test"
        )
        self._stubber = Stubber(self.client)
        self._stubber.activate()

    def answers(self, operation: str, answer: dict[str, Any], expected: dict[str, Any] | None = None) -> None:
        self._stubber.add_response(operation, answer, expected)

    def refuses(self, operation: str, code: str, status: int = 400) -> None:
        self._stubber.add_client_error(operation, code, f"{code} with words for nobody's log", status)

    def assert_all_was_asked(self) -> None:
        self._stubber.assert_no_pending_responses()


@cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()
