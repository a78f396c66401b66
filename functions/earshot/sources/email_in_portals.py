"""The portals whose notification mails are known, and the words by which such mails tell of a review or a remark.

All of it is written from general knowledge of such mails, but for the lines with a source: the portals document that
they send them and not how they look, and nothing was tried live. So the words are shared by all, and what is not
recognised stays one plain item for the whole mail.

Source:
    Trusted Shops: help.etrusted.com, "How do I manage my review notification e-mails?" (stars, title, text, name).
    Trustpilot: support.trustpilot.com, "Sender Information" (trustpilotmail.com). Read 2026-11-24.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """One portal: the domains it writes from, and the addresses there that name one review and no more than one.

    `senders` narrows down what stands before the @, where the domain sends mails of many kinds. `best` is the highest
    mark there.
    """

    name: str
    domains: tuple[str, ...]
    permalink: re.Pattern[str] = _NOTHING
    senders: re.Pattern[str] = re.compile("")
    best: int = 5


_AMAZON = tuple(f"amazon.{end}" for end in ("de", "com", "co.uk", "at", "fr", "it", "es", "nl"))

PORTALS = (
    Portal(
        name="kununu",
        domains=("kununu.com",),
        permalink=re.compile(
            r"https://(?:www\.)?kununu\.com/[a-z]{2}/[^/?#]+/(?:bewertung|kommentare|review)/[^?#]{8,}"
        ),
    ),
    Portal(name="Xing", domains=("xing.com",)),
    Portal(
        name="Amazon",
        domains=_AMAZON,
        permalink=re.compile(r"https://(?:www\.)?amazon\.[a-z.]{2,5}/(?:gp/customer-reviews|review)/R[A-Z0-9]{8,}.*"),
    ),
    Portal(name="Facebook", domains=("facebookmail.com", "facebook.com")),
    Portal(name="LinkedIn", domains=("linkedin.com",)),
    Portal(
        name="Trustpilot",
        domains=("trustpilot.com", "trustpilotmail.com"),
        permalink=re.compile(r"https://(?:[a-z]{2,3}\.)?trustpilot\.com/reviews/[0-9a-f]{16,}"),
    ),
    Portal(name="ProvenExpert", domains=("provenexpert.com",)),
    Portal(name="jameda", domains=("jameda.de",)),
    Portal(
        name="HolidayCheck",
        domains=("holidaycheck.de", "holidaycheck.com", "holidaycheck.at", "holidaycheck.ch"),
        permalink=re.compile(r"https://(?:www\.)?holidaycheck\.[a-z]{2,3}/hrd/[^?#]{8,}"),
        best=6,
    ),
    Portal(
        name="Yelp",
        domains=("yelp.com", "yelp.de", "yelp.at", "yelp.ch"),
        permalink=re.compile(r"https://(?:www\.)?yelp\.[a-z]{2,3}/biz/[^?#]+\?(?:.*&)?hrid=[\w-]{10,}.*"),
    ),
    Portal(name="Trusted Shops", domains=("etrusted.com", "trustedshops.com", "trustedshops.de")),
    Portal(
        name="Google",
        domains=("google.com",),
        senders=re.compile(r"businessprofile|googlemybusiness|google-?business", re.IGNORECASE),
    ),
)
"""Facebook, LinkedIn and Xing have no permalinks here: the mails about each comment of a post link to that one post."""

TELLS = re.compile(
    r"bewert|rezension|erfahrungsbericht|kommentar|kommentier|erwähn|empfehl|feedback|review|rating|rated|comment"
    r"|mention|recommend|\bsterne?n?\b|\bstars?\b",
    re.IGNORECASE,
)
"""What the subject of a notification says; mails without are newsletters, invoices and the like."""

_NAME = r"(?P<name>[^\W\d_][^\n:;!?|<>„“”\"»«]{0,58}?[^\s,:;!?|<>„“”\"»«])"
_ENDS = r"(?=\s+(?:auf|über|für|zu|on|about|for|to|at)\b|\s*[:,.!|(\n]|\s[-–—]\s|$)"
AUTHORS = (
    re.compile(rf"^{_NAME}\s+hat\s+(?:[^\n]{{1,60}}\s)?(?:bewertet|kommentiert|erwähnt|empfohlen|geschrieben)\b", re.M),
    re.compile(rf"^{_NAME}\s+hat\s[^\n]{{0,60}}(?:Bewertung|Rezension|Kommentar|Feedback|Empfehlung)", re.M),
    re.compile(rf"^{_NAME}\s+(?:has\s+)?(?:just\s+)?(?:left|wrote|posted|gave|submitted|added|shared)\s", re.M),
    re.compile(rf"^{_NAME}\s+(?:has\s+)?(?:just\s+)?(?:reviewed|rated|mentioned|recommends|recommended)\s", re.M),
    re.compile(rf"^{_NAME}\s+(?:has\s+)?(?:just\s+)?commented\s+on\s", re.M),
    re.compile(rf"\b(?:Bewertung|Rezension|Kommentar|Feedback|Empfehlung)\s+(?:von|durch)\s+{_NAME}{_ENDS}", re.M),
    re.compile(rf"\b(?:review|comment|feedback|rating|recommendation)\s+(?:from|by)\s+{_NAME}{_ENDS}", re.I | re.M),
    re.compile(
        rf"^(?:Bewertet von|Verfasst von|Von|Name|Autor(?:in)?|Kund(?:e|in)|Verfasser(?:in)?|Reviewed by|Reviewer|By"
        rf"|From|Author|Customer)\s*:\s*{_NAME}$",
        re.I | re.M,
    ),
)
"""Who wrote it, the surest first."""

NOBODY = re.compile(
    r"(?:d(?:ein|eine|er|ie|as|u)|sie|ihr|jemand|ein\w*|ne(?:u|ue|uer|ues)|you|your|someone|somebody|an?|the|new|customer"
    r"|user|kund(?:e|in)|nutzer(?:in)?|mitarbeiter(?:in)?|anonym\w*|anonymous)(?:\s.*)?",
    re.IGNORECASE,
)
"""Who is no name: "Jemand hat Ihr Unternehmen bewertet"."""

TITLED = re.compile(
    r"^(?:Titel|Überschrift|Betreff der Bewertung|Title|Headline|Review title)\s*:\s*(.{2,300})$", re.I | re.M
)
"""The title of a review."""

SAYS = re.compile(
    r"^(?:Bewertungstext|Bewertung|Kommentar|Rezension|Erfahrungsbericht|Text|Nachricht|Review|Comment|Feedback)\s*:\s*$"
    r"|^(?:Bewertungstext|Kommentar|Rezension|Erfahrungsbericht|Text|Comment|Review text)\s*:\s*(?=\S.{15,})",
    re.I | re.M,
)
"""What stands before the words of a review."""

ENDS = re.compile(
    r"^(?:(?:jetzt |hier |zur |die |alle )?(?:Bewertung(?:en)? (?:ansehen|anzeigen|lesen|öffnen|beantworten)"
    r"|antworten|kommentieren|stellung nehmen|ansehen|anzeigen|öffnen)"
    r"|(?:view|see|read|open|reply|respond|answer|manage)\b.{0,60}|abmelden|abbestellen|unsubscribe|impressum"
    r"|datenschutz\w*|privacy\b.{0,40}|(?:viele|beste|freundliche|herzliche) grüße.*|mit freundlichen grüßen.*"
    r"|(?:kind|best) regards.*|dein .{1,40}[- ]team|ihr .{1,40}[- ]team|your .{1,40} team|the .{1,40} team"
    r"|diese (?:e-?mail|nachricht) .*|this (?:e-?mail|message) .*|sie erhalten diese .*|du erhältst diese .*"
    r"|you(?:'re| are| have)? receiv.*|©.*)\W*$",
    re.I | re.M,
)
"""The first line that is the portal's own again."""

