"""What the Lambdas write: lines with ids that lead from one to the next, figures by name, and nothing of what was said.

Source:
    tests/fixtures/events/README.md; Amazon CloudWatch User Guide, "Specification: Embedded metric format"; read
    2026-11-24.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import Parser
from email.policy import default
from email.utils import format_datetime
from io import StringIO
from itertools import chain
from typing import Any

import pytest
from lambdas import MENTION, SECRET, TENANT, Account, an_account, an_event, fetches_of, with_messages

from earshot.adapters.clock import SystemClock
from earshot.domain.contact import Channel
from earshot.domain.heartbeat import HEART
from earshot.services.links import webhook_key
from earshot.telemetry import METRICS, NAMESPACE
from loopback import by_path, reply, serving

MAIL, PHONE, AUTHOR = "anna.alarm@acme.example", "+4915112345678", "Zacharias Zimt"
TEXT = "Acme ist schlecht, die Kaffeemaschine explodierte und niemand antwortet mir."
ITEM = f"<title>Nie wieder</title><link>http://blog.example/1</link><author>{AUTHOR}</author>"
WORDS = ("Kaffeemaschine", "explodierte", "Nie wieder", AUTHOR)
HOOK = "/hook-with-a-secret-in-its-path"
FREE_METRICS = 10
KEYS = {"level", "message", "timestamp", "service", "function_request_id", "cold_start"}

Lines = list[dict[str, Any]]


def a_feed() -> bytes:
    """A feed with one criticism, posted just now."""
    posted = f"<pubDate>{format_datetime(SystemClock().now())}</pubDate><description>{TEXT}</description>"
    return f'<rss version="2.0"><channel><title>Blog</title><item>{ITEM}{posted}</item></channel></rss>'.encode()


@dataclass
class Flow:
    """One mention on its way from a feed to people, through all five functions."""

    account: Account
    secrets: list[str] = field(default_factory=list)
    paper: StringIO = field(default_factory=StringIO)

    def run(self, name: str, *events: dict[str, Any]) -> list[Any]:
        """Calls a function with events; what it writes is kept."""
        with redirect_stdout(self.paper), redirect_stderr(self.paper):
            handle = self.account.load(name)
            return [handle(event) for event in events]

    def go(self) -> None:
        """From the tick to the API."""
        self.run("plan", an_event("scheduler"))
        self.run("collect", fetches_of(self.account.received("fetch.fifo")))
        self.run("alert", with_messages("sns_mention_stored", *self.account.events("mention.stored")))
        planned = self.account.events("delivery.planned")
        self.run("deliver", *(with_messages("sns_delivery_planned", text) for text in planned))
        self.visit()

    def visit(self) -> None:
        """A program and a person look at what came."""
        access = self.account.access()
        key = access.create_key(TENANT, "a program", "read")[1]
        session = access.redeem(access.sign_in_link(TENANT, "anna"))
        self.secrets += [key, session]
        by_key, by_cookie, by_guess = (an_event("http_get") for _ in range(3))
        by_key["headers"]["authorization"] = f"Bearer {key}"
        by_guess["headers"]["authorization"] = "Bearer ear_guessed-by-somebody"
        by_cookie |= {"rawPath": "/", "rawQueryString": "", "cookies": [f"earshot_session={session}"]}
        answers = self.run("api", by_key, by_cookie, by_guess)
        assert [each["statusCode"] for each in answers] == [200, 200, 401]

    def lines(self) -> Lines:
        return [line for line in self._written() if "_aws" not in line]

    def figures(self) -> Lines:
        return [line for line in self._written() if "_aws" in line]

    def _written(self) -> Lines:
        return [json.loads(line) for line in self.paper.getvalue().splitlines()]


@contextmanager
def flowing(account: Account, hook: bytes = b"") -> Iterator[Flow]:
    """A company that a blog complains about, with a contact for each channel; its webhook answers with `hook`."""
    pages = {
        "/feed.xml": reply(body=a_feed(), Content_Type="application/rss+xml"),
        HOOK: hook or reply(204),
    }
    with serving(by_path(pages)) as server:
        account.put_secret()
        account.setenv(loopback=f"blog.example:80={server.place},hook.example:80={server.place}")
        account.listen_to("s_blog", "http://blog.example/feed.xml", "blog.example:80")
        account.tell(email=MAIL, phone=PHONE, webhook=f"http://hook.example{HOOK}")
        yield Flow(account, secrets=[*_shared(account), HOOK])


def _shared(account: Account) -> list[str]:
    (contact,) = account.company.contacts_of(TENANT)
    key = webhook_key(SECRET.encode(), contact)
    return [SECRET, key.hex(), base64.b64encode(key).decode()]


@pytest.fixture(scope="module")
def flow() -> Flow:
    """What one flow wrote, in which everything went well."""
    with pytest.MonkeyPatch.context() as monkeypatch, an_account(monkeypatch) as account, flowing(account) as flow:
        flow.go()
        deliveries = flow.account.deliveries.all.under(f"TENANT#{TENANT}")
        assert {each.channel for each in deliveries if each.sent_at} == set(Channel)
    return flow


def of(lines: Lines, service: str) -> Lines:
    return [line for line in lines if line["service"] == service]


def test_every_line_is_json_and_says_which_function_wrote_it_in_which_run(flow: Flow) -> None:
    assert flow.lines()
    assert all(line.keys() >= KEYS for line in flow.lines())


def test_one_correlation_id_leads_from_the_tick_to_the_messages(flow: Flow) -> None:
    seen = {line["service"]: line["correlation_id"] for line in flow.lines() if line["service"] != "api"}

    assert seen.keys() == {"plan", "collect", "alert", "deliver"}
    assert len(set(seen.values())) == 1


def test_lines_name_what_they_are_about(flow: Flow) -> None:
    lines = flow.lines()

    assert {line["source_id"] for line in of(lines, "collect")} == {"s_blog"}
    assert {line["tenant_id"] for line in of(lines, "alert") + of(lines, "deliver")} == {TENANT, HEART}
    assert all(line["mention_id"].startswith("m_") for line in of(lines, "alert"))
    assert all(line["delivery_id"].startswith("d_") for line in of(lines, "deliver") if line["tenant_id"] == TENANT)


def test_a_line_says_what_its_own_message_came_to(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    account.tell()
    account.mention()
    texts = [json.dumps(_stored(id_)) for id_ in (MENTION, "m_gone")]
    account.load("alert")(with_messages("sns_mention_stored", *texts))

    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())

    assert (first["mention_id"], first["deliveries"]) == (MENTION, 1)
    assert (second["mention_id"], second["deliveries"]) == ("m_gone", 0)


def _stored(mention: str, **changes: Any) -> dict[str, Any]:
    (record,) = an_event("sns_mention_stored")["Records"]
    text: dict[str, Any] = json.loads(record["Sns"]["Message"])
    return text | {"body": {"tenant": TENANT, "mention": mention}} | changes


def test_a_failure_is_logged_with_its_traceback_and_with_what_it_was_about(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    alert = account.load("alert")

    with pytest.raises(Exception, match="versions"):
        alert(with_messages("sns_mention_stored", json.dumps(_stored(MENTION, v=99))))

    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (line["level"], line["message"], line["mention_id"]) == ("ERROR", "message failed", MENTION)
    assert "Traceback" in line["exception"]


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
@pytest.mark.parametrize("status", [204, 503])
def test_nothing_that_is_written_holds_texts_addresses_or_secrets(account: Account, level: str, status: int) -> None:
    account.monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", level)
    with flowing(account, reply(status)) as flow:
        flow.go()

    written = flow.paper.getvalue()
    links = [part[:22] for mail in account.mails() for part in _plain(mail).split("/a/")[1:]]
    assert links
    for secret in chain(WORDS, (MAIL, PHONE), flow.secrets, links):
        assert secret not in written


def _plain(mail: str) -> str:
    message = Parser(EmailMessage, policy=default).parsestr(mail)
    body = message.get_body(("plain",))
    assert body
    return str(body.get_content())


def test_what_cannot_be_read_is_not_repeated_in_the_log(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    event = an_event("sqs_fifo_two_groups")
    event["Records"] = event["Records"][1:2]
    event["Records"][0]["body"] = f'{{"text": "{TEXT}", "to": "{MAIL}"}}'

    account.load("collect")(event)

    written = capsys.readouterr().out
    assert event["Records"][0]["messageId"] in written
    assert MAIL not in written
    assert "Kaffeemaschine" not in written


def test_every_figure_is_one_of_the_listed_with_its_unit_and_the_service_as_its_only_dimension(flow: Flow) -> None:
    described = [each for line in flow.figures() for each in line["_aws"]["CloudWatchMetrics"]]

    assert described
    for each in described:
        assert (each["Namespace"], each["Dimensions"]) == (NAMESPACE, [["service"]])
        for metric in each["Metrics"]:
            assert metric["Unit"] == METRICS[metric["Name"]][0].value


def test_the_figures_say_what_happened(flow: Flow) -> None:
    (collect,) = [line for line in flow.figures() if line["service"] == "collect"]
    deliver = [line for line in flow.figures() if line["service"] == "deliver"]

    assert {
        name: collect[name] for name in ("SourcesFetched", "MentionsFound", "MentionsNew", "ClassifyFallbacks")
    } == {
        "SourcesFetched": [1.0],
        "MentionsFound": [1.0],
        "MentionsNew": [1.0],
        "ClassifyFallbacks": [0.0],
    }
    told = [line["AlertsSent"] for line in deliver if "HeartbeatAge" not in line]
    assert told == [[1.0]] * len(Channel)
    assert len(deliver) == len(told) + 1


def test_a_failed_attempt_is_counted(account: Account) -> None:
    with flowing(account, reply(503)) as flow:
        flow.go()

    assert [line["DeliveriesFailed"] for line in flow.figures() if "DeliveriesFailed" in line] == [[1.0]]


def test_all_figures_together_stay_within_what_cloudwatch_keeps_for_nothing(flow: Flow) -> None:
    kept = {
        (line["service"], metric["Name"])
        for line in flow.figures()
        for each in line["_aws"]["CloudWatchMetrics"]
        for metric in each["Metrics"]
    }

    assert len(kept) + len(METRICS.keys() - {name for _, name in kept}) <= FREE_METRICS


def test_a_run_that_finds_nothing_to_do_counts_nothing_and_does_not_complain(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.put_secret()
    gone = an_event("sqs_fifo_two_groups")
    del gone["Records"][1]

    account.load("collect")(gone)
    account.load("deliver")(an_event("sns_delivery_planned"))

    written = capsys.readouterr()
    assert {json.loads(line)["message"] for line in written.out.splitlines()} == {"delivery done"}
    assert written.err == ""
