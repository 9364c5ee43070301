"""Static files under names that hold their content's hash: cached for ever, never stale.

The names are found when the service starts, straight from the package: nothing is collected,
nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, Final

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.storage import FileSystemStorage

_DIGITS: Final = 10
_HASH: Final = re.compile(rf"\.[0-9a-f]{{{_DIGITS}}}(?=\.\w+$)")


def named(name: str, content: bytes) -> str:
    """The name of a file with the hash of its content before its ending.

    >>> named("suixin/suixin.css", b"a{}")
    'suixin/suixin.5f546eb460.css'
    """
    path = PurePosixPath(name)
    mark = sha256(content).hexdigest()[:_DIGITS]
    return str(path.with_name(f"{path.stem}.{mark}{path.suffix}"))


class HashedFiles(FileSystemStorage):
    """An application's static files, which answer to their hashed names."""

    def path(self, name: str) -> str:
        """Where a file lies, by its own name or its hashed one."""
        return super().path(_HASH.sub("", name))


class HashedFinder(finders.AppDirectoriesFinder):
    """Lists the static files of all applications by their hashed names."""

    storage_class = HashedFiles

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        """Each file once, by its hashed name."""
        for name, storage in super().list(ignore_patterns or []):
            yield named(name, Path(storage.path(name)).read_bytes()), storage


class HashedStorage(StaticFilesStorage):
    """Where `{% static %}` leads: the hashed name of a file; raises for one that is not there."""

    def url(self, name: str | None) -> str:
        """The address of a static file."""
        return super().url(_named(name or ""))


@cache
def _named(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        raise ValueError(f"There is no static file {name}.")
    return named(name, Path(found).read_bytes())
