"""Robots.txt is asked for once a day, binds by host, and cannot be made to cost much."""

import time
from dataclasses import dataclass, field

import pytest

from builders import a_response
from earshot.adapters.memory import DictTable
from earshot.domain.errors import Disallowed, FetchError, Gone, Refused, Throttled, Unreachable
from earshot.services.robots import MAX_DELAY_S, MOST_HOSTS, Robots
from earshot.store.robots import MAX_TEXT
from fakes import CannedHttp, FixedClock

PAGE = "https://shop.example/press/"
FILE = "https://shop.example/robots.txt"


@dataclass
class Desk:
    """Robots files at hosts, and how often they were asked for."""

    table: DictTable = field(default_factory=DictTable)
    clock: FixedClock = field(default_factory=FixedClock)
    http: CannedHttp = field(default_factory=CannedHttp)
    pauses: int = 0

    def __post_init__(self) -> None:
        self.robots = self.new()

    def new(self) -> Robots:
        """What another process has."""
        return Robots(self.table, self.http, self.clock)

    def says(self, text: str | FetchError) -> None:
        self.http.answers[FILE] = text if isinstance(text, FetchError) else a_response(text)

    def may(self, url: str = PAGE, robots: Robots | None = None) -> bool:
        try:
            (robots or self.robots).check(url, self.pause)
        except Disallowed:
            return False
        return True

    def pause(self) -> None:
        self.pauses += 1


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /press", False),
        ("User-agent: *\nDisallow: /jobs", True),
        ("User-agent: *\nDisallow: /*ess/$", False),
        ("User-agent: *\nDisallow: /\nAllow: /press", True),
        ("User-agent: Otherbot\nDisallow: /", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: earshot\nAllow: /", True),
        ("User-agent: *\nAllow: /\n\nuser-agent : EARSHOT/1.0\nDisallow: /", False),
        ("User-agent: Otherbot\nUser-agent: Earshot\nDisallow: / # all", False),
        ("\ufeffUser-agent: *\nDisallow: /", False),
        ("<html>not found</html>", True),
    ],
)
def test_what_a_file_says_is_heeded(desk: Desk, text: str, may: bool) -> None:
    desk.says(text)

    assert desk.may() is may


def test_the_refusal_names_the_host(desk: Desk) -> None:
    desk.says("User-agent: *\nDisallow: /")

    with pytest.raises(Disallowed, match=r"robots\.txt of shop\.example does not let programs read this page"):
        desk.robots.check(PAGE, desk.pause)


def test_a_file_is_asked_for_once_a_day_by_all_processes_with_a_pause_behind(desk: Desk) -> None:
    desk.says("User-agent: *\nDisallow: /jobs")
    desk.may()
    desk.may("https://shop.example/jobs/1")
    desk.may(robots=desk.new())
    before = len(desk.http.requests)

    desk.clock.advance(hours=24)
    desk.may()

    assert (before, len(desk.http.requests), desk.pauses) == (1, 2, 2)
    assert desk.http.requests[0].max_bytes == 512_000


@pytest.mark.parametrize("error", [Refused("answered with 404", 404), Refused("answered with 403", 403), Gone()])
def test_where_there_is_no_file_everything_may_be_read(desk: Desk, error: FetchError) -> None:
    desk.says(error)

    assert desk.may()


@pytest.mark.parametrize("error", [Unreachable(), Throttled(), Refused("larger than 500 KB")])
def test_where_the_file_cannot_be_read_nothing_is_for_an_hour(desk: Desk, error: FetchError) -> None:
    desk.says(error)
    for robots in (desk.robots, desk.robots, desk.new()):
        with pytest.raises(Unreachable, match=r"robots\.txt of shop\.example cannot be read"):
            robots.check(PAGE, desk.pause)
    before = len(desk.http.requests)

    desk.clock.advance(hours=1)
    desk.says("")

    assert (before, desk.may()) == (1, True)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 30", 30.0),
        ("User-agent: *\nCrawl-delay: 1e9", MAX_DELAY_S),
        ("User-agent: *\nCrawl-delay: soon", 0.0),
        ("User-agent: Otherbot\nCrawl-delay: 30", 0.0),
        (Refused("answered with 404", 404), 0.0),
    ],
)
def test_the_delay_a_host_asks_for_is_told(desk: Desk, text: str | FetchError, seconds: float) -> None:
    desk.says(text)
    desk.may()

    assert desk.robots.delay_s(PAGE) == seconds
    assert desk.robots.delay_s("https://other.example/") == 0.0


def test_a_file_too_long_for_a_row_stays_in_the_process(desk: Desk) -> None:
    desk.says("User-agent: *\nDisallow: /jobs\n" + "Disallow: /x\n" * MAX_TEXT)

    results = [desk.may(), desk.may(), desk.may(robots=desk.new())]

    assert (results, len(desk.http.requests)) == ([True, True, True], 2)


def test_thousands_of_names_with_thousands_of_rules_cost_no_more_than_one(desk: Desk) -> None:
    names = "".join(f"User-agent: a{n}\n" for n in range(14_000))
    desk.says(names + "".join(f"Disallow: /{n}\n" for n in range(14_000)) + "Disallow: /press")
    began = time.process_time()

    assert desk.may()
    assert time.process_time() - began < 5


def test_a_process_remembers_some_hundred_hosts_only(desk: Desk) -> None:
    for number in range(MOST_HOSTS + 1):
        desk.http.answers[f"https://h{number}.example/robots.txt"] = a_response("User-agent: *\nCrawl-delay: 3")
        desk.may(f"https://h{number}.example/")

    assert desk.robots.delay_s("https://h0.example/") == 0.0
    assert desk.robots.delay_s(f"https://h{MOST_HOSTS}.example/") == 3.0


def test_a_delay_does_not_outlive_the_file_it_stood_in(desk: Desk) -> None:
    desk.says("User-agent: *\nCrawl-delay: 30")
    desk.may()
    desk.clock.advance(hours=25)
    desk.says("")
    desk.may()

    assert desk.robots.delay_s(PAGE) == 0.0
