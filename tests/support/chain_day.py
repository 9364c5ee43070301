"""A bank, a fund and a co-operative at work beside a chain: days end, sides are held together."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from chain_sides import FIRST, KEYS, OnTheChain, name32
from evidence_parties import NOON, ORIGIN, author_key, log_key
from lives import START, booked, rules, terms_of

from suixin.evidence import checkpoint, log, note
from suixin.evidence.anchoring import anchoring
from suixin.evidence.carrying import Carrier
from suixin.evidence.cases import Cases, found
from suixin.evidence.chain.block import body_of
from suixin.evidence.chain.calls import agreement, anchor, group, pool
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.deployment import Deployment
from suixin.evidence.chain.embedded import EmbeddedChain
from suixin.evidence.chain_side import chain_side, log_side
from suixin.evidence.chain_told import FUND
from suixin.evidence.entry import authors, seal
from suixin.evidence.memory_store import MemoryStore
from suixin.evidence.outbox import Outbox, Told
from suixin.evidence.reconcile import Reconciled, Row, reconcile
from suixin.evidence.rows_file import Side
from suixin.lending import events as kinds
from suixin.lending.books import Books
from suixin.lending.chain_calls import steps
from suixin.lending.chain_opening import opening
from suixin.lending.chain_rows import (
    Beside,
    OnChain,
    corrected,
    fund_row,
    fund_told,
    ledger_row,
    paid_fen,
    tiers_out,
)
from suixin.lending.fund_pool import Pool, accepted, contributed, filed, recovered
from suixin.lending.loss import Tier
from suixin.lending.replay import replay

TIERS = ("county", "city")
PAYEE = name32("payee")


def day(number: int) -> date:
    """A day of the story; day 0 is when money goes out."""
    return START + timedelta(days=number)


@dataclass
class Agreed:
    """An agreement in the books, and under what it stands on the chain."""

    names: OnChain
    said: Mapping[str, Any]
    events: list[kinds.Event] = field(default_factory=list)
    beside: dict[str, Beside] = field(default_factory=dict)
    shares: dict[str, int] = field(default_factory=dict)  # What each guarantor has out.
    opened: list[Told] = field(default_factory=list)

    def happened(self, kind: type[kinds.Event], key: str, on: int, **own: Any) -> None:
        """One more fact, entered on its day."""
        self.events.append(kind(key=key, on=day(on), booked_on=day(on), **own))


@dataclass
class County:
    """All that stands on the ledger's side, and the way to the chain."""

    chain: OnTheChain
    carrier: Carrier
    agreements: dict[str, Agreed] = field(default_factory=dict)
    fund: Pool = field(default_factory=lambda: Pool(tuple(Tier(name, 0) for name in TIERS)))
    fund_told: list[Told] = field(default_factory=list)
    corrections: list[Told] = field(default_factory=list)  # Told by two people, after a case.
    books: dict[str, Books] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)  # Calls that never reached the outbox.
    store: MemoryStore = field(default_factory=MemoryStore)
    cases: Cases = field(default_factory=lambda: Cases("bank"))
    kept: ExitStack = field(default_factory=ExitStack)  # What a test opens beside.
    elsewhere: bool = False  # The chain's blocks are no entries of the log.

    @classmethod
    def begun(cls, chain: OnTheChain) -> County:
        return cls(chain, Carrier(chain.made, Outbox(), KEYS))

    def lend(
        self, name: str, said: Mapping[str, Any], *, group: bytes = bytes(32), debtor: int = 0
    ) -> Agreed:
        """Applied for and decided on the chain, paid out in the books."""
        id = name32("id", name)
        names = OnChain(id, PAYEE, name32("terms"), group, debtor, TIERS)
        made = self.agreements[name] = Agreed(names, said)
        terms = agreement.Terms(
            said["fen"], said["rate"], date(2099, 1, 1), PAYEE, names.terms, group, debtor
        )
        decision = agreement.Decision(
            said["fen"], said["rate"], date(2099, 1, 1), False, name32("decision")
        )
        bounds = self.chain.made.ask(agreement.bounds())
        for step in opening(names, terms, decision, bounds, days=(FIRST, FIRST)):
            assert step.call is not None
            self.carrier.outbox.put(step.call)
            made.opened += step.told
        made.happened(kinds.Draw, "payout", 0, fen=said["fen"])
        return made

    def again(self, folder: Path) -> County:
        """The same in a process of its own, on a copy of the chain in the folder."""
        made, outbox = Deployment(EmbeddedChain(folder), self.carrier.made.parties_at), Outbox()
        sent = self.carrier.outbox.under_way(())
        for one in sent:
            outbox.put(self.carrier.outbox.call(one.call))
        outbox.sign(sent)
        fresh = County(OnTheChain(made), Carrier(made, outbox, KEYS), fund=self.fund)
        fresh.carrier.follow()
        fresh.store, fresh.fund_told = copy.deepcopy(self.store), [*self.fund_told]
        for name, agreed in self.agreements.items():
            events, beside, shares = [*agreed.events], {**agreed.beside}, {**agreed.shares}
            fresh.agreements[name] = replace(agreed, events=events, beside=beside, shares=shares)
        return fresh

    def day_end(self, on: int) -> None:
        """What the ledger has by now goes out, and what the chain did comes back into the log."""
        for one in self.agreements.values():
            for step in self.steps(one, on):
                if step.call is not None and step.call.id not in self.lost:
                    self.carrier.outbox.put(step.call)
        self.carrier.carry()
        self.log_blocks()

    def steps(self, one: Agreed, on: int) -> Any:
        terms = replace(terms_of(one.said), agreement=one.names.of[:8])
        return steps(
            terms, one.events, on=day(on), rules=rules(), names=one.names, beside=one.beside
        )

    def log_blocks(self) -> None:
        """Every block that the log has not yet."""
        author = author_key("bank")
        for raw in list(self.blocks())[self.store.size() :]:
            seq = self.store.next_seq(author.name)
            log.append(self.store, [seal(body_of(raw, at=NOON, seq=seq), author)])

    def blocks(self) -> Any:
        assert isinstance(self.carrier.made.chain, EmbeddedChain)
        return self.carrier.made.chain.blocks()

    def ledger(self, on: int) -> tuple[Row, ...]:
        """The rows of the ledger: balances of the books, and what the chain was told."""
        rows = []
        for name, one in self.agreements.items():
            terms = replace(terms_of(one.said), agreement=one.names.of[:8])
            made = replay(terms, one.events, on=day(on), rules=rules())
            books = self.books.get(name) or booked(made)
            made_steps = self.steps(one, on)
            told = [*one.opened, *(told for step in made_steps for told in step.told)]
            claimed = any(claim.agreement == one.names.of for claim in self.fund.claims)
            out = tiers_out(self.fund, one.names.of) if claimed else {}
            rows.append(
                ledger_row(
                    one.names,
                    made.state,
                    corrected(told, self.of(one.names.of)),
                    paid=paid_fen(books, terms.agreement, one.events),
                    out_fen=MappingProxyType({**one.shares, **out}),
                    beyond_fen=sum(step.beyond_fen for step in made_steps),
                )
            )
        return (*rows, fund_row(self.fund, corrected(self.fund_told, self.of(FUND))))

    def of(self, of: str) -> list[Told]:
        """The corrections of an agreement, or of the fund."""
        return [one for one in self.corrections if one.of == of]

    def sides(self) -> tuple[Side, Side]:
        """What the chain tells, and what the log does."""
        entries = self.store.entries(0, self.store.size())
        told = log_side(entries, authors([author_key("bank").verifier]))
        return chain_side(self.carrier.made, self.carrier.inbox, self.blocks()), told

    def reconciled(self, on: int) -> Reconciled:
        """Hold all sides together, and open a case for what differs."""
        chain, logged = self.sides()
        made = reconcile(
            chain.rows,
            self.ledger(on),
            pending=self.carrier.outbox.pending(self.carrier.inbox),
            blocks=() if self.elsewhere else chain.blocks,
            entries=() if self.elsewhere else logged.blocks,
        )
        self.cases = found(self.cases, made, on=day(on))
        return made

    def anchored(self, on: int) -> None:
        """Sign the log's head and anchor it; raises `InputError` CASE_OPEN."""
        signed = checkpoint.read(note.read(log.checkpoint(self.store, log_key())).text)
        before = self.chain.made.ask(anchor.head(Role.BANK, anchor.origin_id(ORIGIN)))
        act = anchoring(self.cases, self.store, signed, before, on=day(on))
        if act is not None:
            self.chain.act(act, Role.BANK)
            self.carrier.follow()
            self.log_blocks()

    # The fund's own records beside its acts. ----------------------------------------------

    def filled(self, tier: int, fen: int, on: int) -> str:
        """The government fills a tier: its transaction, under which the ledger knows it."""
        act = pool.Add(tier, name32("add", tier, on), fen, day(on))
        call = self.chain.act(act, Role.GOVERNMENT).transaction.hex()
        after = contributed(self.fund, TIERS[tier], fen, on=day(on))
        self.noted(after, call, on)
        return call

    def noted(self, after: Pool, call: str, on: int) -> None:
        self.fund_told += fund_told(self.fund, after, call=call, on=day(on))
        self.fund = after


