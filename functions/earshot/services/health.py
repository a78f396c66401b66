"""Health: figures for whoever looks after one tenant."""

from earshot.ports.table import Table
from earshot.store.deliveries import Deliveries
from earshot.store.listening import Listening


def tenant_figures(table: Table, tenant: str) -> dict[str, int]:
    """How many sources a tenant listens to, how many have a problem or are off, how many deliveries were given up."""
    listening = Listening(table)
    heard = {each.source_id for each in listening.subscriptions(tenant)}
    sources = [source for id_ in heard if (source := listening.source(id_))]
    return {
        "sources": len(sources),
        "sources_with_a_problem": sum(bool(source.problem) for source in sources),
        "sources_off": sum(source.off_at is not None for source in sources),
        "dead_letters": sum(1 for _ in Deliveries(table).given_up(tenant)),
    }
