"""`suixin log …` on a folder, without serving it: entries in, heads signed, proofs out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suixin.cli.common import AsJson, faults_exit, print_json

if TYPE_CHECKING:
    from suixin.evidence.entry import Sealed
    from suixin.evidence.file_store import FileStore

Of = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the log.")]
By = Annotated[Path, typer.Option("--by", metavar="FILE", help="Secret key of the author.")]
Openings = Annotated[
    Path,
    typer.Option("--openings", metavar="DIR", help="Where salts and private parts are kept."),
]
Policy = Annotated[
    str, typer.Option("--policy", metavar="NAME", help="Dated policies it followed.")
]
At = Annotated[int | None, typer.Option("--at", min=0, help="POSIX second; without it, now.")]


@faults_exit
def log_keygen(
    name: Annotated[str, typer.Argument(help="Name, such as bank.example/suixin/1.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="File of the secret key.")],
    witness: Annotated[bool, typer.Option("--witness", help="A key to cosign with.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a key: the secret in a file, the public one printed and in FILE.pub beside it.

    Example: suixin log keygen shop.example/orders --out shop.key
    """
    import secrets

    from suixin.evidence import key_file
    from suixin.evidence.disk import disk_faults, write_file
    from suixin.evidence.keys import COSIGNATURE, ED25519, Signer

    made = Signer(name, COSIGNATURE if witness else ED25519, secrets.token_bytes(32))
    key_file.write(out, made)
    public = out.with_name(f"{out.name}.pub")
    with disk_faults(public):
        write_file(public, f"{made.verifier}\n".encode())
    if as_json:
        print_json({"key": str(made.verifier), "file": str(out)})
    else:
        typer.echo(made.verifier)


@faults_exit
def log_admit(
    folder: Of,
    keys: Annotated[
        list[str], typer.Argument(metavar="KEY…", help="Public keys, or files of one each.")
    ],
    as_json: AsJson = False,
) -> None:
    """Let authors write in the log, or have it keep the cosignatures of witnesses.

    Example: suixin log admit log shop.key.pub
    """
    from suixin.evidence.keys import verifier

    texts = [
        _bytes(Path(key)).decode("utf-8", "replace") if Path(key).is_file() else key for key in keys
    ]
    admitted = [verifier(text.strip()) for text in texts]
    with _opened(folder) as store:
        for key in admitted:
            store.admit(key)
        authors, witnesses = len(store.keys.authors), len(store.keys.witnesses)
    if as_json:
        print_json({"authors": authors, "witnesses": witnesses})
    else:
        typer.echo(f"authors: {authors}, witnesses: {witnesses}")


