"""Refuses forms that another site made the browser send.

Forms of people who are signed in carry a token as well; the one that signs them in cannot.

Source:
    Fetch Metadata Request Headers, W3C; Fetch standard, "append a request `Origin` header"; read 2026-11-24.
"""

from urllib.parse import urlsplit

from earshot.domain.errors import Denied
from earshot.web.request import Request


def refuse_foreign(request: Request, base_url: str) -> None:
    """Lets pass what reads, what programs send, the links in mails (their secret protects them), and our own forms.

    Raises:
        Denied: the browser says that another site sent it (403).
    """
    if request.is_reading or request.is_for_programs or request.path.startswith("/a/"):
        return
    if not _is_ours(request, base_url):
        raise Denied("this form was sent by another site; open our page and send it there", 403)


def _is_ours(request: Request, base_url: str) -> bool:
    site = request.headers.get("sec-fetch-site", "")
    if site:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin", "null")
    # Our pages say no-referrer, and then an older browser sends "null" from our own forms too.
    ours = (base_url, f"{urlsplit(base_url).scheme}://{request.headers.get('host', '')}")
    return origin == "null" or origin.lower() in {each.lower() for each in ours}
