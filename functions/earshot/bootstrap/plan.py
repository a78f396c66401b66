"""Puts together what plan needs."""

from collections.abc import Mapping

from earshot.bootstrap.cloud import cloud
from earshot.services.heart import Heart
from earshot.services.planning import Planner
from earshot.settings import CloudSettings


def bootstrap(env: Mapping[str, str]) -> Planner:
    """Plan, as the environment says, for all tenants."""
    parts = cloud(CloudSettings.from_env(env, needs=("table", "fetch_queue", "events_topic")))
    return Planner(parts.table, parts.bus, heart=Heart(parts.table))
