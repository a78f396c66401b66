"""Posts out of what YouTube's Data API calls resources: videos, search results, comment threads and comments."""

import html
import re
from collections.abc import Iterator, Mapping

from earshot.domain.errors import Malformed
from earshot.domain.item import Author, Engagement
from earshot.sources.json_body import Node, child, children, count, moment, name, text, values
from earshot.sources.posts import Post

VIDEO = re.compile(r"[A-Za-z0-9_-]{11}", re.ASCII)
CHANNEL = re.compile(r"UC[A-Za-z0-9_-]{22}", re.ASCII)
COMMENT = re.compile(r"[A-Za-z0-9_-]{12,80}(?:\.[A-Za-z0-9_-]{5,80})?", re.ASCII)

_SITE = "https://www.youtube.com"
_ADDRESSED = re.compile(r"\s*@([\w.·-]{3,60})")
_FIGURE = re.compile(r"[0-9]{1,15}", re.ASCII)


def resources_of(body: Node) -> tuple[str, tuple[object, ...]]:
    """The kind of a body without `youtube#`, and the resources in it: those of a list, or the single one it is.

    Raises:
        Malformed: it is neither.
    """
    kind = text(body, "kind")
    if isinstance(body.get("items"), list):
        return kind.removeprefix("youtube#"), tuple(values(body, "items"))
    if not kind.startswith("youtube#"):
        raise Malformed("YouTube answered with something that is no resource and no list of them")
    return kind.removeprefix("youtube#"), () if kind.endswith("ListResponse") else (body,)


def posts_of(resource: object, video: str = "") -> Iterator[Post]:
    """The posts in one resource; `video` is the one that comments belong to which do not say it."""
    if not isinstance(resource, Mapping):
        return
    match text(resource, "kind"):
        case "youtube#searchResult":
            yield from _found(resource)
        case "youtube#video":
            yield from _video(resource)
        case "youtube#commentThread":
            yield from _thread(resource, video)
        case "youtube#comment":
            yield from _comment(resource, video)


def video_address(video: str, comment: str = "") -> str:
    """The permalink of a video, or of a comment below it."""
    return f"{_SITE}/watch?v={video}" + (f"&lc={comment}" if comment else "")


def _found(resource: Node) -> Iterator[Post]:
    """A search result: only the title is written in HTML, and the text is the beginning of the description."""
    snippet = child(resource, "snippet")
    yield from _posted(name(resource, "id", "videoId"), snippet, html.unescape(text(snippet, "title")))


def _video(resource: Node) -> Iterator[Post]:
    snippet, figures = child(resource, "snippet"), child(resource, "statistics")
    engagement = Engagement(
        likes=_figure(figures, "likeCount"),
        replies=_figure(figures, "commentCount"),
        views=_figure(figures, "viewCount"),
    )
    yield from _posted(name(resource, "id"), snippet, text(snippet, "title"), engagement)


def _posted(id_: str, snippet: Node, title: str, engagement: Engagement = Engagement()) -> Iterator[Post]:
    if VIDEO.fullmatch(id_):
        yield Post(
            native_id=id_,
            url=video_address(id_),
            title=title,
            text=text(snippet, "description"),
            published_at=moment(snippet, "publishedAt"),
            author=_author(name(snippet, "channelId"), text(snippet, "channelTitle")),
            engagement=engagement,
            language=text(snippet, "defaultAudioLanguage") or text(snippet, "defaultLanguage"),
            thread_url=video_address(id_),
            place="YouTube",
        )


def _thread(resource: Node, video: str) -> Iterator[Post]:
    snippet = child(resource, "snippet")
    top = child(snippet, "topLevelComment")
    video = name(snippet, "videoId") or video
    yield from _comment(top, video, channel=name(snippet, "channelId"), replies=count(snippet, "totalReplyCount"))
    for reply in children(resource, "replies", "comments"):
        yield from _comment(reply, video, answered=text(top, "snippet", "authorDisplayName"))


def _comment(
    resource: Node, video: str, *, channel: str = "", replies: int | None = None, answered: str = ""
) -> Iterator[Post]:
    snippet = child(resource, "snippet")
    id_, video, parent = name(resource, "id"), name(snippet, "videoId") or video, name(snippet, "parentId")
    if not COMMENT.fullmatch(id_):
        return
    has_video = VIDEO.fullmatch(video) is not None
    original = text(snippet, "textOriginal")
    root = video if has_video else parent or channel
    yield Post(
        native_id=id_,
        url=video_address(video, id_) if has_video else "",
        text=original or text(snippet, "textDisplay"),
        is_html=not original,
        published_at=moment(snippet, "publishedAt"),
        updated_at=moment(snippet, "updatedAt"),
        author=_author(name(snippet, "authorChannelId", "value"), text(snippet, "authorDisplayName")),
        engagement=Engagement(likes=count(snippet, "likeCount"), replies=replies),
        parent_id=parent or root,
        root_id=root,
        reply_to=_addressed(original or text(snippet, "textDisplay")) or answered if parent else "",
        thread_url=video_address(video) if has_video else "",
        place="YouTube",
    )


def _author(id_: str, shown: str) -> Author:
    """Comments show the handle in place of a name since 2023."""
    is_channel = CHANNEL.fullmatch(id_) is not None
    return Author(
        name=shown,
        id=id_,
        handle=shown[1:] if shown.startswith("@") else "",
        url=f"{_SITE}/channel/{id_}" if is_channel else "",
    )


def _addressed(said: str) -> str:
    """Whom a reply begins with: below one comment all replies stand side by side."""
    found = _ADDRESSED.match(said)
    return f"@{found[1]}" if found else ""


def _figure(node: Node, key: str) -> int | None:
    """A figure, which statistics write as text."""
    written = text(node, key)
    return int(written) if _FIGURE.fullmatch(written) else count(node, key)
