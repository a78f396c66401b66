"""Puts the parts of a local run together: SQLite, local queues, an outbox.

Parts are built when they are first asked for: listing mentions needs neither feed parser nor classifier.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from earshot.adapters.clock import SystemClock
from earshot.adapters.doorbell import RingingBus
from earshot.adapters.guard import parse_allowances, vet_url
from earshot.adapters.queues import LocalBus, SqliteQueues
from earshot.adapters.secret_files import SecretFiles
from earshot.adapters.sqlite import Database, SqliteTable
from earshot.bootstrap.local_arrivals import arrivals_of, heart_of, taking_in_of
from earshot.bootstrap.private_files import first_line, kept, write_private
from earshot.bootstrap.project import PROJECT_URL
from earshot.domain.errors import Invalid
from earshot.domain.tenant import LOCAL_TENANT, ApiKey, Scope
from earshot.services.access import Access
from earshot.services.applying import Applier
from earshot.services.asked_threads import AskedThreads
from earshot.services.credentials import Credentials
from earshot.services.following import Following
from earshot.services.health import dead_letters, tenant_figures
from earshot.services.inbox import Inbox
from earshot.services.questions import Questions
from earshot.services.searching import Searching
from earshot.services.sourcing import Sourcing, Vet
from earshot.services.telling import Telling
from earshot.services.watching import Watching
from earshot.settings import Settings
from earshot.sources.registry import CONNECTORS
from earshot.store.company import Company
from earshot.store.deliveries import Deliveries, secret_hash
from earshot.store.listening import Listening

if TYPE_CHECKING:
    from earshot.adapters.http import HttpAdapter
    from earshot.adapters.outbox import Outbox
    from earshot.services.alerting import Alerter
    from earshot.services.answering import Answering
    from earshot.services.delivering import Deliverer
    from earshot.services.fetching import Fetcher
    from earshot.services.planning import Planner
    from earshot.services.readers import Readers
    from earshot.web.parts import Parts


PRACTICE_HOST = "practice.localhost:80"


@dataclass(frozen=True, kw_only=True)
class Local:
    """Everything of one local data folder. `port` is where the local server listens."""

    settings: Settings
    port: int = 8787
    practice: bool = False
    """Whether the practice company's host leads to the local server."""
    tenant: str = LOCAL_TENANT
    """The tenant that this run listens for; others in the same folder are left in peace."""

    @cached_property
    def folder(self) -> Path:
        """The data folder, made if need be, readable by its owner only."""
        folder = Path(self.settings.data)
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as exc:
            raise Invalid("data", f"the folder {folder} cannot be used: {exc.strerror}") from exc
        return folder

    @cached_property
    def clock(self) -> SystemClock:
        """The time."""
        return SystemClock()

    @cached_property
    def database(self) -> Database:
        """The file of the table and the queues."""
        return Database(self.folder / "earshot.db")

    @cached_property
    def table(self) -> SqliteTable:
        """The table."""
        return SqliteTable(self.database)

    @cached_property
    def queues(self) -> SqliteQueues:
        """The queues."""
        return SqliteQueues(self.database, self.clock)

    @cached_property
    def secret(self) -> bytes:
        """The secret behind links and forms, made at the first start."""
        return kept(self.folder / "secret", secrets.token_hex(32)).encode()

    @property
    def base_url(self) -> str:
        """The address of the local server."""
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def allowances(self) -> dict[str, tuple[str, int]]:
        """The loopback places that the operator lets us read."""
        allowed = parse_allowances(self.settings.loopback)
        if self.practice:
            allowed[PRACTICE_HOST] = ("127.0.0.1", self.port)
        return allowed

    @cached_property
    def http(self) -> "HttpAdapter":
        """The way to the web."""
        from earshot.adapters.http import HttpAdapter, user_agent  # noqa: PLC0415 - requests is slow to import

        agent = user_agent(PROJECT_URL, self.settings.operator or "local run")
        return HttpAdapter(
            user_agent=agent, clock=self.clock, allowances=self.allowances, offline=self.settings.offline
        )

    @cached_property
    def planner(self) -> "Planner":
        """Finds what is due."""
        from earshot.services.heart import Heart  # noqa: PLC0415
        from earshot.services.planning import Planner  # noqa: PLC0415

        return Planner(self.table, LocalBus(self.queues), only=frozenset({self.tenant}), heart=Heart(self.table))

    @cached_property
    def fetcher(self) -> "Fetcher":
        """Reads sources and stores mentions."""
        from earshot.bootstrap.judged import collector_of  # noqa: PLC0415
        from earshot.services.fetching import Fetcher  # noqa: PLC0415

        collector = collector_of(self.table, LocalBus(self.queues), self.clock, self.following.look)
        only = frozenset({self.tenant})
        return Fetcher(
            self.table, self.http, CONNECTORS, collector, self.clock, only=only, credentials=self.credentials
        )

    @cached_property
    def answering(self) -> "Answering":
        """Reads sources for jobs."""
        from earshot.bootstrap.jobs import answering_of  # noqa: PLC0415

        return answering_of(self.table, self.http, CONNECTORS, self.clock, self.credentials)

    @cached_property
    def readers(self) -> "Readers":
        """Who reads for jobs, and who reads threads."""
        from earshot.services.readers import readers  # noqa: PLC0415
        from earshot.services.rechecks import Rechecks  # noqa: PLC0415
        from earshot.services.threads import Threads  # noqa: PLC0415

        bus = LocalBus(self.queues)
        threads = Threads(self.table, bus, self.http, CONNECTORS, self.clock, self.credentials)
        rechecks = Rechecks(self.table, self.http, CONNECTORS, self.clock, self.credentials)
        return readers(self.answering, threads, taking_in_of(self), rechecks, heart_of(self))

    @cached_property
    def following(self) -> Following:
        """Has threads read."""
        return Following(self.table, CONNECTORS, self.clock)

    @cached_property
    def alerter(self) -> "Alerter":
        """Decides who is told."""
        from earshot.services.alerting import Alerter  # noqa: PLC0415

        return Alerter(self.table, LocalBus(self.queues), self.clock)

    @cached_property
    def outbox(self) -> "Outbox":
        """Mails as files."""
        from earshot.adapters.outbox import Outbox  # noqa: PLC0415

        return Outbox(self.folder / "outbox", sender=self.settings.mail_from, clock=self.clock)

    @cached_property
    def deliverer(self) -> "Deliverer":
        """Sends what was decided."""
        from earshot.bootstrap.local_channels import deliverer_of  # noqa: PLC0415 - it renders mails

        return deliverer_of(self)

    @cached_property
    def watching(self) -> Watching:
        """The watches."""
        return Watching(self.table, self.clock, self.searching.follow)

    @cached_property
    def credentials(self) -> Credentials:
        """The credentials for places."""
        return Credentials(SecretFiles(self.folder / "credentials"), self.clock)

    @cached_property
    def searching(self) -> Searching:
        """What is searched for by itself."""
        return Searching(self.table, CONNECTORS, self.sourcing, self.credentials)

    @cached_property
    def sourcing(self) -> Sourcing:
        """The sources, as the operator may add them: with the allowed loopback places."""
        return self._sourcing(partial(vet_url, allowed=frozenset(self.allowances)))

    @cached_property
    def access(self) -> Access:
        """Keys and sessions."""
        return Access(self.table, self.clock, self.secret)

    @cached_property
    def applier(self) -> Applier:
        """Puts a configuration into effect."""
        return Applier(self.table, self.watching, self.sourcing, self.telling)

    @cached_property
    def telling(self) -> Telling:
        """The contacts, as the operator may add them."""
        allowed = frozenset(self.allowances)
        return Telling(self.table, partial(vet_url, allowed=allowed), self.clock, own_hosts=allowed)

    def parts(self, *, for_operator: bool = False) -> "Parts":
        """What the API and the pages need; only the operator's own commands may name loopback places."""
        from earshot.web.parts import Parts  # noqa: PLC0415

        sourcing = self.sourcing if for_operator else self._sourcing(vet_url)
        bus = RingingBus(self.queues)
        return Parts(
            inbox=Inbox(self.table, self.clock, self.following.follow),
            threads=cache(lambda: AskedThreads(self.table, bus, self.following, self.clock)),
            arrivals=arrivals_of(self, bus),
            watching=self.watching,
            sourcing=sourcing,
            telling=self.telling if for_operator else Telling(self.table, vet_url, self.clock),
            access=self.access,
            searching=self.searching,
            credentials=self.credentials,
            company=Company(self.table),
            deliveries=Deliveries(self.table),
            questions=cache(lambda: Questions(self.table, bus, self.watching, sourcing, self.clock, self.credentials)),
            clock=self.clock,
            base_url=self.base_url,
            secure_cookies=False,
            health=self.health,
            outbox=None if self.settings.smtp else self.outbox,
        )

    def health(self, tenant: str) -> Mapping[str, object]:
        """Figures for whoever looks after this tenant; the waiting messages are those of the whole run."""
        figures = tenant_figures(self.table, tenant, self.clock.now())
        heard = {each.source_id for each in Listening(self.table).subscriptions(tenant)}
        dead = [letter["envelope"].get("body") or {} for letter in self.queues.dead_letters()]
        # One that names neither a tenant nor a source is everybody's.
        about_us = [
            body
            for body in dead
            if body.get("tenant", tenant) == tenant and not ("sources" in body and heard.isdisjoint(body["sources"]))
        ]
        return {
            **figures,
            "waiting_messages": {name: self.queues.waiting(name) for name in ("fetch", "alert", "deliver")},
            "dead_letters": len(about_us) + dead_letters(self.table, tenant),
        }

    def admin_key(self) -> str:
        """The key in the file api-key, for the tenant that ran last; made for this one if there is none."""
        secret, known = self._key_file()
        return secret if known else self._new_admin_key()

    def switch_tenant(self) -> bool:
        """Makes the file api-key a key for this run's tenant; tells whether it was for another one, or for none."""
        _, known = self._key_file()
        if known and known.tenant == self.tenant:
            return False
        self._new_admin_key()
        return True

    def _key_file(self) -> tuple[str, ApiKey | None]:
        path = self.folder / "api-key"
        secret = first_line(path) if path.exists() else ""
        return secret, Company(self.table).key_by_secret(secret_hash(secret)) if secret else None

    def _new_admin_key(self) -> str:
        _, old = self._key_file()
        if old is not None:
            self.access.revoke_key(old.tenant, old.id)
        _, secret = self.access.create_key(self.tenant, "this computer", Scope.ADMIN)
        write_private(self.folder / "api-key", secret)
        return secret

    def _sourcing(self, vet: Vet) -> Sourcing:
        own = frozenset(self.allowances)
        return Sourcing(self.table, CONNECTORS, vet, self.clock, own_hosts=own, credentials=self.credentials)
