"""Addresses that wrap another address: Google's redirector and the caches of AMP pages."""

import re
from urllib.parse import parse_qs, urlsplit

_GOOGLE = re.compile(r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?")
_AMP_CACHE = re.compile(r"(?:[a-z0-9-]+\.)?cdn\.ampproject\.org")
_AMP_DOCUMENT = re.compile(r"/[cv]/(s/)?(.+)", re.DOTALL)
_AMP_VIEWER = re.compile(r"/amp/(s/)?(.+)", re.DOTALL)
_WEB = re.compile(r"https?://(?=[^/?#\\\s])", re.IGNORECASE)


def is_web(url: str) -> bool:
    """Whether `url` begins with http:// or https:// and something that may be a host."""
    return _WEB.match(url) is not None


def is_google(host: str) -> bool:
    """Whether `host`, in lower case, is Google's own in some country, with or without www."""
    return _GOOGLE.fullmatch(host) is not None


def unwrapped(url: str) -> str:
    """The address inside a Google redirect or an AMP cache link, else `url` itself; "" if the inner one is not http(s).

    One layer is taken off and percent-decoded once. Nothing is fetched: the redirector would count the visit.

    Source:
        Google Alerts feeds as recorded in feedjira's samples (`google.com/url?…&url=TARGET`);
        amp.dev, "Using the Google AMP Cache", AMP Cache URL format; read 2026-11-24.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return url
    if is_google(host):
        if parts.path == "/url":
            return _redirect_target(parts.query, url)
        return _amp_target(_AMP_VIEWER, parts.path, parts.query, url)
    if _AMP_CACHE.fullmatch(host):
        return _amp_target(_AMP_DOCUMENT, parts.path, parts.query, url)
    return url


def _redirect_target(query: str, url: str) -> str:
    try:
        found = parse_qs(query, max_num_fields=100)
    except ValueError:
        return url
    targets = found.get("url") or found.get("q")
    if not targets:
        return url
    return targets[0] if is_web(targets[0]) else ""


def _amp_target(form: re.Pattern[str], path: str, query: str, url: str) -> str:
    match = form.fullmatch(path)
    if match is None:
        return url
    scheme = "https" if match[1] else "http"
    return f"{scheme}://{match[2]}" + (f"?{query}" if query else "")
