"""Ledgers: what a request takes of a quota is reserved before it is sent, and settled when its answer says more."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from earshot.domain.errors import Conflict, Locked, Spent, StoreError
from earshot.domain.ledger import Account, settled, usable_at
from earshot.ports.clock import Clock
from earshot.ports.http import Draw
from earshot.ports.table import Key, Table
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
        self._refused: dict[Key, int] = {}

    def reserve(self, account: Account, draws: Sequence[Draw]) -> None:
        """Takes what a request draws, all of it or nothing. A crash after that leaves it taken.

        Raises:
            Spent: a quota does not allow it now.
            Locked: it costs money, and no budget was named.
            StoreError: the table cannot be written now.
        """
        for place, draw in enumerate(draws):
            try:
                self._take(account, draw)
            except (Spent, Locked):
                taken = {each.quota: 0 for each in draws[:place]}
                self.settle(account, draws[:place], taken, self._clock.now())
                raise

    def settle(self, account: Account, draws: Sequence[Draw], spent: Mapping[str, int], at: datetime) -> None:
        """Corrects what was reserved at about `at` to what was `spent`; where that fails, more counts as taken."""
        for name, real in spent.items():
            difference = real - sum(each.amount for each in draws if each.quota == name)
            if difference == 0 or name not in account.quotas:
                continue
            try:
                empty = account.ledger(name, at)
                self._ledgers.all.update(key_of(empty), partial(settled, difference=difference), missing=empty)
            except (Conflict, StoreError, Locked):
                log.warning("quota not settled; more counts as taken", extra={"kind": account.kind, "quota": name})

    def _take(self, account: Account, draw: Draw) -> None:
        quota = account.quotas[draw.quota]
        now = self._clock.now()
        empty = account.ledger(draw.quota, now)
        key = key_of(empty)
        for _ in range(_TRIES):
            ledger = self._ledgers.stored(empty)
            if usable_at(quota, ledger, draw.amount, now) > now:
                ahead = settled(ledger, self._refused.get(key, 0))
                self._refused[key] = self._refused.get(key, 0) + draw.amount
                raise Spent(draw.quota, usable_at(quota, ahead, draw.amount, now))
            try:
                self._ledgers.all.put(settled(ledger, draw.amount))
            except Conflict:
                continue
            self._refused.pop(key, None)
            return
        raise Spent(draw.quota, now + BUSY)
