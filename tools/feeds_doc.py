"""Write docs/feeds.md and docs/feeds/*.schema.json from the feeds' declarations.

`python -m tools.feeds_doc` writes them; with `--check` it only says what is not current. A page
written by hand would drift from what the reader accepts, and a wrong unit costs a partner a month.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from suixin.data.describe import page, table_schema
from suixin.data.feed import FEEDS
from tools.house import ROOT, finish, name_of

DOCS = ROOT / "docs"


def pages() -> dict[Path, str]:
    """Every file this tool makes, with its content."""
    made = {DOCS / "feeds.md": page()}
    for name, feed in FEEDS.items():
        text = json.dumps(table_schema(feed), ensure_ascii=False, indent=2)
        made[DOCS / "feeds" / f"{name}.schema.json"] = text + "\n"
    return made


def stale() -> list[str]:
    """What is missing, out of date or no longer made, as lines for a person."""
    made = pages()
    found = [
        f"{name_of(path)} is not current: run `make docs`"
        for path, text in made.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    left = sorted(set((DOCS / "feeds").glob("*")) - set(made))
    return found + [f"{name_of(path)} describes no feed: delete it" for path in left]


def main() -> None:
    """Write, or with --check compare."""
    if "--check" not in sys.argv[1:]:
        for path, text in pages().items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    finish("feeds_doc", stale())


if __name__ == "__main__":
    main()
