"""The colours of pages and mails: every text can be read in both themes."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "functions" / "earshot" / "web" / "static" / "earshot.css").read_text("utf-8")
LIGHT, DARK = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", part)) for part in CSS.split("}", 2)[:2])

ON_PAGES = [(text, ground) for text in ("ink", "soft", "link") for ground in ("paper", "card")]
ON_WASH = [(text, "wash") for text in ("ink", "soft")]
KINDS = [(kind, "card") for kind in ("praise", "criticism", "question", "neutral", "unsure")]
PILLS = [(kind, f"{kind}-wash") for kind in ("praise", "criticism", "question", "neutral", "unsure")]
EDGES = [("edge", "card"), ("edge", "wash"), ("focus", "paper"), ("focus", "card")]
OTHERS = [("paper", "ink"), ("ink", "mark"), ("ink", "praise-wash"), ("ink", "unsure-wash")]


def luminance(colour: str) -> float:
    """Source: WCAG 2.2, relative luminance; read 2026-11-24."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), [*ON_PAGES, *ON_WASH, *KINDS, *PILLS, *OTHERS])
def test_every_text_stands_out_from_its_ground(theme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(theme[text], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("part", "ground"), [("edge", "card"), ("edge", "wash"), ("focus", "paper"), ("focus", "card")]
)
def test_fields_and_the_focus_can_be_seen(theme: dict[str, str], part: str, ground: str) -> None:
    assert contrast(theme[part], theme[ground]) >= 3


def test_the_style_sheet_loads_nothing() -> None:
    assert "@import" not in CSS
    assert "url(" not in CSS
