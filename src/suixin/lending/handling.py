"""What each event does to a running agreement; its postings are those of the model's table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.kernel.money import Money
from suixin.lending import events, handling_loss
from suixin.lending.allocation import Allocation, Bucket, Claim, undone
from suixin.lending.arrears import OpenDue
from suixin.lending.events import Event, PlannedDue
from suixin.lending.running import SERVED, Running
from suixin.lending.servicing_refusal import ServicingRefusal, refuse
from suixin.lending.states import Happening, Life
from suixin.lending.sweep import OrderSwept, SweepTerms, refunded, sold
from suixin.lending.transaction import Posting


def handle(run: Running, event: Event) -> None:
    """Work an event into the agreement as it stands; a refusal is noted and changes nothing."""
    _HANDLERS[type(event)](run, event)


def _draw(run: Running, event: events.Draw) -> None:
    limit, first = run.terms.limit_fen, not run.draws
    if run.holds:
        refuse(
            run, event, ServicingRefusal.HELD, found=", ".join(sorted(run.holds)), most="no hold"
        )
        return
    if run.ended:
        refuse(run, event, ServicingRefusal.ENDED, found=event.on, most="before the last due day")
        return
    if limit is not None and run.principal + event.fen > limit:
        left = Money(limit - run.principal)
        refuse(run, event, ServicingRefusal.ABOVE_LIMIT, found=Money(event.fen), most=f"to {left}")
        return
    if not run.moved(event.key, Happening.PAYMENT_CONFIRMED):
        return
    whole = sum(row.principal_fen or 0 for row in run.rows)
    run.on_plan = first and event.on == run.terms.start and whole == event.fen
    run.not_due += event.fen
    run.draws[event.key] = event.fen
    through = "2002" if event.to == "supplier" else "1002"
    postings = list(run.pair("1101", through, event.fen))
    if limit is not None:
        postings += run.pair("9000", "9001", event.fen)
    run.post(event.key, postings, booked_on=event.booked_on)
    run.post(f"{event.key}/sent", run.pair(through, "1001", event.fen), booked_on=event.booked_on)


def _fee(run: Running, event: events.Fee) -> None:
    if not run.moved(event.key, Happening.ACCRUE):
        return
    run.add_due(OpenDue(event.on, 0, 0, event.fen))
    run.post(event.key, run.pair("1104", "4003", event.fen), booked_on=event.booked_on)


def _new_rate(run: Running, event: events.NewRate) -> None:
    run.rate_bps, run.on_plan = event.rate_bps, False


def _holiday(run: Running, event: events.Holiday) -> None:
    inside = [row for row in run.rows if event.on < row.due_on <= event.until]
    if not inside:
        return
    rest = [row for row in run.rows if row.due_on > event.until]
    fee = sum(row.fee_fen for row in inside)
    parts = [row.principal_fen for row in inside if row.principal_fen is not None]
    principal = sum(parts) if len(parts) == len(inside) else None  # None: all that is left.
    run.rows = [PlannedDue(event.until, principal, None, fee), *rest]
    run.on_plan = False


def _restructure(run: Running, event: events.Restructure) -> None:
    if not run.moved(event.key, Happening.RESTRUCTURE):
        return
    first = event.rows[0].due_on
    interest = run.accrued + sum(due.interest_fen for due in run.dues)
    fee = sum(due.fee_fen for due in run.dues)
    run.not_due, run.accrued, run.dues = run.principal, 0, []
    run.add_due(OpenDue(first, 0, interest, fee))
    run.penalty_since = first if run.penalty else None
    run.rows, run.rate_bps, run.ahead = list(event.rows), event.rate_bps, 0
    run.on_plan = run.not_due == sum(row.principal_fen or 0 for row in run.rows)
    run.non_accrual = run.ended = False
    run.restructured.append(event.on)
    run.restart_interest()


def _sweep_terms(run: Running, event: Event) -> SweepTerms:
    if run.terms.sweep is None:
        wrong = f"{event.key}: {run.terms.agreement} is not repaid from sales."
        raise InputError("NO_SWEEP", wrong, "Send receipts instead.")
    return run.terms.sweep


def _sale(run: Running, event: events.Sale) -> None:
    terms, before = _sweep_terms(run, event), run.orders.get(event.order, OrderSwept())
    owed = run.payoff if run.life in SERVED else 0
    after = run.orders[event.order] = sold(before, event.fen, terms=terms, owed_fen=owed)
    taken = after.taken_fen - before.taken_fen
    run.period_net += event.fen
    run.period_swept += taken
    if taken:
        run.swept.append(_received(run, event, taken).paid)
        run.settled(event.key, Happening.RECEIPT)


def _refund(run: Running, event: events.Refund) -> None:
    terms, before = _sweep_terms(run, event), run.orders.get(event.order, OrderSwept())
    after = refunded(before, event.fen, terms=terms, closed=run.life not in SERVED)
    run.orders[event.order] = after
    back = before.taken_fen - after.taken_fen
    run.period_net -= event.fen
    run.period_swept -= back
    if not back:
        return
    taken_back, left = undone(run.swept, back)
    run.swept = list(left)
    _reopen(run, event, taken_back, as_it_was=False)
    run.settled(event.key, Happening.GIVE_BACK)


def _reopen(run: Running, event: Event, paid: tuple[Claim, ...], *, as_it_was: bool) -> None:
    """Owe again what was paid: `as_it_was` on its own due day, else ahead of the next one."""
    postings: list[Posting] = []
    for claim in paid:
        postings += _reopened(run, claim, as_it_was=as_it_was)
    postings += run.pair("2001", "1001", sum(claim.fen for claim in paid))
    run.on_plan = False
    run.post(event.key, postings, booked_on=event.booked_on)


def _reopened(run: Running, claim: Claim, *, as_it_was: bool) -> list[Posting]:
    fen, due_on = claim.fen, claim.due_on if as_it_was else None
    if due_on is None and (run.ended or claim.bucket is Bucket.FEE):
        due_on = run.day
    postings: list[Posting] = []
    if claim.bucket is Bucket.PRINCIPAL:
        if due_on is None:
            run.not_due += fen
            run.ahead = max(0, run.ahead - fen)
        else:
            run.add_due(OpenDue(due_on, fen))
        postings += run.pair("1101", "2001", fen)
        if run.terms.limit_fen is not None and not run.ended:
            postings += run.pair("9000", "9001", fen)
    elif claim.bucket is Bucket.FEE:
        run.add_due(OpenDue(due_on or run.day, 0, 0, fen))
        postings += run.pair("1104", "2001", fen)
    elif claim.bucket is Bucket.INTEREST:
        if due_on is None:
            run.accrued += fen
        else:
            run.add_due(OpenDue(due_on, 0, fen))
        postings += _owed_again(run, "4001", "1102", fen)
        run.suspended_interest += fen if run.non_accrual else 0
    else:
        run.penalty += fen
        run.penalty_since = run.penalty_since or claim.due_on or run.day
        postings += _owed_again(run, "4002", "1103", fen)
        run.suspended_penalty += fen if run.non_accrual else 0
    return postings


def _owed_again(run: Running, income: str, receivable: str, fen: int) -> list[Posting]:
    if run.non_accrual:
        return [*run.pair(income, "2001", fen), *run.pair("9003", "9000", fen)]
    return [*run.pair(receivable, "2001", fen)]


def _received(run: Running, event: Event, fen: int) -> Allocation:
    """Money into suspense and out of it by the order of allocation; the rest stays there."""
    run.post(event.key, run.pair("1001", "2001", fen), booked_on=event.booked_on)
    made = run.pay(fen)
    run.post(f"{event.key}/paid", run.credits(made.paid, "2001"), booked_on=event.booked_on)
    passed = handling_loss.passed_on(run, event, made.rest_fen)
    run.suspense += made.rest_fen - passed
    return Allocation(made.paid, made.rest_fen - passed)


def _receipt(run: Running, event: events.Receipt) -> None:
    if run.life is Life.WRITTEN_OFF:
        handling_loss.recovered(run, event, event.fen)
        return
    if run.life not in SERVED:
        run.post(event.key, run.pair("1001", "2001", event.fen), booked_on=event.booked_on)
        run.suspense += event.fen
        run.receipts[event.key] = Allocation((), event.fen)
        run.moved(event.key, Happening.RECEIPT, to=run.life)
        return
    made = _received(run, event, event.fen)
    if sum(claim.fen for claim in made.paid) + made.rest_fen == event.fen:
        run.receipts[event.key] = made  # What was passed on is not ours to return.
    run.settled(event.key, Happening.RECEIPT)


def _subsidised(run: Running, event: events.Subsidised) -> None:
    if not run.moved(event.key, Happening.SUBSIDY):
        return
    made = run.pay(event.fen, buckets=(Bucket.INTEREST,))
    postings = [*run.credits(made.paid, "1105"), *run.pair("1105", "2003", made.rest_fen)]
    run.post(event.key, postings, booked_on=event.booked_on)


def _clawed_back(run: Running, event: events.ClawedBack) -> None:
    if run.moved(event.key, Happening.SUBSIDY):
        run.add_due(OpenDue(event.on, 0, event.fen))
        run.post(event.key, run.pair("1102", "2006", event.fen), booked_on=event.booked_on)


def _release(run: Running, event: events.Release) -> None:
    if event.fen > run.suspense:
        most = f"to {Money(run.suspense)}"
        refuse(run, event, ServicingRefusal.ABOVE_OWED, found=Money(event.fen), most=most)
        return
    run.suspense -= event.fen
    run.post(event.key, run.pair("2001", "2003", event.fen), booked_on=event.booked_on)


def _reversal(run: Running, event: events.Reversal) -> None:
    """A receipt or a draw returned on a later day: it stood until now."""
    if event.of in run.receipts:
        paid, rest = run.receipts[event.of].paid, run.receipts[event.of].rest_fen
        if rest > run.suspense or run.life not in (*SERVED, Life.CLOSED):
            most = f"to {Money(run.suspense)}"
            refuse(run, event, ServicingRefusal.ABOVE_OWED, found=Money(rest), most=most)
            return
        del run.receipts[event.of]
        run.suspense -= rest
        if run.life is Life.CLOSED and paid:
            run.life = Life.ACTIVE  # The table runs again from here.
        _reopen(run, event, paid, as_it_was=True)
        run.post(f"{event.key}/rest", run.pair("2001", "1001", rest), booked_on=event.booked_on)
    elif event.of in run.draws and run.draws[event.of] <= run.not_due:
        fen = run.draws[event.of]
        to = Life.READY if len(run.draws) == 1 and run.payoff == fen else run.life
        if not run.moved(event.key, Happening.PAYMENT_FAILED, to=to):
            return
        del run.draws[event.of]
        run.not_due, run.on_plan = run.not_due - fen, False
        postings = [*run.pair("1001", "1101", fen)]
        if run.terms.limit_fen is not None and not run.ended:
            postings += run.pair("9001", "9000", fen)
        run.post(event.key, postings, booked_on=event.booked_on)
    else:
        most = "what is not due yet of a draw, or a receipt"
        refuse(run, event, ServicingRefusal.ABOVE_OWED, found=event.of, most=most)


def _freeze(run: Running, event: events.Freeze) -> None:
    run.holds.add(event.hold)


def _unfreeze(run: Running, event: events.Unfreeze) -> None:
    run.holds.discard(event.hold)


_HANDLERS: Final[Mapping[type[Event], Callable[[Running, Any], None]]] = MappingProxyType(
    {
        events.Draw: _draw,
        events.Fee: _fee,
        events.NewRate: _new_rate,
        events.Holiday: _holiday,
        events.Restructure: _restructure,
        events.Sale: _sale,
        events.Refund: _refund,
        events.Subsidised: _subsidised,
        events.ClawedBack: _clawed_back,
        events.Receipt: _receipt,
        events.GuaranteeCalled: handling_loss.guarantee_called,
        events.GuarantorPaid: handling_loss.guarantor_paid,
        events.ClaimAccepted: handling_loss.claim_accepted,
        events.Compensated: handling_loss.compensated,
        events.Provide: handling_loss.provide,
        events.WriteOff: handling_loss.write_off,
        events.Recovery: handling_loss.recovery,
        events.Release: _release,
        events.Reversal: _reversal,
        events.Freeze: _freeze,
        events.Unfreeze: _unfreeze,
    }
)
