"""Puts together the way to the web of a deployment, for whoever reads sources or calls webhooks."""

from earshot.adapters.guard import parse_allowances
from earshot.adapters.http import HttpAdapter, user_agent
from earshot.bootstrap.cloud import Cloud
from earshot.bootstrap.project import PROJECT_URL


def http_of(parts: Cloud) -> HttpAdapter:
    """Asks public addresses only, in the operator's name; for tests also the loopback places that settings name."""
    settings = parts.settings
    return HttpAdapter(
        user_agent=user_agent(PROJECT_URL, settings.operator or "operator unnamed"),
        clock=parts.clock,
        allowances=parse_allowances(settings.loopback),
        offline=settings.offline,
    )
