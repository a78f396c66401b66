"""The local server: API, pages and the practice company, on loopback only."""

import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Any

from waitress.server import create_server

from earshot.bootstrap.local import Local
from earshot.domain.errors import Invalid
from earshot.web.routes import build_app
from earshot.web.wsgi import Application, StartResponse, wsgi_app

_THREADS = 4


class Server:
    """Takes its port at once and serves, in threads of its own, what `open` gives it until it is left."""

    def __init__(self, port: int, *, or_any: bool) -> None:
        """Binds to the port, or to any free one where that is taken and `or_any` allows it.

        Raises:
            Invalid: the port is taken.
        """
        self._app: Application | None = None
        try:
            self._server = self._bind(port)
        except OSError as exc:
            if not or_any:
                raise Invalid("port", f"{port} is taken ({exc.strerror}); choose another with --port") from exc
            self._server = self._bind(0)
        self.port = int(self._server.effective_port)

    def open(self, local: Local, *, practice: bool) -> None:
        """Begins to serve a local run: API and pages, and the practice company under its own name."""
        from earshot.practice.site import HOST, page  # noqa: PLC0415

        hosts = {f"{name}:{self.port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        self._app = wsgi_app(build_app(local.parts()), hosts=hosts, sites={HOST: page} if practice else {})
        threading.Thread(target=self._server.run, name="server", daemon=True).start()

    def __enter__(self) -> "Server":
        """Holds the port."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops serving."""
        self._server.close()

    def _bind(self, port: int) -> Any:
        return create_server(
            self._answer,
            host="127.0.0.1",
            port=port,
            threads=_THREADS,
            ident="earshot",
            max_request_body_size=1 << 20,
        )

    def _answer(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        assert self._app is not None  # noqa: S101 - nothing is answered before open()
        return self._app(environ, start_response)
