"""A log at work with its witnesses: who is asked, what counts when, and what stops it."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import date
from pathlib import Path
from threading import Event

import pytest
from evidence_parties import (
    NAMES,
    NOON,
    ORIGIN,
    author_key,
    checkpoint_note,
    log_key,
    sealed,
    witness_key,
)
from evidence_wire import TODAY, Room, Wire, policy_of, quorums, room

from suixin.evidence import note, policy, proof
from suixin.evidence.cosign import Asked, Collector, Outcome
from suixin.evidence.entry import Body, EntryFault, Kind, seal
from suixin.evidence.fetch import FetchFault, Reply
from suixin.evidence.keys import COSIGNATURE, Signer
from suixin.evidence.log_service import LogService, ServiceFault
from suixin.evidence.merkle import Tree, leaf_hash
from suixin.evidence.policy import PolicyFault
from suixin.evidence.quorum import Standing
from suixin.evidence.serving import Call, Told
from suixin.evidence.verifier import verify

DAY = 86_400
ENTRIES = [sealed("bank", seq) for seq in range(6)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
NEXT_DAY = date(2026, 7, 1)


def begun(here: Room, *names: str) -> LogService:
    """A log that has looked back, and so many of its witnesses at work."""
    for name in names:
        here.witness(name)
    log = here.log()
    log.look_back()
    return log


def outcomes(asked: tuple[Asked, ...]) -> dict[str, str]:
    return {one.name: str(one.outcome) for one in asked}


def test_all_sign_and_the_record_is_final(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        log = begun(here, *NAMES)
        assert log.standing(LEAVES[0], TODAY) is None
        told = log.add(ENTRIES[:2], NOON)
        assert told.count("\n") > 3  # A receipt: what is promised, signed.
        assert log.standing(LEAVES[0], TODAY) is Standing.RECORDED
        assert outcomes(log.beat(NOON)) == dict.fromkeys(NAMES, "signed")
        assert log.standing(LEAVES[1], TODAY) is Standing.FINAL
        assert log.beat(NOON) == ()  # Nothing is new, nobody is asked.
        found = log.proof(LEAVES[0])
        assert found is not None
        assert verify(str(found), policy_of(), entry=ENTRIES[0])
        assert log.proof(b"\0" * 32) is None


def test_two_suffice_to_proceed_and_the_third_may_come_later(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        log = begun(here, "bank", "government")
        log.add(ENTRIES[:1], NOON)
        assert outcomes(log.beat(NOON))["platform"] == "down"
        assert log.standing(LEAVES[0], TODAY) is Standing.PROCEED
        assert log.standing(LEAVES[0], NEXT_DAY) is Standing.PROCEED
        assert log.standing(LEAVES[0], date(2026, 7, 2)) is Standing.OVERDUE
        here.witness("platform")
        here.wire.now += 2 * DAY
        assert outcomes(log.beat(here.wire.now)) == {"platform": "signed"}
        assert log.standing(LEAVES[0], date(2026, 7, 2)) is Standing.LATE


def test_one_alone_is_too_few(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        log = begun(here, "bank")
        with pytest.raises(ServiceFault) as refused:
            log.beat(NOON)
        assert refused.value.code == "UNSEEN"
        assert "government, platform must answer" in log.state
        log.as_left()
        log.add(ENTRIES[:1], NOON)
        log.beat(NOON)
        assert log.standing(LEAVES[0], TODAY) is Standing.RECORDED
        found = log.proof(LEAVES[0])
        refused_proof = verify(str(found), policy_of(), entry=ENTRIES[0])
        assert "quorum: 1 of 3 witnesses" in refused_proof.reason


def test_what_is_asked_of_whom_is_told_apart(tmp_path: Path) -> None:
    """A witness that lies, one that is late, one that answers nonsense: none stops the others."""
    key = witness_key("bank").verifier
    forged = b64encode(key.id + bytes(72)).decode()
    for answer, outcome in (
        (f"— {key.name} {forged}\n".encode(), "lied"),
        (b"", "lied"),
        (b"\xff", "lied"),
        (b"\xe2\x80\x94 other AAAAAAA=\n", "lied"),
    ):
        with room(tmp_path / b64encode(answer, b"-_").decode()) as here:
            log = begun(here, "government", "platform")
            here.wire.lies("bank", lambda call, body=answer: Told(200, body))
            log.add(ENTRIES[:1], NOON)
            assert outcomes(log.beat(NOON)) == {
                "bank": outcome, "government": "signed", "platform": "signed"}  # fmt: skip
            assert log.standing(LEAVES[0], TODAY) is Standing.PROCEED
            assert "bank.example" not in str(log.proof(LEAVES[0]))
    with room(tmp_path / "late") as here:
        log = begun(here, *NAMES)
        here.wire.late.add("bank")
        log.add(ENTRIES[:1], NOON)
        assert outcomes(log.beat(NOON))["bank"] == "late"


def test_a_witness_that_says_it_is_ahead_must_show_it(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        log = begun(here, "government", "platform")
        lies = {"POST": Told(409, b"900\n"), "GET": Told(404)}
        here.wire.lies("bank", lambda call: lies[call.method])
        log.add(ENTRIES[:1], NOON)
        assert outcomes(log.beat(NOON))["bank"] == "ahead"
        assert not log.state
        tree = Tree([bytes(32)] * 900)
        unsigned = checkpoint_note(tree, [log_key(version=2), witness_key("bank")])
        lies["GET"] = Told(200, unsigned.encode())
        log.add(ENTRIES[1:2], NOON)
        log.beat(NOON)
        assert not log.state
        signed = checkpoint_note(tree, [log_key(), witness_key("bank")])
        lies["GET"] = Told(200, signed.encode())
        log.add(ENTRIES[2:3], NOON)
        log.beat(NOON)
        assert log.state == "bank holds 900 entries of ours that are not all here."
        with pytest.raises(ServiceFault) as refused:
            log.add(ENTRIES[3:4], NOON)
        assert refused.value.code == "AHEAD"


@pytest.mark.parametrize(
    "told", [b"", b"[]", b"{}", b'{"forks": [{}]}', b'{"forks": 1}', b"\xff", b'{"forks": []}']
)
def test_a_fork_that_is_none_freezes_nothing(tmp_path: Path, told: bytes) -> None:
    with room(tmp_path) as here:
        log = begun(here, "government", "platform")
        answers = {"POST": Told(403, b"frozen\n"), "GET": Told(200, told)}

        def answer(call: Call) -> Told:
            return answers[call.method] if "checkpoint" not in call.path[-12:] else Told(404)

        here.wire.lies("bank", lambda call: answers["POST"] if call.body else answer(call))
        log.add(ENTRIES[:1], NOON)
        assert outcomes(log.beat(NOON))["bank"] == "refused"
        assert not log.state


def test_each_day_has_its_policy_and_a_head_keeps_that_of_its_day(tmp_path: Path) -> None:
    """The platform lost its key on 30 June: from 1 July another counts, and the old no more."""
    fresh = Signer("platform.example/witness", COSIGNATURE, bytes(range(32)))
    keys = [witness_key("bank"), witness_key("government"), fresh]
    then, now = policy_of(), policy_of(witnesses=keys)
    dated = quorums((date(2026, 1, 1), then), (NEXT_DAY, now))
    with room(tmp_path) as here:
        for name in NAMES:
            here.witness(name)
        log = here.log(policies=dated)
        log.look_back()
        log.add(ENTRIES[:1], NOON)
        log.beat(NOON)
        old = log.proof(LEAVES[0])
        here.close("platform")
        (tmp_path / "platform/key").unlink()
        (tmp_path / "platform/key").write_text(f"{fresh.text()}\n", "utf-8")
        (tmp_path / "platform/key").chmod(0o600)
        for seen in (tmp_path / "platform/logs").rglob("seen"):
            seen.unlink()
        here.witness("platform")
        here.wire.now += DAY
        log.add(ENTRIES[1:2], here.wire.now)
        assert outcomes(log.beat(here.wire.now)) == dict.fromkeys(NAMES, "signed")
        assert log.standing(LEAVES[0], NEXT_DAY) is Standing.FINAL
        assert log.standing(LEAVES[1], NEXT_DAY) is Standing.FINAL
        new = log.proof(LEAVES[1])

    policies = tmp_path / "policies"
    policies.mkdir()
    for day, text in (("2026-01-01", then), ("2026-07-01", now)):
        strict = text.replace("group parties 2", "group parties all")
        (policies / f"{day}.policy").write_text(strict, "utf-8")
    assert verify(str(old), policies, entry=ENTRIES[0])
    assert verify(str(new), policies, entry=ENTRIES[1])
    late = verify(str(old), policies / "2026-07-01.policy", entry=ENTRIES[0])
    assert late.reason == (
        "quorum: 0 of 3 witnesses are too few for `quorum parties` from 2026-07-01 on"
    )
    assert not verify(str(new), policies / "2026-01-01.policy", entry=ENTRIES[1])


def test_before_its_first_policy_a_log_does_not_begin(tmp_path: Path) -> None:
    with room(tmp_path) as here, pytest.raises(PolicyFault, match="the first is from 2026-07-01"):
        here.log(policies=quorums((NEXT_DAY, policy_of())))


def test_the_operator_is_no_witness_of_its_own_log(tmp_path: Path) -> None:
    own = Signer("county.example/witness", COSIGNATURE, bytes(range(32)))
    four = policy_of(names=("county", *NAMES), witnesses=[own, *map(witness_key, NAMES)])
    with room(tmp_path) as here:
        for name in NAMES:
            here.witness(name)
        log = here.log(policies=quorums((None, four)))
        assert list(log.policy.witnesses) == list(NAMES)
        two = policy_of(names=("county", *NAMES[:2]), witnesses=[own, *map(witness_key, NAMES[:2])])
        here.close("log")
        with pytest.raises(PolicyFault, match="no quorum among 2 witnesses"):
            here.log(policies=quorums((None, two)))


def test_only_authors_of_the_policy_may_write(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        log = begun(here, *NAMES)
        for raw in (sealed("cooperative", 0), b"{}", ENTRIES[0].replace(b'"seq":0', b'"seq":1')):
            with pytest.raises(EntryFault):
                log.add([raw], NOON)
        reply = here.wire.ask("http://log/log/entries", sealed("cooperative", 0))
        assert reply.status == 403
        assert here.wire.ask("http://log/log/entries", ENTRIES[1]).status == 409
        assert here.wire.ask("http://log/log/entries", b"\n" * 1_001).status == 413
        assert here.wire.ask("http://log/log/entries", b"nothing").status == 400
        assert log.store.size() == 0


def test_blocks_are_entered_by_whoever_keeps_the_log(tmp_path: Path) -> None:
    """Whoever follows the log would run an author's junk, and stop there for good."""
    own, other = author_key("county"), author_key("platform")
    text = f"{policy_of()}#author {own.verifier}\n"
    body = Body(Kind.BLOCK, NOON, 0, show="junk")
    blocks = [seal(body, by).raw for by in (other, own)]
    with room(tmp_path) as here:
        log = here.log(policies=quorums((None, text)))
        log.as_left()
        with pytest.raises(EntryFault, match=r"only county\.example does here"):
            log.add([ENTRIES[0], blocks[0]], NOON)
        assert here.wire.ask("http://log/log/entries", blocks[0]).status == 403
        assert log.store.size() == 0
        log.add([ENTRIES[0], blocks[1]], NOON)
        assert log.store.size() == 2


