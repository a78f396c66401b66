"""What botocore raises when a service refuses, or does not answer at all."""

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

FAILURES = (ClientError, BotoCoreError, ResponseParserError)
"""The service said no, nothing, or nothing that can be read; everything else that a client raises is a defect."""


def code_of(failure: Exception) -> str:
    """The service's own code for a refusal, such as `AccessDenied`; the name of the class where nobody answered.

    The service's sentence is left out: it may quote addresses and values that no log may hold.
    """
    if isinstance(failure, ClientError):
        return str(failure.response.get("Error", {}).get("Code") or "unknown")
    return type(failure).__name__
