"""What a watch makes of an item, in the reader's language."""

from earshot.domain.job import Heard, Lack
from earshot.web.words import TABLES, Words

_QUOTES = '"'


def rule_in(words: Words, heard: Heard) -> str:
    """Whether a watch hears the item, and if not, why; a reason that has no text yet stays as matching words it."""
    if heard.filtered:
        return words("rule.filtered", list=list_in(words, heard.filtered))
    if heard.matched:
        return words("rule.matched")
    said = [_lack(words, each) for each in heard.lacks if f"rule.{each.why}" in TABLES[words.language]]
    return "; ".join(said) or heard.rule


def list_in(words: Words, filtered: str) -> str:
    """What people call the noise list that stopped something, and by what: `sites: "jobs.example"`."""
    name, _, what = filtered.partition(": ")
    key = f"rule.list.{name}"
    said = words(key) if key in TABLES[words.language] else name
    return f"{said} ({words('quoted', text=what.strip(_QUOTES))})" if what else said


def _lack(words: Words, lack: Lack) -> str:
    return words(f"rule.{lack.why}", terms=", ".join(words("quoted", text=each) for each in lack.what))
