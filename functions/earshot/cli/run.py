"""`earshot run`: the listening post on this machine."""

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from earshot.bootstrap import Local
from earshot.cli.apply import read_file
from earshot.cli.context import Context, pass_context
from earshot.cli.lock import only_one
from earshot.cli.server import Server, free_port
from earshot.cli.worker import Tally, Worker
from earshot.domain.errors import Invalid
from earshot.domain.tenant import LOCAL_TENANT
from earshot.services.fetching import Outcome
from earshot.services.inputs import Configuration
from earshot.settings import Settings
from earshot.store.company import Company

PRACTICE_TENANT = "practice"
CONFIG, EXAMPLE = Path("earshot.toml"), Path("earshot.example.toml")
TICK_S = 60.0
_NAP_S = 1.0


@click.command(name="run")
@click.option("--config", type=click.Path(path_type=Path), help="The file that says what to listen for (earshot.toml).")
@click.option("--data", metavar="DIR", help="The folder of the local data (EARSHOT_DATA, .earshot).")
@click.option("--port", type=click.IntRange(1, 65535), default=8787, show_default=True, help="Where the inbox is.")
@click.option("--once", is_flag=True, help="Look at every source once, tell people, and end.")
@click.option("--json", "as_json", is_flag=True, help="With --once: print one line of JSON at the end.")
@pass_context
def command(context: Context, config: Path | None, data: str | None, port: int, once: bool, as_json: bool) -> None:
    """Listens, tells people, and shows the inbox on http://127.0.0.1:8787.

    Without earshot.toml it listens for the practice company of earshot.example.toml.
    """
    context.local_only("run")
    context.override(data=data)
    say = Teller(quiet=as_json)
    given = configuration(config, context.settings)
    practice = bool(given.local.get("practice"))
    settings = with_local_table(context.settings, given)
    tenant = PRACTICE_TENANT if practice else LOCAL_TENANT
    with only_one(Path(settings.data)):
        local = Local(settings=settings, port=free_port(port) if once else port, practice=practice, tenant=tenant)
        run = _Run(local, given, say)
        with Server(local, practice=practice):
            run.prepare()
            tally = run.tick(look_now=once)
            if once:
                _report(run.summary(tally), as_json, say)
                return
            run.welcome(tally)
            run.forever()


