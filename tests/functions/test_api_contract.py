"""The contract: written once, shipped as JSON, and true of every route and answer."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from builders import TENANT, a_mention
from earshot.services.watching import watch_id
from earshot.web.route_table import ROUTES
from web_builders import Server

ROOT = Path(__file__).parents[2]
WATCH = {"name": "Acme", "terms": {"any": ["Acme"]}}


@pytest.fixture
def contract() -> dict[str, Any]:
    reply = Server().call("GET", "/openapi.json")
    assert reply.headers["Content-Type"] == "application/json"
    return reply.json  # type: ignore[no-any-return]


def test_the_shipped_contract_is_the_written_one(contract: dict[str, Any]) -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")

    written = yaml.safe_load((ROOT / "infra" / "openapi.yaml").read_text(encoding="utf-8"))

    assert contract == json.loads(json.dumps(written))


def test_every_route_of_the_api_is_in_the_contract_and_no_other(contract: dict[str, Any]) -> None:
    served = {
        (route.method, re.sub(r"<(\w+)>", r"{\1}", route.rule))
        for route in ROUTES
        if route.rule.startswith("/v1/") or route.rule == "/openapi.json"
    }

    named = {
        (method.upper(), path)
        for path, operations in contract["paths"].items()
        for method in operations
        if method != "parameters"
    }

    assert named == served


def test_every_operation_has_a_name_of_its_own(contract: dict[str, Any]) -> None:
    operations = [each for path in contract["paths"].values() for name, each in path.items() if name != "parameters"]
    names = [operation["operationId"] for operation in operations]

    assert len(set(names)) == len(names)
    assert all(operation["summary"] for operation in operations)


def test_every_reference_leads_somewhere(contract: dict[str, Any]) -> None:
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(contract)):
        place: Any = contract
        for step in reference.split("/"):
            place = place[step]


def fits(value: Any, schema: dict[str, Any], contract: dict[str, Any]) -> bool:
    """Enough of JSON Schema for our own contract: references, types, properties, enums, alternatives."""
    if "$ref" in schema:
        place: Any = contract
        for step in schema["$ref"].removeprefix("#/").split("/"):
            place = place[step]
        return fits(value, place, contract)
    if "anyOf" in schema:
        return any(fits(value, each, contract) for each in schema["anyOf"])
    if not all(fits(value, each, contract) for each in schema.get("allOf", [])):
        return False
    types = schema["type"]
    names = {
        dict: "object",
        list: "array",
        str: "string",
        bool: "boolean",
        int: "integer",
        float: "number",
        type(None): "null",
    }
    known = names[type(value)]
    if known not in types and not (known == "integer" and "number" in types):
        return False
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        is_closed = schema.get("additionalProperties") is False
        return (
            set(schema.get("required", [])) <= value.keys()
            and (not is_closed or value.keys() <= properties.keys())
            and all(fits(each, properties[name], contract) for name, each in value.items() if name in properties)
        )
    if isinstance(value, list):
        return all(fits(each, schema["items"], contract) for each in value)
    return value in schema.get("enum", [value])


def schema_of(contract: dict[str, Any], method: str, path: str, status: int) -> dict[str, Any]:
    answer = contract["paths"][path][method]["responses"][str(status)]
    if "$ref" in answer:
        answer = contract["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return next(iter(answer["content"].values()))["schema"]  # type: ignore[no-any-return]


def test_answers_have_the_shape_that_the_contract_promises(contract: dict[str, Any]) -> None:
    server = Server()
    key = server.key()
    mention = a_mention()
    server.put(mention)
    done = f"/v1/mentions/{mention.id}/acknowledgement"
    acknowledgement = {"outcome": "thanked", "version": 1}
    calls = [
        ("post", "/v1/watches", "/v1/watches", WATCH),
        ("get", "/v1/watches", "/v1/watches", None),
        ("get", "/v1/watches/{id}", f"/v1/watches/{watch_id(TENANT, 'Acme')}", None),
        ("post", "/v1/watches", "/v1/watches", WATCH),
        ("post", "/v1/sources", "/v1/sources", {"url": "https://a.example/"}),
        ("get", "/v1/sources", "/v1/sources", None),
        ("get", "/v1/mentions", "/v1/mentions", None),
        ("put", "/v1/mentions/{id}/acknowledgement", done, acknowledgement),
        ("get", "/v1/mentions/{id}", f"/v1/mentions/{mention.id}", None),
        ("put", "/v1/mentions/{id}/acknowledgement", done, {"outcome": "ignored", "note": "x", "version": 1}),
        ("put", "/v1/mentions/{id}/acknowledgement", done, {}),
        ("delete", "/v1/mentions/{id}/acknowledgement", done, None),
        ("get", "/v1/mentions/{id}", "/v1/mentions/x", None),
        ("get", "/v1/health", "/v1/health", None),
    ]

    for method, template, path, payload in calls:
        reply = server.call(method.upper(), path, key=key, payload=payload)
        assert fits(reply.json, schema_of(contract, method, template, reply.status), contract), (method, path, reply)
