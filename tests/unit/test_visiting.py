"""A place is asked with what it wants, no more often than allowed, and never with what is not there."""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from builders import TENANT, a_response
from earshot.domain.credential import Credential, Session, mark_of
from earshot.domain.errors import Disallowed, Locked, Malformed, Refused, Spent, Unreachable
from earshot.ports.http import Draw, Response
from earshot.services.credentials import Credentials
from earshot.services.visiting import Visitor
from fakes import NOW, CannedConnector
from visit_desk import CALLS, CLOSED, FEED, RENEW, SIGN_IN, UNAUTHORISED, ClosedConnector, SigningConnector, VisitDesk

GIVEN = {"user": "anna", "password": "hush"}
ROBOTS = "https://feeds.example/robots.txt"
ONE = (Draw(quota="calls"),)


def a_session(token: str) -> Session:
    return Session(fields={"token": token}, expires_at=NOW + timedelta(hours=1), granted_for=mark_of(GIVEN))


def with_session(token: str, **changes: Any) -> VisitDesk:
    desk = VisitDesk(SigningConnector(), GIVEN)
    desk.credentials.keep_session(TENANT, "canned", replace(a_session(token), **changes))
    return desk


def kept_token(desk: VisitDesk) -> str | None:
    session = desk.credentials.session(TENANT, "canned")
    return session.fields["token"] if session else None


def test_a_source_with_an_owner_is_asked_with_the_owners_credential() -> None:
    desk = VisitDesk(ClosedConnector(), GIVEN)

    assert desk.visit().body == b"page"
    assert desk.asked == [f"{FEED} hush"]


def test_where_a_credential_lacks_the_place_is_not_asked_and_the_command_named() -> None:
    desk = VisitDesk(ClosedConnector(), {"user": "anna"})

    with pytest.raises(Locked, match=r"^password must be there first: earshot credential set canned$"):
        desk.visit()

    assert desk.asked == []


def test_a_run_that_keeps_no_credentials_reads_what_needs_none() -> None:
    desk = VisitDesk(ClosedConnector(place=replace(CLOSED, needs=())))
    visitor = Visitor(desk.table, desk.http, {"canned": desk.connector}, desk.clock)

    assert visitor.visit(desk.source).body == b"page"
    with pytest.raises(Locked):
        Visitor(desk.table, desk.http, {"canned": ClosedConnector()}, desk.clock).visit(desk.source)


def test_a_session_is_asked_for_first_and_kept_for_the_next_time() -> None:
    desk = VisitDesk(SigningConnector(), GIVEN)

    desk.visit()
    desk.visit()

    assert desk.asked == [SIGN_IN, "pause", f"{FEED} t1", f"{FEED} t1"]
    assert kept_token(desk) == "t1"


def test_a_session_that_is_over_is_renewed() -> None:
    desk = with_session("t1", expires_at=NOW)

    desk.visit()

    assert desk.asked == [RENEW, "pause", f"{FEED} t2"]


def test_a_session_that_cannot_be_renewed_is_asked_for_anew() -> None:
    desk = with_session("t2", expires_at=NOW)
    desk.answers(**{RENEW: "denied"})

    desk.visit()

    assert desk.asked == [RENEW, "pause", SIGN_IN, "pause", f"{FEED} t1"]


@pytest.mark.parametrize("refusal", [UNAUTHORISED, a_response("no", 401)], ids=["refused", "read by the connector"])
def test_a_session_that_the_place_does_not_accept_is_replaced_once(refusal: Any) -> None:
    desk = with_session("stale")
    desk.http.refusal = refusal

    assert desk.visit().body == b"page"
    assert desk.asked == [f"{FEED} stale", "pause", SIGN_IN, "pause", f"{FEED} t1"]


def test_a_place_that_accepts_no_session_is_not_asked_again_and_again() -> None:
    desk = with_session("stale")
    desk.http.accepted = set()

    with pytest.raises(Refused):
        desk.visit()

    assert desk.asked == [f"{FEED} stale", "pause", SIGN_IN, "pause", f"{FEED} t1"]


def test_a_new_session_that_is_not_accepted_is_the_end_of_it() -> None:
    desk = VisitDesk(SigningConnector(), GIVEN)
    desk.http.refusal = a_response("no", 401)
    desk.http.accepted = set()

    assert desk.visit().status == 401
    assert desk.asked == [SIGN_IN, "pause", f"{FEED} t1"]


@pytest.mark.parametrize("error", [Refused("answered with 403", 403), Refused("too large")])
def test_another_refusal_is_none_of_the_session(error: Refused) -> None:
    desk = with_session("stale")
    desk.http.refusal = error

    with pytest.raises(Refused):
        desk.visit()

    assert kept_token(desk) == "stale"


