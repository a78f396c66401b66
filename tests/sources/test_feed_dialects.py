"""One small feed per dialect, written for these tests in the documented shapes, and exactly the items it gives."""

from datetime import UTC, datetime

import pytest
from source_builders import a_response, a_source, parse, rss

from earshot.domain.item import Author, Item
from earshot.sources.feed_document import stars
from earshot.sources.registry import CONNECTORS


def test_rss_2_gives_every_field() -> None:
    body = rss(
        """<item><title>Neu &amp;amp; gut</title><link>https://blog.example/neu?utm_source=rss</link>
        <guid isPermaLink="false">post-7</guid><pubDate>Mon, 23 Nov 2026 10:00:00 +0100</pubDate>
        <author>anna@blog.example (Anna Beispiel)</author><comments>https://blog.example/neu#comments</comments>
        <description>Kurz.</description>
        <content:encoded><![CDATA[<p>Danke an <b>Acme</b>!</p><ul><li>schnell</li><li>nett</li></ul>
        <script>x()</script>]]></content:encoded></item>""",
        "<title>Ein Blog</title><link>https://blog.example/</link><language>de-DE</language><ttl>60</ttl>",
    )

    fetched = parse(body)

    assert fetched.items == (
        Item(
            identity="url1:https://blog.example/neu",
            native_id="post-7",
            source_kind="feed",
            url="https://blog.example/neu?utm_source=rss",
            title="Neu & gut",
            text="Danke an Acme!\nschnell\nnett",
            published_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
            author=Author(name="Anna Beispiel"),
            language="de-de",
            thread_url="https://blog.example/neu#comments",
            place="Ein Blog",
        ),
    )
    assert (fetched.title, fetched.skipped, fetched.min_interval_s) == ("Ein Blog", 0, 3600)


def test_rss_0_91_gives_title_link_and_description() -> None:
    body = """<rss version="0.91"><channel><title>Alt</title><link>http://alt.example/</link>
        <item><title>Eins</title><link>http://alt.example/1</link><description>Text</description></item></channel></rss>"""

    (item,) = parse(body).items

    assert (item.identity, item.url) == ("url1:https://alt.example/1", "http://alt.example/1")
    assert (item.native_id, item.title, item.text) == ("http://alt.example/1", "Eins", "Text")
    assert (item.published_at, item.published_kind) == (None, "seen")


def test_rdf_gives_items_with_dublin_core_dates() -> None:
    body = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://rdf.example/"><title>RDF</title>
        <link>https://rdf.example/</link></channel><item rdf:about="https://rdf.example/1"><title>Eins</title>
        <link>https://rdf.example/1</link><dc:date>2026-11-20T08:00:00+01:00</dc:date><dc:creator>Bo</dc:creator>
        <description>Text</description></item></rdf:RDF>"""

    (item,) = parse(body).items

    assert item.published_at == datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
    assert (item.published_kind, item.author.name, item.text, item.place) == ("updated", "Bo", "Text", "RDF")


def test_atom_gives_replies_authors_and_relative_links() -> None:
    body = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"
        xml:lang="en" xml:base="https://atom.example/blog/"><title>Atom</title>
        <entry><id>tag:atom.example,2026:2</id><title type="html">&lt;i&gt;Re&lt;/i&gt;: hello</title>
        <link rel="alternate" href="2#comment-5"/><link rel="enclosure" href="https://cdn.example/a.mp3"/>
        <published>2026-11-21T00:00:00Z</published><updated>2026-11-22T00:00:00Z</updated>
        <thr:in-reply-to ref="tag:atom.example,2026:1" href="https://atom.example/blog/1"/>
        <author><name>Kim</name><uri>/people/kim</uri></author><summary>Short</summary>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Longer text</p></div></content>
        </entry></feed>"""

    (item,) = parse(body).items

    assert item.identity == "url1:https://atom.example/blog/2#comment-5"
    assert item.url == "https://atom.example/blog/2#comment-5"
    assert (item.title, item.text, item.language) == ("Re: hello", "Longer text", "en")
    assert (item.parent_id, item.thread_url) == ("tag:atom.example,2026:1", "https://atom.example/blog/1")
    assert item.author == Author(name="Kim", url="https://atom.example/people/kim")
    assert (item.published_at, item.published_kind) == (datetime(2026, 11, 21, tzinfo=UTC), "published")


