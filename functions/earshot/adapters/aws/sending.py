"""What may be said of a message after a service was asked to send it, once."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.parsers import ResponseParserError

from earshot.adapters.aws.failures import code_of
from earshot.domain.contact import Channel
from earshot.domain.errors import Deferred, DeliveryError, Halted, Unconfirmed

Judge = Callable[[str, str], DeliveryError]
"""What a refusal means, from its code and the service's sentence; that may hold an address and goes no further."""

_NO_RIGHT = frozenset({"AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException"})
_TOO_FAST = frozenset(
    {"Throttled", "Throttling", "ThrottledException", "ThrottlingException", "TooManyRequestsException"}
)
_CANNOT_NOW = 503
_QUOTA = re.compile(r"quota", re.IGNORECASE)


@contextmanager
def one_attempt(channel: Channel, service: str, judge: Judge) -> Iterator[None]:
    """Turns what botocore raises inside into what a notifier raises; `judge` is asked about the service's own refusals.

    Nothing is chained: the messages of botocore hold addresses, and what is logged must not.

    Raises:
        Deferred: the service was not reached, or takes no more for now.
        Halted: a permission is missing, or the quota is used up.
        Rejected: `judge` says so.
        Unconfirmed: the service was asked, and what it said is lost or says nothing about the message.
    """
    try:
        yield
    except ClientError as exc:
        raise _answered(exc, channel, service, judge) from None
    except (HTTPClientError, ResponseParserError):
        # Also where the request went out only in part: nobody can tell.
        raise Unconfirmed(channel, f"{service} was asked but did not answer; the message may have gone out") from None
    except BotoCoreError as exc:
        # No connection, no secure one, or no credentials: the request never went out.
        raise Deferred(channel, f"{service} could not be asked ({code_of(exc)})") from None


def _answered(exc: ClientError, channel: Channel, service: str, judge: Judge) -> DeliveryError:
    code = code_of(exc)
    status = exc.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _NO_RIGHT:
        return Halted(channel, f"the role of this function may not use {service} ({code})")
    if code in _TOO_FAST and _QUOTA.search(str(exc.response.get("Error", {}).get("Message", ""))):
        return Halted(channel, f"the sending quota of {service} is used up ({code}); ask for a higher one")
    if code in _TOO_FAST or status == _CANNOT_NOW:
        return Deferred(channel, f"{service} takes no more for now ({code})")
    if status > _CANNOT_NOW or 500 <= status < _CANNOT_NOW:
        return Unconfirmed(channel, f"{service} failed while it was asked ({code}); the message may have gone out")
    return judge(code, str(exc.response.get("Error", {}).get("Message", "")))
