"""Places that are searched, answering in their documented shapes: Mastodon, Google News, GitHub."""

import re
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import Any
from urllib.parse import unquote, urlsplit

from earshot.ports.http import Request
from simulation.publications import Publication
from simulation.stream_places import Answer, Place, as_json, query_of, written

_TOKEN = re.compile(r'"([^"]+)"|([\w#@]+)')
_SPANS = {"h": "hours", "d": "days"}


def phrases_in(query: str) -> list[str]:
    """The phrases that a query asks for; operators and filters count as none."""
    words = re.sub(r"(?<!\S)-?[a-z]+:\S+", " ", query)
    return [quoted or bare for quoted, bare in _TOKEN.findall(words) if bare not in {"OR", "AND", "NOT"}]


def moment_in(text: str, at: datetime) -> datetime:
    """The moment that a text names, as ISO 8601 writes it."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(at.tzinfo)


class Mastodon(Place):
    """Hashtag timelines; people write a brand of several words as one tag."""

    kind = "mastodon"
    hosts = ("mastodon.social",)

    def put(self, publication: Publication) -> None:
        super().put(publication)
        tag = publication.phrase.replace(" ", "").casefold()
        shelf = self.by_phrase[publication.scope, publication.phrase.casefold()]
        self.by_phrase[publication.scope, tag] = shelf

    def answer(self, request: Request, at: datetime) -> Answer:
        query, path = query_of(request), unquote(urlsplit(request.url).path)
        tag, most, after = path.rpartition("/")[2], int(query["limit"]), int(query.get("min_id", "0"))
        shelf = self.by_phrase.get(("mastodon.social", tag.casefold()))
        found = [each for each in shelf.until(at) if _status_id(each) > after] if shelf else []
        page = found[:most] if after else found[-most:]
        return as_json([_status(each) for each in page[::-1]])


def _status_id(said: Publication) -> int:
    return (int(said.at.timestamp() * 1000) << 16) + said.number % 65536


def _status(said: Publication) -> dict[str, Any]:
    user = f"u{said.number % 83}"
    tag = said.phrase.replace(" ", "")
    return {
        "id": str(_status_id(said)),
        "created_at": written(said.at),
        "visibility": "public",
        "language": "de",
        "url": f"https://mastodon.social/@{user}/{_status_id(said)}",
        "uri": f"https://mastodon.social/users/{user}/statuses/{_status_id(said)}",
        "content": f"<p>{escape(said.text)} <a href='https://mastodon.social/tags/{tag}'>#<span>{tag}</span></a></p>",
        "account": {"id": user, "acct": user, "display_name": user, "url": f"https://mastodon.social/@{user}"},
        "in_reply_to_id": None,
    }


class GoogleNews(Place):
    """The feed of a search in an edition: a hundred articles at most."""

    kind = "google_news"
    hosts = ("news.google.com",)

    def answer(self, request: Request, at: datetime) -> Answer:
        query = query_of(request)
        span = re.search(r"when:(\d+)([hd])", query["q"])
        assert span is not None
        back = timedelta(**{_SPANS[span[2]]: int(span[1])})
        scope = "de" if query["ceid"] == "DE:de" else "en"
        found = self.found(scope, phrases_in(query["q"]), at, at - back - timedelta(hours=1))
        items = "".join(_article(each) for each in [each for each in found if each.at >= at - back][-100:][::-1])
        head = f"<title>{escape(query['q'])} - Google News</title><language>{scope}</language>"
        body = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{head}{items}</channel></rss>'
        return Answer(body=body.encode(), headers={"content-type": "application/xml; charset=utf-8"})


def _article(said: Publication) -> str:
    outlet = f"Zeitung {said.number % 40}"
    name = f"CBMi{said.number:012d}"
    return (
        f"<item><title>{escape(said.text)} - {outlet}</title>"
        f"<link>https://news.google.com/rss/articles/{name}?oc=5</link><guid isPermaLink='false'>{name}</guid>"
        f"<pubDate>{format_datetime(said.at, usegmt=False)}</pubDate>"
        f"<source url='https://zeitung{said.number % 40}.example'>{outlet}</source></item>"
    )


class GitHub(Place):
    """The search for issues and pull requests; every second publication is an issue. Discussions hold nothing."""

    kind = "github"
    hosts = ("api.github.com",)

    def answer(self, request: Request, at: datetime) -> Answer:
        if request.url.endswith("/graphql"):
            nothing = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": []}
            return as_json({"data": {"search": nothing}})
        query = query_of(request)
        since = re.search(r"created:>=(\S+)", query["q"])
        wanted = re.sub(r"is:\S+|in:\S+|created:\S+", "", query["q"])
        is_issue = "is:issue" in query["q"]
        first = moment_in(since[1], at) if since else None
        found = [
            each
            for each in self.found("issues", phrases_in(wanted), at, None)
            if (each.number % 2 == 0) is is_issue and (first is None or each.at >= first)
        ]
        found = found[::-1] if query["order"] == "desc" else found
        start, most = (int(query["page"]) - 1) * int(query["per_page"]), int(query["per_page"])
        items = [_issue(each, is_issue=is_issue) for each in found[start : start + most]]
        return as_json({"total_count": len(found), "incomplete_results": False, "items": items})


def _issue(said: Publication, *, is_issue: bool) -> dict[str, Any]:
    address = f"https://github.com/acme/app/{'issues' if is_issue else 'pull'}/{said.number}"
    return {
        "html_url": address,
        "number": said.number,
        "title": said.text,
        "body": said.text,
        "body_text": said.text,
        "created_at": said.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "updated_at": said.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "user": {"login": f"dev{said.number % 71}", "id": said.number % 71 + 1},
        "comments": 0,
        "reactions": {"+1": 0},
        "state": "open",
    }
