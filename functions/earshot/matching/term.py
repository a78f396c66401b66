"""Terms: a word or phrase with its switches, as it is written in lists and queries.

    Acme    Müller Küchen    Must*    Apple~case    Deutsche Bahn~-endings~compounds    C\\*

A star behind the last letter makes a prefix; what follows a tilde is a switch, off with a minus. A backslash takes
its meaning from a star, a tilde or a backslash.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from earshot.matching.fold import Keep, fold_phrase


class Switch(StrEnum):
    """What makes two spellings one term; the first four are on unless switched off."""

    UMLAUTS = "umlauts"
    ACCENTS = "accents"
    HYPHENS = "hyphens"
    ENDINGS = "endings"
    COMPOUNDS = "compounds"
    CASE = "case"


USUAL = frozenset({Switch.UMLAUTS, Switch.ACCENTS, Switch.HYPHENS, Switch.ENDINGS})
EXACT = "exact"
"""The name that switches all the usual ones off."""

MIN_PREFIX = 2
"""Letters before a star."""

_TAIL = re.compile(r"(?<!\\)((?:~-?[a-z]*)+)\Z")
_ESCAPED = re.compile(r"\\([*~\\])")
_TO_ESCAPE = re.compile(r"[*~\\]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Term:
    """One or more words in a row, or the beginning of a word.

    `text` is how it was written, without switches and star; `where` is "title" for one looked for there only.
    """

    text: str
    switches: frozenset[Switch] = USUAL
    is_prefix: bool = False
    where: str = ""

    def __hash__(self) -> int:
        """That of the text, which Python remembers: terms are looked up all the time."""
        return hash(self.text)

    @property
    def key(self) -> str:
        """How it looks folded; "" is never found."""
        return fold_phrase(self.text)

    @property
    def shown(self) -> str:
        """As people call it: "Must*"."""
        return f"{self.text}*" if self.is_prefix else self.text

    @property
    def kept(self) -> Keep:
        """What folding may not change in it."""
        kept = Keep.CASE if Switch.CASE in self.switches else Keep.NOTHING
        kept |= Keep.NOTHING if Switch.UMLAUTS in self.switches else Keep.UMLAUTS
        return kept | (Keep.NOTHING if Switch.ACCENTS in self.switches else Keep.ACCENTS)

    def has(self, switch: Switch) -> bool:
        """Whether a switch is on."""
        return switch in self.switches


class Unreadable(ValueError):
    """A term that is none; the message says why, beginning in lower case."""


def parse_term(written: str, *, where: str = "") -> Term:
    """The term written as in a list.

    Raises:
        Unreadable: an unknown switch, a star elsewhere than behind the last letter, or nothing to look for.
    """
    written = _SURROGATE.sub("\ufffd", " ".join(written.split()))
    tail = _TAIL.search(written)
    body = written[: tail.start()] if tail else written
    switches = _switched(tail[1].split("~")[1:]) if tail else USUAL
    is_prefix = body.endswith("*") and not _is_escaped(body, len(body) - 1)
    body = body[:-1] if is_prefix else body
    if any(not _is_escaped(body, star.start()) for star in re.finditer(r"\*", body)):
        raise Unreadable("a star can only stand behind the beginning of a word; a star that is meant needs a backslash")
    text = _ESCAPED.sub(r"\1", body).strip()
    term = Term(text, switches, is_prefix, where)
    if not term.key:
        raise Unreadable("holds nothing to look for")
    if is_prefix and not re.search(rf"[^\W_]{{{MIN_PREFIX},}}\Z", term.key):
        raise Unreadable(f"a star needs {MIN_PREFIX} letters before it")
    return term


def term_of(written: str) -> Term:
    """The term written in a stored list; one that cannot be read any more is looked for as it stands there."""
    try:
        return parse_term(written)
    except Unreadable:
        return Term(" ".join(written.split()))


def format_term(term: Term) -> str:
    """The term as it is written in a list; reading it again gives the same."""
    text = _TO_ESCAPE.sub(lambda found: f"\\{found[0]}", term.text)
    return f"{text}{'*' * term.is_prefix}{format_switches(term)}"


def format_switches(term: Term) -> str:
    """The switches that are not as usual, as they are written behind a term."""
    if not term.switches & USUAL:
        shown = [EXACT]
    else:
        shown = [f"-{switch}" for switch in Switch if switch in USUAL - term.switches]
    return "".join(f"~{each}" for each in (*shown, *(s for s in Switch if s in term.switches - USUAL)))


def _switched(names: list[str]) -> frozenset[Switch]:
    switches = set(USUAL)
    for name in names:
        bare = name.removeprefix("-")
        if name == EXACT:
            switches -= USUAL
        elif bare not in list(Switch):
            known = ", ".join(f"~{each}" for each in (*Switch, EXACT))
            raise Unreadable(f'there is no switch "~{name}"; there are {known}, and each with a minus')
        elif name.startswith("-"):
            switches.discard(Switch(bare))
        else:
            switches.add(Switch(bare))
    return frozenset(switches)


def _is_escaped(text: str, at: int) -> bool:
    backslashes = len(text[:at]) - len(text[:at].rstrip("\\"))
    return backslashes % 2 == 1
