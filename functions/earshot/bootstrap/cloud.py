"""Puts together what every door of a deployment shares: table, bus, secret, settings."""

from dataclasses import dataclass
from functools import cached_property

from earshot.adapters.aws.bus import AwsBus
from earshot.adapters.aws.clients import Session, dynamodb_client, new_session, queue_client
from earshot.adapters.aws.parameters import parameters
from earshot.adapters.aws.secrets import parameter_secrets
from earshot.adapters.aws.table import DynamoTable
from earshot.adapters.clock import SystemClock
from earshot.services.credentials import Credentials
from earshot.settings import CloudSettings


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """The parts of one deployment, built when they are first asked for and kept while the process is warm."""

    settings: CloudSettings
    session: Session

    @cached_property
    def clock(self) -> SystemClock:
        """The time."""
        return SystemClock()

    @cached_property
    def table(self) -> DynamoTable:
        """The table."""
        return DynamoTable(dynamodb_client(self.session), self.settings.table)

    @cached_property
    def bus(self) -> AwsBus:
        """The queue of fetches and the topic of events."""
        return AwsBus(
            queue_client("sqs", self.session),
            queue_client("sns", self.session),
            self.settings.fetch_queue,
            self.settings.events_topic,
        )

    @cached_property
    def credentials(self) -> Credentials:
        """The credentials of all tenants for places."""
        return Credentials(parameter_secrets(self.session, self.settings.credentials), self.clock)

    @cached_property
    def secret(self) -> bytes:
        """The secret behind links and forms.

        Raises:
            Invalid: it is not there yet; the message says what to do.
            StoreError: it cannot be read now.
        """
        return parameters(self.session).secret(self.settings.secret_name)


def cloud(settings: CloudSettings) -> Cloud:
    """The deployment that the environment of this Lambda belongs to."""
    return Cloud(settings=settings, session=new_session())
