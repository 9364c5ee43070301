"""`suixin log …`: an institution's own log, served to who writes in it and who witnesses it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from suixin.cli.common import AsJson, faults_exit, print_json
from suixin.cli.witness import Host, Port, serve_until_stopped

Of = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the log.")]
PolicyFile = Annotated[Path, typer.Option("--policy", help="Witnesses with addresses, authors.")]


@faults_exit
def log_init(
    folder: Of,
    origin: Annotated[str, typer.Option("--origin", help="Such as bank.example/suixin/1.")],
    as_json: AsJson = False,
) -> None:
    """Begin a log with a key of its own.

    Example: suixin log init log --origin bank.example/suixin/1
    """
    import secrets

    from suixin.evidence import file_store, key_file
    from suixin.evidence.keys import ED25519, Signer

    made = Signer(origin, ED25519, secrets.token_bytes(32))
    file_store.create(folder, made.verifier)
    key_file.write(folder / "key", made)
    if as_json:
        print_json({"folder": str(folder), "key": str(made.verifier)})
    else:
        typer.echo(f"{folder} is the log {origin}. Give this line to the other parties:")
        typer.echo(f"log {made.verifier} https://…/log")


@faults_exit
def log_serve(
    folder: Of,
    policy: PolicyFile,
    host: Host = "127.0.0.1",
    port: Port = 8460,
    restored: Annotated[
        bool, typer.Option("--restored", help="It comes from a backup: first refill it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Serve a log: take entries in, sign each second, ask the witnesses, give proofs.

    Example: suixin log serve log --policy parties.policy --port 8460
    """
    from time import time

    from suixin.evidence import key_file, log_server, quorum
    from suixin.evidence import policy as policies
    from suixin.evidence.disk import disk_faults
    from suixin.evidence.fetch import ask
    from suixin.evidence.file_store import FileStore
    from suixin.evidence.log_service import LogService
    from suixin.kernel.day import date_of, local_day

    def clock() -> int:
        return int(time())

    with disk_faults(policy):
        parties = policies.parse(policy.read_bytes())
    quorum.of_policy(
        date_of(local_day(clock())), parties
    )  # Better told now than at the first head.
    signer = key_file.read(folder / "key")
    store = FileStore(folder)
    try:
        service = LogService(store, signer, parties, ask)
        if restored:
            typer.echo(f"{service.refill()} entries were refilled from the mirrors.", err=True)
        route = log_server.route(service, clock, lambda: date_of(local_day(clock())))
        with log_server.beating(service, clock):
            serve_until_stopped(route, host, port, as_json=as_json)
    finally:
        store.close()
