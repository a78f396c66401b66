"""Health: figures for whoever looks after one tenant."""

from datetime import datetime

from earshot.ports.table import Table
from earshot.services.silences import Silences
from earshot.store.deliveries import Deliveries
from earshot.store.heartbeats import Heartbeats
from earshot.store.listening import Listening


def tenant_figures(table: Table, tenant: str, now: datetime) -> dict[str, object]:
    """How many sources a tenant listens to, how many have a problem or are off, how many deliveries were given up.

    `silent_sources` names those that are not heard as usual; `heartbeat_at` is when a message last went the whole way
    through this run or deployment, None before the first.
    """
    beat = Heartbeats(table).last()
    listening = Listening(table)
    sources = listening.sources_of([each.source_id for each in listening.subscriptions(tenant)]).values()
    return {
        "sources": len(sources),
        "sources_with_a_problem": sum(bool(source.problem) for source in sources),
        "sources_off": sum(source.off_at is not None for source in sources),
        "silent_sources": [
            {"id": each.source.id, "name": each.name, "state": each.silence.hush, "since": each.silence.since}
            for each in Silences(table).of(tenant, now)
        ],
        "heartbeat_at": beat.arrived_at if beat else None,
        "dead_letters": dead_letters(table, tenant),
    }


def dead_letters(table: Table, tenant: str) -> int:
    """How many deliveries of a tenant were given up."""
    return sum(1 for _ in Deliveries(table).given_up(tenant))
