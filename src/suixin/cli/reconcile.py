"""`suixin reconcile` and `suixin case`: every difference out, and the cases that people close."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from suixin.cli.common import INPUT_FAULT, AsJson, a_day, faults_exit, print_json

CasesFile = Annotated[Path, typer.Option("--cases", help="The institution's cases (JSON).")]


@faults_exit
def reconcile(
    chain: Annotated[Path, typer.Option("--chain", help="What the chain tells (JSON).")],
    ledger: Annotated[Path, typer.Option("--ledger", help="What the ledger tells (JSON).")],
    log: Annotated[
        Path | None, typer.Option("--log", help="The blocks that the log holds (JSON).")
    ] = None,
    cases: Annotated[
        Path | None,
        typer.Option("--cases", help="Open a case in this file for all that differs; with --on."),
    ] = None,
    on: Annotated[
        date | None,
        typer.Option("--on", parser=a_day, metavar="DAY", help="The business day of the cases."),
    ] = None,
    institution: Annotated[
        str, typer.Option("--institution", help="Whose cases a new file is of.")
    ] = "bank",
    as_json: AsJson = False,
) -> None:
    """Reconcile ledger, chain and log: nothing differs (exit 0), or all that does, by name (1).

    Example: suixin reconcile --chain chain.json --ledger ledger.json --log log.json
    """
    from suixin.evidence import cases as books
    from suixin.evidence.cases_file import keep_cases, read_cases
    from suixin.evidence.reconcile import reconcile as reconciled
    from suixin.evidence.rows_file import read_side

    if (cases is None) is not (on is None):
        raise typer.BadParameter("--cases and --on go together.")
    on_chain, in_ledger = read_side(chain), read_side(ledger)
    found = reconciled(
        on_chain.rows,
        in_ledger.rows,
        pending=in_ledger.pending,
        blocks=on_chain.blocks if log is not None else (),
        entries=read_side(log).blocks if log is not None else (),
    )
    if cases is not None and on is not None:
        before = read_cases(cases) if cases.exists() else books.Cases(institution)
        keep_cases(cases, books.found(before, found, on=on))
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


@faults_exit
def case_list(cases: CasesFile, as_json: AsJson = False) -> None:
    """List the cases that stand open: none (exit 0), or some, while which nothing is anchored (1).

    Example: suixin case list --cases cases.json
    """
    from suixin.evidence.cases_file import read_cases

    kept = read_cases(cases)
    if as_json:
        told = [
            {**asdict(case), "opened_on": str(case.opened_on), "closed_on": None}
            for case in kept.open
        ]
        print_json({"institution": kept.institution, "open": told, "may_anchor": kept.may_anchor})
    else:
        for case in kept.open:
            still = "differs" if case.of in kept.differing else "differs no more"
            typer.echo(f"{case.of}: open since {case.opened_on}, {still}")
            for one in case.findings:
                typer.echo(f"  {one}")
        typer.echo(f"{kept.institution}: {len(kept.open)} open of {len(kept.cases)} cases")
    if kept.open:
        raise typer.Exit(INPUT_FAULT)


@faults_exit
def case_close(
    of: Annotated[str, typer.Argument(help="The agreement, `fund`, or `chain`.")],
    cases: CasesFile,
    by: Annotated[list[str], typer.Option("--by", help="Who closes it; two people.")],
    reason: Annotated[str, typer.Option("--reason", help="What was wrong, and what was done.")],
    on: Annotated[
        date, typer.Option("--on", parser=a_day, metavar="DAY", help="The business day.")
    ],
    as_json: AsJson = False,
) -> None:
    """Close a case that differs no more, by two people and with their reason.

    Example: suixin case close fund --cases cases.json --by officer --by auditor \
--reason "booked late" --on 2026-06-30
    """
    from suixin.evidence.cases import closed
    from suixin.evidence.cases_file import keep_cases, read_cases

    if len(by) != 2:
        raise typer.BadParameter("--by is given twice: a case is closed by two people.")
    after = closed(read_cases(cases), of, by=(by[0], by[1]), reason=reason, on=on)
    keep_cases(cases, after)
    if as_json:
        print_json({"closed": of, "by": by, "open": [case.of for case in after.open]})
    else:
        typer.echo(f"{of}: closed by {by[0]} and {by[1]}; {len(after.open)} cases stand open")
