"""Reading payment statuses (pain.002), .03 to .15: of a file, its batches, its payments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from suixin.data.errors import InputError
from suixin.service.rails.message import BatchStatus, PaymentStatus, Reason, StatusFile
from suixin.service.rails.profile import Profile
from suixin.service.rails.reading import Head, Source, Tree, instant_of, text_of, walk


def read_status_file(source: Source, found: Head, message: str, profile: Profile) -> StatusFile:
    """What a bank says of a file of ours; what its codes mean is for `statuses` to say.

    Raises `InputError` as `reading.walk` does, and MISSING.
    """
    tree, id, of_file, status = Tree(found), "", "", ""
    made_at: datetime | None = None
    reasons: tuple[Reason, ...] = ()
    payments: list[PaymentStatus] = []
    batches: list[BatchStatus] = []
    names = ("GrpHdr", "OrgnlGrpInfAndSts", "TxInfAndSts", "OrgnlPmtInfAndSts")
    for element in walk(source, found, names, profile):
        told, name = tree.children(element), element.tag[len(tree.space) :]
        if name == "GrpHdr":
            id = text_of(tree.need(element, told, "MsgId"))
            made_at = instant_of(text_of(tree.need(element, told, "CreDtTm")))
        elif name == "OrgnlGrpInfAndSts":
            of_file = text_of(tree.need(element, told, "OrgnlMsgId"))
            status, reasons = text_of(told.get("GrpSts")), _reasons(tree, element)
        elif name == "TxInfAndSts":
            payments.append(_payment(tree, element, told))
        else:
            batches.append(
                BatchStatus(
                    text_of(tree.need(element, told, "OrgnlPmtInfId")),
                    text_of(told.get("PmtInfSts")),
                    _reasons(tree, element),
                    tuple(payments),
                )
            )
            payments = []
    if not id or made_at is None or not of_file:
        wrong = f"The {message} does not say which file of ours it is about."
        raise InputError("MISSING", wrong, "Ask the bank for it again.")
    return StatusFile(id, message, made_at, of_file, status, reasons, tuple(batches))


def _payment(tree: Tree, element: Any, told: dict[str, Any]) -> PaymentStatus:
    # Our instruction number is the end-to-end number, so either names the payment.
    id = text_of(told.get("OrgnlEndToEndId")) or text_of(told.get("OrgnlInstrId"))
    if not id:
        wrong = f"Line {element.sourceline}: a status that names no payment."
        raise InputError("MISSING", wrong, "Ask the bank for it again.")
    accepted = told.get("AccptncDtTm")
    return PaymentStatus(
        id,
        text_of(told.get("TxSts")),
        _reasons(tree, element),
        instant_of(text_of(accepted)) if text_of(accepted) else None,
    )


def _reasons(tree: Tree, element: Any) -> tuple[Reason, ...]:
    found = []
    for one in tree.every(element, "StsRsnInf"):
        code = tree.text(one, "Rsn", "Cd") or tree.text(one, "Rsn", "Prtry")
        words = " ".join(text_of(said) for said in tree.every(one, "AddtlInf"))
        if code or words:
            found.append(Reason(code, words))
    return tuple(found)
