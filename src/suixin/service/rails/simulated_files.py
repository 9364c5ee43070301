"""What a simulated bank writes: statuses (pain.002), statements (camt.053), notices (camt.054)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final
from xml.sax.saxutils import escape

from suixin.kernel.money import Money
from suixin.service.rails.message import BatchStatus, Detail, Line, PaymentStatus, Reason, Report
from suixin.service.rails.profile import STANDARD

STATUSES: Final = "pain.002.001.10"
STATEMENT: Final = "camt.053.001.08"
NOTICE: Final = "camt.054.001.08"
ANSWER: Final = "camt.029.001.09"


def write_statuses(
    id: str,
    of_file: str,
    at: datetime,
    *,
    status: str = "PART",
    reasons: Sequence[Reason] = (),
    batches: Iterable[BatchStatus] = (),
) -> bytes:
    """A file of statuses of a file, its batches and its payments."""
    told = "".join(
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{escape(one.id)}</OrgnlPmtInfId>"
        f"{_if('PmtInfSts', one.status)}{_reasons(one.reasons)}"
        f"{''.join(map(_payment_status, one.payments))}</OrgnlPmtInfAndSts>\n"
        for one in batches
    )
    return _document(
        STATUSES,
        "CstmrPmtStsRpt",
        f"{_header(id, at)}<OrgnlGrpInfAndSts><OrgnlMsgId>{escape(of_file)}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{_if('GrpSts', status)}"
        f"{_reasons(reasons)}</OrgnlGrpInfAndSts>\n{told}",
    )


def write_answer(id: str, payment: str, status: str, at: datetime) -> bytes:
    """An answer to a request to cancel one payment: CNCL, or RJCR."""
    return _document(
        ANSWER,
        "RsltnOfInvstgtn",
        f"<Assgnmt><Id>{escape(id)}</Id><CreDtTm>{at.isoformat()}</CreDtTm></Assgnmt>"
        f"<Sts><Conf>{status}</Conf></Sts><CxlDtls><TxInfAndSts><OrgnlEndToEndId>{escape(payment)}"
        f"</OrgnlEndToEndId><TxCxlSts>{status}</TxCxlSts></TxInfAndSts></CxlDtls>",
    )


def write_report(report: Report) -> bytes:
    """A statement with its balances, or a notice without."""
    statement = report.opening_fen is not None and report.closing_fen is not None
    message, root, name = (STATEMENT, "BkToCstmrStmt", "Stmt") if statement else (
        NOTICE, "BkToCstmrDbtCdtNtfctn", "Ntfctn")  # fmt: skip
    balances = ""
    if report.opening_fen is not None and report.closing_fen is not None and report.closing_on:
        balances = _balance("OPBD", report.opening_fen, report.closing_on)
        balances += _balance("CLBD", report.closing_fen, report.closing_on)
    number = f"<ElctrncSeqNb>{report.electronic}</ElctrncSeqNb>" if report.electronic else ""
    lines = "".join(map(_line, report.lines))
    return _document(
        message,
        root,
        f"{_header(f'M-{report.name}', report.made_at)}<{name}><Id>{escape(report.name)}</Id>"
        f"{number}<CreDtTm>{report.made_at.isoformat()}</CreDtTm><Acct><Id><Othr><Id>"
        f"{escape(report.account)}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>\n{balances}{lines}"
        f"</{name}>\n",
    )


def _line(line: Line) -> str:
    sizes = f"<Btch><NbOfTxs>{line.batch_size}</NbOfTxs></Btch>" if line.batch_size else ""
    details = "".join(map(_detail, line.details))
    inside = f"<NtryDtls>{sizes}{details}</NtryDtls>" if details else ""
    return (
        f"<Ntry>{_amount('Amt', line.fen)}{_sign(line.fen)}"
        f"{'<RvslInd>true</RvslInd>' if line.reversal else ''}<Sts><Cd>{line.status}</Cd></Sts>"
        f"<BookgDt><Dt>{line.booked_on}</Dt></BookgDt><ValDt><Dt>{line.value_on}</Dt></ValDt>"
        f"{_if('AcctSvcrRef', line.reference)}{_code(line.code)}{inside}"
        f"{_if('AddtlNtryInf', line.text)}</Ntry>\n"
    )


def _detail(one: Detail) -> str:
    amount = _amount("Amt", one.fen) + _sign(one.fen) if one.fen is not None else ""
    parties = "".join(
        f"<{kind}><Pty><Nm>{escape(name)}</Nm></Pty></{kind}>"
        for kind, name in (("Dbtr", one.payer), ("Cdtr", one.payee))
        if name
    )
    free = _if("Ustrd", one.text) + "".join(
        f"<Strd><CdtrRefInf><Ref>{escape(reference)}</Ref></CdtrRefInf></Strd>"
        for reference in one.structured
    )
    returned = (
        f"<RtrInf><Rsn><Cd>{one.return_code}</Cd></Rsn></RtrInf>" if one.returned else ""
    )  # fmt: skip
    references = _if("EndToEndId", one.end_to_end)
    return (
        f"<TxDtls>{f'<Refs>{references}</Refs>' if references else ''}{amount}"
        f"{f'<RltdPties>{parties}</RltdPties>' if parties else ''}"
        f"{f'<RmtInf>{free}</RmtInf>' if free else ''}{returned}</TxDtls>"
    )


def _payment_status(one: PaymentStatus) -> str:
    at = f"<AccptncDtTm>{one.accepted_at.isoformat()}</AccptncDtTm>" if one.accepted_at else ""
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{escape(one.id)}</OrgnlEndToEndId>"
        f"{_if('TxSts', one.status)}{_reasons(one.reasons)}{at}</TxInfAndSts>\n"
    )


def _reasons(reasons: Iterable[Reason]) -> str:
    return "".join(
        f"<StsRsnInf><Rsn><Cd>{escape(one.code)}</Cd></Rsn>{_if('AddtlInf', one.words)}</StsRsnInf>"
        for one in reasons
    )


def _balance(code: str, fen: int, on: date) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount('Amt', fen)}{_sign(fen)}"
        f"<Dt><Dt>{on}</Dt></Dt></Bal>\n"
    )


def _code(code: str) -> str:
    if not code:
        return ""
    domain, family, sub = code.split("/")
    return (
        f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd>"
        "</Fmly></Domn></BkTxCd>"
    )


def _amount(name: str, fen: int) -> str:
    return f'<{name} Ccy="CNY">{Money(abs(fen)).yuan}</{name}>'


def _sign(fen: int) -> str:
    return f"<CdtDbtInd>{'DBIT' if fen < 0 else 'CRDT'}</CdtDbtInd>"


def _if(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def _header(id: str, at: datetime) -> str:
    return f"<GrpHdr><MsgId>{escape(id)}</MsgId><CreDtTm>{at.isoformat()}</CreDtTm></GrpHdr>\n"


def _document(message: str, root: str, inside: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{STANDARD}{message}"><{root}>\n{inside}</{root}></Document>\n'
    ).encode()
