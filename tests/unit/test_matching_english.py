"""What English watches hear, and those in other scripts, row by row."""

import pytest
from matching_cases_en import GROUPS
from matching_rows import Row, found_passages, named

ROWS = named(GROUPS)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_an_english_query_finds_exactly_these_passages(row: Row) -> None:
    text, query, passages = row

    assert found_passages(query, text) == passages
