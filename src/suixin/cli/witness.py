"""`suixin witness …`: see that a log only grows, keep a copy of it, and say so by signature."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suixin.cli.common import ENVIRONMENT_FAULT, AsJson, fail, faults_exit, print_json

if TYPE_CHECKING:
    from suixin.evidence.serving import Route

Of = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the witness.")]
Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65_535, help="0: any that is free.")]


@faults_exit
def witness_init(
    folder: Of,
    name: Annotated[str, typer.Option("--name", help="Its name, such as bank.example/witness.")],
    policy: Annotated[
        Path, typer.Option("--policy", help="The logs it shall know, with addresses.")
    ],
    as_json: AsJson = False,
) -> None:
    """Begin a witness: a key of its own, and the logs it shall know.

    Example: suixin witness init witness --name bank.example/witness --policy parties.policy
    """
    import secrets

    from suixin.data.errors import InputError
    from suixin.evidence import witness_folder

    try:
        text = policy.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise InputError(
            "POLICY", f"{policy} cannot be read: {wrong}.", "Name the policy."
        ) from wrong
    made = witness_folder.create(folder, name, secrets.token_bytes(32), text)
    if as_json:
        print_json({"folder": str(folder), "key": str(made.verifier)})
    else:
        typer.echo(f"{folder} is a witness. Give this line to the other parties:")
        typer.echo(f"witness {name.partition('.')[0]} {made.verifier} https://…/witness")


@faults_exit
def witness_serve(
    folder: Of, host: Host = "127.0.0.1", port: Port = 8461, as_json: AsJson = False
) -> None:
    """Serve a witness until it is stopped; see docs/witnesses.md.

    Example: suixin witness serve witness --port 8461
    """
    from time import time

    from suixin.evidence import witness_server
    from suixin.evidence.fetch import ask
    from suixin.evidence.witness_folder import WitnessFolder

    kept = WitnessFolder(folder, ask)
    try:
        route = witness_server.route(kept, lambda: int(time()))
        serve_until_stopped(route, host, port, as_json=as_json)
    finally:
        kept.close()


def serve_until_stopped(route: Route, host: str, port: int, *, as_json: bool) -> None:
    """Listen, say where, and serve; an address that cannot be had is the environment's fault."""
    from suixin.evidence.serving import Server, run_until_stopped

    try:
        server = Server(host, port, route)
    except OSError as fault:
        told = f"{host}:{port} cannot be listened on: {fault.strerror}."
        fail("ADDRESS", told, "Name another --port.", ENVIRONMENT_FAULT, as_json=as_json)

    def ready(url: str) -> None:
        if as_json:
            print_json({"url": url})
        else:
            typer.echo(f"Listening on {url}; Ctrl-C stops it.")
        sys.stdout.flush()

    run_until_stopped(server, ready=ready)
