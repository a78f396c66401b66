"""What YouTube means when it refuses: the reasons in its error bodies, as errors that a person can act on."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from earshot.domain.errors import FetchError, Refused, Throttled, Unreachable
from earshot.ports.http import Response
from earshot.sources.json_body import Node, child, children, name, text

READS = frozenset({400, 401, 403, 404, 429})
"""The statuses whose bodies say what is wrong."""

SILENT = frozenset({"commentsDisabled"})
MISSING = frozenset({"videoNotFound", "commentNotFound", "notFound"})
PAGELESS = frozenset({"invalidPageToken"})

_SPENT = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED"})
_BAD_KEY = frozenset({"keyInvalid", "keyExpired", "API_KEY_INVALID", "API_KEY_EXPIRED", "UNAUTHENTICATED", "authError"})
_NOT_ON = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
_TIED = frozenset(
    {
        *("ipRefererBlocked", "API_KEY_SERVICE_BLOCKED", "API_KEY_IP_ADDRESS_BLOCKED", "API_KEY_HTTP_REFERRER_BLOCKED"),
        *("API_KEY_ANDROID_APP_BLOCKED", "API_KEY_IOS_APP_BLOCKED"),
    }
)
_REFUSALS = (
    (_BAD_KEY, "the key was not accepted; set a new one: earshot credential set youtube"),
    (_NOT_ON, "the YouTube Data API v3 is not enabled in the key's project; enable it in Google's console"),
    (_TIED, "the key is restricted to other services or addresses; lift that in Google's console"),
    (frozenset({"channelNotFound"}), "there is no such channel"),
)
_PAUSE_S = 60


def reasons_of(body: Node) -> frozenset[str]:
    """Every reason that an error body names, in the old way and the new; none where it is no error."""
    error = child(body, "error")
    named = [name(each, "reason") for key in ("errors", "details") for each in children(error, key)]
    return frozenset(filter(None, [*named, name(error, "status")]))


def error_of(body: Node, response: Response) -> FetchError:
    """The error that an error body stands for; never with its message, which could repeat what was sent.

    Source:
        developers.google.com/youtube/v3/docs/errors; determine_quota_cost (quotas end at midnight, Pacific time);
        google.rpc.ErrorInfo reasons; read 2026-11-24.
    """
    reasons = reasons_of(body)
    if reasons & _SPENT or (reasons & _FAST and "per day" in text(body, "error", "message").lower()):
        return Throttled("YouTube's quota for today is used up", _until_midnight_s(response.received_at))
    if reasons & _FAST or response.status == 429:
        return Throttled("YouTube was asked too often", _pause_s(response))
    if "processingFailure" in reasons:
        return Unreachable("YouTube could not process the request this time")
    why = ", ".join(sorted(reasons))[:200] or f"status {response.status}"
    other = f"YouTube does not permit this with the key ({why})"
    sentence = next((sentence for names, sentence in _REFUSALS if reasons & names), other)
    return Refused(sentence, response.status if response.status >= 400 else None)


def _until_midnight_s(now: datetime) -> int:
    zone = ZoneInfo("America/Los_Angeles")
    midnight = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(0), zone)
    return int(midnight.timestamp() - now.timestamp())


def _pause_s(response: Response) -> int:
    written = response.headers.get("retry-after", "")
    return min(int(written), 86_400) if written.isascii() and written.isdigit() and len(written) < 9 else _PAUSE_S
