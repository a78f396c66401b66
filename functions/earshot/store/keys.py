"""The key strings of the one table; nothing else writes them."""

from zlib import crc32

from earshot.domain.mention import Mention, Status
from earshot.domain.todo import Todo
from earshot.ports.table import Key
from earshot.store.codec import newest_first, stamp

SHARDS = 16
"""Partitions of the due index."""

RECHECK_SHARDS = 2
"""Those of rechecks: what can wait for a day need not be found by the thousand."""


def of_tenant(tenant: str, kind: str, id_: str = "") -> Key:
    """Where a tenant's thing is; without an id, the only one of its kind."""
    return Key(f"TENANT#{tenant}", f"{kind}#{id_}" if id_ else kind)


def of_source(source_id: str, kind: str, id_: str = "") -> Key:
    """Where a source's thing is."""
    return Key(f"SOURCE#{source_id}", f"{kind}#{id_}" if id_ else kind)


def of_deployment(kind: str, id_: str = "") -> Key:
    """Where a thing of the whole deployment is."""
    return Key("DEPLOYMENT", f"{kind}#{id_}" if id_ else kind)


def of_secret(kind: str, sha256: str) -> Key:
    """Where what a secret opens is; `kind` is KEY, TOKEN or SESSION, the secret known by its hash only."""
    return Key(f"{kind}#{sha256}", kind.lower())


def of_todo(todo: Todo) -> Key:
    """Where a todo is: together with those of its purpose and group."""
    return of_tenant(todo.tenant, "todo", f"{todo.purpose}#{todo.group}#{todo.subject}")


def due(kind: str, at_stamp: str, owner: Key) -> Key:
    """A place in the due index, in the shard of its owner; a crowd of one kind does not hide the other kind."""
    shard = crc32("/".join(owner).encode()) % shards_of(kind)
    return Key(due_partition(kind, shard), f"{at_stamp}#{owner.pk}#{owner.sk}")


def shards_of(kind: str) -> int:
    """How many partitions of the due index a kind has; each of them costs a query a tick."""
    return RECHECK_SHARDS if kind == "recheck" else SHARDS


def due_partition(kind: str, shard: int) -> str:
    """The partition of one shard; `kind` is "todo", "schedule" or "recheck"."""
    return f"DUE#{kind}#{shard:02d}"


def inbox_partition(tenant: str, status: Status) -> str:
    """The partition of a tenant's open or done mentions."""
    return f"TENANT#{tenant}#{status}"


def in_inbox(mention: Mention) -> Key:
    """A mention's place: open by rank and then newest first, done newest first."""
    time = newest_first(mention.listed_at)
    order = f"{mention.rank}#{time}" if mention.status is Status.OPEN else time
    return Key(inbox_partition(mention.tenant, mention.status), f"{order}#{mention.id}")


def stamped(at_stamp: str) -> str:
    """The upper bound in the due index of everything due at that stamp."""
    return f"{at_stamp}$"


__all__ = [
    "SHARDS",
    "due",
    "due_partition",
    "in_inbox",
    "inbox_partition",
    "of_deployment",
    "of_secret",
    "of_source",
    "of_tenant",
    "of_todo",
    "shards_of",
    "stamp",
    "stamped",
]
