"""Writing payments for the bank (pain.001.001.09), and reading such files as a bank does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from lxml import etree

from suixin.data.errors import InputError, shown
from suixin.kernel.money import Money
from suixin.service.rails.payment import Batch, Payment
from suixin.service.rails.profile import STANDARD, Account, Profile
from suixin.service.rails.reading import (
    Head,
    Source,
    Tree,
    day_of,
    fen_of,
    instant_of,
    text_of,
    walk,
)

WRITTEN: Final = "pain.001.001.09"
_TOTAL: Final = re.compile(r"[0-9]{1,18}(\.[0-9]{0,17})?")


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment of a file, as a bank reads it; `account` and `name` are the payee's."""

    id: str
    fen: int
    currency: str
    account: str = field(repr=False)
    name: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TransferBatch:
    """The payments of a file that leave one account on one day, as a bank reads them."""

    id: str
    on: date
    account: str
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True, slots=True)
class TransferFile:
    """A file of payments as a bank reads it."""

    id: str
    message: str
    made_at: datetime
    batches: tuple[TransferBatch, ...]

    @property
    def fen(self) -> int:
        """What all its payments add up to."""
        return sum(one.fen for batch in self.batches for one in batch.transfers)


def write(
    batch: Batch,
    profile: Profile,
    *,
    days: Mapping[str, date],
    schemas: Path | None = None,
) -> bytes:
    """The bytes of a file: the same batch is the same bytes. `days` is when each is to be paid.

    Payments of one day stand in one PmtInf. Checked against our own schema, and against
    `schemas/pain.001.001.09.xsd` where that folder is given. Raises `InputError`: EMPTY_BATCH,
    SAME_ID, VERSION, SCHEMA.
    """
    if profile.write != WRITTEN:
        wrong = f"{profile.name} wants {profile.write}, and {WRITTEN} is what can be written."
        raise InputError("VERSION", wrong, f"Agree on {WRITTEN} with the bank.")
    if not batch.payments:
        raise InputError("EMPTY_BATCH", "The batch has no payment.", "Give at least one.")
    ids = [one.id for one in batch.payments]
    if len(set(ids)) < len(ids):
        raise InputError("SAME_ID", "A payment stands twice in the batch.", "Give each once.")
    made = batch.made_at.isoformat(timespec="seconds")
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{STANDARD}{WRITTEN}"><CstmrCdtTrfInitn>\n'
        f"<GrpHdr><MsgId>{batch.id}</MsgId><CreDtTm>{made}</CreDtTm>{_totals(batch.payments)}"
        f"<InitgPty><Nm>{escape(profile.account.name)}</Nm></InitgPty></GrpHdr>\n"
    ]
    for name, (day, payments) in by_day(batch, days).items():
        parts += _batch(name, day, payments, profile.account)
    parts.append("</CstmrCdtTrfInitn></Document>\n")
    written = "".join(parts).encode("utf-8")
    check(written, schemas)
    return written


def by_day(batch: Batch, days: Mapping[str, date]) -> dict[str, tuple[date, tuple[Payment, ...]]]:
    """The payments of a batch by the day they are to be paid, under the names of its PmtInf."""
    of_day: dict[date, list[Payment]] = {}
    for one in batch.payments:
        of_day.setdefault(days[one.id], []).append(one)
    file = batch.id
    return {
        f"{file}-{number}": (day, tuple(of_day[day]))
        for number, day in enumerate(sorted(of_day), 1)
    }


