"""Requests to GitHub: searches and lists by REST, discussions by GraphQL, whose values always travel as variables."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from earshot.domain.credential import Credential
from earshot.ports.http import Draw, Request
from earshot.sources.github_cursor import Cursor
from earshot.sources.github_errors import READS

PER_PAGE = 100

MAX_PAGES = 10
"""A search gives 1,000 results at most."""

_API = "https://api.github.com"
_AUTHOR = "author { login url ... on User { databaseId } ... on Organization { databaseId } ... on Bot { databaseId } }"
_SAID = f"url bodyText createdAt upvoteCount {_AUTHOR}"
_ABOUT = f"number title updatedAt repository {{ nameWithOwner }} {_SAID}"
_SEARCH = (
    "query($q: String!, $after: String) { search(type: DISCUSSION, query: $q, first: 50, after: $after) "
    f"{{ pageInfo {{ hasNextPage endCursor }} nodes {{ ... on Discussion {{ {_ABOUT} "
    f"comments(last: 20) {{ totalCount nodes {{ {_SAID} replies(last: 10) {{ nodes {{ {_SAID} }} }} }} }} }} }} }} }}"
)
_ONE = (
    "query($owner: String!, $name: String!, $number: Int!) { repository(owner: $owner, name: $name) "
    f"{{ discussion(number: $number) {{ {_ABOUT} comments(first: 100) {{ totalCount pageInfo {{ hasNextPage }} "
    f"nodes {{ {_SAID} replies(first: 50) {{ totalCount nodes {{ {_SAID} }} }} }} }} }} }} }}"
)
_KINDS = {"issues": "is:issue", "pulls": "is:pull-request"}


def search_request(words: str, cursor: Cursor, name: str, credential: Credential) -> Request:
    """A page of the issues or of the pull requests found: the newest at first, later from the known ones upwards.

    GitHub finds either of them with one request, never both.
    """
    since = cursor.since(name)
    grouped = f"({words})" if " OR " in words else words
    asked = f"{grouped} {_KINDS[name]} in:title,body" + (f" created:>={_written(since)}" if since else "")
    parameters = {
        "q": asked,
        "sort": "created",
        "order": "asc" if since else "desc",
        "per_page": str(PER_PAGE),
        "page": str(cursor.number() if cursor.at == name else 1),
        "advanced_search": "true",
    }
    return _get(f"search/issues?{urlencode(parameters)}", credential, draws=())


def repository_request(repository: str, cursor: Cursor, name: str, credential: Credential) -> Request:
    """A page of a repository's issues or comments, newest first, of those that changed since."""
    path = "issues" if name == "issues" else "issues/comments"
    parameters = {"sort": "created", "direction": "desc", "per_page": str(PER_PAGE)}
    if name == "issues":
        parameters["state"] = "all"
    if since := cursor.since(name):
        parameters["since"] = _written(since)
    parameters["page"] = str(cursor.number() if cursor.at == name else 1)
    return _get(f"repos/{repository}/{path}?{urlencode(parameters, safe=':')}", credential)


def discussions_request(words: str, cursor: Cursor, credential: Credential) -> Request:
    """A page of the discussions found that changed, each with its last comments."""
    since = cursor.since("discussions")
    asked = f"{words} updated:>={_written(since)} sort:updated-asc" if since else f"{words} sort:updated-desc"
    after = cursor.page if cursor.at == "discussions" and cursor.page else None
    return _post(_SEARCH, {"q": asked, "after": after}, credential)


def issue_request(repository: str, number: str, credential: Credential) -> Request:
    """One issue or pull request."""
    return _get(f"repos/{repository}/issues/{number}", credential)


def comment_request(repository: str, number: str, credential: Credential) -> Request:
    """One comment on an issue or a pull request."""
    return _get(f"repos/{repository}/issues/comments/{number}", credential)


def comments_request(repository: str, number: str, page: str, since: str, credential: Credential) -> Request:
    """A page of the comments on an issue or a pull request, the oldest first."""
    parameters = {"per_page": str(PER_PAGE), "page": page, **({"since": since} if since else {})}
    return _get(f"repos/{repository}/issues/{number}/comments?{urlencode(parameters, safe=':')}", credential)


def discussion_request(repository: str, number: str, credential: Credential) -> Request:
    """One discussion with its comments and their replies."""
    owner, _, name = repository.partition("/")
    return _post(_ONE, {"owner": owner, "name": name, "number": int(number)}, credential)


def _get(path: str, credential: Credential, draws: tuple[Draw, ...] = (Draw(quota="core"),)) -> Request:
    token = credential.get("token", "")
    return Request(
        url=f"{_API}/{path}",
        headers=_headers(token),
        accept="application/vnd.github.text+json",
        reads=READS,
        # With a token the hour holds 5,000, more than our pace allows.
        draws=() if token else draws,
    )


def _post(query: str, variables: Mapping[str, object], credential: Credential) -> Request:
    return Request(
        url=f"{_API}/graphql",
        method="POST",
        headers={**_headers(credential.get("token", "")), "Content-Type": "application/json"},
        body=json.dumps({"query": query, "variables": variables}).encode(),
        accept="application/json",
        reads=READS,
    )


def _headers(token: str) -> dict[str, str]:
    return {"X-GitHub-Api-Version": "2022-11-28", **({"Authorization": f"Bearer {token}"} if token else {})}


def _written(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
