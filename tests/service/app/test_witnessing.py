"""The other parties under an institution's log: what they sign, and a database that is a backup."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from evidence_parties import witness_key
from opened import new_institution

from suixin.data.errors import InputError
from suixin.evidence import verifier, witness
from suixin.evidence.entry import Kind
from suixin.evidence.fetch import FetchFault, Reply
from suixin.evidence.policy import parse
from suixin.evidence.witness import LogKey, Seen, origin_id
from suixin.service.app import evidence, witnessing
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.keys import log_keys
from suixin.service.home import Home
from suixin.service.store.session import Actor

AT = datetime(2026, 7, 1, 4, tzinfo=UTC)
NAMES = ("county", "platform", "auditor")


class Witnesses:
    """Three parties in this process, each with what it has seen; some may be down."""

    def __init__(self, origin: str, log: LogKey) -> None:
        self.origin, self.down = origin, set[str]()
        self.states: dict[str, witness.State] = {
            name: {origin: Seen(origin, (log,))} for name in NAMES
        }

    def ask(self, url: str, body: bytes | None) -> Reply:
        name = url.removeprefix("http://").partition(".")[0]
        if name in self.down:
            raise FetchFault("DOWN", f"{name} is down.")
        if body is None:
            assert url.endswith(f"/{origin_id(self.origin)}/checkpoint")
            told = self.states[name][self.origin].note
            return Reply(200 if told else 404, told.encode())
        at = int(AT.timestamp())
        made, answer = witness.add_checkpoint(self.states[name], body, witness_key(name), at)
        self.states[name] = made
        return Reply(answer.status, answer.body.encode())


@pytest.fixture
def institution(database: Home) -> int:
    number = new_institution(database)
    keys = log_keys(number)
    lines = [f"log {keys.log.verifier}", f"#author {keys.author.verifier}"]
    lines += [f"witness {one} {witness_key(one).verifier} http://{one}.example" for one in NAMES]
    lines += [f"group parties 2 {' '.join(NAMES)}", "quorum parties", ""]
    folder = database.keys / f"log-{number}" / "policies"
    folder.mkdir()
    (folder / "2026-01-01.policy").write_text("\n".join(lines), "utf-8")
    assert parse("\n".join(lines)).witnesses.keys() == set(NAMES)
    return number


def told(institution: int) -> bytes:
    return evidence.tell(Actor(institution=institution), Kind.ORDER, {"n": 1}, at=AT)


def auditor(institution: int) -> Caller:
    return Caller(institution=institution, by="user:1", duties=frozenset({Duty.AUDITOR}))


def test_what_two_of_three_cosign_is_proved_with_their_signatures(institution: int) -> None:
    keys = log_keys(institution)
    others = Witnesses(keys.origin, LogKey(keys.log.verifier))
    record = told(institution)
    others.down = {"auditor"}
    asked = {
        one.name: str(one.outcome) for one in witnessing.beat(institution, at=AT, ask=others.ask)
    }
    assert asked == {"county": "signed", "platform": "signed", "auditor": "down"}
    found = evidence.proof(auditor(institution), record, at=AT)
    assert verifier.verify(found.proof, found.policy, entry=found.entry).status == "VALID"
    assert [one.kind for one in evidence.checkpoints(auditor(institution))] == ["proceed", "signed"]
    others.down = set()
    told(institution)
    witnessing.beat(institution, at=AT, ask=others.ask)
    kinds = {one.kind: one for one in evidence.checkpoints(auditor(institution))}
    assert set(kinds) == {"signed", "proceed", "final"}
    assert len(kinds["final"].signers) == 4  # The log itself and all three.


def test_before_enough_have_cosigned_the_proof_says_so(institution: int) -> None:
    record = told(institution)
    found = evidence.proof(auditor(institution), record, at=AT)
    verdict = verifier.verify(found.proof, found.policy, entry=found.entry)
    assert (verdict.status, verdict.reason.partition(":")[0]) == ("INVALID", "quorum")


def test_a_database_that_is_behind_its_witnesses_signs_nothing(
    institution: int, tmp_path: Path
) -> None:
    keys = log_keys(institution)
    others = Witnesses(keys.origin, LogKey(keys.log.verifier))
    told(institution)
    others.down = {"county", "platform"}
    with pytest.raises(InputError) as fault:  # Those two may have cosigned more.
        witnessing.beat(institution, at=AT, ask=others.ask)
    assert fault.value.code == "UNSEEN"
    others.down = set()
    witnessing.beat(institution, at=AT, ask=others.ask)
    size = others.states["county"][keys.origin].head.size

    class Backup(witnessing.DatabaseStore):
        """The log as it was before the last entries."""

        def size(self) -> int:
            return size - 1

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(witnessing, "DatabaseStore", Backup)
        with pytest.raises(InputError) as fault:
            witnessing.beat(institution, at=AT, ask=others.ask)
    assert fault.value.code == "AHEAD"
