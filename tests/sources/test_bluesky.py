"""Bluesky: the search and its cursor, the other shapes of posts, signing in, threads, rechecks."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from source_builders import NOW, a_response, a_source, parse

from earshot.domain.credential import NO_CREDENTIAL
from earshot.domain.errors import Invalid, Malformed, Refused, Throttled
from earshot.domain.item import Author, Engagement, Item
from earshot.domain.source import Source
from earshot.domain.thread import Ref, Thread
from earshot.ports.http import Draw
from earshot.sources.bluesky import LIMIT, MAX_PAGES, OVERLAP_MS, BlueskyConnector

BLUESKY = BlueskyConnector()
ANNA = "did:plc:anna"
SESSION = {"access_token": "aaa.bbb.ccc", "refresh_token": "rrr.sss.ttt"}
T = 1_790_000_000_000


def uri(key: str, did: str = ANNA) -> str:
    return f"at://{did}/app.bsky.feed.post/{key}"


def written(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def a_view(key: str = "3k1", text: str = "hi Acme", at: int = T, **fields: object) -> dict[str, object]:
    return {
        "uri": uri(key),
        "cid": "bafy",
        "author": {"did": ANNA, "handle": "anna.example", "displayName": "Anna"},
        "record": {"$type": "app.bsky.feed.post", "text": text, "createdAt": written(at), "langs": ["de", "en"]},
        "indexedAt": written(at + 500),
        **fields,
    }


def an_answer(*views: object, cursor: str = "") -> str:
    return json.dumps({"posts": views, **({"cursor": cursor} if cursor else {})})


def a_search(words: tuple[str, ...] = ("Acme",), cursor: str = "") -> Source:
    return replace(a_source("bluesky", cursor=cursor), locator="all#1", words=words)


def asked(source: Source) -> dict[str, str]:
    query = parse_qs(urlsplit(BLUESKY.request(source).url).query)
    return {name: values[0] for name, values in query.items()}


def test_a_post_gives_every_field() -> None:
    view = a_view(likeCount=3, repostCount=2, replyCount=1, quoteCount=9)
    view["record"] = {
        "text": "@acme.example  nie wieder <b>Acme</b> &amp; Co\u202e",
        "createdAt": "2026-11-24T11:00:00.123+01:00",
        "langs": ["de", "en"],
        "reply": {"parent": {"uri": uri("3k0", "did:plc:ben"), "cid": "x"}, "root": {"uri": uri("3j0"), "cid": "y"}},
    }
    view["indexedAt"] = "2026-11-24T10:00:01Z"

    fetched = parse(an_answer(view), "bluesky")

    assert fetched.items == (
        Item(
            identity=f"bluesky:{uri('3k1')}",
            native_id=uri("3k1"),
            source_kind="bluesky",
            url="https://bsky.app/profile/anna.example/post/3k1",
            text="@acme.example nie wieder <b>Acme</b> &amp; Co",
            published_at=datetime(2026, 11, 24, 10, 0, 0, 123000, tzinfo=UTC),
            author=Author(name="Anna", id=ANNA, handle="anna.example", url="https://bsky.app/profile/anna.example"),
            engagement=Engagement(likes=3, reposts=2, replies=1),
            language="de",
            parent_id=uri("3k0", "did:plc:ben"),
            root_id=uri("3j0"),
            thread_url=f"https://bsky.app/profile/{ANNA}/post/3j0",
            place="Bluesky",
        ),
    )
    assert (fetched.title, fetched.skipped, fetched.more) == ("Bluesky", 0, False)


def test_a_post_that_answers_nothing_is_its_own_root() -> None:
    (item,) = parse(an_answer(a_view()), "bluesky").items

    assert (item.parent_id, item.root_id, item.thread_url) == ("", uri("3k1"), item.url)


@pytest.mark.parametrize(
    ("created", "indexed", "published", "kind"),
    [
        ("2026-11-24T10:00:00Z", "2026-11-24T10:00:09Z", "2026-11-24T10:00:00+00:00", "published"),
        ("2031-01-01T00:00:00Z", "2026-11-24T10:00:09Z", "2026-11-24T10:00:09+00:00", "published"),
        ("0001-01-01T00:00:00Z", "2026-11-24T10:00:09Z", "2026-11-24T10:00:09+00:00", "updated"),
        (None, "2026-11-24T10:00:09Z", "2026-11-24T10:00:09+00:00", "published"),
        ("2026-11-24T10:00:00", None, "2026-11-24T10:00:00+00:00", "published"),
        ("yesterday", 7, None, "seen"),
    ],
)
def test_a_post_is_dated_as_the_place_sorts_it(
    created: object, indexed: object, published: str | None, kind: str
) -> None:
    view = a_view(indexedAt=indexed)
    view["record"] = {"text": "hi", "createdAt": created}

    (item,) = parse(an_answer(view), "bluesky").items

    assert (item.published_at and item.published_at.isoformat(), item.published_kind) == (published, kind)


def test_an_author_whose_handle_is_broken_is_named_by_id() -> None:
    (item,) = parse(an_answer(a_view(author={"did": ANNA, "handle": "handle.invalid"})), "bluesky").items

    assert item.author == Author(id=ANNA, url=f"https://bsky.app/profile/{ANNA}")
    assert item.url == f"https://bsky.app/profile/{ANNA}/post/3k1"


def test_a_post_without_words_is_what_it_shows() -> None:
    page = {"external": {"uri": "https://acme.de/x", "title": "Acme opens", "description": "A shop"}}
    picture = {"media": {"images": [{"alt": "a broken Acme lamp"}, {"alt": 7}, None]}}
    card, image, bare = (a_view(key, text="") for key in ("3k1", "3k2", "3k3"))
    card["record"] = {"text": "", "createdAt": written(T), "embed": page}
    image["record"] = {"text": " ", "createdAt": written(T + 1), "embed": picture}

    fetched = parse(an_answer(card, image, bare), "bluesky")

    assert [item.text for item in fetched.items] == ["Acme opens\nA shop\nhttps://acme.de/x", "a broken Acme lamp"]
    assert fetched.skipped == 1


@pytest.mark.parametrize(
    "broken",
    [
        7,
        None,
        [],
        {},
        {"uri": "https://bsky.app/x", "record": {"text": "hi"}},
        {"uri": uri("a b"), "record": {"text": "hi"}},
        {"uri": uri("3k1"), "record": "hi"},
        {"uri": uri("3k1"), "record": {"text": {"deep": ["hi"]}}},
        {"uri": uri("x" * 500), "record": {"text": "hi"}},
    ],
)
def test_what_is_no_post_is_counted(broken: object) -> None:
    fetched = parse(an_answer(broken, a_view("3k9")), "bluesky")

    assert ([item.native_id for item in fetched.items], fetched.skipped) == ([uri("3k9")], 1)


def test_wrong_types_within_a_post_count_as_missing() -> None:
    view = a_view(author=[], likeCount="many", repostCount=-(10**20), replyCount=True, indexedAt={})
    view["record"] = {"text": "hi", "createdAt": 7e300, "langs": [7, "x y"], "reply": {"parent": [], "root": "x"}}

    (item,) = parse(an_answer(view), "bluesky").items

    assert item == Item(
        identity=f"bluesky:{uri('3k1')}",
        native_id=uri("3k1"),
        source_kind="bluesky",
        url=f"https://bsky.app/profile/{ANNA}/post/3k1",
        text="hi",
        published_kind="seen",
        engagement=Engagement(),
        root_id=uri("3k1"),
        thread_url=f"https://bsky.app/profile/{ANNA}/post/3k1",
        place="Bluesky",
    )


def test_first_request_asks_for_the_newest_with_the_token_in_a_header() -> None:
    request = BLUESKY.request(a_search(("Müller Küchen",)), SESSION)

    assert request.url == (
        "https://bsky.social/xrpc/app.bsky.feed.searchPosts?q=%22M%C3%BCller%20K%C3%BCchen%22&sort=latest&limit=100"
    )
    assert request.headers == {"Authorization": "Bearer aaa.bbb.ccc"}
    assert request.reads == {400, 401, 403, 429}


def test_a_request_without_credential_has_the_same_address() -> None:
    bare = BLUESKY.request(a_search(), NO_CREDENTIAL)

    assert (bare.url, bare.headers) == (BLUESKY.request(a_search(), SESSION).url, {})


def test_a_typed_query_goes_as_it_is() -> None:
    source = replace(a_source("bluesky"), locator=BLUESKY.locator('"Acme GmbH"  lang:de'))

    assert source.locator == 'all?"Acme GmbH" lang:de'
    assert asked(source)["q"] == '"Acme GmbH" lang:de'


@pytest.mark.parametrize(
    ("typed", "locator"), [("acme", "all?acme"), ("all? acme ", "all?acme"), ("all#3", "all#3"), ("#acme", "all?#acme")]
)
def test_locators(typed: str, locator: str) -> None:
    assert BLUESKY.locator(typed) == BLUESKY.locator(locator) == locator


@pytest.mark.parametrize("typed", ["", "all?", "x" * 401, "a\nb\0"])
def test_a_query_must_be_one_line_of_text(typed: str) -> None:
    with pytest.raises(Invalid):
        BLUESKY.locator(typed)


def test_later_request_reads_some_minutes_again() -> None:
    assert asked(a_search(cursor=str(T)))["since"] == written(T - OVERLAP_MS)


@pytest.mark.parametrize("cursor", ["yesterday", "1:2", "-5", "1:2-3-4", "٣", "9" * 20, "1/2"])
def test_unreadable_cursor_starts_anew(cursor: str) -> None:
    assert "since" not in asked(a_search(cursor=cursor))


def test_unchanged_poll_changes_nothing() -> None:
    first = parse(an_answer(a_view(at=T), a_view("3k0", at=T - 9)), "bluesky")
    again = parse(an_answer(a_view(at=T)), "bluesky", cursor=first.cursor)
    nothing = parse(an_answer(), "bluesky", cursor=first.cursor)

    assert first.cursor == again.cursor == nothing.cursor == str(T)
    assert {first.entries_hash, again.entries_hash, nothing.entries_hash} == {""}
    assert not (first.more or again.more or nothing.more)


def test_a_date_ahead_of_us_does_not_move_the_cursor() -> None:
    ahead = int(NOW.timestamp() * 1000) + 1000

    assert parse(an_answer(a_view(at=ahead)), "bluesky", cursor=str(T)).cursor == str(T)


def test_first_answer_opens_no_gap() -> None:
    fetched = parse(an_answer(a_view(at=T), cursor="100"), "bluesky")

    assert (fetched.cursor, fetched.more) == (str(T), False)


def test_nothing_is_lost_when_more_came_than_one_poll_may_read() -> None:
    said = [T + n // 3 for n in range(1, 1100)]
    cursor, heard, polls = str(T), set(), [0]

    while polls == [0] or ":" in cursor:
        query = asked(a_search(cursor=cursor))
        found = [
            (at, n)
            for n, at in enumerate(said)
            if query["since"] <= written(at) and ("until" not in query or written(at) < query["until"])
        ]
        newest = sorted(found, reverse=True)[:LIMIT]
        body = an_answer(*(a_view(f"k{n}", at=at) for at, n in newest), cursor="100" if len(found) > LIMIT else "")
        fetched = parse(body, "bluesky", cursor=cursor)
        heard |= {item.native_id for item in fetched.items}
        cursor = fetched.cursor
        polls[-1] += 1
        if not fetched.more:
            polls.append(0)

    assert heard == {uri(f"k{n}") for n in range(len(said))}
    assert cursor == str(max(said))
    assert max(polls) == MAX_PAGES


def test_a_moment_that_never_fits_does_not_hold_us_for_ever() -> None:
    cursor = f"{T + 100}:{T}-{T + 50}"

    answers = 0
    while ":" in cursor and answers < 60:
        cursor = parse(an_answer(a_view(at=T + 50), cursor="x"), "bluesky", cursor=cursor).cursor
        answers += 1

    assert cursor == str(T + 100)


def test_another_shape_leaves_the_cursor_alone() -> None:
    fetched = parse(json.dumps({"thread": {"post": a_view(at=T + 5)}}), "bluesky", cursor=str(T))

    assert (len(fetched.items), fetched.cursor) == (1, str(T))


def a_thread() -> dict[str, object]:
    def reply(key: str, to: str, at: int, **more: object) -> dict[str, object]:
        record = {"text": key, "createdAt": written(at), "reply": {"parent": {"uri": to}, "root": {"uri": uri("root")}}}
        return {"$type": "app.bsky.feed.defs#threadViewPost", "post": a_view(key, at=at, record=record), **more}

    root = {"post": a_view("root", "root", T, author={"did": ANNA, "handle": "ben.example"})}
    lost = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": uri("lost"), "notFound": True}
    hidden = {"uri": uri("hidden"), "blocked": True, "author": {"did": "did:plc:x"}}
    below = reply("below", uri("mine"), T + 3)
    answer = reply("answer", uri("me"), T + 2, replies=[])
    answer["replies"] = [reply("late", uri("answer"), T + 4), lost]
    return {"thread": reply("me", uri("root"), T + 1, parent=root, replies=[answer, hidden, below])}


def test_a_thread_gives_every_post_with_whom_it_answers() -> None:
    fetched = parse(json.dumps(a_thread()), "bluesky")

    assert [(item.text, item.reply_to) for item in fetched.items] == [
        ("root", ""),
        ("me", "ben.example"),
        ("answer", "anna.example"),
        ("below", "anna.example"),
        ("late", "anna.example"),
    ]
    assert fetched.gone == (f"bluesky:{uri('lost')}",)


def test_a_thread_is_read_in_one_request() -> None:
    ref = Ref(native_id=uri("me"), parent_id=uri("root"), root_id=uri("root"))

    request = BLUESKY.thread_request(ref, Thread(), SESSION)
    thread = BLUESKY.thread_parse(a_response(json.dumps(a_thread())), ref, Thread())

    assert request is not None
    assert request.url == (
        "https://public.api.bsky.app/xrpc/app.bsky.feed.getPostThread"
        "?uri=at%3A%2F%2Fdid%3Aplc%3Aanna%2Fapp.bsky.feed.post%2Fme&depth=20&parentHeight=21"
    )
    assert request.headers == {}
    assert [item.text for item in thread.ancestors] == ["root"]
    assert [item.text for item in thread.replies] == ["answer", "late"]
    assert not thread.is_cut
    assert BLUESKY.thread_request(ref, thread) is None


def test_a_thread_whose_beginning_is_gone_is_cut() -> None:
    body = a_thread()
    assert isinstance(body["thread"], dict)
    body["thread"]["parent"] = {"uri": uri("root"), "notFound": True}

    thread = BLUESKY.thread_parse(a_response(json.dumps(body)), Ref(native_id=uri("me")), Thread())

    assert (thread.ancestors, thread.is_cut) == ((), True)


def test_what_has_no_name_here_has_no_thread() -> None:
    assert BLUESKY.thread_request(Ref(native_id="7"), Thread()) is None


def test_a_deep_thread_ends_somewhere() -> None:
    node: dict[str, object] = {"post": a_view("k")}
    for n in range(150):
        node = {"post": a_view(f"k{n}"), "parent": node, "replies": [node] if n % 50 == 0 else []}

    assert parse(json.dumps({"thread": node}), "bluesky").items


def test_other_shapes_are_read_too() -> None:
    parent = {"author": {"did": "did:plc:ben", "handle": "ben.example"}}
    view = a_view()
    view["record"] = {
        "text": "yes",
        "createdAt": written(T),
        "reply": {"parent": {"uri": uri("3k0")}, "root": {"uri": uri("3k0")}},
    }
    record = {"uri": uri("3k1"), "cid": "x", "value": {"text": "yes", "createdAt": written(T)}}

    fed = parse(json.dumps({"feed": [{"post": view, "reply": {"parent": parent}}, None]}), "bluesky")
    assert [(item.text, item.reply_to, item.author.name) for item in fed.items] == [("yes", "ben.example", "Anna")]
    assert fed.skipped == 1
    for body in (record, {"records": [record]}, view):
        (item,) = parse(json.dumps(body), "bluesky").items
        assert (item.native_id, item.text, item.author.id) == (uri("3k1"), "yes", ANNA)


@pytest.mark.parametrize(("operation", "items", "gone"), [("create", 1, 0), ("update", 1, 0), ("delete", 0, 1)])
def test_an_event_tells_what_came_and_what_went(operation: str, items: int, gone: int) -> None:
    commit = {"operation": operation, "collection": "app.bsky.feed.post", "rkey": "3k1"}
    if operation != "delete":
        commit["record"] = {"text": "hi", "createdAt": written(T)}  # type: ignore[assignment]

    fetched = parse(json.dumps({"did": ANNA, "kind": "commit", "commit": commit}), "bluesky")

    assert [item.identity for item in fetched.items] == [f"bluesky:{uri('3k1')}"] * items
    assert fetched.gone == (f"bluesky:{uri('3k1')}",) * gone


def test_an_event_about_something_else_tells_nothing() -> None:
    commit = {"operation": "delete", "collection": "app.bsky.feed.like", "rkey": "3k1"}

    fetched = parse(json.dumps({"did": ANNA, "commit": commit}), "bluesky")

    assert (fetched.items, fetched.gone) == ((), ())


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"message":"nope"}', b"\xff", b'{"posts":{}}'])
def test_other_answers_are_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse(body, "bluesky")


@pytest.mark.parametrize(
    ("status", "body", "told", "reason"),
    [
        (400, '{"error":"ExpiredToken","message":"Token has expired"}', 401, "credential set bluesky"),
        (400, '{"error":"InvalidToken"}', 401, "does not accept the session"),
        (401, '{"error":"AuthMissing"}', 401, "does not accept the session"),
        (401, "", 401, "does not accept the session"),
        (400, '{"error":"BadQueryString"}', 400, "other words"),
        (403, "<html>Request forbidden by administrative rules.", 403, "without an account"),
    ],
)
def test_errors_say_what_to_do_and_whether_the_session_is_over(status: int, body: str, told: int, reason: str) -> None:
    with pytest.raises(Refused, match=reason) as caught:
        BLUESKY.parse(a_response(body, status=status), a_search())

    assert caught.value.status == told


@pytest.mark.parametrize(("reset", "wait"), [(90, 90), (-5, 1), (None, None)])
def test_a_pause_is_as_long_as_the_place_says(reset: int | None, wait: int | None) -> None:
    headers = {} if reset is None else {"ratelimit_reset": str(int(NOW.timestamp()) + reset)}

    with pytest.raises(Throttled, match="too often") as caught:
        BLUESKY.parse(a_response("slow down", status=429, **headers), a_search())

    assert caught.value.retry_after_s == wait


def test_signing_in_takes_the_app_password_once() -> None:
    request = BLUESKY.sign_in({"handle": "@anna.example", "app_password": "abcd-efgh"})

    assert (request.method, request.url) == ("POST", "https://bsky.social/xrpc/com.atproto.server.createSession")
    assert json.loads(request.body) == {"identifier": "anna.example", "password": "abcd-efgh"}
    assert request.draws == (Draw(quota="sign-ins"),)
    assert not request.follows


def test_a_session_is_renewed_without_the_password() -> None:
    request = BLUESKY.sign_in({"handle": "anna.example", "app_password": "abcd-efgh", **SESSION})

    assert (request.method, request.url) == ("POST", "https://bsky.social/xrpc/com.atproto.server.refreshSession")
    assert request.headers == {"Authorization": "Bearer rrr.sss.ttt"}
    assert (request.body, request.draws, request.follows) == (b"", (), False)


def test_a_session_holds_both_tokens_for_an_hour() -> None:
    body = {"accessJwt": "aaa.bbb.ccc", "refreshJwt": "rrr.sss.ttt", "handle": "anna.example", "did": ANNA}

    session = BLUESKY.signed_in(a_response(json.dumps(body)), {})

    assert (session.fields, session.expires_at) == (SESSION, NOW + timedelta(hours=1))
    assert "aaa" not in repr(session)


@pytest.mark.parametrize(
    ("status", "body", "known", "reason"),
    [
        (401, '{"error":"AuthenticationRequired","message":"Invalid"}', {}, "handle and app password"),
        (401, '{"error":"AuthFactorTokenRequired"}', {}, "use an app password"),
        (400, '{"error":"AccountTakedown"}', {}, "closed"),
        (400, '{"error":"ExpiredToken"}', SESSION, "session is over"),
        (200, '{"active":false,"status":"suspended","accessJwt":"a","refreshJwt":"r"}', {}, "not active"),
        (403, "<html>", {}, "handle and app password"),
    ],
)
def test_a_refused_sign_in_says_why(status: int, body: str, known: dict[str, str], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        BLUESKY.signed_in(a_response(body, status=status), known)


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"accessJwt":"a b","refreshJwt":"r"}', '{"accessJwt":7}'])
def test_what_is_no_session_is_named(body: str) -> None:
    with pytest.raises(Malformed):
        BLUESKY.signed_in(a_response(body), {})


def test_too_many_sign_ins_wait() -> None:
    with pytest.raises(Throttled):
        BLUESKY.signed_in(a_response("{}", status=429), {})


def test_what_is_not_there_any_more_is_named() -> None:
    refs = [Ref(native_id=uri(key)) for key in ("3k1", "3k2", "3k3")]

    request = BLUESKY.recheck_request(refs, SESSION)
    gone = BLUESKY.recheck_parse(a_response(an_answer(a_view("3k2"))), refs)

    assert urlsplit(request.url).hostname == "public.api.bsky.app"
    assert parse_qs(urlsplit(request.url).query) == {"uris": [uri("3k1"), uri("3k2"), uri("3k3")]}
    assert gone == {uri("3k1"), uri("3k3")}


def test_a_recheck_takes_25_at_most() -> None:
    refs = [Ref(native_id=uri(f"k{n}")) for n in range(30)]

    assert len(parse_qs(urlsplit(BLUESKY.recheck_request(refs).url).query)["uris"]) == 25
    assert len(BLUESKY.recheck_parse(a_response(an_answer(a_view("k0"))), refs)) == 24


def test_a_recheck_that_shows_nothing_deletes_nothing() -> None:
    refs = [Ref(native_id=uri(key)) for key in ("3k1", "3k2")]

    assert BLUESKY.recheck_parse(a_response(an_answer()), refs) == frozenset()
    assert BLUESKY.recheck_parse(a_response(an_answer(a_view("3k9"))), refs) == frozenset()


def test_a_single_post_is_asked_for_by_its_thread() -> None:
    alone = [Ref(native_id=uri("3k1"))]
    there = json.dumps({"thread": {"post": a_view("3k1")}})
    gone = json.dumps({"thread": {"uri": uri("3k1"), "notFound": True}})

    request = BLUESKY.recheck_request(alone)

    assert urlsplit(request.url).path == "/xrpc/app.bsky.feed.getPostThread"
    assert BLUESKY.recheck_parse(a_response(there), alone) == frozenset()
    assert BLUESKY.recheck_parse(a_response(gone), alone) == {uri("3k1")}
    assert BLUESKY.recheck_parse(a_response('{"error":"NotFound"}', status=400), alone) == {uri("3k1")}
    with pytest.raises(Malformed):
        BLUESKY.recheck_parse(a_response('{"error":"InvalidRequest"}', status=400), alone)


@pytest.mark.parametrize("body", ["{}", '{"posts":[7]}', '{"error":"InternalServerError"}', '{"posts":null}'])
def test_a_strange_recheck_deletes_nothing(body: str) -> None:
    with pytest.raises(Malformed):
        BLUESKY.recheck_parse(a_response(body), [Ref(native_id=uri("3k1"))])


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        (f"https://bsky.app/profile/{ANNA}/post/3k1", f"bluesky:{uri('3k1')}"),
        ("https://bsky.app/profile/did%3Aplc%3Aanna/post/3k1?ref=x#y", f"bluesky:{uri('3k1')}"),
        ("https://bsky.app/profile/Anna.Example/post/3k1", f"bluesky:{uri('3k1', 'anna.example')}"),
        ("https://bsky.app/profile/anna.example", None),
        ("https://bsky.app/profile/anna.example/post/3k1/liked-by", None),
        ("https://bsky.app/profile/anna/post/3k1", None),
        ("https://bsky.app/profile/anna.example/post/a%20b", None),
        ("https://evil.example/profile/anna.example/post/3k1", None),
        ("at://did:plc:anna/app.bsky.feed.post/3k1", None),
    ],
)
def test_the_page_of_a_post_is_recognised(url: str, identity: str | None) -> None:
    assert BLUESKY.recognise(url) == identity


@pytest.mark.parametrize(
    ("url", "claim"),
    [
        ("https://bsky.app/profile/Anna.Example", "from:anna.example"),
        ("https://bsky.app/hashtag/acme", "#acme"),
        ("https://bsky.app/search?q=acme+gmbh", "acme gmbh"),
        ("https://bsky.app/search?q=", None),
        (f"https://bsky.app/profile/{ANNA}", None),
        ("https://bsky.app/profile/anna.example/post/3k1", None),
        ("https://bsky.app/", None),
        ("https://evil.example/profile/anna.example", None),
    ],
)
def test_profiles_hashtags_and_searches_are_claimed(url: str, claim: str | None) -> None:
    assert BLUESKY.claim(url) == claim
    assert claim is None or BLUESKY.locator(claim) == f"all?{claim}"


RECORDED = {
    "getPostThread.json": (0, 1, "", "", ""),
    "jetstream_commit.json": (1, 0, "3ldzfurmqxk23", "did:plc:lo55yba44obaih2nt5opn4z4", "2024-12-24T02:34:57.198000"),
    "post_record.json": (1, 0, "3k2yihcrp6f2c", "did:plc:kvwvcn5iqfooopmyzvb4qzba", "2024-02-22T19:58:13.903293"),
}
"""How many items and unusable posts; key, author and moment of the item. The thread is of one post without words."""


def test_recorded_bodies_are_read(recorded_bluesky: Path) -> None:
    if recorded_bluesky.name not in RECORDED:
        pytest.skip("no body of the place")
    items, skipped, key, author, at = RECORDED[recorded_bluesky.name]

    fetched = parse(recorded_bluesky.read_bytes(), "bluesky")

    assert (len(fetched.items), fetched.skipped) == (items, skipped)
    for item in fetched.items:
        assert (item.native_id, item.author.id) == (uri(key, author), author)
        assert item.published_at == datetime.fromisoformat(f"{at}+00:00")
        assert item.text == json.loads(recorded_bluesky.read_text()).get("commit", {}).get("record", {}).get(
            "text", item.text
        )
        assert "<" not in item.text
