"""The monitoring report: one page with its styles in it, in both languages, without a script."""

from __future__ import annotations

import json
from pathlib import Path

from suixin.credit.monitor import words
from suixin.credit.monitor.watch import Watch
from suixin.credit.report.render import sheet, templates
from suixin.credit.report.tongue import Shown
from suixin.data.write import atomic_folder


def write_watch(found: Watch, folder: Path, *, language: Shown = "zh") -> None:
    """Write monitor.html and monitor.json into a folder, both or neither.

    The same watch gives the same bytes. Raises `DiskError` where the disk refuses.
    """
    page = (
        templates(language).get_template("monitor.html").render(w=found, names=words, sheet=sheet())
    )
    told = json.dumps(found.told(), ensure_ascii=False, indent=2)
    with atomic_folder(folder) as fresh:
        (fresh / "monitor.html").write_bytes(page.encode("utf-8"))
        (fresh / "monitor.json").write_text(told + "\n", encoding="utf-8")
