"""A limit on how long one parse may take."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from earshot.domain.errors import Malformed

PARSE_S = 10.0
"""Seconds one response may cost: a feed of 100 KB costs about 0.03."""


@contextmanager
def bounded(seconds: float = PARSE_S) -> Iterator[None]:
    """Lets the block run for `seconds` of wall time at most.

    Works by a signal, so on the main thread only; elsewhere it does nothing and the caller needs a limit of its own.
    A block within another one lives by the outer one's time. The timer fires once, between two instructions of
    Python, so a single long call into C ends before it is heard.

    Raises:
        Malformed: the time is over.
    """
    is_able = threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer")
    if not is_able or signal.getsignal(signal.SIGALRM) is _expire:
        yield
        return
    previous = signal.signal(signal.SIGALRM, _expire)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _expire(_number: int, _frame: FrameType | None) -> None:
    raise Malformed("too costly to read")
