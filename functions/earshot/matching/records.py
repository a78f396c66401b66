"""Matches one query against plain records, as `earshot match` reads them from JSON lines."""

from collections.abc import Mapping
from typing import TypedDict

from earshot.domain.errors import Invalid
from earshot.domain.watch import Span
from earshot.matching.document import Document, Reading, TellLanguage, spans
from earshot.matching.expression import terms_in, unwanted, wanted
from earshot.matching.outcome import evaluate, quoted
from earshot.matching.places import Finder
from earshot.matching.query import parse_query

_FIELDS = ("text", "title", "url", "author", "language", "type")


class SpanRecord(TypedDict):
    """A span as JSON."""

    field: str
    start: int
    end: int
    term: str


class Answer(TypedDict):
    """What `earshot match` prints for a record; `spans` is empty without a match."""

    matched: bool
    spans: list[SpanRecord]
    reason: str


class QueryMatcher:
    """Matches records against one query; build it once for many records.

    Raises:
        Invalid: the query cannot be read; see `parse_query`.
    """

    def __init__(self, query: str, tell_language: TellLanguage | None = None) -> None:
        self._expression = parse_query(query)
        self._tell_language = tell_language
        leaves = (*wanted(self._expression), *unwanted(self._expression))
        self._finder = Finder(term for leaf in leaves for term in terms_in(leaf))

    def match(self, record: Mapping[str, object]) -> Answer:
        """Whether the record satisfies the query, where, and why.

        Raises:
            Invalid: the record has no text, an unknown field, or one that is not a string.
        """
        document = _document(record)
        places = self._finder.find(document.fields)
        outcome = evaluate(self._expression, Reading(document, places, self._tell_language).holds)
        found = spans(outcome.terms, places) if outcome.matched else ()
        return Answer(matched=outcome.matched, spans=[_span_record(span) for span in found], reason=outcome.rule)


def match_query(query: str, record: Mapping[str, object]) -> Answer:
    """The answer for a single record; for more than one, a `QueryMatcher` reads the query only once.

    Raises:
        Invalid: see `QueryMatcher`.
    """
    return QueryMatcher(query).match(record)


def _document(record: Mapping[str, object]) -> Document:
    if not isinstance(record, Mapping):
        raise Invalid("record", 'must be an object such as {"text": "…"}')
    for field in record:
        if field not in _FIELDS:
            raise Invalid("record", f"unknown field {quoted(str(field))}; known are {', '.join(_FIELDS)}")
    if "text" not in record:
        raise Invalid("text", "is missing")
    texts: dict[str, str] = {}
    for field, value in record.items():
        if not isinstance(value, str):
            raise Invalid(field, "must be a string")
        texts[field] = value
    author = texts.pop("author", "")
    return Document(names=(author,) if author else (), **texts)


def _span_record(span: Span) -> SpanRecord:
    return SpanRecord(field=span.field, start=span.start, end=span.end, term=span.term)
