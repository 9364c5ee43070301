"""`suixin witness …`: see that a log only grows, keep a copy of it, and say so by signature."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suixin.cli.common import ENVIRONMENT_FAULT, INPUT_FAULT, AsJson, fail, faults_exit, print_json

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

    from suixin.evidence import witness_folder

    text = _read(policy).decode("utf-8", "surrogateescape")
    made = witness_folder.create(folder, name, secrets.token_bytes(32), text)
    if as_json:
        print_json({"folder": str(folder), "key": str(made.verifier)})
    else:
        typer.echo(f"{folder} is a witness. Give this line to the other parties:")
        typer.echo(f"witness {name.partition('.')[0]} {made.verifier} https://…/witness")


@faults_exit
def witness_serve(
    folder: Of,
    host: Host = "127.0.0.1",
    port: Port = 8461,
    look_seconds: Annotated[
        float, typer.Option("--look-seconds", min=1, help="How often to compare the others.")
    ] = 3_600,
    as_json: AsJson = False,
) -> None:
    """Serve a witness until it is stopped; see docs/witnesses.md.

    Example: suixin witness serve witness --port 8461
    """
    from time import time

    from suixin.evidence import witness_server
    from suixin.evidence.fetch import ask
    from suixin.evidence.watch import Watch, watching
    from suixin.evidence.witness_folder import WitnessFolder

    kept = WitnessFolder(folder, ask)
    try:
        route = witness_server.route(kept, lambda: int(time()))
        with watching(Watch(kept, ask), look_seconds):
            serve_until_stopped(route, host, port, as_json=as_json)
    finally:
        kept.close()


@faults_exit
def witness_monitor(
    policy: Annotated[Path, typer.Option("--policy", help="The log and its witnesses.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where to keep what is found.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare what every witness holds of each log; exit 1 where it is not one history.

    Exit 3 where nobody shows a head of a log: then nothing was compared.

    Example: suixin witness monitor --policy parties.policy --out evidence
    """
    from suixin.evidence import monitor
    from suixin.evidence import policy as policies
    from suixin.evidence.disk import disk_faults, write_file
    from suixin.evidence.fetch import ask
    from suixin.evidence.fork import Finding
    from suixin.evidence.witness import origin_id

    parties = policies.parse(_read(policy))
    found = [monitor.look(o, parties, ask) for o in dict.fromkeys(p.key.name for p in parties.logs)]
    kept = [pair.text() for one in found for pair in one.pairs]
    if out is not None and kept:
        with disk_faults(out):
            out.mkdir(parents=True, exist_ok=True)
            for text in kept:
                write_file(out / f"{origin_id(text)[:16]}.json", text.encode())
    for one in found:
        held = {s.name: s.found.size if s.found else s.told for s in one.sightings}
        if as_json:
            print_json({"origin": one.origin, "finding": one.finding, "held": held})
        else:
            typer.echo(f"{one.origin}: {one.finding}")
            for name, told in held.items():
                typer.echo(f"  {name}: {told if isinstance(told, str) else f'{told} entries'}")
    if any(one.finding is not Finding.AGREE for one in found):
        raise typer.Exit(INPUT_FAULT)
    for one in found:
        if all(seen.found is None for seen in one.sightings):
            if not as_json:
                typer.echo(f"Of {one.origin} nobody shows a head: nothing was compared.", err=True)
            raise typer.Exit(ENVIRONMENT_FAULT)


@faults_exit
def witness_decide(
    folder: Of,
    note: Annotated[Path, typer.Argument(help="What the parties decided, signed by enough.")],
    url: Annotated[str, typer.Option("--url", help="Address of a new log, to mirror it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Carry out what the parties signed: a new key of a log, or a new log after a fork.

    Example: suixin witness decide witness new-key.note
    """
    from suixin.evidence.fetch import ask
    from suixin.evidence.witness_folder import WitnessFolder

    kept = WitnessFolder(folder, ask)
    try:
        made = kept.decide(_read(note).decode("utf-8", "replace"), url)
    finally:
        kept.close()
    keys = [str(one.key) for one in made.keys]
    if as_json:
        print_json({"origin": made.origin, "keys": keys, "size": made.head.size})
    else:
        typer.echo(f"{made.origin} is witnessed from {made.head.size} entries on by {keys[-1]}")


@faults_exit
def witness_thaw(
    folder: Of,
    origin: Annotated[str, typer.Option("--origin", help="The log.")],
    as_json: AsJson = False,
) -> None:
    """Go on with a log that was frozen for want of a proof, once people know why it was missing.

    Example: suixin witness thaw witness --origin bank.example/suixin/1
    """
    from suixin.evidence.fetch import ask
    from suixin.evidence.witness_folder import WitnessFolder

    kept = WitnessFolder(folder, ask)
    try:
        seen = kept.thaw(origin)
    finally:
        kept.close()
    if as_json:
        print_json({"origin": seen.origin, "size": seen.head.size})
    else:
        typer.echo(f"{seen.origin} is witnessed again from {seen.head.size} entries on.")


@faults_exit
def witness_sign(
    note: Annotated[Path, typer.Argument(help="A text, or a note that others signed before.")],
    key: Annotated[Path, typer.Option("--key", help="File of the secret key to sign with.")],
    as_json: AsJson = False,
) -> None:
    """Put one's signature under what the parties decide; read the text before.

    Example: suixin witness sign new-key.note --key author.key
    """
    from suixin.evidence import key_file
    from suixin.evidence import note as notes
    from suixin.evidence.disk import disk_faults, write_file
    from suixin.evidence.keys import ED25519, KeyFault

    signer = key_file.read(key)
    if signer.type != ED25519:
        wrong = f"{key} is the key of a witness; it signs heads of logs alone."
        raise KeyFault("KEY_TYPE", wrong, "Sign with the key by which you sign entries.")
    raw = _read(note).decode("utf-8", "replace")
    whole = notes.read(raw) if "\n\n" in raw else notes.Note(raw, ())
    signed = notes.write(whole.text, [*whole.signatures, notes.sign(whole.text, signer)])
    with disk_faults(note):
        write_file(note, signed.encode())
    if as_json:
        print_json({"note": str(note), "signatures": len(notes.read(signed).signatures)})
    else:
        typer.echo(f"{note} now has {len(notes.read(signed).signatures)} signatures.")


def _read(path: Path) -> bytes:
    from suixin.data.errors import InputError

    try:
        return path.read_bytes()
    except OSError as wrong:
        raise InputError("NO_FILE", f"{path} cannot be read: {wrong.strerror}.", "") from wrong


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