def test_atom_title_of_type_text_keeps_its_brackets() -> None:
    body = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>urn:x</id>
        <title type="text">Use &lt;div&gt; &amp;amp; &lt;p&gt;</title></entry></feed>"""

    assert parse(body).items[0].title == "Use <div> & <p>"


def test_json_feed_1_1_gives_every_field() -> None:
    body = """{"version": "https://jsonfeed.org/version/1.1", "title": "JSON", "home_page_url": "https://json.example/",
        "language": "de", "authors": [{"name": "Haus"}], "items": [
        {"id": 2, "url": "/zwei", "title": "Zwei", "content_html": "<p>Hallo &amp; danke</p>", "summary": "Hallo",
         "date_published": "2026-11-23T10:00:00+01:00", "authors": [{"name": "Ute", "url": "https://ute.example/"}]},
        {"id": "1", "content_text": "Nur <Text>", "date_modified": "2026-11-22T10:00:00"}, "nothing"]}"""

    fetched = parse(body)

    first, second = fetched.items
    assert (first.identity, first.text, first.published_kind) == ("native:s_test:1", "Nur <Text>", "updated")
    assert (first.author.name, first.language) == ("Haus", "de")
    assert (second.identity, second.native_id) == ("url1:https://feeds.example/zwei", "2")
    assert (second.title, second.text, second.author.url) == ("Zwei", "Hallo & danke", "https://ute.example/")
    assert second.published_at == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert fetched.skipped == 1


def test_json_feed_1_0_may_begin_with_a_comment() -> None:
    body = """/* sample */ {"version": "https://jsonfeed.org/version/1", "author": {"name": "A"},
        "items": [{"id": "1", "url": "https://json.example/1"}]}"""

    (item,) = parse(body).items

    assert (item.identity, item.author.name) == ("url1:https://json.example/1", "A")


@pytest.mark.parametrize(
    "body",
    [
        rss(""),
        '<feed xmlns="http://www.w3.org/2005/Atom"></feed>',
        '{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": []}',
    ],
)
def test_feed_without_entries_is_a_feed(body: str) -> None:
    assert parse(body).items == ()


def test_broken_xml_is_read_as_far_as_it_goes() -> None:
    fetched = parse(
        "<rss version='2.0'><channel><item><title>Eins</title><link>https://a.example/1</link></item><item>"
    )

    assert fetched.items[0].url == "https://a.example/1"


def test_declared_encoding_of_the_response_counts() -> None:
    body = "<rss version='2.0'><channel><item><title>Größe</title></item></channel></rss>".encode("iso-8859-1")

    assert parse(body, content_type="text/xml; charset=iso-8859-1").items[0].title == "Größe"


def test_items_come_oldest_first_and_undated_last() -> None:
    body = rss(
        "<item><title>c</title></item><item><title>b</title><pubDate>2026-11-02</pubDate></item>"
        "<item><title>a</title><pubDate>2026-11-01</pubDate></item>"
    )

    assert [item.title for item in parse(body).items] == ["a", "b", "c"]


@pytest.mark.parametrize("date", ["1970-01-01", "0001-01-01T00:00:00Z", "2026-11-26T00:00:00Z", "9999-12-31", "soon"])
def test_impossible_date_counts_as_none(date: str) -> None:
    (item,) = parse(rss(f"<item><title>x</title><pubDate>{date}</pubDate></item>")).items

    assert (item.published_at, item.published_kind) == (None, "seen")


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "mailto:a@b.de", "data:text/html,x", "https://[", "ftp://a.de/x"]
)
def test_link_that_is_not_of_the_web_is_dropped(link: str) -> None:
    (item,) = parse(rss(f'<item><title>x</title><guid isPermaLink="false">7</guid><link>{link}</link></item>')).items

    assert (item.url, item.identity) == ("", "native:s_test:7")


def test_guid_is_the_link_unless_it_says_otherwise() -> None:
    body = rss(
        "<item><guid>https://a.example/1</guid></item>"
        '<item><title>x</title><guid isPermaLink="false">https://a.example/2</guid></item>'
    )

    urls = {item.native_id: item.url for item in parse(body).items}

    assert urls == {"https://a.example/1": "https://a.example/1", "https://a.example/2": ""}


def test_link_of_the_item_wins_over_an_atom_link_beside_it() -> None:
    body = rss(
        '<item><link>https://a.example/1</link><link xmlns="http://www.w3.org/2005/Atom" rel="alternate" '
        'href="https://a.example/1/atom"/></item>'
    )

    assert parse(body).items[0].url == "https://a.example/1"


def test_google_redirect_in_any_feed_leads_to_its_target() -> None:
    link = "https://www.google.com/url?rct=j&amp;url=https://a.example/x%3Fy%3D1&amp;usg=z"

    assert parse(rss(f"<item><link>{link}</link></item>")).items[0].url == "https://a.example/x?y=1"


def test_feedburner_names_the_original() -> None:
    body = rss(
        "<item><link>http://feeds.feedburner.com/x</link>"
        "<feedburner:origLink>https://a.example/x</feedburner:origLink></item>"
    )

    assert parse(body).items[0].url == "https://a.example/x"


def test_permalink_of_a_platform_takes_its_identity() -> None:
    (item,) = parse(rss("<item><link>https://news.ycombinator.com/item?id=42</link></item>")).items

    assert item.identity == "hackernews:42"


def test_entries_that_all_link_to_the_front_page_stay_apart() -> None:
    body = rss(
        "<item><guid isPermaLink='false'>a</guid><link>https://status.example/</link></item>"
        "<item><guid isPermaLink='false'>b</guid><link>https://status.example</link></item>",
        "<link>https://status.example/</link>",
    )

    assert {item.identity for item in parse(body).items} == {"native:s_test:a", "native:s_test:b"}


def test_entry_that_says_nothing_is_counted() -> None:
    fetched = parse(rss("<item><pubDate>2026-11-01</pubDate></item><item><title>x</title></item>"))

    assert (len(fetched.items), fetched.skipped) == (1, 1)


def test_entries_without_id_and_link_keep_their_name() -> None:
    body = rss("<item><title>a</title></item><item><title>b</title></item>")

    names = [item.native_id for item in parse(body).items]

    assert len(set(names)) == 2
    assert names == [item.native_id for item in parse(body).items]


def test_very_long_id_is_shortened_to_its_hash() -> None:
    (item,) = parse(rss(f"<item><guid isPermaLink='false'>{'x' * 5000}</guid></item>")).items

    assert len(item.native_id) == 64


def test_hash_follows_the_entries_and_nothing_else() -> None:
    item = "<item><title>{}</title></item>"
    before = parse(rss(item.format("a"), "<lastBuildDate>Mon, 23 Nov 2026 10:00:00 GMT</lastBuildDate>")).entries_hash

    assert (
        parse(rss(item.format("a"), "<lastBuildDate>Tue, 24 Nov 2026 10:00:00 GMT</lastBuildDate>")).entries_hash
        == before
    )
    assert parse(rss(item.format("b"))).entries_hash != before


@pytest.mark.parametrize(
    ("channel", "cache", "wish"),
    [
        ("", "", None),
        ("<ttl>30</ttl>", "", 1800),
        ("<ttl>999999</ttl>", "", 86_400),
        ("<ttl>soon</ttl>", "", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", "", 1800),
        ("<sy:updatePeriod>weekly</sy:updatePeriod>", "", 86_400),
        ("<ttl>30</ttl>", "public, max-age=7200", 7200),
        ("", "no-cache, max-age=0", None),
        ("", "s-maxage=9000", None),
    ],
)
def test_wishes_of_the_place_are_heard(channel: str, cache: str, wish: int | None) -> None:
    assert parse(rss("", channel), cache_control=cache).min_interval_s == wish


def test_unchanged_answer_has_no_items_and_keeps_the_hash() -> None:
    fetched = CONNECTORS["feed"].parse(a_response(b"", status=304), a_source())

    assert (fetched.items, fetched.entries_hash) == ((), "known")


def test_request_is_conditional_and_asks_for_feeds() -> None:
    request = CONNECTORS["feed"].request(a_source(etag='W/"1"', last_modified="Mon, 23 Nov 2026 10:00:00 GMT"))

    assert request.url == "https://feeds.example/all.xml"
    assert (request.etag, request.last_modified) == ('W/"1"', "Mon, 23 Nov 2026 10:00:00 GMT")
    assert request.accept.startswith("application/atom+xml, application/rss+xml")


@pytest.mark.parametrize(
    ("title", "rating"),
    [
        ("★★☆☆☆ Zu laut", 2.0),
        ("Tolle Torte ★★★★★", 5.0),
        ("★ Stern der Woche", None),
        ("★★★★★★ sechs", None),
        ("☆☆☆☆☆ noch keine", None),
    ],
)
def test_five_stars_in_a_title_are_a_rating(title: str, rating: float | None) -> None:
    assert stars(title) == rating


def test_an_id_that_is_no_address_is_no_link() -> None:
    (item,) = parse(rss("<item><guid>1</guid><title>Eins</title></item>")).items

    assert (item.url, item.native_id) == ("", "1")
    assert item.identity.startswith("native:")


def test_an_entry_without_link_and_id_that_is_dated_anew_is_the_same() -> None:
    entry = "<item><title>Eins</title><description>Acme</description><pubDate>{} Nov 2026 10:00:00 GMT</pubDate></item>"

    (before,) = parse(rss(entry.format("Mon, 23"))).items
    (after,) = parse(rss(entry.format("Tue, 24"))).items

    assert before.identity == after.identity
