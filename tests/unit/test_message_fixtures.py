"""Messages as each version wrote them: what is on the way during an update can still be read."""

from pathlib import Path

import msgspec
import pytest

from earshot.domain.messages import VERSION, Envelope, MessageType, body_of, sources_of

FOLDER = Path(__file__).parents[1] / "fixtures" / "messages"
FILES = sorted(FOLDER.glob("v*/*.json"))
SUBJECTS = {
    MessageType.MENTION_STORED: "mention",
    MessageType.DELIVERY_PLANNED: "delivery",
    MessageType.JOB_PART: "job",
    MessageType.THREAD: "mention",
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_message_of_a_kept_version_is_read(file: Path) -> None:
    envelope = msgspec.json.decode(file.read_bytes(), type=Envelope)

    if envelope.type in (MessageType.FETCH, MessageType.RECHECK, MessageType.HEARTBEAT):
        assert sources_of(envelope)
    else:
        assert all(body_of(envelope, "tenant", SUBJECTS[envelope.type]))


def test_every_type_has_a_file_of_the_present_version() -> None:
    assert {file.stem for file in (FOLDER / f"v{VERSION}").glob("*.json")} == set(MessageType)
