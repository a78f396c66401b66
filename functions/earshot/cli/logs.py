"""Log lines of a local run: one line each, with their facts."""

import logging
import sys

_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Line(logging.Formatter):
    """The message, then what was given as `extra`, as key=value."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        facts = [f"{name}={value}" for name, value in vars(record).items() if name not in _ORDINARY]
        return " ".join([super().format(record), *facts])


def log_to_stderr(level: str) -> None:
    """Sends log lines of this level and above to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Line("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
