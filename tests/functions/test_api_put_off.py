"""While the store does not answer, nobody is told that we made a mistake, and everybody is told to come back."""

from typing import Any

import pytest

from earshot.domain.errors import StoreError
from web_builders import Server


class Deaf:
    """A table that does not answer, and says why."""

    def __getattr__(self, name: str) -> Any:
        raise StoreError("the table earshot-Table-SECRET cannot be read now (ThrottlingException)")


@pytest.fixture
def server() -> Server:
    return Server()


def deafen(server: Server) -> None:
    object.__setattr__(server.company.tenants, "table", Deaf())
    object.__setattr__(server.company._by_secret, "table", Deaf())
    object.__setattr__(server.parts.access, "table", Deaf())


def test_a_program_gets_503_with_a_time_to_come_back_and_no_name_of_ours(server: Server) -> None:
    key = server.key()
    deafen(server)

    reply = server.call("GET", "/v1/mentions", key=key)

    assert (reply.status, reply.headers["Retry-After"]) == (503, "5")
    assert "SECRET" not in reply.text


def test_a_person_gets_a_page_that_says_that_nothing_is_lost(server: Server) -> None:
    session = server.signed_in()
    deafen(server)

    reply = server.call("GET", "/", session=session)

    assert reply.status == 503
    assert "Nothing is lost" in reply.text
    assert "SECRET" not in reply.text
