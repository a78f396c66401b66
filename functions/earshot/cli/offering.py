"""Looking before listening: what an address offers, the last items there, and which of the offers is taken."""

from collections.abc import Iterable, Iterator
from typing import Any

from earshot.cli.asking import WAITING, waited
from earshot.cli.client import Client
from earshot.cli.context import Context
from earshot.domain.errors import Invalid

MOST_ITEMS = 10


def looked(context: Context, client: Client, url: str, *, quiet: bool) -> dict[str, Any]:
    """The job that found out what an address is.

    Raises:
        Invalid: nobody has answered it.
    """
    job = client.call("POST", "/v1/sources/preview", body={"url": url})
    job = waited(context, client, job, quiet=quiet)
    if job["state"] == WAITING:
        raise Invalid("url", f"nobody has looked there yet; ask again later, or name what it is: --kind feed {url}")
    return job


def chosen(job: dict[str, Any]) -> dict[str, Any]:
    """The offer that is taken: the one whose items were shown, else the first that lacks nothing.

    Raises:
        Invalid: there is nothing to listen to; the reason says what can be done.
    """
    is_open: list[dict[str, Any]] = [each for each in job["offers"] if not each["missing"]]
    if is_open:
        return next((each for each in is_open if each["shown"]), is_open[0])
    asked = job["asked"]
    if asked["kind"]:
        return {"kind": asked["kind"], "url": asked["url"]}
    problem = next((part["problem"] for part in job["parts"] if part["problem"]), "there is nothing to listen to")
    if job["offers"]:
        raise Invalid("url", problem)
    raise Invalid("url", f"{problem}; to listen all the same, name what it is: --kind feed or --kind page_watch")


def checked_watches(client: Client, named: Iterable[str]) -> None:
    """Returns where all named watches exist; said before anybody waits for a look.

    Raises:
        Invalid: one does not.
    """
    if not named:
        return
    known = {name for watch in client.call("GET", "/v1/watches")["watches"] for name in (watch["id"], watch["name"])}
    for name in named:
        if name not in known:
            raise Invalid("watches", f"there is no watch {name}")


def offer_lines(job: dict[str, Any]) -> Iterator[str]:
    """What there is to listen to, best first; the marked one is what the items are of."""
    for each in job["offers"]:
        mark = "*" if each["shown"] else " "
        title = f"{' '.join(each['title'].split())}  " if each["title"] else ""
        yield f"{mark} {each['what']:<10} {title}{each['url']}"
        if each["missing"]:
            yield f"      needs {', '.join(each['missing'])}: earshot credential set {each['kind']}"
        elif not each["shown"]:
            yield f"      earshot source add --kind {each['kind']} '{each['url']}'"


def item_lines(job: dict[str, Any]) -> Iterator[str]:
    """The last items, each with the watches that would hear it, and what came of the look in sentences."""
    yield from job["says"]
    for each in job["found"][:MOST_ITEMS]:
        title = " ".join((each["title"] or each["excerpt"]).split())[:100]
        hears = ", ".join(watch["watch_name"] for watch in each["watches"] if watch["matched"])
        yield f"  {(each['posted_at'] or 'undated')[:10]:<10}  {title}" + (f"  [{hears}]" if hears else "")
