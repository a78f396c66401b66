"""The inbox page and the page of a mention, as a person without JavaScript uses them."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from builders import TENANT, a_contact, a_mention, a_tenant, a_verdict, a_watch, an_acknowledgement, an_item
from earshot.domain.item import Author, Engagement
from earshot.domain.mention import Mention, Outcome, Status
from earshot.domain.verdict import Kind, Probabilities
from earshot.web.page_inbox import MOST_OF_A_WEEK
from earshot.web.routes import build_app
from fakes import NOW
from web_builders import OTHER_TENANT, Outline, Reply, Server, a_marked_match


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def session(server: Server) -> str:
    return server.signed_in()


def closed(mention: Mention, by: str = "key:anna", outcome: Outcome = Outcome.THANKED) -> Mention:
    done = an_acknowledgement(outcome, by=by)
    return replace(mention, status=Status.DONE, acknowledgement=done, version=2)


def where(reply: Reply) -> str:
    return reply.headers["Location"]


def test_without_a_session_pages_lead_to_the_login(server: Server) -> None:
    replies = [server.call("GET", path) for path in ("/", "/mentions/m_1", "/watches", "/sources")]
    replies += [server.call("POST", "/mentions/m_1", form={"outcome": "thanked"})]
    replies += [server.call("GET", "/", session="forged")]

    assert {(reply.status, where(reply)) for reply in replies} == {(303, "/login")}


def test_a_page_allows_no_script_and_no_foreign_content(server: Server, session: str) -> None:
    server.put(a_mention())

    reply = server.call("GET", "/", session=session)

    policy = reply.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'")
    assert "script" not in policy
    assert reply.headers["Cache-Control"] == "no-store"
    outline = Outline(reply.text)
    assert "script" not in {tag for tag, _ in outline.tags}
    assert not any(name.startswith("on") or name == "style" for _, names in outline.tags for name in names)


@pytest.mark.parametrize(
    ("count", "language", "sentence"),
    [
        (0, "de", "Niemand wartet auf eine Antwort"),
        (1, "de", "1 wartet auf eine Antwort"),
        (2, "de", "2 warten auf eine Antwort"),
        (0, "en", "Nobody is waiting for an answer"),
        (1, "en", "1 is waiting for an answer"),
        (101, "en", "More than 100 are waiting for an answer"),
    ],
)
def test_the_page_opens_with_a_sentence(server: Server, count: int, language: str, sentence: str) -> None:
    server.put_tenant(a_tenant(language=language))
    server.put(*(a_mention(str(i)) for i in range(count)))

    reply = server.call("GET", "/", session=server.signed_in())

    assert f"<h1>{sentence}</h1>" in reply.text


def test_the_last_week_is_told_in_words(server: Server, session: str) -> None:
    server.put(
        a_mention("1"),
        closed(a_mention("2", kind=Kind.PRAISE)),
        a_mention("3", kind=Kind.PRAISE),
        a_mention("4", seen_at=NOW - timedelta(days=8)),
        a_mention("5", is_history=True),
    )

    reply = server.call("GET", "/?lang=en", session=session)

    assert "In the last 7 days: praised 2 times, criticised once, 1 dealt with." in reply.text


def test_a_card_says_kind_place_author_and_time_as_people_do(server: Server, session: str) -> None:
    posted = NOW - timedelta(hours=2, minutes=10)
    author = Author(name="Lina", followers=1340)
    item = an_item("1", title="Kalter Kuchen", place="Forum", author=author, published_at=posted)
    verdict = a_verdict(urgency=80)
    server.put(a_mention("1", item=item, rating=1.0, engagement=Engagement(replies=2), verdict=verdict))

    text = Outline(server.call("GET", "/", session=session).text).text

    assert "▼ Kritik" in text
    assert "dringend · wartet seit 2 h 10 min" in text
    assert "Forum · ★☆☆☆☆ · 2 Antworten · 1.340 Follower" in text
    assert "Lina · vor 2 h" in " ".join(text.split())


def test_the_exact_time_is_in_the_tenants_zone_and_language(server: Server, session: str) -> None:
    server.put(a_mention())

    german = server.call("GET", "/", session=session).text
    english = server.call("GET", "/?lang=en", session=session).text

    assert 'title="Dienstag, 24. November 2026, 13:00 Uhr"' in german
    assert 'title="Tuesday, 24 November 2026, 13:00"' in english


def test_what_matched_is_marked_and_the_reasons_are_told(server: Server, session: str) -> None:
    item = an_item("1", text="Der Kuchen bei Acme war kalt")
    reasons = ('"kalt" +2.1', "1 star", "could not be classified", "anything else")
    server.put(
        a_mention("1", item=item, matches=(a_marked_match(15, 19),), verdict=a_verdict(reasons=reasons)),
    )
    server.company.watches.become(a_watch("acme"))

    outline = Outline(server.call("GET", "/", session=session).text)

    assert outline.marked == ["Acme"]
    assert "Gehört wegen „Acme“" in outline.text
    assert "Suchbegriff: acme" in outline.text
    assert "„kalt“ +2,1 · 1 Stern · ließ sich nicht einschätzen · anything else" in outline.text


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("open", {"criticism", "question", "praise"}),
        ("criticism", {"criticism"}),
        ("questions", {"question"}),
        ("thanks", {"praise"}),
        ("all", {"criticism", "question", "praise", "neutral"}),
        ("nonsense", {"criticism", "question", "praise"}),
    ],
)
def test_chips_narrow_the_list(server: Server, session: str, show: str, expected: set[str]) -> None:
    server.put(*(a_mention(kind.value, kind=kind) for kind in Kind if kind is not Kind.UNCLASSIFIED))

    reply = server.call("GET", f"/?show={show}", session=session)

    links = {link.rpartition("/")[2] for link in Outline(reply.text).links if link.startswith("https://forum.example/")}
    assert links == expected


def test_weitere_zeigen_leads_through_all_mentions_once(server: Server, session: str) -> None:
    server.put(*(a_mention(str(i), seen_at=NOW - timedelta(minutes=i)) for i in range(45)))

    seen: list[str] = []
    path = "/?show=all&q=acme"
    while path:
        outline = Outline(server.call("GET", path, session=session).text)
        seen += [link for link in outline.links if link.startswith("https://forum.example/")]
        path = next((link for link in outline.links if "cursor=" in link), "")

    assert sorted(seen) == sorted(f"https://forum.example/{i}" for i in range(45))


@pytest.mark.parametrize(
    ("query", "text"),
    [("", "Noch nichts gehört."), ("?q=acme", "Nichts gefunden."), ("?show=thanks", "Noch nichts gehört.")],
)
def test_an_empty_list_says_what_will_appear(server: Server, session: str, query: str, text: str) -> None:
    assert text in server.call("GET", f"/{query}", session=session).text


def test_an_answered_inbox_says_so(server: Server, session: str) -> None:
    server.put(closed(a_mention()))

    assert "Alles beantwortet." in server.call("GET", "/", session=session).text


def test_one_click_thanks_and_the_way_back_offers_to_undo_it(server: Server, session: str) -> None:
    mention = a_mention(kind=Kind.PRAISE)
    server.put(mention)

    reply = server.submit(f"/mentions/{mention.id}", session, outcome="thanked", version=1, back="/?show=thanks")

    assert (reply.status, urlsplit(where(reply)).path) == (303, "/")
    assert parse_qs(urlsplit(where(reply)).query) == {"show": ["thanks"], "done": [mention.id]}
    done = server.mention(mention.id).acknowledgement
    assert done is not None
    assert (done.outcome, done.by) == (Outcome.THANKED, "member:anna")
    notice = server.call("GET", where(reply), session=session).text
    assert "Danke gesagt:" in notice
    assert "Wieder öffnen" in notice


def test_reopening_opens_the_mention(server: Server, session: str) -> None:
    mention = closed(a_mention())
    server.put(mention)

    page = f"/mentions/{mention.id}"

    reply = server.submit(page, session, outcome="reopened", version=2, back=page)

    assert where(reply) == page
    assert server.mention(mention.id).status is Status.OPEN


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "x"]
)
def test_the_way_back_never_leaves_this_server(server: Server, session: str, back: str) -> None:
    mention = a_mention()
    server.put(mention)

    reply = server.submit(f"/mentions/{mention.id}", session, outcome="answered", version=1, back=back)

    assert where(reply) == f"/?done={mention.id}"


def test_a_form_without_its_token_changes_nothing(server: Server, session: str) -> None:
    mention = a_mention()
    server.put(mention)
    stranger = server.form_token(server.signed_in())
    fields = {"outcome": "answered", "version": 1}

    without = server.call("POST", f"/mentions/{mention.id}", session=session, form=fields)
    foreign = server.call("POST", f"/mentions/{mention.id}", session=session, form={**fields, "form_token": stranger})
    as_json = server.call("POST", f"/mentions/{mention.id}", session=session, payload=fields)

    assert [reply.status for reply in (without, foreign, as_json)] == [403, 403, 403]
    assert server.mention(mention.id).acknowledgement is None


def test_ignoring_needs_a_reason(server: Server, session: str) -> None:
    mention = a_mention()
    server.put(mention)

    reply = server.submit(f"/mentions/{mention.id}", session, outcome="ignored", version=1, note=" ")

    assert reply.status == 422
    assert "Nennen Sie einen Grund" in reply.text


@pytest.mark.parametrize("version", ["", "x", "-1"])
def test_a_form_without_a_version_is_refused(server: Server, session: str, version: str) -> None:
    mention = a_mention()
    server.put(mention)

    assert server.submit(f"/mentions/{mention.id}", session, outcome="answered", version=version).status == 422


def test_whoever_comes_second_sees_what_the_first_did(server: Server, session: str) -> None:
    mention = a_mention()
    server.put(mention)
    server.submit(f"/mentions/{mention.id}", server.signed_in("bernd"), outcome="answered", version=1)

    reply = server.submit(f"/mentions/{mention.id}", session, outcome="irrelevant", version=1)

    assert reply.status == 409
    assert "Jemand war schneller" in reply.text
    assert "Beantwortet von bernd" in reply.text
    done = server.mention(mention.id).acknowledgement
    assert done is not None
    assert done.by == "member:bernd"


def test_done_mentions_say_by_whom_in_names_people_know(server: Server, session: str) -> None:
    key, _ = server.access.create_key(TENANT, "the robot", "respond")
    server.company.contacts.become(replace(a_contact("anna"), name="Anna Muster"))
    for name, actor in (("1", f"key:{key.id}"), ("2", "contact:c_anna"), ("3", "member:bernd")):
        mention = a_mention(name)
        server.put(mention)
        server.parts.inbox.acknowledge(TENANT, mention.id, outcome="answered", by=actor, version=1)

    text = server.call("GET", "/?show=all", session=session).text

    assert "Beantwortet von the robot" in text
    assert "Beantwortet von Anna Muster" in text
    assert "Beantwortet von bernd" in text


def test_the_page_of_a_mention_tells_its_history(server: Server, session: str) -> None:
    mention = a_mention()
    server.put(mention)
    server.submit(f"/mentions/{mention.id}", session, outcome="ignored", version=1, note="An advertisement")
    server.submit(f"/mentions/{mention.id}", session, outcome="reopened", version=2)

    text = Outline(server.call("GET", f"/mentions/{mention.id}", session=session).text).text

    assert text.index("Wieder geöffnet") < text.index("Ignoriert") < text.index("Zum ersten Mal gehört")
    assert "An advertisement" in text


def test_a_mention_of_another_tenant_is_not_there(server: Server) -> None:
    mention = a_mention()
    server.put(mention)
    stranger = server.signed_in("eve", OTHER_TENANT)

    replies = [
        server.call("GET", f"/mentions/{mention.id}", session=stranger),
        server.submit(f"/mentions/{mention.id}", stranger, outcome="answered", version=1),
        server.call("GET", f"/?done={mention.id}", session=stranger),
    ]

    assert [reply.status for reply in replies] == [404, 404, 200]
    assert "Acme ist schlecht" not in "".join(reply.text for reply in replies)


def test_a_link_that_a_browser_would_not_open_as_a_page_leads_to_our_own(server: Server, session: str) -> None:
    mention = a_mention(item=an_item("1", url="javascript:alert(1)"))
    server.put(mention)

    outline = Outline(server.call("GET", "/", session=session).text)

    assert f"/mentions/{mention.id}" in outline.links
    assert not any(link.startswith("javascript") for link in outline.links)


def test_links_out_tell_the_other_side_nothing(server: Server, session: str) -> None:
    server.put(a_mention())

    text = server.call("GET", "/", session=session).text

    assert 'href="https://forum.example/1" rel="noopener noreferrer nofollow"' in text


@pytest.mark.parametrize(
    ("headers", "query", "expected"),
    [({}, "", "de"), ({"accept-language": "en"}, "", "de"), ({}, "?lang=en", "en"), ({}, "?lang=fr", "de")],
)
def test_the_language_is_the_tenants_unless_another_is_asked_for(
    server: Server, session: str, headers: dict[str, str], query: str, expected: str
) -> None:
    reply = server.call("GET", f"/{query}", session=session, headers=headers)

    assert f'<html lang="{expected}">' in reply.text


def test_the_language_asked_for_is_remembered(server: Server, session: str) -> None:
    reply = server.call("GET", "/?lang=en", session=session)
    cookie = next(each for each in reply.cookies if each.startswith("earshot_language=en;"))

    again = server.call("GET", "/", cookies=[f"earshot_session={session}", cookie.partition(";")[0]])

    assert '<html lang="en">' in again.text


@pytest.mark.parametrize("path", ["/nothing", "/mentions/x", "/static/../routes.py", "/static/openapi.json"])
def test_an_address_where_nothing_is_says_so_on_a_page(server: Server, session: str, path: str) -> None:
    reply = server.call("GET", path, session=session)

    assert reply.status == 404
    assert "Hier ist nichts" in reply.text


def test_a_wrong_method_on_a_page_is_told_in_words(server: Server, session: str) -> None:
    reply = server.call("PUT", "/", session=session)

    assert (reply.status, reply.headers["Allow"]) == (405, "GET, HEAD")


def test_files_of_the_pages_are_kept_by_browsers_until_they_change(server: Server) -> None:
    page = Outline(server.call("GET", "/login").text)

    for link in [link for link in page.links if link.startswith("/static/")]:
        reply = server.call("GET", link)
        assert reply.status == 200
        assert "immutable" in reply.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("watch=w_acme", "Nur zum Suchbegriff „acme“."),
        ("watch=w_gone", "Nur zum Suchbegriff „w_gone“."),
        ("source=s_feed&q=a", "Nur mit „a“, aus einer Quelle."),
        ("author=a_x", "Nur von einer Person."),
    ],
)
def test_the_page_says_what_it_is_narrowed_to(server: Server, session: str, query: str, said: str) -> None:
    server.company.watches.become(a_watch("acme"))

    outline = Outline(server.call("GET", f"/?show=all&{query}", session=session).text)

    assert said in outline.text
    assert "/?show=all" in outline.links


def test_what_may_be_criticism_says_so(server: Server, session: str) -> None:
    perhaps = Probabilities(positive=0.1, neutral=0.55, negative=0.35)
    server.put(a_mention(verdict=a_verdict(probabilities=perhaps)))

    assert "vielleicht Kritik" in server.call("GET", "/", session=session).text


def test_our_own_mistake_is_told_on_a_page_with_an_id(server: Server, session: str) -> None:
    broken = Server(table=server.table)
    broken.handle = build_app(replace(broken.parts, inbox=None))  # type: ignore[arg-type]

    reply = broken.call("GET", "/", session=session)

    assert reply.status == 500
    assert "It is noted as" in reply.text
    assert "Traceback" not in reply.text


def test_a_search_that_found_nothing_so_far_can_go_on(server: Server, session: str) -> None:
    server.put(*(a_mention(str(i), seen_at=NOW - timedelta(minutes=i)) for i in range(1001)))

    reply = server.call("GET", "/?show=all&q=rarely", session=session)

    assert "ältere Erwähnungen sind noch nicht durchsucht" in reply.text
    assert "Weitersuchen" in reply.text


def test_the_last_week_is_counted_beyond_the_first_hundred(server: Server, session: str) -> None:
    server.put(*(a_mention(f"old {i}", seen_at=NOW - timedelta(days=9)) for i in range(100)))
    server.put(*(a_mention(f"new {i}", kind=Kind.PRAISE, seen_at=NOW - timedelta(hours=i)) for i in range(110)))

    reply = server.call("GET", "/?lang=en", session=session)

    assert "In the last 7 days: praised 110 times." in reply.text


def test_a_week_with_too_much_to_count_tells_no_numbers(server: Server, session: str) -> None:
    server.put(*(a_mention(str(i), seen_at=NOW - timedelta(minutes=i)) for i in range(MOST_OF_A_WEEK + 1)))

    reply = server.call("GET", "/?lang=en", session=session)

    assert "More than 500 mentions in the last 7 days." in reply.text
    assert "criticised" not in reply.text


def test_chips_count_to_a_hundred(server: Server, session: str) -> None:
    server.put(*(a_mention(f"c{i}") for i in range(101)))
    server.put(*(a_mention(f"q{i}", kind=Kind.QUESTION) for i in range(100)))

    text = server.call("GET", "/", session=session).text

    chips = re.findall(r'class="chip[^>]*>([^<]+?)(?: <span class="count">([^<]*)</span>)?</a>', text)
    assert dict(chips) == {"Offen": "", "Kritik": "100+", "Fragen": "100", "Danke sagen": "", "Alle": ""}


def test_a_click_on_an_author_shows_everything_by_them_only(server: Server, session: str) -> None:
    author = Author(name="Lina", id="7")
    server.put(a_mention("1", item=an_item("1", author=author)), a_mention("2", item=an_item("2", author=author)))
    server.put(a_mention("3", item=an_item("3", author=Author(name="Lina", id="8"))))

    page = Outline(server.call("GET", "/?q=1", session=session).text)
    link = next(link for link in page.links if "author=" in link)
    shown = Outline(server.call("GET", link, session=session).text)

    links = [each for each in shown.links if each.startswith("https://forum.example/")]
    assert sorted(set(links)) == ["https://forum.example/1", "https://forum.example/2"]
    assert "Nur von einer Person." in shown.text
