"""Somebody asks on the command line why something was missed, and what a watch would have caught."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from story.site import ROOT, Entry, Post, Site, a_feed

URL = "https://blog.example/kuchen"
CAKE = Entry(URL, "Kuchen", "Im Café Morgenrot eine Stunde gewartet, schrecklich.")
BREAD = Entry("https://blog.example/brot", "Brot", "Das beste Brot der Stadt.")


@pytest.fixture
def heard(post: Post, site: Site) -> Post:
    """A post that has read a feed with one entry for it and one that is not."""
    site.put("/feed", a_feed(CAKE, BREAD))
    post.configure("/feed")
    post.once()
    return post


def test_why_names_the_mention_that_a_page_is(heard: Post) -> None:
    answer = heard.json("why", "http://www.blog.example/kuchen/?utm_source=x")

    assert (answer["verdict"], answer["mention"]["url"]) == ("stored", URL)


def test_why_reads_the_source_anew_and_names_the_rule_that_failed(heard: Post, site: Site) -> None:
    before = len(site.asked)

    told = heard.earshot("why", BREAD.link)

    assert told.returncode == 0
    assert "no watch hears it" in told.stdout
    assert 'Café Morgenrot (own): "Café Morgenrot" is not there' in told.stdout
    assert "reading 1 place" in told.stderr
    assert [path for path, _ in site.asked[before:]] == ["/feed"]


def test_why_changes_nothing_about_what_comes_later(heard: Post) -> None:
    mails = heard.mails()
    heard.json("why", BREAD.link)

    summary = heard.once()

    assert (summary["found"], summary["alerted"], heard.mails()) == (0, 0, mails)


def test_why_tells_of_what_came_since_that_it_comes_next(heard: Post, site: Site) -> None:
    site.put("/feed", a_feed(CAKE, BREAD, Entry("https://blog.example/neu", "Neu", "Café Morgenrot hat neue Stühle.")))

    answer = heard.json("why", "https://blog.example/neu")

    assert answer["verdict"] == "comes_next"
    assert heard.once()["found"] == 1
    assert heard.json("why", "https://blog.example/neu")["verdict"] == "stored"


def test_why_says_that_nobody_listens_and_what_to_add(heard: Post) -> None:
    told = heard.earshot("why", "https://elsewhere.example/1")

    assert told.returncode == 0
    assert "No source listens to elsewhere.example." in told.stdout
    assert "Add a feed of elsewhere.example" in told.stdout


@pytest.mark.parametrize("url", ["javascript:alert(1)", "nonsense", "https://user:pw@blog.example/"])
def test_why_refuses_what_is_no_address_in_one_line(heard: Post, url: str) -> None:
    told = heard.earshot("why", url)

    assert told.returncode == 2
    assert told.stderr.startswith("earshot: url: ")
    assert told.stderr.count("\n") == 1


def test_a_watch_is_tried_before_it_is_added(heard: Post) -> None:
    told = heard.earshot("watch", "test", "--query", '"beste Brot" OR Torte')

    assert told.returncode == 0
    assert "Das **beste Brot** der Stadt." in told.stdout
    assert "Nearest misses:" in told.stdout
    assert [each["name"] for each in heard.json("watch", "list")["watches"]] == ["Café Morgenrot"]


def test_a_watch_that_is_there_is_tested_by_its_name(heard: Post) -> None:
    answer = heard.json("watch", "test", "Café Morgenrot")

    assert [part["caught"] for part in answer["parts"]] == [1, 1]
    assert len(answer["found"]) == 1


@pytest.mark.parametrize(
    "given", [("watch", "test"), ("watch", "test", "Nobody"), ("watch", "test", "--query", '"open')]
)
def test_a_watch_that_cannot_be_tested_is_refused_in_one_line(heard: Post, given: tuple[str, ...]) -> None:
    told = heard.earshot(*given)

    assert told.returncode == 2
    assert told.stderr.startswith("earshot: ")


def test_a_source_that_fails_is_named_and_ends_no_test(heard: Post, site: Site) -> None:
    site.put("/feed", "", status=500)

    told = heard.earshot("watch", "test", "Café Morgenrot")

    assert told.returncode == 0
    assert "could not be read" in told.stdout


def test_the_practice_company_can_be_asked_about(tmp_path: Path, site: Site) -> None:
    shutil.copy(ROOT / "earshot.example.toml", tmp_path)
    post = Post(tmp_path, site)
    post.once()

    missed = post.json("why", "https://luettenhavener-bote.example/lokales/kaimauer")
    stored = post.json("why", "https://tellerrand.example/luettenhaven/bewertung/5490")

    assert (missed["verdict"], stored["verdict"]) == ("not_matched", "stored")


def test_a_run_that_is_going_on_answers_at_once_instead_of_the_command(heard: Post) -> None:
    run = subprocess.Popen(
        [sys.executable, "-m", "earshot", "run", "--port", "18787"],
        cwd=heard.folder,
        env=heard.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert run.stdout is not None
        while "Stop with" not in run.stdout.readline():
            pass
        began = time.monotonic()

        answer = json.loads(heard.earshot("why", BREAD.link, "--json").stdout)
    finally:
        run.terminate()
        run.communicate()

    assert answer["verdict"] == "not_matched"
    assert time.monotonic() - began < 30
