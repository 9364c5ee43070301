"""A simulated bank that speaks a bank's files, and does what real banks do to a payer.

It delays, rejects, loses its word, tells things twice or late, debits what it was not told, splits
and mixes receipts, charges, and returns days later: each by a hash of its seed and the number of
what it does it to, so that a run can be run again. What it really did is kept, for the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Final

from suixin.data.errors import InputError
from suixin.service.rails import simulated_files as written
from suixin.service.rails.cancel import read_cancel_request
from suixin.service.rails.files import read_any
from suixin.service.rails.hours import route
from suixin.service.rails.message import (
    BatchStatus,
    Detail,
    Kind,
    Line,
    LineStatus,
    PaymentStatus,
    Reason,
    Report,
)
from suixin.service.rails.pain001 import Transfer, TransferBatch, TransferFile
from suixin.service.rails.profile import Profile
from suixin.service.rails.reading import CHINA, head

TELLS_AT: Final = time(23, 30)
_OUT, _IN, _BACK, _CHARGE = "PMNT/ICDT/DMCT", "PMNT/RCDT/DMCT", "PMNT/ICDT/RRTN", "PMNT/MDOP/CHRG"
_ONE_DAY: Final = timedelta(days=1)
_REFUSALS: Final = ("AC01", "AC04", "BE01")
_RETURNS: Final = ("AC04", "AC06", "MS03")


@dataclass(slots=True)
class _Order:
    """A payment as the bank holds it; `on` is when it will be booked."""

    transfer: Transfer
    batch: str
    file: str
    on: date
    status: str
    reason: str = ""
    booked: bool = False


@dataclass(slots=True)
class SimulatedBank:
    """One account with a bank. Files are given to `take`, and come from `end_of_day`.

    `debited` and `credited` are what it really moved by the number it moved it for.
    """

    seed: int
    profile: Profile
    temper: Mapping[str, int]
    balance_fen: int
    debited: dict[str, list[int]] = field(default_factory=dict)
    credited: dict[str, list[int]] = field(default_factory=dict)
    number: int = 0
    _orders: dict[str, _Order] = field(default_factory=dict)
    _files: set[str] = field(default_factory=set)
    _lines: dict[date, list[Line]] = field(default_factory=dict)
    _outgoing: dict[date, list[tuple[str, bytes]]] = field(default_factory=dict)
    _promised: int = 0
    _told: int = 0

    @property
    def quiet(self) -> bool:
        """Whether nothing more will come of what it was given."""
        waits = any(one.status == "ACCP" and not one.booked for one in self._orders.values())
        return not (waits or any(self._lines.values()) or any(self._outgoing.values()))

    def take(self, content: bytes, at: datetime) -> None:
        """Read a file of payments, or a request to cancel; what comes of it is told later."""
        found = head(content, limits=self.profile.limits, encodings=self.profile.encodings)
        if found.element == "FIToFIPmtCxlReq":
            for id in read_cancel_request(content, found, self.profile):
                self._stop(id, at)
            return
        file = read_any(content, self.profile)
        if not isinstance(file, TransferFile):
            raise InputError("NOT_READ", f"{file.message} is no file of payments.", "Send one.")
        if file.id in self._files:
            reasons = (Reason("DU01", f"{file.id} already exists"),)
            self._tell_statuses(file, at, status="RJCT", reasons=reasons)
            return
        self._files.add(file.id)
        self._tell_statuses(file, at, batches=[self._batch(file, one, at) for one in file.batches])

    def pay_in(self, reference: str, fen: int, on: date, *, payer: str = "") -> None:
        """Somebody pays into the account for a reference: as the bank has it, not as he meant."""
        text, key = f"货款 {reference}", f"in/{reference}"
        if self._happens("no_reference", key):
            text = "货款"
        elif self._happens("wrong_reference", key):
            text = f"货款 {reference[:-1]}X"
        if self._happens("overpaid", key):
            fen += 20_00
        parts = [fen]
        if self._happens("split_receipt", key) and fen > 1:
            parts = [fen // 3 + 1, fen - fen // 3 - 1]
        if self._happens("twice", key):
            parts.append(fen)
        for number, part in enumerate(parts):
            if part > 0:
                detail = Detail(part, text=text, payer=payer)
                self._schedule(on + number * _ONE_DAY, f"{key}/{number}", part, detail, _IN)
                self.credited.setdefault(reference, []).append(part)

    def end_of_day(self, day: date) -> list[tuple[str, bytes]]:
        """Book what is due, write the statement, and give what the bank sends that night."""
        for order in sorted(self._orders.values(), key=lambda one: one.transfer.id):
            if order.status == "ACCP" and not order.booked and order.on <= day:
                self._book(order, day)
        lines = [*self._lines.pop(day, []), *self._pending(day)]
        self.number += 1
        opening = self.balance_fen
        self.balance_fen += sum(one.fen for one in lines if one.status is LineStatus.BOOKED)
        report = Report(
            Kind.STATEMENT,
            f"S{self.seed}-{self.number}",
            self.profile.account.number,
            datetime.combine(day, TELLS_AT, CHINA),
            electronic=self.number,
            opening_fen=opening,
            closing_fen=self.balance_fen,
            closing_on=day,
            lines=self._gathered(day, lines),
        )
        self._send(day, f"053-{self.number}", written.write_report(report), late="late_file")
        return self._outgoing.pop(day, [])

    # What is decided by the hash ------------------------------------------------------------------

    def _draw(self, what: str, name: str) -> int:
        return int.from_bytes(sha256(f"{self.seed}/{what}/{name}".encode()).digest()[:8])

    def _happens(self, what: str, name: str) -> bool:
        return self._draw(what, name) % 10_000 < self.temper[what]

    def _days(self, what: str, name: str) -> timedelta:
        return timedelta(days=1 + self._draw(f"days of {what}", name) % self.temper[f"{what}_days"])

    # Payments out ---------------------------------------------------------------------------------

    def _batch(self, file: TransferFile, batch: TransferBatch, at: datetime) -> BatchStatus:
        said = tuple(self._accept(file, batch, one, at) for one in batch.transfers)
        return BatchStatus(batch.id, "PART", (), said)

    def _accept(
        self, file: TransferFile, batch: TransferBatch, one: Transfer, at: datetime
    ) -> PaymentStatus:
        if one.id in self._orders:
            return PaymentStatus(one.id, "RJCT", (Reason("AM05", "duplicate"),))
        refused = ""
        if batch.account != self.profile.account.number:
            refused = "AC01"
        elif one.fen > self.balance_fen - self._promised:
            refused = "AM04"
        elif self._happens("reject", one.id):
            refused = _REFUSALS[self._draw("why", one.id) % len(_REFUSALS)]
        way = route(one.fen, at, self.profile.rails, cut_off=self.profile.cut_off)
        on = max(way.on, batch.on)
        if self._happens("delay", one.id):
            on += self._days("delay", one.id)
        status = "RJCT" if refused else "ACCP"
        self._promised += 0 if refused else one.fen
        self._orders[one.id] = _Order(one, batch.id, file.id, on, status, refused)
        return PaymentStatus(one.id, status, (Reason(refused),) if refused else ())

    def _book(self, order: _Order, day: date) -> None:
        """The account is debited, as a rule once and in the right amount."""
        transfer, order.booked = order.transfer, True
        id, fen = transfer.id, transfer.fen
        self._promised -= fen
        if self._happens("wrong_amount", id):
            fen = max(1, fen // 10)
        times = 2 if self._happens("twice", id) else 1
        for number in range(times):
            detail = Detail(-fen, id, payee=transfer.name)
            self._schedule(day, f"{id}/{number}", -fen, detail, _OUT)
            self.debited.setdefault(id, []).append(fen)
        if self._happens("settled_status", id):
            word = day - _ONE_DAY * self._happens("delay", id)  # Its word is older than its line.
            at = datetime.combine(word, TELLS_AT, CHINA)
            said = PaymentStatus(id, "ACSC", (), at)
            batch = BatchStatus(order.batch, "PART", (), (said,))
            name = self._named("002")
            content = written.write_statuses(name, order.file, at, batches=[batch])
            self._send(day, name, content, late="late_status", lost="lose_status")
        if self._happens("fee", id):
            self._schedule(day, f"{id}/fee", -50, Detail(-50, id, text="手续费"), _CHARGE)
            self.debited.setdefault("fee", []).append(50)
        if fen == transfer.fen and self._happens("returned", id):
            code = _RETURNS[self._draw("return", id) % len(_RETURNS)]
            back = Detail(fen, id, payer=transfer.name, returned=True, return_code=code)
            self._schedule(day + self._days("returned", id), f"{id}/back", fen, back, _BACK)
            self.credited.setdefault(id, []).append(fen)

    def _stop(self, id: str, at: datetime) -> None:
        """A request stops what is not booked, and is refused else; then the bank says RJCT too."""
        order, day = self._orders.get(id), at.astimezone(CHINA).date()
        stopped = order is not None and order.status == "ACCP" and not order.booked
        answer = written.write_answer(f"A-{id}", id, "CNCL" if stopped else "RJCR", at)
        self._send(day, self._named("029"), answer)
        if order is not None and stopped:
            order.status, order.reason = "RJCT", "CUST"
            self._promised -= order.transfer.fen
            said = PaymentStatus(id, "RJCT", (Reason("CUST", "cancelled"),))
            batch = BatchStatus(order.batch, "PART", (), (said,))
            name = self._named("002")
            content = written.write_statuses(name, order.file, at, batches=[batch])
            self._send(day, name, content)

    # Lines of the account -------------------------------------------------------------------------

    def _schedule(self, day: date, key: str, fen: int, detail: Detail, code: str) -> None:
        """A line is booked on a day; a notice may tell it the same day, before the statement."""
        bare = self._happens("no_line_reference", key)
        reference = "" if bare else f"B{self._draw('line', key) % 10**14:014d}"
        line = Line(fen, "CNY", LineStatus.BOOKED, day, day, reference, code, details=(detail,))
        self._lines.setdefault(day, []).append(line)
        if not bare and self._happens("notice", key) and not self._in_batch(day, line):
            at = datetime.combine(day, TELLS_AT, CHINA)
            name, account = self._named("054"), self.profile.account.number
            notice = Report(Kind.NOTICE, name, account, at, lines=(line,))
            self._send(day, name, written.write_report(notice), late="late_status")

    def _in_batch(self, day: date, line: Line) -> bool:
        """Whether the receipts of a day stand in one line; notices tell none of those."""
        return line.code == _IN and self._happens("batch", f"{day}")

    def _gathered(self, day: date, lines: list[Line]) -> tuple[Line, ...]:
        """The lines of a day in an order of the bank's, its receipts in one line on some days."""
        inside = [one for one in lines if self._in_batch(day, one)]
        if len(inside) > 1:
            details = tuple(one.details[0] for one in inside)
            fen, count = sum(one.fen for one in inside), len(inside)
            whole = replace(inside[0], fen=fen, details=details, batch_size=count)
            lines = [whole, *(one for one in lines if not self._in_batch(day, one))]
        return tuple(sorted(lines, key=lambda one: self._draw("order", repr(one))))

    def _pending(self, day: date) -> list[Line]:
        """What is accepted and not yet booked is shown, and moves nothing."""
        return [
            Line(-one.transfer.fen, "CNY", LineStatus.PENDING, day, day, "", _OUT,
                 details=(Detail(-one.transfer.fen, one.transfer.id),))
            for one in self._orders.values()
            if one.status == "ACCP" and not one.booked
        ]  # fmt: skip

    # What is told, and when -----------------------------------------------------------------------

    def _tell_statuses(
        self,
        file: TransferFile,
        at: datetime,
        *,
        status: str = "PART",
        reasons: tuple[Reason, ...] = (),
        batches: list[BatchStatus] | None = None,
    ) -> None:
        name, day = self._named("002"), at.astimezone(CHINA).date()
        content = written.write_statuses(
            name, file.id, at, status=status, reasons=reasons, batches=batches or ()
        )
        self._send(day, name, content, late="late_status", lost="lose_status")

    def _named(self, kind: str) -> str:
        self._told += 1
        return f"{kind}-{self.seed}-{self._told}"

    def _send(
        self, day: date, name: str, content: bytes, *, late: str = "", lost: str = ""
    ) -> None:
        """A file goes out that night, or some days late, twice, or never."""
        if lost and self._happens(lost, name):
            return
        if late and self._happens(late, name):
            day += _ONE_DAY * (1 + self._draw("late", name) % 3)
        turn = f"{self._draw('turn', name) % 100:02d}-{name}.xml"  # Within a day, in any order.
        self._outgoing.setdefault(day, []).append((f"{day:%y%m%d}-{turn}", content))
        if self._happens("repeat_file", name):
            day += _ONE_DAY
            self._outgoing.setdefault(day, []).append((f"{day:%y%m%d}-{turn}", content))
