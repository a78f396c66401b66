"""Items as JSON, for commands and previews."""

import json

from builders import an_item
from earshot.services.representing import item_json


def test_an_item_begins_with_what_a_person_looks_for_and_is_plain_json() -> None:
    value = item_json(an_item("7", title="Grüße"))

    assert list(value)[:6] == ["id", "url", "title", "text", "published_at", "author"]
    assert (value["id"], value["identity"]) == ("7", "url:https://forum.example/7")
    assert json.loads(json.dumps(value)) == value
