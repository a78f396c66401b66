"""Writes what was measured as one page of Markdown."""

import os
import platform
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks.billed import PRICE
from benchmarks.costs import IDLE_TICK, POLLS_A_MONTH, TICKS_A_MONTH, UNCHANGED, Costs
from benchmarks.timing import Row, digits

_HEAD = """# Benchmarks

Written by `make bench ARGS=--write`; do not edit. Each line says how many times as long a thing takes as another one
**in the same run**: both are timed in turn, round by round, and the median over the rounds is shown. That ratio is what
to compare between versions and machines. The last column is the median by itself, for orientation only.

- Machine: {machine}. Date: {day}.
- Texts: {origin}.
- Phrases: ten that stand in the texts, the same at every size, and made-up names of firms.
- Collect, tick, inbox, stories: the wiring of a local run over SQLite in a temporary folder; writes wait for the disk.

"""
_TIMINGS = "| area | what | times as long | as | median |\n|---|---|---:|---|---:|\n"
_COSTS = """
## What a mention costs on DynamoDB

One company with one watch, one feed and one contact. Units as a metering table counts them with DynamoDB's rounding,
indexes and failed conditions included; the short post takes {short} bytes in the table, the long one {long}.

| what | short: writes | reads | USD per 1,000 | long: writes | reads | USD per 1,000 |
|---|---:|---:|---:|---:|---:|---:|
"""
_MONTH = """
Whether anything is said or not, a month costs USD {ticks:.2f} for the ticks ({tick_count:,}) and USD {polls:.2f} for
each source that is polled every 15 minutes ({poll_count:,} unchanged polls).

{price}
"""


def page(rows: Sequence[Row], short: Costs, long: Costs, origin: str) -> str:
    """The whole page."""
    head = _HEAD.format(machine=machine(), day=datetime.now(UTC).date().isoformat(), origin=origin)
    timings = "".join(
        f"| {row.area} | {row.what} | {digits(row.ratio)} × | {row.to or '–'} | {row.median} |\n" for row in rows
    )
    return f"{head}{_TIMINGS}{timings}{_costs(short, long)}"


def machine() -> str:
    """What the run was made on: cores, Python, SQLite and operating system; no names."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{cores} cores ({platform.machine()}), {python}, SQLite {sqlite3.sqlite_version}, {platform.system()}"


def _costs(short: Costs, long: Costs) -> str:
    head = _COSTS.format(short=f"{short.mention_bytes:,}", long=f"{long.mention_bytes:,}")
    lines = "".join(f"| {what} |{_cells(short, what)}{_cells(long, what)}\n" for what in short.bills)
    month = _MONTH.format(
        ticks=short.bills[IDLE_TICK].usd * TICKS_A_MONTH,
        tick_count=TICKS_A_MONTH,
        polls=short.bills[UNCHANGED].usd * POLLS_A_MONTH,
        poll_count=POLLS_A_MONTH,
        price=PRICE,
    )
    return head + lines + month


def _cells(costs: Costs, what: str) -> str:
    bill = costs.bills[what]
    return f" {bill.writes:g} | {bill.reads:g} | {bill.usd * 1000:.4f} |"
