"""Where a service keeps what is its own: database, keys, files of the day."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """A folder, and what stands in it.

    `database` is the data directory of the embedded server; `keys` is not part of any backup.

    >>> Home(Path("/srv/bank")).keys
    PosixPath('/srv/bank/keys')
    """

    folder: Path

    @property
    def database(self) -> Path:
        """The embedded server's data directory."""
        return self.folder / "database"

    @property
    def lock(self) -> Path:
        """Held by the one process that runs the embedded server."""
        return self.folder / "database.lock"

    @property
    def log(self) -> Path:
        """What the embedded server says."""
        return self.folder / "database.log"

    @property
    def keys(self) -> Path:
        """The keys that wrap the keys of persons."""
        return self.folder / "keys"

    @property
    def demonstration(self) -> Path:
        """How far in the past a demonstration lives; only `suixin demo` writes it."""
        return self.folder / "demonstration.json"

    @property
    def lake(self) -> Path:
        """Files that the day's end leaves for reports."""
        return self.folder / "lake"

    @property
    def service_log(self) -> Path:
        """What the service's processes say."""
        return self.folder / "service.log"

    @property
    def metrics(self) -> Path:
        """What the processes count, while they run."""
        return self.folder / "metrics"


def usual_home() -> Home:
    """`SUIXIN_HOME`, or the usual place of a user's or of the machine's data.

    The server is never run by root, so root's own folder would be closed to it.
    """
    told = os.environ.get("SUIXIN_HOME")
    if told:
        return Home(Path(told).absolute())
    if os.geteuid() == 0:
        return Home(Path("/var/lib/suixin"))
    data = os.environ.get("XDG_DATA_HOME")
    return Home((Path(data) if data else Path.home() / ".local" / "share") / "suixin")