@faults_exit
def log_append(
    folder: Of,
    by: By,
    kind: Annotated[str, typer.Option("--kind", help="order, settlement, consent, decision …")],
    private: Annotated[Path, typer.Option("--private", help="File of what must not be logged.")],
    openings: Openings,
    policy: Policy = "",
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Log an entry that commits to a private file under a fresh salt; both are kept aside.

    Example: suixin log append log --by shop.key --kind order --private o-17.json --openings private
    """
    import secrets

    from suixin.data.errors import InputError
    from suixin.evidence import entry, key_file, log
    from suixin.evidence.openings import Openings as Kept

    if kind not in set(entry.Kind) - entry.OPEN_KINDS - entry.NAMING_KINDS:
        raise typer.BadParameter(f"{kind!r} is no kind of entry with a private part.")
    author = key_file.read(by)
    opening = entry.Opening(secrets.token_bytes(entry.SALT_BYTES), _bytes(private))
    kept = Kept(openings)
    with _opened(folder) as store:
        body = entry.Body(
            entry.Kind(kind), _now(at), store.next_seq(author.name), opening.commitment, (), policy
        )
        sealed = _admitted(store, entry.seal(body, author))
        kept.put(sealed.leaf, opening)  # First: without it the entry would say nothing.
        try:
            (index,) = log.append(store, [sealed])
        except InputError:  # Where the disk failed instead, the entry may be there after all.
            kept.forget(sealed.leaf)
            raise
    _tell_entry(index, sealed.leaf, as_json=as_json)


@faults_exit
def log_erase(
    folder: Of,
    names: Annotated[
        list[str], typer.Argument(metavar="ENTRY…", help="Indexes, or leaf hashes in hex.")
    ],
    by: By,
    openings: Openings,
    policy: Policy = "",
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Erase salts and private parts, then log that this was done; every proof stays valid.

    Example: suixin log erase log 17 --by shop.key --openings private --policy privacy@2026-01-01
    """
    from suixin.data.errors import InputError
    from suixin.evidence import entry, key_file, log
    from suixin.evidence.openings import Openings as Kept

    author, kept = key_file.read(by), Kept(openings)
    with _opened(folder) as store:
        leaves = [_leaf(store, name) for name in names]
        seq = store.next_seq(author.name)
        sealed = _admitted(store, entry.erase(leaves, author, at=_now(at), seq=seq, policy=policy))
        if not openings.is_dir():
            wrong = f"There is no folder {openings}; nothing was erased, and nothing logged."
            raise InputError("NO_OPENINGS", wrong, "Name the folder that log append was given.")
        for name, leaf in zip(names, leaves, strict=True):
            if not kept.forget(leaf):
                typer.echo(f"Of entry {name} nothing was left in {openings}.", err=True)
        (index,) = log.append(store, [sealed])
    _tell_entry(index, sealed.leaf, as_json=as_json)


@faults_exit
def log_sign(folder: Of, as_json: AsJson = False) -> None:
    """Sign the head of all that is logged, with the log's key; from then on it can be proved.

    It asks no witness: a folder out of a backup is served again (log serve --restored), not signed.

    Example: suixin log sign log
    """
    from suixin.evidence import key_file, log

    by = key_file.read(folder / "key")
    with _opened(folder) as store:
        note = log.checkpoint(store, by)
    if as_json:
        print_json({"checkpoint": note})
    else:
        typer.echo(note, nl=False)


@faults_exit
def log_prove(
    folder: Of,
    index: Annotated[int, typer.Argument(min=0, help="Index of the entry.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where proof and entry go.")],
    as_json: AsJson = False,
) -> None:
    """Write the proof of an entry, and the entry as it was logged: what `suixin verify` takes.

    Example: suixin log prove log 0 --out proofs
    """
    from suixin.evidence import log
    from suixin.evidence.disk import disk_faults, write_file

    with _opened(folder) as store:
        proof = log.prove(store, index)
        (entry,) = store.entries(index, index + 1)
    paths = {"proof": out / f"{index}.tlog-proof", "entry": out / f"{index}.entry"}
    with disk_faults(out):
        out.mkdir(parents=True, exist_ok=True)
        write_file(paths["proof"], str(proof).encode())
        write_file(paths["entry"], entry)
    if as_json:
        print_json({name: str(path) for name, path in paths.items()})
    else:
        for path in paths.values():
            typer.echo(path)


@faults_exit
def log_show(
    folder: Of,
    first: Annotated[int, typer.Option("--from", min=0, help="Index of the first entry.")] = 0,
    count: Annotated[int, typer.Option("--count", min=0, help="How many at most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show the signed head and entries with their leaf hashes, also while the log is served.

    Example: suixin log show log --from 0 --count 20
    """
    from suixin.evidence import checkpoint, note
    from suixin.evidence.audit import Folder
    from suixin.evidence.canonical import read_entry
    from suixin.evidence.log import LogFault
    from suixin.evidence.merkle import leaf_hash
    from suixin.evidence.tiles import Static

    files = Folder(folder)
    raw = files.read("checkpoint")
    if raw is None:
        raise LogFault("NO_HEAD", f"No head is signed in {folder}.", "Sign one: suixin log sign.")
    head = checkpoint.read(note.read(raw).text)
    static, shown = Static(files.read, head.size), []
    start = min(first, head.size)
    for index, one in enumerate(static.entries(start, min(start + count, head.size)), start):
        told, leaf = read_entry(one), leaf_hash(one).hex()
        body = {name: told["body"][name] for name in ("kind", "seq", "at")}
        shown.append({"index": index, "leaf": leaf, "by": told["by"], **body})
    if as_json:
        print_json({"origin": head.origin, "size": head.size, "entries": shown})
        return
    typer.echo(f"{head.origin}, {head.size} entries signed")
    for line in shown:
        typer.echo(" ".join(str(line[name]) for name in ("index", "leaf", "kind", "by", "seq")))


@contextmanager
def _opened(folder: Path) -> Iterator[FileStore]:
    """A log to write in; what its opening had to cut away is said on stderr."""
    from suixin.evidence.file_store import FileStore

    store = FileStore(folder)
    if store.repaired:
        typer.echo(f"repaired: {store.repaired}", err=True)
    try:
        yield store
    finally:
        store.close()


def _admitted(store: FileStore, sealed: Sealed) -> Sealed:
    """The same entry, where the log admits its author; else nothing is kept, erased or logged."""
    from suixin.evidence import entry

    return entry.open(sealed.raw, entry.authors(store.keys.authors))


def _tell_entry(index: int, leaf: bytes, *, as_json: bool) -> None:
    if as_json:
        print_json({"index": index, "leaf": leaf.hex()})
    else:
        typer.echo(f"entry {index}, leaf {leaf.hex()}")


def _leaf(store: FileStore, name: str) -> bytes:
    """The leaf hash of an entry that is in the log, by index or by itself."""
    from suixin.evidence.checkpoint import decimal
    from suixin.evidence.log import LogFault
    from suixin.evidence.merkle import leaf_hash

    index = decimal(name)
    if index is not None and index < store.size():
        return leaf_hash(next(store.entries(index, index + 1)))
    try:
        found = bytes.fromhex(name)
    except ValueError:
        found = b""
    if index is None and len(found) != 32:
        raise typer.BadParameter(f"{name!r} is no index and no leaf hash of 64 digits in hex.")
    if store.find(found) is None:
        wrong = f"There is no entry {name} in {store.folder}."
        raise LogFault("NO_ENTRY", wrong, "Name one that suixin log show prints.")
    return found


def _bytes(path: Path) -> bytes:
    from suixin.data.errors import InputError

    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError) as fault:
        raise InputError("NO_FILE", f"{path} is no file.", "Name a file that is there.") from fault


def _now(at: int | None) -> int:
    from time import time

    return int(time()) if at is None else at
