"""`suixin live …`: sessions run again from their events, and what their limits did."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suixin.cli.common import AsJson, On, Policies, faults_exit, print_json

if TYPE_CHECKING:
    from suixin.credit.live.replay import Replayed
    from suixin.kernel.policy import PolicyOn

COLUMNS = (
    "session", "merchant", "at", "from_bps", "to_bps", "limit_fen", "why", "zh", "en",
    "z_interest", "z_paid", "z_refunded", "target",
)  # fmt: skip


RULES = ("live.", "viewers.", "clean.quick_refund")
"""The policy that decides a live limit, by how its names begin."""


@faults_exit
def live_replay(
    source: Annotated[
        Path, typer.Argument(help="Folder of feeds with live sessions, or a behaviour log (CSV).")
    ],
    on: On,
    out: Annotated[
        Path, typer.Option(help="CSV file of every change; the policy it went by beside it.")
    ],
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
    _write_changes(out, found)
    _write_policy(out.with_suffix(".policy.json"), policy)
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


def _write_changes(out: Path, found: Sequence[Replayed]) -> None:
    """Every change as a line: when, from and to, why in both languages, and the z it went by."""
    from suixin.credit.live.slot import WORDING
    from suixin.data.write import atomic_path, csv_safe

    with atomic_path(out) as fresh, fresh.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for one in found:
            for change in one.changes:
                why = WORDING[change.why]
                rows.writerow([
                    csv_safe(one.session.name), csv_safe(one.session.merchant), change.at,
                    change.from_bps, change.to_bps, change.limit_fen, change.why.value,
                    why.zh, why.en, *(f"{z:.6f}" for z in change.z), f"{change.target:.4f}",
                ])  # fmt: skip


def _write_policy(out: Path, policy: PolicyOn) -> None:
    """The values that the changes went by, with the text that set each."""
    from suixin.data.write import atomic_path

    used = {
        name: {"value": one.value, "since": one.since, "reference": one.reference}
        for name, one in sorted(policy.settings.items())
        if name.startswith(RULES)
    }
    with atomic_path(out) as fresh:
        told = json.dumps(used, ensure_ascii=False, indent=2, default=str)
        fresh.write_text(told + "\n", encoding="utf-8")
