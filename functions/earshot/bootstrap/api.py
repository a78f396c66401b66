"""Puts together what the API and the pages need."""

import logging
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from earshot.adapters.aws.clients import queue_client
from earshot.adapters.aws.depths import Depths
from earshot.adapters.guard import vet_url
from earshot.bootstrap.cloud import Cloud, cloud
from earshot.domain.errors import StoreError
from earshot.services.access import Access
from earshot.services.asked_threads import AskedThreads
from earshot.services.following import Following
from earshot.services.health import tenant_figures
from earshot.services.inbox import Inbox
from earshot.services.questions import Questions
from earshot.services.searching import Searching
from earshot.services.sourcing import Sourcing
from earshot.services.telling import Telling
from earshot.services.watching import Watching
from earshot.settings import CloudSettings
from earshot.sources.registry import CONNECTORS
from earshot.store.company import Company
from earshot.store.deliveries import Deliveries
from earshot.web.parts import Parts
from earshot.web.routes import Handle, build_app

if TYPE_CHECKING:
    from earshot.services.arrivals import Arrivals

log = logging.getLogger(__name__)

NEEDS = ("table", "secret_name", "credentials", "base_url", "fetch_queue", "fetch_dead_letters", "event_dead_letters")


def bootstrap(env: Mapping[str, str]) -> Callable[[], Handle]:
    """What gives the application, as the environment says; built at the first request, when the secret is read."""
    of = cloud(CloudSettings.from_env(env, needs=NEEDS))
    return cache(lambda: build_app(parts(of)))


def parts(
    of: Cloud, *, sourcing: Sourcing | None = None, telling: Telling | None = None, access: Access | None = None
) -> Parts:
    """What a deployment's routes use; nobody may name a loopback place through them, but for its operator's own."""
    depths = Depths(queue_client("sqs", of.session), _queues(of.settings))
    sourcing = sourcing or Sourcing(of.table, CONNECTORS, vet_url, of.clock, credentials=of.credentials)
    searching = Searching(of.table, CONNECTORS, sourcing, of.credentials)
    watching = Watching(of.table, of.clock, searching.follow)
    following = Following(of.table, CONNECTORS, of.clock)
    return Parts(
        inbox=Inbox(of.table, of.clock, following.follow),
        threads=cache(lambda: AskedThreads(of.table, of.bus, following, of.clock)),
        arrivals=cache(lambda: _arrivals(of)),
        watching=watching,
        sourcing=sourcing,
        searching=searching,
        credentials=of.credentials,
        telling=telling or Telling(of.table, vet_url, of.clock),
        access=access or Access(of.table, of.clock, of.secret),
        company=Company(of.table),
        deliveries=Deliveries(of.table),
        questions=cache(lambda: Questions(of.table, of.bus, watching, sourcing, of.clock, of.credentials)),
        clock=of.clock,
        base_url=of.settings.base_url,
        secure_cookies=True,
        health=lambda tenant: {**tenant_figures(of.table, tenant, of.clock.now()), **_waiting(depths)},
    )


def _arrivals(of: Cloud) -> "Arrivals":
    from earshot.services.arrivals import Arrivals  # noqa: PLC0415 - it reads what is handed in, which most never do

    return Arrivals(of.table, of.bus, of.clock, vet_url, lambda: of.secret, of.settings.mail_domain)


def _waiting(depths: Depths) -> dict[str, object]:
    """How many messages wait; left out where the queues do not say, since the other figures are worth as much."""
    try:
        return {"waiting_messages": depths.all()}
    except StoreError as exc:
        log.warning("figures of the queues missing", extra={"reason": str(exc)})
        return {}


def _queues(settings: CloudSettings) -> dict[str, str]:
    return {
        "fetch": settings.fetch_queue,
        "fetch_dead_letters": settings.fetch_dead_letters,
        "event_dead_letters": settings.event_dead_letters,
    }