def test_who_signs_in_with_a_wrong_password_gets_no_further() -> None:
    desk = VisitDesk(SigningConnector(), GIVEN)
    desk.answers(**{SIGN_IN: "denied"})

    with pytest.raises(Refused, match="password is wrong"):
        desk.visit()

    assert desk.asked == [SIGN_IN]


def test_a_place_that_may_be_read_without_a_credential_is_not_signed_in_to_without_one() -> None:
    desk = VisitDesk(SigningConnector(place=replace(CLOSED, needs=())))

    desk.visit()

    assert desk.asked == [FEED]


@pytest.mark.parametrize(
    ("error", "left"),
    [(Refused("no", 401), None), (Refused("no", 403), "t1"), (Malformed(), "t1")],
    ids=["401", "403", "malformed"],
)
def test_an_answer_whose_body_does_not_accept_the_session_ends_it(error: Any, left: str | None) -> None:
    desk = with_session("t1")
    desk.visit()

    desk.visitor.shown_out(desk.source, error)

    assert kept_token(desk) == left


def test_a_session_that_somebody_else_has_just_got_is_not_dropped_with_an_older_one() -> None:
    desk = with_session("t1")
    desk.visit()
    other = Credentials(desk.secrets, desk.clock)
    other.keep_session(TENANT, "canned", a_session("t2"))

    desk.visitor.shown_out(desk.source, UNAUTHORISED)
    desk.visit()

    assert desk.asked == [f"{FEED} t1", f"{FEED} t2"]


def test_a_session_that_is_over_is_not_renewed_where_another_process_has_done_so() -> None:
    desk = with_session("t1")
    desk.clock.advance(minutes=57)
    desk.visit()
    Credentials(desk.secrets, desk.clock).keep_session(
        TENANT, "canned", replace(a_session("t2"), expires_at=NOW + timedelta(hours=2))
    )
    desk.clock.advance(minutes=2)

    desk.visit()

    assert desk.asked == [f"{FEED} t1", f"{FEED} t2"]


def test_a_removed_credential_leaves_no_session_behind() -> None:
    desk = with_session("t1")
    desk.clock.advance(minutes=57)
    desk.visit()
    Credentials(desk.secrets, desk.clock).remove(TENANT, "canned")
    desk.clock.advance(minutes=2)

    with pytest.raises(Locked, match="user and password must be there first"):
        desk.visit()

    assert desk.secrets.records == {}
    assert desk.asked == [f"{FEED} t1"]


def test_where_nothing_is_needed_a_removed_credential_is_missed_all_the_same() -> None:
    desk = VisitDesk(SigningConnector(place=replace(CLOSED, needs=(), takes=("user", "password"))), GIVEN)
    desk.credentials.of(TENANT, "canned")
    Credentials(desk.secrets, desk.clock).remove(TENANT, "canned")

    with pytest.raises(Locked, match="user and password must be there first"):
        desk.visit()

    assert desk.asked == []


def test_a_changed_credential_is_signed_in_with_by_whoever_believes_in_the_old_one() -> None:
    desk = VisitDesk(SigningConnector(), {**GIVEN, "password": "old"})
    desk.credentials.of(TENANT, "canned")
    Credentials(desk.secrets, desk.clock).set(TENANT, desk.connector, {"password": "hush"})

    desk.visit()

    assert [each.body for each in desk.http.requests if each.url == SIGN_IN] == [b"hush"]


def test_a_session_of_another_credential_is_neither_used_nor_renewed() -> None:
    desk = VisitDesk(SigningConnector(), GIVEN)
    desk.credentials.keep_session(TENANT, "canned", replace(a_session("t2"), granted_for=mark_of({"user": "ben"})))

    desk.visit()

    assert desk.asked == [SIGN_IN, "pause", f"{FEED} t1"]


def test_all_visitors_of_a_process_sign_in_one_after_the_other() -> None:
    desk = VisitDesk(SigningConnector(), GIVEN)
    other = Visitor(desk.table, desk.http, {"canned": desk.connector}, desk.clock, desk.credentials)
    is_free: list[bool] = []

    class Curious(SigningConnector):
        def signed_in(self, response: Response, credential: Credential) -> Session:
            is_free.append(other._credentials.signing_in(TENANT, "canned").acquire(blocking=False))
            return super().signed_in(response, credential)

    Visitor(desk.table, desk.http, {"canned": Curious()}, desk.clock, desk.credentials).visit(desk.source)

    assert is_free == [False]


