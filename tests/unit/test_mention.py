"""Mentions: from an item, edited by their source, ranked and listed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import a_match, a_mention, a_verdict, a_watch, an_acknowledgement, an_item
from earshot.domain.acknowledging import acknowledge
from earshot.domain.ids import make_id
from earshot.domain.item import Author, Engagement
from earshot.domain.mention import (
    MAX_EXCERPT,
    MAX_HISTORY,
    MAX_MATCHES,
    HistoryEntry,
    Status,
    edited,
    excerpt_of,
    fingerprint,
    from_item,
    matched_more,
    mention_id,
    remember,
)
from earshot.domain.verdict import Kind, Probabilities
from earshot.domain.watch import Match, Role, Span, Watch
from earshot.ports.table import Key
from earshot.store.codec import to_row
from fakes import NOW
from metering import size_of

LATER = NOW + timedelta(hours=1)


def perhaps_criticism() -> Probabilities:
    return Probabilities(positive=0.05, neutral=0.6, negative=0.35)


def test_a_mention_keeps_an_excerpt_never_the_whole_text() -> None:
    mention = a_mention(item=an_item(text="x" * 3000))

    assert len(mention.excerpt) == MAX_EXCERPT


def test_the_same_item_is_another_mention_for_another_tenant() -> None:
    assert mention_id("t_acme", "url:1") != mention_id("t_other", "url:1")
    assert a_mention().id == mention_id("t_acme", an_item().identity)


@pytest.mark.parametrize("kind", [Kind.CRITICISM, Kind.QUESTION, Kind.UNCLASSIFIED, Kind.PRAISE])
def test_news_about_ourselves_waits_for_somebody(kind: Kind) -> None:
    assert a_mention(kind=kind).status is Status.OPEN


def test_plainly_neutral_news_waits_for_nobody() -> None:
    assert a_mention(kind=Kind.NEUTRAL).status is Status.DONE


@pytest.mark.parametrize("role", [Role.COMPETITOR, Role.INDUSTRY])
def test_what_is_said_about_others_waits_for_nobody(role: Role) -> None:
    assert a_mention(role=role).status is Status.DONE


def test_history_waits_for_nobody_and_is_listed_by_when_it_was_posted() -> None:
    old = NOW - timedelta(days=90)
    mention = a_mention(is_history=True, item=an_item(published_at=old))

    assert (mention.status, mention.listed_at) == (Status.DONE, old)


def test_undated_history_and_news_are_listed_by_when_we_saw_them() -> None:
    assert a_mention(is_history=True, item=an_item(published_at=None)).listed_at == NOW
    assert a_mention(item=an_item(published_at=NOW - timedelta(hours=3))).listed_at == NOW


def test_the_strongest_role_decides() -> None:
    mention = replace(a_mention(), matches=(a_match(Role.INDUSTRY), a_match(Role.PRODUCT), a_match(Role.COMPETITOR)))

    assert mention.role is Role.PRODUCT


def test_open_ones_are_ranked_criticism_question_unclassified_praise_rest() -> None:
    kinds = [Kind.CRITICISM, Kind.QUESTION, Kind.UNCLASSIFIED, Kind.PRAISE, Kind.NEUTRAL]

    assert [a_mention(kind=kind).rank for kind in kinds] == [0, 1, 2, 3, 4]


def test_perhaps_criticism_is_ranked_with_the_unclassified() -> None:
    mention = a_mention(verdict=a_verdict(Kind.NEUTRAL, probabilities=perhaps_criticism()))

    assert (mention.kind, mention.rank) == (Kind.NEUTRAL, 2)


def test_only_what_a_reader_would_notice_changes_the_fingerprint() -> None:
    item = an_item()
    noticed = [replace(item, title="new"), replace(item, text="new"), replace(item, rating=4.0)]

    assert fingerprint(replace(item, engagement=Engagement(likes=5))) == fingerprint(item)
    assert len({fingerprint(each) for each in (item, *noticed)}) == 4


def test_an_edit_that_turns_into_criticism_opens_a_mention_nobody_acknowledged() -> None:
    mention = a_mention(kind=Kind.NEUTRAL)

    after = edited(mention, an_item(text="schlecht"), matches=mention.matches, verdict=a_verdict(), now=LATER)

    assert (after.status, after.excerpt, after.edited_at) == (Status.OPEN, "schlecht", LATER)
    assert (after.seen_at, after.version) == (mention.seen_at, mention.version)
    assert after.history[-1] == HistoryEntry(at=LATER, by="earshot", what="edited")


def test_an_edit_does_not_undo_what_people_did() -> None:
    mention = a_mention(acknowledgement=an_acknowledgement(), status=Status.DONE)

    after = edited(mention, an_item(text="worse"), matches=mention.matches, verdict=a_verdict(), now=LATER)

    assert (after.status, after.acknowledgement) == (Status.DONE, mention.acknowledgement)


def test_an_edit_that_matches_no_more_keeps_the_matches_it_had() -> None:
    mention = a_mention()

    after = edited(mention, an_item(text="none"), matches=(), verdict=a_verdict(Kind.NEUTRAL), now=LATER)

    assert (after.matches, after.status) == (mention.matches, Status.OPEN)


def test_an_edit_that_comes_to_be_about_ourselves_waits_for_somebody() -> None:
    mention = a_mention(role=Role.COMPETITOR)

    after = edited(mention, an_item(text="Acme"), matches=(a_match(Role.OWN),), verdict=a_verdict(), now=LATER)

    assert after.status is Status.OPEN


def test_the_history_keeps_the_latest_fifty_entries() -> None:
    mention = a_mention(history=tuple(HistoryEntry(at=NOW, by="x", what=str(i)) for i in range(MAX_HISTORY)))

    history = remember(mention, HistoryEntry(at=LATER, by="x", what="last"))

    assert (len(history), history[0].what, history[-1].what) == (MAX_HISTORY, "1", "last")


def test_news_begins_with_the_later_of_watch_and_subscription_unless_somebody_said_when() -> None:
    watch: Watch = a_watch(created_at=NOW)

    assert watch.news_from(NOW - timedelta(days=1)) == NOW
    assert watch.news_from(LATER) == LATER
    assert replace(watch, since=NOW - timedelta(days=9)).news_from(LATER) == NOW - timedelta(days=9)


def many_matches(count: int = 60) -> tuple[Match, ...]:
    """Matches of more watches than a mention keeps, the weakest first."""
    return tuple(a_match(list(Role)[-1 - i * 5 // count], f"w_{i}") for i in range(count))


def test_a_mention_keeps_the_strongest_of_very_many_matches() -> None:
    matches = many_matches()

    mention = a_mention(item=an_item())
    new = from_item(
        an_item(), tenant="t", source_id="s", matches=matches, verdict=a_verdict(), is_history=False, now=NOW
    )
    changed = edited(mention, an_item(text="x"), matches=matches, verdict=a_verdict(), now=LATER)

    for each in (new, changed):
        assert len(each.matches) == MAX_MATCHES
        assert each.role is Role.OWN
        assert {match.watch_id for match in each.matches} == {f"w_{i}" for i in (0, 1, *range(12, 60))}


def test_more_matches_than_a_mention_keeps_change_it_once_only() -> None:
    mention = a_mention(matches=(a_match(watch_id="w_0"),))

    after = matched_more(mention, many_matches(), is_history=False)

    assert len(after.matches) == MAX_MATCHES
    assert matched_more(after, many_matches(), is_history=False) is after


def test_the_largest_mention_stays_under_what_a_row_may_hold() -> None:
    spans = tuple(Span(field="text", start=980, end=1000, term="x" * 200) for _ in range(20))
    matches = tuple(Match(watch_id=make_id("w", str(i)), role=Role.OWN, spans=spans) for i in range(60))
    author = Author(name="😀" * 100, handle="😀" * 100, url="https://a.example/" + "x" * 2000)
    mention = a_mention(item=an_item(text="😀" * 3000, title="😀" * 300, author=author), matches=())
    mention = edited(mention, an_item(text="😀" * 3000), matches=matches, verdict=a_verdict(), now=LATER)
    for i in range(60):
        note = an_acknowledgement(by=f"key:{i}", note="😀" * 2000, answer_url="https://a.example/" + "x" * 2000)
        mention = acknowledge(mention, note, version=mention.version)

    assert size_of(to_row(mention, Key("TENANT#t", "mention#m"), "mention")) < 400_000


def a_spot(start: int, end: int) -> Match:
    return Match(watch_id="w_acme", role=Role.OWN, spans=(Span(field="text", start=start, end=end, term="Acme"),))


@pytest.mark.parametrize("before", [0, 700, 790, 801, 2500, 3900])
def test_an_excerpt_holds_the_match_and_points_at_it(before: int) -> None:
    text = ("wort " * 1000)[:before].ljust(before, "x") + "Acme ist gut. " + "mehr " * 100
    text = text[:4000]

    shown = excerpt_of(text, (a_spot(before, before + 4),))

    (span,) = shown.matches[0].spans
    assert shown.text[span.start : span.end] == "Acme"
    assert len(shown.text) <= MAX_EXCERPT


def test_an_excerpt_drops_spans_that_it_does_not_show() -> None:
    text = "Acme " + "wort " * 500

    shown = excerpt_of(text, (a_spot(0, 4), a_spot(2000, 2004)))

    assert [len(match.spans) for match in shown.matches] == [1, 0]


def test_an_excerpt_of_a_text_without_blanks_begins_before_the_match() -> None:
    text = "x" * 3000 + "Acme"

    shown = excerpt_of(text, (a_spot(3000, 3004),))

    assert shown.text.endswith("Acme")
