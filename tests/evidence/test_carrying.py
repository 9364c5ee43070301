"""From the outbox to the chain and back: whatever is cut off, every call counts once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from chain_sides import FIRST, KEYS, OnTheChain, Snapshot, name32, quick_folder

from suixin.data.errors import InputError
from suixin.evidence.call_text import call_of_text, text_of_call
from suixin.evidence.carrying import Carrier
from suixin.evidence.chain.calls import agreement, anchor, group, parties, pool
from suixin.evidence.chain.calls.agreement import Kind
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Act, Parts
from suixin.evidence.chain.deployment import Deployment
from suixin.evidence.chain.embedded import EmbeddedChain
from suixin.evidence.chain.port import Receipt
from suixin.evidence.journal import Journal
from suixin.evidence.outbox import Call, Outbox, call_id
from suixin.evidence.outbox_file import OutboxFile
from suixin.evidence.store import StoreFault

DAY = date(2026, 6, 30)
ID, PAYEE = name32("a-1"), name32("payee")


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture(scope="module")
def deployed() -> Iterator[Snapshot]:
    """A chain on which one agreement waits to be paid out."""
    with quick_folder() as folder:
        chain = OnTheChain.begun(folder)
        chain.opened(ID, 1_000, FIRST, to=PAYEE)
        yield chain.snapshot(folder)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder for what a process keeps."""
    with quick_folder() as folder:
        yield folder


@pytest.fixture
def opened(deployed: Snapshot, place: Path) -> Iterator[Callable[..., Deployment]]:
    """Opens the chain as a new process would, or another that parted from it here."""
    chains: dict[str, EmbeddedChain] = {}

    def made(name: str = "chain") -> Deployment:
        if name in chains:
            chains.pop(name).close()
        elif not (place / name).exists():
            shutil.copytree(deployed.folder, place / name)
        chains[name] = EmbeddedChain(place / name)
        return Deployment(chains[name], deployed.parties_at)

    yield made
    for chain in chains.values():
        chain.close()


def call(name: str, act: Callable[[bytes], Act], by: Role = Role.BANK) -> Call:
    key = call_id(ID.hex(), name)
    return Call(key, ID.hex(), by, act(bytes.fromhex(key)), DAY)


def receipt(number: int, fen: int = 100) -> Call:
    return call(
        f"r-{number}",
        lambda key: agreement.Receive(ID, key, Kind.BORROWER, Parts(principal=fen), DAY),
    )


PAYOUT = call("payout", lambda _: agreement.Disburse(ID, PAYEE, DAY))
CALLS = (PAYOUT, receipt(1), receipt(2))


def arrived(carrier: Carrier) -> list[str]:
    return [move.call for move in carrier.inbox.moves()[ID.hex()] if move.amount]


def whole(carrier: Carrier, calls: Sequence[Call] = CALLS) -> None:
    """All calls stand on the chain once, in their order, and nothing is pending."""
    assert arrived(carrier) == [one.id for one in calls]
    assert carrier.outbox.pending(carrier.inbox) == frozenset()
    record = carrier.made.ask(agreement.record(ID))
    assert record.outstanding == 1_000 - 100 * (len(calls) - 1)


def carrier_of(outbox: Outbox, made: Deployment) -> Carrier:
    for one in CALLS:
        outbox.put(one)
    return Carrier(made, outbox, KEYS)


def test_calls_reach_the_chain_and_their_events_come_back(
    opened: Callable[..., Deployment],
) -> None:
    carrier = carrier_of(Outbox(), opened())
    assert carrier.outbox.pending(carrier.inbox) == {one.id for one in CALLS}
    assert carrier.carry() == frozenset()
    whole(carrier)
    head = carrier.made.chain.head()
    assert carrier.carry() == frozenset()
    assert carrier.made.chain.head() == head  # Nothing to do is nothing done.


