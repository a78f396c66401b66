"""What cannot be heard, or only by detours; the words for it are among the texts of the pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """One sort of places; `about` names the ready searches that reach some of it, `kinds` what hears a part.

    Its texts are `unheard.KEY.name`, `.why` and `.way`.
    """

    key: str
    about: str = ""
    kinds: tuple[str, ...] = ()


UNHEARD = (
    Unheard(key="linkedin", about="employers"),
    Unheard(key="xing", about="employers"),
    Unheard(key="kununu", about="employers"),
    Unheard(key="glassdoor", about="employers"),
    Unheard(key="facebook", kinds=("facebook",)),
    Unheard(key="instagram", kinds=("instagram",)),
    Unheard(key="tiktok"),
    Unheard(key="telegram", about="communities"),
    Unheard(key="whatsapp"),
    Unheard(key="discord"),
    Unheard(key="closed", about="communities"),
    Unheard(key="amazon", about="reviews"),
    Unheard(key="yelp", about="reviews"),
    Unheard(key="google", kinds=("google_business",)),
    Unheard(key="portals", about="reviews", kinds=("trustpilot", "trusted_shops")),
    Unheard(key="broadcast", about="everywhere"),
    Unheard(key="paywall", about="everywhere"),
    Unheard(key="pictures"),
    Unheard(key="x", kinds=("x",)),
    Unheard(key="reddit", kinds=("reddit",)),
    Unheard(key="deleted"),
)
"""In the order in which they are told."""
