"""Words that only German or only English uses often, for short texts and for a system without the language model.

Left out are words that neighbours share: Dutch has "is", "in", "of" and "der", French "des" and "du".
"""

from typing import Final

# Plain text, because ninety quoted words read worse.
GERMAN: Final = frozenset(
    """aber alle auch auf aus bei beim bin bist bitte danke dann das dass dich dir doch dort ein eine einem einen einer
    eines euch euer eure fuer für ganz gegen gerne gibt gut habe haben hatte heute ich ihm ihn ihr ihre im immer ist
    ja jede jeder jetzt kann kein keine können leider mehr mein meine mich mir mit muss nach nicht nichts noch nur
    ob oder ohne schon sehr sein seine seit sich sie sind und uns unser unter viel vom von vor war waren warum wegen
    weil wenn wer werden wieder wir wird wo wurde zu zum zur über""".split()  # noqa: SIM905
)

ENGLISH: Final = frozenset(
    """about after again all always and any anyone are be because been but can could did do does doing don't ever every
    from get got great has have he here his how i i'm if it it's its just know like love more my never not now or
    our out please really she should some such thank thanks that the their them there they this to too very what
    when where which who why will with would you your""".split()  # noqa: SIM905
)


def counted(words: list[str]) -> tuple[int, int]:
    """How many of the folded words are German function words, and how many English ones."""
    german = sum(word in GERMAN for word in words)
    return german, sum(word in ENGLISH for word in words)


def guess(words: list[str]) -> str:
    """ "de", "en" or "" by counting function words: all that is left where the language model is missing.

    It cannot name a third language, so a French text comes out as "" and is judged; that is the price of the fall-back.
    """
    german, english = counted(words)
    if german == english:
        return ""
    return "de" if german > english else "en"
