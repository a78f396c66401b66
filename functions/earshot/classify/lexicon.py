"""Words that praise or blame in what people write about companies, German and English, by their beginnings.

The labelled texts that may be fitted hold few complaints about service; a model cannot learn words that are not there.
So words of one mood share a feature whose weight the model does learn. The lists are our own, written from what people
say about shops, trades, software and trains, a few of them because an earlier version failed on our own test sentences;
they were scored once and not tuned to any corpus, and no list of others was used.

The trainer and the runtime share exactly this code: a change here asks for new weights.
"""

from collections.abc import Sequence
from typing import Final

PRAISING: Final = "<praising>"
BLAMING: Final = "<blaming>"
DENIED: Final = "<denied>"
"""What stands before the mood of a word that a negation precedes within three words."""

_DENIALS_TEXT: Final = """
    nicht kein keine keinen keinem keiner keines nie niemals kaum weder ohne not no never neither nor without
    cannot don't doesn't didn't isn't wasn't won't can't couldn't wouldn't aren't weren't hardly nobody niemand
"""
_DENIALS: Final = frozenset(_DENIALS_TEXT.split())
REACH: Final = 3
"""How many words before a word may deny it."""

# Beginnings of six letters and more stand for all that begins so; shorter words stand for themselves.
_PRAISING_DE: Final = """
    gut gute guter gutes guten toll tolle toller tolles tollen super klasse prima spitze top schön schöne
    schönes lecker leckere leckerer leckeres nett nette netter netten danke dank dankbar gerne liebe lieben
    liebt genial geniale cool herrlich hervorragend ausgezeichnet großartig grossartig fantastisch phantastisch
    wunderbar wundervoll perfekt freundlich hilfsbereit zuvorkommend kompetent zuverlässig pünktlich schnelle
    empfehlenswert empfehle weiterempfehl begeister zufrieden glücklich überzeug beeindruck gelungen sympathisch
    herzlich liebevoll köstlich gemütlich unkompliziert reibungslos vorbildlich lobenswert professionell günstig
    preiswert sensationell traumhaft exzellent einwandfrei tadellos erfreulich verlässlich kulant geholfen
    bestens fabelhaft erstklassig
"""
_BLAMING_DE: Final = """
    schlecht mies miese mieser mieses übel blöd blöde doof dumm teuer kaputt kalt kalter kalte lahm lahme nervt
    frech mist müll dreck dreckig schade leider lügen lügt betrug pfui ekel ekelig ätzend schlimm schlechte
    enttäusch unfreundlich unverschämt unmöglich frechheit katastroph furchtbar schrecklich grauenhaft
    grauenvoll miserabel mangelhaft ungenügend unzumutbar inkompetent unfähig unzuverlässig unpünktlich
    unprofessionell überteuert abzocke abgezockt betrügen betrüger beschwer reklam kündig gekündigt verärger
    ärgerlich ärgern wütend sauer nervig genervt fehler fehlerhaft defekt verspät ausgefallen abgestürzt
    verdorben verbrannt vergammelt schimmel schmutzig widerlich ekelhaft lieblos lustlos arrogant respektlos
    gewartet warteschleife vergeblich ignorier abgewimmelt vertröstet verschwunden schlampig pfusch ramsch
    skandal peinlich lächerlich unbrauchbar nutzlos wertlos zumutung saftladen sauerei verarsch hinhalte gelogen
    irreführ mahnung inkasso anwalt verbraucherzentrale finger
"""
_PRAISING_EN: Final = """
    good great nice best better love loves loved loving cool fine happy glad fun easy fast kind thanks thank
    fresh tasty yummy awesome amazing excellent fantastic wonderful brilliant perfect perfectly beautiful
    delicious friendly helpful impress recommend reliable outstanding superb delight pleased pleasure enjoy
    satisfied grateful appreciat favorite favourite lovely charming professional knowledgeable generous flawless
    seamless intuitive exceptional incredible gorgeous stunning thoughtful welcoming affordable
"""
_BLAMING_EN: Final = """
    bad worse worst poor rude slow late lost lies liar liars sucks suck hate hates hated sad mad angry ugly
    dirty cold stale awful broke broken fail fails failed scam scams fraud waste trash junk crap dumb stupid
    lazy joke wrong terrible horrible horrid dreadful disappoint unacceptable disgust useless pathetic unhelpful
    unfriendly overpriced ripoff ripped rip-off defective faulty crashes crashed complain refund cancel delayed
    waiting waited ignored ignoring annoying annoyed frustrat furious ridiculous embarrass misleading dishonest
    incompetent unreliable unprofessional garbage nightmare mediocre regret avoid beware overcharg mistreat
    neglect lawsuit lawyer poison filthy
"""
_LEAST_BEGINNING: Final = 6


def _table() -> tuple[dict[str, str], dict[str, str]]:
    whole: dict[str, str] = {}
    beginnings: dict[str, str] = {}
    for mood, lists in ((PRAISING, (_PRAISING_DE, _PRAISING_EN)), (BLAMING, (_BLAMING_DE, _BLAMING_EN))):
        for word in " ".join(lists).split():
            (beginnings if len(word) >= _LEAST_BEGINNING else whole)[word] = mood
    return whole, beginnings


_WHOLE, _BEGINNINGS = _table()
_LENGTHS = sorted({len(word) for word in _BEGINNINGS}, reverse=True)


def judged(folded: str) -> str:
    """`PRAISING` or `BLAMING` for a word that says so by itself, "" for every other; the longest beginning decides."""
    if mood := _WHOLE.get(folded):
        return mood
    return next((mood for length in _LENGTHS if (mood := _BEGINNINGS.get(folded[:length]))), "")


def is_denied(before: Sequence[str]) -> bool:
    """Whether one of the words before a word denies it."""
    return any(word in _DENIALS for word in before)
