"""Ledger, log and chain after whole lives: nothing differs; then one thing does, and is found."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from chain_day import County, day, lived
from chain_sides import KEYS, OnTheChain, name32, quick_folder
from evidence_parties import NOON, ORIGIN, author_key
from lives import booked, rules, terms_of

from suixin.data.errors import InputError
from suixin.evidence import log
from suixin.evidence.cases import closed
from suixin.evidence.chain.block import body_of
from suixin.evidence.chain.calls import agreement, anchor, group
from suixin.evidence.chain.calls.agreement import Kind
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Act, Parts
from suixin.evidence.chain.deployment import Deployment
from suixin.evidence.chain.embedded import EmbeddedChain
from suixin.evidence.chain_told import FUND
from suixin.evidence.entry import seal
from suixin.evidence.memory_store import MemoryStore
from suixin.evidence.outbox import Call, Told
from suixin.evidence.reconcile import CHAIN, Fault
from suixin.lending import events as kinds
from suixin.lending.chain_rows import holds_of
from suixin.lending.replay import replay

LAST, END = 140, 150
PEOPLE = ("officer", "auditor")


@pytest.fixture(scope="module")
def story() -> Iterator[tuple[County, Path]]:
    """Four loans lived, everything carried; each test goes on from a copy."""
    with quick_folder() as folder:
        chain = OnTheChain.begun(folder)
        made = lived(chain)
        chain.snapshot(folder)
        yield made, folder


@pytest.fixture
def county(story: tuple[County, Path]) -> Iterator[County]:
    made, kept = story
    with quick_folder() as place:
        shutil.copytree(kept, place / "chain")
        fresh = made.again(place / "chain")
        yield fresh
        for one in {fresh.chain.made.chain, fresh.carrier.made.chain}:
            one.close()  # type: ignore[attr-defined]


@pytest.mark.mechanism("B07", "E08", "E10", "H06")
def test_whole_lives_differ_nowhere(county: County) -> None:
    assert county.carrier.inbox.refusals() == {}
    made = county.reconciled(LAST)
    assert made.findings == made.pending == ()
    rows = {row.of: row for row in county.ledger(LAST)}
    states = {name: rows[one.names.of].state for name, one in county.agreements.items()}
    assert states.pop("repaid") == "closed"
    assert set(states.values()) == {"disbursed"}
    told = {move.kind for row in rows.values() for move in row.moves}
    assert {"paid by guarantor", "paid by fund", "had back", "received interest"} <= told
    county.anchored(LAST)
    head = county.chain.made.ask(anchor.head(Role.BANK, anchor.origin_id(ORIGIN)))
    assert head.size > 0
    assert county.reconciled(LAST).findings == ()  # The block of the anchor is in the log too.
    county.anchored(END)


def test_every_call_sent_twice_is_still_once(county: County) -> None:
    sent = county.carrier.outbox.under_way(())
    assert len(sent) > 30
    county.carrier.made.chain.send([one.raw for one in sent])
    county.carrier.carry()
    assert county.reconciled(LAST).findings == ()


# What may go wrong. ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Planted:
    """One thing that goes wrong, how it is found, and how people put it right, where they can."""

    of: str  # An agreement by its name, the fund, or the chain.
    faults: frozenset[Fault]
    differs: frozenset[int]  # By how many fen, chain less ledger or what stands less what moved.
    plant: Callable[[County], object]
    repair: Callable[[County], object] | None


def posting(by: int) -> Callable[[County], object]:
    """The principal of a receipt, posted with another amount than it had."""

    def altered(county: County) -> None:
        one = county.agreements["running"]
        terms = replace(terms_of(one.said), agreement=one.names.of[:8])
        made = replay(terms, one.events, on=day(END), rules=rules())
        last = max(n for n, made_ in enumerate(made.transactions) if made_.key.endswith("/paid"))
        postings = tuple(
            replace(part, fen=part.fen + (by if part.fen > 0 else -by))
            if part.account == "1101"
            else part
            for part in made.transactions[last].postings
        )
        # In the suspense account the rest of it stays, so that the sum is zero still.
        rest = replace(postings[0], account="2001", fen=-sum(part.fen for part in postings))
        wrong = replace(made.transactions[last], postings=(*postings, rest))
        rows = (*made.transactions[:last], wrong, *made.transactions[last + 1 :])
        county.books["running"] = booked(replace(made, transactions=rows))

    return altered


def receipt(county: County, *, carried: bool = True) -> Call:
    """One more receipt in the books: the call by which the chain is told."""
    one = county.agreements["running"]
    one.happened(kinds.Receipt, "another", END - 1, fen=500)
    calls = [step.call for step in county.steps(one, END) if step.call is not None]
    if carried:
        county.day_end(END)
    found: Call = calls[-1]
    return found


def lost(county: County) -> None:
    call = receipt(county, carried=False)
    county.lost.add(call.id)
    county.day_end(END)


def found_again(county: County) -> None:
    county.lost.clear()
    county.day_end(END)


def by_hand(county: County, act: Act) -> None:
    """The bank's key used beside the outbox."""
    county.chain.act(act, Role.BANK)
    county.carrier.carry()
    county.log_blocks()


