"""Names of pages: safe on every file system, one for each subject."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

LONGEST = 80
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_RESERVED = re.compile(r"rules|(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def link_to(name: str) -> str:
    """The name of a file as it stands in a link.

    >>> link_to("report 报.html")
    'report%20%E6%8A%A5.html'
    """
    return _UNSAFE.sub(lambda m: "".join(f"%{byte:02X}" for byte in m[0].encode()), name)


def page_names(subjects: Iterable[str]) -> dict[str, str]:
    """A file name for each subject, equal to its id wherever that is safe and alone.

    Any other gets a mark made of its id, so that no two share a page, also where a file system
    takes capital and small letters for one.

    >>> page_names(["m-0231", "../M 1", "con"])
    {'m-0231': 'm-0231.html', '../M 1': 'M_1-800e0527eb.html', 'con': 'con-1143da2bc5.html'}
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for subject in subjects:
        stem = _UNSAFE.sub("_", subject)[:LONGEST].lstrip(".-")
        if stem != subject or stem.lower() in taken or _RESERVED.fullmatch(stem):
            mark = hashlib.sha256(subject.encode()).hexdigest()[:10]
            stem = f"{stem.lstrip('_.-') or 'page'}-{mark}"
        while stem.lower() in taken:
            stem += "_"
        taken.add(stem.lower())
        names[subject] = f"{stem}.html"
    return names
