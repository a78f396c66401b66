"""The outbox of a run that sends nothing: a file for each message, whole or not at all."""

import os
from pathlib import Path

import pytest

from earshot.adapters.outbox import Outbox, SmsOutbox
from earshot.domain.contact import Channel
from earshot.domain.delivery import delivery_id
from earshot.domain.errors import Deferred, NotFound
from earshot.ports.notifier import Letter, Notifier, ShortMessage
from fakes import FixedClock

MAIL = delivery_id("t_acme", "m_1", "default", "c_anna", Channel.MAIL)
SMS = delivery_id("t_acme", "m_1", "default", "c_anna", Channel.SMS)
LETTER = Letter(delivery_id=MAIL, to="anna@acme.example", subject="Kritik", text="Grüße\n", html="<p>Grüße")
MESSAGE = ShortMessage(delivery_id=SMS, to="+4915112345678", text='Kritik: "Grüße" https://listen.example/a/x')


def an_outbox(folder: Path) -> Outbox:
    return Outbox(folder, sender="earshot@acme.example", clock=FixedClock())


def an_sms_outbox(folder: Path) -> Notifier[ShortMessage]:
    return SmsOutbox(folder, clock=FixedClock())


def test_a_short_message_is_a_file_with_number_time_and_text(tmp_path: Path) -> None:
    an_sms_outbox(tmp_path / "outbox").send(MESSAGE)

    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name == f"{SMS}.sms.txt"
    assert file.read_text("utf-8").splitlines() == [
        "To: +4915112345678",
        "Date: Tue, 24 Nov 2026 12:00:00 +0000",
        "Content-Type: text/plain; charset=utf-8",
        "",
        'Kritik: "Grüße" https://listen.example/a/x',
    ]


def test_a_second_copy_replaces_the_first(tmp_path: Path) -> None:
    for text in ("first", "second"):
        an_sms_outbox(tmp_path).send(ShortMessage(delivery_id=SMS, to="+4915112345678", text=text))

    assert [file.name for file in tmp_path.iterdir()] == [f"{SMS}.sms.txt"]
    assert an_outbox(tmp_path).read(SMS).endswith(b"\n\nsecond\n")


def test_mails_and_short_messages_are_listed_together_newest_first(tmp_path: Path) -> None:
    outbox = an_outbox(tmp_path)
    outbox.send(LETTER)
    an_sms_outbox(tmp_path).send(MESSAGE)
    os.utime(tmp_path / f"{MAIL}.eml", (0, 0))

    assert outbox.list() == [SMS, MAIL]
    assert b"To: anna@acme.example" in outbox.read(MAIL)


@pytest.mark.parametrize("id_", ["d_1", "../secret", "", delivery_id("t", "m", "r", "c", Channel.MAIL)])
def test_what_is_no_delivery_here_cannot_be_read(tmp_path: Path, id_: str) -> None:
    with pytest.raises(NotFound):
        an_outbox(tmp_path).read(id_)


def test_a_folder_that_cannot_be_written_is_deferred_under_the_name_of_its_channel(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("in the way")

    with pytest.raises(Deferred, match=r"^sms: the outbox cannot be written"):
        an_sms_outbox(tmp_path / "outbox").send(MESSAGE)
    with pytest.raises(Deferred, match=r"^mail: the outbox cannot be written"):
        an_outbox(tmp_path / "outbox").send(LETTER)