def doubled(county: County) -> None:
    one = county.agreements["running"]
    parts = Parts(principal=500)
    act = agreement.Receive(one.names.id, name32("twice"), Kind.BORROWER, parts, day(END))
    by_hand(county, act)


def given_back(county: County) -> None:
    one = county.agreements["running"]
    parts = Parts(principal=500)
    by_hand(county, agreement.GiveBack(one.names.id, name32("back"), parts, day(END)))
    taken_over(county, one.names.of)


def taken_over(county: County, of: str) -> None:
    """Two people enter in the ledger what the chain tells and the ledger does not, or otherwise."""
    chain, _ = county.sides()
    ours = {row.of: set(row.moves) for row in county.ledger(END)}
    theirs = next(row for row in chain.rows if row.of == of)
    county.corrections += [Told(of, move) for move in theirs.moves if move not in ours[of]]


def a_fen_less(county: County) -> None:
    """The call is changed in the outbox, before it is signed."""
    call = receipt(county, carried=False)
    assert isinstance(call.act, agreement.Receive)
    county.lost.add(call.id)
    county.day_end(END)
    parts = call.act.parts
    less = replace(call.act, parts=replace(parts, interest=parts.interest - 1))
    county.carrier.outbox._calls[call.id] = replace(call, act=less)
    county.carrier.carry()
    county.log_blocks()


def the_fen_brought(county: County) -> None:
    one = county.agreements["running"]
    parts = Parts(interest=1)
    by_hand(
        county,
        agreement.Receive(one.names.id, name32("a fen"), Kind.BORROWER, parts, day(END)),
    )
    taken_over(county, one.names.of)


def parted(county: County) -> None:
    """The block of the last receipt is replaced by another, and nobody has looked since."""
    receipt(county)
    county.elsewhere = True  # A chain outside: its blocks are no entries of the log.
    place = county.kept.enter_context(quick_folder())
    other = EmbeddedChain(place)
    for raw in list(county.blocks())[:-1]:
        other.replay(raw)
    made = Deployment(other, county.carrier.made.parties_at)
    members = tuple(name32("member", n) for n in range(3))
    form = group.Form(name32("another"), members, (1, 1, 1), day(300), day(END))
    assert made.do(form, KEYS[Role.COOPERATIVE]).refusal is None
    county.carrier.made = made


def tier(by: int) -> Callable[[County], object]:
    """The fund's own record of a tier."""

    def altered(county: County) -> None:
        first, *rest = county.fund.tiers
        county.fund = replace(
            county.fund, tiers=(replace(first, balance_fen=first.balance_fen + by), *rest)
        )

    return altered


def shares_swapped(county: County) -> None:
    one = county.agreements["neighbours"]
    one.shares["share/1"] -= 7
    one.shares["share/2"] += 7


def shares_right(county: County) -> None:
    one = county.agreements["neighbours"]
    one.shares["share/1"] += 7
    one.shares["share/2"] -= 7


def relogged(county: County, blocks: list[bytes]) -> None:
    author, county.store = author_key("bank"), MemoryStore()
    for seq, raw in enumerate(blocks):
        log.append(county.store, [seal(body_of(raw, at=NOON, seq=seq), author)])


def entry_missing(county: County) -> None:
    blocks = list(county.blocks())
    relogged(county, blocks[:5] + blocks[6:])


def entry_changed(county: County) -> None:
    blocks = list(county.blocks())
    raw = bytearray(blocks[5])
    raw[-10] ^= 1  # A byte of the last signature.
    blocks[5] = bytes(raw)
    relogged(county, blocks)


def log_restored(county: County) -> None:
    relogged(county, list(county.blocks()))


