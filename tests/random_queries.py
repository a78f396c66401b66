"""Queries and records made by chance, of words that are easily taken for one another."""

from dataclasses import replace
from random import Random

from slow_matching import All, Close, Either, Filter, Query, Record, Without
from slow_places import Words


def _each(words: str, sign: str = " ") -> tuple[str, ...]:
    return tuple(words.split(sign))


SINGLE = _each(
    "Müller Mueller muller MÜLLER Küchen Küche Kuechen die war Bahn Autobahn S-Bahn deutsche Apple E-Mail Email Mail "
    "acme HelloFresh Nestlé Nestle Straße Strasse Sparkasse Sparkassen SAP Linde Linden Reformhaus Hans H&M C++ O2 C&A "
    "McDonald's Yahoo! .NET Zeit Canal+ Kreuz Brauerei a"
)
PHRASES = _each(
    "Müller Küchen|Mueller Küche|Müller-Küchen|die Bahn|Deutsche Bahn|Deutsches Rotes Kreuz|Hello Fresh|H & M"
    "|Hans Laden|Reformhaus Meier|Dr. Oetker|St. Pauli|Dr Oetker|E Mail|Acme GmbH|Bahn AG|Linde Küche",
    "|",
)
HANDLES = _each("@acme #acme #müllerküchen @Müller #AcmeRocks acme.de acme.de/shop www.acme.com shop.acme.de")
PREFIXES = _each("Mü Mue Bahn ac Küch deu Spark @ac #acme")
SWITCHES = _each("-umlauts -accents -hyphens -endings compounds case exact")

PIECES = (
    *SINGLE,
    *PHRASES,
    *HANDLES,
    *_each(
        "Müllers Müller's müllers’ Müllern Küchens küche muellerkuechen MüllerKüchen Müller-Küche #muellerkuechen "
        "#MüllerKüchen #müller_küchen #MüllerMilch Müllermilch dies Dies DIE Bahnen Bahnhof Bahn-Chef S-Bahn-Chef "
        "U-Bahn Bahns BAHN deutscher Deutschen deutschem Deutsches DEUTSCHE Deutsch apple Apples Apple's Apfel apfel "
        "e-mail eMail Emails E-Mails EMAIL ACME Acmes @acme_de info@acme.de #acmerocks #Acme2026 #LoveAcme www.acme.de "
        "notacme.de acme.de.evil.com acme.dev my-acme.de acme[.]de https://shop.acme.de/x acme.de/shop/1 acme.de. "
        "acme.de/shopping acme.com hellofresh Hello-Fresh HelloFreshs NESTLÉ Nestlés STRASSE strassen Sparkassen SAPs "
        "SAP's saps sap Sparkassens Lindes Lindenstraße Reformhauses Reformhäuser Meiers Hansens Hans' Laden Ladens "
        "Rotes Roten Kreuzes Kreuze H&amp;M h&m C+ C+++ CO2 O2-Netz CA McDonalds McDonald’s McDonald Yahoo yahoo "
        "asp.net .NET-Team Star Wars waren Oetkers Pauli Dr St Canal + & zeit ZEIT M&uuml;ller Mu\u0308ller "
        "Mül\u00adler Ku\u0308chen K&uuml;che Nestle\u0301 Stra&szlig;e Acme® Bahn™ Ba\u200bhn Brauereien und oder "
        "nicht der 7 x b – … 🚆"
    ),
    *_each("acme punkt de|acme dot com|acme (dot) de|Hello fresh|deutschen Roten Kreuz|Müllers Küche", "|"),
    "der Deutschen Bahn",
)
GAPS = _each(" ~ ~ ~ ~ ~ ~ ~  ~\n~~, ~. ~-~–~/~_~\u00a0~&nbsp;~’~'s ~! ~ & ~#~@", "~")

SITES = ("heise.de", "heise.de/forum", "forum.heise.de", "acme.de")
ADDRESSES = (
    "https://www.heise.de/news",
    "https://heise.de/forum/1?x=1",
    "https://forum.heise.de/",
    "http://notheise.de/forum",
    "https://heise.de.evil.com/",
    "https://acme.de",
    "https://heise.de/forumsregeln",
    "",
)
NAMES = ("Anna Beispiel", "anna", "Annabell", "@anna", "Jörg Müller", "Joerg", "")
VALUES = {
    "site": SITES,
    "author": ("anna", "Anna Beispiel", "Beispiel", "jörg", "Mueller"),
    "lang": ("de", "en"),
    "type": ("review", "post"),
}


def some_query(random: Random, depth: int = 3) -> Query:
    """A query nested at most this deep."""
    shape = random.random()
    if depth == 0 or shape < 0.35:
        return _leaf(random)
    if shape < 0.45:
        return Without(some_query(random, depth - 1))
    parts = tuple(some_query(random, depth - 1) for _ in range(random.choice((2, 2, 3))))
    return Either(parts) if shape < 0.75 else All(parts, random.choice((" ", " AND ")))


def some_record(random: Random, query: Query) -> Record:
    """A record, in which some of what the query asks for is likely."""
    asked = [words.text for words in _words_in(query)] or ["x"]
    record = {"text": _text(random, asked, 14)}
    if random.random() < 0.4:
        record["title"] = _text(random, asked, 5)
    for name, values in (
        ("url", ADDRESSES),
        ("author", NAMES),
        ("language", ("de", "en", "")),
        ("type", ("review", "post", "")),
    ):
        if random.random() < 0.7:
            record[name] = random.choice(values)
    return record


def _leaf(random: Random) -> Query:
    shape = random.random()
    if shape < 0.1:
        name = random.choice(list(VALUES))
        return Filter(name, random.choice(VALUES[name]))
    if shape < 0.25:
        these, those = (tuple(_words(random) for _ in range(random.choice((1, 1, 2)))) for _ in "ab")
        return Close(these, those, random.choice((None, 1, 2, 3, 5)))
    return replace(_words(random), is_title=random.random() < 0.1)


def _words(random: Random) -> Words:
    text = random.choice(random.choice((SINGLE, SINGLE, PHRASES, HANDLES, PREFIXES)))
    switches = tuple(random.sample(SWITCHES, random.choice((1, 1, 2)))) if random.random() < 0.35 else ()
    return Words(text, switches, is_prefix=text in PREFIXES)


def _words_in(query: Query) -> list[Words]:
    match query:
        case Words():
            return [query]
        case Filter():
            return []
        case Without(part):
            return _words_in(part)
        case Close(these, those):
            return [*these, *those]
        case All(parts) | Either(parts):
            return [words for part in parts for words in _words_in(part)]


def _text(random: Random, asked: list[str], most: int) -> str:
    pieces: list[str] = []
    for _ in range(random.randint(0, most)):
        piece = random.choice(asked) if random.random() < 0.3 else random.choice(PIECES)
        pieces += [random.choice((piece, piece, piece, piece.upper(), piece.lower())), random.choice(GAPS)]
    return "".join(pieces[:-1])
