"""The benchmarks run, say everything they promise, and nothing grows that must not."""

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

TIMED = (
    "`python -c pass`",
    "`import earshot.cli`",
    "`earshot --help`",
    "`earshot mentions list`, empty inbox",
    "`earshot classify`, one text",
    *(
        f"`import {door}`, {how}"
        for door in ("alert", "api", "collect", "deliver", "plan")
        for how in ("as built", "bytecode made anew")
    ),
    "an item, 10 phrases",
    "an item, 1,000 phrases",
    "an item, 10,000 phrases",
    "an item, one `re` of 1,000 phrases",
    "an item, one `re` of 1,000 phrases between `\\b`",
    "building for 10,000 phrases",
    "a verdict",
    "the first verdict: reading the weights",
    "a feed of 50 entries",
    "a feed of 100 entries",
    "a feed of 200 entries",
    "the feed of 200 entries",
    "a feed with one new mention, 10 watches",
    "a feed with one new mention, 100 watches",
    "10 sources, all due",
    "50 sources, all due",
    "10 sources, none due",
    "50 sources, none due",
    *(
        f"{what}, {mentions} mentions"
        for what in ("first page of 50", "5 rows, nine tenths down", "the page at /")
        for mentions in ("100", "10,000")
    ),
    *(
        f"{what}, {stories} stories"
        for what in ("looking for the story of a copy", "looking for that of something new")
        for stories in ("100", "2,000")
    ),
)
LOOSE = {
    "an item, 10,000 phrases": 8,
    "a feed of 200 entries": 12,
    "a feed with one new mention, 100 watches": 5,
    "50 sources, all due": 25,
    "50 sources, none due": 5,
    "first page of 50, 10,000 mentions": 5,
    "the page at /, 10,000 mentions": 5,
    "looking for the story of a copy, 2,000 stories": 3,
    "looking for that of something new, 2,000 stories": 3,
}
"""How many times as long the larger one may take: about linear where it must be, about the same where it can be."""

BUDGETS = {
    "a tick in which nothing is due": 0,
    "an unchanged poll": 3,
    "a new mention": 11,
    "its alert and one delivery": 4 + 10,
    "its acknowledgement": 9,
    "a list page of 50": 0,
}
"""Write units at the most for a mention up to three kilobytes."""


@cache
def a_quick_page(attempt: int) -> str:
    """What a quick run prints; each attempt is a run of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "tests", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=170,
    )
    assert done.returncode == 0, f"attempt {attempt}: {done.stderr}"
    return done.stdout


def the_ratios(page: str) -> dict[str, float]:
    rows = re.findall(r"^\| [a-z ]+ \| (.+?) \| ([0-9.,]+) × \|", page, re.MULTILINE)
    return {what: float(ratio.replace(",", "")) for what, ratio in rows}


def the_write_units(page: str) -> dict[str, float]:
    rows = re.findall(r"^\| ([^|]+) \| ([0-9.]+) \| [0-9.]+ \| [0-9.]+ \|", page, re.MULTILINE)
    return {what: float(units) for what, units in rows}


def test_the_table_has_a_row_for_each_thing_that_is_timed() -> None:
    ratios = the_ratios(a_quick_page(0))

    assert list(ratios) == list(TIMED)
    assert all(ratio > 0 for ratio in ratios.values())


@pytest.mark.parametrize(("what", "bound"), LOOSE.items(), ids=LOOSE)
def test_nothing_grows_out_of_bounds_in_one_of_three_runs(what: str, bound: float) -> None:
    ratios = (the_ratios(a_quick_page(attempt))[what] for attempt in range(3))

    assert any(ratio <= bound for ratio in ratios)


def test_a_short_mention_costs_no_more_than_the_budgets_allow() -> None:
    units = the_write_units(a_quick_page(0))

    assert {what: units[what] for what in BUDGETS if units[what] > BUDGETS[what]} == {}


def test_the_page_in_the_documents_has_the_rows_of_a_full_run_and_names_no_folder() -> None:
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")

    assert len(the_ratios(page)) > len(TIMED)
    assert set(BUDGETS) <= set(the_write_units(page))
    assert str(ROOT) not in page + a_quick_page(0)


def test_a_quick_run_is_never_kept() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--write"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "tests"},
        capture_output=True,
        check=False,
        text=True,
    )

    assert done.returncode == 2
    assert "leave --quick out" in done.stderr
