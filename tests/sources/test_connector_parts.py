"""What connectors share: reading JSON without trust, making items, searching, and threads out of parents."""

from datetime import UTC, datetime, timedelta

import pytest
from source_builders import NOW

from earshot.domain.errors import Invalid, Malformed
from earshot.domain.item import Author, Item
from earshot.domain.place import Search
from earshot.domain.source import Source
from earshot.domain.thread import MAX_HOPS, MAX_REPLIES
from earshot.sources import json_body
from earshot.sources.posts import MAX_ITEMS, Post, item_of, items_of
from earshot.sources.searches import (
    automatic,
    is_automatic,
    packed,
    query_of,
    quoted,
    scope_of,
    search_locator,
)
from earshot.sources.threads import thread_in


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_named_with_its_place(body: bytes) -> None:
    with pytest.raises(Malformed, match="Acme answered"):
        json_body.read_json(body, "Acme")


@pytest.mark.parametrize("body", [b"[]", b"7", b"null"])
def test_an_object_is_asked_for(body: bytes) -> None:
    with pytest.raises(Malformed, match="no JSON object"):
        json_body.read_object(body, "Acme")


def test_wrong_types_count_as_missing() -> None:
    node = {"a": {"b": "text", "n": 7, "f": 1.5, "yes": True, "l": [{"x": 1}, 2]}, "s": "plain"}

    assert json_body.text(node, "a", "b") == "text"
    assert json_body.text(node, "a", "n") == json_body.text(node, "s", "b") == ""
    assert json_body.name(node, "a", "n") == "7"
    assert json_body.name({"i": "a b"}, "i") == json_body.name({"i": True}, "i") == ""
    assert json_body.count(node, "a", "n") == 7
    assert json_body.count(node, "a", "yes") is json_body.count({"n": 10**16}, "n") is None
    assert json_body.number(node, "a", "f") == 1.5
    assert json_body.number({"n": float("nan")}, "n") is json_body.number(node, "a", "yes") is None
    assert json_body.is_true(node, "a", "yes")
    assert not json_body.is_true(node, "a", "n")
    assert json_body.children(node, "a", "l") == ({"x": 1},)
    assert json_body.children(node, "s") == ()
    assert json_body.child(node, "s", "b") == {}


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-11-24T12:00:00Z", NOW),
        ("2026-11-24T13:00:00+01:00", NOW),
        ("2026-11-24T12:00:00", NOW),
        (int(NOW.timestamp()), NOW),
        (10**14, None),
        ("yesterday", None),
        (None, None),
        ([], None),
    ],
)
def test_times_come_as_text_or_seconds(written: object, at: datetime | None) -> None:
    assert json_body.moment({"t": written}, "t") == at


def test_a_post_becomes_a_bounded_item() -> None:
    post = Post(
        native_id="7",
        url="javascript:alert(1)",
        title="<b>Toll</b>",
        text="<p>Danke&amp;Gruß</p>" + "x" * 9000,
        is_html=True,
        published_at=datetime(2099, 1, 1, tzinfo=UTC),
        author=Author(name="n" * 900, url="ftp://x.example", followers=-3),
        rating=9.0,
        language="de-DE",
    )

    item = item_of(post, "acme", NOW)

    assert item is not None
    assert (item.identity, item.url, item.title, item.author.url) == ("acme:7", "", "Toll", "")
    assert item.text.startswith("Danke&Gruß")
    assert len(item.text) == 4000
    assert (item.published_at, item.published_kind) == (None, "seen")
    assert (len(item.author.name), item.author.followers, item.rating) == (200, None, None)
    assert (item.language, item.root_id) == ("de-DE", "7")


def test_posts_without_words_or_id_are_counted_and_equal_ones_come_once() -> None:
    posts = [
        Post(native_id="1", text="a"),
        Post(native_id="1", text="b"),
        Post(native_id="", text="x"),
        Post(native_id="2"),
    ]

    items, skipped = items_of(posts, "acme", NOW)

    assert [item.text for item in items] == ["b"]
    assert skipped == 2


def test_of_very_many_items_the_newest_are_kept() -> None:
    posts = [
        Post(native_id=str(n), text=f"no {n}", published_at=NOW - timedelta(minutes=n)) for n in range(MAX_ITEMS + 100)
    ]

    items, skipped = items_of([*posts, Post(native_id="")], "acme", NOW)
    whole, _ = items_of(posts, "acme", NOW, most=None)

    assert (len(items), items[-1].native_id, items[0].native_id, skipped) == (MAX_ITEMS, "0", str(MAX_ITEMS - 1), 101)
    assert len(whole) == MAX_ITEMS + 100


