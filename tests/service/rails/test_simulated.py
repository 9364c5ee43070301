"""Whatever the bank does, no fen is lost or doubled, and suspense says what is unexplained."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from bank_days import CALM, FIRST, TWO, Days, at, payment, simulated
from hypothesis import given, settings
from hypothesis import strategies as st

from suixin.data.errors import InputError
from suixin.service.rails import cases
from suixin.service.rails.files import read_any
from suixin.service.rails.ledger import ledger_hash, suspense_fen
from suixin.service.rails.pain001 import TransferFile
from suixin.service.rails.payment import PaymentState
from suixin.service.rails.sending import replaceable
from suixin.service.rails.simulated import SimulatedBank

RAILS = simulated().rails
OFTEN = st.sampled_from([0, 500, 3_000, 8_000])
TEMPERS = st.fixed_dictionaries(
    {name: st.integers(1, 3) if name.endswith("_days") else OFTEN for name in CALM}
)


def lived(
    seed: int, temper: dict[str, int], *, among: Callable[[Days], None] = lambda _: None
) -> Days:
    """Three days of payments and receipts, and as many more as the bank needs to come to rest."""
    days = Days.begun(seed, temper)
    for number in range(5):
        fen, on = 123_45 + number, FIRST + timedelta(days=number % 3)
        days.expect(f"SET{number + 1:04d}", fen, on, swept_fen=12_00 if number % 2 else None)
    for day in range(3):
        days.send([payment(day * 3 + n, 100_00 + n, on=days.day) for n in range(1, 4)])
        days.close()
        among(days)
    days.settle()
    return days


@settings(max_examples=40)
@given(st.integers(0, 10**6), TEMPERS)
def test_no_fen_is_lost_or_doubled_whatever_the_bank_does(
    seed: int, temper: dict[str, int]
) -> None:
    days = lived(seed, temper)
    days.hold()
    for one in days.register.payments.values():
        # It is settled by a line just where the bank debited it, and refused where it never did.
        debits = days.bank.debited.get(one.payment.id, [])
        assert bool(one.line) is (one.payment.fen in debits)
        assert not (debits and one.state is PaymentState.REJECTED)
    for receipt in days.register.expecting.values():
        assert 0 <= receipt.received_fen <= receipt.fen
    before = ledger_hash(days.books), len(days.register.cases)
    days.register._taken = {key: said for key, said in days.register._taken.items()
                            if not key.startswith("file/")}  # fmt: skip
    again = days.desk.take_in(days.day)  # Every file the bank ever sent, once more.
    assert not any(one.fault or (one.new and one.judged) for one in again)
    assert (ledger_hash(days.books), len(days.register.cases)) == before


@settings(max_examples=20)
@given(st.integers(0, 10**6), TEMPERS, st.randoms(use_true_random=False))
def test_nor_what_people_decide_in_between(
    seed: int, temper: dict[str, int], chance: object
) -> None:
    def among(days: Days) -> None:
        for one in list(days.register.payments.values()):
            if one.open and chance.random() < 0.2:  # type: ignore[attr-defined]
                days.desk.cancel(one.payment.id, "CUST", at=at(days.day))
                days.deliver(at(days.day))
            elif one.open and one.missed >= 2 and not one.replaced_by:
                number = int(one.payment.about.agreement[2:])
                attempt = one.payment.attempt + 1
                again = payment(number, one.payment.fen, on=days.day, attempt=attempt,
                                replaces=one.payment.id)  # fmt: skip
                leave = replaceable(days.register, days.desk.profile, one.payment.id, by=TWO,
                                    new=again.id, on=days.day)  # fmt: skip
                days.desk.take(leave, days.day)
                days.send([again])
        for case in days.register.open_cases():
            if case.candidate and case.fen:
                with suppress(InputError):  # Another may have taken its place since.
                    found = cases.explain(days.register, days.desk.profile, case.key, by=TWO,
                                          name=case.candidate, booked_on=days.day)  # fmt: skip
                    days.desk.take(found.outcome, days.day)
        days.hold_books()

    lived(seed, temper, among=among).hold()


@settings(max_examples=20)
@given(st.integers(0, 10**6), TEMPERS)
def test_what_is_told_late_twice_or_never_makes_no_other_books(
    seed: int, temper: dict[str, int]
) -> None:
    """The lines alone decide: without the bank's word on settling, they make one ledger."""
    plain = temper | {"settled_status": 0, "reject": 0, "notice": 0, "late_file": 0}
    quiet = plain | {"lose_status": 0, "late_status": 0, "repeat_file": 0}
    loud = plain | {
        "lose_status": 5_000,
        "late_status": 5_000,
        "repeat_file": 8_000,
        "late_file": 4_000,
    }
    assert ledger_hash(lived(seed, quiet).books) == ledger_hash(lived(seed, loud).books)


