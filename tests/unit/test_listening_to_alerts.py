"""A Google Alert is known by its address, belongs to one tenant, and takes on more watches without losing any."""

import pytest

from builders import TENANT, a_response, a_tenant, a_watch
from earshot.adapters.memory import DictTable
from earshot.domain.errors import Invalid
from earshot.services.applying import Applier, read_configuration
from earshot.services.inputs import SourceInput
from earshot.services.previewing import preview
from earshot.services.sourcing import Sourcing
from earshot.services.watching import Watching
from earshot.sources.registry import CONNECTORS
from earshot.store.company import Company
from fakes import NOW, CannedHttp, FixedClock

FEED = "https://www.google.com/alerts/feeds/0123/4567"
EMPTY = '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Google Alert – Acme</title></feed>'


class Desk:
    """Sources of every real kind over a table in memory, and two watches."""

    def __init__(self) -> None:
        self.table = DictTable()
        self.clock = FixedClock()
        self.sourcing = Sourcing(self.table, CONNECTORS, lambda _: None, self.clock)
        self.company = Company(self.table)
        self.company.tenants.become(a_tenant())
        for name in ("acme", "bolt"):
            self.company.watches.add(a_watch(name))

    def join(self, watch: str) -> tuple[str, ...]:
        """The watches that listen to the alert once this one does."""
        given = SourceInput(kind="google_alerts", url=FEED, watches=[watch])
        return self.sourcing.join(TENANT, given).subscription.watches


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("kind", ["feed", "google_alerts"])
def test_an_alert_given_as_a_feed_is_the_same_source(desk: Desk, kind: str) -> None:
    listened, _ = desk.sourcing.add(TENANT, SourceInput(kind=kind, url="google.de/alerts/feeds/0123/4567/"))

    assert (listened.source.kind, listened.source.locator) == ("google_alerts", FEED)
    assert listened.schedule is not None
    assert (listened.schedule.kind, listened.schedule.host) == ("google_alerts", "www.google.com:443")
    assert [each.source.id for each in desk.sourcing.all(TENANT)] == [listened.source.id]


def test_the_page_of_google_alerts_is_no_feed_to_listen_to(desk: Desk) -> None:
    with pytest.raises(Invalid, match="Deliver to: RSS feed"):
        desk.sourcing.add(TENANT, SourceInput(url="https://www.google.com/alerts"))


def test_two_tenants_never_share_an_alert(desk: Desk) -> None:
    ids = {desk.sourcing.add(tenant, SourceInput(url=FEED))[0].source.id for tenant in (TENANT, "t_other")}

    assert len(ids) == 2


def test_an_alert_in_the_file_is_applied_once(desk: Desk) -> None:
    applier = Applier(desk.table, Watching(desk.table, desk.clock), desk.sourcing, desk.clock)
    given = read_configuration(f'[[source]]\nkind = "feed"\nurl = "{FEED}"\n')

    first, second = applier.apply(TENANT, given), applier.apply(TENANT, given)

    assert (first.sources, second.sources) == (1, 0)


def test_a_preview_of_an_alert_reads_it_as_one(desk: Desk) -> None:
    http = CannedHttp({FEED: a_response(EMPTY)})

    assert preview(http, desk.sourcing, "feed", FEED, NOW).title == "Google Alert – Acme"


def test_a_second_watch_joins_the_first(desk: Desk) -> None:
    assert desk.join("w_acme") == ("w_acme",)
    assert desk.join("w_bolt") == ("w_acme", "w_bolt")
    assert desk.join("w_bolt") == ("w_acme", "w_bolt")


def test_where_all_watches_listen_one_more_changes_nothing(desk: Desk) -> None:
    desk.sourcing.add(TENANT, SourceInput(url=FEED, name="Our alert"))

    assert desk.join("w_acme") == ()
    assert desk.sourcing.all(TENANT)[0].source.name == "Our alert"


def test_a_watch_that_is_gone_does_not_stand_in_the_way(desk: Desk) -> None:
    desk.join("w_acme")
    Watching(desk.table, desk.clock).remove(TENANT, "w_acme")

    assert desk.join("w_bolt") == ("w_bolt",)


def test_only_a_watch_that_is_there_can_join(desk: Desk) -> None:
    with pytest.raises(Invalid, match="there is no watch"):
        desk.join("w_nobody")
