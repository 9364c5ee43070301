"""Asking the bank to stop a payment (camt.056), and its answer (camt.029).

A request stops nothing by itself: money is back when a line of a statement says so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final
from xml.sax.saxutils import escape

from suixin.data.errors import InputError
from suixin.kernel.money import Money
from suixin.service.rails.message import CancelAnswer, CancelFile, Reason
from suixin.service.rails.payment import Payment
from suixin.service.rails.profile import STANDARD, Profile
from suixin.service.rails.reading import Head, Source, Tree, text_of, walk
from suixin.service.rails.register import Register
from suixin.service.rails.working import Outcome, Working

WRITTEN: Final = "camt.056.001.08"
# ISO 20022 external code set, cancellation reason.
REASONS: Final = ("CUST", "DUPL", "TECH", "FRAD", "AM09", "AC03")


def write_cancel(
    payment: Payment, reason: str, profile: Profile, *, of_file: str, at: datetime
) -> bytes:
    """The bytes of a request to cancel one payment; raises `InputError` VERSION, CANCEL_REASON."""
    if profile.cancel != WRITTEN:
        wrong = f"{profile.name} wants {profile.cancel}, and {WRITTEN} is what can be written."
        raise InputError("VERSION", wrong, f"Agree on {WRITTEN} with the bank.")
    if reason not in REASONS:
        wrong = f"{reason} is no reason to cancel."
        raise InputError("CANCEL_REASON", wrong, f"Expected one of {', '.join(REASONS)}.")
    ours, made = _agent(profile.account.bank_number), at.isoformat(timespec="seconds")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{STANDARD}{WRITTEN}"><FIToFIPmtCxlReq>\n'
        f"<Assgnmt><Id>{cancel_id(payment.id)}</Id><Assgnr><Pty><Nm>{escape(profile.account.name)}"
        f"</Nm></Pty></Assgnr><Assgne><Agt>{ours}</Agt></Assgne><CreDtTm>{made}</CreDtTm></Assgnmt>"
        f"\n<Undrlyg><TxInf><CxlId>{cancel_id(payment.id)}</CxlId><OrgnlGrpInf>"
        f"<OrgnlMsgId>{of_file}</OrgnlMsgId><OrgnlMsgNmId>{profile.write}</OrgnlMsgNmId>"
        f"</OrgnlGrpInf><OrgnlInstrId>{payment.id}</OrgnlInstrId>"
        f"<OrgnlEndToEndId>{payment.id}</OrgnlEndToEndId>"
        f'<OrgnlIntrBkSttlmAmt Ccy="CNY">{Money(payment.fen).yuan}</OrgnlIntrBkSttlmAmt>'
        f"<CxlRsnInf><Rsn><Cd>{reason}</Cd></Rsn></CxlRsnInf></TxInf></Undrlyg>\n"
        "</FIToFIPmtCxlReq></Document>\n"
    ).encode()


def cancel_id(id: str) -> str:
    """The number of the request to cancel a payment: one a payment, so that it is asked once.

    >>> cancel_id("SX260302MFCHDNUT3OETIISFQBRWEK25DB")
    'CX260302MFCHDNUT3OETIISFQBRWEK25DB'
    """
    return f"CX{id[2:]}"


def read_cancel_request(source: Source, found: Head, profile: Profile) -> tuple[str, ...]:
    """The payments that a request names, as a bank reads it."""
    tree = Tree(found)
    return tuple(
        tree.text(element, "OrgnlEndToEndId")
        for element in walk(source, found, ("TxInf",), profile)
    )


def take_answers(file: CancelFile, register: Register, profile: Profile, on: date) -> Outcome:
    """Note what the bank answered: it moves nothing, since money is back when a line says so."""
    work = Working(register, profile, on)
    for answer in file.answers:
        tracked = work.payment(answer.id)
        if tracked is not None:
            work.put(replace(tracked, cancel=answer.status or file.status))
    return work.outcome


def read_cancel_file(source: Source, found: Head, message: str, profile: Profile) -> CancelFile:
    """What a bank answers to a request to cancel (camt.029).

    Raises `InputError` as `reading.walk` does, and MISSING.
    """
    tree, id, status = Tree(found), "", ""
    answers: list[CancelAnswer] = []
    for element in walk(source, found, ("Assgnmt", "Sts", "TxInfAndSts"), profile):
        name = element.tag[len(tree.space) :]
        if name == "Assgnmt":
            id = tree.text(element, "Id")
        elif name == "Sts":
            status = status or tree.text(element, "Conf")
        else:
            answers.append(_answer(tree, element))
    if not id:
        raise InputError("MISSING", f"The {message} has no Assgnmt/Id.", "Ask the bank again.")
    return CancelFile(id, message, status, tuple(answers))


def _answer(tree: Tree, element: Any) -> CancelAnswer:
    told = tree.children(element)
    id = text_of(told.get("OrgnlEndToEndId")) or text_of(told.get("OrgnlInstrId"))
    if not id:
        wrong = f"Line {element.sourceline}: an answer that names no payment."
        raise InputError("MISSING", wrong, "Ask the bank for it again.")
    reasons = tuple(
        Reason(
            tree.text(one, "Rsn", "Cd") or tree.text(one, "Rsn", "Prtry"),
            " ".join(text_of(said) for said in tree.every(one, "AddtlInf")),
        )
        for one in tree.every(element, "CxlStsRsnInf")
    )
    return CancelAnswer(id, text_of(told.get("TxCxlSts")), reasons)


def _agent(number: str) -> str:
    return (
        "<FinInstnId><ClrSysMmbId><ClrSysId><Cd>CNAPS</Cd></ClrSysId>"
        f"<MmbId>{escape(number)}</MmbId></ClrSysMmbId></FinInstnId>"
    )
