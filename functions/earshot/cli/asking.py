"""Waiting for the answer to a question: on local data without a run going on, this process finds it out itself."""

import time
from typing import TYPE_CHECKING, Any

import click

from earshot.cli.client import Client
from earshot.cli.context import Context, counted

if TYPE_CHECKING:
    from earshot.bootstrap.local import Local

POLL_S = 1.0
PATIENCE_S = 900.0
"""Somebody at a terminal waits no longer; the answer can be asked for again for an hour."""

WAITING = "waiting"


def waited(context: Context, client: Client, job: dict[str, Any], *, quiet: bool = False) -> dict[str, Any]:
    """The job with its answers, or as far as it came."""
    if job["state"] == WAITING and not context.settings.api and not context.settings.stack:
        _say(job, quiet=quiet)
        _work(context, job["id"])
        job = client.call("GET", f"/v1/jobs/{job['id']}")
    ends_at = time.monotonic() + PATIENCE_S
    while job["state"] == WAITING and time.monotonic() < ends_at:
        _say(job, quiet=quiet)
        time.sleep(POLL_S)
        job = client.call("GET", f"/v1/jobs/{job['id']}")
    return job


def _say(job: dict[str, Any], *, quiet: bool) -> None:
    named = "what was handed in" if job["kind"] in ("item", "mail") else "what is stored"
    waiting = [part["name"] or named for part in job["parts"] if part["state"] == WAITING]
    if not quiet and waiting:
        shown = ", ".join(waiting[:3]) + (" …" if len(waiting) > 3 else "")
        click.echo(f"reading {counted(len(waiting), 'place')}: {shown}", err=True)


def _work(context: Context, job: str) -> None:
    """Answers a job here, unless a run holds the data folder: then that run does."""
    from earshot.cli.lock import try_lock  # noqa: PLC0415
    from earshot.cli.run import PRACTICE_TENANT  # noqa: PLC0415 - it brings the whole run

    local, tenant = _local(context)
    with try_lock(local.folder) as is_ours:
        if not is_ours:
            return
        if tenant == PRACTICE_TENANT:
            _work_with_practice(local, tenant, job)
        else:
            _answer(local, tenant, job)


def _local(context: Context) -> "tuple[Local, str]":
    """The local data as a run would read them: the configuration may allow loopback places."""
    from earshot.bootstrap.local import Local  # noqa: PLC0415
    from earshot.cli.local_table import with_local_table  # noqa: PLC0415
    from earshot.cli.run import configuration  # noqa: PLC0415

    given = configuration(None, context.settings)
    table = given.local if given else {}
    local = Local(settings=with_local_table(context.settings, table, context.from_environment))
    return local, local.access.by_key(local.admin_key()).tenant


def _work_with_practice(local: "Local", tenant: str, job: str) -> None:
    """The practice company's feeds are served by whoever reads them."""
    from earshot.bootstrap.local import Local  # noqa: PLC0415
    from earshot.cli.server import Server  # noqa: PLC0415

    with Server(local.port, or_any=True) as server:
        served = Local(settings=local.settings, port=server.port, practice=True, tenant=tenant)
        server.open(served, practice=True)
        _answer(served, tenant, job)


def _answer(local: "Local", tenant: str, job: str) -> None:
    """Reads what the job waits for, so that no run has to do it when it gets the messages about it."""
    from earshot.services.jobs import messages_of  # noqa: PLC0415
    from earshot.services.reading import Errand, Reading, read_all  # noqa: PLC0415

    asked = local.answering.jobs.get(tenant, job, local.clock.now())
    errands = [
        Errand(receipt=envelope.id, host=part.host or tenant, envelope=envelope)
        for part, envelope in messages_of(asked)
    ]
    read_all(Reading(local.fetcher, others=local.readers), errands)
    local.queues.forget(job)
