"""Webmentions: taken for own sites only, counted, verified later, and gone when the link is."""

import contextlib
from typing import Any

import pytest

from arrival_desk import SITE, ArrivalDesk
from builders import TENANT, a_tenant
from earshot.domain.errors import Invalid, Refused, Spent
from earshot.domain.job import State
from earshot.domain.mention import Mention
from earshot.domain.watch import Noise, Role, Terms
from earshot.services.webmentions import PER_SENDER, PER_TENANT
from simulation.faults import Crash, CrashingBus, CrashingTable, Fuse
from simulation.faults import Schedule as Faults

SOURCE = "https://blog.example/artikel"
TARGET = f"https://www.{SITE}/produkt"


def linking(target: str = TARGET, text: str = "Die taugen nichts, schlecht.") -> str:
    said = f'<p class="e-content">{text} <a href="{target}">da</a></p>'
    return f'<!doctype html><html><body class="h-entry">{said}</body></html>'


@pytest.fixture
def desk() -> ArrivalDesk:
    return ArrivalDesk().set_up()


def tell(desk: ArrivalDesk, source: str = SOURCE, target: str = TARGET) -> list[Mention]:
    """Sends a webmention, and lets collect look."""
    for job in desk.arrivals.webmentions.take(source, target):
        desk.done(job)
    return desk.stored()


def test_a_page_that_links_to_us_is_a_mention_also_where_it_does_not_name_us(desk: ArrivalDesk) -> None:
    desk.holds(SOURCE, linking())

    (mention,) = tell(desk)

    assert (mention.url, mention.source_kind, mention.is_history) == (SOURCE, "webmention", False)
    assert [(match.watch_id, match.rule, match.spans) for match in mention.matches] == [
        ("w_acme", "addressed to us", ())
    ]


def test_nothing_is_fetched_before_collect_does(desk: ArrivalDesk) -> None:
    desk.arrivals.webmentions.take(SOURCE, TARGET)

    assert desk.http.requests == []
    assert [host for host, _ in desk.sent.fetches] == ["blog.example:443"]


def test_the_same_pair_again_is_an_update(desk: ArrivalDesk) -> None:
    desk.holds(SOURCE, linking())
    tell(desk)
    desk.clock.advance(minutes=5)
    desk.holds(SOURCE, linking(text="Inzwischen toll."))

    (mention,) = tell(desk)

    assert mention.edited_at == desk.clock.now()
    assert "Inzwischen toll" in mention.excerpt


@pytest.mark.parametrize(("page", "status"), [("gone", 410), ("none", 404), (linking("https://other.example/"), 200)])
def test_a_mention_vanishes_with_its_link(desk: ArrivalDesk, page: str, status: int) -> None:
    desk.holds(SOURCE, linking())
    tell(desk)
    desk.clock.advance(minutes=5)
    desk.holds(SOURCE, page, status=status)

    (mention,) = tell(desk)

    assert (mention.excerpt, mention.gone_at) == ("", desk.clock.now())


def test_a_false_webmention_deletes_nothing_that_links_elsewhere_on_our_site(desk: ArrivalDesk) -> None:
    desk.holds(SOURCE, linking())
    tell(desk)

    (mention,) = tell(desk, target=f"https://{SITE}/anderes")

    assert mention.gone_at is None


def test_a_false_webmention_deletes_nothing_that_others_have_found(desk: ArrivalDesk) -> None:
    desk.done(desk.hand_in({"url": SOURCE, "text": "Acme ist schlecht"}))
    desk.holds(SOURCE, "<html><body>kein Link</body></html>")

    (mention,) = tell(desk)

    assert (mention.gone_at, mention.source_kind) == (None, "push")


def test_a_page_that_does_not_link_here_is_none(desk: ArrivalDesk) -> None:
    desk.holds(SOURCE, linking("https://other.example/"))

    assert tell(desk) == []


def test_what_a_page_refuses_is_told_in_the_job(desk: ArrivalDesk) -> None:
    desk.http.answers[SOURCE] = Refused("status 403", 403)
    (job,) = desk.arrivals.webmentions.take(SOURCE, TARGET)

    answer = desk.done(job).parts[0].answer

    assert answer is not None
    assert answer.problem == "status 403"


