"""Lines of a bank's statement a second, read and matched, beside a plain parse of the same file.

`python -m bench.rails [--payments N]` sends payments in one file, lets the simulated bank answer,
and takes its statement in, to posted transactions and settled payments. The floor is the standard
library's parser reading number, sign and amount of each line into a dict, unchecked.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from time import perf_counter
from xml.etree import ElementTree

from bench import last_line, table
from suixin.lending.accounts import chart_on
from suixin.lending.books import Books
from suixin.lending.transaction import Dimensions
from suixin.service.rails import pain001
from suixin.service.rails.files import read
from suixin.service.rails.ledger import perform
from suixin.service.rails.message import AccountFile
from suixin.service.rails.payment import Batch, Payee, Payment, payment_id
from suixin.service.rails.profile import Profile, profile_on
from suixin.service.rails.reading import CHINA
from suixin.service.rails.reconcile import reconcile
from suixin.service.rails.register import MemoryRegister
from suixin.service.rails.sending import Prepared, prepare
from suixin.service.rails.simulated import SimulatedBank

SMALL = ("--payments", "2000")
DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, tzinfo=CHINA)
OPENING = 10_000_000_000_00


def main(arguments: Sequence[str]) -> str:
    """Print the rates; the last line says how many lines a second, and how many differ."""
    parser = argparse.ArgumentParser(prog="bench.rails")
    parser.add_argument("--payments", type=int, default=50_000)
    count = parser.parse_args(arguments).payments
    bank, batch = profile_on("simulated", DAY), made_up(count)
    register, books = MemoryRegister(), Books(chart_on(DAY))
    number, before = bank.account.number, DAY - timedelta(days=1)
    register.begin(number, closing_fen=OPENING, on=before, number=0)
    seconds: dict[str, float] = {}

    began = started()
    sent = prepare(batch, register, bank)
    seconds["checked and written (pain.001)"] = perf_counter() - began
    began = started()
    pain001.check(sent.written)
    seconds["held to the schema, within that"] = perf_counter() - began
    perform(books, sent.outcome.acts, booked_on=DAY)
    register.take(sent.outcome.changes)
    statement = answered(bank, sent)

    began = started()
    file = read(statement, bank)
    seconds["read (camt.053)"] = perf_counter() - began
    if not isinstance(file, AccountFile):
        raise AssertionError("The bank sent no statement.")
    (report,) = file.reports
    began = started()
    found = reconcile(report, register, bank, booked_on=DAY)
    seconds["matched"] = perf_counter() - began
    began = started()
    perform(books, found.outcome.acts, booked_on=DAY)
    register.take(found.outcome.changes)
    seconds["posted"] = perf_counter() - began
    began = started()
    floor = plainly(statement)
    plain = perf_counter() - began

    settled = {one.payment: one.fen for one in found.judged if one.verdict == "exact"}
    differing = sum(floor.get(id) != fen for id, fen in settled.items())
    differing += abs(len(settled) - count) + abs(len(floor) - count)
    differing += books.balance("1001") != sum(floor.values())
    rows = [[name, count, taken, round(count / taken)] for name, taken in seconds.items()]
    rows.append(["plain parse into a dict, unchecked", count, plain, round(count / plain)])
    print(table(["step", "payments", "seconds", "a second"], rows))
    taken = sum(seconds[name] for name in ("read (camt.053)", "matched", "posted"))
    line = last_line(
        "bench.rails",
        lines=count,
        seconds=taken,
        read_per_second=round(count / seconds["read (camt.053)"]),
        floor_per_second=round(count / plain),
        differing=differing,
        per_second=round(count / taken),
    )
    print(line)
    return line


def started() -> float:
    """The instant, after what is left over from before was collected."""
    gc.collect()
    return perf_counter()


def made_up(count: int) -> Batch:
    """So many loans paid out to one shop."""
    shop = Payee("p-1", "农资店", "91110000600037341L", "6222021234567894", "402611000018")
    blank = Payment("", Dimensions(), "1", 0, shop, "SUPP", DAY, ("clerk", "manager"))
    return Batch(
        tuple(
            replace(
                blank,
                id=payment_id("bank-1", f"a-{number}", "1", attempt=1, on=DAY),
                about=Dimensions(f"a-{number}", f"h-{number}"),
                fen=100_00 + number,
            )
            for number in range(count)
        ),
        AT,
    )


def answered(bank: Profile, sent: Prepared) -> bytes:
    """The day's statement of a bank that does everything right."""
    names = bank.rails["simulated.temper"]["mild"]
    calm = {name: 1 if name.endswith("_days") else 0 for name in names}
    simulated = SimulatedBank(1, bank, calm, OPENING)
    simulated.take(sent.written, AT)
    files = dict(simulated.end_of_day(DAY))
    return next(content for name, content in files.items() if "-053-" in name)


def plainly(statement: bytes) -> dict[str, int]:
    """Each line's end-to-end number and its signed amount in fen."""
    found: dict[str, int] = {}
    for element in ElementTree.fromstring(statement).iter():
        if element.tag.endswith("}Ntry"):
            told = {one.tag.rpartition("}")[2]: one.text or "" for one in element.iter()}
            sign = 1 if told["CdtDbtInd"] == "CRDT" else -1
            found[told["EndToEndId"]] = sign * int(Decimal(told["Amt"]) * 100)
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
