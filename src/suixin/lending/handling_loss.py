"""When others pay for the debtor, or nobody does: guarantors, fund, write-off, recovery."""

from __future__ import annotations

from collections.abc import Iterable

from suixin.kernel.money import Money, share
from suixin.lending import events
from suixin.lending.allocation import Bucket
from suixin.lending.events import Event
from suixin.lending.running import SERVED, Running
from suixin.lending.servicing_refusal import ServicingRefusal, refuse
from suixin.lending.states import Happening, Life
from suixin.lending.transaction import Posting


def guarantee_called(run: Running, event: events.GuaranteeCalled) -> None:
    """A guarantor is asked; the call stands open in the memo."""
    if run.moved(event.key, Happening.GUARANTEE_CALL):
        run.called += event.fen
        run.post(event.key, run.pair("9005", "9000", event.fen), booked_on=event.booked_on)


def guarantor_paid(run: Running, event: events.GuarantorPaid) -> None:
    """A guarantor pays as a receipt would, and the debtor owes him."""
    if run.life is Life.WRITTEN_OFF and event.fen <= run.written_off:
        _pays_written_off(run, event)
        return
    if event.fen > run.payoff or run.life not in SERVED:
        most = Money(run.payoff if run.life in SERVED else 0)
        refuse(run, event, ServicingRefusal.ABOVE_OWED, found=Money(event.fen), most=f"to {most}")
        return
    made = run.pay(event.fen)
    called = min(run.called, event.fen)
    run.called -= called
    run.recourse_guarantors += event.fen
    postings = [*run.credits(made.paid, "1001"), *run.pair("9000", "9005", called)]
    run.post(event.key, postings, booked_on=event.booked_on)
    run.settled(event.key, Happening.RECEIPT)


def _pays_written_off(run: Running, event: events.GuarantorPaid) -> None:
    """A guarantor pays what was written off: the lender recovers, the debtor owes the guarantor."""
    _lender_recovers(run, event, event.fen, lender_fen=event.fen)
    called = min(run.called, event.fen)
    run.called -= called
    run.recourse_guarantors += event.fen
    run.post(f"{event.key}/call", run.pair("9000", "9005", called), booked_on=event.booked_on)
    run.moved(event.key, Happening.RECEIPT)


def claim_accepted(run: Running, event: events.ClaimAccepted) -> None:
    """The fund takes on principal and suspended interest; the debtor owes the fund."""
    if run.life is Life.WRITTEN_OFF and event.fen <= run.written_off:
        if run.moved(event.key, Happening.FUND_CLAIM):
            run.written_off -= event.fen
            run.recourse_fund += event.fen
            lender = [*run.pair("1106", "1901", event.fen), *run.pair("9000", "9004", event.fen)]
            _in_both_books(run, event, lender, fund=("F102", "F201"), fen=event.fen)
        return
    principal = event.fen - event.interest_fen
    if principal > run.principal or event.interest_fen > run.suspended_interest:
        most = f"principal {run.principal}, suspended interest {run.suspended_interest}"
        refuse(run, event, ServicingRefusal.ABOVE_OWED, found=event.fen, most=most)
        return
    if not run.moved(event.key, Happening.FUND_CLAIM):
        return
    paid = [*run.pay(principal, buckets=(Bucket.PRINCIPAL,)).paid]
    paid += run.pay(event.interest_fen, buckets=(Bucket.INTEREST,)).paid
    run.recourse_fund += event.fen
    _in_both_books(run, event, run.credits(paid, "1106"), fund=("F102", "F201"), fen=event.fen)


def compensated(run: Running, event: events.Compensated) -> None:
    """The fund pays the lender."""
    if run.moved(event.key, Happening.COMPENSATION_PAID):
        lender = run.pair("1001", "1106", event.fen)
        _in_both_books(run, event, lender, fund=("F201", "F101"), fen=event.fen)


def _in_both_books(
    run: Running,
    event: Event,
    lender: Iterable[Posting],
    *,
    fund: tuple[str, str],
    fen: int,
    suffix: str = "",
) -> None:
    """The same movement in the lender's and in the fund's books, as a pair."""
    key, pair = f"{event.key}{suffix}", f"{run.terms.agreement}/{event.key}{suffix}"
    run.post(key, lender, booked_on=event.booked_on, pair=pair)
    run.post(
        f"{key}/fund", run.pair(*fund, fen), booked_on=event.booked_on, books="fund", pair=pair
    )


