"""What each process of the service does as it begins: it ends with its parent, and says so."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from typing import Final

READY_FD: Final = "SUIXIN_READY_FD"
METRICS_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"  # Read by its library as that is imported.
PARENT_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>.


def end_with_parent() -> None:
    """Have the kernel end what a server forked at once when that server is gone.

    At once, since the database goes too: what would end gracefully would wait for it.
    """
    if sys.platform == "linux":
        parent = multiprocessing.parent_process()
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if parent is not None and os.getppid() != parent.pid:  # Gone before it could be asked.
            os._exit(1)


def say_ready() -> None:
    """Tell who started us that this process can do its work."""
    told = os.environ.get(READY_FD)
    if told is not None:
        os.write(int(told), b"ready\n")
