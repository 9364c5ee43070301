"""`suixin log …`: an institution's own log, served to who writes in it and who witnesses it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suixin.cli.common import AsJson, faults_exit, print_json
from suixin.cli.witness import Host, Port, serve_until_stopped

if TYPE_CHECKING:
    from suixin.evidence.keys import Verifier
    from suixin.evidence.merkle import Head

Of = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the log.")]
PolicyFile = Annotated[
    Path,
    typer.Option(
        "--policy", help="Witnesses with addresses, authors; or a folder of them by date."
    ),
]


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

    from suixin.data.errors import InputError, shown
    from suixin.evidence import file_store, key_file
    from suixin.evidence.keys import ED25519, Signer
    from suixin.evidence.policy import is_ours

    if not is_ours(origin):  # Elsewhere nobody would check who wrote an entry.
        wrong = f"{shown(origin)!r} is no origin of a log of ours: a domain, /suixin/ and a number."
        raise InputError("ORIGIN", wrong, "Name it as bank.example/suixin/1.")
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
    as_left: Annotated[
        bool, typer.Option("--as-left", help="It comes from none: sign before witnesses answer.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Serve a log: take entries in, sign each second, ask the witnesses, give proofs.

    Example: suixin log serve log --policy parties.policy --port 8460
    """
    from time import time

    from suixin.evidence import key_file, log_server, quorum
    from suixin.evidence.disk import disk_faults
    from suixin.evidence.fetch import ask
    from suixin.evidence.file_store import FileStore
    from suixin.evidence.log_service import LogService
    from suixin.kernel.day import date_of, local_day

    def clock() -> int:
        return int(time())

    with disk_faults(policy):
        policies = quorum.read(policy)
    signer = key_file.read(folder / "key")
    store = FileStore(folder)
    try:
        service = LogService(store, signer, policies, ask, clock())
        if as_left:
            service.as_left()
        if restored:
            typer.echo(f"{service.refill()} entries were refilled from the mirrors.", err=True)
        service.look_back()
        route = log_server.route(service, clock, lambda: date_of(local_day(clock())))
        with log_server.beating(service, clock):
            serve_until_stopped(route, host, port, as_json=as_json)
    finally:
        store.close()


@faults_exit
def log_rekey(
    folder: Of,
    note: Annotated[Path, typer.Argument(help="Where the text to be signed is written.")],
    policy: Annotated[
        Path | None, typer.Option("--signed-by", help="It is signed: take the new key up.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Replace a lost or stolen key: write what two parties must sign, then take the new key up.

    Example: suixin log rekey log new-key.note
    """
    import secrets

    from suixin.evidence import freeze, key_file
    from suixin.evidence import policy as policies
    from suixin.evidence.disk import disk_faults, sync, write_file
    from suixin.evidence.keys import ED25519, Signer

    old, head = _last_head(folder)
    fresh = folder / "key.next"
    if policy is None:
        if not fresh.exists():
            key_file.write(fresh, Signer(old.name, ED25519, secrets.token_bytes(32)))
        text = freeze.NewKey(old, key_file.read(fresh).verifier, head).text
        with disk_faults(note):
            write_file(note, text.encode())
        told = f"{note} is to be signed by two parties: suixin witness sign {note} --key …"
    else:
        with disk_faults(note):
            signed, parties = note.read_bytes(), policies.parse(policy.read_bytes())
        decided = freeze.read(signed, parties.authors)
        if not isinstance(decided, freeze.NewKey) or decided.new != key_file.read(fresh).verifier:
            wrong = f"{note} is not about the new key in {fresh}."
            raise freeze.DecisionFault("KEY", wrong, "Have them sign what rekey wrote.")
        with disk_faults(folder):
            write_file(folder / "key.pub", f"{decided.new}\n".encode())  # For when it is lost too.
            fresh.replace(folder / "key")
            sync(folder)
        told = f"{folder} signs with {decided.new} from its next head on."
    _say(told, as_json=as_json)


@faults_exit
def log_succeed(
    folder: Of,
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Folder of the new log.")],
    note: Annotated[Path, typer.Argument(help="Where the text to be signed is written.")],
    size: Annotated[int, typer.Option("--size", min=0, help="The last size all agree on.")],
    as_json: AsJson = False,
) -> None:
    """After a fork: write what all parties must sign, that a new log follows the old one's head.

    Example: suixin log succeed old new new-log.note --size 200
    """
    from suixin.data.errors import InputError
    from suixin.evidence import freeze
    from suixin.evidence.disk import disk_faults, write_file
    from suixin.evidence.file_store import FileStore, read_keys
    from suixin.evidence.keys import Verifier
    from suixin.evidence.merkle import Head, root

    key = read_keys(new).logs[0].key
    if not isinstance(key, Verifier):
        raise InputError("KEY_TYPE", f"The key of {new} is of a type not known here.")
    store = FileStore(folder)
    try:
        head = Head(size, root(size, store.node))
    finally:
        store.close()
    old = store.keys.logs[0].key.name
    with disk_faults(note):
        write_file(note, freeze.NewLog(old, key, head).text.encode())
    _say(
        f"{note} is to be signed by all parties: suixin witness sign {note} --key …",
        as_json=as_json,
    )


def _last_head(folder: Path) -> tuple[Verifier, Head]:
    """The key under a log's newest head, and that head; the secret key may be lost."""
    from suixin.data.errors import InputError
    from suixin.evidence import checkpoint, key_file, note
    from suixin.evidence.disk import read_if_there
    from suixin.evidence.file_store import read_keys
    from suixin.evidence.keys import Verifier, verifier

    key = read_keys(folder).logs[0].key
    public = read_if_there(folder / "key.pub")
    if (folder / "key").exists():
        key = key_file.read(folder / "key").verifier
    elif public is not None:
        key = verifier(public.decode("utf-8", "replace").strip())
    try:
        signed = (folder / "checkpoint").read_text("utf-8")
    except FileNotFoundError as fault:
        wrong = f"{folder} has signed no head yet."
        raise InputError("NO_HEAD", wrong, "Begin a log anew.") from fault
    if not isinstance(key, Verifier):
        raise InputError("KEY_TYPE", f"The key of {folder} is of a type not known here.")
    return key, checkpoint.read(note.open(signed, [key]).text).head


def _say(told: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"told": told})
    else:
        typer.echo(told)
