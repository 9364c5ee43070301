"""Names of pages: safe on every file system, one for each subject."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

LONGEST = 80
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_RESERVED = re.compile(r"rules|(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def page_names(subjects: Iterable[str]) -> dict[str, str]:
    """A file name for each subject, equal to its id wherever that is safe and alone.

    Any other gets a mark made of its id, so that no two share a page, also where a file system
    takes capital and small letters for one.

    >>> page_names(["m-0231", "../M 1", "con"])
    {'m-0231': 'm-0231.html', '../M 1': '_M_1-fbaad32ee7.html', 'con': 'con-2c6b7d1dc1.html'}
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for subject in subjects:
        stem = _UNSAFE.sub("_", subject)[:LONGEST].lstrip(".")
        if stem != subject or stem.lower() in taken or _RESERVED.fullmatch(stem):
            stem = f"{stem.lstrip('_.')}-{hashlib.sha256(subject.encode()).hexdigest()[:10]}"
        while stem.lower() in taken:
            stem += "_"
        taken.add(stem.lower())
        names[subject] = f"{stem}.html"
    return names