def test_what_it_serves(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        for name in NAMES:
            here.witness(name)
        log = here.log()
        ask, leaf = here.wire.ask, LEAVES[0].hex()
        assert ask("http://log/log/checkpoint").status == 404
        assert ask("http://log/log/entries", b"\n".join(ENTRIES[:3])).status == 503  # UNSEEN.
        log.look_back()
        assert ask("http://log/log/entries", b"\n".join(ENTRIES[:3])).status == 200
        assert ask(f"http://log/log/proof/{leaf}").status == 404
        log.beat(NOON)
        assert ask("http://log/log/checkpoint").body.startswith(ORIGIN.encode())
        told = ask(f"http://log/log/proof/{leaf}").body
        assert proof.read(told).index == 0
        assert json.loads(ask(f"http://log/log/standing/{leaf}").body) == {"standing": "final"}
        assert ask(f"http://log/log/standing/{'0' * 64}").status == 404
        said = json.loads(ask("http://log/log/witnesses").body)
        assert {one["outcome"] for one in said["asked"]} == {"signed"}
        assert ask("http://log/log/tile/0/000.p/3").body == b"".join(LEAVES[:3])
        for path in ("tile/0/001", "key", "tile/../key", "policy", ""):
            assert ask(f"http://log/log/{path}").status == 404
        assert ask("http://log/log/entries").status == 405
        assert ask("http://log/log/checkpoint", b"").status == 405


def test_a_folder_out_of_a_backup_is_refilled_before_it_signs(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        log = begun(here, *NAMES)
        log.add(ENTRIES, NOON)
        log.beat(NOON)
        here.close("log")
        (tmp_path / "log").rename(tmp_path / "lost")
        again = here.log()
        again.look_back()
        assert "holds 6 entries of ours" in again.state
        here.wire.down.add("platform")
        with pytest.raises(FetchFault):  # The one that is silent may hold more.
            again.refill()
        here.wire.down.clear()
        assert again.refill() == 6
        assert not again.state
        assert again.refill() == 0
        assert again.standing(LEAVES[5], TODAY) is Standing.RECORDED  # Until it is cosigned anew.
        again.beat(NOON)
        assert again.standing(LEAVES[5], TODAY) is Standing.FINAL


def test_what_a_kill_left_half_written_is_no_head(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        log = begun(here, *NAMES)
        log.add(ENTRIES[:1], NOON)
        log.beat(NOON)
        here.close("log")
        part = tmp_path / "log/heads/final-2026-07-01.part"
        part.write_text("county.exa", "utf-8")
        again = here.log()
        assert again.standing(LEAVES[0], TODAY) is Standing.FINAL
        assert not part.exists()


def test_who_is_slow_is_not_asked_twice_at_once() -> None:
    """It keeps its first question; the head after next asks it again."""
    parties = policy.parse(policy_of())
    tree = Tree(LEAVES)
    signed = checkpoint_note(tree, [log_key()])
    go, asked = Event(), []
    wire = Wire()

    def ask(url: str, body: bytes | None) -> Reply:
        if "bank" not in url:
            return wire.ask(url, body)
        asked.append(url)
        go.wait(10)
        text = note.read(signed).text
        line = note.sign(text, witness_key("bank"), time=NOON)
        return Reply(200, str(line).encode())

    collector = Collector(parties, ask, seconds=0.05)
    first = {one.name: one.outcome for one in collector.collect(signed, lambda *_: ())}
    again = {one.name: one.outcome for one in collector.collect(signed, lambda *_: ())}
    assert first["bank"] is again["bank"] is Outcome.LATE
    assert len(asked) == 1
    go.set()
    patient = Collector(parties, ask, seconds=10)
    found = {one.name: one.outcome for one in patient.collect(signed, lambda *_: ())}
    assert found == {"bank": "signed", "government": "down", "platform": "down"}


def test_authors_keep_their_own_numbers(tmp_path: Path) -> None:
    with room(tmp_path) as here:
        log = begun(here, *NAMES)
        log.add([sealed("bank", 0), sealed("platform", 0), sealed("bank", 1)], NOON)
        assert log.store.next_seq(author_key("bank").name) == 2
        log.add([sealed("bank", 1)], NOON)  # Sent again after an answer that was lost.
        assert log.store.size() == 3