def provide(run: Running, event: events.Provide) -> None:
    """An expense now for a loss to come."""
    run.post(event.key, run.pair("5001", "1901", event.fen), booked_on=event.booked_on)


def write_off(run: Running, event: events.WriteOff) -> None:
    """Out of the books against the allowance; the debtor owes it still."""
    if not run.moved(event.key, Happening.WRITE_OFF):
        return
    principal, fee = run.principal, sum(due.fee_fen for due in run.dues)
    interest = run.payoff - principal - fee - run.penalty
    parts = {
        "1101": principal,
        "1102": interest - run.suspended_interest,
        "1103": run.penalty - run.suspended_penalty,
        "1104": fee,
    }
    run.written_off = sum(parts.values())
    postings = [one for code, fen in parts.items() for one in run.pair("1901", code, fen)]
    postings += run.pair("9004", "9000", run.written_off)
    run.not_due, run.dues, run.ahead = 0, [], 0
    run.accrued, run.penalty = run.suspended_interest, run.suspended_penalty
    run.post(event.key, postings, booked_on=event.booked_on)


def recovery(run: Running, event: events.Recovery) -> None:
    """What came back, each to his own part of what he has out."""
    fund, guarantors = event.fund_fen, event.guarantors_fen
    if fund > run.recourse_fund or guarantors > run.recourse_guarantors:
        most = f"fund {run.recourse_fund}, guarantors {run.recourse_guarantors}"
        refuse(run, event, ServicingRefusal.ABOVE_OWED, found=event.fen, most=most)
        return
    if run.life not in (Life.DEFAULTED, Life.WRITTEN_OFF):
        run.moved(event.key, Happening.RECOVERY, to=run.life)
        return
    lender = event.fen - fund - guarantors
    if run.life is Life.WRITTEN_OFF:
        run.suspense += _lender_recovers(run, event, event.fen, lender_fen=lender)
    else:
        run.post(event.key, run.pair("1001", "2001", event.fen), booked_on=event.booked_on)
        made = run.pay(lender)
        paid = run.credits(made.paid, "2001")
        run.post(f"{event.key}/paid", paid, booked_on=event.booked_on)
        run.suspense += made.rest_fen
    _pass_on(run, event, fund=fund, guarantors=guarantors)
    _closed_if_paid(run, event)


def passed_on(run: Running, event: Event, fen: int) -> int:
    """Once the lender is paid, those who paid for the debtor are, by what each still has out."""
    out = [run.recourse_fund, run.recourse_guarantors]
    part = min(fen, sum(out))
    if part:
        fund, guarantors = share(part, out)
        _pass_on(run, event, fund=fund, guarantors=guarantors)
    return part


def _pass_on(run: Running, event: Event, *, fund: int, guarantors: int) -> None:
    run.recourse_fund -= fund
    run.recourse_guarantors -= guarantors
    shared = [*run.pair("2001", "2004", fund), *run.pair("2001", "2005", guarantors)]
    run.post(f"{event.key}/shared", shared, booked_on=event.booked_on)
    if fund:
        passed = run.pair("2004", "1001", fund)
        _in_both_books(run, event, passed, fund=("F101", "F102"), fen=fund, suffix="/passed")


def recovered(run: Running, event: Event, fen: int) -> None:
    """A receipt after the write-off: the lender recovers, then those who paid for the debtor."""
    rest = _lender_recovers(run, event, fen, lender_fen=fen)
    run.suspense += rest - passed_on(run, event, rest)
    _closed_if_paid(run, event)


def _lender_recovers(run: Running, event: Event, fen: int, *, lender_fen: int) -> int:
    """The allowance back first, then interest that stood suspended; gives what is left."""
    back = min(lender_fen, run.written_off)
    made = run.pay(lender_fen - back)
    run.written_off -= back
    run.post(event.key, run.pair("1001", "2001", fen), booked_on=event.booked_on)
    postings = [*run.pair("2001", "1901", back), *run.pair("9000", "9004", back)]
    postings += run.credits(made.paid, "2001")
    run.post(f"{event.key}/paid", postings, booked_on=event.booked_on)
    return made.rest_fen


def _closed_if_paid(run: Running, event: Event) -> None:
    owed = run.payoff + run.written_off + run.recourse
    run.moved(event.key, Happening.RECOVERY, to=run.life if owed else Life.CLOSED)
