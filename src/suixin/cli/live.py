"""`suixin live …`: sessions run again from their events, and what their limits did."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated

import typer

from suixin.cli.common import AsJson, On, Policies, faults_exit, print_json

COLUMNS = (
    "session", "merchant", "at", "from_bps", "to_bps", "limit_fen", "why", "z_interest", "z_paid",
    "z_refunded", "target",
)  # fmt: skip


@faults_exit
def live_replay(
    source: Annotated[
        Path, typer.Argument(help="Folder of feeds with live sessions, or a behaviour log (CSV).")
    ],
    on: On,
    out: Annotated[Path, typer.Option(help="CSV file of every change.")],
    opening: Annotated[int, typer.Option(min=1, help="Opening limit of a session, yuan.")] = 50_000,
    rooms: Annotated[int, typer.Option(min=1, help="Busiest categories of a behaviour log.")] = 20,
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Run live sessions again: each against its merchant's earlier ones, every change with why.

    Example: suixin live replay county/ --on 2026-06-30 --out changes.csv
    """
    from suixin.credit.live.replay import replay
    from suixin.credit.live.sources import behaviour_sessions, sessions_of
    from suixin.credit.sheets import policy_on
    from suixin.data.errors import InputError
    from suixin.data.read import read_feeds, today_in_china
    from suixin.data.write import atomic_path, csv_safe
    from suixin.tables import steps

    policy = policy_on(on, policies)
    with steps(2, quiet=as_json) as step:
        step("reading")
        if source.is_dir():
            with read_feeds(source, today=max(on, today_in_china())) as feeds:
                sessions = sessions_of(feeds.on(on))
        else:
            sessions = behaviour_sessions(source, rooms=rooms)
        if not sessions:
            raise InputError(
                "NO_SESSIONS", f"{source} has no live session on {on}.", "Ask for a later day."
            )
        step("replaying")
        found = replay(sessions, opening_fen=100 * opening, policy=policy)
    with atomic_path(out) as fresh, fresh.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for one in found:
            for change in one.changes:
                rows.writerow([
                    csv_safe(one.session.name), csv_safe(one.session.merchant), change.at,
                    change.from_bps, change.to_bps, change.limit_fen, change.why.value,
                    *(f"{z:.6f}" for z in change.z), f"{change.target:.4f}",
                ])  # fmt: skip
    changes = [change for one in found for change in one.changes]
    told = {
        "sessions": len(found),
        "too_few_earlier": sum(one.earlier < policy["live.usual"]["least"] for one in found),
        "changes": len(changes),
        "raised": sum(one.to_bps > one.from_bps for one in changes),
        "highest_bps": max((one.to_bps for one in changes), default=10_000),
        "lowest_bps": min((one.to_bps for one in changes), default=10_000),
    }
    if as_json:
        print_json({"out": out, **told})
        return
    for name, figure in told.items():
        typer.echo(f"{name:<18}{figure:>10,}")
    typer.echo(f"written: {out}")
