"""Matching one query against plain records."""

import json

import pytest

from earshot.domain.errors import Invalid
from earshot.matching.records import QueryMatcher, match_query


def test_a_match_tells_where_and_why():
    answer = match_query('"Café Morgenrot" OR kuchen', {"text": "Der Kuchen im CAFÉ MORGENROT", "title": "Kuchen!"})

    assert answer == {
        "matched": True,
        "spans": [
            {"field": "title", "start": 0, "end": 6, "term": "kuchen"},
            {"field": "text", "start": 4, "end": 10, "term": "kuchen"},
            {"field": "text", "start": 14, "end": 28, "term": "Café Morgenrot"},
        ],
        "reason": 'any: "Café Morgenrot", "kuchen"',
    }


@pytest.mark.parametrize(
    ("query", "text", "reason"),
    [
        ("acme -jobs", "Acme has jobs", 'excluded by "jobs"'),
        ("acme", "Nothing", '"acme" is not there'),
        ("acme OR emca", "", 'none of the words "acme", "emca" is there'),
    ],
)
def test_a_miss_has_no_spans_but_a_reason(query, text, reason):
    assert match_query(query, {"text": text}) == {"matched": False, "spans": [], "reason": reason}


def test_words_may_stand_in_title_and_text_but_a_phrase_stands_in_one_of_them():
    record = {"title": "Acme", "text": "GmbH"}

    assert match_query("acme gmbh", record)["matched"]
    assert not match_query('"acme gmbh"', record)["matched"]


def test_address_author_and_language_are_known_but_not_searched():
    record = {"text": "hello", "url": "https://acme.de", "author": "Acme", "language": "acme"}

    assert not match_query("acme", record)["matched"]


def test_one_matcher_serves_many_records():
    matcher = QueryMatcher("acme")

    assert [matcher.match({"text": text})["matched"] for text in ("Acme", "Emca", "acme!")] == [True, False, True]


def test_the_answer_is_plain_json():
    answer = match_query("müller", {"text": "Mueller\ud800"})

    assert json.loads(json.dumps(answer)) == answer


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({}, "text: is missing"),
        ({"title": "x"}, "text: is missing"),
        ({"text": 5}, "text: must be a string"),
        ({"text": None}, "text: must be a string"),
        ({"text": "x", "title": ["y"]}, "title: must be a string"),
        ({"text": "x", "language": True}, "language: must be a string"),
        (
            {"text": "x", "sentiment": "y"},
            'record: unknown field "sentiment"; known are text, title, url, author, language, type',
        ),
        (["text"], 'record: must be an object such as {"text": "…"}'),
        ("text", 'record: must be an object such as {"text": "…"}'),
    ],
)
def test_an_unusable_record_is_refused_by_field(record, message):
    with pytest.raises(Invalid) as caught:
        match_query("acme", record)

    assert str(caught.value) == message


def test_an_unusable_query_is_refused_before_the_record():
    with pytest.raises(Invalid) as caught:
        match_query("acme OR", {})

    assert caught.value.field == "query"
