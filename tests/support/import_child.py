"""Works an import in a process of its own, which tells each row, so that a test can kill it."""

from __future__ import annotations

import sys
from datetime import datetime


def main(institution: int, batch: str, at: str) -> None:
    """Work it, slowly enough to be killed between two rows or within one."""
    from suixin.service.app import bulk
    from suixin.service.app.caller import service_caller

    def told(done: int, of: int) -> None:
        sys.stdout.write(f"{done} {of}\n")
        sys.stdout.flush()

    moment = datetime.fromisoformat(at)
    bulk.run_import(service_caller(institution, "import"), batch, at=moment, told=told)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
