"""YouTube: a search and what follows from it, comments and their threads, and every way it says no."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from source_builders import NOW, a_response

from earshot.domain.errors import FetchError, Invalid, Malformed, Refused, Throttled, Unreachable
from earshot.domain.item import Author, Engagement, Item
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import Ref, Thread
from earshot.ports.http import Draw, Request
from earshot.sources.registry import CONNECTORS, recognised
from earshot.sources.youtube import YouTubeConnector
from earshot.sources.youtube_cursor import MAX_STEPS, MAX_STREAMS, OVERLAP_S, Cursor

YOUTUBE = YouTubeConnector()
CHANNEL = "UC" + "c" * 22
AUTHOR = "UC" + "a" * 22
T = 1_790_000_000
TOP = "UgxTop0123456789AaABAg"
REPLY = f"{TOP}.9reply0123456789"


def at(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def video_id(number: int) -> str:
    return f"video{number:06}"


def source(locator: str = "videos?acme", cursor: str = "", *words: str) -> Source:
    return Source(id="s_1", kind="youtube", locator=locator, words=words, created_at=NOW, cursor=cursor)


def a_list(kind: str, items: Sequence[object], token: str = "") -> dict[str, object]:
    return {"kind": f"youtube#{kind}", "items": items, **({"nextPageToken": token} if token else {})}


def a_hit(number: int, second: int) -> dict[str, object]:
    snippet = {"publishedAt": at(second), "title": f"Video {number}", "channelId": CHANNEL, "channelTitle": "Acme"}
    return {
        "kind": "youtube#searchResult",
        "id": {"kind": "youtube#video", "videoId": video_id(number)},
        "snippet": snippet,
    }


def a_search(*hits: Mapping[str, object], token: str = "") -> dict[str, object]:
    return a_list("searchListResponse", list(hits), token)


def a_comment(id_: str, second: int, **snippet: object) -> dict[str, object]:
    fields = {"videoId": video_id(1), "textOriginal": f"about {id_}", "publishedAt": at(second), **snippet}
    return {"kind": "youtube#comment", "id": id_, "snippet": fields}


def a_comment_thread(id_: str, second: int) -> dict[str, object]:
    snippet = {"videoId": video_id(1), "topLevelComment": a_comment(id_, second)}
    return {"kind": "youtube#commentThread", "id": id_, "snippet": snippet}


def comments(*threads: Mapping[str, object], token: str = "") -> dict[str, object]:
    return a_list("commentThreadListResponse", list(threads), token)


def an_error(reason: str, **fields: object) -> dict[str, object]:
    return {"error": {"errors": [{"reason": reason, "message": "AIza-secret"}], **fields}}


def read(body: object, to: Source | None = None, *, status: int = 200, minute: int = 0, pause: str = "") -> Fetched:
    response = a_response(json.dumps(body), status=status, retry_after=pause)
    response = replace(response, received_at=NOW + timedelta(minutes=minute))
    return YOUTUBE.parse(response, to or source())


def asked(of: Source) -> tuple[str, dict[str, str]]:
    return told(YOUTUBE.request(of))


def told(request: Request | None) -> tuple[str, dict[str, str]]:
    assert request is not None
    parts = urlsplit(request.url)
    return parts.path.rpartition("/")[2], {key: values[0] for key, values in parse_qs(parts.query).items()}


def test_video_gives_every_field() -> None:
    video = {
        "kind": "youtube#video",
        "id": "dQw4w9WgXcQ",
        "snippet": {
            "publishedAt": "2026-11-20T08:00:00Z",
            "channelId": AUTHOR,
            "title": "Acme & me <3",
            "description": "Is Acme <good>?\r\nYes.",
            "channelTitle": "Anna testet",
            "defaultAudioLanguage": "de",
        },
        "statistics": {"viewCount": "1200", "likeCount": "30", "commentCount": "4"},
    }

    fetched = read(a_list("videoListResponse", [video]))

    assert fetched.items == (
        Item(
            identity="youtube:dQw4w9WgXcQ",
            native_id="dQw4w9WgXcQ",
            source_kind="youtube",
            url="https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            title="Acme & me <3",
            text="Is Acme <good>?\nYes.",
            published_at=datetime(2026, 11, 20, 8, tzinfo=UTC),
            author=Author(name="Anna testet", id=AUTHOR, url=f"https://www.youtube.com/channel/{AUTHOR}"),
            engagement=Engagement(likes=30, replies=4, views=1200),
            language="de",
            root_id="dQw4w9WgXcQ",
            thread_url="https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            place="YouTube",
        ),
    )
    assert (fetched.title, fetched.cursor, fetched.more) == ("YouTube", "", False)
    assert read(video).items == fetched.items, "a resource by itself is read like a list of one"


def test_comment_and_reply_give_every_field() -> None:
    thread = {
        "kind": "youtube#commentThread",
        "id": TOP,
        "snippet": {
            "channelId": CHANNEL,
            "videoId": "dQw4w9WgXcQ",
            "topLevelComment": {
                "kind": "youtube#comment",
                "id": TOP,
                "snippet": {
                    "authorDisplayName": "@anna-b",
                    "authorChannelUrl": f"http://www.youtube.com/channel/{AUTHOR}",
                    "authorChannelId": {"value": AUTHOR},
                    "videoId": "dQw4w9WgXcQ",
                    "textDisplay": 'Nie wieder <b>Acme</b> &amp; Co.<br>Siehe <a href="https://x.example">x.example</a>',
                    "likeCount": 7,
                    "publishedAt": "2026-11-21T08:00:00Z",
                    "updatedAt": "2026-11-21T09:00:00Z",
                },
            },
            "totalReplyCount": 1,
        },
        "replies": {
            "comments": [
                {
                    "kind": "youtube#comment",
                    "id": REPLY,
                    "snippet": {
                        "authorDisplayName": "Bernd",
                        "textOriginal": "Doch <3",
                        "textDisplay": "Doch &lt;3",
                        "parentId": TOP,
                        "publishedAt": "2026-11-21T10:00:00Z",
                    },
                }
            ]
        },
    }

    fetched = read(comments(thread))

    assert fetched.items == (
        Item(
            identity=f"youtube:{TOP}",
            native_id=TOP,
            source_kind="youtube",
            url=f"https://www.youtube.com/watch?v=dQw4w9WgXcQ&lc={TOP}",
            text="Nie wieder Acme & Co.\nSiehe x.example",
            published_at=datetime(2026, 11, 21, 8, tzinfo=UTC),
            author=Author(name="@anna-b", id=AUTHOR, handle="anna-b", url=f"https://www.youtube.com/channel/{AUTHOR}"),
            engagement=Engagement(likes=7, replies=1),
            parent_id="dQw4w9WgXcQ",
            root_id="dQw4w9WgXcQ",
            thread_url="https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            place="YouTube",
        ),
        Item(
            identity=f"youtube:{REPLY}",
            native_id=REPLY,
            source_kind="youtube",
            url=f"https://www.youtube.com/watch?v=dQw4w9WgXcQ&lc={REPLY}",
            text="Doch <3",
            published_at=datetime(2026, 11, 21, 10, tzinfo=UTC),
            author=Author(name="Bernd"),
            parent_id=TOP,
            root_id="dQw4w9WgXcQ",
            reply_to="@anna-b",
            thread_url="https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            place="YouTube",
        ),
    )
    assert [item.type for item in fetched.items] == ["comment", "comment"]


def test_title_of_a_search_result_is_unescaped_and_its_text_is_not_markup() -> None:
    hit = {
        "kind": "youtube#searchResult",
        "id": {"kind": "youtube#video", "videoId": video_id(1)},
        "snippet": {"publishedAt": at(T), "title": "Acme&#39;s R&amp;D", "description": "skate & <surf>"},
    }

    (item,) = read(a_search(hit)).items

    assert (item.title, item.text) == ("Acme's R&D", "skate & <surf>")


def test_reply_says_itself_whom_it_answers() -> None:
    reply = a_comment(REPLY, T, parentId=TOP, textOriginal="@bernd.k das stimmt", videoId=None)

    (item,) = read(a_list("commentListResponse", [reply])).items

    assert (item.reply_to, item.parent_id, item.root_id, item.url) == ("@bernd.k", TOP, TOP, "")


def test_what_is_no_post_is_counted() -> None:
    hits = [
        a_hit(1, T),
        {"kind": "youtube#searchResult", "id": {"kind": "youtube#channel", "channelId": CHANNEL}},
        {"kind": "youtube#searchResult", "id": {"videoId": "x/../y"}, "snippet": {"title": "t"}},
        a_comment("<script>alert(1)</script>", T),
        a_comment(TOP, T, textOriginal="", textDisplay=7),
        {"kind": "youtube#commentThread", "snippet": {"topLevelComment": []}, "replies": {"comments": [1]}},
        None,
    ]

    fetched = read(a_list("searchListResponse", hits))

    assert (len(fetched.items), fetched.skipped) == (1, 6)


def test_first_request_searches_for_the_newest() -> None:
    request = YOUTUBE.request(source('videos?acme OR "acme gmbh" lang:DE'), {"key": "AIza-secret"})

    assert request.url.startswith("https://www.googleapis.com/youtube/v3/search?")
    assert told(request) == (
        "search",
        {
            "part": "snippet",
            "type": "video",
            "order": "date",
            "maxResults": "50",
            "q": 'acme|"acme gmbh"',
            "relevanceLanguage": "de",
        },
    )
    assert dict(request.headers) == {"X-Goog-Api-Key": "AIza-secret"}
    assert "AIza" not in request.url
    assert request.draws == (Draw(quota="searches"),)


def test_watches_are_searched_for_by_their_words_and_without_a_key_no_header_is_sent() -> None:
    request = YOUTUBE.request(source("videos#1", "", "Acme", "Acme GmbH", "@acme"))

    assert told(request)[1]["q"] == 'Acme|"Acme GmbH"|@acme'
    assert dict(request.headers) == {}


def poll(of: Source, answers: Mapping[str, object], minute: int = 0) -> tuple[Source, list[str]]:
    """The source after a whole poll, and what was asked; `answers` by method, or by method and video."""
    steps: list[str] = []
    while True:
        method, parameters = asked(of)
        steps.append(method)
        body = answers.get(f"{method} {parameters.get('videoId')}", answers.get(method))
        fetched = read(body, of, minute=minute)
        of = replace(of, cursor=fetched.cursor)
        if not fetched.more:
            return of, steps


def test_poll_searches_then_tells_the_details_then_reads_comments() -> None:
    answers = {
        "search": a_search(a_hit(2, T + 5), a_hit(1, T)),
        "videos": a_list("videoListResponse", []),
        "commentThreads": comments(a_comment_thread(TOP, T + 9)),
    }

    after, steps = poll(source(), answers)

    assert steps == ["search", "videos", "commentThreads", "commentThreads"]
    cursor = Cursor.read(after.cursor)
    assert (cursor.newest, cursor.streams) == (T + 5, ((video_id(2), T + 9), (video_id(1), T + 9)))
    assert asked(after)[0] == "search"
    assert asked(after)[1]["publishedAfter"] == at(T + 5 - OVERLAP_S)


def test_unchanged_poll_leaves_the_cursor_and_asks_for_no_details_again() -> None:
    answers = {
        "search": a_search(*(a_hit(n, T + n) for n in range(9, 0, -1))),
        "videos": a_list("videoListResponse", []),
        "commentThreads": comments(a_comment_thread(TOP, T + 50)),
    }
    known = source()
    for minute in range(40):
        known, _ = poll(known, answers, minute)

    after, steps = poll(known, answers, 41)

    assert after.cursor == known.cursor
    assert steps == ["search"] + ["commentThreads"] * 4
    assert len(steps) <= MAX_STEPS


def test_every_video_has_its_turn() -> None:
    streams = tuple((video_id(n), T) for n in range(MAX_STREAMS))
    known = source(cursor=Cursor(newest=T, streams=streams).write())
    seen: set[str] = set()

    for poll_number in range(48):
        fetched = read(a_search(), known, minute=30 * poll_number)
        seen |= set(Cursor.read(fetched.cursor).waiting)

    assert seen == {key for key, _ in streams}


def test_details_are_one_request_for_all_videos_found() -> None:
    fetched = read(a_search(a_hit(2, T + 5), a_hit(1, T)))

    method, parameters = asked(source(cursor=fetched.cursor))

    assert fetched.more
    assert (method, parameters) == ("videos", {"part": "snippet,statistics", "id": f"{video_id(2)},{video_id(1)}"})
    assert YOUTUBE.request(source(cursor=fetched.cursor)).draws == (Draw(quota="units"),)


def test_nothing_is_lost_when_more_was_found_than_an_answer_holds() -> None:
    written = {n: T + 60 * n for n in range(1, 181)}
    known = source(cursor=Cursor(newest=T).write())
    heard: set[str] = set()

    for _ in range(8):
        while True:
            method, parameters = asked(known)
            body: object = comments() if method == "commentThreads" else a_list("videoListResponse", [])
            if method == "search":
                low, high = parameters["publishedAfter"], parameters.get("publishedBefore", "9")
                fitting = [(n, s) for n, s in sorted(written.items(), reverse=True) if low <= at(s) < high]
                body = a_search(*(a_hit(n, s) for n, s in fitting[:50]), token="t" if len(fitting) > 50 else "")
            fetched = read(body, known)
            heard |= {item.native_id for item in fetched.items}
            known = replace(known, cursor=fetched.cursor)
            if not fetched.more:
                break

    assert heard == {video_id(n) for n in written}
    cursor = Cursor.read(known.cursor)
    assert (cursor.newest, cursor.high) == (max(written.values()), 0)
    assert [key for key, _ in cursor.streams] == [video_id(n) for n in range(180, 180 - MAX_STREAMS, -1)]


def test_second_that_never_fits_does_not_hold_us_for_ever() -> None:
    known = source(cursor=Cursor(newest=T + 100, low=T, high=T + 50).write())

    answers = 0
    while Cursor.read(known.cursor).high and answers < 60:
        known = replace(known, cursor=read(a_search(a_hit(1, T + 50), token="t"), known).cursor)
        answers += 1

    assert (Cursor.read(known.cursor).high, answers) == (0, 50)


def test_answer_that_reaches_what_was_known_opens_no_gap() -> None:
    known = source(cursor=Cursor(newest=T).write())

    fetched = read(a_search(a_hit(2, T + 60), a_hit(1, T - 60), token="t"), known)

    assert Cursor.read(fetched.cursor).high == 0


def test_date_ahead_of_us_does_not_move_the_cursor() -> None:
    ahead = int(NOW.timestamp()) + 1000

    fetched = read(a_search(a_hit(1, ahead)), source(cursor=Cursor(newest=T).write()))

    assert Cursor.read(fetched.cursor).newest == T
    assert len(fetched.items) == 1


def test_comments_are_read_page_by_page_until_what_was_known() -> None:
    streams = ((video_id(1), T), (video_id(2), T))
    known = source(cursor=Cursor(newest=T, streams=streams, waiting=(video_id(1),)).write())

    first = read(comments(a_comment_thread(TOP, T + 90), a_comment_thread(REPLY, T + 50), token="p2"), known)
    _, parameters = asked(source(cursor=first.cursor))
    last = read(comments(a_comment_thread(TOP, T - 5), token="p3"), source(cursor=first.cursor))

    assert first.more
    assert (parameters["videoId"], parameters["pageToken"], parameters["order"]) == (video_id(1), "p2", "time")
    assert not last.more
    assert Cursor.read(last.cursor).streams == ((video_id(1), T + 90), (video_id(2), T))
    assert Cursor.read(last.cursor).token == ""


def test_pages_beyond_one_poll_come_first_in_the_next() -> None:
    known = source(cursor=Cursor(newest=T, streams=((video_id(1), 1),), waiting=(video_id(1),)).write())

    for number in range(MAX_STEPS):
        fetched = read(comments(a_comment_thread(TOP, T - number), token=f"p{number}"), known)
        known = replace(known, cursor=fetched.cursor)

    assert not fetched.more
    assert asked(known) == (
        "commentThreads",
        {
            "part": "snippet,replies",
            "videoId": video_id(1),
            "order": "time",
            "maxResults": "100",
            "textFormat": "html",
            "pageToken": f"p{MAX_STEPS - 1}",
        },
    )


def test_page_that_leads_to_itself_ends() -> None:
    known = source(cursor=Cursor(streams=((video_id(1), 1),), waiting=(video_id(1),), token="p", top=T).write())

    fetched = read(comments(a_comment_thread(TOP, T), token="p"), known)

    assert Cursor.read(fetched.cursor) == Cursor(streams=((video_id(1), T),))


@pytest.mark.parametrize(
    "written", ["yesterday", "[]", '{"n":-5,"s":{"x":1},"w":["../y"],"t":7}', '{"n":1e99}', "\ud800"]
)
def test_unreadable_cursor_starts_anew(written: str) -> None:
    assert Cursor.read(written) == Cursor()
    assert asked(source(cursor=written))[0] == "search"


def test_comments_at_a_channel_are_read_by_its_id() -> None:
    of = source(f"channel/{CHANNEL}")

    method, parameters = asked(of)
    first = read(comments(a_comment_thread(TOP, T), token="old"), of)
    again = read(comments(a_comment_thread(TOP, T)), replace(of, cursor=first.cursor))

    assert (method, parameters["allThreadsRelatedToChannelId"]) == ("commentThreads", CHANNEL)
    assert not first.more
    assert Cursor.read(first.cursor).streams == ((CHANNEL, T),)
    assert again.cursor == first.cursor


def test_handle_of_a_channel_is_looked_up_once() -> None:
    of = source("channel/@acme")
    channel = {"kind": "youtube#channel", "id": CHANNEL, "snippet": {"title": "Acme"}}

    method, parameters = asked(of)
    found = read(a_list("channelListResponse", [channel]), of)

    assert (method, parameters["forHandle"]) == ("channels", "@acme")
    assert found.more
    assert asked(replace(of, cursor=found.cursor))[1]["allThreadsRelatedToChannelId"] == CHANNEL
    with pytest.raises(Refused, match="no such channel"):
        read({"kind": "youtube#channelListResponse"}, of)


@pytest.mark.parametrize(
    ("reason", "status", "is_forgotten"),
    [("commentsDisabled", 403, True), ("videoNotFound", 404, True), ("invalidPageToken", 400, False)],
)
def test_video_whose_comments_cannot_be_read_is_no_problem_of_the_source(
    reason: str, status: int, is_forgotten: bool
) -> None:
    streams = ((video_id(1), T), (video_id(2), T))
    known = source(cursor=Cursor(streams=streams, waiting=(video_id(1), video_id(2)), token="p").write())

    fetched = read(an_error(reason), known, status=status)

    cursor = Cursor.read(fetched.cursor)
    assert fetched.more
    assert (cursor.waiting, cursor.token) == ((video_id(2),), "")
    assert cursor.streams == (streams[1:] if is_forgotten else streams)


def test_details_that_are_not_there_are_passed_over() -> None:
    known = source(cursor=Cursor(newest=T, details=(video_id(1),)).write())

    assert Cursor.read(read(an_error("videoNotFound"), known, status=404).cursor) == Cursor(newest=T)


def test_channel_without_comments_is_kept() -> None:
    fetched = read(an_error("commentsDisabled"), source(f"channel/{CHANNEL}"), status=403)

    assert Cursor.read(fetched.cursor).streams == ((CHANNEL, 0),)
    with pytest.raises(Refused, match="no such channel") as caught:
        read(an_error("channelNotFound"), source(f"channel/{CHANNEL}"), status=404)
    assert caught.value.status == 404


def details(reason: str) -> dict[str, object]:
    return {"error": {"code": 400, "message": "AIza-secret", "details": [{"reason": reason}]}}


@pytest.mark.parametrize(
    ("body", "status", "kind", "sentence"),
    [
        (an_error("keyInvalid"), 400, Refused, "earshot credential set youtube"),
        (details("API_KEY_INVALID"), 400, Refused, "earshot credential set youtube"),
        (an_error("authError", status="UNAUTHENTICATED"), 401, Refused, "earshot credential set youtube"),
        (an_error("accessNotConfigured"), 403, Refused, "not enabled"),
        (details("API_KEY_SERVICE_BLOCKED"), 403, Refused, "restricted"),
        (an_error("forbidden"), 403, Refused, "forbidden"),
        (an_error("processingFailure"), 400, Unreachable, "could not process"),
        ({"error": "no"}, 403, Refused, "status 403"),
        (an_error("commentsDisabled"), 403, Refused, "commentsDisabled"),
    ],
)
def test_refusal_says_what_to_do_and_nothing_secret(
    body: object, status: int, kind: type[FetchError], sentence: str
) -> None:
    with pytest.raises(kind) as caught:
        read(body, status=status)

    assert sentence in caught.value.reason
    assert "AIza" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "status", "pause", "wait_s"),
    [
        (an_error("quotaExceeded"), 403, "", 20 * 3600),
        (an_error("rateLimitExceeded", message="Quota 'Search Queries per day' exceeded"), 429, "", 20 * 3600),
        (an_error("rateLimitExceeded"), 403, "", 60),
        (an_error("rateLimitExceeded"), 429, "7", 7),
        (an_error("rateLimitExceeded"), 429, "soon", 60),
    ],
)
def test_used_up_quota_waits_until_midnight_in_california_and_haste_a_minute(
    body: object, status: int, pause: str, wait_s: int
) -> None:
    with pytest.raises(Throttled) as caught:
        read(body, status=status, pause=pause)

    assert caught.value.retry_after_s == wait_s


def test_answers_that_say_what_is_wrong_are_read() -> None:
    assert YOUTUBE.request(source()).reads >= {400, 403, 404}


@pytest.mark.parametrize("body", [{}, [], 7, {"kind": "books#volumes"}, {"items": {}}])
def test_other_answers_are_refused(body: object) -> None:
    with pytest.raises(Malformed):
        read(body)


@pytest.mark.parametrize(
    ("typed", "locator"),
    [
        ("acme", "videos?acme"),
        ("videos?acme rückruf", "videos?acme rückruf"),
        ("videos#2", "videos#2"),
        (CHANNEL, f"channel/{CHANNEL}"),
        (f"channel/{CHANNEL}", f"channel/{CHANNEL}"),
        ("channel/@Acme", "channel/@acme"),
        (f"https://www.youtube.com/channel/{CHANNEL}/videos", f"channel/{CHANNEL}"),
        ("https://youtube.com/@Acme/featured", "channel/@acme"),
        ("https://www.youtube.com/@m%C3%BCller", "channel/@müller"),
        ("@acme", "videos?@acme"),
    ],
)
def test_locator_is_a_search_or_a_channel(typed: str, locator: str) -> None:
    assert YOUTUBE.locator(typed) == locator
    assert YOUTUBE.locator(locator) == locator


@pytest.mark.parametrize(
    "typed", ["", "videos?", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "channel/x", "漢" * 200]
)
def test_locator_that_cannot_be_says_why(typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        YOUTUBE.locator(typed)

    assert caught.value.field == "url"


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=10", "youtube:dQw4w9WgXcQ"),
        ("http://m.youtube.com/watch?app=desktop&v=dQw4w9WgXcQ", "youtube:dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ?si=x", "youtube:dQw4w9WgXcQ"),
        ("https://www.youtube.com/shorts/dQw4w9WgXcQ", "youtube:dQw4w9WgXcQ"),
        ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", "youtube:dQw4w9WgXcQ"),
        ("https://www.youtube.com/live/dQw4w9WgXcQ", "youtube:dQw4w9WgXcQ"),
        (f"https://www.youtube.com/watch?v=dQw4w9WgXcQ&lc={REPLY}", f"youtube:{REPLY}"),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&lc=x", "youtube:dQw4w9WgXcQ"),
        ("https://www.youtube.com/watch?v=short", None),
        ("https://www.youtube.com/playlist?list=PL1", None),
        (f"https://www.youtube.com/channel/{CHANNEL}", None),
        ("https://youtu.be/", None),
        ("https://evil.example/watch?v=dQw4w9WgXcQ", None),
    ],
)
def test_permalinks_that_people_copy_are_recognised(url: str, identity: str | None) -> None:
    assert YOUTUBE.recognise(url) == recognised(url) == identity


@pytest.mark.parametrize(
    "url",
    [
        f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://www.youtube.com/channel/x",
        "https://www.youtube.com/",
        "https://evil.example/@acme",
    ],
)
def test_what_is_no_channel_is_not_claimed(url: str) -> None:
    assert YOUTUBE.claim(url) is None


def thread_of(ref: Ref, answers: Mapping[str, object]) -> tuple[Thread, list[tuple[str, dict[str, str]]]]:
    thread, steps = Thread(), []
    while request := YOUTUBE.thread_request(ref, thread):
        steps.append(told(request))
        method, parameters = steps[-1]
        key = f"{method} {parameters['pageToken']}" if "pageToken" in parameters else method
        thread = YOUTUBE.thread_parse(a_response(json.dumps(answers[key])), ref, thread)
    return thread, steps


VIDEO = {"kind": "youtube#video", "id": video_id(1), "snippet": {"title": "Acme im Test", "publishedAt": at(T)}}


def test_thread_of_a_comment_has_its_video_above_and_all_pages_of_replies_below() -> None:
    replies = [a_comment(f"{TOP}.reply{n}", T + 10 * n, parentId=TOP, videoId=None) for n in (3, 2, 1)]

    thread, steps = thread_of(
        Ref(native_id=TOP, root_id=video_id(1)),
        {
            "videos": a_list("videoListResponse", [VIDEO]),
            "comments": a_list("commentListResponse", replies[:2], "p2"),
            "comments p2": a_list("commentListResponse", replies[2:]),
        },
    )

    assert [item.native_id for item in thread.ancestors] == [video_id(1)]
    assert [item.native_id for item in thread.replies] == [f"{TOP}.reply{n}" for n in (1, 2, 3)]
    assert thread.replies[0].url == f"https://www.youtube.com/watch?v={video_id(1)}&lc={TOP}.reply1"
    assert not thread.is_cut
    assert [parameters.get("parentId") for _, parameters in steps] == [None, TOP, TOP]


def test_thread_of_a_reply_has_the_comment_above_and_what_was_said_after_it() -> None:
    replies = [a_comment(f"{TOP}.reply{n}", T + 10 * n, parentId=TOP, videoId=None) for n in (3, 2, 1)]
    url = f"https://www.youtube.com/watch?v={video_id(1)}&lc={TOP}.reply2"

    ref, thread = Ref(native_id=f"{TOP}.reply2", url=url), Thread()
    for answer in (
        a_list("videoListResponse", [VIDEO]),
        a_list("commentListResponse", [a_comment(TOP, T)]),
        a_list("commentListResponse", replies, "never asked for"),
    ):
        assert YOUTUBE.thread_request(ref, thread) is not None
        thread = YOUTUBE.thread_parse(a_response(json.dumps(answer)), ref, thread)

    assert YOUTUBE.thread_request(ref, thread) is None
    assert [item.native_id for item in thread.ancestors] == [video_id(1), TOP]
    assert [item.native_id for item in thread.replies] == [f"{TOP}.reply3"]


def test_thread_of_a_video_is_cut_where_it_has_more_comments_than_are_kept() -> None:
    many = [a_comment_thread(f"UgxMany{n:08}AaABAg", T + n) for n in range(100)]
    more = [a_comment_thread(f"UgxMore{n:08}AaABAg", T - n) for n in range(100)]

    thread, steps = thread_of(
        Ref(native_id=video_id(1)),
        {"commentThreads": comments(*many, token="p2"), "commentThreads p2": comments(*more, token="p3")},
    )

    assert (len(thread.replies), thread.is_cut, len(steps)) == (200, True, 2)


def test_thread_ends_where_comments_are_off_and_is_cut_where_the_video_is_gone() -> None:
    ref = Ref(native_id=video_id(1))

    off = YOUTUBE.thread_parse(a_response(json.dumps(an_error("commentsDisabled")), status=403), ref, Thread())
    gone = YOUTUBE.thread_parse(a_response(json.dumps(an_error("videoNotFound")), status=404), ref, Thread())

    assert (off.is_cut, gone.is_cut) == (False, True)
    assert YOUTUBE.thread_request(ref, off) is YOUTUBE.thread_request(ref, gone) is None
    with pytest.raises(Throttled):
        YOUTUBE.thread_parse(a_response(json.dumps(an_error("quotaExceeded")), status=403), ref, Thread())


def test_thread_whose_video_is_gone_goes_on_and_is_cut() -> None:
    thread, _ = thread_of(
        Ref(native_id=TOP, root_id=video_id(1)),
        {"videos": a_list("videoListResponse", []), "comments": a_list("commentListResponse", [])},
    )

    assert (thread.ancestors, thread.is_cut) == ((), True)
    assert YOUTUBE.thread_parse(a_response(json.dumps(VIDEO)), Ref(native_id=TOP), thread) == thread


def recheck(refs: list[Ref], body: object, status: int = 200) -> frozenset[str]:
    return YOUTUBE.recheck_parse(a_response(json.dumps(body), status=status), refs)


def test_recheck_asks_for_one_sort_at_a_time_and_tells_what_did_not_come() -> None:
    refs = [Ref(native_id=video_id(1)), Ref(native_id=TOP), Ref(native_id=video_id(2))]

    request = YOUTUBE.recheck_request(refs, {"key": "k"})

    assert told(request) == ("videos", {"part": "id", "id": f"{video_id(1)},{video_id(2)}"})
    assert recheck(refs, a_list("videoListResponse", [VIDEO])) == {video_id(2)}
    assert told(YOUTUBE.recheck_request(refs[1:2]))[0] == "comments"
    assert [YOUTUBE.recheck_group(ref) for ref in refs] == ["video", "comment", "video"]


def test_recheck_takes_nothing_for_gone_that_was_not_answered() -> None:
    refs = [Ref(native_id=TOP), Ref(native_id=REPLY)]

    assert recheck(refs[:1], an_error("commentNotFound"), 404) == {TOP}
    with pytest.raises(Refused):
        recheck(refs, an_error("commentNotFound"), 404)
    with pytest.raises(Malformed):
        recheck(refs, a_list("videoListResponse", []))
    assert recheck(refs, a_list("commentListResponse", [])) == frozenset()


RECORDED = {
    "channels__info.json": (0, None, None),
    "comment_threads__comment_threads_by_video_paged_1.json": (
        5,
        ("UgwI_ylXVnzPS8Q-oAV4AaABAg", "matrix uduma", "2019-11-14T23:31:33+00:00"),
        ("UgyZ1jqkHKYvi1-ruOZ4AaABAg", "himani agarwal", "2019-11-26T15:51:44+00:00"),
    ),
    "comment_threads__comment_threads_by_video_paged_2.json": (
        5,
        ("UgwI_ylXVnzPS8Q-oAV4AaABAg", "matrix uduma", "2019-11-14T23:31:33+00:00"),
        ("UgyZ1jqkHKYvi1-ruOZ4AaABAg", "himani agarwal", "2019-11-26T15:51:44+00:00"),
    ),
    "comments__comments_by_parent_paged_1.json": (
        2,
        ("Ugw5zYU6n9pmIgAZWvN4AaABAg.91zT3cYb5B291za5eJxzs1", "kun liu", "2019-12-01T04:46:20+00:00"),
        ("Ugw5zYU6n9pmIgAZWvN4AaABAg.91zT3cYb5B291za6voUoRh", "kun liu", "2019-12-01T04:46:31+00:00"),
    ),
    "search__search_by_keywords_p1.json": (
        25,
        ("nkhpGC10OVw", "Monthly Winners", "2017-04-09T17:18:44+00:00"),
        ("ddYARvl4PgE", "SURFER", "2019-12-06T08:25:39+00:00"),
    ),
    "search__search_by_keywords_p2.json": (
        25,
        ("_azIoZ50zuM", "Surf Channel Television Network", "2013-04-07T23:38:06+00:00"),
        ("4sqcVvWBK08", "Stab Magazine", "2019-11-29T18:30:02+00:00"),
    ),
}
"""How many items a recorded answer holds, and of the first and the last one the id, the author and the date."""


def facts(item: Item) -> tuple[str, str, str]:
    return item.native_id, item.author.name, item.published_at.isoformat() if item.published_at else ""


def test_recorded_answer_is_read(recorded_youtube: Path) -> None:
    if recorded_youtube.name == "error_permission_resp.json":
        with pytest.raises(Refused, match="PERMISSION_DENIED, SERVICE_UNAVAILABLE"):
            YOUTUBE.parse(a_response(recorded_youtube.read_bytes(), status=403), source())
        return

    items = YOUTUBE.parse(a_response(recorded_youtube.read_bytes()), source()).items

    ends = (facts(items[0]), facts(items[-1])) if items else (None, None)
    assert (len(items), *ends) == RECORDED[recorded_youtube.name]
    for item in items:
        assert item.published_kind == "published"
        assert not any(mark in item.title + item.text for mark in ("&#39;", "&amp;", "<a ", "<br"))


def test_it_is_registered() -> None:
    assert isinstance(CONNECTORS["youtube"], YouTubeConnector)
