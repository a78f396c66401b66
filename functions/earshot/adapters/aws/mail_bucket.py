"""The bucket that Amazon SES puts received mails into, and the notice by which it tells of each."""

import json
from collections.abc import Mapping
from typing import Any, Protocol, cast

from botocore.config import Config

from earshot.adapters.aws.clients import Session
from earshot.adapters.aws.failures import FAILURES, code_of
from earshot.domain.errors import Invalid, StoreError
from earshot.domain.mail_room import Arrived
from earshot.ports.http import MAX_BYTES

_VERDICTS = ("spfVerdict", "dkimVerdict", "dmarcVerdict", "spamVerdict", "virusVerdict")
_GONE = frozenset({"NoSuchKey", "404"})
_MOST_RECIPIENTS = 20


class _S3(Protocol):
    """What is asked of the client of S3."""

    def get_object(self, **request: str) -> Mapping[str, Any]: ...


class MailBucket:
    """Reads mails by `bucket/key`; they end by themselves after a week. The client is made when a mail comes."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._client: _S3 | None = None

    def keep(self, id_: str, raw: bytes, came_as: str) -> str:
        """See `RawMails.keep`: the bucket keeps every mail anyway."""
        return came_as

    def read(self, name: str) -> bytes | None:
        """See `RawMails.read`; no more than the largest mail that is read, and a byte."""
        bucket, _, key = name.partition("/")
        try:
            found = self._s3().get_object(Bucket=bucket, Key=key, Range=f"bytes=0-{MAX_BYTES}")
            return bytes(found["Body"].read(MAX_BYTES + 1))
        except FAILURES as exc:
            if code_of(exc) in _GONE:
                return None
            raise StoreError(f"the mail cannot be read ({code_of(exc)}); it is tried again") from exc

    def arrived(self, notice: "Notice") -> Arrived | None:
        """The mail that a notice tells of, None where it is gone."""
        raw = self.read(notice.name)
        if raw is None:
            return None
        return Arrived(raw=raw, to=notice.to, verdicts=notice.verdicts, name=notice.name)

    def _s3(self) -> _S3:
        if self._client is None:
            config = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=3, read_timeout=20)
            self._client = cast("_S3", self._session.create_client("s3", config=config))
        return self._client


class Notice:
    """What SES says of a mail it has received: where it lies, whom it is for, and what its checks gave.

    Source:
        docs.aws.amazon.com/ses, "Contents of notifications for Amazon SES email receiving"; read 2026-11-24; not tried
        live.
    """

    def __init__(self, text: str) -> None:
        """Reads the notice.

        Raises:
            Invalid: it is none of a mail in a bucket.
        """
        try:
            receipt = json.loads(text)["receipt"]
            action, to = receipt["action"], receipt["recipients"]
            self.name = f"{action['bucketName']}/{action['objectKey']}"
        except (ValueError, KeyError, TypeError, RecursionError) as exc:
            raise Invalid("Message", "is no notice of a mail in a bucket") from exc
        self.to = _local_parts(to)
        self.verdicts = _verdicts(receipt)


def _local_parts(recipients: object) -> tuple[str, ...]:
    """What stands before the @ of each recipient."""
    named = recipients if isinstance(recipients, list) else []
    return tuple(each.partition("@")[0].lower() for each in named[:_MOST_RECIPIENTS] if isinstance(each, str))


def _verdicts(receipt: Mapping[str, Any]) -> Mapping[str, object]:
    """The verdicts of SES; where it made no check its field is there all the same, and vouches for nothing."""
    return {name: receipt.get(name, {}) for name in _VERDICTS}
