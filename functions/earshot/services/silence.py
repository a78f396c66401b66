"""Silence: a host that does not answer twice in a row is left alone, since each silence costs twenty seconds."""

from earshot.domain.errors import FetchError, Unanswered
from earshot.ports.http import Response

FEW = 2


class Silence:
    """Counts the silences of each host in a row; each host has one thread that hears and asks."""

    def __init__(self) -> None:
        self._in_a_row: dict[str, int] = {}

    def hear(self, host: str, answer: Response | FetchError) -> None:
        """Takes note of what a host answered; any answer breaks its silence, also one that is of no use."""
        self._in_a_row[host] = self._in_a_row.get(host, 0) + 1 if isinstance(answer, Unanswered) else 0

    def of(self, host: str) -> bool:
        """Whether a host is silent."""
        return self._in_a_row.get(host, 0) >= FEW