class Teller:
    """Says what is going on, on standard error, so that standard output stays for results."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet

    def __call__(self, text: str) -> None:
        """Says one line."""
        if not self._quiet:
            click.echo(text, err=True)


class _Run:
    def __init__(self, local: Local, given: Configuration, say: Teller) -> None:
        self._local = local
        self._given = given
        self._tenant = local.tenant
        self._say = say
        self._began = time.monotonic()
        self._worker = Worker(local, self._told)

    def prepare(self) -> None:
        """Applies the configuration, and takes up what an earlier process left behind."""
        was_away = self._local.switch_tenant()
        applied = self._local.applier.apply(self._tenant, self._given)
        if was_away:
            self._local.sourcing.wake(self._tenant)
        self._local.queues.release()
        self._local.planner.recover(self._local.clock.now())
        watches = len(self._local.watching.all(self._tenant))
        sources = len(self._local.sourcing.all(self._tenant))
        name = self._local.applier.tenant(self._tenant).name
        self._say(f"Listening for {name}: {watches} watches, {sources} sources ({applied.sources} new)")
        if not Company(self._local.table).contacts_of(self._tenant):
            self._say("Nobody is told yet. Say whom: earshot contact add you@example.com")

    def tick(self, *, look_now: bool = False) -> Tally:
        """One tick to the end."""
        now = self._local.clock.now()
        self._local.table.expire(now.timestamp())
        self._local.planner.tick(now, look_now=look_now)
        return self._worker.work()

    def forever(self) -> None:
        """Ticks every minute until somebody stops it."""
        due = time.monotonic() + TICK_S
        while True:
            time.sleep(_NAP_S)
            if time.monotonic() >= due:
                due = time.monotonic() + TICK_S
                tally = self.tick()
                if tally.found or tally.alerted:
                    self._say(f"{tally.found} new mentions, {tally.alerted} alerts told")

    def welcome(self, tally: Tally) -> None:
        """Says what the first tick brought, and where the inbox is."""
        self._say(f"{tally.fetched} items read, {tally.found} new mentions, {tally.alerted} alerts told")
        secret = self._local.access.sign_in_link(self._tenant, "owner")
        click.echo(f"Inbox:   {self._local.base_url}/")
        click.echo(f"Sign in: {self._local.base_url}/login/{secret}   (once, within 24 hours)")
        click.echo("Stop with Ctrl-C; everything is kept in " + str(self._local.folder))

    def summary(self, tally: Tally) -> dict[str, Any]:
        """The figures of one tick."""
        return {
            "fetched": tally.fetched,
            "found": tally.found,
            "alerted": tally.alerted,
            "edited": tally.edited,
            "sources": tally.sources,
            "unreachable": list(tally.unreachable),
            "open": self._local.parts().inbox.waiting(self._tenant),
            "took_s": round(time.monotonic() - self._began, 1),
        }

    def _told(self, outcome: Outcome) -> None:
        if outcome.error is not None:
            self._say(f"  {outcome.name}: {outcome.error.reason}")
        elif outcome.found.items:
            found = outcome.found
            edited = f", {found.edited} edited" if found.edited else ""
            self._say(f"  {outcome.name}: {found.items} items, {found.new} new mentions{edited}")
        else:
            self._say(f"  {outcome.name}: nothing new")


def configuration(config: Path | None, settings: Settings) -> Configuration:
    """The named file, else earshot.toml, else what was set up by commands, else the practice company.

    Raises:
        Invalid: the named file is not there, or a file holds something unknown.
    """
    path = config or (CONFIG if CONFIG.exists() else None)
    if path is not None:
        return read_file(path)
    return Configuration() if _is_set_up(settings) or not EXAMPLE.exists() else read_file(EXAMPLE)


def _is_set_up(settings: Settings) -> bool:
    local = Local(settings=settings)
    return bool(local.watching.all(LOCAL_TENANT) or local.sourcing.all(LOCAL_TENANT))


_LOCAL = {
    "practice": bool,
    "loopback": list,
    "smtp": str,
    "smtp_user": str,
    "smtp_password_file": str,
    "mail_from": str,
}


def with_local_table(settings: Settings, given: Configuration) -> Settings:
    """The settings with the file's [local] table beneath them: the environment wins.

    Raises:
        Invalid: the table holds something unknown or of a wrong type.
    """
    for name, value in given.local.items():
        if name not in _LOCAL:
            raise Invalid(f"local.{name}", "is not known here")
        if not isinstance(value, _LOCAL[name]):
            raise Invalid(f"local.{name}", f"must be a {_LOCAL[name].__name__}")
    untouched = Settings()
    values = {name: value for name, value in given.local.items() if name != "practice"}
    if "loopback" in values:
        values["loopback"] = ",".join(str(each) for each in values["loopback"])
    below = {name: value for name, value in values.items() if getattr(settings, name) == getattr(untouched, name)}
    return replace(settings, **below)


def _report(summary: dict[str, Any], as_json: bool, say: Teller) -> None:
    if as_json:
        click.echo(json.dumps(summary, ensure_ascii=False))
        return
    say("")
    click.echo(
        f"fetched {summary['fetched']} items from {summary['sources']} sources, found {summary['found']} new mentions, "
        f"alerted {summary['alerted']}, {summary['open']} wait for an answer ({summary['took_s']} s)"
    )
    if summary["unreachable"]:
        click.echo(f"not read this time: {', '.join(summary['unreachable'])}")
    click.echo("Open the inbox with: make run")
