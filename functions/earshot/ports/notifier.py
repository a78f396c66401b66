"""The port to people: composing a message for a channel and handing it over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

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
class ShortMessage:
    """An SMS to a number in E.164 form; `text` fits one GSM-7 segment."""

    delivery_id: str
    to: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A POST of JSON to a webhook, to be signed with `secret` when it goes out."""

    delivery_id: str
    url: str
    body: bytes
    secret: bytes = field(repr=False)


M = TypeVar("M")
M_co = TypeVar("M_co", covariant=True)
M_contra = TypeVar("M_contra", contravariant=True)


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


class Composer(Protocol[M_co]):
    """Writes messages of one channel in the contact's language."""

    def compose(self, notice: Notice) -> M_co:
        """The message for a notice."""
        ...


class Notifier(Protocol[M_contra]):
    """Hands a message over to a channel, in one attempt."""

    def send(self, message: M_contra, /) -> None:
        """Returns once the channel has taken the message.

        Raises:
            Deferred: the channel may take it later; Halted, once somebody has mended something.
            Rejected: the channel will never take it.
            Unconfirmed: the channel may have taken it; nobody knows.
        """
        ...


@dataclass(frozen=True)
class Courier(Generic[M]):
    """One channel: who writes its messages, and who hands them over."""

    composer: Composer[M]
    notifier: Notifier[M]
