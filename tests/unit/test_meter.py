"""Figures count what was read, and not what waited for its turn."""

from earshot.domain.errors import Unreachable
from earshot.services.fetching import Outcome
from earshot.telemetry import Meter


class CountingMeter(Meter):
    """Keeps what is counted."""

    def __init__(self) -> None:
        super().__init__("collect")
        self.counted: list[str] = []

    def count(self, **values: float) -> None:
        self.counted += [name for name in values if name.startswith("Sources")]


def test_a_source_that_waits_for_a_quota_is_neither_read_nor_failed() -> None:
    meter = CountingMeter()

    meter.read(
        [
            Outcome(source_id="s_1", name="read"),
            Outcome(source_id="s_2", name="waits", is_put_off=True),
            Outcome(source_id="s_3", name="failed", error=Unreachable()),
        ]
    )

    assert meter.counted == ["SourcesFetched", "SourcesFailed"]
