"""How sources are doing, in words, on the page of sources and for programs."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from builders import TENANT, a_watch
from earshot.domain.source import Schedule, Source, Subscription, source_id
from earshot.store import keys
from fakes import NOW
from web_builders import Outline, Server

FEED = "https://blog.example/feed"
AGO = NOW - timedelta(minutes=20)


@pytest.fixture
def server() -> Server:
    return Server()


def put(server: Server, number: int = 0, *, kind: str = "feed", **state: Any) -> str:
    """A source of the tenant, with what is said of its subscription and schedule under those names."""
    listens, due = state.pop("subscription", {}), state.pop("schedule", {})
    locator = f"{FEED}/{number}"
    id_ = source_id(kind, locator)
    given = {"name": f"Blog {number}", "first_fetched_at": NOW, **state}
    source = Source(id=id_, kind=kind, locator=locator, created_at=NOW, **given)
    subscription = Subscription(tenant=TENANT, source_id=id_, started_at=NOW, **listens)
    schedule = Schedule(source_id=id_, kind=kind, host="blog.example:443", interval_s=900, due_at=NOW, **due)
    server.listening.sources.become(source)
    server.listening.schedules.become(schedule)
    server.listening.hear(subscription)
    server.listening.want(subscription)
    return id_


def told(server: Server, language: str = "de") -> str:
    return Outline(server.call("GET", f"/sources?lang={language}", session=server.signed_in()).text).text


@pytest.mark.parametrize(
    ("state", "german", "english"),
    [
        ({"schedule": {"asked_at": AGO}}, "Zuletzt nachgesehen vor 20 min.", "Last look 20 min ago."),
        ({"schedule": {"real_s": 1020}}, "im Abstand von etwa 17 min", "Heard about every 17 min."),
        ({}, "im Abstand von 15 min vorgesehen", "To be heard about every 15 min."),
        ({"schedule": {"waiting_since": AGO}}, "Wartet auf ein freies Kontingent", "Waits for room in a quota"),
        (
            {"subscription": {"automatic": True}},
            "Folgt von selbst den Suchbegriffen.",
            "Follows the watches by itself.",
        ),
        ({"words": ("Acme", "Acme AG")}, "Gefragt wird nach „Acme“, „Acme AG“.", "Asks for “Acme”, “Acme AG”."),
        ({"words": tuple(map(str, range(15)))}, "„11“ und 3 weiteren.", "“11” and 3 more."),
        ({"subscription": {"companion_of": "s_2"}}, "mit einer anderen Quelle", "with another source"),
        ({"subscription": {"watches": ("w_lost",)}}, "Hört nur für „w_lost“.", "Listens for “w_lost” only."),
        ({"moved_to": "https://new.example/"}, "Ist umgezogen nach https://new.example/.", "Has moved to"),
        ({"problem": "unreachable", "problem_detail": "no name"}, "Im Wortlaut: no name", "Word for word: no name"),
        (
            {"problem": "refused", "problem_detail": "answered with 403 (forbidden)"},
            "von unserer Netzadresse aus nicht lesen",
            "from our network address",
        ),
        ({"problem": "refused", "problem_detail": "answered with 404 (not found)"}, "(404)", "(404)"),
        (
            {"problem": "refused", "problem_detail": "set a new one: earshot credential set feed"},
            "Neue eintragen: earshot credential set feed",
            "Set a new one: earshot credential set feed",
        ),
        (
            {"problem": "unreachable", "failures": 12, "problem_at": NOW - timedelta(days=20)},
            "nur noch einmal in der Woche",
            "once a week only",
        ),
        ({"off_at": NOW}, "Aufgegeben, weil", "Given up, since"),
    ],
)
def test_a_source_says_how_it_is_and_what_to_do(
    server: Server, state: dict[str, Any], german: str, english: str
) -> None:
    put(server, **state)

    assert german in told(server)
    assert english in told(server, "en")


def test_a_paused_source_has_no_times_and_nothing_to_do(server: Server) -> None:
    put(server, subscription={"paused": True}, problem="gone", schedule={"real_s": 1020, "asked_at": AGO})

    page = told(server)

    assert "Pausiert" in page
    assert "Alle antworten." in page
    assert "im Abstand" not in page


def test_a_source_without_a_schedule_is_shown_without_times(server: Server) -> None:
    id_ = put(server)
    server.table.delete(keys.of_source(id_, "schedule"))

    page = told(server)
    (source,) = server.call("GET", "/v1/sources", key=server.key()).json["sources"]

    assert "im Abstand" not in page
    assert (source["condition"], source["last_asked_at"], source["waiting_since"]) == ("fine", None, None)


def test_a_watch_is_called_by_its_name(server: Server) -> None:
    server.company.watches.become(a_watch("acme"))
    name = server.parts.watching.all(TENANT)[0].name
    put(server, subscription={"watches": (server.parts.watching.all(TENANT)[0].id,)})

    assert f"Hört nur für „{name}“." in told(server)


def test_three_hundred_sources_stay_readable(server: Server) -> None:
    for number in range(298):
        put(server, number)
    put(server, 298, kind="mastodon")
    put(server, 299, problem="gone")

    text = server.call("GET", "/sources", session=server.signed_in()).text
    page = Outline(text).text

    assert page.index("Hier ist etwas zu tun") < page.index("Blog 299") < page.index("Hier läuft es")
    assert page.index("Feed: 298") < page.index("Mastodon: 1")
    assert '<details class="kinds">' in text
    assert '<details class="kinds" open>' not in text
    assert len(text) < 1_000_000


def test_a_few_sources_are_not_folded_away(server: Server) -> None:
    put(server)

    assert '<details class="kinds" open>' in server.call("GET", "/sources", session=server.signed_in()).text


def test_programs_read_the_condition_and_what_to_do(server: Server) -> None:
    put(server, words=("Acme",), schedule={"asked_at": AGO, "waiting_since": AGO})
    put(server, 1, problem="credential", schedule={"real_s": 1020})

    sources = server.call("GET", "/v1/sources", key=server.key()).json["sources"]
    by_condition = {each["condition"]: each for each in sources}

    assert by_condition["credential"]["advice"] == "Needs a credential first: earshot credential set feed"
    waiting = by_condition["quota"]
    assert (waiting["advice"], waiting["words"]) == ("", ["Acme"])
    assert waiting["last_asked_at"] == waiting["waiting_since"] == "2026-11-24T11:40:00Z"
    assert server.call("GET", f"/v1/sources/{waiting['id']}", key=server.key()).json == waiting


def test_hostile_words_of_a_place_stay_words(server: Server) -> None:
    put(server, problem="other", problem_detail="<script>alert(1)</script>\u202e", name="<b>x</b>", words=("<i>",))

    text = server.call("GET", "/sources", session=server.signed_in()).text

    assert "<script>alert" not in text
    assert "<i>" not in text
    assert "\u202e" not in text


def test_the_state_of_one_source_may_change_between_two_looks(server: Server) -> None:
    id_ = put(server)
    source = server.listening.source(id_)
    assert source is not None

    server.listening.sources.save(replace(source, problem="gone"))

    assert "Diese Adresse gibt es nicht mehr" in told(server)
