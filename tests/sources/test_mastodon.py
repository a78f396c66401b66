"""Mastodon: hashtags and search at an instance, the cursor over both, threads, rechecks."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from source_builders import NOW, a_response, a_source, parse

from earshot.domain.credential import Credential
from earshot.domain.errors import FetchError, Invalid, Malformed, Refused, Throttled
from earshot.domain.item import Author, Engagement, Item
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import Ref, Thread
from earshot.sources.identity import identity_of
from earshot.sources.mastodon import MastodonConnector
from earshot.sources.mastodon_cursor import LIMIT, MAX_HITS, MAX_PAGES, Cursor

MASTODON = MastodonConnector()
TOKEN = {"instance": "mastodon.social", "access_token": "secret-token"}
T = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
S = int(T.timestamp())


def a_status(number: int = 1000, *, at: datetime = T, **fields: object) -> dict[str, object]:
    return {
        "id": str(number),
        "created_at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "spoiler_text": "",
        "visibility": "public",
        "language": "de",
        "uri": f"https://chaos.example/users/anna/statuses/{number}",
        "url": f"https://chaos.example/@anna/{number}",
        "replies_count": 1,
        "reblogs_count": 2,
        "favourites_count": 3,
        "content": "<p>hi</p>",
        "reblog": None,
        "account": {
            "id": "7",
            "username": "anna",
            "acct": "anna@chaos.example",
            "display_name": "Anna",
            "url": "https://chaos.example/@anna",
            "followers_count": 12,
            "noindex": False,
        },
        "mentions": [{"id": "8", "username": "ben", "url": "https://mastodon.social/@ben", "acct": "ben"}],
        **fields,
    }


def a_place(locator: str = "mastodon.social?#acme", *, words: tuple[str, ...] = (), cursor: str = "") -> Source:
    return replace(a_source("mastodon", cursor=cursor), locator=locator, words=words)


def read(body: object, source: Source, **headers: str) -> Fetched:
    return MASTODON.parse(a_response(json.dumps(body), **headers), source)


def asked(source: Source, credential: Credential | None = None) -> tuple[str, dict[str, list[str]]]:
    split = urlsplit(MASTODON.request(source, credential or {}).url)
    return split.path, parse_qs(split.query)


def test_a_status_gives_every_field() -> None:
    status = a_status(
        117020593741189701,
        content='<p><span class="h-card"><a href="https://mastodon.social/@ben">@<span>ben</span></a></span> Nie '
        'wieder Acme &amp; Co.</p><p><a href="https://acme.de/a"><span class="invisible">https://</span>acme.de/a</a></p>',
        spoiler_text="Acme <3 & you",
        in_reply_to_id="117",
        in_reply_to_account_id="8",
    )

    fetched = read([status], a_place())

    assert fetched.items == (
        Item(
            identity="url1:https://chaos.example/@anna/117020593741189701",
            native_id="117020593741189701",
            source_kind="mastodon",
            url="https://chaos.example/@anna/117020593741189701",
            title="Acme <3 & you",
            text="@ben Nie wieder Acme & Co.\nhttps://acme.de/a",
            published_at=T,
            author=Author(
                name="Anna",
                id="anna@chaos.example",
                handle="anna@chaos.example",
                url="https://chaos.example/@anna",
                followers=12,
            ),
            engagement=Engagement(likes=3, reposts=2, replies=1),
            language="de",
            parent_id="117",
            root_id="117",
            reply_to="ben@mastodon.social",
            thread_url="https://chaos.example/@anna/117020593741189701",
            place="Mastodon",
        ),
    )
    assert (fetched.title, fetched.skipped) == ("Mastodon", 0)


def test_instances_agree_on_the_name_of_a_status() -> None:
    here = read([a_status(1)], a_place("mastodon.social?#acme")).items[0]
    there = read([a_status(99, url="https://chaos.example/@anna/1")], a_place("troet.example?#acme")).items[0]

    assert here.identity == there.identity == identity_of("https://chaos.example/@anna/1", "", "s_feed")
    assert (here.native_id, there.native_id) == ("1", "99")


def test_an_account_of_the_instance_itself_has_its_name() -> None:
    account = {"id": "7", "acct": "anna", "display_name": " ", "url": "https://mastodon.social/@anna"}

    (item,) = read([a_status(account=account, in_reply_to_id="3", in_reply_to_account_id="7")], a_place()).items

    assert item.author == Author(
        name="anna@mastodon.social",
        id="anna@mastodon.social",
        handle="anna@mastodon.social",
        url="https://mastodon.social/@anna",
    )
    assert item.reply_to == "anna@mastodon.social"


def test_a_status_without_words_is_what_its_pictures_show() -> None:
    media = [{"description": "a broken <Acme> lamp"}, {"description": None}, 7]

    (item,) = read([a_status(content="<p> </p>", media_attachments=media)], a_place()).items

    assert item.text == "a broken <Acme> lamp"


def test_a_status_without_a_page_is_named_by_its_uri_or_by_its_source() -> None:
    by_uri, nameless = read([a_status(1, url=None), a_status(2, url="javascript:x", uri=7)], a_place()).items

    assert by_uri.url == "https://chaos.example/users/anna/statuses/1"
    assert (nameless.url, nameless.identity) == ("", "native:s_test:2")


@pytest.mark.parametrize(
    "hidden",
    [
        {"visibility": "private"},
        {"visibility": "direct"},
        {"account": {"id": "7", "acct": "anna@chaos.example", "noindex": True}},
        {"content": None},
        {"content": ""},
        {"id": "a b"},
        {"id": None},
    ],
)
def test_what_is_not_for_everybody_or_says_nothing_is_counted(hidden: dict[str, object]) -> None:
    fetched = read([a_status(1, **hidden), a_status(2)], a_place())

    assert ([item.native_id for item in fetched.items], fetched.skipped) == (["2"], 1)


def test_wrong_types_count_as_missing() -> None:
    strange = a_status(
        account="anna",
        language=["de"],
        favourites_count="3",
        reblogs_count=10**30,
        replies_count=True,
        created_at=[],
        spoiler_text={},
        mentions="x",
        in_reply_to_id={},
        visibility=None,
    )

    (item,) = read([strange, 7, None, [], {}], a_place()).items

    assert item == Item(
        identity="url1:https://chaos.example/@anna/1000",
        native_id="1000",
        source_kind="mastodon",
        url="https://chaos.example/@anna/1000",
        text="hi",
        published_kind="seen",
        root_id="1000",
        thread_url="https://chaos.example/@anna/1000",
        place="Mastodon",
    )


def test_every_documented_shape_is_read() -> None:
    status, boost = a_status(1), a_status(2, content="", reblog=a_status(1))
    notification = {"id": "21", "type": "mention", "account": {}, "status": status}
    shapes = [
        [status],
        status,
        {"accounts": [], "statuses": [status], "hashtags": []},
        {"ancestors": [status], "descendants": []},
        notification,
        [notification],
        [boost],
    ]

    for body in shapes:
        assert [item.native_id for item in read(body, a_place()).items] == ["1"]


@pytest.mark.parametrize("body", [b"", b"<html>", b"7", b'"x"', b"{}", b'{"statuses":{}}', b'{"error":"x"}', b"\xff"])
def test_other_answers_are_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse(body, "mastodon")


@pytest.mark.parametrize(
    ("typed", "locator"),
    [
        ("#acme", "mastodon.social?#acme"),
        ("Chaos.Social?#acme", "chaos.social?#acme"),
        ("chaos.social? acme   gmbh ", "chaos.social?acme gmbh"),
        ("mastodon.social#2", "mastodon.social#2"),
        ("chaos.social#2", "chaos.social#2"),
    ],
)
def test_locators(typed: str, locator: str) -> None:
    assert MASTODON.locator(typed) == MASTODON.locator(locator) == locator


@pytest.mark.parametrize("typed", ["", "chaos.social?", "#" + "x" * 400, "a\0b"])
def test_a_query_must_be_one_line_of_text(typed: str) -> None:
    with pytest.raises(Invalid):
        MASTODON.locator(typed)


def test_a_hashtag_is_asked_for_without_a_key() -> None:
    request = MASTODON.request(a_place("chaos.social?#küche"))

    assert request.url == "https://chaos.social/api/v1/timelines/tag/k%C3%BCche?limit=40"
    assert request.headers == {}


def test_several_hashtags_are_one_timeline() -> None:
    assert asked(a_place("chaos.social?#acme #acmegmbh")) == (
        "/api/v1/timelines/tag/acme",
        {"limit": ["40"], "any[]": ["acmegmbh"]},
    )


@pytest.mark.parametrize("query", ["acme gmbh", "#acme gmbh", "#2024", "#a #b #c #d #e"])
def test_anything_else_is_a_search(query: str) -> None:
    assert asked(a_place(f"chaos.social?{query}")) == (
        "/api/v2/search",
        {"q": [query], "type": ["statuses"], "limit": ["40"], "offset": ["0"]},
    )


@pytest.mark.parametrize(
    ("word", "tag"),
    [
        ("Acme", "Acme"),
        ("#acme", "acme"),
        ("Müller Küchen", "MüllerKüchen"),
        ("Acme-Bank", "AcmeBank"),
        ("H&M", "HM"),
        ("@acme", "acme"),
    ],
)
def test_a_phrase_becomes_the_hashtag_that_people_make_of_it(word: str, tag: str) -> None:
    request = MASTODON.request(a_place("mastodon.social#1", words=(word,)))

    assert request.url == MASTODON.request(a_place(f"mastodon.social?#{tag}")).url


@pytest.mark.parametrize("word", ["4711", "!?"])
def test_a_phrase_that_is_no_hashtag_needs_the_full_text(word: str) -> None:
    source = a_place("mastodon.social#1", words=(word,))

    assert asked(source)[0] == "/api/v2/search"
    assert not read({"statuses": []}, source).more


@pytest.mark.parametrize(
    ("locator", "credential", "is_sent"),
    [
        ("mastodon.social?#acme", TOKEN, True),
        ("mastodon.social?#acme", {"access_token": "secret-token"}, True),
        ("chaos.social?#acme", TOKEN, False),
        ("chaos.social?#acme", {"access_token": "secret-token"}, False),
        ("chaos.social?#acme", {"instance": " https://Chaos.Social/ ", "access_token": "secret-token"}, True),
        ("mastodon.social?#acme", {"instance": "chaos.social", "access_token": "secret-token"}, False),
    ],
)
def test_a_token_goes_only_to_the_instance_that_gave_it(locator: str, credential: Credential, is_sent: bool) -> None:
    ref = Ref(native_id="1", locator=locator)
    thread = MASTODON.thread_request(ref, Thread(), credential)
    assert thread is not None

    for request in (
        MASTODON.request(a_place(locator), credential),
        thread,
        MASTODON.recheck_request([ref], credential),
    ):
        assert request.headers == ({"Authorization": "Bearer secret-token"} if is_sent else {})
        assert "secret" not in request.url


def test_a_quiet_hashtag_is_asked_conditionally() -> None:
    source = replace(a_place(cursor="900"), etag='W/"x"')

    assert MASTODON.request(source).etag == 'W/"x"'
    assert MASTODON.request(replace(source, cursor="900>960@7>950>t960/1")).etag == ""
    assert MASTODON.request(replace(source, locator="mastodon.social?acme gmbh")).etag == ""


@pytest.mark.parametrize("cursor", ["a b", "9>9", "9>9>x/1", "9>9>t/7", "٣", "x" * 65, "9>9>t/1/1", "9@7>9"])
def test_unreadable_cursor_starts_anew(cursor: str) -> None:
    assert "min_id" not in asked(a_place(cursor=cursor))[1]


def test_a_strange_position_in_a_search_starts_the_search_anew() -> None:
    assert asked(a_place("mastodon.social?acme gmbh", cursor="9>9>sx7/1"))[1]["offset"] == ["0"]


def test_the_cursor_stays_an_hour_behind_the_newest() -> None:
    statuses = [a_status(1000 - n, at=T - timedelta(minutes=40 * n)) for n in range(5)]

    fetched = read(statuses, a_place())

    assert (fetched.cursor, fetched.more) == (f"998>1000@{S}", False)
    assert asked(a_place(cursor=fetched.cursor))[1]["min_id"] == ["998"]


def test_unchanged_poll_changes_nothing() -> None:
    known = a_place(cursor=f"998>1000@{S}")

    again = read([a_status(1000), a_status(999, at=T - timedelta(minutes=40))], known)
    nothing = read([], known)

    assert (again.cursor, again.more) == (nothing.cursor, nothing.more) == (known.cursor, False)
    assert again.entries_hash == nothing.entries_hash == ""


def test_a_hashtag_of_more_than_an_answer_an_hour_settles_too() -> None:
    cursor, floors = "", set()

    for poll in range(30):
        now = 5000 + 10 * poll
        more = True
        while more:
            query = asked(a_place(cursor=cursor))[1]
            after = int(query.get("min_id", [now - LIMIT])[0])
            page = range(after + 1, min(after + LIMIT, now) + 1)
            fetched = read([a_status(n, at=T - timedelta(minutes=6000 - n)) for n in page], a_place(cursor=cursor))
            cursor, more = fetched.cursor, fetched.more
        floors.add(now - int(cursor.partition(">")[0]))

    assert max(floors) < 180


def test_a_status_that_arrives_late_is_still_heard() -> None:
    first = read([a_status(1000), a_status(900, at=T - timedelta(hours=2))], a_place())
    late = 950

    assert int(asked(a_place(cursor=first.cursor))[1]["min_id"][0]) < late


def test_a_date_ahead_of_us_does_not_move_the_cursor() -> None:
    ahead = a_status(2000, at=NOW + timedelta(days=9))

    cursor = read([ahead, a_status(1000, at=NOW)], a_place(cursor="900")).cursor

    assert cursor == f"900>1000@{int(NOW.timestamp())}"


def test_a_first_answer_from_one_busy_hour_goes_on_behind_its_oldest() -> None:
    statuses = [a_status(1000 - n, at=T - timedelta(seconds=n)) for n in range(LIMIT)]

    fetched = read(statuses, a_place())

    assert (fetched.cursor, fetched.more) == (f"{1000 - LIMIT + 1}>1000@{S}", False)


def test_nothing_of_a_hashtag_is_lost_when_more_came_than_one_poll_may_read() -> None:
    said = {n: T - timedelta(minutes=2000 - n) for n in range(1500, 1900)}
    cursor, heard, polls = "1500", set(), [0]

    while len(polls) < 4:
        _, query = asked(a_place(cursor=cursor))
        after = int(query["min_id"][0])
        page = sorted(n for n in said if n > after)[:LIMIT]
        fetched = read([a_status(n, at=said[n]) for n in reversed(page)], a_place(cursor=cursor))
        heard |= {int(item.native_id) for item in fetched.items}
        cursor = fetched.cursor
        polls[-1] += 1
        if not fetched.more:
            polls.append(0)

    assert heard == set(said) - {1500}
    assert 1899 - 180 < int(cursor.partition(">")[0]) < 1899 - 60
    assert polls[0] == MAX_PAGES


def test_nothing_of_a_search_is_lost_when_more_came_than_one_poll_may_read() -> None:
    said = {n: T - timedelta(minutes=2000 - n) for n in range(1500, 1850)}
    source = a_place("mastodon.social?acme gmbh", cursor="1500")
    heard, polls = set(), [0]

    while len(polls) < 4:
        _, query = asked(source, TOKEN)
        hits = sorted((n for n in said if n >= int(query["min_id"][0])), reverse=True)
        start = int(query["offset"][0])
        fetched = read({"statuses": [a_status(n, at=said[n]) for n in hits[start : start + LIMIT]]}, source)
        heard |= {int(item.native_id) for item in fetched.items}
        source = replace(source, cursor=fetched.cursor)
        polls[-1] += 1
        if not fetched.more:
            polls.append(0)

    assert heard == set(said)
    assert source.cursor == f"{1849 - 60}>1849@{int(said[1849].timestamp())}"
    assert polls[0] == MAX_PAGES


def test_a_search_that_counts_nothing_off_ends_at_last() -> None:
    page = {"statuses": [a_status(2000 - n) for n in range(LIMIT)]}
    source = a_place("mastodon.social?acme gmbh", cursor="1500")

    answers = 0
    while answers < 1000:
        answers += 1
        source = replace(source, cursor=read(page, source).cursor)
        if "/" not in source.cursor:
            break

    assert answers == MAX_HITS // LIMIT + 1


def test_with_a_token_the_full_text_comes_before_the_hashtag() -> None:
    source = a_place("mastodon.social#1", words=("Müller Küchen",), cursor="900")

    path, query = asked(source, TOKEN)
    assert (path, query["q"], query["min_id"]) == ("/api/v2/search", ['"Müller Küchen"'], ["900"])
    searched = read({"statuses": [a_status(1000), a_status(950, at=T - timedelta(hours=2))]}, source)
    assert (searched.cursor, searched.more) == (f"900>1000@{S}>950>t/0", True)

    source = replace(source, cursor=searched.cursor)
    path, query = asked(source, TOKEN)
    assert (path, query["min_id"]) == ("/api/v1/timelines/tag/M%C3%BCllerK%C3%BCchen", ["900"])
    tagged = read([a_status(1001)], source)
    assert (tagged.cursor, tagged.more) == (f"950>1000@{S}", False)


def test_a_token_that_is_taken_away_within_a_poll_leaves_the_hashtag() -> None:
    source = a_place("mastodon.social#1", words=("Acme",), cursor="900>950>s40/1")

    assert asked(source)[0] == "/api/v1/timelines/tag/Acme"
    assert read([a_status(1000)], source).cursor == f"950>1000@{S}"


def test_an_unused_hashtag_is_quiet() -> None:
    fetched = read({"error": "Record not found"}, a_place(cursor="900"), status=404)  # type: ignore[arg-type]

    assert (fetched.items, fetched.cursor, fetched.more) == ((), "900", False)


@pytest.mark.parametrize(
    ("locator", "status", "body", "error", "reason"),
    [
        (
            "chaos.social?acme",
            401,
            '{"error":"Search queries pagination is not supported"}',
            Refused,
            "chaos.social wants",
        ),
        ("chaos.social?#acme", 401, '{"error":"The access token is invalid"}', Refused, "credential set mastodon"),
        ("chaos.social?#acme", 403, "", Refused, "access token"),
        ("chaos.social?x:y", 422, "{}", Refused, "other words"),
        ("chaos.social?acme", 404, '{"error":"Record not found"}', Refused, "name an instance"),
        ("blog.example?#acme", 404, "<html>", Refused, "name an instance"),
        ("chaos.social?#acme", 429, "", Throttled, "too often"),
    ],
)
def test_errors_say_what_to_do(locator: str, status: int, body: str, error: type[FetchError], reason: str) -> None:
    with pytest.raises(error, match=reason):
        MASTODON.parse(a_response(body, status=status), a_place(locator))


@pytest.mark.parametrize(("reset", "wait"), [(90, 90), (-5, 1), (None, None)])
def test_a_pause_is_as_long_as_the_instance_says(reset: int | None, wait: int | None) -> None:
    headers = {} if reset is None else {"x_ratelimit_reset": (NOW + timedelta(seconds=reset)).isoformat()}

    with pytest.raises(Throttled) as caught:
        MASTODON.parse(a_response("", status=429, **headers), a_place())

    assert caught.value.retry_after_s == wait


def test_a_thread_is_read_at_the_instance_that_told_of_it() -> None:
    ref = Ref(native_id="3", parent_id="2", locator="chaos.social?#acme")
    context = {
        "ancestors": [a_status(1, content="root"), a_status(2, content="mid", in_reply_to_id="1")],
        "descendants": [
            a_status(5, content="late", in_reply_to_id="4", at=T + timedelta(hours=1)),
            a_status(4, content="answer", in_reply_to_id="3"),
        ],
    }

    request = MASTODON.thread_request(ref, Thread())
    thread = MASTODON.thread_parse(a_response(json.dumps(context)), ref, Thread())

    assert request is not None
    assert request.url == "https://chaos.social/api/v1/statuses/3/context"
    assert [item.text for item in thread.ancestors] == ["root", "mid"]
    assert [item.text for item in thread.replies] == ["answer", "late"]
    assert not thread.is_cut
    assert MASTODON.thread_request(ref, thread) is None


@pytest.mark.parametrize(
    "context",
    [
        {"ancestors": [], "descendants": []},
        {"ancestors": [a_status(2, in_reply_to_id="1")], "descendants": []},
        {"ancestors": [a_status(1, visibility="private"), a_status(2, in_reply_to_id="1")], "descendants": []},
        {"ancestors": [a_status(2)], "descendants": [a_status(n, in_reply_to_id="3") for n in range(10, 70)]},
    ],
)
def test_a_thread_that_is_not_whole_is_cut(context: object) -> None:
    ref = Ref(native_id="3", parent_id="2", locator="chaos.social?#acme")

    assert MASTODON.thread_parse(a_response(json.dumps(context)), ref, Thread()).is_cut


@pytest.mark.parametrize("body", ["[]", "{}", '{"ancestors":7,"descendants":[]}', '{"content":"x"}', "x"])
def test_what_is_no_thread_is_named(body: str) -> None:
    with pytest.raises(Malformed):
        MASTODON.thread_parse(a_response(body), Ref(native_id="3", locator="chaos.social?#acme"), Thread())


def test_without_an_instance_there_is_no_thread() -> None:
    assert MASTODON.thread_request(Ref(native_id="3", locator="https://x/y"), Thread()) is None


def test_what_is_not_there_any_more_is_named() -> None:
    refs = [Ref(native_id=str(n), locator="chaos.social?#acme") for n in (1, 2, 3)]

    request = MASTODON.recheck_request(refs)

    assert request.url == "https://chaos.social/api/v1/statuses?id%5B%5D=1&id%5B%5D=2&id%5B%5D=3"
    assert MASTODON.recheck_parse(a_response(json.dumps([a_status(2)])), refs) == {"1", "3"}


def test_a_recheck_takes_20_at_most() -> None:
    refs = [Ref(native_id=str(n), locator="chaos.social?#acme") for n in range(30)]

    assert len(parse_qs(urlsplit(MASTODON.recheck_request(refs).url).query)["id[]"]) == 20
    assert len(MASTODON.recheck_parse(a_response(json.dumps([a_status(0)])), refs)) == 19


def test_a_recheck_that_shows_nothing_deletes_nothing() -> None:
    refs = [Ref(native_id=str(n), locator="chaos.social?#acme") for n in (1, 2)]

    assert MASTODON.recheck_parse(a_response("[]"), refs) == frozenset()
    assert MASTODON.recheck_parse(a_response(json.dumps([a_status(9)])), refs) == frozenset()


def test_a_single_status_is_asked_for_by_its_own_address() -> None:
    alone = [Ref(native_id="7", locator="chaos.social?#acme")]

    request = MASTODON.recheck_request(alone)

    assert (request.url, request.reads) == ("https://chaos.social/api/v1/statuses/7", {404})
    assert MASTODON.recheck_parse(a_response(json.dumps(a_status(7))), alone) == frozenset()
    assert MASTODON.recheck_parse(a_response('{"error":"Record not found"}', status=404), alone) == {"7"}


def test_a_domain_is_asked_for_as_the_hashtag_it_would_be() -> None:
    source = replace(a_source("mastodon"), locator="mastodon.social#1", words=("acme.example",))

    assert urlsplit(MASTODON.request(source).url).path == "/api/v1/timelines/tag/acmeexample"


@pytest.mark.parametrize("body", ["{}", '{"error":"x"}', "[7]", "[{}]", "<html>"])
def test_a_strange_recheck_deletes_nothing(body: str) -> None:
    with pytest.raises(Malformed):
        MASTODON.recheck_parse(a_response(body), [Ref(native_id="1", locator="chaos.social?#acme")])


@pytest.mark.parametrize(
    ("url", "claim"),
    [
        ("https://mastodon.social/tags/acme", "mastodon.social?#acme"),
        ("https://mastodon.online/tags/k%C3%BCche", "mastodon.online?#küche"),
        ("https://mastodon.social/@anna", None),
        ("https://mastodon.social/@anna/117", None),
        ("https://mastodon.social/tags/a%20b", None),
        ("https://blog.example/tags/acme", None),
    ],
)
def test_the_page_of_a_hashtag_is_claimed(url: str, claim: str | None) -> None:
    assert MASTODON.claim(url) == claim
    assert claim is None or MASTODON.locator(claim) == claim
    assert MASTODON.recognise(url) is None


CURSORS = [
    "",
    "117",
    "117>120@7",
    ">120@7",
    "117>118@7>118>t119/1",
    "117>118>t/0",
    "117>118>t119/3",
    "117>118>s40/2",
    ">118>t/0",
    "117>117>s80/0",
]


@pytest.mark.parametrize("written", CURSORS)
def test_a_cursor_is_written_as_it_was_read(written: str) -> None:
    assert Cursor.read(written).write() == written


NOTHING = (0, 0, "", "", "")
RECORDED = {
    "entity_tag.1.json": (0, 10, "", "", ""),
    "hashtag_tl.1.json": (1, 0, "117020593741189701", "mastodonpy_test_2@localhost", "2026-08-01T13:55:55.867+00:00"),
    "notifications_mentions.1.json": (1, 0, "117020577157693549", "admin@localhost", "2026-08-01T13:51:42.823+00:00"),
    "notifications_mentions.2.json": (1, 0, "117020577157693549", "admin@localhost", "2026-08-01T13:51:42.823+00:00"),
    "search.1.json": NOTHING,
    "search.2.json": NOTHING,
    "search.3.json": NOTHING,
    "status_context.1.json": NOTHING,
}
"""How many items, and how many things that are none; id, author and moment of the only item."""


def test_recorded_bodies_are_read(recorded_mastodon: Path) -> None:
    items, skipped, native_id, handle, at = RECORDED[recorded_mastodon.name]

    fetched = read(json.loads(recorded_mastodon.read_bytes())["response"]["body"], a_place())

    assert (len(fetched.items), fetched.skipped) == (items, skipped)
    for item in fetched.items:
        assert (item.native_id, item.author.handle) == (native_id, handle)
        assert item.published_at == datetime.fromisoformat(at)
        assert item.text
        assert "<" not in item.text
