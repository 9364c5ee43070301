"""`suixin verify`: is this entry in the log, and have enough parties seen it? Asks no network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from suixin.cli.common import AsJson, faults_exit, print_json

Saved = Annotated[
    Path | None,
    typer.Option("--save-verifier", metavar="PATH", help="Copy out the one file that checks."),
]


@faults_exit
def verify(
    proof: Annotated[Path | None, typer.Argument(help="A proof, X.tlog-proof.")] = None,
    entry: Annotated[Path | None, typer.Option("--entry", help="The entry as logged.")] = None,
    opening: Annotated[
        Path | None, typer.Option("--opening", help="Its salt (32 bytes), then the private part.")
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option("--policy", help="Whose signatures to believe; or a folder of them by date."),
    ] = None,
    save_verifier: Saved = None,
    as_json: AsJson = False,
) -> None:
    """Verify a proof offline: VALID (exit 0), INVALID and why (1), UNUSABLE (2).

    Example: suixin verify 17.tlog-proof --entry 17.entry --policy parties.policy
    """
    from suixin.evidence import verifier

    if save_verifier is not None:
        _save(save_verifier, as_json=as_json)
        return
    if proof is None or policy is None:
        raise typer.BadParameter(
            "Name the proof and its --policy; suixin verify --help tells more."
        )
    verdict = verifier.verify(proof, policy, entry=entry, opening=opening)
    if as_json:
        checks = [check._asdict() for check in verdict.checks]
        print_json({"status": verdict.status, "reason": verdict.reason, "checks": checks})
    else:
        for line in verdict.lines():
            typer.echo(line)
    raise typer.Exit(verifier.EXIT[verdict.status])


def _save(path: Path, *, as_json: bool) -> None:
    """Copy the verifier out whole; it needs nothing of ours to run."""
    from suixin.data.errors import InputError
    from suixin.data.write import atomic_path
    from suixin.evidence import verifier

    if path.is_dir():
        raise InputError("FOLDER", f"{path} is a folder.", "Name the file to write.")
    with atomic_path(path) as fresh:
        fresh.write_bytes(Path(verifier.__file__).read_bytes())
    if as_json:
        print_json({"saved": str(path)})
    else:
        typer.echo(f"Saved {path}; run it with python -I {path} --help")
