"""What the ring of the doors shares: an account of AWS that lives for one test."""

from collections.abc import Iterator

import pytest
from lambdas import Account, an_account


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    with an_account(monkeypatch) as account:
        yield account
