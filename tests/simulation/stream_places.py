"""Places that are heard as a whole, answering in their documented shapes: Hacker News, Lemmy, Stack Exchange."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from earshot.ports.http import Request
from simulation.publications import Publication, Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a place answers; `spent` is what that costs where its answer decides it."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    spent: float = 0.0


class Place:
    """Part of the internet: everything said there, by the part of the place and by what it is about."""

    kind = ""
    hosts: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.shelves: dict[str, Shelf] = defaultdict(Shelf)
        self.by_phrase: dict[tuple[str, str], Shelf] = {}
        self._holding: dict[str, list[tuple[str, str]]] | None = None

    def put(self, publication: Publication) -> None:
        """Adds what will be said; call it in the order of `shown_at`."""
        self.shelves[publication.scope].put(publication)
        self._holding = None
        if publication.phrase:
            self.by_phrase.setdefault((publication.scope, publication.phrase.casefold()), Shelf()).put(publication)

    def answer(self, request: Request, at: datetime) -> Answer:
        """What it answers at a moment."""
        raise NotImplementedError

    def found(self, scope: str, phrases: Sequence[str], at: datetime, since: datetime | None) -> list[Publication]:
        """What holds one of the phrases and is shown by now, oldest first; a name is in its products' names too."""
        hits: dict[int, Publication] = {}
        for wanted in {phrase.casefold() for phrase in phrases}:
            for key in self._keys(wanted):
                shelf = self.by_phrase[key]
                said = shelf.since(since, at) if since else shelf.until(at)
                hits.update((each.number, each) for each in said if key[0] == scope)
        return sorted(hits.values(), key=lambda each: (each.at, each.number))

    def _keys(self, wanted: str) -> list[tuple[str, str]]:
        """The shelves of what holds a phrase: those of the phrase itself, and of those that begin with it."""
        if self._holding is None:
            self._holding = defaultdict(list)
            for key in self.by_phrase:
                for phrase in {key[1], key[1].partition(" ")[0]}:
                    self._holding[phrase].append(key)
        return self._holding.get(wanted, [])


def query_of(request: Request) -> dict[str, str]:
    """The parameters of a request."""
    return dict(parse_qsl(urlsplit(request.url).query))


def as_json(body: object, **more: Any) -> Answer:
    """An answer in JSON."""
    return Answer(body=json.dumps(body).encode(), headers={"content-type": "application/json"}, **more)


def written(moment: datetime) -> str:
    """A moment as most places write it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


class HackerNews(Place):
    """Algolia's search by date."""

    kind = "hackernews"
    hosts = ("hn.algolia.com",)

    def answer(self, request: Request, at: datetime) -> Answer:
        query = query_of(request)
        filters = dict(re.findall(r"created_at_i(>|<=)(\d+)", query.get("numericFilters", "")))
        low, high, most = int(filters.get(">", 0)), int(filters.get("<=", 10**12)), int(query["hitsPerPage"])
        shown = self.shelves[""].since(datetime.fromtimestamp(low, at.tzinfo) if low else at - timedelta(days=2), at)
        found = [each for each in shown if low < each.second <= high]
        newest = sorted(found, key=lambda each: -each.second)[:most]
        return as_json({"hits": [_hit(each) for each in newest], "nbHits": len(found), "hitsPerPage": most, "page": 0})


def _hit(said: Publication) -> dict[str, Any]:
    return {
        "objectID": str(40_000_000 + said.number),
        "created_at": written(said.at),
        "created_at_i": said.second,
        "author": f"user{said.number % 97}",
        "comment_text": f"<p>{said.text}</p>",
        "story_id": 39_000_000,
        "story_title": "Ask HN: Which one?",
        "parent_id": 39_000_000,
        "_tags": ["comment", "story_39000000"],
    }


class Lemmy(Place):
    """An instance, as version 3 of its interface answers; every third publication is a post, the others comments."""

    kind = "lemmy"
    hosts = ("feddit.org", "lemmy.world")

    def answer(self, request: Request, at: datetime) -> Answer:
        query, parts = query_of(request), urlsplit(request.url)
        is_post = parts.path.endswith("/post/list")
        page, limit = int(query.get("page", "1")), int(query["limit"])
        shelf = self.shelves[parts.hostname or ""]
        found = [each for each in shelf.until(at, 4 * limit * page) if (each.number % 3 == 0) is is_post]
        listed = found[::-1][(page - 1) * limit : page * limit]
        views = [_post_view(each) if is_post else _comment_view(each) for each in listed]
        token = {"next_page": f"P{page}"} if is_post else {}
        return as_json({"posts" if is_post else "comments": views, **token})


def _post_view(said: Publication) -> dict[str, Any]:
    home = f"https://{said.scope}"
    return {
        "post": {
            "id": said.number,
            "name": said.text,
            "ap_id": f"{home}/post/{said.number}",
            "published": written(said.at),
            "language_id": 37,
            "deleted": False,
            "removed": False,
        },
        "creator": {"name": f"u{said.number % 89}", "actor_id": f"{home}/u/u{said.number % 89}"},
        "community": {"name": "main", "title": "Main"},
        "counts": {"score": 1, "upvotes": 1, "comments": 0},
    }


def _comment_view(said: Publication) -> dict[str, Any]:
    home = f"https://{said.scope}"
    return {
        "comment": {
            "id": said.number,
            "content": said.text,
            "path": f"0.{said.number}",
            "post_id": 1,
            "ap_id": f"{home}/comment/{said.number}",
            "published": written(said.at),
            "language_id": 37,
            "deleted": False,
            "removed": False,
        },
        "creator": {"name": f"u{said.number % 89}", "actor_id": f"{home}/u/u{said.number % 89}"},
        "post": {"id": 1, "name": "Talk", "ap_id": f"{home}/post/1"},
        "community": {"name": "main", "title": "Main"},
        "counts": {"score": 1, "upvotes": 1, "child_count": 0},
    }


class StackExchange(Place):
    """The lists of one site; publications are questions, answers and comments in turn."""

    kind = "stackexchange"
    hosts = ("api.stackexchange.com",)

    def answer(self, request: Request, at: datetime) -> Answer:
        query = query_of(request)
        which = ("questions", "answers", "comments").index(urlsplit(request.url).path.rpartition("/")[2])
        first, most = int(query.get("fromdate", "0")), int(query["pagesize"])
        shown = self.shelves[query["site"]].until(at)
        found = [each for each in shown if each.number % 3 == which and each.second >= first]
        found.sort(key=lambda each: each.second, reverse=query["order"] == "desc")
        page = found[:most]
        remaining = {"quota_max": 300, "quota_remaining": 200}
        return as_json({"items": [_se_item(each, which) for each in page], "has_more": len(found) > most, **remaining})


def _se_item(said: Publication, which: int) -> dict[str, Any]:
    owner = {"display_name": f"u{said.number}", "user_id": said.number, "reputation": 1}
    common = {"owner": owner, "creation_date": said.second, "score": 0, "body": f"<p>{said.text}</p>"}
    if which == 0:
        link = f"https://stackoverflow.com/questions/{said.number}/q"
        return {**common, "question_id": said.number, "title": "A question", "link": link, "tags": ["api"]}
    if which == 1:
        return {**common, "answer_id": said.number, "question_id": 1}
    return {**common, "comment_id": said.number, "post_id": 1, "post_type": "question"}
