"""Short messages by Amazon SNS, in one attempt: an SMS must never go twice.

SNS takes more than it sends. Past the monthly spending limit, to a number that opted out, or in the sandbox to one that
is not verified, Publish may succeed all the same; only the delivery log then tells ("No quota left for account"). So
the stack watches the metric SMSMonthToDateSpentUSD, and an SMS never is the only way in which somebody is told.

Source:
    Amazon SNS API Reference, Publish; Amazon SNS Developer Guide, "Publishing SMS messages to a mobile phone";
    github.com/aws/aws-sdk-js/issues/3012 (no error past the spending limit); read 2026-11-24.
"""

from typing import TYPE_CHECKING

from earshot.adapters.aws.sending import one_attempt
from earshot.domain.contact import Channel
from earshot.domain.errors import Deferred, DeliveryError, Halted, Rejected
from earshot.ports.notifier import ShortMessage

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient
    from types_boto3_sns.type_defs import MessageAttributeValueTypeDef

_OPTED_OUT = frozenset({"OptedOut", "OptedOutException"})
_INVALID = frozenset(
    {
        "InvalidParameter",
        "InvalidParameterException",
        "InvalidParameterValue",
        "InvalidParameterValueException",
        "ParameterValueInvalid",
        "ValidationException",
    }
)


class SnsSms:
    """Implements `earshot.ports.notifier.Notifier` over a client that asks once.

    `sender_id` is shown instead of a number, in countries that allow it.
    """

    def __init__(self, client: "SNSClient", sender_id: str = "") -> None:
        self._client = client
        self._attributes: dict[str, MessageAttributeValueTypeDef] = {"AWS.SNS.SMS.SMSType": _text("Transactional")}
        if sender_id:
            self._attributes["AWS.SNS.SMS.SenderID"] = _text(sender_id)

    def send(self, message: ShortMessage, /) -> None:
        """Hands the short message over.

        Raises:
            Deferred: SNS cannot be reached, or refuses for a reason that time or the operator mends.
            Rejected: SNS will never send to this number.
            Unconfirmed: SNS was asked, and nobody knows whether it took the message.
        """
        # A connection that slept with its Lambda breaks when it is used, and nobody could tell whether the SMS went.
        self._client.close()
        with one_attempt(Channel.SMS, "SNS", _judged):
            self._client.publish(PhoneNumber=message.to, Message=message.text, MessageAttributes=self._attributes)


def _text(value: str) -> "MessageAttributeValueTypeDef":
    return {"DataType": "String", "StringValue": value}


def _judged(code: str, sentence: str) -> DeliveryError:
    if code in _OPTED_OUT:
        return Rejected(Channel.SMS, "the number has opted out of short messages")
    if code in _INVALID and "sender" in sentence.lower():
        return Halted(Channel.SMS, f"SNS refuses the sender id ({code}); it has 1 to 11 letters and digits")
    if code in _INVALID:
        return Rejected(Channel.SMS, f"SNS refuses the number or the message ({code})")
    return Deferred(Channel.SMS, f"SNS answered {code}")