def written_off(county: County) -> None:
    act = agreement.WriteOff(county.agreements["running"].names.id, name32("why"), day(END))
    by_hand(county, act)


SUM, AMOUNT = Fault.SUM_DIFFERS, Fault.AMOUNT_DIFFERS
MISSING, UNTOLD = Fault.MISSING_ON_CHAIN, Fault.MISSING_IN_LEDGER
ENTRY, BLOCK = Fault.ENTRY_WITHOUT_BLOCK, Fault.BLOCK_WITHOUT_ENTRY
PLANTED = {
    "a posting altered, a fen more": Planted(
        "running",
        frozenset({SUM, AMOUNT}),
        frozenset({1, -1}),
        posting(1),
        lambda c: c.books.clear(),
    ),
    "a posting altered, a fen less": Planted(
        "running",
        frozenset({SUM, AMOUNT}),
        frozenset({1, -1}),
        posting(-1),
        lambda c: c.books.clear(),
    ),
    "a call lost": Planted(
        "running", frozenset({MISSING, AMOUNT}), frozenset({0, -500}), lost, found_again
    ),
    "a call doubled": Planted(
        "running", frozenset({UNTOLD, AMOUNT}), frozenset({0, 500}), doubled, given_back
    ),
    "a fen less on the chain": Planted(
        "running", frozenset({AMOUNT}), frozenset({-1}), a_fen_less, the_fen_brought
    ),
    "an event of a block that was replaced": Planted(
        "running",
        frozenset({SUM, AMOUNT}),
        frozenset({-500}),
        parted,
        lambda c: c.carrier.carry(),
    ),
    "a tier's record, a fen more": Planted(
        FUND, frozenset({SUM, AMOUNT}), frozenset({1, -1}), tier(1), tier(-1)
    ),
    "a tier's record, a fen less": Planted(
        FUND, frozenset({SUM, AMOUNT}), frozenset({1, -1}), tier(-1), tier(1)
    ),
    "a share under another member's name": Planted(
        "neighbours", frozenset({SUM, AMOUNT}), frozenset({7, -7}), shares_swapped, shares_right
    ),
    "an entry of the log missing": Planted(
        CHAIN, frozenset({BLOCK}), frozenset({0}), entry_missing, log_restored
    ),
    "an entry of the log changed": Planted(
        CHAIN, frozenset({BLOCK, ENTRY}), frozenset({0}), entry_changed, log_restored
    ),
    "written off on the chain alone": Planted(
        "running", frozenset({UNTOLD, Fault.STATE_DIFFERS}), frozenset({0}), written_off, None
    ),
}


def code_of(act: Callable[[], object]) -> str:
    """The code with which something is refused."""
    with pytest.raises(InputError) as fault:
        act()
    return fault.value.code


@pytest.mark.mechanism("B07")
@pytest.mark.parametrize("name", PLANTED)
def test_what_goes_wrong_is_found_held_and_stops_anchoring(name: str, county: County) -> None:
    planted = PLANTED[name]
    assert county.reconciled(LAST).findings == ()
    planted.plant(county)
    names = {one: agreed.names.of for one, agreed in county.agreements.items()}
    of = names.get(planted.of, planted.of)
    found = county.reconciled(END)

    assert {one.of for one in found.findings} == {of}
    assert {one.fault for one in found.findings} == planted.faults
    assert {one.differs_fen for one in found.findings} == planted.differs
    everywhere = planted.of == CHAIN
    assert all(county.cases.holds(id) is (everywhere or id == of) for id in names.values())
    held = {hold.scope for hold in holds_of(county.cases, {id: n for n, id in names.items()})}
    assert held == (set(names) if everywhere else set(names) & {planted.of})
    assert code_of(lambda: county.anchored(END)) == "CASE_OPEN"

    def close(by: tuple[str, str] = PEOPLE) -> None:
        county.cases = closed(county.cases, of, by=by, reason="explained", on=day(END))

    assert code_of(close) == "STILL_DIFFERS"
    if planted.repair is None:
        return  # What the chain did stands; the books have to follow, by their own rules.
    planted.repair(county)
    assert county.reconciled(END).findings == ()
    assert code_of(lambda: county.anchored(END)) == "CASE_OPEN"  # Nobody has said why.
    assert code_of(lambda: close(("officer", "officer"))) == "TWO_PEOPLE"
    close()
    county.anchored(END)
    assert [case.of for case in county.cases.cases] == [of]
    assert not county.cases.open
