"""The written pages hold: links lead somewhere, and nothing names a machine or an index host.

The story: pages are renamed and headings reworded by people who cannot know who links to them, and
a lock or a guide written on one machine quietly keeps that machine's folders and package index.
Neither shows in a test, both stop the next person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from tools.house import ROOT, files, finish, name_of

LINK: Final = re.compile(r"!?\[[^\]\n]*\]\(\s*<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\s*\)")
HEADING: Final = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
FENCE: Final = re.compile(r"^(`{3,}|~{3,}).*?^\1\s*$", re.MULTILINE | re.DOTALL)
INLINE_CODE: Final = re.compile(r"`[^`\n]*`")
OUTSIDE: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)

MACHINE_PATH: Final = re.compile(r"(?<![\w.:/~-])/(?:home|root|Users|work|farm|private|mnt)/\w")
INDEX: Final = re.compile(
    r"https?://|--(?:extra-)?index-url|--find-links|^-[fi]\b| @ ", re.MULTILINE
)
TEXT: Final = frozenset(
    {"", ".css", ".csv", ".html", ".j2", ".json", ".lock", ".md", ".py", ".sh", ".sql", ".svg"}
    | {".toml", ".txt", ".yaml"}
)


def anchors(text: str) -> set[str]:
    """The anchors of a page as code hosts make them: lower case, words joined by hyphens."""
    found: set[str] = set()
    for heading in HEADING.findall(FENCE.sub("", text)):
        bare = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        twins = sum(1 for other in found if other == bare or other.startswith(f"{bare}-"))
        found.add(f"{bare}-{twins}" if bare in found else bare)
    return found


def dead_links(page: Path) -> Iterator[str]:
    """Links of a page to files or headings that are not there; the outside is not tried."""
    text = page.read_text("utf-8")
    for target in LINK.findall(INLINE_CODE.sub("", FENCE.sub("", text))):
        if OUTSIDE.match(target) or target.startswith("//"):
            continue
        where, _, anchor = unquote(target).partition("#")
        file = (page.parent / where).resolve() if where else page
        if not file.exists() or not file.is_relative_to(ROOT):
            yield f"{name_of(page)}: the link {target} leads nowhere"
        elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text("utf-8")):
            yield f"{name_of(page)}: {where or 'the page'} has no heading for #{anchor}"


def machine_paths(path: Path) -> Iterator[str]:
    """Lines that name a folder of one machine, which no other machine has."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if MACHINE_PATH.search(line):
            yield f"{name_of(path)}:{number}: names a folder of one machine: {line.strip()[:80]}"


def index_hosts(lock: Path) -> Iterator[str]:
    """Lines of the lock that tie it to one package index."""
    for number, line in enumerate(lock.read_text("utf-8").splitlines(), 1):
        if INDEX.search(line):
            yield f"{name_of(lock)}:{number}: names where to fetch from: {line.strip()[:80]}"


def main() -> None:
    wrong = [fault for page in files(".md") for fault in dead_links(page)]
    for path in files():
        if path.suffix in TEXT:
            wrong += machine_paths(path)
    wrong += index_hosts(ROOT / "requirements.lock")
    finish("pages", wrong)


if __name__ == "__main__":
    main()
