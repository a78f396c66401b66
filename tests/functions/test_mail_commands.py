"""Mails on the command line and in the folder of a local run: each is taken once, whatever dies in between."""

import json
import os
import time
from pathlib import Path

import pytest
from test_place_commands import Shell

from arrival_desk import a_mail
from earshot.adapters.mail_folder import FAILED, HELD, TAKING, MailFolder
from earshot.bootstrap.local import Local
from earshot.bootstrap.local_arrivals import MAIL_IN, mail_folder
from earshot.cli.mail_round import take_mails
from earshot.domain.errors import StoreError
from earshot.domain.mail_room import KEPT
from earshot.services.inputs import TermsInput, WatchInput
from earshot.services.mailing_in import MailingIn
from earshot.settings import Settings

BAD = "Authentication-Results: mx.example; dmarc=fail header.from=kununu.com\r\n"


@pytest.fixture
def earshot(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    shell("watch", "add", "Acme", "--any", "Acme")
    return shell


@pytest.fixture
def local(tmp_path: Path) -> Local:
    local = Local(settings=Settings(data=str(tmp_path / "data"), offline=True))
    local.watching.add(local.tenant, WatchInput(name="Acme", terms=TermsInput(any=["Acme"])))
    return local


def drop(local: Local, name: str, raw: bytes, *, age_s: float = 60) -> Path:
    """Puts a mail into the folder."""
    path = local.folder / MAIL_IN / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(raw)
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def files(local: Local) -> list[str]:
    folder = local.folder / MAIL_IN
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def stored(local: Local) -> int:
    return len(local.table.query(f"TENANT#{local.tenant}", prefix="mention#", limit=100).rows)


def test_a_mail_is_taken_from_a_file_and_from_standard_input(earshot: Shell) -> None:
    (earshot.folder / "review.eml").write_bytes(a_mail())

    first = earshot("mail", "review.eml")
    again = json.loads(earshot("mail", "-", "--json", given=a_mail().decode()))

    assert first == "1 item read, 1 new mention\n"
    assert (again["fate"], again["items"], again["new"]) == ("stored", 1, 0)


def test_a_mail_that_failed_is_held_back_shown_and_released(earshot: Shell) -> None:
    (earshot.folder / "bad.eml").write_bytes(a_mail(above=BAD))

    held = earshot("mail", "bad.eml")
    shown = earshot("mail", "list")
    id_ = json.loads(earshot("mail", "list", "--json"))["held"][0]["id"]
    released = json.loads(earshot("mail", "release", id_, "--json"))
    refused = earshot.run("mail", "release", id_)

    assert "dmarc of kununu.com failed" in held
    assert id_ in shown
    assert (released["state"], released["parts"][0]["caught"]) == ("done", 1)
    assert (refused.returncode, "taken already" in refused.stderr) == (2, True)
    assert earshot("mail", "list").count("read  noreply@kununu.com") == 1


def test_a_provider_that_asks_is_shown_with_its_code(earshot: Shell) -> None:
    link = "https://mail-settings.google.com/mail/vf-abc123"
    asks = a_mail(
        link,
        sender="Gmail Team <forwarding-noreply@google.com>",
        subject="(#123456789) Gmail Forwarding Confirmation - Receive Mail from eva@shop.example",
    )

    said, shown = earshot("mail", "-", given=asks.decode()), earshot("mail", "list")

    assert "earshot mail list" in said
    assert f"eva@shop.example would like to forward mails here, code 123456789: {link}" in shown


def test_the_address_is_changed_and_a_file_that_is_not_there_is_told(earshot: Shell) -> None:
    before, after = earshot("mail", "address"), earshot("mail", "address", "--renew")
    missing, nothing = earshot.run("mail", "nowhere.eml"), earshot("mail", "-", given="no mail at all")

    assert before != after
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)
    assert nothing.startswith("dropped: this is no mail")


