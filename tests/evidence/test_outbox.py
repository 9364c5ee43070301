"""The way of a call to the chain and back: once, in order, and anew when its block vanishes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suixin.data.errors import InputError
from suixin.evidence.chain.calls.agreement import Kind, Receive
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Parts
from suixin.evidence.outbox import Block, Call, Inbox, Outbox, Signed, Told, call_id
from suixin.evidence.reconcile import BlockRow, Move

DAY = date(2026, 6, 30)


def call(number: int, fen: int = 500) -> Call:
    key = call_id("a-1", f"r-{number}")
    name, paid = bytes.fromhex(key), Parts(interest=fen)
    return Call(key, "a-1", Role.BANK, Receive(bytes(32), name, Kind.BORROWER, paid, DAY), DAY)


def told(number: int, fen: int = 500) -> Told:
    return Told("a-1", Move(call(number).id, "received", DAY, "paid", fen))


def block(number: int, *numbers: int, name: str = "b") -> Block:
    events = tuple(told(one) for one in numbers)
    return Block(number, f"{name}{number}", f"{name}{number - 1}", events)


def signed(number: int, turn: int | None = None) -> Signed:
    raw = f"bytes of {number}".encode()
    return Signed(call(number).id, Role.BANK, number if turn is None else turn, raw, raw[::-1])


@pytest.mark.mechanism("B07")
def test_a_call_put_and_signed_once_counts_once() -> None:
    outbox, inbox = Outbox(), Inbox()
    assert [outbox.put(call(1)), outbox.put(call(1))] == [True, False]
    assert outbox.unsigned({Role.BANK}) == (call(1),)
    assert outbox.unsigned({Role.GOVERNMENT}) == ()
    outbox.sign([signed(1)])
    assert outbox.unsigned({Role.BANK}) == ()
    for _ in range(2):  # Sent, the answer lost, sent again: the same bytes.
        assert outbox.under_way(inbox.held()) == (signed(1),)
    assert outbox.pending(inbox) == {call(1).id}
    inbox.follow(block(1, 1))
    inbox.follow(block(1, 1))
    assert outbox.under_way(inbox.held()) == ()
    assert inbox.moves() == {"a-1": (told(1).move,)}
    assert outbox.pending(inbox) == frozenset()


def test_one_key_with_two_contents_is_refused() -> None:
    outbox = Outbox()
    outbox.put(call(1))
    with pytest.raises(InputError) as fault:
        outbox.put(call(1, fen=501))
    assert fault.value.code == "KEY_TAKEN"
    assert outbox.unsigned({Role.BANK}) == (call(1),)


def test_calls_are_signed_in_the_order_in_which_they_came_and_sent_in_their_turns() -> None:
    outbox = Outbox()
    for number in (3, 1, 2):
        outbox.put(call(number))
    assert outbox.unsigned({Role.BANK}) == (call(3), call(1), call(2))
    outbox.sign([signed(3, 0), signed(1, 1), signed(2, 2)])
    assert [one.call for one in outbox.under_way(())] == [call(n).id for n in (3, 1, 2)]
    assert outbox.name_of(signed(1).transaction) == call(1).id
    assert outbox.name_of(b"another's") is None


def test_an_event_that_vanished_is_pending_again() -> None:
    outbox, inbox = Outbox(), Inbox()
    for number in (1, 2, 3):
        outbox.put(call(number))
        outbox.sign([signed(number)])
    for one in (block(1, 1), block(2, 2), block(3, 3)):
        assert inbox.follow(one) == frozenset()
    assert outbox.pending(inbox) == frozenset()
    # Another second block, which holds the third call and no longer the second.
    assert inbox.follow(Block(2, "c2", "b1", (told(3),))) == {call(2).id}
    assert outbox.pending(inbox) == {call(2).id}
    assert outbox.under_way(inbox.held()) == (signed(2),)
    assert inbox.rows() == (BlockRow(1, "b1"), BlockRow(2, "c2"))


def test_blocks_that_the_chain_has_no_more_are_let_go() -> None:
    inbox = Inbox()
    for number in (1, 2, 3):
        inbox.follow(block(number, number))
    assert inbox.back_to(3) == frozenset()
    assert inbox.back_to(1) == {call(2).id, call(3).id}
    assert inbox.held() == inbox.arrived() == {call(1).id}
    assert inbox.held(before=1) == frozenset()
    assert inbox.follow(block(2, 3)) == frozenset()


def test_where_blocks_are_not_final_at_once_only_deep_ones_count() -> None:
    outbox, inbox = Outbox(), Inbox(depth=2)
    outbox.put(call(1))
    outbox.sign([signed(1)])
    for number, expected in ((1, True), (2, True), (3, False)):
        inbox.follow(block(number, *([1] if number == 1 else [])))
        assert bool(outbox.pending(inbox)) is expected
        assert outbox.under_way(inbox.held()) == ()  # However shallow, it is not sent again.


def test_what_the_chain_refused_is_neither_pending_nor_there_until_its_block_vanishes() -> None:
    outbox, inbox = Outbox(), Inbox()
    outbox.put(call(1))
    outbox.sign([signed(1)])
    inbox.follow(Block(1, "b1", "b0", (), {call(1).id: "agreement: not disbursed"}))
    assert (outbox.pending(inbox), inbox.arrived()) == (frozenset(), frozenset())
    assert inbox.refusals() == {call(1).id: "agreement: not disbursed"}
    assert inbox.follow(Block(1, "c1", "b0")) == {call(1).id}
    assert outbox.pending(inbox) == {call(1).id}
    assert outbox.under_way(inbox.held()) == (signed(1),)


def test_a_call_that_is_not_here_is_not_signed() -> None:
    outbox = Outbox()
    outbox.put(call(1))
    with pytest.raises(InputError) as fault:
        outbox.sign([signed(1), signed(2)])
    assert fault.value.code == "NO_CALL"
    assert outbox.under_way(()) == ()


@pytest.mark.parametrize("wrong", [block(3), block(5), block(2, name="c"), replace(block(0))])
def test_blocks_that_do_not_follow_leave_a_gap(wrong: Block) -> None:
    inbox = Inbox()
    inbox.follow(block(1, 1))
    with pytest.raises(InputError) as fault:
        inbox.follow(wrong)
    assert fault.value.code == "GAP"
    assert inbox.arrived() == {call(1).id}


@given(st.lists(st.tuples(st.integers(1, 6), st.sampled_from("bcd")), max_size=20))
def test_whatever_parts_the_chain_what_is_here_is_one_chain(steps: list[tuple[int, str]]) -> None:
    """Blocks of three chains come in any order: what is kept is linked, what is gone is told."""
    inbox, seen = Inbox(), set()
    for number, name in steps:
        before = inbox.arrived()
        tip = inbox.rows()
        parent = tip[number - 2].hash if 2 <= number <= len(tip) + 1 else f"{name}{number - 1}"
        one = Block(number, f"{name}{number}", parent, (told(number * 10 + ord(name)),))
        try:
            vanished = inbox.follow(one)
        except InputError:
            assert inbox.arrived() == before
            continue
        seen |= inbox.arrived()
        assert inbox.arrived() == (before - vanished) | {one.told[0].move.call}
        numbers = [row.number for row in inbox.rows()]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert inbox.arrived() <= seen
