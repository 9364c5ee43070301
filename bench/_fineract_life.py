"""One life of a loan as a case tells it: its steps as our events, its tables against our rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from bench._fineract_terms import (
    AHEAD,
    Refused,
    allocation_rules,
    day_of,
    fen_of,
    progressive_terms,
    rate_of,
)
from suixin.lending.cycle import turn
from suixin.lending.progressive.replay import payoff, replay
from suixin.lending.progressive.state import ProgressiveRow, Replayed
from suixin.lending.progressive.terms import (
    Ahead,
    Charge,
    Chargeback,
    ChargeOff,
    Draw,
    Event,
    MoreTerms,
    NewRate,
    PaidBack,
    Pause,
    ProgressiveTerms,
    Receipt,
    WriteOff,
)

KINDS = {
    "disbursement": "Disbursement",
    "repayment": "Repayment",
    "down_payment": "Down Payment",
    "payout_refund": "Payout Refund",
    "merchant_issued_refund": "Merchant Issued Refund",
    "interest_refund": "Interest Refund",
    "interest_payment_waiver": "Interest Payment Waiver",
    "goodwill_credit": "Goodwill Credit",
    "chargeback": "Chargeback",
    "paid_back": "Credit Balance Refund",
    "charge_off": "Charge-off",
    "write_off": "Close (as written-off)",
}
STATUSES = {
    "overpaid": "OVERPAID",
    "closed": "CLOSED_OBLIGATIONS_MET",
    "active": "ACTIVE",
}
CHARGES = {"LOAN_SNOOZE_FEE": ("Snooze fee", False), "LOAN_NSF_FEE": ("NSF fee", True)}
UNDOING = ("undo", "reverse", "revert")
UNDONE: tuple[tuple[str, type[Event]], ...] = (
    ("disburs", Draw),
    ("charge_off", ChargeOff),
    ("write_off", WriteOff),
    ("chargeback", Chargeback),
)
DEFAULT = "DEFAULT"


class Mismatch(Exception):
    """A life differs from what its case expects."""


class Life:
    """A case under way: its events so far, and the day up to which the loan was last looked at."""

    def __init__(self, case: Mapping[str, Any]) -> None:
        self.case = case
        self.events: list[Event] = []
        self.today = date.min
        self.looked = date.min
        self.rules: dict[str, Ahead] = {}
        self.terms: ProgressiveTerms | None = None
        self.submitted = Draw(date.min, 0)
        self.interest_free = False

    def run(self) -> None:
        """Take every step; raises `Mismatch` or `Refused`."""
        for number, step in enumerate(self.case["ops"]):
            name = step["op"]
            handler = getattr(self, f"_{name}", self._undo if name.startswith(UNDOING) else None)
            if handler is None:
                raise Refused(f"step {number}: {name}")
            try:
                handler(step)
            except Mismatch as why:
                raise Mismatch(f"step {number} {name}: {why}") from None

    # Steps ------------------------------------------------------------------------------------

    def _business_date(self, step: Mapping[str, Any]) -> None:
        self.today = day_of(step["date"])

    def _create_loan(self, step: Mapping[str, Any]) -> None:
        asked = step["params"]
        product = self.case["product"][asked["LoanProduct"]]
        self.rules = {**allocation_rules(product), **self.rules}
        self.terms = progressive_terms(product, asked)
        self.interest_free = "ZERO_INTEREST" in str(product.get("chargeOffBehaviour"))
        self.submitted = Draw(day_of(asked["submitted on date"]), fen_of(asked["with Principal"]))

    def _approve(self, step: Mapping[str, Any]) -> None:
        """Nothing happens to the money."""

    _ignored = _expect_journal = _approve

    def _disburse(self, step: Mapping[str, Any]) -> None:
        self._add(Draw(day_of(step["date"]), fen_of(step["amount"]), self._ahead(DEFAULT)))

    def _repayment(self, step: Mapping[str, Any]) -> None:
        self._add(Receipt(day_of(step["date"]), fen_of(step["amount"]), ahead=self._ahead(DEFAULT)))

    def _transaction(self, step: Mapping[str, Any]) -> None:
        kind = step["type"]
        if kind == "CREDIT_BALANCE_REFUND":
            self._credit_balance_refund(step)
            return
        receipt = Receipt(
            day_of(step["date"]), fen_of(step["amount"]), kind.lower(), self._ahead(kind)
        )
        self._add(receipt)

    def _credit_balance_refund(self, step: Mapping[str, Any]) -> None:
        self._add(PaidBack(day_of(step["date"]), fen_of(step["amount"])))

    def _undo(self, step: Mapping[str, Any]) -> None:
        """Take back the latest event of the kind named, of its day where one is told."""
        named = next((kind for word, kind in UNDONE if word in step["op"]), Receipt)
        day = day_of(step["date"]) if step.get("date") else None
        for event in reversed(self.events):
            if isinstance(event, named) and day in (None, event.day):
                self.events.remove(event)
                self.looked = max(self.looked, self.today)
                return
        raise Refused(f"{step['op']} of nothing that happened")

    def _payoff(self, step: Mapping[str, Any]) -> None:
        day = day_of(step["date"])
        due = payoff(self._terms(), self.events, day)
        self._add(Receipt(day, due, ahead=self._ahead(DEFAULT)))

    def _set_allocation_rule(self, step: Mapping[str, Any]) -> None:
        if step["rule"] not in AHEAD:
            raise Refused(f"allocation rule {step['rule']}")
        self.rules[step["txn_type"]] = AHEAD[step["rule"]]

    def _add_due_date_charge(self, step: Mapping[str, Any]) -> None:
        name, penalty = CHARGES.get(step["charge"], (step["charge"], "NSF" in step["charge"]))
        due = day_of(step["due"])
        paid = [event.day for event in self.events if isinstance(event, Receipt)]
        # A charge due before the last payment takes its place among the payments.
        known = due if paid and due < max(paid) else self.today
        self._add(Charge(known, due, fen_of(step["amount"]), name, penalty))

    def _charge_off(self, step: Mapping[str, Any]) -> None:
        self._add(ChargeOff(day_of(step["date"]), interest_free=self.interest_free))

    def _write_off(self, step: Mapping[str, Any]) -> None:
        self._add(WriteOff(day_of(step["date"])))

    def _interest_pause(self, step: Mapping[str, Any]) -> None:
        start, end = day_of(step["start"]), day_of(step["end"])
        # Its pauses count from the day before, but for the first day of a period.
        first = self.submitted.day
        draws = [event.day for event in self.events if isinstance(event, Draw)]
        cycle, since = self._terms().cycle, min(draws, default=first)
        starts = {turn(since, cycle, k) for k in range(self._terms().times)}
        before = start - timedelta(days=1)
        self._add(Pause(start, start if before in starts else before, end))

    def _chargeback(self, step: Mapping[str, Any]) -> None:
        self._add(Chargeback(self.today, fen_of(step["amount"])))

    def _reschedule(self, step: Mapping[str, Any]) -> None:
        for asked in step["params"]:
            since = day_of(asked["rescheduleFromDate"]) - timedelta(days=1)
            day = day_of(asked["submittedOnDate"])
            known = {"newInterestRate", "extraTerms", "rescheduleFromDate", "submittedOnDate"}
            other = [key for key, value in asked.items() if value and key not in known]
            if other:
                raise Refused(f"reschedule by {other[0]}")
            if asked.get("newInterestRate"):
                self._add(NewRate(day, since, rate_of(asked["newInterestRate"])))
            if asked.get("extraTerms"):
                self._add(MoreTerms(day, since, int(asked["extraTerms"])))

    def _inline_cob(self, step: Mapping[str, Any]) -> None:
        self.looked = max(self.looked, self.today)

    # Expectations -----------------------------------------------------------------------------

    def _expect_schedule(self, step: Mapping[str, Any]) -> None:
        state = self._state()
        draws = [["draw", str(day), fen] for day, fen in state.draws]
        made = [*draws, *(_cells(row) for row in state.rows)]
        expected = [
            ["draw", str(day_of(row["Date"])), fen_of(row["Balance of loan"])]
            if not row["Nr"]
            else [
                str(day_of(row["Date"])),
                str(day_of(row["Paid date"])) if row["Paid date"] else "",
                *(fen_of(row[head]) for head in SCHEDULE),
            ]
            for row in step["rows"]
        ]
        key: Callable[[list[Any]], bool] = lambda row: row[0] != "draw"  # noqa: E731
        compare(sorted(expected, key=key), made)

    def _expect_totals(self, step: Mapping[str, Any]) -> None:
        rows = self._state().rows
        made = {
            "Principal due": sum(row.principal for row in rows),
            "Interest": sum(row.interest for row in rows),
            "Fees": sum(row.fee for row in rows),
            "Penalties": sum(row.penalty for row in rows),
            "Due": sum(row.principal + row.interest + row.fee + row.penalty for row in rows),
            "Paid": sum(row.paid for row in rows),
            "In advance": sum(row.early for row in rows),
            "Late": sum(row.late for row in rows),
            "Outstanding": sum(row.left for row in rows),
        }
        compare(
            [[head, fen_of(text)] for head, text in step["row"].items()],
            [[head, made[head]] for head in step["row"]],
        )

    def _expect_transactions(self, step: Mapping[str, Any]) -> None:
        expected = [
            [
                str(day_of(row["Transaction date"])),
                row["Transaction Type"],
                *(fen_of(row[head]) for head in TRANSACTION),
            ]
            for row in step["rows"]
            if not row["Transaction Type"].startswith("Accrual") and row.get("Reverted") != "true"
        ]
        made = [
            [str(t.day), KINDS.get(t.kind, t.kind), t.fen, t.principal, t.interest, t.fee,
             t.penalty, t.balance]
            for t in self._state().transactions
        ]  # fmt: skip
        compare(expected, made)

    def _expect_charges(self, step: Mapping[str, Any]) -> None:
        made = [
            [charge.name, str(charge.due), charge.fen, paid, charge.fen - paid]
            for charge, paid in self._state().charges
        ]
        expected = [
            [row["Name"], str(day_of(row["Due as of"])),
             *(fen_of(row[head]) for head in ("Due", "Paid", "Outstanding"))]
            for row in step["rows"]
        ]  # fmt: skip
        compare(expected, made)

    def _expect_status(self, step: Mapping[str, Any]) -> None:
        compare([[step["status"]]], [[STATUSES[self._state().status]]])

    def _expect_all_met(self, step: Mapping[str, Any]) -> None:
        compare([["closed"]], [[self._state().status]])

    def _expect_amount(self, step: Mapping[str, Any]) -> None:
        state = self._state()
        known = {"outstanding amount": state.left, "overpaid amount": state.overpaid}
        if step["what"] not in known:
            raise Refused(f"the amount {step['what']}")
        compare([[fen_of(step["amount"])]], [[known[step["what"]]]])

    def _expect_other(self, step: Mapping[str, Any]) -> None:
        if "next payment due data" not in step["what"]:
            raise Refused(step["what"])
        row = next(row for row in self._state().rows if row.left)
        told = step["rows"][0]
        expected = [str(day_of(told["nextPaymentDueDate"])), fen_of(told["nextPaymentAmount"])]
        compare([expected], [[str(row.due), row.left]])

    # What they share --------------------------------------------------------------------------

    def _add(self, event: Event) -> None:
        self.events.append(event)
        self.looked = max(self.looked, self.today)

    def _ahead(self, kind: str) -> Ahead:
        return self.rules.get(kind, self.rules.get(DEFAULT, Ahead.NEXT))

    def _terms(self) -> ProgressiveTerms:
        if self.terms is None:
            raise Refused("a step before the loan is made")
        return self.terms

    def _state(self) -> Replayed:
        events = self.events or [self.submitted]
        return replay(self._terms(), events, self.looked if self.events else self.submitted.day)


TRANSACTION = ("Amount", "Principal", "Interest", "Fees", "Penalties", "Loan Balance")
SCHEDULE = (
    "Balance of loan", "Principal due", "Interest", "Fees", "Penalties", "Due", "Paid",
    "In advance", "Late", "Outstanding",
)  # fmt: skip


def _cells(row: ProgressiveRow) -> list[Any]:
    due = row.principal + row.interest + row.fee + row.penalty
    return [
        str(row.due),
        str(row.paid_on) if row.paid_on else "",
        row.balance, row.principal, row.interest, row.fee, row.penalty, due, row.paid,
        row.early, row.late, row.left,
    ]  # fmt: skip


def compare(expected: list[list[Any]], made: list[list[Any]]) -> None:
    """Raise `Mismatch` at the first row that differs."""
    for number, pair in enumerate(zip(expected, made, strict=False)):
        if pair[0] != pair[1]:
            raise Mismatch(f"row {number}: expected {pair[0]}, made {pair[1]}")
    if len(expected) != len(made):
        raise Mismatch(f"expected {len(expected)} rows, made {len(made)}")
