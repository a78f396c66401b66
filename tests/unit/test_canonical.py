"""The canonical rules v1 are frozen: a case that fails here gives old mentions new names."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from earshot.sources.canonical import MAX_LENGTH, canonical_url
from earshot.sources.tracking import FRAGMENTS, PARAMETERS, SCOPED

SID = "0123456789abcdef0123456789ABCDEF"

SPELLING = [
    ("https://example.com", "https://example.com/"),
    ("https://example.com/", "https://example.com/"),
    ("http://example.com/", "https://example.com/"),
    ("HTTP://Example.COM/Path", "https://example.com/Path"),
    ("  https://example.com/a \n", "https://example.com/a"),
    ("https://example.com:443/a", "https://example.com/a"),
    ("http://example.com:80/a", "https://example.com/a"),
    ("https://example.com:8443/a", "https://example.com:8443/a"),
    ("https://example.com:/a", "https://example.com/a"),
    ("https://example.com./a", "https://example.com/a"),
    ("https://example.com/a/../b/./c", "https://example.com/b/c"),
    ("https://example.com/../a", "https://example.com/a"),
    ("https://example.com//a///b", "https://example.com/a/b"),
    ("https://example.com/a/", "https://example.com/a"),
    ("https://example.com/%7Euser", "https://example.com/~user"),
    ("https://example.com/%c3%bc", "https://example.com/%C3%BC"),
    ("https://example.com/ü", "https://example.com/%C3%BC"),
    ("https://example.com/u\u0308", "https://example.com/%C3%BC"),
    ("https://example.com/a b", "https://example.com/a%20b"),
    ("https://example.com/a%2Fb", "https://example.com/a%2Fb"),
    ("https://example.com/index.html", "https://example.com/index.html"),
    ("https://müller.de/", "https://xn--mller-kva.de/"),
    ("https://xn--mller-kva.de/", "https://xn--mller-kva.de/"),
    ("https://MÜLLER.de/Straße", "https://xn--mller-kva.de/Stra%C3%9Fe"),
    ("https://faß.de/", "https://xn--fa-hia.de/"),
    ("https://[2001:DB8::1]/a", "https://[2001:db8::1]/a"),
    ("https://192.0.2.1/a", "https://192.0.2.1/a"),
]

HOSTS = [
    ("https://www.example.com/a", "https://example.com/a"),
    ("https://WWW.example.com/a", "https://example.com/a"),
    ("https://www.com/a", "https://www.com/a"),
    ("https://www2.example.com/a", "https://www2.example.com/a"),
    ("https://blog.example.com/a", "https://blog.example.com/a"),
    ("https://de.m.wikipedia.org/wiki/Dank", "https://de.wikipedia.org/wiki/Dank"),
    ("https://en.m.wiktionary.org/wiki/thanks", "https://en.wiktionary.org/wiki/thanks"),
    ("https://m.facebook.com/acme/posts/1", "https://facebook.com/acme/posts/1"),
    ("https://m.youtube.com/watch?v=x1", "https://youtube.com/watch?v=x1"),
    ("https://mobile.twitter.com/acme/status/1", "https://twitter.com/acme/status/1"),
    ("https://m.spiegel.de/a-1.html", "https://spiegel.de/a-1.html"),
    ("https://m.example.com/a", "https://example.com/a"),
    ("https://mobile.example.com/a", "https://example.com/a"),
    ("https://m.co.uk/a", "https://m.co.uk/a"),
    ("https://m.de/a", "https://m.de/a"),
    ("https://example.com/a.amp", "https://example.com/a"),
    ("https://example.com/a.amp.html", "https://example.com/a.html"),
    ("https://example.com/.amp", "https://example.com/.amp"),
    ("https://example.com/a;jsessionid=1A2B.node1?x=1", "https://example.com/a?x=1"),
    ("https://example.com/a?PHPSESSID=abc123&x=1", "https://example.com/a?x=1"),
    ("https://example.com/a?WT.mc_id=mail", "https://example.com/a"),
]

AMP = [
    ("https://example.com/news/1/amp", "https://example.com/news/1"),
    ("https://example.com/news/1/amp/", "https://example.com/news/1"),
    ("https://example.com/amp/news/1", "https://example.com/news/1"),
    ("https://example.com/amp", "https://example.com/amp"),
    ("https://example.com/amplifier", "https://example.com/amplifier"),
    ("https://example.com/news?amp=1", "https://example.com/news"),
    ("https://example.com/news?amp", "https://example.com/news"),
    ("https://example.com/news?amp=30", "https://example.com/news?amp=30"),
    ("https://example.com/news?outputType=amp&p=2", "https://example.com/news?p=2"),
    ("https://amp.example.com/news", "https://example.com/news"),
    ("https://amp.com.au/news", "https://amp.com.au/news"),
    ("https://amp.dev/news", "https://amp.dev/news"),
    ("https://www.google.com/amp/s/www.example.com/news/amp/", "https://example.com/news"),
    ("https://google.de/amp/example.com/news", "https://example.com/news"),
    ("https://www-example-com.cdn.ampproject.org/c/s/www.example.com/news", "https://example.com/news"),
    ("https://cdn.ampproject.org/v/s/example.com/news?amp_js_v=a6&usqp=x%3D", "https://example.com/news"),
    ("https://cdn.ampproject.org/i/s/example.com/a.png", "https://cdn.ampproject.org/i/s/example.com/a.png"),
]

WRAPPED = [
    ("https://www.google.com/url?rct=j&sa=t&url=https://example.com/a&ct=ga&cd=x&usg=y", "https://example.com/a"),
    ("https://www.google.de/url?q=https%3A%2F%2Fexample.com%2Fa%3Fb%3D1%26utm_source%3Dx", "https://example.com/a?b=1"),
    ("https://www.google.co.uk/url?url=https://example.com/a%2520b", "https://example.com/a%20b"),
    (
        "https://www.google.com/url?url=https%3A%2F%2Fwww.google.com%2Furl%3Furl%3Dhttps%253A%252F%252Fexample.com%252F",
        "https://example.com/",
    ),
    ("https://www.google.com/url?sa=t", "https://google.com/url?sa=t"),
    ("https://www.google.com/search?q=https://example.com", "https://google.com/search?q=https://example.com"),
    ("https://google.example.com/url?url=https://a.de", "https://google.example.com/url?url=https://a.de"),
]

PARAMETER_CASES = [
    ("https://example.com/a?utm_source=x&utm_medium=y&utm_anything=z", "https://example.com/a"),
    ("https://example.com/a?UTM_Source=x&b=2", "https://example.com/a?b=2"),
    ("https://example.com/a?fbclid=x", "https://example.com/a"),
    ("https://example.com/a?id=7&gclid=x", "https://example.com/a?id=7"),
    ("https://example.com/a?mc_cid=1&mc_eid=2", "https://example.com/a"),
    ("https://www.heise.de/news/a-1.html?wt_mc=rss.red.ho.atom", "https://heise.de/news/a-1.html"),
    ("https://www.zeit.de/a?wt_zmc=sm.int.zonaudev.twitter", "https://zeit.de/a"),
    ("https://example.com/a?at_medium=RSS&at_campaign=x&at_home=1", "https://example.com/a?at_home=1"),
    ("https://example.com/a?mtm_campaign=x&pk_campaign=y&hsa_acc=z&itm_source=w", "https://example.com/a"),
    ("https://example.com/a?ref=hn", "https://example.com/a?ref=hn"),
    ("https://twitter.com/acme/status/1?ref_src=twsrc", "https://twitter.com/acme/status/1"),
    ("https://example.com/a?ref_src=twsrc", "https://example.com/a?ref_src=twsrc"),
    ("https://www.instagram.com/p/x/?igsh=y", "https://instagram.com/p/x"),
    ("https://youtu.be/x1?si=abc", "https://youtu.be/x1"),
    ("https://example.com/a?si=abc", "https://example.com/a?si=abc"),
    (f"https://forum.example/viewtopic.php?t=2&f=1&sid={SID}", "https://forum.example/viewtopic.php?f=1&t=2"),
    ("https://example.com/story?sid=42", "https://example.com/story?sid=42"),
    ("https://example.com/a?b=2&a=1", "https://example.com/a?a=1&b=2"),
    ("https://example.com/a?b=2&a=2&b=1", "https://example.com/a?a=2&b=2&b=1"),
    ("https://example.com/a?", "https://example.com/a"),
    ("https://example.com/a?&&b=1&", "https://example.com/a?b=1"),
    ("https://example.com/a?b", "https://example.com/a?b"),
    ("https://example.com/a?b=", "https://example.com/a?b="),
    ("https://example.com/a?q=x+y", "https://example.com/a?q=x+y"),
    ("https://example.com/a?q=%e4", "https://example.com/a?q=%E4"),
]

FRAGMENT_CASES = [
    ("https://example.com/a#", "https://example.com/a"),
    ("https://example.com/a#comments", "https://example.com/a"),
    ("https://example.com/a#respond", "https://example.com/a"),
    ("https://example.com/a#more-123", "https://example.com/a"),
    ("https://example.com/a#disqus_thread", "https://example.com/a"),
    ("https://example.com/a#:~:text=sehr%20gut", "https://example.com/a"),
    ("https://example.com/a#part:~:text=sehr%20gut", "https://example.com/a#part"),
    ("https://example.com/a#xtor=RSS-8", "https://example.com/a"),
    ("https://example.com/a#utm_source=x&utm_medium=y", "https://example.com/a"),
    ("http://www.spiegel.de/a-1.html#ref=rss", "https://spiegel.de/a-1.html"),
    ("https://example.com/a#comment-12", "https://example.com/a#comment-12"),
    ("https://forum.example/viewtopic.php?p=123#p123", "https://forum.example/viewtopic.php?p=123#p123"),
    ("https://example.com/#!/topic/7", "https://example.com/#!/topic/7"),
    ("https://example.com/#/topic/7", "https://example.com/#/topic/7"),
    ("https://example.com/a#more", "https://example.com/a#more"),
    ("https://example.com/a#Größe", "https://example.com/a#Gr%C3%B6%C3%9Fe"),
]

HOPELESS = [
    "",
    "example.com/a",
    "//example.com/a",
    "/a",
    "https://",
    "https:///a",
    "https:/example.com/a",
    "ftp://example.com/a",
    "mailto:a@example.com",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://user@example.com/",
    "https://user:secret@example.com/",
    "https://example.com:99999/",
    "https://example.com:port/",
    "https://exa mple.com/",
    "https://example.com\\@evil.example/",
    "https://[::1",
    "https://[::1]x/",
    "https://-/",
    "https://a..b\u2028.de/",
    "https://www.google.com/url?url=javascript:alert(1)",
    "https://www.google.com/url?url=" + "/a" * 1024,
    "https://example.com/" + "a" * MAX_LENGTH,
    "https://example.com/" + "ü" * 1000,
    "https://example.com/\ud800",
]

GOLDEN = [*SPELLING, *HOSTS, *AMP, *WRAPPED, *PARAMETER_CASES, *FRAGMENT_CASES]


@pytest.mark.parametrize(("url", "form"), GOLDEN)
def test_address_has_its_frozen_form(url: str, form: str) -> None:
    assert canonical_url(url) == form


@pytest.mark.parametrize("url", HOPELESS)
def test_unusable_address_has_no_form(url: str) -> None:
    assert canonical_url(url) is None


def test_golden_table_pins_at_least_eighty_cases() -> None:
    assert len({url for url, _ in GOLDEN}) >= 80


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_every_tracking_parameter_goes(name: str) -> None:
    assert canonical_url(f"https://example.com/a?{name}=x&keep=1") == "https://example.com/a?keep=1"


@pytest.mark.parametrize("fragment", sorted(FRAGMENTS))
def test_every_listed_fragment_goes(fragment: str) -> None:
    assert canonical_url(f"https://example.com/a#{fragment}") == "https://example.com/a"


@pytest.mark.parametrize(("site", "name"), sorted((site, name) for site, names in SCOPED.items() for name in names))
def test_every_scoped_parameter_goes_on_its_site_only(site: str, name: str) -> None:
    assert canonical_url(f"https://{site}/a?{name}=x") == f"https://{site}/a"
    assert canonical_url(f"https://not{site}/a?{name}=x") == f"https://not{site}/a?{name}=x"


def test_wrapping_deeper_than_any_real_link_has_no_form() -> None:
    url = "https://example.com/"
    for _ in range(7):
        url = f"https://cdn.ampproject.org/c/s/{url.removeprefix('https://')}"

    assert canonical_url(url) is None


_PIECE = st.one_of(
    st.sampled_from(
        ["www.", "m.", "amp.", "amp/", "/amp", "google.com/url?url=", "cdn.ampproject.org/c/s/", "http://", "https://"]
    ),
    st.sampled_from(
        ["%", "%25", "%41", "%C3", "?", "&", "#", "#!", ":~:", "utm_x=1", "..", "//", "ß", "\u3002", "@", ":"]
    ),
    st.text(max_size=6),
)
_HOSTILE = st.builds(lambda parts: "https://" + "".join(parts), st.lists(_PIECE, max_size=10))


@settings(database=None, deadline=None, max_examples=400)
@given(st.one_of(st.text(max_size=60), _HOSTILE))
@example("https://example.com/%2541")
@example("https://www.google.com/url?url=https://www.google.com/url")
@example("https://example.com/a?%75tm_source=x")
@example("https://www.amp.www.example.com/amp/amp/x/amp")
def test_form_of_a_form_is_itself(url: str) -> None:
    form = canonical_url(url)

    assert form is None or (canonical_url(form) == form and form.startswith("https://") and len(form) <= MAX_LENGTH)
