"""docs/unheard.md: what cannot be heard, in the words of the page that says so."""

from pathlib import Path
from string import Template

from documents.sources_page import table
from earshot.services.alert_queries import PLACES
from earshot.sources.unheard import UNHEARD, Unheard
from earshot.web.words import Words

_TEMPLATE = Path(__file__).parent / "unheard.txt"


def unheard_page() -> str:
    """The whole page, in English."""
    words = Words("en")
    head = ("place", "why", "what helps", "heard in part by")
    rows = (
        (*(words(f"unheard.{each.key}.{part}") for part in ("name", "why", "way")), _part(each)) for each in UNHEARD
    )
    searches = (f"- `{about}`: {', '.join(sites) or 'the whole web'}" for about, sites in PLACES.items())
    lead = Template(_TEMPLATE.read_text(encoding="utf-8"))
    return lead.substitute(
        title=words("unheard"),
        hint=words("unheard.hint"),
        rows="\n".join(table(head, rows)),
        searches="\n".join(searches),
    )


def _part(each: Unheard) -> str:
    parts = [f"`{kind}`" for kind in each.kinds]
    parts += [f"the search `{each.about}`"] if each.about else []
    return ", ".join(parts) or "–"