def test_where_there_are_no_sessions_none_is_forgotten() -> None:
    desk = VisitDesk(ClosedConnector(), GIVEN)

    desk.visitor.shown_out(desk.source, UNAUTHORISED)

    assert desk.secrets.records == {f"{TENANT}/canned": GIVEN}


def test_no_secret_is_logged_or_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    desk = with_session("stale")
    desk.http.accepted = set()

    with pytest.raises(Refused) as told:
        desk.visit()

    shown = caplog.text + repr(told.value) + str(told.value)
    assert not any(secret in shown for secret in ("hush", "stale", "t1"))


def test_a_quota_that_is_used_up_keeps_us_from_asking() -> None:
    desk = VisitDesk(ClosedConnector(place=replace(CLOSED, quotas=(CALLS,)), draws=ONE), GIVEN)
    desk.visit()
    desk.visit()

    with pytest.raises(Spent) as told:
        desk.visit()

    assert (len(desk.asked), told.value.until) == (2, NOW + timedelta(minutes=1))


def test_signing_in_draws_of_its_quota_too() -> None:
    desk = VisitDesk(SigningConnector(place=replace(CLOSED, quotas=(CALLS,)), draws=ONE), GIVEN)
    desk.visit()

    with pytest.raises(Spent):
        desk.visit()


def test_what_an_answer_says_it_took_is_settled() -> None:
    desk = VisitDesk(ClosedConnector(place=replace(CLOSED, quotas=(CALLS,)), draws=ONE), GIVEN)
    for spent in ({"calls": 0}, {"calls": 0}, {}, {}):
        response = desk.visit()
        desk.visitor.settle(response, spent)

    with pytest.raises(Spent):
        desk.visit()
    assert len(desk.asked) == 4


def test_what_was_asked_with_a_credential_that_changed_since_is_settled_all_the_same() -> None:
    desk = VisitDesk(ClosedConnector(place=replace(CLOSED, quotas=(CALLS,)), draws=ONE), GIVEN)
    response = desk.visit()
    desk.secrets.records.clear()

    desk.visitor.settle(response, {"calls": 0})

    assert [row.body["spent"] for row in desk.table.query(f"TENANT#{TENANT}", prefix="ledger#").rows] == [0]


def a_page_watch(rules: str) -> VisitDesk:
    desk = VisitDesk(CannedConnector(place=replace(CLOSED, needs=(), obeys_robots=True)))
    desk.answers(**{ROBOTS: rules})
    return desk


def test_a_place_that_obeys_robots_is_asked_for_its_rules_first() -> None:
    desk = a_page_watch("User-agent: *\nCrawl-delay: 7")

    desk.visit()
    desk.visit()

    assert desk.asked == [ROBOTS, "pause", FEED, FEED]
    assert desk.visitor.delay_s(desk.source) == 7


def test_what_the_rules_forbid_is_not_asked_for() -> None:
    desk = a_page_watch("User-agent: *\nDisallow: /")

    with pytest.raises(Disallowed):
        desk.visit()

    assert desk.asked == [ROBOTS, "pause"]


def test_a_place_without_a_word_on_its_rules_is_left_alone_for_now() -> None:
    desk = a_page_watch("")
    desk.http.answers[ROBOTS] = Unreachable()

    with pytest.raises(Unreachable):
        desk.visit()


SHOP = "https://shop.example/jobs"


def led_to(desk: VisitDesk, rules: str) -> None:
    desk.http.answers |= {
        FEED: replace(a_response("page"), url=SHOP),
        "https://shop.example/robots.txt": a_response(rules),
    }


def test_what_a_redirect_leads_to_is_not_read_where_the_rules_there_forbid_it() -> None:
    desk = a_page_watch("")
    led_to(desk, "User-agent: *\nDisallow: /jobs")

    with pytest.raises(Disallowed, match=r"shop\.example"):
        desk.visit()


def test_what_a_redirect_leads_to_is_not_read_where_the_same_hosts_rules_forbid_it() -> None:
    desk = a_page_watch("User-agent: *\nDisallow: /jobs")
    desk.http.answers[FEED] = replace(a_response("page"), url="https://feeds.example/jobs")

    with pytest.raises(Disallowed):
        desk.visit()


def test_what_a_redirect_leads_to_is_read_where_it_may_be() -> None:
    desk = a_page_watch("")
    led_to(desk, "User-agent: *\nDisallow: /press")

    assert desk.visit().body == b"page"
    assert desk.asked == [ROBOTS, "pause", FEED, "https://shop.example/robots.txt"]
