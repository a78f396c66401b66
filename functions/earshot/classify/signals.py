"""What a text asks for, by rule: an answer, an improvement, a recommendation.

A question here is one that needs an answer from somebody. A question mark alone does not make one: headlines,
advertisements and rhetorical questions have it too, and people asking for help often leave it out.
"""

import re
from dataclasses import dataclass
from typing import Final

from earshot.classify.tokens import clean

_ASKS: Final = re.compile(
    r"""\b(?:wei(?:ß|ss)|kennt|hat|hatte|kann|könnte)\s(?:hier\s|da\s|von\seuch\s)?(?:denn\s)?(?:zufällig\s)?
        (?:mir\s|uns\s)?(?:jemand|irgendwer|wer)\b
      | \bwei(?:ß|ss)\s(?:einer|man)\b | \bkann\s(?:mir|uns)\s(?:bitte\s|mal\s)*(?:einer|jemand)\b
      | \bkönnt\sihr\s(?:mir|uns)\b | \bkönn(?:t|en|ten)\s(?:ihr|sie)\s(?:mir|uns)\s(?:bitte|sagen|helfen)\b
      | \bwie\s(?:kann|muss|soll|bekomme?|komme?|kriege?|erreiche?|kündige?)\sich\b
      | \b(?:brauche|bräuchte|benötige)\s(?:mal\s|bitte\s|dringend\s|eure\s)*hilfe\b
      | \bich\s(?:würde\sgerne?\swissen|frage\smich,?\s(?:ob|wie|wann|wo))\b
      | \bbitte\sum\s(?:info|rückmeldung|antwort)
      | \bis\sthere\sany(?:\sway|\schance|one)?\b
      | \b(?:does|did|has|can|could|would|will)\s(?:any|some)(?:one|body)\b | \bany(?:one|body)\s(?:else\s)?know\b
      | \bhow\s(?:do|can|could|would|should)\s(?:i|we)\b | \b(?:can|could)\syou\s(?:please|help|tell)\b
      | \b(?:i|we)\s(?:could\s(?:really\s)?use|need)\s(?:some\s|your\s)*help\b
      | \b(?:i(?:['’]m|\sam)|just)\swondering\s(?:if|how|when|why|whether)\b
      | \bplease\s(?:advise|let\sme\sknow)\b""",
    re.VERBOSE,
)
_ASKING_START: Final = re.compile(
    r"""(?:^|,\s|\s-\s|:\s)(?:\w+\s){0,3}?
        (?:wer|wen|wem|was|wann|wo|woher|wohin|wie|wieso|warum|weshalb|welche[rsnm]?|wieviel|jemand|gibt\ses
          |what|when|where|who|which|why|how|any|anyone|anybody)\b
      | (?:^|,\s|\s-\s|:\s)(?:\w+\s){0,2}?
        (?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|am)(?:n['’]t)?\s
        (?:i|you|u|we|he|she|it|they|this|that|there|the|my|your|any|some)\w*\b
      | (?:^|,\s|\s-\s|:\s)(?:\w+\s){0,2}?
        \w+(?:t|st|e|en|ß|nn|rd|nd|in|uss|arf|oll)\s
        (?:ich|du|ihr|sie|wir|man|es|er|der|die|das|ein|eine|mein|meine|euer|eure)\b""",
    re.VERBOSE,
)
_FIRST_PERSON: Final = re.compile(
    r"\b(?:ich|mir|mich|meine?[nrms]?|wir|uns|unsere?[nrms]?|i|i['’]?m|i['’]ve|me|my|we|us|our|anyone|jemand)\b"
)
_RHETORICAL: Final = re.compile(
    r"""\b(?:was\ssoll\s(?:das|der|die)|geht['’]?s\snoch|wie\skann\sman\s(?:nur|so)|wen\sinteressiert|wer\sbraucht
        |was\sist\s(?:nur\s)?los\smit|merkt\sihr|(?:ist|soll)\sdas\s(?:euer|dein)?\s?(?:ernst|ein\switz)
        |im\sernst|ernsthaft|wirklich|echt\sjetzt|oder\swas|oder\swie|nicht\swahr|gell|habt\sihr\ssie\snoch
        |kidding|seriously|really|who\scares|what\sthe|wtf|how\scan\syou|how\shard|are\syou\sserious|is\sthis\sa\sjoke
        |why\sbother|who\sneeds|what\sis\swrong\swith|isn['’]t\sit|right|huh|wussten\ssie|did\syou\sknow|lust\sauf
        |guess\swhat|wer\shätte\sgedacht|ever\swonder(?:ed)?)\b
      | \b(?:oder|ne|wa|eh|no|or\swhat)\s?\?+$""",
    re.VERBOSE,
)
_WISH: Final = re.compile(
    r"""\b(?:(?:es\s)?wäre\s(?:echt\s|wirklich\s|so\s|auch\s|sehr\s)*(?:schön|toll|super|cool|klasse|nett|hilfreich|gut),?
        |schade,?\s(?:nur,?\s)?(?:dass|das|daß)\s(?:es\s|man\s|ihr\s|die\s|der\s|das\s)*(?:kein|nicht|nur)
        |ich\s(?:wünsche?|würde)\s(?:mir|uns)\s|ich\shätte\sgerne?|könntet?\sihr\s(?:bitte\s)?nicht
        |bitte\s(?:baut|fügt|ergänzt|macht|bringt|führt|bietet)|mir\sfehlt|es\sfehlt|fehlt\s(?:leider|nur)\snoch
        |(?:i['’]?d|i\swould|we['’]?d)\s(?:really\s)?(?:like|love)\s(?:to\s(?:see|have)|a|an|more|it\sif)\b
        |(?:i|we)\s(?:really\s)?wish\s(?:you|it|there|they|the)\b
        |please\s(?:add|make|support|consider\sadding|include)
        |would\sbe\s(?:so\s|really\s|very\s)*(?:nice|great|cool|good|helpful)
        |if\sonly|feature\srequest|shame\s(?:that\s)?(?:there|it|you)|pity\s(?:that\s)?(?:there|it|you))""",
    re.VERBOSE,
)
_RECOMMENDATION: Final = re.compile(
    r"""\b(?:(?:kann|könnt|könnte)\s(?:mir\s|uns\s|ihr\s|jemand\s|da\s|hier\s|wer\s)+(?:\w+\s){0,6}empfehlen
        |(?:wer|was|welche[nrs]?)\s(?:\w+\s){0,4}(?:könnt\sihr|würdet\sihr|kann\sman)\s(?:\w+\s){0,4}empfehlen
        |habt\sihr\s(?:\w+\s){0,4}(?:empfehlung|tipp|vorschl[aä]g)
        |(?:suche|sucht|brauche)\s(?:\w+\s){0,6}(?:alternative|empfehlung|tipps?)
        |empfehlungen?\s(?:für|gesucht|zu)|welche[nrs]?\s(?:\w+\s){0,4}(?:nutzt|benutzt|verwendet)\sihr
        |gibt\ses\s(?:\w+\s){0,3}alternativen?
        |(?:can|could|would)\s(?:any(?:one|body)|some(?:one|body)|you)\s(?:\w+\s){0,3}(?:recommend|suggest)
        |looking\sfor\s(?:\w+\s){0,6}(?:alternative|recommendation|suggestion)s?
        |any\s(?:\w+\s){0,2}(?:recommendation|suggestion)s?
        |recommendations?\sfor|what\s(?:\w+\s){0,3}(?:would|do|can)\syou\s(?:\w+\s){0,2}recommend
        |alternatives?\sto\s\w+(?:\s\w+){0,2}\s?\?)""",
    re.VERBOSE,
)
_LINK: Final = re.compile(r"(?:https?://|www\.)\S+")
_ADDRESSED: Final = re.compile(r"^(?:[-–—'“„\s]|[@#]\w+[:,]?\s|hi\s|hey\s|hallo\s|hello\s|liebes?\s)+")
_SPACES: Final = re.compile(r"[^\S\n]+")
_SENTENCE: Final = re.compile(r"[^.!?…\n]+[.!?…]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What the text asks for; the three are independent of each other and of its sentiment."""

    question: bool
    wish: bool
    recommendation_wanted: bool


def signals(text: str) -> Signals:
    """What the first 4,000 characters of a German or English text ask for."""
    readable = clean(text).lower()
    without_links = _LINK.sub(" ", readable)
    plain = _SPACES.sub(" ", without_links)
    recommendation = bool(_RECOMMENDATION.search(plain))
    return Signals(
        question=recommendation or _needs_answer(plain, has_link=without_links != readable),
        wish=bool(_WISH.search(plain)),
        recommendation_wanted=recommendation,
    )


def _needs_answer(plain: str, *, has_link: bool) -> bool:
    if _ASKS.search(plain):
        return True
    if plain.startswith("rt @"):
        return False  # somebody else's question, passed on
    if has_link and not _FIRST_PERSON.search(plain):
        return False  # a headline: it asks its readers in, and answers behind the link
    return any(_is_direct(sentence.strip()) for sentence in _SENTENCE.findall(plain))


def _is_direct(sentence: str) -> bool:
    sentence = _ADDRESSED.sub("", sentence)
    mark = sentence[len(sentence.rstrip("?!.… ")) :]
    if "?" not in mark or "!" in mark or len(sentence.split()) < 3:
        return False
    return bool(_ASKING_START.search(sentence)) and not _RHETORICAL.search(sentence)