LABELS = re.compile(
    r"bewertung|rezension|kommentar|beitrag|erfahrung|antwort|ansehen|anzeigen|lesen|review|comment|post|reply|respond|view"
    r"|read|see",
    re.IGNORECASE,
)
"""What is written on the link to what a mail tells of."""

UNFIT = re.compile(
    r"unsubscribe|abmeld|abbestell|newsletter|opt-?out|preferenc|einstellung|settings|notification|benachrichtig"
    r"|impressum|imprint|datenschutz|privacy|terms|agb\b|legal|hilfe|help|support|faq|kontakt|contact|password|passwort"
    r"|sign-?in|log-?in|anmelden|app ?store|google play|browser|online ansehen|view online",
    re.IGNORECASE,
)
"""What is written on links that every mail has and that tell of nothing."""

UNFIT_AT = re.compile(
    r"unsubscribe|abmeld|abbestell|opt-?out|preferences|settings|impressum|imprint|datenschutz|privacy|apps\.apple\.com"
    r"|itunes\.apple\.com|play\.google\.com|\.(?:png|gif|jpe?g|svg|css|ico)(?:\?|$)",
    re.IGNORECASE,
)
"""And what is in their addresses."""


def portal_of(sender: str, portals: Iterable[Portal] = PORTALS) -> Portal | None:
    """The portal that writes from an address, None where it is none that is known."""
    local, _, domain = sender.rpartition("@")
    for portal in portals:
        is_theirs = any(domain == each or domain.endswith(f".{each}") for each in portal.domains)
        if is_theirs and portal.senders.search(local):
            return portal
    return None
