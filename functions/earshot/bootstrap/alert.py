"""Puts together what alert needs."""

from collections.abc import Mapping

from earshot.bootstrap.cloud import cloud
from earshot.services.alerting import Alerter
from earshot.settings import CloudSettings


def bootstrap(env: Mapping[str, str]) -> Alerter:
    """Alert, as the environment says."""
    parts = cloud(CloudSettings.from_env(env, needs=("table", "events_topic")))
    return Alerter(parts.table, parts.bus, parts.clock)
