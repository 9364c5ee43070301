"""Becomes the embedded server: drops root, asks to be told of its parent's death, and is replaced.

Run by its path with `python -I -S`, so it may use the standard library alone. A hook between fork
and exec would do the same, and may hang where the parent has threads.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import Final

_PARENT_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>.


def main(parent: str, who: str, program: str, *arguments: str) -> None:
    """Run a program in place of this one; `who` is `uid:gid`, or empty for whom we are."""
    if who:
        uid, gid = (int(part) for part in who.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGINT)
        if os.getppid() != int(parent):  # It died before it could be asked.
            return
    os.execv(program, [program, *arguments])


if __name__ == "__main__":
    main(*sys.argv[1:])