class Counted:
    """Kills before or after one of the writes and sends of a run; counts them all."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int, *, after: bool) -> None:
        self.seen, self.at, self.after = 0, at, after
        write, send = Journal.write, EmbeddedChain.send
        monkeypatch.setattr(Journal, "write", self._cut(write))
        monkeypatch.setattr(EmbeddedChain, "send", self._cut(self._one_by_one(send)))

    def _cut(self, real: Callable[..., object]) -> Callable[..., object]:
        def step(*given: object) -> object:
            self.seen += 1
            here = self.seen == self.at
            if here and not self.after:
                raise Killed
            done = real(*given)
            if here and self.after:
                raise Killed
            return done

        return step

    def _one_by_one(self, send: Callable[..., object]) -> Callable[..., object]:
        """Each transaction a block of its own, so that a kill may fall between two blocks."""
        one = self._cut(send)

        def sent(chain: EmbeddedChain, raws: Sequence[bytes]) -> tuple[Receipt, ...]:
            return tuple(receipt for raw in raws for receipt in one(chain, [raw]))  # type: ignore[attr-defined]

        return sent


def _run(path: Path, made: Deployment) -> Carrier:
    with OutboxFile(path) as outbox:
        carrier = carrier_of(outbox, made)
        carrier.carry()
        return carrier


STEPS = len(CALLS) + 1 + 1 + len(CALLS)  # Puts, the signatures, the sending, each block of it.


@pytest.mark.mechanism("B07")
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(1, STEPS + 1))
def test_a_kill_between_any_two_steps_loses_nothing_and_doubles_nothing(
    at: int,
    after: bool,
    opened: Callable[..., Deployment],
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = place / "outbox"
    with monkeypatch.context() as patched:
        counted = Counted(patched, at, after=after)
        with pytest.raises(Killed):
            _run(path, opened())
        assert counted.seen >= at
    whole(_run(path, opened()))


def test_there_is_no_other_step(
    opened: Callable[..., Deployment], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted(monkeypatch, 0, after=False)
    _run(place / "outbox", opened())
    assert counted.seen == STEPS


def test_a_record_cut_short_by_a_kill_was_never_put(
    opened: Callable[..., Deployment], place: Path
) -> None:
    path = place / "outbox"
    with OutboxFile(path) as outbox:
        outbox.put(PAYOUT)
        outbox.put(receipt(1))
    path.write_bytes(path.read_bytes()[:-3])
    with OutboxFile(path) as outbox:
        assert outbox.unsigned({Role.BANK}) == (PAYOUT,)
    whole(_run(path, opened()))


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "FORM"), (b"call nothing", "FORM"), (b"other", "FORM"), (None, "DAMAGED")],
)
def test_a_file_that_is_no_outbox_or_was_changed(
    content: bytes | None, code: str, place: Path
) -> None:
    path = place / "outbox"
    with OutboxFile(path) as outbox:
        outbox.put(PAYOUT)
        if content:
            outbox._journal.write(content)
    if content == b"":
        path.write_bytes(b"")
    if content is None:
        raw = bytearray(path.read_bytes())
        raw[-1] ^= 1
        path.write_bytes(raw)
    with pytest.raises(StoreFault) as fault:
        OutboxFile(path)
    assert fault.value.code == code


def test_one_process_has_an_outbox_open(place: Path) -> None:
    with OutboxFile(place / "outbox"), pytest.raises(StoreFault) as fault:
        OutboxFile(place / "outbox")
    assert fault.value.code == "BUSY"


@pytest.mark.mechanism("B07")
def test_a_chain_that_parts_gets_the_same_bytes_again(opened: Callable[..., Deployment]) -> None:
    carrier = carrier_of(Outbox(), opened())
    carrier.carry()
    sent = carrier.outbox.under_way(())
    other = opened("other")  # Parted before the payout; another party's blocks stand there.
    for number in range(3):
        other.do(_formed(number), KEYS[Role.COOPERATIVE])
    carrier.made = other
    assert carrier.follow() == {one.id for one in CALLS}
    assert carrier.outbox.pending(carrier.inbox) == {one.id for one in CALLS}
    carrier.carry()
    whole(carrier)
    assert carrier.outbox.under_way(()) == sent


def test_a_chain_that_is_behind_has_not_what_it_has_not(
    opened: Callable[..., Deployment],
) -> None:
    carrier = carrier_of(Outbox(), opened())
    carrier.carry()
    carrier.made = opened("other")  # Shorter: none of our blocks is there.
    assert carrier.follow() == {one.id for one in CALLS}
    assert carrier.inbox.arrived().isdisjoint(one.id for one in CALLS)
    carrier.carry()
    whole(carrier)


def _formed(number: int) -> group.Form:
    members = tuple(name32("member", number, k) for k in range(3))
    return group.Form(name32("group", number), members, (1, 1, 1), date(2027, 1, 1), DAY)


def test_what_the_chain_refuses_is_told_with_its_reason(
    opened: Callable[..., Deployment],
) -> None:
    carrier = carrier_of(Outbox(), opened())
    more = receipt(4, fen=801)
    carrier.outbox.put(more)
    carrier.outbox.put(receipt(5))
    carrier.carry()
    assert carrier.inbox.refusals() == {more.id: "agreement: more than is owed"}
    assert arrived(carrier) == [one.id for one in (*CALLS, receipt(5))]
    assert carrier.outbox.pending(carrier.inbox) == frozenset()


def test_a_call_without_events_arrives_too(opened: Callable[..., Deployment]) -> None:
    carrier = Carrier(opened(), Outbox(), KEYS)
    settle = call("settle", lambda _: pool.Settle(DAY))
    carrier.outbox.put(settle)
    carrier.carry()
    assert settle.id in carrier.inbox.arrived()


def test_another_partys_act_stands_under_its_transaction(
    opened: Callable[..., Deployment],
) -> None:
    carrier = carrier_of(Outbox(), opened())
    carrier.carry()
    done = carrier.made.do(receipt(9).act, KEYS[Role.BANK])  # As if from another program.
    carrier.carry()
    assert arrived(carrier)[-1] == done.transaction.hex()


def test_a_turn_that_other_bytes_used_is_signed_anew(opened: Callable[..., Deployment]) -> None:
    carrier = carrier_of(Outbox(), opened())
    carrier.sign()
    lost = carrier.outbox.under_way(())
    carrier.made.do(parties.Stop(name32("why"), DAY), KEYS[Role.BANK])  # The same key, elsewhere.
    carrier.carry()
    whole(carrier)
    assert [one.turn for one in carrier.outbox.under_way(())] == [one.turn + 1 for one in lost]


def test_calls_whose_key_is_elsewhere_wait(opened: Callable[..., Deployment]) -> None:
    carrier = carrier_of(Outbox(), opened())
    theirs = call("accept", lambda _: pool.Accept(ID, DAY), by=Role.GOVERNMENT)
    carrier.outbox.put(theirs)
    carrier.signers = {Role.BANK: KEYS[Role.BANK]}
    carrier.carry()
    assert carrier.outbox.pending(carrier.inbox) == {theirs.id}


ACTS = (
    agreement.SetBounds(agreement.Bounds(1, 2, DAY, bytes(32)), DAY),
    agreement.Decide(ID, agreement.Decision(1, 2, DAY, True, bytes(32)), DAY),
    agreement.Receive(ID, ID, Kind.INSURER, Parts(1, 2, 3, 4), DAY),
    anchor.Anchor(ID, 7, ID, (ID, PAYEE), DAY),
    group.Distribute(ID, 5, (group.Line(ID, 0, 5), group.Line(PAYEE, 1, 6)), 250, DAY),
    parties.SetPlaces(("0x" + "1" * 40,) * 4, DAY),
    parties.ChangeKey(Role.AUDITOR, "0x" + "2" * 40, DAY),
    pool.BeginYear(2026, (pool.NO_CAP, 0, 1, 2, 3), DAY),
)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.function)
def test_a_call_is_text_and_back(act: Act) -> None:
    one = Call("c-1", ID.hex(), Role.GOVERNMENT, act, DAY)
    assert call_of_text(text_of_call(one)) == one


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        text_of_call(PAYOUT).replace("disburse", "give"),
        text_of_call(PAYOUT).replace("bank", "robber"),
        text_of_call(PAYOUT).replace('"given":["', '"given":[1,"'),
        text_of_call(PAYOUT).replace('"given":["', '"given":["g'),
        text_of_call(receipt(1)).replace("[0,0,0,100]", '[0,0,0,"1"]'),
        text_of_call(receipt(1)).replace("[0,0,0,100]", "[0,0,0,1.5]"),
    ],
)
def test_what_is_no_call(text: str) -> None:
    with pytest.raises(InputError) as fault:
        call_of_text(text)
    assert fault.value.code == "BAD_CALL"
