"""What the chain is told of an agreement: its history as calls, in the order in which they count.

The books are worked out anew with each fact, on the day on which it became known, and the chain is
told the difference: what fell due, what came and which part it paid, what was given back. A fact
told late changes what earlier ones paid; the chain gets that as a giving back and a receipt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from suixin.data.errors import InputError
from suixin.evidence.chain.calls import agreement, group, pool
from suixin.evidence.chain.calls.agreement import Kind
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Parts
from suixin.kernel.money import share
from suixin.lending import events as kinds
from suixin.lending.agreement import AgreementState, AgreementTerms
from suixin.lending.chain_dues import PARTS, PRINCIPAL, Debt, Moved
from suixin.lending.chain_rows import NOTHING_BESIDE, ON_THE_DEBT, PAYS, Beside, OnChain, Step
from suixin.lending.events import Event, history
from suixin.lending.replay import replay
from suixin.lending.running import ServicingRules
from suixin.lending.states import Life
from suixin.lending.transaction import Transaction

# How a sum is split whose parts the books no longer tell apart: as more than 90 days past due.
PRINCIPAL_FIRST: Final = (3, 0, 1, 2)


def steps(
    terms: AgreementTerms,
    events: Sequence[Event],
    *,
    on: date,
    rules: ServicingRules,
    names: OnChain,
    beside: Mapping[str, Beside],
) -> tuple[Step, ...]:
    """The calls of an agreement from its disbursement to the end of a day, and what they move.

    `beside` tells by event key what the books do not know. A longer history begins with the steps
    of a shorter one. Raises `InputError`: ONE_DRAW, where a line is drawn more than once (the chain
    pays an agreement out once); CLAIMED, where a receipt follows a claim (it is a recovery then);
    ENDED, where books take back what the chain keeps: a closing, a write-off, what came after one
    or after a claim.
    """
    telling = _Telling(names=names, terms=terms, rules=rules, beside=beside)
    for day in _days(terms, events, on):
        known = [event for event in events if event.booked_on < day]
        telling.learn(known, None, day)
        for event in _learned(events, day):
            known.append(event)
            telling.learn(known, event, day)
        telling.end()
    return tuple(telling.steps)


def _learned(events: Sequence[Event], day: date) -> Iterator[Event]:
    """The events entered on a day, once each; what is taken back comes before its taking back."""
    known: dict[str, Event] = {}
    for event in events:
        if event.booked_on == day:
            known.setdefault(event.key, event)
    back = [event for event in known.values() if isinstance(event, kinds.Reversal)]
    yield from history([event for event in known.values() if event not in back])[0]
    yield from sorted(back, key=lambda event: event.key)


def _days(terms: AgreementTerms, events: Sequence[Event], on: date) -> list[date]:
    """The days on which something may be told: entries, and due days of every schedule."""
    days = {event.booked_on for event in events} | {row.due_on for row in terms.rows}
    for event in events:
        if isinstance(event, kinds.Restructure):
            days |= {row.due_on for row in event.rows}
        elif isinstance(event, kinds.Holiday):
            days.add(event.until)
    return sorted(day for day in days if terms.start <= day <= on)


@dataclass(slots=True, kw_only=True)
class _Telling(Debt):
    """An agreement whose books are gone through, and what the chain was told of each fact."""

    terms: AgreementTerms
    rules: ServicingRules
    beside: Mapping[str, Beside]
    out: dict[int, int] = field(default_factory=dict)  # Of guarantors, by place.
    bears: int = 0  # What the lender bears of an accepted claim.
    drawn: str = ""  # The draw that stands on the chain.
    told: dict[str, list[int]] = field(default_factory=dict)  # What each event paid, by part.
    shared: set[str] = field(default_factory=set)  # Recoveries that the pool shared.
    beyond: dict[str, int] = field(default_factory=dict)  # What of them was a surplus there.
    foreseen: set[str] = field(default_factory=set)  # Facts of which the chain was told ahead.

    def learn(self, known: Sequence[Event], event: Event | None, day: date) -> None:
        """A new day, or one more fact on it: tell what it changes."""
        self.day = day
        made = replay(self.terms, known, on=day, rules=self.rules)
        of = f"{self.terms.agreement}/"
        posted = {one.key.removeprefix(of): one for one in made.transactions}
        ended = self.life in (Life.WRITTEN_OFF, Life.CLOSED)
        if ended and made.state.life not in (self.life, Life.CLOSED):
            raise self._ended(f"{self.life} there and {made.state.life} in the books")
        gone = dict(made.refused).keys() | history(known)[1]
        for one in known:
            self._foresee(one, stands=one.key not in gone)
        self._draw(known, posted)
        if self.drawn and self.life is not Life.CLOSED:
            self._move(known, event, posted, made.state)
        self.before = made.state

    def end(self) -> None:
        """At the end of a day, what owes nothing is closed."""
        if self.before is None or self.life is Life.CLOSED or self.before.life is not Life.CLOSED:
            return
        self.waive(self.due, ended=True)
        self.call(
            f"close/{self.day}",
            lambda _: agreement.Close(self.names.id, self.day),
            [("closed", "", 0)],
        )
        self.life = Life.CLOSED

    def _foresee(self, event: Event, *, stands: bool) -> None:
        """What a fact that came to stand, or stands no more, asks before it moves the debt."""
        if stands is (event.key in self.foreseen):
            return
        if not stands:
            if isinstance(event, kinds.GuaranteeCalled):
                self.foreseen.discard(event.key)
                self.call(
                    f"{event.key}/back",
                    lambda _: group.WithdrawCall(self.names.id, self.day),
                    [("call withdrawn", "", 0)],
                )
            return
        if isinstance(event, (kinds.WriteOff, kinds.GuaranteeCalled, kinds.ClaimAccepted)):
            self.foreseen.add(event.key)
        if isinstance(event, kinds.WriteOff) and self.life is not Life.WRITTEN_OFF:
            self.bring_up()
            self.charge([0, 0, 0, self.outstanding - self.due[PRINCIPAL]])
            self.call(
                event.key,
                lambda id: agreement.WriteOff(self.names.id, id, self.day),
                [("written off", "", 0)],
            )
            self.life = Life.WRITTEN_OFF
        elif isinstance(event, kinds.GuaranteeCalled):
            self.bring_up()
            self._ask(event, self.beside.get(event.key, NOTHING_BESIDE))
        elif isinstance(event, kinds.ClaimAccepted) and not self.accepted:
            self.bring_up()
            self._claim(event)

    def _ask(self, event: Event, said: Beside, *, again: bool = False) -> None:
        """Ask the guarantors; or ask those who paid for what the others did not."""
        by, fen, id = said.due_on or self.day, event.amount_fen or 0, self.names.id
        act = group.CallAgain(id, by, self.day) if again else group.CallOn(id, fen, by, self.day)
        kind, key = ("asked again", f"{event.key}/again") if again else ("asked", event.key)
        asked = [(f"{kind} {place}", "", part) for place, part in said.asked_fen.items() if part]
        self.call(key, lambda _: act, [*asked, ("uncovered", "", said.uncovered_fen)])

    def _claim(self, event: kinds.ClaimAccepted) -> None:
        """Filed by the bank and accepted by the government, whose tiers pay."""
        said = self.beside.get(event.key, NOTHING_BESIDE)
        principal, interest = said.lost_fen
        self.bears = principal + interest
        self.call(
            f"{event.key}/claim",
            lambda _: pool.FileClaim(self.names.id, principal, interest, said.past_due, self.day),
            [("claimed", "", principal + interest)],
        )
        took = [("accepted", "", 0)]
        if said.through:
            self.accepted = said.through
            self.through(said.through, took)
        else:
            self.accepted = self.call(
                f"{event.key}/accept",
                lambda _: pool.Accept(self.names.id, self.day),
                took,
                by=Role.GOVERNMENT,
            )

    def _draw(self, known: Sequence[Event], posted: Mapping[str, Transaction]) -> None:
        """The one disbursement, or its undoing."""
        back = {
            event.of for event in known if isinstance(event, kinds.Reversal) and event.key in posted
        }
        out = {event.key: event.fen for event in known if isinstance(event, kinds.Draw)}
        out = {key: fen for key, fen in out.items() if key in posted and key not in back}
        if len(out) > 1:
            wrong = f"{self.terms.agreement} is drawn {len(out)} times; the chain pays out once."
            raise InputError("ONE_DRAW", wrong, "Give each draw of a line its own agreement there.")
        if self.drawn and self.drawn not in out:
            self.call(
                f"{self.drawn}/back",
                lambda id: agreement.TakeBack(self.names.id, id, self.day),
                [("taken back", "principal", -self.outstanding)],
            )
            self.drawn, self.outstanding = "", 0
        if out and not self.drawn:
            ((self.drawn, self.outstanding),) = out.items()
            self.call(
                self.drawn,
                lambda _: agreement.Disburse(self.names.id, self.names.payee, self.day),
                [("disbursed", "principal", self.outstanding)],
            )

    def _move(
        self,
        known: Sequence[Event],
        new: Event | None,
        posted: Mapping[str, Transaction],
        state: AgreementState,
    ) -> None:
        """What was given back, what fell due or does no longer, and what came."""
        receipts = {event.key for event in known if isinstance(event, kinds.Receipt)}
        moving = [
            event
            for event in known
            if isinstance(event, ON_THE_DEBT)
            or (isinstance(event, kinds.Reversal) and event.of in receipts)
        ]
        changes = [(event, self._change(event, posted)) for event in moving]
        rest = [(event, self._give_back(event, change)) for event, change in changes]
        coming = [(event, [max(0, fen) for fen in change]) for event, change in changes]
        coming = [(event, parts) for event, parts in coming if any(parts)]
        if coming:
            self.even(state, [sum(parts[n] for _, parts in coming) for n in range(PRINCIPAL)])
        for event, parts in coming:
            self._receive(event, parts, first=event.key not in self.told)
        for event, change in rest:  # More than had been paid before the rest came.
            self._give_back(event, change)
        if isinstance(new, kinds.Receipt):
            self._pass_on(new, posted)
        self.even(state, [0, 0, 0], principal=True)

    def _change(self, event: Event, posted: Mapping[str, Transaction]) -> list[int]:
        """What the books say that a fact paid, less what the chain was told of it."""
        parts = [0, 0, 0, 0, 0]
        for name in (event.key, f"{event.key}/paid"):
            for one in posted[name].postings if name in posted else ():
                if one.account in PAYS:
                    parts[PAYS[one.account]] -= one.fen
        first, told = event.key not in self.told, self.told.get(event.key, [0, 0, 0, 0])
        if self.life is Life.WRITTEN_OFF or self.accepted:
            # One sum, whose parts the books no longer tell apart; what came before stays as told.
            before = sum(told) + self.beyond.get(event.key, 0)
            if not first and sum(parts) != before:
                raise self._ended(f"{event.key} paid {before} there and {sum(parts)} here")
            return self._split(sum(parts) if first else 0)
        if self._shared(event):  # There it pays principal first, whatever is late.
            return self._split(sum(parts)) if first else _less(told, sum(parts))
        return [fen - before for fen, before in zip(parts[:4], told, strict=True)]

    def _shared(self, event: Event) -> bool:
        """Whether it is a recovery in which others have their part: the pool shares it then."""
        if isinstance(event, kinds.Recovery) and event.key not in self.told:
            return bool(self.accepted or any(self.out.values()))
        return event.key in self.shared

    def _ended(self, what: str) -> InputError:
        wrong = f"{self.terms.agreement} cannot go back on the chain: {what}."
        return InputError("ENDED", wrong, "Open a case, and enter what came under a new agreement.")

    def _split(self, fen: int) -> list[int]:
        parts, owed = [0, 0, 0, 0], [*self.due[:PRINCIPAL], self.outstanding]
        for n in PRINCIPAL_FIRST:
            parts[n] = min(fen, owed[n])
            fen -= parts[n]
        parts[0] += fen  # Penalty that ran up since the last day of which the chain was told.
        return parts

    def _give_back(self, event: Event, change: list[int]) -> list[int]:
        """What is paid no more, as far as it stands as paid there; what is left to give back."""
        wanted = [max(0, -fen) for fen in change]
        parts = [min(fen, paid) for fen, paid in zip(wanted, self.paid, strict=True)]
        left = [part - fen for fen, part in zip(wanted, parts, strict=True)]
        if not any(parts):
            return left
        self.call(
            f"{event.key}/back",
            lambda id: agreement.GiveBack(self.names.id, id, Parts(*parts), self.day),
            [(f"given back {PARTS[n]}", "paid", -fen) for n, fen in enumerate(parts) if fen],
        )
        self._note(event, [-fen for fen in parts])
        for n in range(PRINCIPAL):
            self.due[n] += parts[n]
        self.outstanding += parts[PRINCIPAL]
        return left

    def _receive(self, event: Event, parts: list[int], *, first: bool) -> None:
        """Money that pays so much of each part, from whoever brings it."""
        said = self.beside.get(event.key, NOTHING_BESIDE)
        told = [(f"received {PARTS[n]}", "paid", fen) for n, fen in enumerate(parts) if fen]
        if isinstance(event, kinds.ClaimAccepted):
            moved = [*self._by_tier(event, said)]
            self.bears -= sum(parts)
            self.through(said.through or self.accepted, moved)
        elif self._shared(event):
            self.shared.add(event.key)
            parts = self._share_out(event, parts, said)
        elif said.through and first:
            self.through(said.through, told)
        elif isinstance(event, kinds.GuarantorPaid) and first:
            self._guarantor(event, said, parts, told)
        elif self.accepted:
            wrong = f"{event.key} comes after a claim; it is a recovery, to be shared."
            raise InputError("CLAIMED", wrong, "Enter it as a recovery.")
        else:
            self.make_way(parts)
            kind = _brings(event, said) if first else Kind.BORROWER
            self.call(
                event.key,
                lambda id: agreement.Receive(self.names.id, id, kind, Parts(*parts), self.day),
                told,
            )
        self._note(event, parts)
        for n in range(4):
            self.due[n] -= min(parts[n], self.due[n])
        self.outstanding -= parts[PRINCIPAL]

    def _share_out(self, event: Event, parts: list[int], said: Beside) -> list[int]:
        """A recovery that the pool shares; after a claim what ran up since is a surplus there."""
        fen, paid = event.amount_fen or 0, sum(parts)
        came = min(paid, self.bears) if self.accepted else paid
        surplus = fen - came - sum(said.parts.values())
        moved = [("recovered", "paid", came), ("surplus", "", surplus)]
        moved = [one for one in moved if one[2]] + self._had_back(said.parts)
        self.beyond[event.key] = paid - came
        self._recover(event.key, fen, moved, beyond_fen=paid - came)
        self.bears -= came if self.accepted else 0
        return self._split(came)

    def _guarantor(self, event: Event, said: Beside, parts: list[int], told: list[Moved]) -> None:
        place = said.member
        if said.asked_fen:
            self._ask(event, said, again=True)
        self.call(
            event.key,
            lambda id: group.Pay(self.names.id, place, id, Parts(*parts), self.day),
            [*told, ("paid by guarantor", f"share/{place}", sum(parts))],
        )
        self.out[place] = self.out.get(place, 0) + sum(parts)

    def _by_tier(self, event: kinds.ClaimAccepted, said: Beside) -> Iterator[Moved]:
        parts = said.parts or {f"tier/{self.names.tiers.index(event.tier)}": event.fen}
        for name, fen in parts.items():
            yield f"paid by {name}", "paid", fen
            yield "paid by fund", name, fen

    def _pass_on(self, event: kinds.Receipt, posted: Mapping[str, Transaction]) -> None:
        """What the debtor pays beyond his debt goes to the guarantors who paid for him."""
        shared = posted[f"{event.key}/shared"].postings if f"{event.key}/shared" in posted else ()
        fen = -sum(one.fen for one in shared if one.account == "2005")
        if not fen:
            return
        places = sorted(self.out)
        parts = share(fen, [self.out[place] for place in places])
        back = {f"share/{place}": part for place, part in zip(places, parts, strict=True)}
        self._recover(f"{event.key}/shared", fen, self._had_back(back))

    def _recover(self, key: str, fen: int, told: Iterable[Moved], *, beyond_fen: int = 0) -> None:
        """Money that the pool shares among all who have something out."""
        self.call(key, lambda id: pool.Recover(self.names.id, id, fen, self.day), told)
        self.steps[-1] = replace(self.steps[-1], beyond_fen=beyond_fen)

    def _had_back(self, parts: Mapping[str, int]) -> list[Moved]:
        for name, fen in parts.items():
            kind, _, place = name.partition("/")
            if kind == "share":
                self.out[int(place)] -= fen
        return [("had back", name, -fen) for name, fen in parts.items() if fen]

    def _note(self, event: Event, parts: list[int]) -> None:
        before = self.told.get(event.key, [0, 0, 0, 0])
        self.told[event.key] = [old + fen for old, fen in zip(before, parts, strict=True)]
        self.paid = [old + fen for old, fen in zip(self.paid, parts, strict=True)]


def _less(told: Sequence[int], fen: int) -> list[int]:
    """What of a recovery goes back, so that so much of it stays."""
    back, change = max(0, sum(told) - fen), []
    for part in told:
        change.append(-min(back, part))
        back += change[-1]
    return change


def _brings(event: Event, said: Beside) -> Kind:
    if isinstance(event, kinds.Sale):
        return Kind.SWEEP
    return Kind.SUBSIDY if isinstance(event, kinds.Subsidised) else said.brings
