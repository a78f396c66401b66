"""The port to people: composing a message and handing it over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from earshot.domain.contact import Contact
from earshot.domain.mention import Mention
from earshot.domain.tenant import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail, ready to be handed over: one recipient, a plain and an HTML part."""

    delivery_id: str
    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What one delivery tells: mentions, the most pressing first, and the links (by mention id) that acknowledge them.

    `more` counts mentions that are told of by number only.
    """

    delivery_id: str
    tenant: Tenant
    contact: Contact
    mentions: Sequence[Mention]
    links: Mapping[str, str]
    watch_names: Mapping[str, str]
    more: int = 0


class Composer(Protocol):
    """Writes messages in the contact's language."""

    def compose(self, notice: Notice) -> Letter:
        """The mail for a notice."""
        ...


class Notifier(Protocol):
    """Hands a mail over to a channel, in one attempt."""

    def send(self, letter: Letter) -> None:
        """Returns once the channel has taken the mail.

        Raises:
            Deferred: the channel may take it later.
            Rejected: the channel will never take it.
        """
        ...