def test_a_search_is_typed_or_follows_the_watches() -> None:
    assert search_locator(" acme  rückruf ", ("de", "en")) == "de?acme rückruf"
    assert search_locator("EN?acme?", ("de", "en")) == "en?acme?"
    assert search_locator("c#1", ("de", "en")) == "de?c#1"
    assert search_locator("what? now", ("de", "en")) == "de?what? now"
    assert search_locator(automatic("en", 3), ("de", "en")) == "en#3"
    assert search_locator("chaos.social?acme", ("mastodon.social",), is_free=True) == "chaos.social?acme"
    assert scope_of("en#3") == scope_of("en?acme") == "en"
    assert is_automatic("en#3")
    assert not is_automatic("en?acme #3 x")


@pytest.mark.parametrize("text", ["", "de?", "a" * 500, "de?a\x07"])
def test_a_search_that_cannot_be_says_why(text: str) -> None:
    with pytest.raises(Invalid) as told:
        search_locator(text, ("de", "en"))

    assert told.value.field == "url"


def test_a_search_that_follows_the_watches_asks_for_their_words() -> None:
    def search(locator: str, *words: str) -> Source:
        return Source(id="s_1", kind="acme", locator=locator, words=words, created_at=NOW)

    assert (
        query_of(search("de#1", "Acme", "Acme GmbH", "@acme", 'say "hi"')) == 'Acme OR "Acme GmbH" OR @acme OR "say hi"'
    )
    assert query_of(search("de#1")) == ""
    assert query_of(search("de?acme rückruf", "ignored")) == "acme rückruf"
    assert quoted("#acme") == "#acme"


def test_phrases_are_packed_in_order_and_within_the_query() -> None:
    words = ["aa", "b b", "cc", "x" * 50, "dd"]

    assert packed(words, Search(max_chars=15, max_words=9)) == {1: ("aa", "b b"), 2: ("cc", "dd")}
    assert packed(words, Search(max_chars=40, max_words=2)) == {1: ("aa", "b b"), 2: ("cc", "dd")}
    assert packed([], Search(max_chars=40, max_words=2)) == {}
    for pack in packed([f"wort {n}" for n in range(50)], Search(max_chars=60, max_words=50)).values():
        assert len(" OR ".join(map(quoted, pack))) <= 60


def test_a_phrase_stays_in_its_query_and_a_new_one_goes_where_there_is_room() -> None:
    two = Search(max_chars=40, max_words=2)
    before = {1: ("a", "b"), 2: ("c", "d"), 4: ("e",)}

    assert packed(["e", "d", "c", "B", "new"], two, before) == {1: ("b", "new"), 2: ("c", "d"), 4: ("e",)}
    assert packed(["c", "d", "new"], two, before) == {2: ("c", "d"), 3: ("new",)}
    assert packed(["a", "b", "c"], Search(max_chars=40, max_words=1), {1: ("a", "b", "c")}) == {
        1: ("a",),
        2: ("b",),
        3: ("c",),
    }


def an_item(id_: str, parent: str = "", minute: int = 0) -> Item:
    at = NOW + timedelta(minutes=minute)
    return Item(identity=f"a:{id_}", native_id=id_, source_kind="a", text=id_, parent_id=parent, published_at=at)


def test_a_thread_has_everything_above_and_below() -> None:
    items = [
        an_item("r"),
        an_item("a", "r"),
        an_item("b", "a", 3),
        an_item("c", "b", 2),
        an_item("d", "a"),
        an_item("e", "c", 1),
    ]

    thread = thread_in(items, "a")
    deep = thread_in(items, "c")

    assert [item.native_id for item in thread.ancestors] == ["r"]
    assert [item.native_id for item in thread.replies] == ["d", "e", "c", "b"]
    assert [item.native_id for item in deep.ancestors] == ["r", "a", "b"]
    assert not thread.is_cut


def test_a_thread_is_cut_where_something_is_missing_circular_or_too_long() -> None:
    chain = [an_item("0")] + [an_item(str(n), str(n - 1)) for n in range(1, MAX_HOPS + 5)]

    assert thread_in([an_item("b", "a")], "b").is_cut
    assert thread_in([], "b").is_cut
    assert thread_in([an_item("a", "b"), an_item("b", "a")], "a").is_cut
    assert thread_in(chain, str(MAX_HOPS)).is_cut is False
    cut = thread_in(chain, str(MAX_HOPS + 1))
    assert (cut.is_cut, len(cut.ancestors), cut.ancestors[-1].native_id) == (True, MAX_HOPS, str(MAX_HOPS))


def test_of_very_many_replies_the_first_and_the_last_are_kept() -> None:
    items = [an_item("r"), *(an_item(f"{n:04}", "r", n) for n in range(MAX_REPLIES + 10))]

    thread = thread_in(items, "r")

    assert (len(thread.replies), thread.is_cut) == (MAX_REPLIES, True)
    assert (thread.replies[0].native_id, thread.replies[-1].native_id) == ("0000", f"{MAX_REPLIES + 9:04}")
