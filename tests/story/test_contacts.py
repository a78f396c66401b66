"""Contacts of every kind on the command line, over the local data and over the API of a deployment."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest

from builders import TENANT
from earshot.web.wsgi import wsgi_app
from story.site import Post
from web_builders import Server

HOOK = "https://hooks.example/earshot"
ADDED = ["anna@acme.example", "--phone", "0049 (0)151 12345678", "--webhook", HOOK, "--name", "Anna"]
FILE = f"""
[[contact]]
email = "anna@acme.example"

[[contact]]
phone = "+49 151 12345678"
name = "On call"

[[contact]]
webhook = "{HOOK}"

[[watch]]
name = "Acme"
terms = {{ any = ["Acme"] }}

[[source]]
url = "https://blog.example/feed"
watches = ["Acme"]
"""


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the standard library
        pass


@contextmanager
def deployed(server: Server) -> Iterator[str]:
    """The address of a deployment's API."""
    http = WSGIServer(("127.0.0.1", 0), Quiet)
    host = f"127.0.0.1:{http.server_port}"
    http.set_app(wsgi_app(server.handle, hosts={host}))
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://{host}"
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def remote(post: Post, server: Server) -> Iterator[Post]:
    """A post whose commands work on a deployment."""
    with deployed(server) as api:
        post.extra_env = {"EARSHOT_API": api, "EARSHOT_KEY": server.key(), "no_proxy": "127.0.0.1"}
        yield post


@pytest.fixture(params=["local", "remote"])
def either(request: pytest.FixtureRequest) -> Post:
    """A post over its own data, and one over a deployment."""
    found: Post = request.getfixturevalue({"local": "post", "remote": "remote"}[request.param])
    return found


def test_a_contact_is_added_listed_and_removed(either: Post) -> None:
    added = either.json("contact", "add", *ADDED)
    listed = either.json("contact", "list")["contacts"]
    removed = either.earshot("contact", "remove", added["id"])

    assert (added["phone"], added["signing_secret"][:6]) == ("+4915112345678", "whsec_")
    assert listed == [{name: value for name, value in added.items() if name != "signing_secret"}]
    assert removed.stdout == f"removed {added['id']}\n"
    assert either.json("contact", "list") == {"contacts": []}


def test_people_read_which_addresses_are_told_and_how_calls_are_signed(either: Post) -> None:
    added = either.earshot("contact", "add", *ADDED).stdout.splitlines()
    listed = either.earshot("contact", "list").stdout

    assert added[0] == f"Anna is told from now on (anna@acme.example, +4915112345678, {HOOK})"
    assert added[1].startswith("Calls of the webhook are signed with whsec_")
    assert f"anna@acme.example, +4915112345678, {HOOK}  Anna (" in listed


@pytest.mark.parametrize(
    ("args", "names"),
    [
        ([], "email: is missing"),
        (["--phone", "0151 12345678"], "phone: must begin with the country code"),
        (["--webhook", "http://hooks.example/"], "webhook: must begin with https://"),
        (["--webhook", "https://127.0.0.1/"], "webhook: "),
        (["a@acme.example, b@acme.example"], "email: must be one plain address"),
    ],
)
def test_what_cannot_be_used_ends_with_one_line(post: Post, args: list[str], names: str) -> None:
    done = post.earshot("contact", "add", *args)

    assert (done.returncode, done.stdout) == (2, "")
    assert names in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_contact_that_is_not_there_cannot_be_removed(either: Post) -> None:
    done = either.earshot("contact", "remove", "c_" + "a" * 26)

    assert done.returncode == 2
    assert "there is no contact c_" in done.stderr


def test_a_file_with_contacts_of_three_kinds_is_applied(either: Post) -> None:
    (either.folder / "earshot.toml").write_text(FILE, encoding="utf-8")

    applied = either.json("apply", "earshot.toml")

    contacts = either.json("contact", "list")["contacts"]
    assert applied == {"watches": 1, "sources": 1, "contacts": 3, "noise": 0}
    assert sorted((each["email"], each["phone"], each["webhook"]) for each in contacts) == [
        ("", "", HOOK),
        ("", "+4915112345678", ""),
        ("anna@acme.example", "", ""),
    ]


def test_a_file_applied_twice_over_the_api_doubles_nothing(remote: Post, server: Server) -> None:
    (remote.folder / "earshot.toml").write_text(FILE, encoding="utf-8")

    answers = [remote.earshot("apply", "earshot.toml", "--json") for _ in range(2)]

    assert [answer.returncode for answer in answers] == [0, 0]
    assert json.loads(answers[1].stdout).keys() == {"watches", "sources", "contacts", "noise"}
    assert len(server.parts.telling.all(TENANT)) == 3
    assert len(server.parts.watching.all(TENANT)) == len(server.parts.sourcing.all(TENANT)) == 1


def test_a_readers_key_adds_no_contact_over_the_api(remote: Post, server: Server) -> None:
    remote.extra_env["EARSHOT_KEY"] = server.key("read")

    done = remote.earshot("contact", "add", "anna@acme.example")

    assert done.returncode == 2
    assert "admin" in done.stderr
    assert server.parts.telling.all(TENANT) == ()
