"""`suixin gaming`: what each attack on a score spends, and what limit it buys."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from suixin.cli.common import AsJson, Folder, On, Policies, faults_exit, print_json


@faults_exit
def gaming(
    folder: Folder,
    on: On,
    subject: Annotated[
        str | None, typer.Option("--subject", help="For whom (default: one of the middle).")
    ] = None,
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Attack one shop of a folder of CSV feeds in every known way; the folder is not touched.

    Example: suixin gaming county/ --on 2026-06-30
    """
    from suixin.credit.gaming.lab import run_lab
    from suixin.tables import show_attacks, steps

    with steps(1, quiet=as_json) as step:
        step("attacking")
        results = run_lab(folder, on=on, subject=subject, policies=policies)
    if as_json:
        print_json({"attacks": [
            {**asdict(one), "bought_bps": one.bought_bps, "held": one.held} for one in results
        ]})  # fmt: skip
        return
    show_attacks(results)