def check(written: bytes, schemas: Path | None = None) -> None:
    """Hold a file to the schemas before it goes; raises `InputError` SCHEMA with what is wrong."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        tree = etree.fromstring(written, parser)
    except etree.XMLSyntaxError as fault:
        wrong = f"The file of payments is no XML: {shown(fault.msg)}."
        raise InputError("SCHEMA", wrong, "Nothing was sent.") from fault
    own = Path(__file__).with_name("pain001.xsd")
    for path in (own, schemas / f"{WRITTEN}.xsd" if schemas else None):
        if path is None:
            continue
        schema = _schema(path)
        if not schema.validate(tree):
            log: Any = schema.error_log  # Its stubs do not know that it is a sequence.
            first = log[0]  # Values may be personal, so only the element is told.
            at: Any = tree.xpath(first.path) if first.path else None
            place = etree.QName(at[0]).localname if at else "a value"
            wrong = f"Line {first.line}, {place}: not as {path.name} has it ({first.type_name})."
            raise InputError("SCHEMA", wrong, "Correct the payment; nothing was sent.")


def read(source: Source, found: Head, message: str, profile: Profile) -> TransferFile:
    """A file of payments as a bank reads it; its counts and sums must be true.

    Raises `InputError` as `reading.walk` does, and MISSING, TOTALS.
    """
    tree, file_id, batches = Tree(found), "", list[TransferBatch]()
    made_at, totals = instant_of("1970-01-01"), ("", "")
    for element in walk(source, found, ("GrpHdr", "PmtInf"), profile):
        told = tree.children(element)
        if element.tag.endswith("GrpHdr"):
            file_id = text_of(tree.need(element, told, "MsgId"))
            made_at = instant_of(text_of(tree.need(element, told, "CreDtTm")))
            totals = (text_of(told.get("NbOfTxs")), text_of(told.get("CtrlSum")))
            continue
        transfers = tuple(
            _transfer(tree, one, profile) for one in tree.every(element, "CdtTrfTxInf")
        )
        _hold(f"batch {len(batches) + 1}", told, transfers)
        on = tree.need(element, told, "ReqdExctnDt")
        account = tree.need(element, told, "DbtrAcct")
        number = tree.text(account, "Id", "Othr", "Id") or tree.text(account, "Id", "IBAN")
        batches.append(
            TransferBatch(
                text_of(tree.need(element, told, "PmtInfId")),
                day_of(text_of(on[0] if len(on) else on)),
                number,
                transfers,
            )
        )
    if not file_id or not batches:
        raise InputError("MISSING", f"The {message} has no GrpHdr or PmtInf.", "Send it again.")
    everything = [one for batch in batches for one in batch.transfers]
    _hold_totals("the file", *totals, everything)
    return TransferFile(file_id, message, made_at, tuple(batches))


def _transfer(tree: Tree, element: Any, profile: Profile) -> Transfer:
    told = tree.children(element)
    choice = tree.need(element, told, "Amt")
    amount = tree.first(choice, "InstdAmt")
    if amount is None:
        amount = tree.first(choice, "EqvtAmt", "Amt")
    if amount is None:
        wrong = f"Line {choice.sourceline}: a payment without an amount."
        raise InputError("MISSING", wrong, "Send the file again.")
    account = told.get("CdtrAcct")
    return Transfer(
        id=tree.text(tree.need(element, told, "PmtId"), "EndToEndId"),
        fen=fen_of(amount, profile.currency),
        currency=amount.get("Ccy", ""),
        account=tree.text(account, "Id", "Othr", "Id") or tree.text(account, "Id", "IBAN"),
        name=tree.text(told.get("Cdtr"), "Nm"),
        text=tree.text(told.get("RmtInf"), "Ustrd"),
    )


def _hold(what: str, told: Mapping[str, Any], transfers: Sequence[Transfer]) -> None:
    _hold_totals(what, text_of(told.get("NbOfTxs")), text_of(told.get("CtrlSum")), transfers)


def _hold_totals(what: str, count: str, total: str, transfers: Iterable[Transfer]) -> None:
    """The counts and sums that a file states of itself, where it does."""
    rows = list(transfers)
    if count and count.lstrip("0") != str(len(rows)):
        wrong = f"{what}: {len(rows)} payments, where {shown(count)} are stated."
        raise InputError("TOTALS", wrong, "It may be cut short; send it again.")
    fen, stated = sum(one.fen for one in rows), _decimal(total)
    if total and (stated is None or stated.scaleb(2) != fen):
        wrong = f"{what}: its payments add up to {Money(fen).yuan}, where {shown(total)} is stated."
        raise InputError("TOTALS", wrong, "Send it again.")


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if _TOTAL.fullmatch(text) else None


def _batch(id: str, day: date, payments: Sequence[Payment], account: Account) -> Iterable[str]:
    yield (
        f"<PmtInf><PmtInfId>{id}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>false</BtchBookg>"
        f"{_totals(payments)}<ReqdExctnDt><Dt>{day}</Dt></ReqdExctnDt>"
        f"<Dbtr><Nm>{escape(account.name)}</Nm></Dbtr>"
        f"<DbtrAcct>{_account(account.number)}</DbtrAcct>"
        f"<DbtrAgt>{_agent(account.bank_number)}</DbtrAgt>\n"
    )
    for one in payments:
        payee, kind = one.payee, "PrvtId" if one.payee.person else "OrgId"
        id = escape(one.id)
        text = f"<RmtInf><Ustrd>{escape(one.text)}</Ustrd></RmtInf>" if one.text else ""
        yield (
            f"<CdtTrfTxInf><PmtId><InstrId>{id}</InstrId><EndToEndId>{id}</EndToEndId>"
            f'</PmtId><Amt><InstdAmt Ccy="CNY">{Money(one.fen).yuan}</InstdAmt></Amt>'
            f"<CdtrAgt>{_agent(payee.bank_number)}</CdtrAgt>"
            f"<Cdtr><Nm>{escape(payee.name)}</Nm>"
            f"<Id><{kind}><Othr><Id>{escape(payee.identity)}</Id></Othr></{kind}></Id></Cdtr>"
            f"<CdtrAcct>{_account(payee.account)}</CdtrAcct>"
            f"<Purp><Cd>{escape(one.purpose)}</Cd></Purp>{text}</CdtTrfTxInf>\n"
        )
    yield "</PmtInf>\n"


def _totals(payments: Sequence[Payment]) -> str:
    total = Money(sum(one.fen for one in payments)).yuan
    return f"<NbOfTxs>{len(payments)}</NbOfTxs><CtrlSum>{total}</CtrlSum>"


def _agent(number: str) -> str:
    return (
        "<FinInstnId><ClrSysMmbId><ClrSysId><Cd>CNAPS</Cd></ClrSysId>"
        f"<MmbId>{escape(number)}</MmbId></ClrSysMmbId></FinInstnId>"
    )


def _account(number: str) -> str:
    return f"<Id><Othr><Id>{escape(number)}</Id></Othr></Id>"


@cache
def _schema(path: Path) -> etree.XMLSchema:
    if not path.is_file():
        raise InputError("NO_SCHEMA", f"{path.name} is not there.", "Put the standard's there.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.XMLSchema(etree.parse(str(path), parser))
