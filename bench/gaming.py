"""The gaming lab on a seeded county: what each attack spends, what limit it buys, and its bar."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import last_line, table
from suixin.county.make import UNTIL, make_county
from suixin.credit.gaming.lab import run_lab

SMALL = ("--households", "60")


def main(arguments: Sequence[str]) -> str:
    """Make a county, attack the shop of the middle, and give the last line."""
    given = list(arguments)
    households = int(given[given.index("--households") + 1]) if "--households" in given else 150
    seed = int(given[given.index("--seed") + 1]) if "--seed" in given else 1
    with tempfile.TemporaryDirectory() as folder:
        county = make_county(households, seed, Path(folder) / "county").folder
        results = run_lab(county, on=UNTIL)
    heads = ["attack", "spent_yuan", "limit_before", "limit_after", "bought_percent", "bar"]
    rows = [
        [
            one.attack, one.spent_fen / 100, one.limit_fen / 100, one.after_fen / 100,
            one.bought_bps / 100,
            "reported" if one.held is None else "held" if one.held else "BROKEN",
        ]
        for one in results
    ]  # fmt: skip
    print(table(heads, rows))
    bought = {one.attack: one.bought_bps for one in results}
    line = last_line(
        "bench.gaming",
        wash_bps=bought["self_bought"],
        refunds_bps=bought["same_night_refunds"],
        ring_bps=bought["endorsement_ring"],
        bots_bps=bought["bot_viewers"],
        broken=sum(one.held is False for one in results),
    )
    print(line)
    return line


if __name__ == "__main__":
    main(sys.argv[1:])
