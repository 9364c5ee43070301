"""Folders in which a test's server keeps its data: reachable by its user, and in memory if large.

pytest's own folders are closed to the user who runs the server for root.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 2_000_000_000


def server_folder() -> Path:
    """A new folder that others may pass through; whoever asks removes it."""
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES
    folder = Path(tempfile.mkdtemp(prefix="suixin-", dir=_MEMORY if roomy else None))
    folder.chmod(0o755)
    return folder
