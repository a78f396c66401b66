"""Fakes that implement the ports: no mocks, no network, no waiting."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from earshot.domain.contact import Channel
from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import ClassifyError, FetchError, Invalid, Malformed
from earshot.domain.messages import Envelope
from earshot.domain.place import Evidence, Place
from earshot.domain.source import Fetched, Source
from earshot.domain.verdict import Probabilities, Verdict
from earshot.ports.http import Request, Response
from earshot.ports.notifier import Call, Courier, Letter, Notice, Notifier, ShortMessage

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

Message = Letter | ShortMessage | Call


class FixedClock:
    """A clock that moves only when it is told to."""

    def __init__(self, at: datetime = NOW) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def advance(self, **span: float) -> datetime:
        """Moves on by a `timedelta(**span)` and returns the new time."""
        self._at += timedelta(**span)
        return self._at

    def set(self, at: datetime) -> None:
        self._at = max(self._at, at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message that a channel took: when, and the mentions it tells of."""

    at: datetime
    message: Message
    mentions: tuple[str, ...]

    @property
    def to(self) -> str:
        return self.message.url if isinstance(self.message, Call) else self.message.to

    @property
    def delivery_id(self) -> str:
        return self.message.delivery_id


class RecordingNotifier:
    """Takes every message, or raises what stands next in `errors` (None: take it)."""

    def __init__(self, clock: FixedClock, errors: Sequence[Exception | None] = ()) -> None:
        self.told: list[Told] = []
        self.errors = list(errors)
        self._clock = clock
        self._lock = threading.Lock()

    def send(self, message: Message, /) -> None:
        with self._lock:
            error = self.errors.pop(0) if self.errors else None
            if error is not None:
                raise error
            text = message.body.decode() if isinstance(message, Call) else message.text
            self.told.append(Told(at=self._clock.now(), message=message, mentions=tuple(text.split())))


class PlainComposer:
    """Writes the ids of the mentions, in order, one a line; `notices` keeps what it was asked for."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []

    def compose(self, notice: Notice) -> Letter:
        self.notices.append(notice)
        subject = f"{len(notice.mentions) + notice.more} mentions"
        to = notice.contact.email
        return Letter(delivery_id=notice.delivery_id, to=to, subject=subject, text=_ids(notice), html="")


class PlainShortComposer:
    """The same as a short message."""

    def compose(self, notice: Notice) -> ShortMessage:
        return ShortMessage(delivery_id=notice.delivery_id, to=notice.contact.phone, text=_ids(notice))


class PlainCallComposer:
    """The same as a call."""

    def compose(self, notice: Notice) -> Call:
        url = notice.contact.webhook
        return Call(delivery_id=notice.delivery_id, url=url, body=_ids(notice).encode(), secret=b"s")


def _ids(notice: Notice) -> str:
    return "\n".join(mention.id for mention in notice.mentions)


def by_mail(notifier: Notifier[Letter], composer: PlainComposer | None = None) -> dict[Channel, Courier[Any]]:
    """The channels of a run that has mail only."""
    return {Channel.MAIL: Courier(composer or PlainComposer(), notifier)}


def by_every_channel(
    notifiers: Mapping[Channel, Notifier[Any]], composer: PlainComposer | None = None
) -> dict[Channel, Courier[Any]]:
    """The channels of a run that has all of them."""
    return {
        **by_mail(notifiers[Channel.MAIL], composer),
        Channel.SMS: Courier(PlainShortComposer(), notifiers[Channel.SMS]),
        Channel.WEBHOOK: Courier(PlainCallComposer(), notifiers[Channel.WEBHOOK]),
    }


class WordClassifier:
    """Judges by single words: "schlecht" is negative, "toll" positive, "?" a question; "???" cannot be judged."""

    def classify(self, text: str, *, language: str = "", rating: float | None = None) -> Verdict:
        if "???" in text:
            raise ClassifyError("too many questions")
        if "schlecht" in text:
            probabilities = Probabilities(positive=0.05, neutral=0.15, negative=0.8)
        elif "toll" in text:
            probabilities = Probabilities(positive=0.8, neutral=0.15, negative=0.05)
        else:
            probabilities = Probabilities(positive=0.1, neutral=0.8, negative=0.1)
        return Verdict(probabilities=probabilities, question="?" in text, language=language)


class RecordingBus:
    """Keeps what was sent."""

    def __init__(self) -> None:
        self.fetches: list[tuple[str, Envelope]] = []
        self.events: list[Envelope] = []

    def request_fetch(self, host: str, envelope: Envelope) -> None:
        self.fetches.append((host, envelope))

    def publish(self, envelopes: Sequence[Envelope]) -> int:
        self.events.extend(envelopes)
        return len(envelopes)


@dataclass
class CannedHttp:
    """Answers by URL, with a response or an error; `requests` keeps what was asked."""

    answers: dict[str, Response | FetchError] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        answer = self.answers[request.url]
        if isinstance(answer, FetchError):
            raise answer
        return answer


@dataclass
class DictSecrets:
    """Secrets in a dict; `reads` counts how often it was asked."""

    records: dict[str, dict[str, str]] = field(default_factory=dict)
    reads: int = 0

    def get(self, name: str) -> Mapping[str, str] | None:
        self.reads += 1
        return self.records.get(name)

    def put(self, name: str, record: Mapping[str, str]) -> None:
        self.records[name] = dict(record)

    def delete(self, name: str) -> bool:
        return self.records.pop(name, None) is not None


CANNED = Place(
    name="Canned",
    method="prepared pages",
    limits="none",
    terms="none",
    evidence=Evidence.DOCUMENTED,
    documents=(),
    read_on=date(2026, 11, 24),
    example="https://canned.example/",
    public=True,
    interval_s=900,
)


@dataclass
class CannedConnector:
    """A kind of source whose responses name one of the prepared `pages`; an unknown page is malformed."""

    pages: Mapping[str, Fetched] = field(default_factory=dict)
    kind: str = "canned"
    place: Place = CANNED

    def locator(self, text: str) -> str:
        if not text.startswith("https://") and text:
            raise Invalid("url", "must be an https address")
        return text

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        return Request(url=source.locator or "https://search.example/", etag=source.etag)

    def parse(self, response: Response, source: Source) -> Fetched:
        page = self.pages.get(response.body.decode())
        if page is None:
            raise Malformed("no such page")
        return page

    def recognise(self, url: str) -> str | None:
        return None

    def claim(self, url: str) -> str | None:
        return None
