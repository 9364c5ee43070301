"""Write docs/feeds.md and docs/feeds/*.schema.json from the feeds' declarations.

`python -m tools.feeds_doc` writes them; with `--check` it only says what is not current. A page
written by hand once said `amount` was in yuan; a partner sent yuan for a month.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from suixin.data.describe import page, table_schema
from suixin.data.feed import FEEDS

DOCS = Path(__file__).resolve().parents[1] / "docs"


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
        f"{path.relative_to(DOCS.parent)} is not current: run python -m tools.feeds_doc"
        for path, text in made.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    left = sorted(set((DOCS / "feeds").glob("*")) - set(made))
    return found + [
        f"{path.relative_to(DOCS.parent)} describes no feed: delete it" for path in left
    ]


def main() -> int:
    """Write, or with --check compare; 1 when something is not current."""
    if "--check" in sys.argv[1:]:
        for line in stale():
            print(line)
        return 1 if stale() else 0
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
