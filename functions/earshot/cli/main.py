"""The `earshot` command: its groups, the options they share, and how errors end."""

import sys
from collections.abc import Sequence
from importlib import import_module

import click

import earshot
from earshot.cli.client import ApiError
from earshot.cli.context import Context
from earshot.cli.logs import log_to_stderr
from earshot.domain.errors import EarshotError, FetchError
from earshot.settings import Settings

COMMANDS = {
    "run": "run",
    "watch": "watch",
    "noise": "noise",
    "source": "source",
    "credential": "credential",
    "contact": "contact",
    "mentions": "mentions",
    "mail": "mail",
    "why": "why",
    "key": "key",
    "apply": "apply",
    "parse": "parse",
    "match": "match",
    "classify": "classify",
    "dead-letters": "dead_letters",
    "setup": "setup",
}
"""Each command and its module: only the one that is called is imported."""


class LazyGroup(click.Group):
    """Imports a command when it is called or its help is shown."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of a first day."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, or None."""
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        found = import_module(f"earshot.cli.{module}").command
        assert isinstance(found, click.Command)  # noqa: S101 - a test asks for each command
        return found


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(earshot.__version__, prog_name="earshot")
@click.option("--data", metavar="DIR", help="The folder of the local data (EARSHOT_DATA, .earshot).")
@click.option("--api", metavar="URL", help="Work on a deployment instead of the local data (EARSHOT_API).")
@click.option("--key", metavar="KEY", help="The key for that deployment (EARSHOT_KEY).")
@click.option("--stack", metavar="NAME", help="Work on a deployed stack, with your AWS credentials (EARSHOT_STACK).")
@click.option("--tenant", metavar="ID", help="The tenant of that stack to act for (EARSHOT_TENANT).")
@click.pass_context
def group(ctx: click.Context, /, **given: str | None) -> None:
    """Hear what is said about your company in public, thank, answer and learn."""
    ctx.obj.override(**given)


def main(args: Sequence[str] | None = None) -> None:
    """Runs the command line; bad input ends with one clear line and exit code 2, other failures with 1."""
    import os  # noqa: PLC0415 - the environment is read here and nowhere else

    try:
        settings = Settings.from_env(os.environ)
        named = frozenset(name.removeprefix("EARSHOT_").lower() for name in os.environ if name.startswith("EARSHOT_"))
        log_to_stderr(settings.log)
        group.main(args=args, prog_name="earshot", obj=Context(settings, named), standalone_mode=False)
    except click.exceptions.Exit as exc:
        sys.exit(exc.exit_code)
    except click.ClickException as exc:
        exc.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        _end("stopped", 130)
    except BrokenPipeError:
        # Whoever read our output has seen enough, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except FetchError as exc:
        _end(f"{exc.code}: {exc.reason}", 1 if exc.transient else 2)
    except EarshotError as exc:
        _end(str(exc), 1 if exc.transient or (isinstance(exc, ApiError) and exc.status >= 500) else 2)


def _end(message: str, code: int) -> None:
    click.echo(f"earshot: {' '.join(message.split())}", err=True)
    sys.exit(code)
