"""Whether a mail comes from whom it says: read from what our own receiving server wrote on it, and from nothing else.

A mail brings headers along that look like the server's. So only the topmost Authentication-Results counts, only under
the server's own name, and only above the second Received: everything below was there before the server had the mail.
Whatever in it cannot be read without doubt counts as nothing found.

Source:
    RFC 8601 §2.2, §5; RFC 7489 §3.1; docs.aws.amazon.com/ses, "Contents of notifications for Amazon SES email
    receiving"; the header that SES writes as quoted in public repositories. Read 2026-11-24; not tried live.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from earshot.domain.mail import Finding, MailVerdict
from earshot.sources.email_in_letter import Letter

SES = "amazonses.com"
"""The name under which Amazon SES writes what it found."""

_METHOD = re.compile(r"\s*(spf|dkim|dmarc)(?:\s*/\s*1)?\s*=\s*([a-z]+)\b", re.IGNORECASE)
_PROPERTY = re.compile(r"(?:^|\s)([a-z]+(?:\.[a-z-]+)?|envelope-from)\s*=\s*(\S+)", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,62}[a-z0-9])?\.){1,20}[a-z0-9-]{2,63}")
_DANGEROUS = frozenset(";()")
"""Signs that end a comment or a clause for one reader and stand inside quotes for another."""

_NAMED = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom", "envelope-from"), "dmarc": ("header.from",)}
_SES_FIELDS = ("spf", "dkim", "dmarc", "spam", "virus")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    method: str
    passed: bool
    failed: bool
    domain: str


def verdict_of(letter: Letter, *, authserv_id: str, verdicts: Mapping[str, object] | None = None) -> MailVerdict:
    """What the receiving server called `authserv_id` found out about a mail.

    `verdicts` are the fields that SES gives beside it (`dkimVerdict` and so on, as {"status": "PASS"} or "PASS"). Give
    them wherever there are some: a check then counts as passed only where both say so, and spam and viruses are known.
    A mail that somebody forwards keeps its trust by the DKIM signature of its sender; SPF is then about the forwarder.
    """
    results = _results(letter, authserv_id)
    given = {name: _given(verdicts, name) for name in _SES_FIELDS} if verdicts is not None else {}
    found = {method: _finding(results, given, method) for method in _NAMED}
    spam, virus = given.get("spam", Finding.NONE), given.get("virus", Finding.NONE)
    reasons = _vouching(letter.domain, results, found, told_by_ses=given.get("dmarc") is Finding.PASS)
    against = _objections(letter.domain, found["dmarc"], spam, virus)
    unknown = f"nothing that our server checked belongs to {letter.domain or 'the sender'}"
    return MailVerdict(
        spf=found["spf"],
        dkim=found["dkim"],
        dmarc=found["dmarc"],
        spam=spam,
        virus=virus,
        is_trusted=bool(reasons) and not against,
        reasons=against or reasons or (unknown,),
    )


def _vouching(
    sender: str, results: tuple[_Result, ...], found: Mapping[str, Finding], *, told_by_ses: bool
) -> tuple[str, ...]:
    said = [
        f"{each.method} of {each.domain} passed"
        for each in results
        if each.passed and found[each.method] is Finding.PASS and _is_aligned(each.domain, sender)
    ]
    if told_by_ses and sender and not any(each.method == "dmarc" for each in results):
        said.append("dmarc passed")
    return tuple(dict.fromkeys(said))


def _objections(sender: str, dmarc: Finding, spam: Finding, virus: Finding) -> tuple[str, ...]:
    said = {
        "From is missing, doubled or names several senders": not sender,
        f"dmarc of {sender} failed": bool(sender) and dmarc is Finding.FAIL,
        "our server takes it for spam": spam is Finding.FAIL,
        "our server found a virus": virus is Finding.FAIL,
    }
    return tuple(reason for reason, holds in said.items() if holds)


def _finding(results: tuple[_Result, ...], given: Mapping[str, Finding], method: str) -> Finding:
    """What header and fields say together: passed where neither denies it, failed where one says so."""
    mine = [each for each in results if each.method == method]
    written = Finding.NONE
    if any(each.passed for each in mine):
        written = Finding.PASS
    elif any(each.failed for each in mine):
        written = Finding.FAIL
    if method not in given:
        return written
    # A mail has one DMARC result but many signatures, and SES sums them up: its word is the stricter one.
    return given[method] if written in {Finding.NONE, Finding.PASS} else written


def _given(verdicts: Mapping[str, object] | None, name: str) -> Finding:
    value = (verdicts or {}).get(f"{name}Verdict")
    status = value.get("status") if isinstance(value, Mapping) else value
    return {"PASS": Finding.PASS, "FAIL": Finding.FAIL}.get(status if isinstance(status, str) else "", Finding.NONE)


def _results(letter: Letter, authserv_id: str) -> tuple[_Result, ...]:
    received = 0
    for name, value in letter.headers:
        received += name == "received"
        if received > 1:
            break
        if name == "authentication-results":
            clauses = _clauses(value)
            is_ours = bool(clauses) and clauses[0].split()[:1] == [authserv_id.lower()]
            return _read(clauses[1:]) if is_ours else ()
    return ()


def _read(clauses: list[str]) -> tuple[_Result, ...]:
    found: list[_Result] = []
    for before, clause in zip(["", *clauses], clauses, strict=False):
        if method := _METHOD.match(clause):
            name, result = method[1], method[2]
            rest = clause[method.end() :]
            found.append(
                _Result(method=name, passed=result == "pass", failed=result == "fail", domain=_domain(name, rest))
            )
        elif _METHOD.match(before) and clause.strip().startswith("envelope-from") and found[-1].method == "spf":
            # SES writes the envelope as a clause of its own, right after. No later one may complete the result: the
            # name by which a server greets stands there too, and whoever connects chooses it.
            found[-1] = replace(found[-1], domain=found[-1].domain or _domain("spf", clause))
    return tuple(found)


def _domain(method: str, properties: str) -> str:
    """The domain that a result is about, "" where it names none."""
    for name, value in _PROPERTY.findall(properties):
        if name in _NAMED[method]:
            domain = value.rpartition("@")[2].strip('"<>').removesuffix(".")
            return domain if _DOMAIN.fullmatch(domain) else ""
    return ""


def _clauses(value: str) -> list[str]:
    """A header in lower case at its semicolons, without comments; empty where quotes or comments hide something."""
    out: list[str] = []
    depth = 0
    quoted = escaped = False
    for sign in value.lower():
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif (sign == '"' and depth) or (quoted and sign in _DANGEROUS):
            return []
        elif sign == '"':
            quoted = not quoted
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
        elif not depth:
            out.append(sign)
        if depth < 0:
            return []
    return [] if depth or quoted else "".join(out).split(";")


def _is_aligned(domain: str, sender: str) -> bool:
    """Whether the two are the same, or one is below the other (RFC 7489 §3.1, without a list of public suffixes).

    Two neighbours below one name are not: whether that name is a company or a registry, only DMARC's own check knows.
    """
    shorter, longer = sorted((domain, sender), key=len)
    return "." in shorter and (longer == shorter or longer.endswith(f".{shorter}"))
