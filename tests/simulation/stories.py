"""What happens in a simulated world: who is told, what a feed shows from which minute on, and who acknowledges what."""

import random
from dataclasses import dataclass, replace
from datetime import timedelta

from builders import a_contact, an_item
from earshot.domain.contact import Contact
from earshot.domain.item import Item
from fakes import NOW

ANNA = a_contact("anna")
BEN = a_contact("ben", phone="+4915100000001")
PIA = a_contact("pia", email="", phone="+4915100000002")
HOOK = a_contact("hook", email="", webhook="https://hooks.example/earshot")
EVERYWHERE = a_contact("eva", phone="+4915100000003", webhook="https://hooks.example/eva")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Pages that the feed shows from a minute on, and people who acknowledge."""

    contacts: tuple[Contact, ...]
    pages: tuple[tuple[int, tuple[Item, ...]], ...]
    acknowledgements: tuple[tuple[int, str], ...]

    @property
    def items(self) -> dict[str, Item]:
        """Every item in its last version, by its identity."""
        return {item.identity: item for _, page in self.pages for item in page}


def short_story() -> Story:
    """One contact, seven mentions of our own in two pages, one of them history, and two acknowledgements."""
    first = (
        an_item("bad", text="Acme ist schlecht"),
        an_item("good", text="Acme ist toll"),
        an_item("ask", text="Kennt jemand Acme?"),
        an_item("flat", text="Acme zieht um"),
        an_item("old", text="Acme war schlecht", published_at=NOW - timedelta(days=90)),
        an_item("rival", text="Konkurrenz ist schlecht"),
        an_item("noise", text="nichts davon"),
    )
    second = (
        *first[:1],
        replace(first[1], text="Acme ist doch schlecht"),
        an_item("late", text="Acme: schlecht"),
        an_item("later", text="Acme, schlecht"),
    )
    return Story(contacts=(ANNA,), pages=((0, first), (25, second)), acknowledgements=((1, "bad"), (30, "late")))


def pressing_story() -> Story:
    """Somebody with mail, telephone and webhook, somebody with a telephone only, and criticism all the time."""
    first = (an_item("bad", text="Acme ist schlecht"), an_item("good", text="Acme ist toll"))
    second = (*first, an_item("worse", text="Acme: schlecht"), an_item("worst", text="Acme, schlecht"))
    third = (*second, an_item("again", text="Acme bleibt schlecht"), an_item("done", text="Acme war schlecht"))
    return Story(
        contacts=(EVERYWHERE, PIA),
        pages=((0, first), (10, second), (40, third)),
        acknowledgements=((20, "worst"), (41, "done")),
    )


def long_story(rng: random.Random) -> Story:
    """Up to five contacts, three to five pages of up to six new items, and as many acknowledgements, all by chance."""
    texts = ("Acme ist schlecht", "Acme ist toll", "Kennt jemand Acme?", "Acme zieht um", "Konkurrenz ist toll")
    pages: list[tuple[int, tuple[Item, ...]]] = []
    shown: tuple[Item, ...] = ()
    minute = 0
    for number in range(rng.randint(3, 5)):
        new = tuple(an_item(f"{number}.{i}", text=rng.choice(texts)) for i in range(rng.randint(1, 6)))
        shown = (*shown, *new)
        pages.append((minute, shown))
        minute += rng.randint(10, 45)
    names = sorted({item.native_id for _, page in pages for item in page})
    acknowledged = rng.sample(names, k=len(names) // 3)
    acknowledgements = tuple((rng.randint(1, minute), name) for name in acknowledged)
    contacts = tuple(rng.sample((ANNA, BEN, PIA, HOOK, EVERYWHERE), k=rng.randint(2, 5)))
    return Story(contacts=contacts, pages=tuple(pages), acknowledgements=acknowledgements)