def test_a_hostile_bank_does_all_that_it_may_and_a_mild_one_little() -> None:
    found: dict[str, set[str]] = {}
    for temper in ("mild", "hostile"):
        runs = [lived(seed, RAILS["simulated.temper"][temper]) for seed in range(20)]
        lines = [line for days in runs for taken in days.taken for line in taken.judged]
        found[temper] = {line.verdict.value for line in lines}
        share = sum(line.verdict == "exact" for line in lines) / len(lines)
        assert share > 0.6 if temper == "mild" else share < 0.5
        for days in runs:
            days.hold()
    assert found["hostile"] >= {
        "pending_ignored", "seen", "confirmed", "batch", "return", "exact", "partial", "completes",
        "over", "already_settled", "amount_mismatch", "bank_fee", "unknown",
    }  # fmt: skip


def test_at_rest_every_fen_in_suspense_has_a_case_with_a_reason() -> None:
    runs = [lived(seed, RAILS["simulated.temper"]["hostile"]) for seed in range(8)]
    held = [[case for case in days.register.open_cases() if case.fen] for days in runs]
    assert sum(map(bool, held)) > 4
    for days, open_cases in zip(runs, held, strict=True):
        assert sum(case.fen for case in open_cases) == suspense_fen(days.books)


def test_the_same_seed_is_the_same_bank() -> None:
    temper = RAILS["simulated.temper"]["hostile"]
    assert lived(5, temper).wire.inbox == lived(5, temper).wire.inbox
    assert lived(5, temper).wire.inbox != lived(6, temper).wire.inbox


def test_it_pays_no_more_than_it_has_and_only_from_the_account_it_keeps() -> None:
    days = Days.begun(1, CALM)
    days.send([payment(1, 9_999_999_00), payment(2, 2_00)])
    days.settle()
    last = [days.register.payments[payment(n).id] for n in (1, 2)]
    assert [(one.state, one.reason) for one in last] == [("settled", ""), ("rejected", "AM04")]
    content = next(iter(days.wire.files.values()))
    other = content.replace(b"8010526018159083", b"8010526018159084")
    bank = SimulatedBank(1, simulated(), CALM, 1_000_000_00)
    bank.take(other.replace(b"<MsgId>SXB", b"<MsgId>OTH"), at(FIRST))
    assert isinstance(read_any(other, simulated()), TransferFile)
    bank.end_of_day(FIRST)
    assert bank.balance_fen == 1_000_000_00


def test_large_amounts_wait_for_a_working_day_and_late_files_for_the_next() -> None:
    days = Days.begun(1, CALM)
    days.send([payment(1, 1_000_00)], hour=17)
    days.close()
    assert days.register.payments[payment(1).id].state == "accepted"
    days.close()
    assert days.register.payments[payment(1).id].value_on == FIRST + timedelta(days=1)
    days.close(3)
    assert days.day.isoweekday() == 6
    days.send([payment(2, 2_000_000_00), payment(3, 1_00)])
    days.settle()
    monday = days.day - timedelta(days=1)
    assert days.register.payments[payment(2).id].value_on == monday
    assert monday.isoweekday() == 1
    days.hold()


def test_the_bank_reads_nothing_but_payments_and_requests() -> None:
    days = lived(1, CALM)
    bank = SimulatedBank(1, simulated(), CALM, 0)
    for content in days.wire.inbox.values():
        with pytest.raises(InputError):
            bank.take(content, at(FIRST))
