"""Writes the pages of docs/ that tell what the code declares: docs/sources.md and docs/unheard.md.

python tools/write_documents.py [--check]

`--check` writes nothing and ends with 1 where a page is not what would be written.
"""

import argparse
import sys
from pathlib import Path

from documents.sources_page import sources_page
from documents.unheard_page import unheard_page

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = {"sources.md": sources_page, "unheard.md": unheard_page}


def main(arguments: list[str] | None = None) -> int:
    """Writes the pages, or tells which are stale."""
    parser = argparse.ArgumentParser(description="Writes docs/sources.md and docs/unheard.md.")
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 where a page is stale")
    is_check = parser.parse_args(arguments).check
    stale = False
    for name, page in PAGES.items():
        file, text = DOCS / name, page()
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            continue
        stale = True
        print(f"docs/{name} {'is stale: make docs' if is_check else 'written'}")
        if not is_check:
            file.write_text(text, encoding="utf-8")
    return int(stale and is_check)


if __name__ == "__main__":
    sys.exit(main())