@pytest.mark.parametrize(
    ("source", "target", "field"),
    [
        (SOURCE, "https://other.example/", "target"),
        (SOURCE, f"https://not{SITE}/", "target"),
        (SOURCE, "", "target"),
        ("javascript:alert(1)", TARGET, "source"),
        ("http://127.0.0.1/x", TARGET, "source"),
        ("https://blog.example/" + "a" * 5000, TARGET, "source"),
        (TARGET, TARGET, "source"),
    ],
)
def test_what_cannot_be_one_is_refused_by_name(desk: ArrivalDesk, source: str, target: str, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        desk.arrivals.webmentions.take(source, target)

    assert caught.value.field == field
    assert desk.sent.fetches == []


def test_own_sites_are_those_of_accounts_and_of_words_of_own_watches(desk: ArrivalDesk) -> None:
    desk.set_up(accounts=("@acme", "Acme GmbH", "mail@acme.example", "https://shop.example/x"))
    desk.watch("word", terms=Terms(any=("acme-word.example", "Acme")))
    desk.watch("rival", terms=Terms(any=("rival.example",)), role=Role.COMPETITOR)

    def owner(site: str) -> str:
        try:
            return desk.arrivals.webmentions.take(SOURCE, f"https://{site}/")[0].tenant
        except Invalid:
            return ""

    sites = ("shop.example", "a.shop.example", "acme-word.example", SITE, "rival.example")
    assert [owner(site) for site in sites] == [TENANT, TENANT, TENANT, "", ""]


def test_a_new_site_counts_within_five_minutes(desk: ArrivalDesk) -> None:
    with pytest.raises(Invalid):
        desk.arrivals.webmentions.take(SOURCE, "https://shop.example/")
    desk.set_up(accounts=("shop.example",))
    desk.clock.advance(minutes=6)

    assert len(desk.arrivals.webmentions.take(SOURCE, "https://shop.example/")) == 1


def test_each_tenant_of_a_site_is_told(desk: ArrivalDesk) -> None:
    desk.company.tenants.become(a_tenant(id="t_other", noise=Noise(accounts=(SITE,))))

    jobs = desk.arrivals.webmentions.take(SOURCE, TARGET)

    assert {job.tenant for job in jobs} == {TENANT, "t_other"}


def test_one_sender_cannot_use_up_what_a_company_takes(desk: ArrivalDesk) -> None:
    for number in range(PER_SENDER):
        desk.arrivals.webmentions.take(f"{SOURCE}/{number}", TARGET)
    with pytest.raises(Spent):
        desk.arrivals.webmentions.take(f"{SOURCE}/x", TARGET)

    assert desk.arrivals.webmentions.take("https://another.example/", TARGET)


def test_a_company_takes_so_many_an_hour(desk: ArrivalDesk) -> None:
    for number in range(PER_TENANT):
        desk.arrivals.webmentions.take(f"https://blog{number}.example/", TARGET)
    with pytest.raises(Spent):
        desk.arrivals.webmentions.take("https://another.example/", TARGET)
    desk.clock.advance(hours=1)

    assert desk.arrivals.webmentions.take("https://another.example/", TARGET)


def test_noise_and_a_company_without_a_watch_of_its_own_get_none(desk: ArrivalDesk) -> None:
    desk.holds(SOURCE, linking())
    desk.set_up(sites=("blog.example",))
    noise = tell(desk)
    desk.set_up()
    desk.watch(role=Role.COMPETITOR)
    desk.clock.advance(minutes=6)

    assert (noise, tell(desk)) == ([], [])


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", range(1, 26))
def test_wherever_it_dies_the_next_webmention_makes_it_good(step: int, when: Any) -> None:
    desk = ArrivalDesk().set_up()
    desk.holds(SOURCE, linking())
    fuse = Fuse(Faults(crashes=((step, when),)))
    dying = ArrivalDesk(CrashingTable(desk.table, fuse), CrashingBus(desk.sent, fuse), http=desk.http)
    with contextlib.suppress(Crash):
        dying.arrivals.webmentions.take(SOURCE, TARGET)
        reader = dying.taking.of(desk.sent.fetches[0][1])
        if source := reader.source("page"):
            reader.take(source, reader.ask(source), correlation_id="c")

    desk.clock.advance(minutes=3)
    (job,) = desk.arrivals.webmentions.take(SOURCE, TARGET)

    assert desk.done(job).state(desk.clock.now()) is State.DONE
    assert len(desk.stored()) == 1
