"""Domains as terms: found with their subdomains and addresses, also where somebody has taken the dot apart.

"acme.de" is in "https://www.acme.de/shop", in "acme[.]de" and in "acme dot de", but not in "notacme.de", "acme.dev" or
"acme.de.evil.com". A term ending in a path asks for addresses that begin like this.
"""

import re

from earshot.matching.fold import Keep, fold_phrase

_APART = re.compile(r" ?[\[({] ?(?:\.|dot|punkt) ?[\])}] ?| (?:dot|punkt) ", re.IGNORECASE)
_HOST = re.compile(
    r"(?:https?://)?(?:www\.)?((?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}([^\W\d_]{2,24}))(/\S*)?", re.IGNORECASE
)
_DOT = r"(?:\.| ?\[ ?(?:\.|dot|punkt) ?\] ?| ?\( ?(?:\.|dot|punkt) ?\) ?| ?\{ ?(?:\.|dot|punkt) ?\} ?| (?:dot|punkt) )"
_BEFORE = r"(?<![\w-])"
_AFTER = r"(?!\w)(?!@)(?!\.[^\W\d_])(?!-[\w-]*\.\w)"

_LONGER_ENDS = re.compile(
    "com|net|org|info|biz|name|shop|store|online|app|dev|gmbh|berlin|hamburg|koeln|cologne|bayern|ruhr|saarland|wien|tirol"
    "|swiss|reise|haus|immobilien|versicherung|jobs|travel|blog|news|media|agency|digital|group|company|care|club|tech"
    "|cloud|solutions|services|kaufen|schule|academy|hotel|restaurant|coffee|cafe|software|systems|consulting|gallery"
    "|expert|team|world|life|live|website|site|space|page|art|bio|eco|edu|gov|museum|coop|aero|mobi|asia|cat|example"
)


def host_of(written: str) -> tuple[str, str] | None:
    """The domain without www that a term names, and its path; None for any other term.

    Two letters, or one of the common longer ends, make a domain of letters around a dot; in capitals, as in "E.ON",
    they are a name.
    """
    found = _HOST.fullmatch(_APART.sub(".", written))
    if not found:
        return None
    end, has_scheme = found[2], "://" in written
    is_end = end.islower() and (len(end) == 2 or _LONGER_ENDS.fullmatch(end) is not None)
    return (found[1], (found[3] or "").rstrip("/")) if is_end or has_scheme else None


def pattern(host: str, path: str, keep: Keep) -> tuple[tuple[str, ...], str]:
    """The literals in each match of a domain with a path, and the expression that finds it in folded text."""
    labels = fold_phrase(host, keep).split(".")
    tail = re.escape(fold_phrase(path, keep)) + (r"(?!\w)" if path else _AFTER)
    written = [_label(label) for label in host.lower().split(".")]
    patterns = [
        f"(?:{re.escape(label)}|{re.escape(code)})" if code else re.escape(label)
        for label, code in zip(labels, written, strict=True)
    ]
    stems = tuple(label for label, code in zip(labels, written, strict=True) if not code)
    return stems, _BEFORE + _DOT.join(patterns) + tail


def _label(label: str) -> str:
    """How addresses write a label that is not ASCII ("xn--mller-kva", RFC 3492); "" for any other."""
    if label.isascii():
        return ""
    try:
        return label.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
