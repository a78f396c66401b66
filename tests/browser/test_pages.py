"""The pages in a real browser: nothing spills over at the width of a phone. EARSHOT_SCREENSHOTS=DIR keeps pictures."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from browser.chromium import Visitor, found, needed_width, screenshot
from story.site import ROOT, Post, serving

pytestmark = pytest.mark.skipif(not found(), reason="no Chromium on this machine (Debian: apt-get install chromium)")

PAGES = {
    "inbox": "/",
    "done": "/?status=done",
    "watches": "/watches",
    "sources": "/sources",
    "unheard": "/unheard",
    "outbox": "/outbox",
    "why": "/why?url=https://luettenhavener-bote.example/lokales/kaimauer",
}
PICTURES = os.environ.get("EARSHOT_SCREENSHOTS", "")


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    folder = tmp_path_factory.mktemp("post")
    shutil.copy(ROOT / "earshot.example.toml", folder)
    with serving() as site:
        yield from _listening(Post(folder, site))


def _listening(post: Post) -> Iterator[Visitor]:
    port = _free_port()
    command = [sys.executable, "-m", "earshot", "run", "--port", str(port)]
    run = subprocess.Popen(
        command, cwd=post.folder, env=post.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert run.stdout is not None
        link = next(found[0] for line in run.stdout if (found := re.search(r"/login/[\w-]+", line)))
        visitor = Visitor(port)
        visitor.sign_in(link)
        yield visitor
    finally:
        run.terminate()
        run.communicate(timeout=10)


def _free_port() -> int:
    with serving() as site:
        return site.port


@pytest.mark.parametrize("width", [360, 800])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_its_window(visitor: Visitor, tmp_path: Path, name: str, width: int) -> None:
    html = visitor.alone(PAGES[name])

    assert needed_width(tmp_path, html, width) <= width
    if PICTURES:
        for dark in (False, True):
            file = Path(PICTURES).absolute() / f"{name}-{width}{'-dark' if dark else ''}.png"
            screenshot(tmp_path, html, file, width=width, height=1400, dark=dark)


def test_the_watches_fit_a_phone_with_everything_open(visitor: Visitor, tmp_path: Path) -> None:
    html = visitor.alone("/watches").replace("<details", "<details open")

    assert html.count("google.com/alerts?q=") >= 4
    assert needed_width(tmp_path, html, 360) <= 360


def test_the_sources_fit_a_phone_with_everything_open(visitor: Visitor, tmp_path: Path) -> None:
    html = visitor.alone("/sources").replace("<details", "<details open")

    assert html.count('name="preset"') >= 40
    assert needed_width(tmp_path, html, 360) <= 360


def test_a_card_is_acknowledged_by_its_button(visitor: Visitor) -> None:
    page = visitor.page("/")
    before = re.search(r"<h1>(\d+)", page)
    form = next(form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'value="thanked"' in form)
    action = re.search(r'action="([^"]+)"', form)
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    assert before
    assert action

    status = visitor.send(action[1], "&".join(f"{name}={value}" for name, value in fields.items()))

    after = re.search(r"<h1>(\d+)", visitor.page("/"))
    assert status == 303
    assert after
    assert int(after[1]) == int(before[1]) - 1
