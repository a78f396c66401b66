"""Facebook: one's own page, its two lists, comments below posts, and what Meta says instead."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from source_builders import a_response, a_source

from earshot.domain.errors import FetchError, Invalid, Malformed, Refused, Throttled, Unreachable
from earshot.domain.item import Author, Engagement, Item
from earshot.domain.source import Fetched, Source
from earshot.sources.registry import CONNECTORS

FACEBOOK = CONNECTORS["facebook"]
PAGE = "1000001"


def a_post(story: int = 700, **fields: object) -> dict[str, object]:
    return {
        "id": f"{PAGE}_{story}",
        "message": "Wer kennt Acme?",
        "created_time": "2026-11-20T08:00:00+0100",
        "permalink_url": f"https://www.facebook.com/{PAGE}/posts/{story}",
        "from": {"id": "42", "name": "Ben Roth"},
        "shares": {"count": 2},
        "reactions": {"data": [], "summary": {"total_count": 5}},
        **fields,
    }


def a_comment(id_: str = "700_801", **fields: object) -> dict[str, object]:
    return {
        "id": id_,
        "message": "Ich, sehr gut!",
        "created_time": "2026-11-21T08:00:00+0000",
        "permalink_url": f"https://www.facebook.com/{PAGE}/posts/700/?comment_id={id_.partition('_')[2]}",
        "from": {"id": "43", "name": "Eva Lind"},
        "like_count": 1,
        "comment_count": 0,
        **fields,
    }


def a_list(*nodes: object, after: str = "") -> str:
    next_ = f"https://graph.facebook.com/v26.0/x/feed?access_token=s3cret&limit=25&after={after}"
    paging = {"cursors": {"before": "b", "after": after}, "next": next_} if after else {}
    return json.dumps({"data": list(nodes), "paging": paging})


def an_error(code: object) -> str:
    return json.dumps({"error": {"message": "token s3cret", "type": "OAuthException", "code": code}})


def the_source(cursor: str = "") -> Source:
    return replace(a_source("facebook", cursor=cursor), locator=PAGE)


def parse(body: str, cursor: str = "", status: int = 200) -> Fetched:
    return FACEBOOK.parse(a_response(body, status=status), the_source(cursor))


def asked(cursor: str) -> tuple[str, dict[str, list[str]]]:
    split = urlsplit(FACEBOOK.request(the_source(cursor)).url)
    return split.path.rpartition("/")[2], parse_qs(split.query)


def test_post_gives_every_field() -> None:
    (item,) = parse(a_list(a_post())).items

    assert item == Item(
        identity="facebook:700",
        native_id=f"{PAGE}_700",
        source_kind="facebook",
        url=f"https://www.facebook.com/{PAGE}/posts/700",
        text="Wer kennt Acme?",
        published_at=datetime(2026, 11, 20, 7, tzinfo=UTC),
        author=Author(name="Ben Roth", id="42", url="https://www.facebook.com/42"),
        engagement=Engagement(likes=5, reposts=2),
        root_id=f"{PAGE}_700",
        thread_url=f"https://www.facebook.com/{PAGE}/posts/700",
        place="Facebook",
    )
    assert FACEBOOK.recognise(item.url) == item.identity


def test_comment_below_a_post_gives_every_field() -> None:
    reply = a_comment("700_802", parent={"id": "700_801", "from": {"id": "43", "name": "Eva Lind"}})
    fetched = parse(a_list(a_post(comments={"data": [reply, a_comment()], "paging": {"next": "x"}})))

    assert [item.native_id for item in fetched.items] == [f"{PAGE}_700", "700_801", "700_802"]
    assert fetched.items[1] == Item(
        identity="facebook:700_801",
        native_id="700_801",
        source_kind="facebook",
        url=f"https://www.facebook.com/{PAGE}/posts/700/?comment_id=801",
        text="Ich, sehr gut!",
        published_at=datetime(2026, 11, 21, 8, tzinfo=UTC),
        author=Author(name="Eva Lind", id="43", url="https://www.facebook.com/43"),
        engagement=Engagement(likes=1, replies=0),
        parent_id=f"{PAGE}_700",
        root_id=f"{PAGE}_700",
        thread_url=f"https://www.facebook.com/{PAGE}/posts/700",
        place="Facebook",
    )
    answer = fetched.items[2]
    assert (answer.parent_id, answer.root_id, answer.reply_to) == ("700_801", f"{PAGE}_700", "Eva Lind")
    assert FACEBOOK.recognise(fetched.items[1].url) == "facebook:700_801"


@pytest.mark.parametrize("own", [{"id": PAGE, "name": "Acme"}, {"id": "9", "username": PAGE}])
def test_what_the_page_itself_wrote_is_left_out_but_not_what_stands_below(own: dict[str, str]) -> None:
    post = a_post(**{"from": own, "comments": {"data": [a_comment(), a_comment("700_802", **{"from": own})]}})

    fetched = parse(a_list(post))

    assert [item.native_id for item in fetched.items] == ["700_801"]
    assert fetched.skipped == 0


def test_tags_are_asked_for_first_and_the_feed_with_its_comments_next() -> None:
    edge, query = asked("")
    assert edge == "tagged"
    assert "comments" not in query["fields"][0]

    first = parse(a_list(a_post()))
    assert first.more
    edge, query = asked(first.cursor)
    assert edge == "feed"
    assert "comments.filter(stream).order(reverse_chronological).limit(50){id,message" in query["fields"][0]

    second = parse(a_list(a_post(701)), first.cursor)
    assert not second.more
    assert asked(second.cursor)[0] == "tagged"

    third = parse(a_list(a_post()), second.cursor)
    assert parse(a_list(a_post(701)), third.cursor).cursor == second.cursor


def test_token_stands_in_a_header_and_never_in_the_cursor() -> None:
    request = FACEBOOK.request(the_source(), {"access_token": "s3cret"})
    assert request.headers == {"Authorization": "Bearer s3cret"}
    assert "s3cret" not in request.url
    assert FACEBOOK.request(the_source()).headers == {}

    fetched = parse(a_list(a_post(), after="QVFI"))
    assert "s3cret" not in fetched.cursor
    assert asked(fetched.cursor)[1]["after"] == ["QVFI"]


def test_pages_by_time_are_followed_too() -> None:
    next_ = (
        "https://graph.facebook.com/v26.0/4/posts?access_token=s3cret&limit=25&until=1624385168&__paging_token=enc_x"
    )

    fetched = parse(json.dumps({"data": [a_post()], "paging": {"previous": "x", "next": next_}}))

    query = asked(fetched.cursor)[1]
    assert (query["until"], query["__paging_token"], query["limit"]) == (["1624385168"], ["enc_x"], ["25"])
    assert "access_token" not in query


@pytest.mark.parametrize("next_", ["https://[", "x" * 5000, 7, f"https://graph.facebook.com/?after={'x' * 900}"])
def test_strange_next_pages_are_none(next_: object) -> None:
    fetched = parse(json.dumps({"data": [a_post()], "paging": {"next": next_}}))

    assert asked(fetched.cursor)[0] == "feed"


def test_page_mark_that_died_starts_this_list_anew_and_goes_on_with_the_other() -> None:
    under_way = parse(a_list(a_post(), after="QVFI")).cursor

    fetched = parse(an_error(100), under_way, status=400)

    assert fetched.more
    assert asked(fetched.cursor)[0] == "feed"


@pytest.mark.parametrize(
    ("code", "error", "hint"),
    [
        (190, Refused, "earshot credential set facebook"),
        (10, Refused, "permission"),
        (200, Refused, "permission"),
        (4, Throttled, "too often"),
        (17, Throttled, "too often"),
        (32, Throttled, "too often"),
        (613, Throttled, "too often"),
        (80001, Throttled, "too often"),
        (2, Unreachable, "just now"),
        (100, Malformed, "error 100"),
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_errors_say_what_to_do(code: int, error: type[FetchError], hint: str, status: int) -> None:
    with pytest.raises(error) as caught:
        parse(an_error(code), status=status)

    assert hint in caught.value.reason
    assert "s3cret" not in caught.value.reason


@pytest.mark.parametrize("body", ["{}", an_error("190"), '{"error": 7}'])
def test_error_without_a_code_is_refused_by_its_status(body: str) -> None:
    with pytest.raises(Refused, match="403"):
        parse(body, status=403)


@pytest.mark.parametrize("body", ["{}", '{"data": {}}', "[]", '{"success": true}'])
def test_answer_without_posts_is_malformed(body: str) -> None:
    with pytest.raises(Malformed):
        parse(body)


@pytest.mark.parametrize(
    "node",
    [
        None,
        7,
        a_post(id="../x"),
        a_post(message=None),
        a_post(id=7, message={"a": 1}),
        a_post(comments=[1], message=""),
        a_comment(message=""),
    ],
)
def test_strange_nodes_are_counted_and_left_out(node: object) -> None:
    fetched = parse(a_list(node, a_post(999)))

    assert [item.identity for item in fetched.items] == ["facebook:999"]
    assert fetched.skipped == 1


def test_list_of_comments_finds_its_way_up_by_the_permalinks() -> None:
    url = "https://www.facebook.com/1000001/posts/700/?comment_id=801&reply_comment_id=802"

    (item,) = parse(a_list(a_comment(id=None, permalink_url=url))).items

    assert (item.identity, item.native_id) == ("facebook:700_802", "700_802")
    assert (item.parent_id, item.root_id) == ("700_801", f"{PAGE}_700")


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("https://www.facebook.com/acme/posts/700", "facebook:700"),
        ("https://m.facebook.com/acme/posts/a-title/700/", "facebook:700"),
        ("https://www.facebook.com/permalink.php?story_fbid=700&id=1000001", "facebook:700"),
        ("https://www.facebook.com/acme/videos/700?comment_id=801", "facebook:700_801"),
        ("https://de-de.facebook.com/acme/posts/700?comment_id=801&reply_comment_id=802", "facebook:700_802"),
        ("https://www.facebook.com/acme/posts/pfbid02abc", None),
        ("https://www.facebook.com/acme", None),
        ("https://developers.facebook.com/acme/posts/700", None),
        ("https://facebook.com.evil.example/acme/posts/700", None),
    ],
)
def test_permalinks_with_numbers_are_known(url: str, identity: str | None) -> None:
    assert FACEBOOK.recognise(url) == identity


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://www.facebook.com/Acme.Shop/", "acme.shop"),
        ("https://www.facebook.com/profile.php?id=1000001", PAGE),
        ("https://www.facebook.com/pages/Acme/1000001", PAGE),
        ("https://www.facebook.com/Acme-Shop-1000001/", PAGE),
        ("https://www.facebook.com/groups/acme", None),
        ("https://www.facebook.com/marketplace", None),
        ("https://www.facebook.com/", None),
    ],
)
def test_pages_are_claimed(url: str, page: str | None) -> None:
    assert FACEBOOK.claim(url) == page


@pytest.mark.parametrize("text", ["Acme.Shop", "@acme.shop", "https://www.facebook.com/acme.shop?ref=x"])
def test_page_is_found_in_what_people_type(text: str) -> None:
    assert FACEBOOK.locator(text) == "acme.shop"


@pytest.mark.parametrize("text", ["ac", "groups", "me/accounts", "https://www.facebook.com/groups/acme", "acme shop"])
def test_anything_else_is_no_page(text: str) -> None:
    with pytest.raises(Invalid):
        FACEBOOK.locator(text)


RECORDED = {
    "comments__comments_p1.json": (10, "10158407654328553_10158407835073553", "10158407654328553_10158411321043553"),
    "posts__feed_fields_p1.json": (5, "10113319652002411", "10113477241177441"),
    "posts__single_post_data_fields.json": (1, "424924701699721", "424924701699721"),
    "pages__single_fields_page.json": (0, "", ""),
}


def test_recorded_answers_are_read(recorded_facebook: Path) -> None:
    response = a_response(recorded_facebook.read_bytes())
    if recorded_facebook.name == "error.json":
        with pytest.raises(Malformed):
            FACEBOOK.parse(response, the_source())
        return

    fetched = FACEBOOK.parse(response, the_source())

    items = fetched.items
    first, last = (items[0].identity, items[-1].identity) if items else ("facebook:", "facebook:")
    assert (len(items), first, last) == (
        RECORDED[recorded_facebook.name][0],
        f"facebook:{RECORDED[recorded_facebook.name][1]}",
        f"facebook:{RECORDED[recorded_facebook.name][2]}",
    )
    assert all(item.published_kind == "published" and item.text for item in items)
    assert "access_token" not in fetched.cursor
