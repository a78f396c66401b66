"""Makes the clients of AWS, each with its patience written down.

They come from `botocore.session`, not from `boto3`: the same clients without boto3's resources and transfers. Measured
on 2026-11-24 (CPython 3.11, boto3 1.43.106, best of six fresh processes): import and DynamoDB client 162 ms instead of
173 ms and 329 instead of 389 modules; with clients for SQS and SNS beside it 69 ms instead of 93 ms after the import of
`botocore.config`. One session for all clients of a process, because it keeps the endpoint rules it has read.
"""

from typing import TYPE_CHECKING, Literal, cast, overload

import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_sesv2 import SESV2Client
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient

Session = botocore.session.Session

TABLE_ATTEMPTS = 5
"""With standard backoff at most 15 s of pauses, on average half of that."""


QUEUE_ATTEMPTS = 3


def new_session() -> Session:
    """A session with the region and the credentials of the environment."""
    return botocore.session.get_session()


def table_config(attempts: int = TABLE_ATTEMPTS) -> Config:
    """A table answers within milliseconds: short time-outs, and again when it does not."""
    return Config(
        retries={"mode": "standard", "total_max_attempts": attempts},
        connect_timeout=2,
        read_timeout=5,
        tcp_keepalive=True,
    )


def one_attempt_config() -> Config:
    """What cannot be taken back is asked for once; whether it is asked for again, the caller decides."""
    return Config(
        retries={"mode": "standard", "total_max_attempts": 1},
        connect_timeout=3,
        read_timeout=20,
        tcp_keepalive=True,
    )


def dynamodb_client(
    session: botocore.session.Session | None = None,
    *,
    endpoint_url: str | None = None,
    attempts: int = TABLE_ATTEMPTS,
) -> "DynamoDBClient":
    """A client for `DynamoTable`; region, credentials and address come from the session unless they are given.

    Raises:
        botocore.exceptions.BotoCoreError: the session names no region or an unknown profile.
    """
    session = session or botocore.session.get_session()
    client = session.create_client("dynamodb", endpoint_url=endpoint_url, config=table_config(attempts))
    return cast("DynamoDBClient", client)


@overload
def one_attempt_client(
    service: Literal["sesv2"], session: botocore.session.Session | None = None, *, endpoint_url: str | None = None
) -> "SESV2Client": ...
@overload
def one_attempt_client(
    service: Literal["sns"], session: botocore.session.Session | None = None, *, endpoint_url: str | None = None
) -> "SNSClient": ...
def one_attempt_client(
    service: Literal["sesv2", "sns"],
    session: botocore.session.Session | None = None,
    *,
    endpoint_url: str | None = None,
) -> object:
    """A client that never sends anything twice by itself, for mails and text messages.

    Raises:
        botocore.exceptions.BotoCoreError: the session names no region or an unknown profile.
    """
    session = session or botocore.session.get_session()
    return session.create_client(service, endpoint_url=endpoint_url, config=one_attempt_config())


@overload
def queue_client(service: Literal["sqs"], session: botocore.session.Session | None = None) -> "SQSClient": ...
@overload
def queue_client(service: Literal["sns"], session: botocore.session.Session | None = None) -> "SNSClient": ...
def queue_client(service: Literal["sqs", "sns"], session: botocore.session.Session | None = None) -> object:
    """A client for messages, which may be sent twice: their readers are ready for that.

    Raises:
        botocore.exceptions.BotoCoreError: the session names no region or an unknown profile.
    """
    session = session or botocore.session.get_session()
    return session.create_client(service, config=table_config(QUEUE_ATTEMPTS))
