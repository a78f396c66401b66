"""Questions, answers and comments out of what the Stack Exchange API answers, and the sites they stand on.

A post is named by its site and its number there; questions and answers share their numbers, comments have their own.
"""

import re
from typing import Any, NamedTuple

from earshot.domain.item import Author, Engagement
from earshot.sources.addresses import parts_of
from earshot.sources.json_body import Node, child, count, moment, text
from earshot.sources.posts import Post

_OWN_DOMAINS = frozenset({"stackoverflow", "serverfault", "superuser", "askubuntu", "stackapps"})
"""Sites at a .com of their own, and what lies below: pt.stackoverflow.com, meta.superuser.com."""

_NO_SITES = frozenset({"api", "area51", "blog", "chat", "contests", "data", "elections", "openid", "stackauth"})
_BELOW = re.compile(r"(?:meta\.)?[a-z0-9][a-z0-9-]{0,40}(?:\.meta)?")
_LABEL = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_NUMBER = re.compile(r"[1-9][0-9]{0,14}", re.ASCII)
_COMMENT = re.compile(r"comment([1-9][0-9]{0,14})(?:_[0-9]{1,15})?", re.ASCII)


def host_of(site: str) -> str:
    """The host of a site, for instance cooking.stackexchange.com of `cooking`."""
    if site.rpartition(".")[2] in _OWN_DOMAINS:
        return f"{site}.com"
    return site if site.endswith("mathoverflow.net") else f"{site}.stackexchange.com"


def site_of(host: str) -> str:
    """The site at a host, by the name that the API gives it; "" where there is none."""
    first, _, rest = host.partition(".")
    if host in {"mathoverflow.net", "meta.mathoverflow.net"}:
        return host
    if host.endswith(".stackexchange.com"):
        site = host.removesuffix(".stackexchange.com")
        is_site = _BELOW.fullmatch(site) is not None
    else:
        site = host.removesuffix(".com")
        is_site = site in _OWN_DOMAINS or (
            rest.removesuffix(".com") in _OWN_DOMAINS and _LABEL.fullmatch(first) is not None
        )
        is_site = is_site and site != host
    return site if is_site and first not in _NO_SITES else ""


def named_by(url: str) -> str | None:
    """The native id of the question, answer or comment that a permalink leads to, None for any other address."""
    host, path, _, fragment = parts_of(url)
    site, kind = site_of(host), path[0] if path else ""
    if not site:
        return None
    if comment := _COMMENT.fullmatch(fragment):
        return f"{site}/comment/{comment[1]}"
    if path[:2] == ("posts", "comments"):
        return f"{site}/comment/{path[2]}" if len(path) > 2 and _NUMBER.fullmatch(path[2]) else None
    if kind not in {"questions", "q", "a"} or len(path) < 2 or not _NUMBER.fullmatch(path[1]):
        return None
    # The address of an answer is that of its question with the answer behind it, or at least in the fragment.
    answer = path[3] if kind == "questions" and len(path) > 3 else fragment
    return f"{site}/{answer if kind == 'questions' and _NUMBER.fullmatch(answer) else path[1]}"


class _Place(NamedTuple):
    site: str
    host: str


def post_of(node: Node, site: str) -> Post:
    """A question, an answer or a comment; one without an id of any kind has no native id."""
    at_home = site_of(parts_of(text(node, "link")).host) or site
    place = _Place(at_home, host_of(at_home))
    if _id(node, "comment_id"):
        return _comment(node, place)
    if _id(node, "answer_id") or text(node, "post_type") == "answer":
        return _answer(node, place)
    return _question(node, place)


def _question(node: Node, place: _Place) -> Post:
    number = _id(node, "question_id") or _id(node, "post_id")
    url = text(node, "link") or f"https://{place.host}/q/{number}"
    return _post(node, place, number, url, thread_url=url, engagement=_engagement(node, "answer_count"))


def _answer(node: Node, place: _Place) -> Post:
    number, question = _id(node, "answer_id") or _id(node, "post_id"), _id(node, "question_id")
    url = text(node, "link") or f"https://{place.host}/a/{number}"
    parent = f"{place.site}/{question}" if question else ""
    return _post(
        node,
        place,
        number,
        url,
        parent_id=parent,
        root_id=parent,
        thread_url=f"https://{place.host}/q/{question}" if question else url,
        engagement=_engagement(node, "comment_count"),
    )


def _comment(node: Node, place: _Place) -> Post:
    number, below = _id(node, "comment_id"), _id(node, "post_id")
    url = text(node, "link") or f"https://{place.host}/posts/comments/{number}"
    parent = f"{place.site}/{below}" if below else ""
    return _post(
        node,
        place,
        f"comment/{number}",
        url,
        parent_id=parent,
        root_id=parent,
        thread_url=url,
        reply_to=text(node, "reply_to_user", "display_name"),
        engagement=Engagement(score=count(node, "score")),
    )


def _post(node: Node, place: _Place, number: str, url: str, **fields: Any) -> Post:
    return Post(
        native_id=f"{place.site}/{number}" if number else "",
        url=url,
        title=text(node, "title"),
        text=text(node, "body") or text(node, "excerpt"),
        is_html=True,
        published_at=moment(node, "creation_date"),
        updated_at=moment(node, "last_edit_date"),
        author=_author(node),
        place=place.host,
        **fields,
    )


def _engagement(node: Node, replies: str) -> Engagement:
    return Engagement(score=count(node, "score"), replies=count(node, replies), views=count(node, "view_count"))


def _author(node: Node) -> Author:
    owner = child(node, "owner")
    return Author(name=text(owner, "display_name"), id=_id(owner, "user_id"), url=text(owner, "link"))


def _id(node: Node, key: str) -> str:
    number = count(node, key)
    return str(number) if number is not None and number > 0 else ""
