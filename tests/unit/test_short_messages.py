"""Short messages about one and about several mentions, in both languages."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_contact, a_mention, a_tenant, a_verdict, an_item
from earshot.domain.mention import Mention
from earshot.domain.verdict import Kind
from earshot.ports.notifier import Composer, Notice, ShortMessage
from earshot.web.gsm7 import SEGMENT, is_gsm7, septets
from earshot.web.short_messages import ShortMessageComposer, unlinked
from web_builders import everywhere

BASE = "https://listen.example"
LINK = f"{BASE}/a/aaaaaaaaaaaaaaaaaaaaaa"
GATEWAY = "https://r3pmxmplak.execute-api.eu-central-1.amazonaws.com"


def a_told_mention(text: str = "Eine Stunde gewartet, dann war alles kalt", **changes: str) -> Mention:
    return a_mention(item=an_item("1", text=text, place="Tellerrand", **changes))


def a_notice(*mentions: Mention, language: str = "de", more: int = 0, link: str = LINK) -> Notice:
    return Notice(
        delivery_id="d_1",
        tenant=a_tenant(name="Morgenrot GmbH"),
        contact=a_contact(language=language, phone="+4915112345678"),
        mentions=mentions,
        links={mention.id: link for mention in mentions} if link else {},
        watch_names={"w_acme": "Café Morgenrot"},
        more=more,
    )


def composed(*mentions: Mention, language: str = "de", more: int = 0, link: str = LINK) -> ShortMessage:
    composer: Composer[ShortMessage] = ShortMessageComposer(f"{BASE}/")
    return composer.compose(a_notice(*mentions, language=language, more=more, link=link))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", 'Kritik bei Tellerrand zu Café Morgenrot: "Eine Stunde gewartet, dann war alles kalt"'),
        ("en", 'Criticism on Tellerrand about Café Morgenrot: "Eine Stunde gewartet, dann war alles kalt"'),
        ("fr", 'Criticism on Tellerrand about Café Morgenrot: "Eine Stunde gewartet, dann war alles kalt"'),
    ],
)
def test_a_short_message_says_kind_place_watch_and_the_first_words(language: str, text: str) -> None:
    message = composed(a_told_mention(), language=language)

    assert message == ShortMessage(delivery_id="d_1", to="+4915112345678", text=f"{text} {LINK}")


@pytest.mark.parametrize(("language", "count"), [("de", "+4 weitere"), ("en", "+4 more")])
def test_further_mentions_are_counted(language: str, count: str) -> None:
    mentions = [a_told_mention(), a_mention("2"), a_mention("3")]

    text = composed(*mentions, language=language, more=2).text

    assert text.endswith(f'" {count} {LINK}')
    assert septets(text) <= SEGMENT


@pytest.mark.parametrize(("language", "count"), [("de", "+1 weitere"), ("en", "+1 more")])
def test_one_further_mention_is_counted_too(language: str, count: str) -> None:
    assert f" {count} " in composed(a_told_mention(), a_mention("2"), language=language).text


def test_a_long_text_is_cut_before_count_and_link() -> None:
    text = composed(a_told_mention("Der Kuchen war kalt, und " * 40), more=37).text

    assert text == (
        'Kritik bei Tellerrand zu Café Morgenrot: "Der Kuchen war kalt, und Der Kuchen war kalt, und Der ..." '
        f"+37 weitere {LINK}"
    )


def test_the_usual_address_of_a_deployment_leaves_room_for_words() -> None:
    link = f"{GATEWAY}/a/aaaaaaaaaaaaaaaaaaaaaa"

    text = composed(a_told_mention(), more=2, link=link).text

    assert text == f'Kritik bei Tellerrand zu Café Morgenrot: "Eine Stunde ..." +2 weitere {link}'


@pytest.mark.parametrize(("language", "said"), [("de", "Kritik (dringend) bei"), ("en", "Criticism (urgent) on")])
def test_what_is_urgent_says_so(language: str, said: str) -> None:
    mention = replace(a_told_mention(), verdict=a_verdict(urgency=80))

    assert composed(mention, language=language).text.startswith(said)


def test_every_kind_has_its_word() -> None:
    for kind, word in ((Kind.QUESTION, "Frage"), (Kind.UNCLASSIFIED, "Unklar"), (Kind.PRAISE, "Lob")):
        assert composed(a_mention("1", kind=kind)).text.startswith(f"{word} bei ")


def test_without_a_link_the_mention_opens_in_the_inbox() -> None:
    mention = a_told_mention()

    assert composed(mention, link="").text.endswith(f'kalt" {BASE}/mentions/{mention.id}')


@pytest.mark.parametrize("link", [f"https://{'x' * 120}.example/a/a", "https://çà.example/a/a"])
def test_a_link_that_would_not_fit_is_left_out(link: str) -> None:
    text = composed(a_told_mention(), link=link).text

    assert text == 'Kritik bei Tellerrand zu Café Morgenrot: "Eine Stunde gewartet, dann war alles kalt"'


def test_long_names_leave_room_for_what_was_said() -> None:
    mention = replace(a_told_mention("Der Kuchen war kalt " * 9), place="Das große Forum für alles, was Köche lieben")
    notice = replace(a_notice(mention), watch_names={"w_acme": "Café Morgenrot am Platz der Republik"})

    text = ShortMessageComposer(BASE).compose(notice).text

    assert text == (
        "Kritik bei Das große Forum für ... zu Café Morgenrot am Platz ...: "
        f'"Der Kuchen war kalt Der Kuchen war kalt ..." {LINK}'
    )


def test_where_names_and_link_take_all_the_room_nothing_is_quoted() -> None:
    mention = replace(a_told_mention(), place="Das große Forum für alles")
    link = f"https://{'x' * 70}.example/a/aaaaaaaaaaaaaaaaaaaaaa"

    text = composed(mention, more=2, link=link).text

    assert text == f"Kritik bei Das große Forum für ... +2 weitere {link}"


def test_a_title_stands_in_for_a_missing_text() -> None:
    assert '"Kalter Kuchen"' in composed(a_told_mention("", title="Kalter Kuchen")).text


def test_a_text_in_another_script_leaves_what_we_say_about_it() -> None:
    mention = replace(a_told_mention("非常糟糕", title="糟糕"), place="论坛")

    assert composed(mention).text == f"Kritik bei Feed zu Café Morgenrot {LINK}"


def test_a_text_in_cyrillic_is_spelled_in_latin_letters() -> None:
    mention = replace(a_told_mention("Очень плохо"), place="Форум")

    assert composed(mention).text == f'Kritik bei Forum zu Café Morgenrot: "Ochen plokho" {LINK}'


def test_a_watch_that_is_gone_is_called_by_its_company() -> None:
    notice = replace(a_notice(a_told_mention()), watch_names={})

    assert "zu Morgenrot GmbH:" in ShortMessageComposer(BASE).compose(notice).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://evil.example/x", ""),
        ("vgl. HTTP://evil.example, schlimm", "vgl. schlimm"),
        ("evil.example/login", "evil example/login"),
        ("www.evil.co.uk", "www evil co uk"),
        ("ｅｖｉｌ．ｃｏｍ", "evil com"),
        ("ev\u200bil.\u2060com", "evil com"),
        ("ｈｔｔｐ：／／ｅｖｉｌ．ｃｏｍ", ""),
        ("ruf an: tel://110", "ruf an:"),
        ("198.51.100.7/x ist da", "ist da"),
        ("anna@evil.example", "anna@evil example"),
        ("am 24.11.2026 um 3.50, z.B. heute", "am 24.11.2026 um 3.50, z.B. heute"),
    ],
)
def test_foreign_text_holds_nothing_that_a_telephone_would_open(text: str, expected: str) -> None:
    assert unlinked(text) == expected


HOSTILE = (
    "https://evil.example/a/" + "x" * 22,
    f'kalt" +2 weitere {LINK.replace("listen", "evil")}',
    "\u202egnp.exe\u202c \u2066x",
    "a\nTo: +4900\r\n\r\nb",
    "\x00\x1b[31m\x07",
    "x" * 100_000,
    "x." * 50_000,
    "🥨" * 100_000,
    "\ud800",
    "{n} {0} %s {{",
    "",
)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
@pytest.mark.parametrize("language", ["de", "en"])
def test_hostile_text_everywhere_is_one_harmless_segment(text: str, language: str) -> None:
    mention = a_mention(item=everywhere(text))
    notice = replace(
        a_notice(mention, language=language, more=5), tenant=a_tenant(name=text), watch_names={"w_acme": text}
    )

    message = ShortMessageComposer(BASE).compose(notice).text

    _is_harmless(message)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=300) | st.text(alphabet="ab.:/w \n@0123’…", max_size=300), more=st.integers(0, 10_000))
def test_no_text_makes_a_second_link_or_a_second_segment(text: str, more: int) -> None:
    notice = replace(a_notice(a_mention(item=everywhere(text)), more=more), watch_names={"w_acme": text})

    _is_harmless(ShortMessageComposer(BASE).compose(notice).text)


def _is_harmless(message: str) -> None:
    assert septets(message) <= SEGMENT
    assert is_gsm7(message)
    assert message.isprintable()
    assert message.endswith(f" {LINK}")
    assert message.count("://") == 1
    assert ".example" not in message.removesuffix(LINK)
