"""Adding a kind of source touches its connector, its test and the registry: nobody else knows it by name."""

import ast
from collections.abc import Iterator
from pathlib import Path

from earshot.sources.registry import CONNECTORS

ROOT = Path(__file__).parents[2] / "functions" / "earshot"
REGISTRY = "sources/registry.py"

ORDINARY_WORDS = frozenset({"feed", "x", "push"})
"""Kinds whose names are words of other meanings too: a text that holds them names no kind, an import does."""

MAY_IMPORT = {
    "services/webmentions.py": "its door receives them, and asks whether a page does link to us",
    "services/taking_in.py": "what comes through doors of ours has no place that is asked",
    "services/mailing_in.py": "mails come through a door of ours, and are read where they arrive",
    "services/doors.py": "the door for what programs hand in",
    "services/item_inputs.py": "what a program hands in is as much as its connector takes",
    "sources/email_in_alerts.py": "a mail of an alert tells what its feed would",
    "sources/google_alerts.py": "an alert is a feed",
    "sources/google_news.py": "a search there is a feed",
}
"""Modules that load a kind by its name, and why: doors of our own, and what is the same document."""

MAY_NAME = {
    "domain/condition.py": "alerts are known to stall, so their silence has a name of its own",
    "domain/item.py": "which kinds bring articles, and not posts",
    "domain/job.py": "a webmention is a job of its own",
    "services/attention.py": "what is addressed to us is ours whatever it says",
    "services/collecting.py": "which kinds take over each other's texts",
    "services/covering.py": "an alert covers the whole web",
    "services/doors.py": "the doors of our own",
    "services/exploring.py": "a page without a feed is watched as a page",
    "services/mailboxes.py": "mails come to addresses of the tenant",
    "services/sourcing.py": "an address of a Google Alert is one, also where it is called a feed",
    "services/taking_in.py": "which kinds come through doors of our own",
    "sources/claiming.py": "what a place is to a person, where that is more than a feed",
    "sources/discovery.py": "what a page says of itself: a forum, or a page to be watched",
    "sources/unheard.py": "what hears a part of what cannot be heard",
    "cli/presets.py": "ready-made sources",
    "web/page_watches.py": "the form for an alert that a person has made",
    "web/preset_words.py": "ready-made sources in words",
    "web/story_card.py": "the kinds that have a name in words",
    "web/why_words.py": "the kinds that have a name in words",
}
"""Modules that name a kind in a text, and why. None of them must know a kind for it to be heard."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for file in sorted(ROOT.rglob("*.py")):
        name = file.relative_to(ROOT).as_posix()
        if name != REGISTRY:
            yield name, ast.parse(file.read_text(encoding="utf-8"))


def is_of(name: str, kind: str) -> bool:
    """Whether a module is the connector of a kind, or a part of it."""
    folder, _, file = name.rpartition("/")
    return folder == "sources" and (file == f"{kind}.py" or file.startswith(f"{kind}_"))


def imported(tree: ast.Module) -> set[str]:
    """The kinds whose connector a module imports."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {kind for kind in CONNECTORS if f"earshot.sources.{kind}" in found}


def named(tree: ast.Module) -> set[str]:
    """The kinds that a module names in its texts."""
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return (texts & set(CONNECTORS)) - ORDINARY_WORDS


def test_no_other_module_loads_a_kind_by_its_name() -> None:
    loading = {
        name: kinds
        for name, tree in modules()
        if name not in MAY_IMPORT and (kinds := {kind for kind in imported(tree) if not is_of(name, kind)})
    }

    assert loading == {}


def test_no_other_module_names_a_kind() -> None:
    naming = {
        name: kinds
        for name, tree in modules()
        if name not in MAY_NAME and (kinds := {kind for kind in named(tree) if not is_of(name, kind)})
    }

    assert naming == {}


def test_every_exception_has_a_reason_and_is_needed() -> None:
    trees = dict(modules())

    assert all((*MAY_IMPORT.values(), *MAY_NAME.values()))
    assert [name for name in MAY_IMPORT if name not in trees or not imported(trees[name])] == []
    assert [name for name in MAY_NAME if name not in trees or not named(trees[name])] == []


def test_whoever_is_heard_by_himself_is_known_to_nobody_but_the_registry() -> None:
    own = {kind for kind, each in CONNECTORS.items() if each.place.streams or each.place.search}
    running = {"services/planning.py", "services/fetching.py", "services/visiting.py", "services/searching.py"}

    assert all(not (named(tree) | imported(tree)) & own for name, tree in modules() if name in running)