def formed(chain: OnTheChain, caps: tuple[int, ...]) -> bytes:
    """A signed group."""
    id = name32("group", *caps)
    who = tuple(name32("member", n) for n in range(len(caps)))
    chain.act(group.Form(id, who, caps, date(2027, 12, 31), FIRST), Role.COOPERATIVE)
    for member in range(len(caps)):
        act = group.Consent(id, member, name32("consent", member), FIRST)
        chain.act(act, Role.COOPERATIVE)
    return id


def call_named(county: County, one: Agreed, name: str, on: int) -> str:
    """The call of a step by the kind of its first move."""
    for step in county.steps(one, on):
        if step.call is not None and step.told and step.told[0].move.kind == name:
            found: str = step.call.id
            return found
    raise AssertionError(f"No step {name} of {one.names.of}.")


def lived(chain: OnTheChain) -> County:
    """Three loans to their ends: repaid, paid by neighbours, borne by the fund and recovered."""
    county = County.begun(chain)
    bps = 7_000
    chain.act(pool.SetShare(pool.Share(bps, 90, name32("leaf")), FIRST), Role.GOVERNMENT)
    county.filled(0, 20_000, -40)
    county.filled(1, 10_000, -39)
    _repaid(county)
    _running(county)
    _neighbours(county, formed(chain, (50_000, 40_000, 40_000)))
    county.day_end(60)
    _fund(county, bps)
    return county


