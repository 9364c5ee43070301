"""A home with a server of its own and an institution in it, for the benches of the service."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from suixin.lending.accounts import chart_on
from suixin.service import database, postgres
from suixin.service.home import Home


@contextmanager
def institution(day: date, folder: Path | None = None) -> Iterator[int]:
    """The number of an institution with its chart, log and keys; the server is durable and ends.

    Django is pointed at it for the rest of this process.
    """
    place = Path(tempfile.mkdtemp(prefix="suixin-bench-")) if folder is None else folder
    place.chmod(0o755)
    home = Home(place / "home")
    os.environ["SUIXIN_HOME"] = str(home.folder)
    os.environ.pop("DATABASE_URL", None)
    try:
        with postgres.serving(home) as url:
            database.ensure(url, database.NAME)
            from suixin.service.ready import ready

            ready()
            from django.db import connections

            from suixin.service.app.evidence import open_log
            from suixin.service.store.institutions import open_institution
            from suixin.service.store.migrating import migrate

            migrate()
            number = open_institution("bench", chart_on(day), opened_on=day)
            open_log(number, "bench.example", home)
            try:
                yield number
            finally:
                connections.close_all()
    finally:
        if folder is None:
            shutil.rmtree(place)
