"""How soon somebody should look, 0 to 100, by rule and with its reasons."""

import re
from dataclasses import dataclass
from typing import Final

from earshot.classify.tokens import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Words that make a text more urgent; `weight` is 0.0–1.0, the share of the remaining calm they take away."""

    name: str
    weight: float
    pattern: re.Pattern[str]


def _rule(name: str, weight: float, pattern: str) -> Rule:
    return Rule(name=name, weight=weight, pattern=re.compile(rf"\b(?:{pattern})\b"))


_SPAN = (
    r"(?:\d+|zwei|drei|vier|fünf|sechs|mehreren|two|three|four|five|six|several)\s"
    r"(?:stunden|tagen|wochen|monaten|hours|days|weeks|months)"
)

RULES: Final = (
    _rule(
        "safety",
        0.5,
        r"brennt|in brand|feuer gefangen|explodier\w*|stromschlag|verletz\w*|krankenhaus|notarzt|vergift\w*"
        r"|lebensgefahr|lebensgefährlich\w*|gefährlich\w*|allergische reaktion|erstick\w*|verbrannt|verätzt"
        r"|caught fire|burst into flames|explod\w*|explosion|electric shock|injur\w*|hospital|poison\w*|dangerous"
        r"|unsafe|choking|life[- ]threatening|allergic reaction|hazard\w*",
    ),
    _rule(
        "law",
        0.35,
        r"(?:rechts)?anw[aä]lt\w*|verklag\w*|klage ein\w*|strafanzeige|anzeige erstatt\w*|abmahn\w*|vor gericht"
        r"|verbraucherzentrale|rechtliche schritte|betrug|betrüg\w*|lawyers?|attorney|su(?:e|ing) (?:you|them)|lawsuit"
        r"|legal action|small claims|take (?:you|them) to court|fraud\w*|scam\w*",
    ),
    _rule(
        "data protection",
        0.35,
        r"datenschutz\w*|dsgvo|datenleck|datenpanne|gehackt|(?:meine|persönlichen?|fremde) daten|kundendaten|gdpr"
        r"|data (?:breach|leak|protection)|hacked|(?:my|personal|customers?['’]?) data",
    ),
    _rule(
        "press",
        0.3,
        r"presse|journalist\w*|reporter|lokalzeitung|redaktion|stiftung warentest|the press|newspapers?|news station"
        r"|go(?:ing)? public|(?:go|going|goes|gone) viral",
    ),
    _rule(
        "money",
        0.2,
        r"geld zurück|(?:rück)?erstatt\w*|rückzahlung|doppelt abgebucht|abgebucht|mahnung\w*|inkasso|refund\w*"
        r"|money back|charged (?:me )?twice|double[- ]charged|overcharged|chargeback|unauthori[sz]ed charges?",
    ),
    _rule(
        "warns others",
        0.2,
        r"finger weg|ich warne|warnung an|kauft (?:da |dort |hier |das )?nicht|nie wieder|macht einen bogen"
        r"|vorsicht vor|abzock\w*|stay away|avoid (?:this|them|at)|(?:don['’]?t|do not) (?:buy|trust|use)|beware"
        r"|never again|warn(?:ing)? (?:everyone|others|people|all)",
    ),
    _rule(
        "time pressure",
        0.2,
        rf"sofort|dringend\w*|umgehend\w*|bis (?:heute|morgen)|heute noch|frist|so schnell wie möglich|seit {_SPAN}"
        rf"|asap|urgent\w*|immediately|right now|right away|by tomorrow|deadline|(?:for|in) {_SPAN}",
    ),
    _rule(
        "repetition",
        0.2,
        r"schon wieder|immer noch|zum (?:zweiten|dritten|vierten|fünften|x-ten|wiederholten) mal|wieder einmal"
        r"|jedes mal|erneut|(?:second|third|fourth|fifth|nth) time|yet again|once again|still (?:no|not|waiting)"
        r"|every (?:single )?time|again and again|keeps? happening",
    ),
)
"""Ordered by weight: the reasons come out strongest first."""

_OF_NEGATIVE = 0.4  # plain criticism without any of the rules
_OF_QUESTION = 0.15
_CALM = 0.25  # what the rules still weigh in praise and news: "caught fire" in a headline is worth a glance


def urgency(text: str, negative: float, *, is_question: bool = False) -> tuple[int, tuple[str, ...]]:
    """0–100 and its reasons as `safety: "brennt"`, strongest first.

    `negative` is P(negative). The rules count fully in criticism and questions, and up to a quarter in anything else.
    """
    readable = clean(text).lower()
    found = [(rule, match[0]) for rule in RULES if (match := rule.pattern.search(readable))]
    strength = 1.0 if is_question else min(1.0, max(_CALM, negative / 0.5))
    calm = (1 - _OF_NEGATIVE * negative) * (1 - _OF_QUESTION * is_question)
    for rule, _ in found:
        calm *= 1 - rule.weight * strength
    return round(100 * (1 - calm)), tuple(f'{rule.name}: "{word}"' for rule, word in found)
