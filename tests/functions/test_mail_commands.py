"""Mails on the command line and in the folder of a local run: each is taken once, whatever dies in between."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from arrival_desk import a_mail
from earshot.adapters.mail_folder import FAILED, HELD, MailFolder
from earshot.bootstrap.local import Local
from earshot.bootstrap.local_arrivals import MAIL_IN, mail_folder
from earshot.cli.mail_round import take_mails
from earshot.cli.main import main
from earshot.domain.errors import StoreError
from earshot.domain.mail_room import KEPT
from earshot.services.inputs import TermsInput, WatchInput
from earshot.settings import Settings
from earshot.store.mentions import Mentions

BAD = "Authentication-Results: mx.example; dmarc=fail header.from=kununu.com\r\n"


@pytest.fixture
def local(tmp_path: Path) -> Local:
    local = Local(settings=Settings(data=str(tmp_path / "data"), offline=True))
    local.admin_key()
    local.watching.add(local.tenant, WatchInput(name="Acme", terms=TermsInput(any=["Acme"])))
    return local


@pytest.fixture
def run(local: Local, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("EARSHOT_DATA", local.settings.data)
    monkeypatch.setenv("EARSHOT_OFFLINE", "1")
    runner = CliRunner()
    return lambda *words, **given: runner.invoke(main, list(words), catch_exceptions=False, **given)
