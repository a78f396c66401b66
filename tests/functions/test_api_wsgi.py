"""The local server's side: requests become events, answers become responses."""

import io
from typing import Any
from wsgiref.validate import validator

import pytest

from builders import a_mention
from earshot.web.wsgi import wsgi_app
from web_builders import Server

HOST = "127.0.0.1:8787"


def request(
    app: Any, method: str = "GET", path: str = "/", body: bytes = b"", **environ: Any
) -> tuple[int, dict[str, str], bytes]:
    """Sends one request through the validator of the standard library."""
    answered: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], _: object = None) -> Any:
        answered.update(status=int(status.split(maxsplit=1)[0]), headers=headers)

    path, _, query = path.partition("?")
    given = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8787",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": HOST,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **environ,
    }
    chunks = validator(app)(given, start)
    text = b"".join(chunks)
    chunks.close()
    return answered["status"], dict(answered["headers"]), text


@pytest.fixture
def server() -> Server:
    return Server(secure_cookies=False)


@pytest.fixture
def app(server: Server) -> Any:
    feed = {"/feed.xml": ("application/rss+xml", b"<rss/>")}
    return wsgi_app(server.handle, hosts={HOST, "localhost:8787"}, sites={"practice.localhost": feed.get})


@pytest.mark.parametrize("host", [HOST, "localhost:8787", "LOCALHOST:8787"])
def test_the_names_of_this_machine_are_served(app: Any, host: str) -> None:
    assert request(app, path="/login", HTTP_HOST=host)[0] == 200


@pytest.mark.parametrize(
    "host", ["", "evil.example", "127.0.0.1", "127.0.0.1:80", "evil.example:8787", "127.0.0.1:8787.evil"]
)
def test_a_foreign_name_pointed_at_this_machine_is_refused(app: Any, host: str) -> None:
    status, _, text = request(app, path="/v1/health", HTTP_HOST=host)

    assert status == 421
    assert b"ok" not in text


def test_a_form_signs_in_and_its_cookie_opens_the_inbox(server: Server, app: Any) -> None:
    secret = server.access.sign_in_link("t_acme", "anna")
    form = f"token={secret}".encode()

    status, headers, _ = request(app, "POST", "/login", form, CONTENT_TYPE="application/x-www-form-urlencoded")
    cookie = headers["Set-Cookie"].partition(";")[0]
    page = request(app, "GET", "/?lang=en", HTTP_COOKIE=f"theme=dark; {cookie}")

    assert (status, headers["Location"]) == (303, "/")
    assert page[0] == 200
    assert b"Nobody is waiting" in page[2]


def test_a_program_acts_with_its_key(server: Server, app: Any) -> None:
    mention = a_mention()
    server.put(mention)

    status, headers, text = request(
        app,
        "PUT",
        f"/v1/mentions/{mention.id}/acknowledgement",
        b'{"outcome": "thanked", "version": 1}',
        HTTP_AUTHORIZATION=f"Bearer {server.key()}",
        CONTENT_TYPE="application/json",
    )

    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert int(headers["Content-Length"]) == len(text)


def test_head_sends_no_body(app: Any) -> None:
    status, _, text = request(app, "HEAD", "/login")

    assert (status, text) == (200, b"")


@pytest.mark.parametrize(("length", "status"), [("1000001", 413), ("x", 400), ("-1", 400)])
def test_a_body_that_cannot_be_taken_is_refused(app: Any, length: str, status: int) -> None:
    answered = {}

    def start(line: str, headers: object) -> None:
        answered["status"] = int(line.split(maxsplit=1)[0])

    body = io.BytesIO(b"x" * 1_000_001)
    environ = {"REQUEST_METHOD": "POST", "HTTP_HOST": HOST, "CONTENT_LENGTH": length, "wsgi.input": body}
    app(environ, start)

    assert answered["status"] == status


@pytest.mark.parametrize("path", ["/\xff\xfe", "/a/\xc3\xa4", "/%", "//", "/static/\x00"])
def test_an_odd_path_is_not_found(app: Any, path: str) -> None:
    assert request(app, path=path)[0] in (404, 410)


def test_a_site_of_its_own_is_served_under_its_own_name_only(app: Any) -> None:
    found = request(app, path="/feed.xml", HTTP_HOST="practice.localhost")
    missing = request(app, path="/v1/health", HTTP_HOST="practice.localhost")
    written = request(app, "POST", "/feed.xml", HTTP_HOST="practice.localhost")
    elsewhere = request(app, path="/feed.xml")

    assert (found[0], found[1]["Content-Type"], found[2]) == (200, "application/rss+xml", b"<rss/>")
    assert [missing[0], written[0], elsewhere[0]] == [404, 405, 404]
