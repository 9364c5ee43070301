"""All benchmarks at a small size: `python -m bench`."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import time
from pathlib import Path

import bench


def main() -> int:
    """Run each benchmark's small size; print what each said last, and which were left out why."""
    rows, left_out = [], []
    for module in sorted(pkgutil.iter_modules(bench.__path__), key=lambda found: found.name):
        if module.name.startswith("_"):
            continue
        one = importlib.import_module(f"bench.{module.name}")
        absent = [given for given in one.SMALL if "/" in given and not Path(given).exists()]
        if absent:
            left_out.append(f"bench.{module.name}: left out, {absent[0]} is absent")
            continue
        print(f"\nbench.{module.name}")
        began = time.perf_counter()
        name, _, figures = one.main(one.SMALL).partition(": ")
        rows.append([name, f"{time.perf_counter() - began:.1f}", figures])
    print("\n" + "\n".join(f"{name}  {seconds} s  {figures}" for name, seconds, figures in rows))
    for reason in left_out:
        print(reason)
    return 0


if __name__ == "__main__":
    sys.exit(main())
