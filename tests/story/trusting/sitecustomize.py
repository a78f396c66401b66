"""Lets this process trust the authority of a loopback internet and nobody else; Python imports it at each start."""

import os

if "STORY_AUTHORITY" in os.environ:
    import certifi

    certifi.where = lambda: os.environ["STORY_AUTHORITY"]
