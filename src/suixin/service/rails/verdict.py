"""What is found of each line of an account, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from suixin.kernel.refusal import Wording


class Verdict(StrEnum):
    """What a line is, in the order in which it is asked."""

    PENDING_IGNORED = "pending_ignored"
    SEEN = "seen"
    LEFT_TO_STATEMENT = "left_to_statement"
    CONFIRMED = "confirmed"
    NOTICE_DIFFERS = "notice_differs"
    NOTHING = "nothing"
    REFERENCE_REUSED = "reference_reused"
    SUM_MISMATCH = "sum_mismatch"
    BATCH = "batch"
    RETURN = "return"
    EXACT = "exact"
    PARTIAL = "partial"
    COMPLETES = "completes"
    OVER = "over"
    ALREADY_SETTLED = "already_settled"
    AMOUNT_MISMATCH = "amount_mismatch"
    NOT_AWAITED = "not_awaited"
    BANK_FEE = "bank_fee"
    UNKNOWN = "unknown"


VERDICT_WORDING: Final[Mapping[Verdict, Wording]] = MappingProxyType(
    {
        Verdict.PENDING_IGNORED: Wording(
            "银行尚未入账，暂不处理。", "Not booked yet, so not counted."
        ),
        Verdict.SEEN: Wording("此前已处理，不重复入账。", "Taken before; nothing is added."),
        Verdict.LEFT_TO_STATEMENT: Wording(
            "通知中流水号重复，待对账单确认。",
            "Its reference stands on several lines of the notice; the statement decides.",
        ),
        Verdict.CONFIRMED: Wording(
            "与此前到账通知一致，予以确认。", "A notice told it before; the statement confirms it."
        ),
        Verdict.NOTICE_DIFFERS: Wording(
            "与此前到账通知金额不符，差额挂账。",
            "A notice told another amount; the difference waits for a person.",
        ),
        Verdict.NOTHING: Wording("金额为零，不影响账户。", "A line of nothing moves nothing."),
        Verdict.REFERENCE_REUSED: Wording(
            "银行流水号重复使用，整笔挂账。",
            "The bank's reference stood on another line; the whole waits for a person.",
        ),
        Verdict.SUM_MISMATCH: Wording(
            "明细合计与分录金额不符，整笔挂账。",
            "Its transactions do not add up to the line; the whole waits for a person.",
        ),
        Verdict.BATCH: Wording("批量入账，逐笔匹配。", "Several in one line, each found."),
        Verdict.RETURN: Wording("付款被退回。", "A payment came back."),
        Verdict.EXACT: Wording("编号、方向与金额一致。", "Number, direction and amount agree."),
        Verdict.PARTIAL: Wording("部分到账，余额待收。", "A part came; the rest stays open."),
        Verdict.COMPLETES: Wording("补足此前部分到账的款项。", "The rest of what came in part."),
        Verdict.OVER: Wording(
            "多于应收金额，多余部分挂账。", "More than was open; the excess waits for a person."
        ),
        Verdict.ALREADY_SETTLED: Wording(
            "该笔款项此前已结清，整笔挂账。", "Settled before; the whole waits for a person."
        ),
        Verdict.AMOUNT_MISMATCH: Wording(
            "金额与付款不符，整笔挂账。", "Not the payment's amount; the whole waits for a person."
        ),
        Verdict.NOT_AWAITED: Wording(
            "该付款当前状态不应出现此笔流水，整笔挂账。",
            "The payment does not stand so that this could be; the whole waits for a person.",
        ),
        Verdict.BANK_FEE: Wording("银行收费。", "A charge of the bank's."),
        Verdict.UNKNOWN: Wording(
            "无法识别，整笔挂账。", "Nothing says what it is; the whole waits for a person."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A line's verdict with its reason: whose it is, what is left or too much, and its case.

    `candidate` is a proposal for a person, never a match; `note` says more where words are needed.
    """

    key: str
    verdict: Verdict
    fen: int
    value_on: date
    payment: str = ""
    expected: str = ""
    left_fen: int = 0
    excess_fen: int = 0
    candidate: str = ""
    case: str = ""
    reason: str = ""
    note: str = ""
    parts: tuple[Judged, ...] = ()
