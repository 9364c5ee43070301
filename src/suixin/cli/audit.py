"""`suixin audit`: compute a log's folder again, and name the first wrong entry."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from suixin.cli.common import AsJson, faults_exit, print_json

EXIT = {"VALID": 0, "INVALID": 1, "UNUSABLE": 2}


@faults_exit
def audit(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a log, or of a mirror.")],
    policy: Annotated[
        Path | None, typer.Option("--policy", help="Your own keys, not those in the folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Recompute a log's folder: VALID (exit 0), INVALID and where (1), UNUSABLE (2).

    Example: suixin audit log/ --policy parties.policy
    """
    from suixin.evidence import audit as audits
    from suixin.evidence.policy import PolicyFault, parse

    if not folder.is_dir():
        _unusable("NO_FOLDER", f"{folder} is no folder.", as_json=as_json)
    try:
        trusted = None if policy is None else parse(policy.read_bytes())
    except (OSError, PolicyFault) as fault:
        told = fault.message if isinstance(fault, PolicyFault) else f"{fault.strerror}."
        _unusable("POLICY", f"{policy}: {told}", as_json=as_json)
    with _bar(quiet=as_json) as told_of:
        found = audits.audit(audits.Folder(folder), trusted, told_of)
    if as_json:
        first = found.fault
        wrong = first and {"file": first.file, "entry": first.entry, "wrong": first.wrong}
        print_json({"verdict": found.verdict, "checks": dict(found.checks), "fault": wrong})
    else:
        for line in found.lines():
            typer.echo(line)
    raise typer.Exit(EXIT[found.verdict])


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr of the entries that are done; nothing where nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, size: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("entries", total=None)
        yield lambda done, size: progress.update(task, completed=done, total=size)


def _unusable(code: str, message: str, *, as_json: bool) -> NoReturn:
    if as_json:
        print_json({"verdict": "UNUSABLE", "error": {"code": code, "message": message}})
    else:
        typer.echo(f"UNUSABLE: {message}")
    raise typer.Exit(EXIT["UNUSABLE"])
