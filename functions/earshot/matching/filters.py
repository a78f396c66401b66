"""Reads the values of filters: `site:`, `lang:`, `author:` and `type:`."""

import re
from collections.abc import Callable, Mapping
from typing import get_args

from earshot.domain.item import ItemType
from earshot.matching.expression import Filter
from earshot.matching.fold import fold_phrase
from earshot.matching.term import Unreadable

_SITE = re.compile(
    r"(?:https?://)?(?:\*\.|www\.)?((?:[^\W_](?:[\w-]*[^\W_])?\.)*[^\W\d_](?:[\w-]*[^\W_])?(?:/\S*)?)", re.IGNORECASE
)
_UNQUOTABLE = re.compile(r'["“”„‟«»\\]')
_TWO_LETTERS = {"deu": "de", "ger": "de", "eng": "en", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it", "nld": "nl"}
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9-]+)?", re.IGNORECASE)


def read_filter(name: str, value: str) -> Filter:
    """The filter of this name with its value in one form: "https://www.Heise.de/" is heise.de.

    Raises:
        Unreadable: the value is none for this filter.
    """
    return Filter(name, _READERS[name](" ".join(value.split())))


def _site(value: str) -> str:
    found = _SITE.fullmatch(value.rstrip("/").casefold())
    if not found or len(value) > 200:
        raise Unreadable("a site is written like heise.de or heise.de/forum")
    return found[1]


def _language(value: str) -> str:
    found = _LANGUAGE.fullmatch(value)
    if not found:
        raise Unreadable("a language is written in two or three letters, such as de or en")
    code = found[1].lower()
    return _TWO_LETTERS.get(code, code)


def _author(value: str) -> str:
    value = _UNQUOTABLE.sub("", value).strip()
    if not fold_phrase(value).strip("@"):
        raise Unreadable("an author needs a name or a handle")
    return value


def _type(value: str) -> str:
    known = get_args(ItemType)
    if value.lower() not in known:
        raise Unreadable(f"a type is one of {', '.join(known)}")
    return value.lower()


_READERS: Mapping[str, Callable[[str], str]] = {"site": _site, "lang": _language, "author": _author, "type": _type}
FILTERS = tuple(_READERS)
"""The names of the filters."""
