"""Clients of AWS for tests of sending: one attempt, credentials that mean nothing, no patience."""

import functools
from typing import TYPE_CHECKING, Any, Literal, cast

import botocore.session
from botocore.config import Config

from earshot.adapters.aws.clients import one_attempt_client, one_attempt_config

if TYPE_CHECKING:
    from types_boto3_sesv2 import SESV2Client
    from types_boto3_sns import SNSClient

REGION = "eu-central-1"
READ_S = 0.5


@functools.cache
def a_session() -> botocore.session.Session:
    """One for all clients: reading the rules of each service takes longer than most tests."""
    session = botocore.session.Session()
    session.set_config_variable("region", REGION)
    session.set_credentials("nobody", "nothing")
    return session


def a_mailing_client() -> "SESV2Client":
    return one_attempt_client("sesv2", a_session())


def a_texting_client() -> "SNSClient":
    return one_attempt_client("sns", a_session())


def an_impatient_client(service: Literal["sesv2", "sns"], url: str) -> Any:
    """A client that asks the server at `url` and waits for half a second only."""
    config = one_attempt_config().merge(Config(connect_timeout=READ_S, read_timeout=READ_S))
    return cast(Any, a_session().create_client(service, endpoint_url=url, config=config))
