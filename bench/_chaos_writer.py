"""A process that writes as acts do, and says what was acknowledged: one key a line.

Each transaction posts, tells the log and defers a job: all three, or none. What is cut off is sent
again under its key.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import date

from django.db import Error, connections

from suixin.evidence.entry import Kind
from suixin.lending.transaction import Transaction, pair_of
from suixin.service.app.evidence import tell
from suixin.service.app.later import later
from suixin.service.clock import now
from suixin.service.store.books import StoredBooks
from suixin.service.store.session import Actor, acting

DAY = date(2026, 6, 30)
FEN = 500


def write(institution: int, name: str) -> None:
    """Until it is killed."""
    actor = Actor(institution=institution, by="service:writer")
    books = StoredBooks(actor)
    made = 0
    while True:
        key = f"{name}-{made}"
        try:
            with acting(actor):
                if books.find(key) is None:
                    books.post(Transaction(key, DAY, DAY, pair_of("1101", "1002", FEN)))
                    tell(actor, Kind.ORDER, {"key": key}, at=now())
                    later(actor, "nobody-does-it", key=key)
        except Error:
            connections.close_all()
            time.sleep(0.05)
            continue
        print(key, flush=True)
        made += 1
        if os.getppid() == 1:
            return


if __name__ == "__main__":
    write(int(sys.argv[1]), sys.argv[2])
