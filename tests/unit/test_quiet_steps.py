"""A poll of several steps that brings nothing new writes nothing, and one that does loses nothing."""

from test_budgets import MeteredPost

from builders import SOURCE, a_page, an_item
from earshot.domain.errors import Unreachable
from earshot.domain.source import Source
from earshot.store.listening import Listening


class Steps(MeteredPost):
    """A source of two lists, asked in turns: its cursor ends where it began."""

    def __init__(self) -> None:
        super().__init__()
        quiet = an_item("9", text="nothing of interest")
        self.connector.pages = {
            "posts": a_page(quiet, cursor="comments", more=True, entries_hash=""),
            "news": a_page(an_item("1"), cursor="comments", more=True, entries_hash=""),
            "comments": a_page(quiet, cursor="posts", entries_hash=""),
        }
        self.read("posts")
        self.read("comments")

    @property
    def stored(self) -> Source:
        found = Listening(self.table).source(SOURCE)
        assert found is not None
        return found


def test_a_quiet_poll_of_two_steps_writes_nothing() -> None:
    post = Steps()

    with post.meter.fresh() as meter:
        post.read("posts")
        between = post.fetcher.source(SOURCE)
        post.read("comments")

    assert between is not None
    assert between.cursor == "comments"
    assert post.stored.cursor == "posts"
    assert meter.bills == []


def test_a_step_that_brings_news_is_stored_before_the_next_one() -> None:
    post = Steps()

    post.read("news")

    assert post.stored.cursor == "comments"


def test_who_dies_between_two_quiet_steps_begins_again() -> None:
    post = Steps()

    post.read("posts")

    assert post.stored.cursor == "posts"


def test_steps_that_are_put_back_go_on_where_they_were() -> None:
    post = Steps()

    post.read("posts")
    post.fetcher.put_back(SOURCE)

    assert post.stored.cursor == "comments"


def test_an_error_between_two_steps_keeps_how_far_they_came() -> None:
    post = Steps()
    post.read("posts")
    source = post.fetcher.source(SOURCE)
    assert source is not None

    post.fetcher.take(source, Unreachable("did not answer in time"), correlation_id="c")

    assert (post.stored.cursor, post.stored.problem) == ("comments", "unreachable")
