"""What the commands share: the settings, the client they call, and how they print."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from earshot.cli.client import Client, InProcess, Remote
from earshot.domain.errors import Invalid
from earshot.settings import Settings

if TYPE_CHECKING:
    from earshot.bootstrap.local import Local
    from earshot.bootstrap.stack import Stack

F = TypeVar("F", bound=Callable[..., Any])


class Context:
    """The settings of this call, and the client made of them when it is needed."""

    def __init__(self, settings: Settings, from_environment: frozenset[str] = frozenset()) -> None:
        self.settings = settings
        self.from_environment = from_environment
        self._stack: Stack | None = None

    def override(self, **given: str | None) -> None:
        """Puts options over the environment."""
        chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        self.settings = replace(self.settings, **chosen)

    def client(self) -> Client:
        """The API of the deployment or the stack, if one is named, else of the local data."""
        if self.settings.api:
            return Remote(self.settings.api, self.settings.key)
        if self.settings.stack:
            from earshot.web.routes import build_app  # noqa: PLC0415

            return InProcess(build_app(self.stack().parts()), self.stack().key)
        from earshot.bootstrap.local import Local  # noqa: PLC0415 - building parts takes time that --help need not wait for
        from earshot.web.routes import build_app  # noqa: PLC0415

        local = Local(settings=self.settings)
        return InProcess(build_app(local.parts(for_operator=True)), local.admin_key())

    def stack(self, *, may_be_new: bool = False) -> "Stack":
        """The named stack, asked for its outputs once; its tenant must be there, unless it `may_be_new`.

        Raises:
            Invalid: there is no way to it.
        """
        if self._stack is None:
            try:
                from earshot.bootstrap.stack import open_stack  # noqa: PLC0415 - as above
            except ModuleNotFoundError as exc:
                raise Invalid("stack", "needs boto3: python -m pip install 'earshot[aws]'") from exc
            named = self.settings
            self._stack = open_stack(named.stack, named.tenant, named.loopback, may_be_new=may_be_new)
        return self._stack

    def operated(self, what: str) -> "tuple[Local | Stack, str]":
        """What an operator holds, the named stack or the local data, and its tenant.

        Raises:
            Invalid: a deployment is named by its address only.
        """
        if self.settings.stack and not self.settings.api:
            return self.stack(), self.stack().tenant
        return self.local(what)

    def local(self, what: str) -> "tuple[Local, str]":
        """The local data and the tenant that ran last, for what the API does not offer.

        Raises:
            Invalid: a deployment is named.
        """
        from earshot.bootstrap.local import Local  # noqa: PLC0415 - as above

        self.local_only(what)
        local = Local(settings=self.settings)
        return local, local.access.by_key(local.admin_key()).tenant

    def local_only(self, what: str) -> None:
        """Refuses what works on local data only.

        Raises:
            Invalid: a deployment is named.
        """
        if self.settings.api:
            raise Invalid("api", f"{what} needs the data itself; leave --api and EARSHOT_API out")
        if self.settings.stack:
            raise Invalid("stack", f"{what} works on the local data only; leave --stack and EARSHOT_STACK out")


def json_option(command: F) -> F:
    """Adds --json, for machines."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")(command)


def printed(value: Any, as_json: bool, in_words: Callable[[Any], Iterable[str]]) -> None:
    """Prints an answer: one line of JSON, or lines in words."""
    if as_json:
        click.echo(json.dumps(value, ensure_ascii=False))
        return
    for line in in_words(value):
        click.echo(line)


def counted(number: int, noun: str) -> str:
    """A number of things in English: 1 watch, 2 watches."""
    plural = noun + ("es" if noun.endswith(("ch", "s", "x")) else "s")
    return f"{number} {noun if number == 1 else plural}"


pass_context = click.make_pass_decorator(Context)
