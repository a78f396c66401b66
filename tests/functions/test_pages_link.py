"""The page behind a link in a mail."""

import pytest

from builders import a_contact, a_mention
from earshot.domain.mention import Mention, Outcome, Status
from earshot.domain.verdict import Kind
from web_builders import Outline, Reply, Server


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def mention(server: Server) -> Mention:
    mention = a_mention(kind=Kind.PRAISE)
    server.put(mention)
    return mention


def act(server: Server, token: str, outcome: str, version: int = 1, **fields: object) -> Reply:
    return server.call("POST", f"/a/{token}", form={"outcome": outcome, "version": version, **fields})


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_the_link_changes_nothing(server: Server, mention: Mention, method: str) -> None:
    token = server.link_to(mention)

    replies = [server.call(method, f"/a/{token}") for _ in range(3)]

    assert {reply.status for reply in replies} == {200}
    assert server.mention(mention.id).status is Status.OPEN
    assert server.mention(mention.id).revision == 1


def test_the_link_shows_the_mention_and_what_one_can_do_without_signing_in(server: Server, mention: Mention) -> None:
    outline = Outline(server.call("GET", f"/a/{server.link_to(mention)}").text)

    assert "Acme ist schlecht" in outline.text
    for label in ("Danke gesagt", "Beantwortet", "Ignorieren", "Nicht gemeint"):
        assert label in outline.text
    assert "Abmelden" not in outline.text
    assert "Posteingang" not in outline.text


def test_one_click_closes_the_mention_in_the_name_of_the_contact(server: Server, mention: Mention) -> None:
    reply = act(server, server.link_to(mention), "thanked")

    assert reply.status == 200
    assert "Danke, erledigt." in reply.text
    done = server.mention(mention.id).acknowledgement
    assert done is not None
    assert (done.outcome, done.by) == (Outcome.THANKED, "contact:c_anna")


def test_the_same_click_again_is_fine(server: Server, mention: Mention) -> None:
    token = server.link_to(mention)
    act(server, token, "thanked")

    reply = act(server, token, "thanked")

    assert (reply.status, server.mention(mention.id).version) == (200, 2)


def test_another_outcome_after_the_first_is_a_conflict_that_shows_the_state(server: Server, mention: Mention) -> None:
    token = server.link_to(mention)
    act(server, token, "thanked")

    replies = [act(server, token, "irrelevant", version) for version in (1, 2)]

    assert [reply.status for reply in replies] == [409, 409]
    assert "Danke gesagt von anna" in Outline(replies[0].text).text
    assert server.mention(mention.id).version == 2


def test_another_contact_does_not_overwrite_what_was_done(server: Server, mention: Mention) -> None:
    act(server, server.link_to(mention), "thanked")

    reply = act(server, server.link_to(mention, a_contact("bernd")), "thanked", 2)

    assert reply.status == 409


def test_an_act_can_be_undone_by_the_same_link(server: Server, mention: Mention) -> None:
    token = server.link_to(mention)
    act(server, token, "thanked")

    reply = act(server, token, "reopened", 2)

    assert (reply.status, server.mention(mention.id).status) == (200, Status.OPEN)
    assert "Wieder offen." in reply.text


def test_a_link_opened_again_says_that_all_is_done(server: Server, mention: Mention) -> None:
    token = server.link_to(mention)
    act(server, token, "answered", answer_url="https://forum.example/1#answer")

    outline = Outline(server.call("GET", f"/a/{token}").text)

    assert "Schon erledigt." in outline.text
    assert "https://forum.example/1#answer" in outline.links


@pytest.mark.parametrize("token", ["x", "A" * 22, "%00" * 22, "é" * 22, "a" * 3000])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_nobody_made_is_dead_in_a_friendly_way(server: Server, method: str, token: str) -> None:
    reply = server.call(method, f"/a/{token}", form={"outcome": "thanked", "version": 1})

    assert reply.status in (404, 410)
    assert "<h1>" in reply.text


def test_a_link_dies_after_30_days(server: Server, mention: Mention) -> None:
    token = server.link_to(mention)
    server.clock.advance(days=30)

    replies = [server.call("GET", f"/a/{token}", headers={"accept-language": "de"}), act(server, token, "thanked")]

    assert [reply.status for reply in replies] == [410, 410]
    assert "Dieser Link gilt nicht mehr" in replies[0].text
    assert server.mention(mention.id).status is Status.OPEN


def test_a_link_dies_with_its_contact(server: Server, mention: Mention) -> None:
    token = server.link_to(mention)
    contact = a_contact()
    server.company.contacts.remove(server.company.contacts.key(contact))

    assert server.call("GET", f"/a/{token}").status == 410


def test_a_link_to_a_deleted_mention_is_dead(server: Server) -> None:
    token = server.link_to(a_mention("never stored"))

    assert server.call("GET", f"/a/{token}").status == 410


@pytest.mark.parametrize(
    "fields", [{"outcome": "ignored"}, {"outcome": "shrugged"}, {"outcome": ""}, {"outcome": "thanked", "version": ""}]
)
def test_an_act_that_cannot_be_used_is_refused_in_words(
    server: Server, mention: Mention, fields: dict[str, object]
) -> None:
    reply = server.call("POST", f"/a/{server.link_to(mention)}", form={"version": 1, **fields})

    assert reply.status == 422
    assert "<h1>" in reply.text


def test_the_page_speaks_the_language_of_the_contact(server: Server, mention: Mention) -> None:
    token = server.link_to(mention, a_contact("bob", language="en"))

    assert "What did you do?" in server.call("GET", f"/a/{token}", headers={"accept-language": "de"}).text


def test_a_mail_program_may_send_the_form_of_a_link(server: Server, mention: Mention) -> None:
    form = {"outcome": "thanked", "version": 1}

    reply = server.call("POST", f"/a/{server.link_to(mention)}", form=form, headers={"sec-fetch-site": "cross-site"})

    assert reply.status == 200
