"""The one name of an item, whoever returned it and however often."""

from earshot.sources.canonical import canonical_url
from earshot.sources.registry import recognised


def identity_of(url: str, native_id: str, source_id: str) -> str:
    """The identity of something found on the web: `hackernews:123`, `url1:https://…` or `native:<source>:<id>`.

    A permalink of a known platform takes the platform's identity, so the same comment found by a feed and by the
    platform's connector is one mention. `url1` names the canonical rules v1. Without a usable link only the source's
    own id is left, and such an item is the same only within its source.
    """
    canonical = canonical_url(url)
    if canonical is None:
        return f"native:{source_id}:{native_id}"
    return recognised(canonical) or f"url1:{canonical}"


def earlier_identity(identity: str, url: str) -> str | None:
    """What an item was called before its platform had a connector: its page; None where it never had another name.

    Only the permalink of the very item counts: what shares its address with others was never called by it.
    """
    if identity.startswith(("url1:", "native:")):
        return None
    canonical = canonical_url(url)
    if canonical is None or recognised(canonical) != identity:
        return None
    return f"url1:{canonical}"
