"""What is handed in: JSON items, and pages that somebody pasted the address of."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from source_builders import NOW, a_response, a_source

from earshot.domain.errors import Invalid, Malformed
from earshot.domain.item import Item
from earshot.domain.source import Source
from earshot.ports.http import Response
from earshot.sources.push import NOWHERE, PushConnector

PUSH = PushConnector()
URL = "https://blog.example/artikel"


def source(cursor: str = "") -> Source:
    return replace(a_source(), id="s_push", kind="push", locator="push", cursor=cursor)


def pushed(value: Any) -> tuple[Item, ...]:
    return PUSH.parse(a_response(json.dumps(value)), source()).items


def page(body: str, *, url: str = URL, kind: str = "text/html; charset=utf-8") -> tuple[Item, ...]:
    headers = {"content-type": kind} if kind else {}
    response = Response(status=200, url=url, headers=headers, body=body.encode(), received_at=NOW)
    return PUSH.parse(response, source(URL)).items


def html(head: str = "", body: str = "") -> str:
    return f"<!doctype html><html lang='de'><head>{head}</head><body>{body}</body></html>"


def data(**values: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(values)}</script>'


def test_an_item_keeps_what_its_sender_says() -> None:
    (item,) = pushed(
        {
            "url": "https://forum.example/7?utm_source=x",
            "title": "T",
            "text": "Text",
            "author": {"name": "Max", "url": "https://forum.example/max", "handle": "max"},
            "published_at": "2026-11-24T08:00:00Z",
            "rating": 2,
            "language": "de",
        }
    )

    assert item.identity == "url1:https://forum.example/7"
    assert (item.author.name, item.author.handle, item.rating, item.place) == ("Max", "max", 2, "forum.example")
    assert item.published_at == datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_a_permalink_of_a_platform_has_the_platforms_identity() -> None:
    (item,) = pushed({"url": "https://news.ycombinator.com/item?id=42", "text": "x"})

    assert item.identity == "hackernews:42"


def test_without_an_address_the_id_or_the_words_are_the_name() -> None:
    named, odd, same, again = (
        pushed(each)[0]
        for each in ({"id": "7", "text": "x"}, {"id": "\ud800", "text": "x"}, {"text": "x"}, {"text": "x"})
    )

    assert named.identity == "native:s_push:7"
    assert same.identity == again.identity != odd.identity
    odd.identity.encode()


@pytest.mark.parametrize("value", [7, "x", None])
def test_what_holds_no_items_is_malformed(value: Any) -> None:
    with pytest.raises(Malformed):
        pushed(value)


def test_lists_are_read_and_bounded() -> None:
    assert [item.text for item in pushed([{"text": "a"}, {"text": ""}, 7])] == ["a"]
    with pytest.raises(Malformed, match="more than 50"):
        pushed({"items": [{"text": "x"}] * 51})


def test_nothing_is_asked_for_but_a_pasted_page() -> None:
    assert PUSH.request(source()).url == NOWHERE
    assert PUSH.request(source("javascript:alert(1)")).url == NOWHERE
    assert PUSH.request(source(URL)).url == URL
    assert PUSH.locator(" push ") == "push"
    assert PUSH.recognise(URL) is PUSH.claim(URL) is None
    with pytest.raises(Invalid):
        PUSH.locator("https://push.example/")


def test_data_of_schema_org_comes_first() -> None:
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "Seite"},
            {
                "@type": ["NewsArticle"],
                "headline": "Schlagzeile",
                "articleBody": "Der ganze Text.",
                "datePublished": "2026-11-23T10:00:00+01:00",
                "author": [{"@type": "Person", "name": "Eva", "url": "/eva"}],
            },
        ],
    }

    (item,) = page(html(data(**graph), "<article>anderes</article>"))

    assert (item.title, item.text, item.author.name) == ("Schlagzeile", "Der ganze Text.", "Eva")
    assert item.author.url == "https://blog.example/eva"
    assert item.published_at == datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(("rating", "stars"), [({"ratingValue": 2}, 2), ({"ratingValue": 8, "bestRating": 10}, None)])
def test_a_review_has_its_stars_where_they_are_of_five(rating: dict[str, Any], stars: int | None) -> None:
    (item,) = page(html(data(**{"@type": "Review", "name": "N", "reviewBody": "B", "reviewRating": rating})))

    assert (item.title, item.text, item.rating) == ("N", "B", stars)


def test_without_data_the_page_itself_is_read() -> None:
    head = (
        "<title>Titel</title><meta name='description' content='Kurz gesagt.'>"
        "<meta property='article:author' content='https://profile.example/eva'>"
    )
    long = "Ein langer Satz über das neue Gerät. " * 5

    (article,) = page(html(head, f"<nav>Menü</nav><article>{long}</article>"))
    (short,) = page(html(head, "<main>kurz</main>"))
    (marked,) = page(html("", f"<h1>Kopf</h1><div role='main'>{long}<time datetime='2026-11-20'>x</time></div>"))
    (bare,) = page(html("", "nur Text"), kind="")

    assert (article.title, article.author.url) == ("Titel", "https://profile.example/eva")
    assert article.text == " ".join(long.split())
    assert short.text == "Kurz gesagt."
    assert (marked.title, marked.published_at) == ("Kopf", datetime(2026, 11, 20, tzinfo=UTC))
    assert "Menü" not in marked.text
    assert bare.text == "nur Text"


def test_a_page_that_moved_keeps_the_address_that_was_pasted() -> None:
    (item,) = page(html("<title>x</title>"), url="https://elsewhere.example/")

    assert (item.url, item.identity) == (URL, f"url1:{URL}")


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">{</script>',
        '<script type="application/ld+json">' + "[" * 50_000 + "</script>",
        '<script type="application/ld+json">' + " " * 200_000 + "{}</script>",
        data(**{"@type": 7, "@graph": 7}),
        data(**{"@graph": [{"@graph": [{}] * 500}] * 500}),
        data(**{"@type": "Article", "author": 7, "headline": 7, "datePublished": [], "reviewRating": "x"}),
        data(**{"@type": "Article", "author": "Eva", "datePublished": "gestern"}),
        data(**{"@type": "Article", "author": [], "articleBody": "<b>x</b>" * 10}),
        data(**{"@type": "Thing"}) * 20,
    ],
)
def test_odd_data_never_breaks_a_page(head: str) -> None:
    (item,) = page(html(f"<title>Titel</title>{head}", "Text"))

    assert item.title == "Titel"


def test_what_is_no_page_is_malformed_and_an_empty_one_nothing() -> None:
    with pytest.raises(Malformed, match="no web page"):
        page("PDF", kind="application/pdf")
    assert page(html()) == ()
