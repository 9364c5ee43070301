"""Ledger against chain against log: what differs, by name and by how much. It corrects nothing.

Both sides tell the same of an agreement: where it stands, its amounts, and the moves that led there
in their order. A row of a fund tells the balances of its tiers. What is still on its way to the
chain is told as pending and leaves the comparison; everything else that differs is a finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from suixin.data.errors import InputError
from suixin.kernel.refusal import Wording

CHAIN: Final = "chain"  # What a finding is of where it concerns every agreement.


class Fault(StrEnum):
    """What can differ, in the order in which it is told of an agreement."""

    UNKNOWN_AGREEMENT = "unknown_agreement"
    MISSING_ON_CHAIN = "missing_on_chain"
    MISSING_IN_LEDGER = "missing_in_ledger"
    TWICE = "twice"
    AMOUNT_DIFFERS = "amount_differs"
    DAY_DIFFERS = "day_differs"
    OUT_OF_ORDER = "out_of_order"
    SUM_DIFFERS = "sum_differs"
    STATE_DIFFERS = "state_differs"
    ENTRY_WITHOUT_BLOCK = "entry_without_block"
    BLOCK_WITHOUT_ENTRY = "block_without_entry"


FAULT_WORDING: Final[Mapping[Fault, Wording]] = MappingProxyType(
    {
        Fault.UNKNOWN_AGREEMENT: Wording(
            "链上有账本未知的合同。", "The chain holds an agreement that the ledger does not know."
        ),
        Fault.MISSING_ON_CHAIN: Wording(
            "账本有而链上没有。", "It stands in the ledger and not on the chain."
        ),
        Fault.MISSING_IN_LEDGER: Wording(
            "链上有而账本没有。", "It stands on the chain and not in the ledger."
        ),
        Fault.TWICE: Wording("同一笔出现两次。", "It stands there twice."),
        Fault.AMOUNT_DIFFERS: Wording("金额不一致。", "The amounts differ."),
        Fault.DAY_DIFFERS: Wording("营业日不一致。", "The business days differ."),
        Fault.OUT_OF_ORDER: Wording("先后次序不一致。", "The order differs."),
        Fault.SUM_DIFFERS: Wording(
            "明细之和与余额不符。", "What moved does not sum to what stands."
        ),
        Fault.STATE_DIFFERS: Wording("状态不一致。", "The states differ."),
        Fault.ENTRY_WITHOUT_BLOCK: Wording(
            "日志有而链上无此区块。", "The log holds a block that the chain does not."
        ),
        Fault.BLOCK_WITHOUT_ENTRY: Wording(
            "链上区块未入日志。", "The chain holds a block that the log does not."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that a call did: to which amount it added how many fen, on which business day.

    `call` is the idempotency key. A call may move several amounts; where it moves none, `amount` is
    empty and `fen` 0.
    """

    call: str
    kind: str
    day: date
    amount: str = ""
    fen: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """What may stand once: the call, its kind and the amount it moves."""
        return self.call, self.kind, self.amount


