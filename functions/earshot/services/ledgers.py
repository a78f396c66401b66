"""Ledgers: what a request takes of a quota is reserved before it is sent, and settled when its answer says more."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from earshot.domain.errors import Conflict, Locked, Spent, StoreError
from earshot.domain.ledger import Account, Ledger, Reserved, settled, usable_at
from earshot.ports.clock import Clock
from earshot.ports.http import Draw
from earshot.ports.table import Table
from earshot.store.ledgers import Ledgers, key_of

log = logging.getLogger(__name__)

_TRIES = 5

BUSY = timedelta(minutes=1)
"""When to come back where many take of one quota at the same time."""


class Bookkeeper:
    """Keeps quotas for all processes. Threads may share it.

    Whoever is refused is told a later moment than the one before, since all would come at the same one else.
    """

    def __init__(self, table: Table, clock: Clock) -> None:
        self._ledgers = Ledgers(table)
        self._clock = clock
        self._refused: dict[Ledger, int] = {}

    def reserve(self, account: Account, draws: Sequence[Draw]) -> tuple[Reserved, ...]:
        """Takes what a request draws, all of it or nothing, and tells of which ledgers. A crash after that leaves it.

        Raises:
            Spent: a quota does not allow it now.
            Locked: it costs money, and no budget was named.
            StoreError: the table cannot be written now.
        """
        taken: list[Reserved] = []
        for draw in draws:
            try:
                taken.append(self._take(account, draw))
            except (Spent, Locked):
                self.settle(taken, {each.ledger.quota: 0 for each in taken})
                raise
        return tuple(taken)

    def settle(self, reserved: Sequence[Reserved], spent: Mapping[str, int]) -> None:
        """Corrects what was reserved to what was `spent`, in its own window; where that fails, more counts as taken."""
        for name, real in spent.items():
            of_quota = [each for each in reserved if each.ledger.quota == name]
            difference = real - sum(each.amount for each in of_quota)
            if not of_quota or difference == 0:
                continue
            ledger = of_quota[0].ledger
            try:
                self._ledgers.all.update(key_of(ledger), partial(settled, difference=difference), missing=ledger)
            except (Conflict, StoreError):
                log.warning("quota not settled; more counts as taken", extra={"kind": ledger.kind, "quota": name})

    def _take(self, account: Account, draw: Draw) -> Reserved:
        quota = account.quotas[draw.quota]
        now = self._clock.now()
        empty = account.ledger(draw.quota, now)
        for _ in range(_TRIES):
            ledger = self._ledgers.stored(empty)
            if usable_at(quota, ledger, draw.amount, now) > now:
                ahead = settled(ledger, self._refused.get(empty, 0))
                self._refuse(empty, draw.amount, now)
                raise Spent(draw.quota, usable_at(quota, ahead, draw.amount, now))
            try:
                self._ledgers.all.put(settled(ledger, draw.amount))
            except Conflict:
                continue
            self._refused.pop(empty, None)
            return Reserved(ledger=empty, amount=draw.amount)
        raise Spent(draw.quota, now + BUSY)

    def _refuse(self, empty: Ledger, amount: int, now: datetime) -> None:
        """Notes what somebody was refused, and forgets the windows that are over."""
        for over in [each for each in [*self._refused] if each.ends_at <= now]:
            self._refused.pop(over, None)
        self._refused[empty] = self._refused.get(empty, 0) + amount
