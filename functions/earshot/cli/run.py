"""`earshot run`: the listening post on this machine."""

import json
import math
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from earshot.bootstrap.local import Local
from earshot.cli.apply import read_file
from earshot.cli.context import Context, counted, pass_context
from earshot.cli.local_table import with_local_table
from earshot.cli.lock import only_one
from earshot.cli.mail_round import take_mails
from earshot.domain.delivery import Delivery
from earshot.domain.errors import StoreError
from earshot.domain.heartbeat import is_late
from earshot.domain.tenant import LOCAL_TENANT
from earshot.services.fetching import Outcome
from earshot.services.inputs import Configuration
from earshot.services.troubles import Troubles
from earshot.settings import Settings
from earshot.store.company import Company
from earshot.store.heartbeats import Heartbeats
from earshot.store.mentions import Mentions

if TYPE_CHECKING:
    from earshot.cli.worker import Tally

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
    from earshot.cli.server import Server  # noqa: PLC0415 - so that --help need not wait for the web's parts

    context.local_only("run")
    context.override(data=data)
    say = Teller(quiet=as_json)
    given = configuration(config, context.settings)
    table = given.local if given else {}
    practice = bool(table.get("practice"))
    settings = with_local_table(context.settings, table, context.from_environment)
    tenant = PRACTICE_TENANT if practice else LOCAL_TENANT
    with only_one(Path(settings.data)), Server(port, or_any=once) as server:
        local = Local(settings=settings, port=server.port, practice=practice, tenant=tenant)
        run = _Run(local, given, say, once=once)
        server.open(local, practice=practice)
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
    def __init__(self, local: Local, given: Configuration | None, say: Teller, *, once: bool) -> None:
        self._local = local
        self._given = given
        self._once = once
        self._tenant = local.tenant
        self._say = say
        self._began = time.monotonic()
        self._began_at = local.clock.now()
        self._is_heartless = False
        from earshot.cli.worker import DEADLINE_S, Worker  # noqa: PLC0415 - as above

        # Nothing comes after a single look: it takes the time it needs.
        self._worker = Worker(local, self._told, deadline_s=math.inf if once else DEADLINE_S)

    def prepare(self) -> None:
        """Applies the configuration, and takes up what an earlier process left behind."""
        was_away = self._local.switch_tenant()
        new = self._local.applier.apply(self._tenant, self._given).sources if self._given else 0
        if was_away:
            self._local.sourcing.wake(self._tenant)
        if self._once:
            # Every source is asked anew in a moment; what an earlier run left to fetch would only ask twice.
            self._local.queues.clear("fetch")
        self._local.queues.release()
        self._local.planner.recover(self._local.clock.now())
        watches = len(self._local.watching.all(self._tenant))
        sources = len(self._local.sourcing.all(self._tenant))
        name = self._local.applier.tenant(self._tenant).name
        self._say(
            f"Listening for {name}: {counted(watches, 'watch')}, {counted(sources, 'source')} ({new} new or changed)"
        )
        if not Company(self._local.table).contacts_of(self._tenant):
            self._say("Nobody is told yet. Say whom: earshot contact add you@example.com")

    def tick(self, *, look_now: bool = False) -> "Tally":
        """One tick to the end."""
        now = self._local.clock.now()
        self._local.table.expire(now.timestamp())
        taken = take_mails(self._local)
        self._local.planner.tick(now, look_now=look_now)
        tally = self._worker.work()
        return replace(tally, fetched=tally.fetched + taken.items, found=tally.found + taken.new)

    def forever(self) -> None:
        """Ticks every minute until somebody stops it."""
        due = time.monotonic() + TICK_S
        while True:
            time.sleep(_NAP_S)
            if time.monotonic() >= due:
                due = time.monotonic() + TICK_S
                self._one_more()
            else:
                self._answer()

    def _answer(self) -> None:
        """Does at once what somebody waits for: a question that came in through the server or from a command."""
        try:
            if self._worker.is_asked():
                self._worker.work()
        except StoreError as exc:
            self._say(f"a question waits for the next minute: {exc}")

    def _one_more(self) -> None:
        try:
            tally = self.tick()
        except StoreError as exc:
            # A full disk or a long lock: the next tick tries again, and nothing is lost until then.
            self._say(f"this minute was skipped: {exc}")
            return
        if tally.found or tally.alerted:
            self._say(f"{counted(tally.found, 'new mention')}, {counted(tally.alerted, 'alert')} told")
        self._say_untold()
        self._say_heartless()

    def welcome(self, tally: "Tally") -> None:
        """Says what the first tick brought, and where the inbox is."""
        found = f"{counted(tally.found, 'new mention')}, {counted(tally.alerted, 'alert')} told"
        self._say(f"{counted(tally.fetched, 'item')} read, {found}")
        self._say_untold()
        secret = self._local.access.sign_in_link(self._tenant, "owner")
        click.echo(f"Inbox:   {self._local.base_url}/")
        click.echo(f"Sign in: {self._local.base_url}/login/{secret}   (once, within 24 hours)")
        click.echo("Stop with Ctrl-C; everything is kept in " + str(self._local.folder))

    def summary(self, tally: "Tally") -> dict[str, Any]:
        """The figures of one tick."""
        return {
            "fetched": tally.fetched,
            "found": tally.found,
            "alerted": tally.alerted,
            "edited": tally.edited,
            "sources": tally.sources,
            "unreachable": list(tally.unreachable),
            "open": Mentions(self._local.table).count_open(self._tenant),
            "untold": len(self._untold()),
            "took_s": round(time.monotonic() - self._began, 1),
        }

    def _untold(self) -> list[Delivery]:
        """The deliveries that went wrong so far: to be tried again, or given up."""
        return Troubles(self._local.table).of(self._tenant)

    def _say_untold(self) -> None:
        if untold := self._untold():
            self._say(f"{counted(len(untold), 'alert')} could not be told yet: {untold[-1].problem}")

    def _say_heartless(self) -> None:
        """Says once that messages do not get through, and again only after they have."""
        late = is_late(Heartbeats(self._local.table).last(), self._began_at, self._local.clock.now())
        if late and not self._is_heartless:
            self._say("No heartbeat for two hours: something keeps alerts from being told. EARSHOT_LOG=INFO says what.")
        self._is_heartless = late

    def _told(self, outcome: Outcome) -> None:
        if outcome.error is not None:
            self._say(f"  {outcome.name}: {outcome.error.reason}")
        elif outcome.is_put_off:
            self._say(f"  {outcome.name}: waits until its quota allows more")
        elif outcome.found.items:
            found = outcome.found
            edited = f", {found.edited} edited" if found.edited else ""
            self._say(f"  {outcome.name}: {counted(found.items, 'item')}, {counted(found.new, 'new mention')}{edited}")
        else:
            self._say(f"  {outcome.name}: nothing new")


