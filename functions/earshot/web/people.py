"""What to call those who acted: members, contacts and keys."""

from collections.abc import Iterable

from earshot.domain.mention import Mention
from earshot.web.parts import Parts


def names_of(parts: Parts, tenant: str, mentions: Iterable[Mention]) -> dict[str, str]:
    """Names by actor, for everybody who acted on these mentions; members are called as they signed in."""
    actors = {entry.by for mention in mentions for entry in mention.history}
    names = {"earshot": "Earshot"}
    if any(actor.startswith("contact:") for actor in actors):
        names |= {f"contact:{contact.id}": contact.name for contact in parts.company.contacts_of(tenant)}
    if any(actor.startswith("key:") for actor in actors):
        names |= {f"key:{key.id}": key.name for key in parts.company.keys_of(tenant)}
    return names
