"""An institution as one that works: with its chart, its log and its keys."""

from __future__ import annotations

import os
import shutil
from itertools import count

from stored import DAY

from suixin.lending.accounts import chart_on
from suixin.service.app.evidence import open_log
from suixin.service.home import Home
from suixin.service.store.institutions import open_institution

_numbers = count(1)


def new_institution(home: Home, *, books: str = "lender") -> int:
    """Its number. The home, whose keys are used from now on, is that of the fixture `database`."""
    os.environ["SUIXIN_HOME"] = str(home.folder)
    place = next(_numbers)
    number = open_institution(f"inst-{place}", chart_on(DAY), opened_on=DAY, books=books)
    # Databases of other modules in this home had institutions of this number, with witnesses.
    shutil.rmtree(home.keys / f"log-{number}" / "policies", ignore_errors=True)
    open_log(number, f"inst-{number}.example", home)
    return number
