"""Files to and from a bank: `kept/` is ours, `outbox/` the bank takes, `inbox/` it fills.

Every file is whole under its name: it is written beside and then moved into its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from suixin.data.errors import InputError, shown
from suixin.evidence.disk import disk_faults, write_file
from suixin.service.rails.reading import Source

_NAME: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Folders:
    """A transport over three folders.

    >>> import tempfile
    >>> bank = Folders(Path(tempfile.mkdtemp()))
    >>> bank.keep("SXB1", b"<Document/>")
    >>> bank.hand_over("SXB1")
    >>> bank.kept(), [path.name for path in bank.folder.glob("outbox/*")], bank.fetch("")
    (['SXB1'], ['SXB1.xml'], [])
    """

    folder: Path

    def keep(self, name: str, content: bytes) -> None:
        """See `Transport.keep`."""
        place = self._place("kept", name)
        with disk_faults(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            if place.exists():
                if place.read_bytes() != content:
                    wrong = f"{name} is kept already, and holds something else."
                    raise InputError("KEPT", wrong, "A file is sent in the bytes it first had.")
                return
            write_file(place, content)

    def hand_over(self, name: str) -> None:
        """See `Transport.hand_over`."""
        place = self._place("kept", name)
        with disk_faults(place):
            if not place.is_file():
                raise InputError("NOT_KEPT", f"No file {name} is kept.", "Keep it first.")
            outbox = self._place("outbox", name)
            outbox.parent.mkdir(parents=True, exist_ok=True)
            write_file(outbox, place.read_bytes())

    def put(self, name: str, content: bytes) -> None:
        """See `stored_desk.Carrier.put`."""
        place = self._place("outbox", name)
        with disk_faults(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            write_file(place, content)

    def done(self, name: str) -> None:
        """See `stored_desk.Carrier.done`."""
        place = self._place("inbox", name.removesuffix(".xml"))
        with disk_faults(place):
            place.unlink(missing_ok=True)

    def kept(self) -> Sequence[str]:
        """See `Transport.kept`."""
        return [path.stem for path in self._listed("kept")]

    def fetch(self, since: str) -> Sequence[tuple[str, Source]]:
        """See `Transport.fetch`."""
        return [(path.name, path) for path in self._listed("inbox") if path.name > since]

    def _listed(self, folder: str) -> list[Path]:
        with disk_faults(self.folder):
            return sorted((self.folder / folder).glob("*.xml"))

    def _place(self, folder: str, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise InputError(
                "NAME", f"{shown(name)} is no name of a file.", "Use letters and digits."
            )
        return self.folder / folder / f"{name}.xml"