def test_what_somebody_found_is_added_by_hand(earshot: Shell) -> None:
    said = earshot.run("mentions", "add", "--text", "kein Wort davon", "--author", "Eva", "--watch", "Acme")

    assert said.returncode == 0
    assert "1 read, 1 stored as mentions." in said.stdout
    assert "kein Wort davon" in earshot("mentions", "list")


def test_a_run_takes_the_mails_in_its_folder_once_and_removes_them(local: Local) -> None:
    drop(local, "1.eml", a_mail())
    drop(local, "2.eml", a_mail(above=BAD, message_id="<2@x>"))
    drop(local, "3.eml", b"no mail")

    first, second = take_mails(local), take_mails(local)

    assert ((first.items, first.new), second.items, stored(local)) == ((1, 1), 0, 1)
    assert [Path(name).parent.name for name in files(local)] == [HELD]


def test_what_is_still_written_or_no_mail_of_its_own_is_left_alone(local: Local) -> None:
    drop(local, "new.eml", a_mail(), age_s=0)
    drop(local, "draft.part", a_mail())
    drop(local, ".hidden", a_mail())
    secret = local.folder / "api-key"
    secret.write_text("ear_secret")
    (local.folder / MAIL_IN / "link.eml").symlink_to(secret)

    assert take_mails(local).items == 0
    assert files(local) == [".hidden", "draft.part", "link.eml", "new.eml"]


def test_a_mail_that_a_dead_process_had_in_hand_is_taken_up(local: Local) -> None:
    (in_hand,) = MailFolder(drop(local, "1.eml", a_mail()).parent).waiting()

    assert in_hand.parent.name == TAKING
    assert take_mails(local).new == 1
    assert files(local) == []


def test_a_mail_in_hand_is_not_overwritten_by_another_one_of_the_same_name(local: Local) -> None:
    (first,) = MailFolder(drop(local, "1.eml", b"first").parent).waiting()
    folder = MailFolder(drop(local, "1.eml", b"second").parent)

    in_hand = list(folder.waiting())

    assert [folder.raw(path) for path in in_hand] == [b"first", b"second"]
    for path in in_hand:
        folder.fail(path)
    assert len(files(local)) == 2
    assert first in in_hand


def test_a_mail_with_the_longest_name_there_is_is_taken(local: Local) -> None:
    name = "ü" * 125 + ".eml"

    (in_hand,) = MailFolder(drop(local, name, b"mail").parent).waiting()

    assert in_hand.read_bytes() == b"mail"


def test_what_cannot_be_stored_now_is_taken_up_later_and_a_defect_is_put_aside(
    local: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(local, "1.eml", a_mail())
    for error, left in ((StoreError("full"), TAKING), (ZeroDivisionError(), FAILED)):
        with monkeypatch.context() as broken:
            broken.setattr(MailingIn, "receive", _raising(error))
            assert take_mails(local).items == 0
        (kept,) = files(local)
        assert kept.startswith(f"{left}/")
        assert kept.endswith("-1.eml")

    assert take_mails(local).items == 0


def _raising(error: Exception) -> object:
    def receive(*_: object, **__: object) -> None:
        raise error

    return receive


def test_held_mails_end_after_a_week_and_only_ids_name_them(local: Local) -> None:
    folder = mail_folder(local)
    id_ = "h_" + "a" * 26

    kept = folder.keep(id_, b"x", "")

    assert (kept, folder.read(id_), folder.read("../../api-key"), folder.read("h_" + "b" * 26)) == (
        id_,
        b"x",
        None,
        None,
    )
    folder.expire(time.time())
    assert folder.read(id_) == b"x"
    folder.expire(time.time() + KEPT.total_seconds() + 60)
    assert folder.read(id_) is None


def test_a_folder_that_cannot_be_used_is_told(local: Local) -> None:
    (local.folder / MAIL_IN).write_text("no folder")

    with pytest.raises(StoreError, match="cannot be used"):
        list(mail_folder(local).waiting())
    with pytest.raises(StoreError, match="cannot be read"):
        mail_folder(local).raw(local.folder / "nowhere")
