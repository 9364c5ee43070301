"""Public vectors of logs, notes, witnesses and verifiers, every row of every file counted.

`python -m bench.evidence DIR` reads files in the form of `data/trust` by their names. Where a
second implementation is at hand it must give the same answer in the same run, or the row has not
passed: the verifier's own Ed25519 and its own reading of proofs, and the `rfc8785` library.
"""

from __future__ import annotations

import argparse
import json
import struct
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import rfc8785

from bench import SHARED, last_line, table
from suixin.data.errors import InputError
from suixin.evidence import canonical, checkpoint, keys, merkle, note, sm3, verifier, witness
from suixin.evidence import policy as policies
from suixin.evidence import proof as proofs
from suixin.evidence.keys import COSIGNATURE, Signer
from suixin.evidence.merkle import Head, Tree
from suixin.evidence.tiles import ENTRIES, WIDTH, Static, Tile, read_path, spans
from suixin.evidence.witness import LogKey, Seen

SMALL = (str(SHARED / "trust"),)

Rows = Iterator[tuple[str, bool]]
"""What a row is about, and whether it came out as the file says."""


def main(arguments: Sequence[str]) -> str:
    """Print a line for each file, and each row that did not pass; the last line has the sums."""
    parser = argparse.ArgumentParser(prog="bench.evidence")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(arguments).folder
    lines, failed, passed, total = [], [], 0, 0
    for name, rows in FILES.items():
        if not (folder / name).exists():
            lines.append([name, "absent", ""])
            continue
        found = list(rows(folder / name))
        good = sum(right for _, right in found)
        lines.append([name, good, len(found)])
        failed += [f"{name}: {what}" for what, right in found if not right]
        passed, total = passed + good, total + len(found)
    unknown = sorted(path.name for path in folder.glob("*.json") if path.name not in FILES)
    lines += [[name, "not known", ""] for name in unknown]
    print(table(["file", "passed", "rows"], lines))
    for what in failed:
        print(f"failed: {what}")
    line = last_line("bench.evidence", passed=passed, total=total)
    print(line)
    return line


def merkle_roots(path: Path) -> Rows:
    told = _read(path)
    tree = Tree(merkle.leaf_hash(bytes.fromhex(text)) for text in told["leaf_inputs_hex"])
    for size, root in enumerate(told["roots_by_size_hex"]):
        yield f"root of {size}", tree.head(size).root.hex() == root
    for level, nodes in enumerate(told["complete_nodes_by_level_hex"]):
        for index, node in enumerate(nodes):
            yield f"node {level}/{index}", tree.node(level, index).hex() == node
    for one in told["single_hashes"]:
        yield one["what"], _single_hash(one["what"]) == one["sha256"]


def _single_hash(what: str) -> str | None:
    """The hash that a description asks for, or None where it is not known how to make it."""
    words = what.replace(",", "").split()
    match words:
        case ["empty", "tree"]:
            found = merkle.EMPTY_ROOT
        case ["leaf", "empty", "input"]:
            found = merkle.leaf_hash(b"")
        case ["leaf", "input", "ASCII", text]:
            found = merkle.leaf_hash(text.encode())
        case ["node", "children", "ASCII", left, "and", right, *_]:
            found = merkle.node_hash(left.encode(), right.encode())
        case _:
            return None
    return found.hex()


def inclusion_probes(path: Path) -> Rows:
    for row in _read(path):

        def check(row: dict[str, Any] = row) -> None:
            head = Head(row["treeSize"], _bytes(row["root"]))
            hashes = [_bytes(text) for text in row["proof"] or ()]
            merkle.check_inclusion(_bytes(row["leafHash"]), row["leafIdx"], hashes, head)

        yield row["file"], _holds(check) is not row["wantErr"]


def consistency_probes(path: Path) -> Rows:
    for row in _read(path):

        def check(row: dict[str, Any] = row) -> None:
            old = Head(row["size1"], _bytes(row["root1"]))
            new = Head(row["size2"], _bytes(row["root2"]))
            merkle.check_consistency(old, new, [_bytes(text) for text in row["proof"] or ()])

        yield row["file"], _holds(check) is not row["wantErr"]


def signed_notes(path: Path) -> Rows:
    for row in _read(path):
        try:
            opened = note.open(row["note"], [keys.verifier(text) for text in row["vkeys"]])
            found = [f"{one.by.name}+{one.by.id.hex()}" for one in opened.signed]
        except InputError:
            found = []
        yield row["desc"], sorted(found) == sorted(row["verified"])


def verifier_keys(path: Path) -> Rows:
    for row in _read(path):
        yield row["vkey"], _holds(lambda text=row["vkey"]: keys.verifier(text)) is row["ok"]


def witness_dialogue(path: Path) -> Rows:
    told = _read(path)
    log = keys.verifier(told["log_vkey"])
    state: witness.State = {log.name: Seen(log.name, (LogKey(log),))}
    for number, step in enumerate(told["steps"], 1):
        state, answer = witness.add_checkpoint(state, step["request"].encode(), _WITNESS, number)
        right = answer.status == step["status"]
        right &= step["body"] is None or answer.body == step["body"]
        right &= step["body_contains"] is None or step["body_contains"] in answer.body
        yield f"step {number}", right


