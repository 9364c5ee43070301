"""`suixin policy …`: dated values with their references."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from suixin.cli.common import INPUT_FAULT, AsJson, On, Policies, faults_exit, print_json


@faults_exit
def policy_show(
    name: Annotated[str, typer.Argument(help="A policy, or one parameter of it.")],
    on: On,
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Show the values in force on a day, each with the text that set it.

    Example: suixin policy show terms --on 2026-06-30
    """
    from suixin.credit.sheets import named

    found = named(name, on, policies)
    if as_json:
        print_json({key: asdict(setting) for key, setting in found.items()})
        return
    for key, setting in found.items():
        typer.secho(key, bold=True)
        typer.echo(f"  {json.dumps(setting.value, ensure_ascii=False, default=list)}")
        typer.echo(f"  since {setting.since}, {setting.confidence}: {setting.reference}")


@faults_exit
def policy_check(
    folder: Annotated[Path, typer.Argument(help="Folder of an institution's policy YAML.")],
    as_json: AsJson = False,
) -> None:
    """Check an institution's overrides: every fault with its file and line.

    Example: suixin policy check our-policies/
    """
    from suixin.kernel.policy import check_policies

    faults = check_policies(folder)
    if as_json:
        print_json(
            {"faults": [{"file": f.file, "line": f.line, "message": f.message} for f in faults]}
        )
    else:
        for fault in faults:
            typer.echo(str(fault), err=True)
        typer.echo("no fault" if not faults else f"{len(faults)} faults")
    if faults:
        raise typer.Exit(INPUT_FAULT)
