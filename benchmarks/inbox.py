"""How the inbox grows with what is stored: the first page, some rows far down, and the page that a person opens."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

from benchmarks.folders import a_full_inbox, in_sizes
from benchmarks.scale import Scale
from benchmarks.timing import Row, in_turn
from builders import TENANT
from earshot.bootstrap.local import Local
from earshot.domain.mention import Status
from earshot.services.listing import Filters
from earshot.store.codec import newest_first
from earshot.store.mentions import Mentions
from earshot.web.routes import Handle, build_app
from fakes import NOW
from web_builders import an_event

AREA = "inbox"
FIRST, FAR, HTML = "first page of 50", "5 rows, nine tenths down", "the page at /"


def measure(scale: Scale) -> list[Row]:
    """Three lines for each number of stored mentions."""
    with in_sizes(a_full_inbox, scale.mentions) as posts:
        looks = {
            FIRST: {mentions: _first(post) for mentions, post in posts.items()},
            FAR: {mentions: _far(post, mentions) for mentions, post in posts.items()},
            HTML: {mentions: _html(post) for mentions, post in posts.items()},
        }
        return [row for what, actions in looks.items() for row in _rows(what, actions, scale)]


def _rows(what: str, by_size: Mapping[int, Callable[[], object]], scale: Scale) -> list[Row]:
    actions = {f"{what}, {mentions:,} mentions": action for mentions, action in by_size.items()}
    turns = in_turn(actions, tries=scale.tries)
    return [turns.row(AREA, name, next(iter(actions))) for name in actions]


def _first(local: Local) -> Callable[[], object]:
    return partial(local.parts().inbox.list, TENANT, Filters(), limit=50)


def _far(local: Local, mentions: int) -> Callable[[], object]:
    listed = newest_first(NOW - timedelta(minutes=mentions * 9 // 10))
    after = (listed, f"TENANT#{TENANT}", "")
    return partial(Mentions(local.table).page, TENANT, Status.DONE, after=after, limit=5)


def _html(local: Local) -> Callable[[], object]:
    handle: Handle = build_app(local.parts())
    session = local.access.redeem(local.access.sign_in_link(TENANT, "anna"))
    event = an_event("GET", "/", session=session)

    def show() -> None:
        answer = handle(event, None)
        assert answer["statusCode"] == 200, answer  # noqa: S101 - a page that is refused would be fast

    return show