@dataclass(frozen=True, slots=True)
class Row:
    """How one side sees an agreement, or a fund: its state, its amounts in fen, its moves in order.

    Amounts are named `principal`, `paid`, `share/<member>`, `tier/<name>`; one not named is 0.
    """

    of: str
    state: str
    amounts: Mapping[str, int]
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference: whose, what of it, what the chain tells and against what it was held.

    `differs_fen` is the first less the second, 0 where no amount differs. A sum that differs
    inside one side is told as what stands there against what moved there.
    """

    fault: Fault
    of: str
    what: str
    found: str
    against: str
    differs_fen: int = 0

    def __str__(self) -> str:
        by = f", {self.differs_fen:+d} fen" if self.differs_fen else ""
        return f"{self.of}: {self.fault}: {self.what}: {self.found} against {self.against}{by}"


@dataclass(frozen=True, slots=True)
class BlockRow:
    """A block as the chain holds it, or as an entry of the log does."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    """All that differs, and the calls that are still on their way; pending is no difference."""

    findings: tuple[Finding, ...]
    pending: tuple[Move, ...] = ()

    @property
    def held(self) -> frozenset[str]:
        """The agreements and funds that a finding holds; `chain` holds them all."""
        return frozenset(one.of for one in self.findings)


NOTHING: Final = "nothing"


def reconcile(
    chain_rows: Iterable[Row],
    ledger_rows: Iterable[Row],
    *,
    pending: Collection[str] = frozenset(),
    blocks: Sequence[BlockRow] = (),
    entries: Sequence[BlockRow] = (),
) -> Reconciled:
    """Hold what the chain tells against what the ledger tells, and its blocks against the log.

    `pending` names calls of the outbox that are in no block yet. Raises `InputError` ROW where one
    side tells of the same agreement twice. Source: evidence, Reconcile.

    >>> day = date(2026, 6, 30)
    >>> paid = Move("c-1", "received", day, "paid", 500)
    >>> ledger = [Row("a-1", "active", {"paid": 500}, (paid,))]
    >>> chain = [Row("a-1", "active", {"paid": 400}, (Move("c-1", "received", day, "paid", 400),))]
    >>> for one in reconcile(chain, ledger).findings:
    ...     print(one)
    a-1: amount_differs: received c-1 paid: 400 against 500, -100 fen
    a-1: amount_differs: paid: 400 against 500, -100 fen
    >>> reconcile([Row("a-1", "ready", {})], ledger, pending={"c-1"}).findings
    ()
    """
    on_chain, in_ledger = _by_name(chain_rows, "chain"), _by_name(ledger_rows, "ledger")
    findings, waiting = list(_blocks(blocks, entries)), []
    for of in sorted(on_chain.keys() | in_ledger.keys()):
        chain, ledger = on_chain.get(of), in_ledger.get(of)
        if ledger is None:
            findings.append(Finding(Fault.UNKNOWN_AGREEMENT, of, "row", "there", NOTHING))
            continue
        seen = frozenset(move.key for move in chain.moves) if chain else frozenset()
        late = [move for move in ledger.moves if move.call in pending and move.key not in seen]
        waiting += late
        if chain is not None:
            findings += _differences(chain, ledger, late)
        elif len(late) < len(ledger.moves) or not late:
            findings.append(Finding(Fault.MISSING_ON_CHAIN, of, "row", NOTHING, "there"))
    return Reconciled(tuple(findings), tuple(waiting))


def _by_name(rows: Iterable[Row], side: str) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in rows:
        if row.of in found:
            raise InputError("ROW", f"The {side} tells of {row.of} twice.", "Give one row of each.")
        found[row.of] = row
    return found


def _differences(chain: Row, ledger: Row, late: Sequence[Move]) -> Iterator[Finding]:
    """All that differs of one agreement, less what is on its way."""
    yield from _moves(chain, ledger, {move.key for move in late})
    yield from _order(chain, ledger)
    for side, row in (("chain", chain), ("ledger", ledger)):
        moved = _sums(row.moves)
        for name in sorted(row.amounts.keys() | moved.keys()):
            stands, sums = row.amounts.get(name, 0), moved.get(name, 0)
            if stands != sums:
                yield _amount(Fault.SUM_DIFFERS, row.of, f"{name} in the {side}", stands, sums)
    on_way = _sums(late)
    for name in sorted(chain.amounts.keys() | ledger.amounts.keys()):
        stands = ledger.amounts.get(name, 0) - on_way.get(name, 0)
        found = chain.amounts.get(name, 0)
        if found != stands:
            yield _amount(Fault.AMOUNT_DIFFERS, chain.of, name, found, stands)
    if chain.state != ledger.state and not late:
        yield Finding(Fault.STATE_DIFFERS, chain.of, "state", chain.state, ledger.state)


def _moves(chain: Row, ledger: Row, late: Collection[tuple[str, str, str]]) -> Iterator[Finding]:
    """What only one side tells, what one tells twice, and what both tell differently."""
    theirs, ours = _by_key(chain.moves), _by_key(ledger.moves)
    here, there = (Counter(move.key for move in row.moves) for row in (chain, ledger))
    for key, move in ours.items():
        if key not in theirs and key not in late:
            yield _found(Fault.MISSING_ON_CHAIN, chain.of, move, NOTHING, str(move.fen))
    for key, move in theirs.items():
        if key not in ours:
            yield _found(Fault.MISSING_IN_LEDGER, chain.of, move, str(move.fen), NOTHING)
    for key, move in (ours | theirs).items():
        if max(here[key], there[key]) > 1:
            yield _found(Fault.TWICE, chain.of, move, f"{here[key]} ×", f"{there[key]} ×")
    for key, move in ours.items():
        other = theirs.get(key, move)
        if other.fen != move.fen:
            yield _amount(Fault.AMOUNT_DIFFERS, chain.of, _told(move), other.fen, move.fen)
        if other.day != move.day:
            yield _found(Fault.DAY_DIFFERS, chain.of, move, str(other.day), str(move.day))


def _order(chain: Row, ledger: Row) -> Iterator[Finding]:
    """The first place where the calls that both sides know part ways."""
    calls = [dict.fromkeys(move.call for move in row.moves) for row in (chain, ledger)]
    both = calls[0].keys() & calls[1].keys()
    theirs, ours = ([call for call in side if call in both] for side in calls)
    for place, (found, against) in enumerate(zip(theirs, ours, strict=True), 1):
        if found != against:
            yield Finding(Fault.OUT_OF_ORDER, chain.of, f"call {place}", found, against)
            return


def _blocks(blocks: Sequence[BlockRow], entries: Sequence[BlockRow]) -> Iterator[Finding]:
    """Blocks that no entry holds, entries that hold no block, and either one out of its order."""
    of, told = CHAIN, "block {0.number} {0.hash}"
    here, there = Counter(blocks), Counter(entries)
    for block in here:
        if not there[block]:
            yield Finding(Fault.BLOCK_WITHOUT_ENTRY, of, told.format(block), "there", NOTHING)
    for entry in there:
        if not here[entry]:
            yield Finding(Fault.ENTRY_WITHOUT_BLOCK, of, told.format(entry), NOTHING, "there")
    for row in here | there:
        if max(here[row], there[row]) > 1:
            times = f"{here[row]} ×", f"{there[row]} ×"
            yield Finding(Fault.TWICE, of, told.format(row), *times)
    for side, rows in (("chain", blocks), ("log", entries)):
        numbers = [row.number for row in dict.fromkeys(rows)]
        for found, against in zip(numbers, sorted(numbers), strict=True):
            if found != against:
                what = f"blocks of the {side}"
                yield Finding(Fault.OUT_OF_ORDER, of, what, str(found), str(against))
                break


def _by_key(moves: Iterable[Move]) -> dict[tuple[str, str, str], Move]:
    found: dict[tuple[str, str, str], Move] = {}
    for move in moves:
        found.setdefault(move.key, move)
    return found


def _sums(moves: Iterable[Move]) -> dict[str, int]:
    """What the moves add to each amount."""
    sums: dict[str, int] = {}
    for move in moves:
        if move.amount:
            sums[move.amount] = sums.get(move.amount, 0) + move.fen
    return sums


def _told(move: Move) -> str:
    return f"{move.kind} {move.call} {move.amount}".rstrip()


def _found(fault: Fault, of: str, move: Move, found: str, against: str) -> Finding:
    return Finding(fault, of, _told(move), found, against)


def _amount(fault: Fault, of: str, what: str, found: int, against: int) -> Finding:
    return Finding(fault, of, what, str(found), str(against), found - against)
