"""A notification mail as the one remark it tells of: its words, stars, author and link, as far as they can be found."""

import re
from urllib.parse import urlsplit

from earshot.domain.item import Author
from earshot.sources.email_in_letter import Letter
from earshot.sources.email_in_links import Link, links_of
from earshot.sources.email_in_portals import (
    AUTHORS,
    ENDS,
    LABELS,
    NOBODY,
    SAYS,
    TELLS,
    TITLED,
    UNFIT,
    UNFIT_AT,
    Portal,
)
from earshot.sources.identity import identity_of
from earshot.sources.plain import plain_line, plain_name
from earshot.sources.posts import Post

_LOOKED_AT = 8000
"""Characters of a mail in which a review is looked for."""

_LEAST = 20
"""Characters of a quotation that is worth more than the mail around it."""

_STARS = re.compile("[★⭐]{1,5}[☆✩]{0,4}")
_MARK = re.compile(
    r"(?<![\d.,/])(?P<mark>\d(?:[.,]\d{1,2})?)\s{0,3}"
    r"(?:(?:von|out of|of|/)\s{0,3}(?P<best>[56])(?:[.,]0)?\b(?!\s{0,3}[/.]\s{0,3}\d)"
    r"|-?\s?(?:Sterne?n?|stars?|Sonnen)\b(?![\s-]{0,2}(?:Hotel|Superior)))",
    re.IGNORECASE,
)
_OVERALL = re.compile(r"durchschnitt|gesamt|insgesamt|average|overall|aller bewertungen|bewertungen\)", re.IGNORECASE)
_QUOTES = tuple(
    re.compile(rf"{opening}([^{closing}]{{{_LEAST},4000}})[{closing}]")
    for opening, closing in (("„", "“”"), ("“", "”"), ("»", "«"), ("«", "»"))
)
_STRAIGHT = re.compile(rf'^\s*"([^"]{{{_LEAST},4000}})"\s*$', re.MULTILINE)


def remark(letter: Letter, portal: Portal, source_id: str) -> Post:
    """What a mail of a portal tells of. A mail that tells of nothing, a newsletter for instance, is a `whole`."""
    if not TELLS.search(letter.subject):
        return whole(letter, source_id, place=portal.name)
    seen = letter.text[:_LOOKED_AT]
    link = _best_link(letter, portal)
    titled, words = TITLED.search(seen), _words(letter)
    native_id = letter.message_id
    # An address that names more than this one remark would make all remarks the same one.
    is_permalink = portal.permalink.fullmatch(link) is not None
    return Post(
        native_id=native_id,
        identity=identity_of(link if is_permalink else "", native_id, source_id),
        url=link,
        # The subject names the company, which a watch looks for; the review itself often does not.
        title=letter.subject,
        text="\n".join(filter(None, (titled[1] if titled and words else "", words))) or letter.text,
        published_at=letter.sent_at,
        author=Author(name=_author(letter)),
        rating=_rating(letter, portal.best),
        place=portal.name,
    )


def whole(letter: Letter, source_id: str, *, place: str = "") -> Post:
    """A mail as one item: its subject, its text and its first fitting link, under its own id.

    Not under the link: what is written on a page may be told of in many mails, and each is something new.
    """
    native_id = letter.message_id
    name = plain_name(letter.name)
    return Post(
        native_id=native_id,
        identity=identity_of("", native_id, source_id),
        url=_best_link(letter, None),
        title=letter.subject,
        text=letter.text,
        published_at=letter.sent_at,
        author=Author(name="" if place else name),
        place=place or name or letter.domain,
    )


def _words(letter: Letter) -> str:
    """The words of the review: what is set as a quotation, else the longest in quotes, else what follows a label."""
    for element in letter.page.elements:
        if element.tag == "blockquote" and len(quoted := letter.page.text_of(element).strip()) >= _LEAST:
            return quoted
    seen = letter.text[:_LOOKED_AT]
    quotes = [found for pattern in (*_QUOTES, _STRAIGHT) for found in pattern.findall(seen)]
    if quotes:
        return str(max(quotes, key=len))
    if says := SAYS.search(seen):
        rest = seen[says.end() :]
        ends = ENDS.search(rest)
        return rest[: ends.start() if ends else None].strip()
    return ""


def _author(letter: Letter) -> str:
    for pattern in AUTHORS:
        for text in (letter.subject, letter.text[:_LOOKED_AT]):
            for found in pattern.finditer(text):
                if not NOBODY.fullmatch(name := plain_line(found["name"], is_html=False, limit=100)):
                    return plain_name(name)
    return ""


def _rating(letter: Letter, best: int) -> float | None:
    """The stars of this review, on a scale of 1 to 5; marks of the company as a whole do not count."""
    for line in (letter.subject, *letter.text[:_LOOKED_AT].split("\n")):
        if _OVERALL.search(line):
            continue
        if stars := _STARS.search(line):
            return float(sum(sign in "★⭐" for sign in stars[0]))
        if found := _MARK.search(line):
            mark, most = float(found["mark"].replace(",", ".")), int(found["best"] or best)
            if 1 <= mark <= most:
                return round(1 + (mark - 1) * 4 / (most - 1), 2)
    return None


def _best_link(letter: Letter, portal: Portal | None) -> str:
    """The link to what the mail tells of: a permalink, else one that says so, else the first at all."""
    links = [link for link in links_of(letter) if not (UNFIT_AT.search(link.url) or UNFIT.search(link.label))]
    return max(links, key=lambda link: _fitness(link, portal), default=Link(url="")).url


def _fitness(link: Link, portal: Portal | None) -> tuple[bool, bool, bool, bool]:
    """How well a link fits; of equal ones `max` takes the first."""
    if portal is None:
        return False, False, False, _leads_on(link)
    host = urlsplit(link.url).hostname or ""
    is_theirs = any(host == each or host.endswith(f".{each}") for each in portal.domains)
    is_labelled = LABELS.search(link.label) is not None
    return portal.permalink.fullmatch(link.url) is not None, is_labelled and _leads_on(link), is_theirs, _leads_on(link)


def _leads_on(link: Link) -> bool:
    """Whether an address leads further than to a front page."""
    parts = urlsplit(link.url)
    return bool(parts.path.strip("/") or parts.query)