def witness_table(path: Path) -> Rows:
    for row in _read(path):
        log = keys.verifier(row["log_vkey"])
        before = row["seen_before"]
        seen = Seen(log.name, (LogKey(log),))
        if before:
            head = checkpoint.read(note.open(before, [log]).text).head
            seen = Seen(log.name, (LogKey(log),), head, before)
        request = row["request"].encode()
        _, answer = witness.add_checkpoint({log.name: seen}, request, _WITNESS, 1)
        yield row["desc"], answer.status == row["status"]


def tlog_proofs(path: Path) -> Rows:
    """Every listed key must have signed; ours and the lone verifier must agree."""
    for row in _read(path):
        entry, text = bytes.fromhex(row["leaf_hex"]), _policy_of(row)

        def ours(row: dict[str, Any] = row, entry: bytes = entry, text: str = text) -> None:
            read = proofs.read(row["tlog_proof"])
            accepted = policies.accept(policies.parse(text), read.checkpoint)
            leaf, head = merkle.leaf_hash(entry), accepted.checkpoint.head
            merkle.check_inclusion(leaf, read.index, read.path, head)

        alone = verifier.verify(row["tlog_proof"].encode(), text.encode(), entry=entry)
        yield row["desc"], _holds(ours) is bool(alone) is row["ok"]


def _policy_of(row: dict[str, Any]) -> str:
    names = [f"w{number}" for number in range(len(row["witness_vkeys"]))]
    lines = [f"log {row['log_vkey']}"]
    lines += [f"witness {n} {key}" for n, key in zip(names, row["witness_vkeys"], strict=True)]
    lines += [f"group every all {' '.join(names)}", "quorum every"] if names else ["quorum none"]
    return "".join(f"{line}\n" for line in lines)


def tiles_small(path: Path) -> Rows:
    """Each size: entries, their hashes and the signed root must fit one another."""
    log = keys.verifier((path / "vkey").read_text("utf-8").strip())
    for signed in sorted(path.glob("checkpoint.*"), key=lambda one: int(one.suffix[1:])):

        def check(signed: Path = signed) -> None:
            head = checkpoint.read(note.open(signed.read_bytes(), [log]).text).head
            static = Static(lambda name: _file(path / name), head.size)
            leaves = [merkle.leaf_hash(entry) for entry in static.entries(0, head.size)]
            if Tree(leaves).head() != head or merkle.root(head.size, static.node) != head.root:
                raise merkle.ProofError("ROOT", "another root")

        yield signed.name, _holds(check)


def tile_paths(path: Path) -> Rows:
    told = _read(path)
    for row in told["paths"]:
        level = ENTRIES if row["level"] == "entries" else row["level"]
        tile = Tile(level, row["index"], row["width"] or WIDTH)
        yield row["path"], tile.path == row["path"] and read_path(row["path"]) == tile
    for row in told["tree_sizes"]:
        found = {
            str(level): {"full": full, "partial": width}
            for level, (full, width) in enumerate(spans(row["size"]))
        }
        yield f"size {row['size']}", found == row["tiles"]


def json_canonical(path: Path) -> Rows:
    told = _read(path)
    for row in told["documents"]:
        ours = _text(lambda row=row: canonical.of_text(row["input"]).hex())
        theirs = _text(lambda row=row: rfc8785.dumps(json.loads(row["input"])).hex())
        yield row["name"], ours == row["output_hex"] and theirs in (None, ours)
    for row in told["ieee754_numbers"]:
        (value,) = struct.unpack(">d", bytes.fromhex(row["bits_hex"]))
        ours = _text(lambda value=value: canonical.number(value))
        theirs = _text(lambda value=value: rfc8785.dumps(value).decode())
        yield row["bits_hex"], ours == theirs == row["text"]


def ed25519(path: Path) -> Rows:
    for row in _read(path):
        key, message, signature = (bytes.fromhex(row[name]) for name in ("pk", "msg", "sig"))
        ours = keys.verifies(key, signature, message)
        alone = verifier.signed_by(key, message, signature)
        yield f"{row['id']} {row['comment']}", ours is alone is row["valid"]


def sm3_hashes(path: Path) -> Rows:
    for row in _read(path):
        yield repr(row["text"]), sm3.digest(row["text"].encode()).hex() == row["sm3"]


FILES: dict[str, Callable[[Path], Rows]] = {
    "merkle_roots.json": merkle_roots,
    "inclusion_probes.json": inclusion_probes,
    "consistency_probes.json": consistency_probes,
    "signed_notes.json": signed_notes,
    "verifier_keys.json": verifier_keys,
    "witness_dialogue.json": witness_dialogue,
    "witness_table.json": witness_table,
    "tlog_proofs.json": tlog_proofs,
    "tiles_small": tiles_small,
    "tile_paths.json": tile_paths,
    "rfc8785.json": json_canonical,
    "ed25519.json": ed25519,
    "sm3.json": sm3_hashes,
}
_WITNESS = Signer("bench.example/witness", COSIGNATURE, bytes(32))


def _holds(check: Callable[[], object]) -> bool:
    """Whether it comes to an end; a refusal is one of ours, any other exception a bug."""
    try:
        check()
    except InputError:
        return False
    return True


def _text(made: Callable[[], str]) -> str | None:
    try:
        return made()
    except (InputError, rfc8785.CanonicalizationError):
        return None


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _bytes(text: str | None) -> bytes:
    return b64decode(text or "")


def _file(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


if __name__ == "__main__":
    main(sys.argv[1:])
