"""Rows of a table of cases for matching: how one is written, named and tried."""

from collections.abc import Mapping

from earshot.matching.records import match_query

Record = dict[str, str]
Row = tuple[str | Record, str, list[str] | None]


def named(groups: Mapping[str, list[Row]]) -> dict[str, Row]:
    """The rows of all groups, each by its phenomenon, its place there and its query."""
    return {
        f"{phenomenon} {number}: {row[1]}": row
        for phenomenon, rows in groups.items()
        for number, row in enumerate(rows, 1)
    }


def found_passages(query: str, text: str | Record) -> list[str] | None:
    """The passages of title and text in which the query finds something, in reading order; None without a match."""
    record = {"text": text} if isinstance(text, str) else {"text": "", **text}
    answer = match_query(query, record)
    if not answer["matched"]:
        assert not answer["spans"]
        return None
    shown = [span for span in answer["spans"] if span["field"] in ("title", "text")]
    return [record[span["field"]][span["start"] : span["end"]] for span in shown]