def _repaid(county: County) -> None:
    said = {
        "fen": 60_000, "rate": 960, "principal": 60_000, "instalments": 3, "day_count": "30/360",
    }  # fmt: skip
    one = county.lend("repaid", said)
    for number, (on, fen) in enumerate(((31, 20_321), (61, 20_321), (92, 20_320)), 1):
        one.happened(kinds.Receipt, f"receipt-{number}", on, fen=fen)


def _running(county: County) -> None:
    """Something was paid ahead; most is due long after the story."""
    said = {"fen": 40_000, "rate": 600, "rows": [[day(300)]]}
    county.lend("running", said).happened(kinds.Receipt, "ahead", 50, fen=9_000)


def _neighbours(county: County, formed: bytes) -> None:
    """Part comes from a dividend; the rest is asked of two neighbours, and again of one."""
    said = {"fen": 50_000, "rate": 1_200, "rows": [[day(30), 25_000], [day(60)]]}
    one = county.lend("neighbours", said, group=formed)
    county.day_end(30)
    lines = (group.Line(formed, 0, 1), group.Line(bytes(32), 0, 3))
    act = group.Distribute(name32("dividend"), 60_000, lines, 0, day(30))
    done = county.chain.act(act, Role.COOPERATIVE)
    own = next(event.own for event in done.events if isinstance(event, group.Shared))
    one.beside["dividend"] = Beside(through=done.transaction.hex())
    one.happened(kinds.Receipt, "dividend", 30, fen=own.total)
    owed = replay(
        replace(terms_of(said), agreement=one.names.of[:8]), one.events, on=day(70), rules=rules()
    ).state.payoff_fen
    half, spare = divmod(owed, 2)
    one.beside["call"] = Beside(asked_fen={1: half + spare, 2: half}, due_on=day(85))
    one.happened(kinds.GuaranteeCalled, "call", 70, fen=owed)
    for member, fen in ((1, half + spare), (2, 1_000)):
        one.beside[f"paid-{member}"] = Beside(member=member)
        one.happened(kinds.GuarantorPaid, f"paid-{member}", 70, fen=fen)
        one.shares[f"share/{member}"] = fen
    rest = half - 1_000
    one.beside["paid-again"] = Beside(member=1, asked_fen={1: rest}, due_on=day(101))
    one.happened(kinds.GuarantorPaid, "paid-again", 86, fen=rest)
    one.shares["share/1"] += rest


def _fund(county: County, bps: int) -> None:
    """Nothing comes: claimed after ninety days, paid by two tiers and a part later, recovered."""
    said = {"fen": 60_000, "rate": 1_200, "rows": [[day(30)]]}
    one = county.lend("claimed", said)
    county.fund = filed(county.fund, one.names.of, 60_000 * bps // 10_000, on=day(125))
    after = accepted(county.fund, one.names.of, on=day(125))
    paid = tiers_out(after, one.names.of)
    one.beside["claim"] = Beside(lost_fen=(60_000, 0), past_due=95, parts=paid)
    one.happened(kinds.ClaimAccepted, "claim", 125, fen=sum(paid.values()), tier="county")
    call = call_named(county, one, "accepted", 125)
    county.noted(after, call, 125)
    county.day_end(125)
    before = tiers_out(county.fund, one.names.of)
    through = county.filled(0, 15_000, 130)  # What waits is paid at once.
    rest = {
        name: fen - before.get(name, 0)
        for name, fen in tiers_out(county.fund, one.names.of).items()
        if fen != before.get(name, 0)
    }
    one.beside["rest"] = Beside(through=through, parts=rest)
    one.happened(kinds.ClaimAccepted, "rest", 130, fen=sum(rest.values()), tier="county")
    county.day_end(130)
    claim = county.fund.claim(one.names.of)
    back = recovered(
        county.fund, one.names.of, 9_999, lender_out_fen=60_000 - claim.out_fen, on=day(140)
    )
    parts = {f"tier/{TIERS.index(name)}": fen for name, fen in back.tiers_fen.items()}
    one.beside["back"] = Beside(parts=parts)
    one.happened(kinds.Recovery, "back", 140, fen=9_999, fund_fen=sum(back.tiers_fen.values()))
    county.noted(back.pool, call_named(county, one, "recovered", 140), 140)
    county.day_end(140)
