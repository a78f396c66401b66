"""Ledgers: how much of a quota may be taken now, so that it lasts for its whole window."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal, DecimalException

from earshot.domain.credential import Credential
from earshot.domain.errors import Invalid, Locked
from earshot.domain.place import Place, Quota
from earshot.domain.source import Source

MICRO_DOLLARS = "micro-dollars"
"""The unit of a quota of money; its amount is what the credential says in `BUDGET`, and nothing without that."""

BUDGET = "monthly_dollars"

LONG = timedelta(hours=1)
"""A quota of a longer window is spread over it; what may be taken at once is the share of this time."""

EVERYBODY = "deployment"
"""Whose ledger counts what is asked without a credential: a place knows us by our address then."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_DOLLARS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What was taken of one quota of a kind of place in the window that began at `began_at`."""

    owner: str
    kind: str
    quota: str
    began_at: datetime
    ends_at: datetime
    spent: int = 0
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose quotas a request draws from: those of a credential, or those of everybody."""

    owner: str
    kind: str
    quotas: Mapping[str, Quota]

    def ledger(self, quota: str, at: datetime) -> Ledger:
        """The ledger of a quota at a time, with nothing taken yet.

        Raises:
            Locked: it is a budget of money, and nobody has named one.
        """
        of = self.quotas[quota]
        if of.unit == MICRO_DOLLARS and of.amount == 0:
            raise Locked(self.kind, (BUDGET,))
        began_at = window_start(at, of.window, of.begins)
        return Ledger(owner=self.owner, kind=self.kind, quota=quota, began_at=began_at, ends_at=began_at + of.window)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """What a request took of one quota, and of which window."""

    ledger: Ledger
    amount: int


def account_of(place: Place, source: Source, credential: Credential) -> Account:
    """The account of a source's requests; budgets of money are those that the credential names."""
    return Account(
        owner=source.owner if credential else EVERYBODY,
        kind=source.kind,
        quotas={each.name: each for each in _with_budgets(place.quotas, credential)},
    )


def window_start(at: datetime, window: timedelta, begins: timedelta = timedelta()) -> datetime:
    """When the window began in which a time lies.

    All windows are counted from 1970, so days begin at midnight UTC, or `begins` later.
    """
    return at - (at - _EPOCH - begins) % window


def usable_at(quota: Quota, ledger: Ledger, amount: int, now: datetime) -> datetime:
    """When so much more may be taken: `now`, or a later moment of the window, or its end.

    Of a long window at most the share may be used that has passed, and an hour's share more: of 300 a day 12 at once,
    and then 12 an hour. One request may always be made where nothing else was taken, however much it draws, as long as
    the whole amount is kept.
    """
    after = ledger.spent + amount
    if after > quota.amount:
        return ledger.ends_at
    if quota.window <= LONG:
        return now
    at_once = max(quota.amount * (LONG / quota.window), amount)
    return max(now, ledger.began_at + quota.window * ((after - at_once) / quota.amount))


def settled(ledger: Ledger, difference: int) -> Ledger:
    """The ledger once it is known what a request really took."""
    return replace(ledger, spent=max(0, ledger.spent + difference))


def _with_budgets(quotas: Iterable[Quota], credential: Credential) -> Iterable[Quota]:
    for each in quotas:
        yield replace(each, amount=_micro_dollars(credential)) if each.unit == MICRO_DOLLARS else each


def check_budget(text: str) -> None:
    """Refuses what names no budget that can be kept.

    Raises:
        Invalid: it is no amount above 0, or too large a one.
    """
    if not _micro_dollars({BUDGET: text}):
        raise Invalid(BUDGET, f"must be an amount of US dollars above 0, up to {_MOST_DOLLARS:,}, such as 20")


def _micro_dollars(credential: Credential) -> int:
    """The budget that a credential names; 0 where it names none that can be read."""
    try:
        dollars = Decimal(credential.get(BUDGET, "0").strip().replace(",", "."))
    except DecimalException:
        return 0
    return int(dollars * 1_000_000) if dollars.is_finite() and 0 <= dollars <= _MOST_DOLLARS else 0