def configuration(config: Path | None, settings: Settings) -> Configuration | None:
    """The named file, else earshot.toml, else None for what was set up by commands, else the practice company.

    Raises:
        Invalid: the named file is not there, or a file holds something unknown.
    """
    path = config or (CONFIG if CONFIG.exists() else None)
    if path is not None:
        return read_file(path)
    return None if _is_set_up(settings) or not EXAMPLE.exists() else read_file(EXAMPLE)


def _is_set_up(settings: Settings) -> bool:
    local = Local(settings=settings)
    return bool(local.watching.all(LOCAL_TENANT) or local.sourcing.all(LOCAL_TENANT))


def _report(summary: dict[str, Any], as_json: bool, say: Teller) -> None:
    if as_json:
        click.echo(json.dumps(summary, ensure_ascii=False))
        return
    say("")
    read = summary["sources"] - len(summary["unreachable"])
    click.echo(
        f"fetched {counted(summary['fetched'], 'item')} from {counted(read, 'source')}, "
        f"found {counted(summary['found'], 'new mention')}, "
        f"alerted {summary['alerted']}, {summary['open']} wait for an answer ({summary['took_s']} s)"
    )
    if summary["unreachable"]:
        click.echo(f"not read this time: {', '.join(summary['unreachable'])}")
    if summary["untold"]:
        click.echo(
            f"{counted(summary['untold'], 'alert')} could not be told yet; what was given up: earshot dead-letters list"
        )
    click.echo("Open the inbox with: make run")
