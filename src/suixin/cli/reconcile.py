"""`suixin reconcile`: two exports in, every difference out, by name."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from suixin.cli.common import INPUT_FAULT, AsJson, faults_exit, print_json


@faults_exit
def reconcile(
    chain: Annotated[Path, typer.Option("--chain", help="What the chain tells (JSON).")],
    ledger: Annotated[Path, typer.Option("--ledger", help="What the ledger tells (JSON).")],
    log: Annotated[
        Path | None, typer.Option("--log", help="The blocks that the log holds (JSON).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Reconcile ledger, chain and log: nothing differs (exit 0), or all that does, by name (1).

    Example: suixin reconcile --chain chain.json --ledger ledger.json --log log.json
    """
    from suixin.evidence.reconcile import reconcile as reconciled
    from suixin.evidence.rows_file import read_side

    on_chain, in_ledger = read_side(chain), read_side(ledger)
    found = reconciled(
        on_chain.rows,
        in_ledger.rows,
        pending=in_ledger.pending,
        blocks=on_chain.blocks if log is not None else (),
        entries=read_side(log).blocks if log is not None else (),
    )
    if as_json:
        findings = [asdict(one) for one in found.findings]
        pending = sorted({move.call for move in found.pending})
        print_json({"findings": findings, "held": sorted(found.held), "pending": pending})
    else:
        for one in found.findings:
            typer.echo(str(one))
        for move in found.pending:
            typer.echo(f"pending: {move.kind} {move.call} {move.amount} {move.fen}")
        rows = len({row.of for row in (*on_chain.rows, *in_ledger.rows)})
        typer.echo(f"{rows} agreements and funds, {len(found.findings)} differences")
    if found.findings:
        raise typer.Exit(INPUT_FAULT)
