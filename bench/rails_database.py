"""A bank's day through the register in the database, beside the register in memory.

`python -m bench.rails_database [--payments N]` enters loans to pay, sends them in one file, lets
the simulated bank answer, and takes its statement in: as many payments as receipts, each settled,
posted, and told to its agreement, all durable. The floor is the same files through the register
and the books in memory, which keep nothing and tell no agreement; both ledgers are compared.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from bench import last_line, table
from bench._institution import institution

SMALL = ("--payments", "60")
DAY = date(2026, 3, 2)
OPENING = 10_000_000_000_00


def main(arguments: Sequence[str]) -> str:
    """Print seconds and rates; the last line has lines a second and whether the ledgers differ."""
    parser = argparse.ArgumentParser(prog="bench.rails_database")
    parser.add_argument("--payments", type=int, default=2_000)
    count = parser.parse_args(arguments).payments
    folder = Path(tempfile.mkdtemp(prefix="suixin-bench-bank-"))
    try:
        with institution(DAY) as number:
            seconds, hashed, inbox = stored(number, count, folder)
        floor, floor_hash = in_memory(count, inbox)
    finally:
        shutil.rmtree(folder)
    lines = 2 * count
    print(
        table(
            ["step", "seconds", "a second"],
            [[step, took, of / took] for step, (took, of) in {**seconds, **floor}.items()],
        )
    )
    took, bare = seconds["taken in"][0], floor["taken in, in memory"][0]
    line = last_line(
        "bench.rails_database",
        payments=count,
        lines=lines,
        differing=int(hashed != floor_hash),
        entered_per_second=round(count / seconds["entered"][0]),
        lines_per_second=round(lines / took),
        floor_lines_per_second=round(lines / bare),
    )
    print(line)
    return line


def stored(
    number: int, count: int, folder: Path
) -> tuple[dict[str, tuple[float, int]], str, dict[str, bytes]]:
    """The day in the database: seconds of each step with what it did, the ledger, the files."""
    from suixin.service.app.bank import Told, open_bank
    from suixin.service.app.keys import ring
    from suixin.service.app.payments import pay
    from suixin.service.app.receiving import Due, expect
    from suixin.service.rails.folder import Folders
    from suixin.service.rails.ledger import ledger_hash
    from suixin.service.rails.profile import profile_on
    from suixin.service.rails.reading import CHINA
    from suixin.service.rails.stored_desk import StoredDesk
    from suixin.service.store.books import StoredBooks
    from suixin.service.store.session import Actor, acting

    actor, profile = Actor(institution=number, by="bench"), profile_on("simulated", DAY)
    at = datetime(2026, 3, 2, 9, tzinfo=CHINA)
    abouts = signed(actor, count)
    open_bank(actor, profile, closing_fen=OPENING, on=DAY - timedelta(days=1))
    desk = StoredDesk(actor, ring(), profile, Folders(folder), Told(actor))
    seconds: dict[str, tuple[float, int]] = {}

    began = perf_counter()
    paid = [pay(actor, ordered(about), key=about.agreement, at=at) for about in abouts]
    seconds["entered"] = (perf_counter() - began, count)
    with acting(actor):
        for place, about in enumerate(abouts):
            expect(actor, Due(reference=f"R{place:06d}", about=about, fen=5_00 + place, on=DAY))
    began = perf_counter()
    desk.submit(at, on=DAY)
    seconds["sent (pain.001)"] = (perf_counter() - began, count)
    inbox = answered(folder, profile, count, at)
    for name, content in inbox.items():
        (folder / "inbox" / name).write_bytes(content)
    began = perf_counter()
    taken = desk.take_in(DAY)
    seconds["taken in"] = (perf_counter() - began, 2 * count)
    told = [line.verdict.value for file in taken for line in file.judged]
    if told.count("exact") != 2 * count or len(paid) != count:
        raise AssertionError(f"Of {2 * count} lines {told.count('exact')} were found.")
    return seconds, ledger_hash(StoredBooks(actor)), inbox


def signed(actor: Any, count: int) -> list[Any]:
    """So many agreements of as many households, and a shop that is listed."""
    from suixin.lending.agreement import AgreementTerms
    from suixin.lending.events import PlannedDue
    from suixin.service.app.keys import ring
    from suixin.service.app.payees import PayeeTold, list_payee
    from suixin.service.rails.reading import CHINA
    from suixin.service.store import agreements
    from suixin.service.store.people import Registered, register
    from suixin.service.store.session import acting

    made = []
    with acting(actor):
        register(actor, Registered(party_id="shop", kind="business"))
        told = PayeeTold(
            listed="shop",
            party="shop",
            name="农资店",
            identity="91110000600037341L",
            account="6222021234567894",
            bank_number="402611000018",
        )
        at = datetime(2026, 3, 2, 8, tzinfo=CHINA)
        list_payee(actor, ring(), told, by=("clerk", "manager"), at=at)
        for place in range(count):
            register(actor, Registered(party_id=f"h-{place}", kind="household"))
            terms = AgreementTerms(
                agreement=f"a-{place}",
                party=f"h-{place}",
                sheet="sales_flow",
                mode="platform",
                start=DAY,
                rate_bps=960,
                rows=(PlannedDue(DAY + timedelta(days=180)),),
                penalty_bps=15_000,
            )
            agreements.sign(actor, terms)
            made.append(terms.about)
    return made


def ordered(about: Any) -> Any:
    """The loan of an agreement, to the shop."""
    from suixin.service.app.payments import PayOrder

    return PayOrder(
        about=about,
        instalment="draw-1",
        fen=800_00 + int(about.agreement[2:]),
        payee="shop",
        purpose="SUPP",
        on=DAY,
        by=("clerk", "manager"),
        through="2002",
    )


def answered(folder: Path, profile: Any, count: int, at: datetime) -> dict[str, bytes]:
    """What a bank that does nothing wrong sends that night: a statement of all."""
    from suixin.service.rails.simulated import SimulatedBank

    mild = profile.rails["simulated.temper"]["mild"]
    calm = {name: 1 if name.endswith("_days") else 0 for name in mild}
    bank = SimulatedBank(7, profile, calm, OPENING)
    for path in sorted((folder / "outbox").iterdir()):
        bank.take(path.read_bytes(), at)
    for place in range(count):
        bank.pay_in(f"R{place:06d}", 5_00 + place, DAY)
    (folder / "inbox").mkdir()
    return {name: one for name, one in bank.end_of_day(DAY) if "053" in name}


def in_memory(count: int, inbox: dict[str, bytes]) -> tuple[dict[str, tuple[float, int]], str]:
    """The same files through the register and books in memory."""
    from suixin.lending.accounts import chart_on
    from suixin.lending.books import Books
    from suixin.lending.transaction import Dimensions, Transaction, pair_of
    from suixin.service.rails.files import read
    from suixin.service.rails.ledger import Pend, ledger_hash, pending, perform
    from suixin.service.rails.message import AccountFile
    from suixin.service.rails.payment import Payee, Payment, PaymentState, payment_id
    from suixin.service.rails.profile import profile_on
    from suixin.service.rails.reconcile import reconcile
    from suixin.service.rails.register import Changes, Expected, MemoryRegister, Tracked

    profile, known, books = profile_on("simulated", DAY), MemoryRegister(), Books(chart_on(DAY))
    account, before = profile.account.number, DAY - timedelta(days=1)
    known.begin(account, closing_fen=OPENING, on=before, number=0)
    opening = pair_of("1001", "3001", OPENING)
    books.post(Transaction(f"bank/{account}/opening", before, DAY, opening, "opening balance"))
    sent = []
    for place in range(count):
        about = Dimensions(f"a-{place}", f"h-{place}", "sales_flow", "platform")
        id = payment_id("bench", about.agreement, "draw-1", attempt=1, on=DAY)
        payee = Payee("shop", "农资店", "91110000600037341L", "6222021234567894", "402611000018")
        by = ("clerk", "manager")
        paid = Payment(id, about, "draw-1", 800_00 + place, payee, "SUPP", DAY, by, through="2002")
        sent.append(Tracked(paid, PaymentState.SENT, file="B", sent_on=DAY))
        known.expect(Expected(f"R{place:06d}", about, 5_00 + place, DAY))
    known.take(Changes(payments=tuple(sent)))
    perform(books, [Pend(pending(one.payment, booked_on=DAY)) for one in sent], booked_on=DAY)
    began = perf_counter()
    for content in inbox.values():
        file = read(content, profile)
        assert isinstance(file, AccountFile)
        for report in file.reports:
            outcome = reconcile(report, known, profile, booked_on=DAY).outcome
            perform(books, outcome.acts, booked_on=DAY)
            known.take(outcome.changes)
    took = perf_counter() - began
    return {"taken in, in memory": (took, 2 * count)}, ledger_hash(books)


if __name__ == "__main__":
    main(sys.argv[1:])
