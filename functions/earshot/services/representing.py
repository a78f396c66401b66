"""Items as JSON, for commands and previews."""

from typing import Any

import msgspec

from earshot.domain.item import Item


def item_json(item: Item) -> dict[str, Any]:
    """An item as JSON values: `id` is its native id, `identity` what Earshot knows it by."""
    value: dict[str, Any] = msgspec.to_builtins(item)
    ordered = {name: value.pop(name) for name in ("url", "title", "text", "published_at", "author")}
    return {"id": value.pop("native_id"), **ordered, **value}
