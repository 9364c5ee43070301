"""A witness in a folder: its key, what it holds of each log, and its copy of their entries.

    key                  its secret key; nobody else may read it
    policy               the logs it knows, each with its address, and the parties' keys
    logs/ID/seen         what it holds of one log: keys, newest cosigned note, why frozen, forks
    logs/ID/mirror       the log's entries and tiles, as the log itself serves them
    logs/ID/rewritten-N  what the log serves in place of entry N, where it forked
    logs/ID/unproven-…   two notes between which no proof could be had
    logs/ID/decision-…   what the parties decided on the log, as they signed it

ID is the SHA-256 of the log's origin. What is cosigned is on the disk before the answer leaves.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock

from suixin.data.errors import InputError, shown
from suixin.evidence import (
    file_store,
    fork,
    freeze,
    key_file,
    log,
    note,
    policy,
    seen_file,
    witness,
)
from suixin.evidence.disk import disk_faults, read_if_there, write_file
from suixin.evidence.entry import EntryFault
from suixin.evidence.fetch import Ask, FetchFault, files
from suixin.evidence.file_store import FileStore
from suixin.evidence.fork import Finding, Fork
from suixin.evidence.keys import COSIGNATURE, Signer, Verifier
from suixin.evidence.log import LogFault
from suixin.evidence.merkle import Node, ProofError
from suixin.evidence.policy import Policy
from suixin.evidence.store import StoreFault
from suixin.evidence.tiles import Static, read_path
from suixin.evidence.witness import (
    CONFLICT,
    UNAVAILABLE,
    UNPROCESSABLE,
    Answer,
    LogKey,
    Pending,
    Refused,
    Seen,
    origin_id,
)


def create(folder: Path, name: str, seed: bytes, policy_text: str) -> Signer:
    """Begin a witness: 32 random bytes become its key; raises `InputError`, `DiskError`.

    >>> import tempfile
    >>> made = create(Path(tempfile.mkdtemp()), "bank.example/witness", bytes(32), "quorum none\\n")
    >>> str(made.verifier).split("+")[0]
    'bank.example/witness'
    """
    made = Signer(name, COSIGNATURE, seed)
    policy.parse(policy_text)
    key_file.write(folder / "key", made)
    with disk_faults(folder):
        write_file(folder / "policy", policy_text.encode())
    return made


class WitnessFolder:
    """A witness at work; one process holds it. `ask` reaches the logs it mirrors."""

    def __init__(self, folder: Path, ask: Ask) -> None:
        """Open what `create` began; raises `InputError`, `StoreFault`, `DiskError`."""
        self.signer = key_file.read(folder / "key")
        with disk_faults(folder):
            self.policy: Policy = policy.parse((folder / "policy").read_bytes())
            self._lock = _locked(folder / "lock")
        self._folder = folder
        self._ask = ask
        self._seen: dict[str, Seen] = {}
        self._mirrors: dict[str, FileStore] = {}
        self._urls: dict[str, str] = {}
        self._locks: dict[str, Lock] = {}
        try:
            # Of one origin the last key listed is in use; proofs of old heads need the others.
            for party in {party.key.name: party for party in self.policy.logs}.values():
                if isinstance(party.key, Verifier):
                    self._open(party.key, party.url)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let another process have it."""
        for mirror in self._mirrors.values():
            mirror.close()
        self._mirrors.clear()
        os.close(self._lock)

    def seen(self, log_id: str) -> Seen | None:
        """What is held of a log by the id of its origin."""
        return next((seen for seen in list(self._seen.values()) if seen.id == log_id), None)

    def static(self, log_id: str, path: str) -> bytes | None:
        """A tile or bundle of a log's mirror, or None where there is none."""
        file = self._folder / "logs" / log_id / "mirror" / path
        if self.seen(log_id) is None or read_path(path) is None:
            return None
        return read_if_there(file)

    def add_checkpoint(self, raw: bytes, time: int) -> Answer:
        """Judge, mirror, cosign, keep; only then is there an answer. See `witness.judge`."""
        origin = raw.partition(b"\n\n")[2].partition(b"\n")[0].decode("utf-8", "replace")
        with self._locks.get(origin, Lock()):
            judged = witness.judge(self._seen, raw)
            if isinstance(judged, Refused):
                return self._refused(judged)
            try:
                self._mirrored(judged)
            except (EntryFault, FetchFault, LogFault, ProofError, StoreFault) as fault:
                wrong = isinstance(fault, EntryFault) or fault.code == "FORK"
                status = UNPROCESSABLE if wrong else UNAVAILABLE
                answer = Answer(status, f"{fault.message}\n", fault.message)
                return self._refused(Refused(answer, judged))
            seen, answer = witness.cosign(judged, self.signer, time)
            self._keep(seen)
            return answer

    def add_fork(self, raw: bytes) -> Answer:
        """Take the proof of a fork from anybody; it proves itself, and freezes the log here."""
        try:
            found = fork.read(raw)
            origin = note.read(found.smaller).text.partition("\n")[0]
            seen = self._seen.get(origin)
            if seen is None:
                return Answer(witness.NOT_FOUND, "The log is not known here.\n")
            self._proven(found, seen)
        except InputError as fault:
            return Answer(UNPROCESSABLE, f"{fault.message}\n", fault.message)
        with self._locks[origin]:
            self._keep(witness.frozen(self._seen[origin], found))
        return Answer(witness.OK, "frozen\n")

    def freeze(self, origin: str, pairs: Sequence[Fork], why: str) -> None:
        """Cosign a log no more, for want of a proof; the notes that lack it are kept."""
        with self._locks[origin]:
            seen = self._seen[origin]
            if seen.frozen:
                return
            for pair in pairs:
                raw = pair.text()
                kept = self._of(origin) / f"unproven-{origin_id(raw)[:16]}"
                with disk_faults(kept):
                    write_file(kept, raw.encode())
            self._keep(replace(seen, frozen=why))

    def thaw(self, origin: str) -> Seen:
        """Go on with a log that was frozen for want of a proof; one that forked stays frozen."""
        seen = self._seen.get(origin)
        if seen is None or not seen.frozen or seen.forks:
            why = "It forked; the parties begin a new log." if seen and seen.forks else ""
            raise freeze.DecisionFault("FROZEN", f"{shown(origin)} cannot be thawed. {why}".strip())
        with self._locks[origin]:
            self._keep(replace(seen, frozen=""))
            return self._seen[origin]

    def decide(self, raw: str, url: str = "") -> Seen:
        """Carry out what the parties decided, a new key or a new log; raises `DecisionFault`."""
        decided = freeze.read(raw, self.policy.authors)
        origin = decided.new.name if isinstance(decided, freeze.NewKey) else decided.old
        seen = self._seen.get(origin)
        if seen is None:
            raise freeze.DecisionFault("KEY", f"The log {shown(origin)} is not known here.")
        with self._locks[origin]:
            if isinstance(decided, freeze.NewKey):
                made = freeze.with_new_key(seen, decided)
            else:
                made = freeze.successor(seen, decided, self._mirrors[origin].node)
            kept = self._of(origin) / f"decision-{origin_id(raw)[:16]}"
            with disk_faults(kept):
                write_file(kept, raw.encode())
            if isinstance(decided, freeze.NewKey):
                self._keep(made)
                return made
        self._open(decided.new, url, made)
        return made

    def _proven(self, found: Fork, seen: Seen) -> None:
        """Raise unless the log forked: by a key in use, or by an old one where parties cosigned.

        Whoever stole a key that was replaced can sign whatever he likes; alone it stops nobody.
        """
        cosigned = all(self._cosigned(raw) for raw in (found.smaller, found.larger))
        found.check([one.key for one in seen.keys if cosigned or one.size_max is None])

    def _cosigned(self, raw: str) -> bool:
        known = [one.key for one in self.policy.witnesses.values()]
        try:
            return bool(note.open(raw, [key for key in known if isinstance(key, Verifier)]).signed)
        except note.NoteError:
            return False

    def _of(self, origin: str) -> Path:
        return self._folder / "logs" / origin_id(origin)

    def _open(self, key: Verifier, url: str, begin: Seen | None = None) -> None:
        """Take up a log where it was left, or begin it."""
        folder = self._of(key.name)
        kept = folder / "seen"
        with disk_faults(folder):
            folder.mkdir(parents=True, exist_ok=True)
        if not kept.exists():
            seen_file.write(kept, begin or Seen(key.name, (LogKey(key),)))
        seen = seen_file.read(kept, (self.signer.verifier,))
        if seen.origin != key.name or key not in {one.key for one in seen.keys}:
            wrong = f"{kept} is of other keys of {shown(seen.origin)} than the policy."
            raise InputError("SEEN", wrong, "A new key is what two parties sign: `decide`.")
        if url and not (folder / "mirror" / "policy").exists():
            file_store.create(folder / "mirror", key)
        if url:
            self._mirrors[key.name] = FileStore(folder / "mirror")
            self._urls[key.name] = url
        self._locks[key.name] = Lock()
        self._seen[key.name] = seen

    def _keep(self, seen: Seen) -> None:
        """On the disk first; what is in memory is never ahead of it."""
        seen_file.write(self._of(seen.origin) / "seen", seen)
        self._seen[seen.origin] = seen

    def _mirrored(self, pending: Pending) -> None:
        """Fetch what is new and hold it to the root; raises what stands in the way."""
        origin, found = pending.seen.origin, pending.found
        mirror = self._mirrors.get(origin)
        if mirror is None:
            return
        names = {(one.name, one.id) for one in pending.signatures}
        key = next(one.key for one in pending.seen.keys if (one.key.name, one.key.id) in names)
        log.refill(mirror, pending.note, self._source(origin, found.size), key)

    def _source(self, origin: str, size: int) -> Static:
        return Static(files(self._ask, self._urls[origin]), size)

    def _refused(self, judged: Refused) -> Answer:
        """Refuse; where the log's own signature held, find out first whether it forked."""
        pending, answer = judged.pending, judged.answer
        if pending is None or answer.status not in (CONFLICT, UNPROCESSABLE):
            return answer
        if pending.seen.frozen or not pending.accuses:
            return answer
        seen = self._challenged(pending)
        if seen is pending.seen:
            return answer
        self._keep(seen)
        told = f"{answer.why} {seen.origin} is frozen here: {seen.frozen}"
        return answer if answer.status == CONFLICT else Answer(answer.status, f"{told}\n", told)

    def _challenged(self, pending: Pending) -> Seen:
        """Against our copy where it reaches so far, else against the tree the log serves now."""
        origin, size = pending.seen.origin, pending.found.size
        mirror = self._mirrors.get(origin)
        if mirror is None or mirror.size() == 0:
            return witness.challenged(pending)
        ours = mirror.published()
        if size <= mirror.size() and ours is not None:
            return _by_copy(pending, ours, mirror.node)
        theirs = self._source(origin, size).node
        try:
            seen = witness.challenged(pending, theirs)
            if seen is pending.seen:
                return seen
            at = fork.first_difference(pending.seen.head.size, mirror.node, theirs)
            if at is None:
                return seen
            (rewritten,) = self._source(origin, size).entries(at, at + 1)
        except (FetchFault, ProofError):
            return witness.challenged(pending)
        kept = self._of(origin) / f"rewritten-{at}"
        with disk_faults(kept):
            write_file(kept, rewritten)
        return replace(seen, frozen=f"it rewrote entry {at}.")


def _locked(path: Path) -> int:
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as fault:
        os.close(file)
        wrong = f"Another process is this witness already: {path.parent}."
        raise InputError("LOCKED", wrong, "Two of one name could sign two histories.") from fault
    return file


def _by_copy(pending: Pending, ours: str, node: Node) -> Seen:
    """Hold a head against the newest that the log signed for our copy, cosigned or not."""
    finding, found = fork.compare(ours, pending.note, node)
    if finding is not Finding.FORK or found is None:
        return pending.seen
    return witness.frozen(pending.seen, found)
