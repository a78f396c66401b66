"""The local server: API, pages and the practice company, on loopback only."""

import socket
import threading
from types import TracebackType

from waitress.server import create_server

from earshot.bootstrap import Local
from earshot.domain.errors import Invalid
from earshot.web.routes import build_app
from earshot.web.wsgi import wsgi_app

_THREADS = 4


def free_port(wanted: int) -> int:
    """`wanted` if it can be had, else any free port."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Invalid("port", "no free port on this machine")


class Server:
    """Serves in threads of its own while it is entered."""

    def __init__(self, local: Local, *, practice: bool) -> None:
        from earshot.practice.site import page  # noqa: PLC0415

        hosts = {f"{name}:{local.port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        extra = {}
        if practice:
            hosts.add("practice.localhost")
            extra["practice.localhost"] = page
        app = wsgi_app(build_app(local.parts()), hosts=frozenset(hosts), sites=extra)
        try:
            self._server = create_server(
                app, host="127.0.0.1", port=local.port, threads=_THREADS, ident="earshot", max_request_body_size=1 << 20
            )
        except OSError as exc:
            raise Invalid("port", f"{local.port} is taken ({exc.strerror}); choose another with --port") from exc

    def __enter__(self) -> "Server":
        """Starts serving."""
        threading.Thread(target=self._server.run, name="server", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops serving."""
        self._server.close()
