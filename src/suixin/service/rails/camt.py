"""Reading statements (camt.053) and notices (camt.054), versions .02 to .14, line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from suixin.data.errors import InputError, shown
from suixin.service.rails.message import AccountFile, Detail, Kind, Line, LineStatus, Report
from suixin.service.rails.profile import Profile
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

_CONTAINERS: Final = {
    "BkToCstmrStmt": ("Stmt", Kind.STATEMENT),
    "BkToCstmrDbtCdtNtfctn": ("Ntfctn", Kind.NOTICE),
}
# The balance a statement opens with; where a bank gives none, the one it closed with before.
_OPENING: Final = ("OPBD", "PRCD")
_CLOSING: Final = "CLBD"
_YES: Final = frozenset({"true", "1"})
_STATUSES: Final = {one.value: one for one in LineStatus}


def read_account_file(source: Source, found: Head, message: str, profile: Profile) -> AccountFile:
    """A file of statements or notices; whether they are true of our account is `reconcile`'s.

    Raises `InputError` as `reading.walk` and `reading.fen_of` do, and MISSING, REPEATED, CODE,
    BALANCES, TOO_LARGE.
    """
    container, kind = _CONTAINERS[found.element]
    file_id, last_page, reports, lines = "", True, list[Report](), list[Line]()
    reader = _Reader(found, profile)
    header, entry = f"{reader.space}GrpHdr", f"{reader.space}Ntry"
    for element in walk(source, found, ("GrpHdr", "Ntry", container), profile):
        if element.tag == entry:
            lines.append(reader.line(element))
            if len(lines) > profile.limits.lines:
                wrong = f"The file has more than {profile.limits.lines:,} lines."
                raise InputError("TOO_LARGE", wrong, "Ask the bank for smaller ones.")
        elif element.tag == header:
            file_id = reader.text(element, "MsgId")
            last_page = reader.whole(reader.first(element, "MsgPgntn"))
        else:
            reports.append(replace(reader.report(element, kind, lines), file_whole=last_page))
            lines = []
    if not file_id or not reports:
        wrong = f"The {message} has no {container if file_id else 'GrpHdr/MsgId'}."
        raise InputError("MISSING", wrong, "Ask the bank for the file again.")
    return AccountFile(file_id, message, tuple(reports))


class _Reader(Tree):
    """Reads the parts of one file; this runs for every line, so it looks at each element once."""

    __slots__ = ("_currency", "_signs")

    def __init__(self, found: Head, profile: Profile) -> None:
        super().__init__(found)
        self._signs, self._currency = profile.signs, profile.currency

    def report(self, element: Any, kind: Kind, lines: list[Line]) -> Report:
        """A statement or notice, once its lines were read."""
        told = self.children(element)
        opening = closing = None
        closing_on: date | None = None
        if kind is Kind.STATEMENT:
            opening, closing, closing_on = self._balances(element)
        made = text_of(told.get("CreDtTm")) or self.text(element, "FrToDt", "ToDtTm")
        if not made and closing_on is None:
            wrong = f"Line {element.sourceline}: the report does not say when it was made."
            raise InputError("MISSING", wrong, "Ask the bank for the file again.")
        made_at = instant_of(made or f"{closing_on}T00:00:00")
        pages = told.get("StmtPgntn", told.get("NtfctnPgntn"))
        return Report(
            kind=kind,
            name=text_of(self.need(element, told, "Id")),
            account=self._account(self.need(element, told, "Acct")),
            made_at=made_at,
            electronic=_number(text_of(told.get("ElctrncSeqNb"))),
            legal=_number(text_of(told.get("LglSeqNb"))),
            whole=self.whole(pages),
            opening_fen=opening,
            closing_fen=closing,
            closing_on=closing_on,
            lines=tuple(
                one if one.booked_on != date.min else _dated(one, made_at) for one in lines
            ),
        )

    def line(self, element: Any) -> Line:
        """One Ntry."""
        told = self.children(element)
        amount = self.need(element, told, "Amt")
        credit = _credit(self.need(element, told, "CdtDbtInd"))
        code = self._code(told.get("BkTxCd"))
        booked, valued = _day(told.get("BookgDt")), _day(told.get("ValDt"))
        booked_on = booked or valued or date.min  # The day the file was made, set with the report.
        details: list[Detail] = []
        size: int | None = None
        if "NtryDtls" in told:
            for part in self.every(element, "NtryDtls"):
                for child in part:
                    name = child.tag[len(self.space) :]
                    if name == "TxDtls":
                        details.append(self._detail(child, credit, code))
                    elif name == "Btch":
                        count = _number(self.text(child, "NbOfTxs"))
                        size = size if count is None else (size or 0) + count
        fen = fen_of(amount, self._currency)
        return Line(
            fen=fen if credit else -fen,
            currency=amount.get("Ccy"),
            status=_status(self.need(element, told, "Sts")),
            booked_on=booked_on,
            value_on=valued or booked_on,
            reference=text_of(told.get("AcctSvcrRef")),
            code=code,
            reversal=text_of(told.get("RvslInd")) in _YES,
            text=text_of(told.get("AddtlNtryInf")),
            batch_size=size,
            details=tuple(details),
        )

    def _detail(self, element: Any, line_credit: bool, line_code: str) -> Detail:
        told = self.children(element)
        credit = told.get("CdtDbtInd")
        sign = 1 if (line_credit if credit is None else _credit(credit)) else -1
        amount = told.get("Amt")
        if amount is None:
            amount = self.first(told.get("AmtDtls"), "TxAmt", "Amt")
        code = self._code(told["BkTxCd"]) if "BkTxCd" in told else line_code
        refs = self.children(told["Refs"]) if "Refs" in told else {}
        structured, text = self._remittance(told["RmtInf"]) if "RmtInf" in told else ((), "")
        parties = told.get("RltdPties")
        payer, payee = ("", "") if parties is None else self._parties(parties)
        returned = told.get("RtrInf")
        return Detail(
            fen=None if amount is None else sign * fen_of(amount, self._currency),
            end_to_end=text_of(refs.get("EndToEndId")),
            instruction=text_of(refs.get("InstrId")),
            reference=text_of(refs.get("AcctSvcrRef")),
            code=code,
            payer=payer,
            payee=payee,
            structured=structured,
            text=text or text_of(told.get("AddtlTxInf")),
            returned=returned is not None or self._signs.returned(code),
            return_code=self.text(returned, "Rsn", "Cd") or self.text(returned, "Rsn", "Prtry"),
        )

    def whole(self, pages: Any) -> bool:
        """Whether a report stands on one page; its balances hold for all of them."""
        if pages is None:
            return True
        return _number(self.text(pages, "PgNb")) == 1 and self.text(pages, "LastPgInd") in _YES

    def _account(self, account: Any) -> str:
        number = self.text(account, "Id", "Othr", "Id") or self.text(account, "Id", "IBAN")
        if not number:
            wrong = f"Line {account.sourceline}: the report names no account."
            raise InputError("MISSING", wrong, "Ask the bank for the file again.")
        return number

    def _balances(self, element: Any) -> tuple[int, int, date]:
        found: dict[str, tuple[int, date]] = {}
        for balance in self.every(element, "Bal"):
            code = self.text(balance, "Tp", "CdOrPrtry", "Cd") or self.text(balance, "Tp", "Cd")
            if code not in (*_OPENING, _CLOSING):
                continue  # Available and interim balances move nothing.
            if code in found:
                wrong = f"Line {balance.sourceline}: the balance {code} stands twice."
                raise InputError("BALANCES", wrong, "Ask the bank for the file again.")
            told = self.children(balance)
            fen = fen_of(self.need(balance, told, "Amt"), self._currency)
            day = _day(self.need(balance, told, "Dt"))
            if day is None:
                wrong = f"Line {balance.sourceline}: the balance {code} has no day."
                raise InputError("MISSING", wrong, "Ask the bank for the file again.")
            credit = _credit(self.need(balance, told, "CdtDbtInd"))
            found[code] = (fen if credit else -fen, day)
        opening = next((found[code] for code in _OPENING if code in found), None)
        if opening is None or _CLOSING not in found:
            wrong = f"Line {element.sourceline}: no opening or closing booked balance (OPBD, CLBD)."
            raise InputError("BALANCES", wrong, "Ask the bank for booked balances.")
        return opening[0], *found[_CLOSING]

    def _code(self, code: Any) -> str:
        if code is None or not len(code):
            return ""
        told = self.children(code)
        domain = told.get("Domn")
        if domain is None:
            return self.text(told.get("Prtry"), "Cd")
        parts = [text_of(one) for one in domain.iter(self.space + "Cd", self.space + "SubFmlyCd")]
        return "/".join(parts)

    def _parties(self, parties: Any) -> tuple[str, str]:
        """Payer and payee by name, whether a party stands bare or as a choice of party or agent."""
        told, name = self.children(parties), self.space + "Nm"
        payer, payee = told.get("Dbtr"), told.get("Cdtr")
        return (
            "" if payer is None else text_of(next(payer.iter(name), None)),
            "" if payee is None else text_of(next(payee.iter(name), None)),
        )

    def _remittance(self, remittance: Any) -> tuple[tuple[str, ...], str]:
        free: list[str] = []
        structured: list[str] = []
        for child in remittance:
            if child.tag == f"{self.space}Ustrd":
                free.append(text_of(child))
                continue
            structured.append(self.text(child, "CdtrRefInf", "Ref"))
            structured += [self.text(one, "Nb") for one in self.every(child, "RfrdDocInf")]
        return tuple(one for one in structured if one), "\n".join(free)


def _credit(element: Any) -> bool:
    text = text_of(element)
    if text not in ("CRDT", "DBIT"):
        wrong = f"Line {element.sourceline}: {shown(text)} is neither CRDT nor DBIT."
        raise InputError("CODE", wrong, "Ask the bank for the file again.")
    return text == "CRDT"


def _status(element: Any) -> LineStatus:
    text = text_of(element[0] if len(element) else element)
    if text not in _STATUSES:
        wrong = f"Line {element.sourceline}: {shown(text)} is no status of a line."
        raise InputError("CODE", wrong, f"Expected one of {', '.join(_STATUSES)}.")
    return _STATUSES[text]


def _day(element: Any) -> date | None:
    if element is None or not len(element):
        return None
    return day_of(text_of(element[0]))


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise InputError("CODE", f"{shown(text)} is no whole number.", "Ask the bank.")
    return int(text)


def _dated(line: Line, made_at: datetime) -> Line:
    return replace(line, booked_on=made_at.date(), value_on=made_at.date())
