"""`suixin import …`: sheets of parties, agreements and receipts, by two people."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suixin.cli.common import INPUT_FAULT, AsJson, fail, faults_exit, print_json
from suixin.cli.database import HomeFolder, environment

if TYPE_CHECKING:
    from suixin.service.app.bulk import DryRun, Import, RefusedRow
    from suixin.service.app.caller import Caller

SheetFile = Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX.")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Name every bad row; keep nothing.")]
Institution = Annotated[
    str | None, typer.Option("--institution", metavar="CODE", help="Whose; with --dry-run.")
]
As = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help="Who proposes: officer-7@county-bank.")
]
Why = Annotated[str, typer.Option(help="Why, for who is to agree.")]


@faults_exit
def import_parties(
    file: SheetFile,
    dry_run: Dry = False,
    institution: Institution = None,
    by: As = None,
    why: Why = "a sheet of parties",
    home: HomeFolder = None,
    as_json: AsJson = False,
) -> None:
    """Take parties on from a sheet: checked whole, proposed by an officer, agreed to by another.

    Example: suixin import parties parties.xlsx --dry-run --institution county-bank
    """
    _import("parties", file, (dry_run, institution, by, why), home, as_json=as_json)


@faults_exit
def import_agreements(
    file: SheetFile,
    dry_run: Dry = False,
    institution: Institution = None,
    by: As = None,
    why: Why = "agreements of an earlier system",
    home: HomeFolder = None,
    as_json: AsJson = False,
) -> None:
    """Take over agreements that an earlier system signed and paid out.

    Example: suixin import agreements loans.csv --as officer-7@county-bank
    """
    _import("agreements", file, (dry_run, institution, by, why), home, as_json=as_json)


@faults_exit
def import_receipts(
    file: SheetFile,
    dry_run: Dry = False,
    institution: Institution = None,
    by: As = None,
    why: Why = "a sheet of receipts",
    home: HomeFolder = None,
    as_json: AsJson = False,
) -> None:
    """Enter receipts of the counter, or those that an earlier system took.

    Example: suixin import receipts receipts.csv --as cashier-2@county-bank
    """
    _import("receipts", file, (dry_run, institution, by, why), home, as_json=as_json)


@faults_exit
def import_confirm(
    proposal: Annotated[str, typer.Argument(help="The proposal's id.")],
    by: Annotated[str, typer.Option("--as", metavar="NAME", help="Who agrees.")],
    home: HomeFolder = None,
    as_json: AsJson = False,
) -> None:
    """Agree to a sheet that another proposed, and work it here; killed, run it again.

    Example: suixin import confirm p-5f0c… --as risk-1@county-bank
    """
    with _served(home, as_json=as_json):
        from suixin.service import clock
        from suixin.service.app import bulk, proposals
        from suixin.service.app.caller import service_caller

        caller = _signed_in(by)
        found = proposals.proposed(caller, proposal)
        told = {**found.content, "proposed_by": found.proposed_by, "why": found.why}
        if not as_json:
            for name, value in told.items():
                typer.echo(f"{name}: {value}")
            typer.confirm("Agree?", abort=True)
        at = clock.now()
        proposals.confirm(caller, proposal, digest=found.digest, at=at)
        worker = service_caller(caller.institution, "import")
        progress = None if as_json else _progress
        done = bulk.run_import(worker, found.subject, at=at, told=progress)
        refused = bulk.refused_rows(worker, found.subject)
    _tell_done(done, refused, as_json=as_json)


def _import(
    kind: str,
    file: Path,
    told: tuple[bool, str | None, str | None, str],
    home: Path | None,
    *,
    as_json: bool,
) -> None:
    dry, institution, by, why = told
    if dry == (by is not None) or dry != (institution is not None):
        wrong = "Give --dry-run with --institution, or --as to propose."
        raise typer.BadParameter(wrong)
    with _served(home, as_json=as_json):
        from suixin.service import clock
        from suixin.service.app import bulk
        from suixin.service.app.import_kinds import Kind

        sheet = bulk.Sheet(Kind(kind), file.name, _content(file, as_json=as_json))
        at = clock.now()
        if dry:
            caller = _owner(str(institution), Kind(kind))
            _tell_dry(bulk.dry_run(caller, sheet, at=at), as_json=as_json)
            return
        caller = _signed_in(str(by))
        key = f"sheet-{hashlib.sha256(sheet.content).hexdigest()[:32]}"
        made = bulk.propose_import(caller, sheet, key=key, why=why, at=at)
    if as_json:
        print_json({"proposal": made.proposal, "batch": made.subject, "rows": made.content["rows"]})
    else:
        typer.echo(f"{made.content['rows']} rows are proposed as {made.proposal}.")
        typer.echo(f"Another person agrees: suixin import confirm {made.proposal} --as …")


@contextmanager
def _served(home: Path | None, *, as_json: bool) -> Iterator[None]:
    with environment(home, as_json=as_json) as kept:
        from suixin.service.database import served

        with served(kept):
            from suixin.service.ready import ready

            ready()
            yield


def _content(file: Path, *, as_json: bool) -> bytes:
    from suixin.kernel.policy import load_policy
    from suixin.service.identity.callers import today

    most = load_policy("imports").on(today())["sheet.bytes_max"]
    if not file.is_file():
        fail("NO_FILE", f"There is no file {file}.", "", INPUT_FAULT, as_json=as_json)
    if file.stat().st_size > most:
        wrong = f"{file} has {file.stat().st_size} bytes."
        hint = f"At most {most >> 20} MB; send it in parts."
        fail("TOO_LARGE", wrong, hint, INPUT_FAULT, as_json=as_json)
    return file.read_bytes()


def _signed_in(by: str) -> Caller:
    """Who asks, after his password and code; they are typed, and stand in no history."""
    from suixin.service.identity.terminal import sign_in_here

    password = typer.prompt("Password", hide_input=True, err=True)
    code = typer.prompt("Code of the moment", default="", show_default=False, err=True)
    return sign_in_here(by, password, code)


def _owner(code: str, kind: Any) -> Caller:
    """The machine's owner, who may check a sheet without anybody's duty: nothing is kept."""
    from suixin.data.errors import InputError
    from suixin.service.app.caller import Caller
    from suixin.service.app.import_rows import DUTIES
    from suixin.service.store.models import Institution

    for found in Institution.objects.using("owner").filter(code=code):
        return Caller(institution=found.id, by="owner", duties=frozenset({DUTIES[kind]}))
    wrong = f"There is no institution {code}."
    raise InputError("NO_INSTITUTION", wrong, f"Run suixin institution open {code} first.")


def _tell_dry(told: DryRun, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(told))
    else:
        for one in told.faults:
            typer.echo(f"row {one.row}, {one.column}: {one.wrong}; expected {one.expected}")
        if told.faults_more:
            typer.echo(f"… and {told.faults_more} more")
        typer.echo(f"{told.rows} rows: {told.good} good, {told.bad} bad. Nothing was kept.")
    if told.faults:
        raise typer.Exit(INPUT_FAULT)


def _tell_done(done: Import, refused: tuple[RefusedRow, ...], *, as_json: bool) -> None:
    if as_json:
        print_json({**asdict(done), "refused_rows": [asdict(one) for one in refused]})
    else:
        for one in refused:
            typer.echo(f"row {one.row}, {one.key}: {one.code}: {one.message}")
        typer.echo(
            f"{done.rows} rows: {done.done} done, {done.known} known already,"
            f" {done.refused} refused."
        )
    if refused:
        raise typer.Exit(INPUT_FAULT)


def _progress(done: int, of: int) -> None:
    if done % 100 == 0 or done == of:
        typer.echo(f"\r{done} of {of}", nl=done == of)
