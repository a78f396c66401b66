"""Puts together a deployed stack for its operator: the same table, reached with AWS credentials instead of a key."""

import re
import secrets
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

from earshot.adapters.aws.clients import new_session, one_attempt_client, queue_client
from earshot.adapters.aws.dead_letters import Addresses, AwsDeadLetters
from earshot.adapters.aws.identities import Standing, make_known
from earshot.adapters.aws.outputs import stack_outputs
from earshot.adapters.aws.parameters import parameters
from earshot.adapters.guard import parse_allowances, vet_url
from earshot.bootstrap.api import parts
from earshot.bootstrap.cloud import Cloud
from earshot.domain.errors import Invalid
from earshot.domain.tenant import ApiKey, Scope
from earshot.services.access import KEY_PREFIX, Access
from earshot.services.applying import Applier
from earshot.services.searching import Searching
from earshot.services.sourcing import Sourcing, Vet
from earshot.services.telling import Telling
from earshot.services.watching import Watching
from earshot.settings import CloudSettings
from earshot.sources.registry import CONNECTORS
from earshot.store.company import Company
from earshot.store.deliveries import secret_hash

if TYPE_CHECKING:
    from earshot.web.parts import Parts

_TENANT = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")

DEFAULT_TENANT = "main"
"""The tenant of a new deployment."""

_SETTINGS = {
    "table": "TableName",
    "fetch_queue": "FetchQueueUrl",
    "fetch_dead_letters": "FetchDeadLettersUrl",
    "event_dead_letters": "EventDeadLettersUrl",
    "events_topic": "EventsTopicArn",
    "secret_name": "SecretName",
    "credentials": "CredentialsPath",
    "base_url": "ApiUrl",
    "mail_from": "MailFrom",
}
"""Which output of the stack each setting is."""


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A deployed stack in its operator's hands."""

    cloud: Cloud
    tenant: str
    key: str = field(default_factory=lambda: KEY_PREFIX + secrets.token_urlsafe(32), repr=False)
    """Opens the API in this process only."""

    @cached_property
    def sourcing(self) -> Sourcing:
        """The sources, as the operator may add them."""
        cloud = self.cloud
        return Sourcing(
            cloud.table, CONNECTORS, self._vet, cloud.clock, own_hosts=self._allowed, credentials=cloud.credentials
        )

    @cached_property
    def telling(self) -> Telling:
        """The contacts, as the operator may add them."""
        return Telling(self.cloud.table, self._vet, self.cloud.clock, own_hosts=self._allowed)

    @cached_property
    def applier(self) -> Applier:
        """Puts a configuration into effect."""
        searching = Searching(self.cloud.table, CONNECTORS, self.sourcing, self.cloud.credentials)
        watching = Watching(self.cloud.table, self.cloud.clock, searching.follow)
        return Applier(self.cloud.table, watching, self.sourcing, self.telling)

    @cached_property
    def access(self) -> Access:
        """Keys and sessions."""
        operator = ApiKey(
            id="k_operator",
            tenant=self.tenant,
            name="operator",
            scope=Scope.ADMIN,
            secret_sha256=secret_hash(self.key),
            created_at=self.cloud.clock.now(),
        )
        return Access(self.cloud.table, self.cloud.clock, self.cloud.secret, operator=operator)

    @cached_property
    def dead_letters(self) -> AwsDeadLetters:
        """What could not be processed."""
        settings, session = self.cloud.settings, self.cloud.session
        addresses = Addresses(
            dead_fetches_url=settings.fetch_dead_letters,
            dead_events_url=settings.event_dead_letters,
            fetch_url=settings.fetch_queue,
            topic_arn=settings.events_topic,
        )
        return AwsDeadLetters(queue_client("sqs", session), queue_client("sns", session), addresses)

    def parts(self) -> "Parts":
        """What the commands' API needs."""
        return parts(self.cloud, sourcing=self.sourcing, telling=self.telling, access=self.access)

    def make_secret(self) -> None:
        """Makes the secret behind links and forms, if there is none yet."""
        parameters(self.cloud.session).secret_or_new(self.cloud.settings.secret_name, secrets.token_hex(32))

    def make_sender_known(self) -> Standing:
        """Lets SES know the sender of mails, and tells where that stands."""
        return make_known(one_attempt_client("sesv2", self.cloud.session), self.cloud.settings.mail_from)

    @property
    def _allowed(self) -> frozenset[str]:
        return frozenset(parse_allowances(self.cloud.settings.loopback))

    @property
    def _vet(self) -> Vet:
        return partial(vet_url, allowed=self._allowed)


def open_stack(name: str, tenant: str, loopback: str, *, may_be_new: bool = False) -> Stack:
    """The stack of this name, in the region and with the credentials of the environment.

    Raises:
        Invalid: there is no such stack or no way to it, or no such tenant, unless it `may_be_new`; the message says
            what to do.
    """
    if tenant and not _TENANT.fullmatch(tenant):
        raise Invalid("tenant", "must be small letters, digits and hyphens, at most 63, such as acme")
    session = new_session()
    outputs = stack_outputs(session, name)
    missing = [output for output in _SETTINGS.values() if output not in outputs]
    if missing:
        raise Invalid("stack", f"{name} is not a stack of Earshot: it has no output {', '.join(missing)}")
    told = {f"EARSHOT_{field.upper()}": outputs[output] for field, output in _SETTINGS.items()}
    settings = CloudSettings.from_env({**told, "EARSHOT_LOOPBACK": loopback})
    cloud = Cloud(settings=settings, session=session)
    return Stack(cloud=cloud, tenant=_tenant(cloud, tenant, may_be_new=may_be_new))


def _tenant(cloud: Cloud, named: str, *, may_be_new: bool) -> str:
    known = sorted(each.id for each in Company(cloud.table).all_tenants())
    if not named and len(known) > 1:
        raise Invalid("tenant", f"there are several, so name one with --tenant: {', '.join(known)}")
    chosen = named or (known[0] if known else DEFAULT_TENANT)
    if chosen not in known and not may_be_new:
        raise Invalid("tenant", f"there is no tenant {chosen}; earshot --tenant {chosen} setup makes one")
    return chosen
