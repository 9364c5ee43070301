"""A streamer stands for the merchants he sells for: in writing, to a cap, and in no circle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from suixin.kernel.money import Money
from suixin.kernel.policy import PolicyOn
from suixin.kernel.refusal import Wording
from suixin.lending.circle import Guarantee, circle_through
from suixin.lending.refused import Refused


class StreamerRefusal(StrEnum):
    """Why a streamer's guarantee is not taken, in the order of the checks."""

    SAME_PARTY = "same_party"
    NOT_JOINT = "not_joint"
    NOT_SIGNED = "not_signed"
    NOT_READ_BACK = "not_read_back"
    PERIOD_TOO_LONG = "period_too_long"
    GUARANTEE_CIRCLE = "guarantee_circle"
    EXPOSURE_TOO_HIGH = "exposure_too_high"


STREAMER_WORDING: Final[Mapping[StreamerRefusal, Wording]] = MappingProxyType(
    {
        StreamerRefusal.SAME_PARTY: Wording(
            "借款人不能为自己担保。", "Nobody guarantees his own loan."
        ),
        StreamerRefusal.NOT_JOINT: Wording(
            "未明确约定连带责任保证。", "Joint liability is not said in so many words."
        ),
        StreamerRefusal.NOT_SIGNED: Wording("担保人尚未书面签署。", "It is not signed in writing."),
        StreamerRefusal.NOT_READ_BACK: Wording(
            "担保人复述的金额或期限与合同不一致。",
            "The amount or period read back is not the one that was signed.",
        ),
        StreamerRefusal.PERIOD_TOO_LONG: Wording(
            "保证期间过长。", "The guarantee runs too far past the last due date."
        ),
        StreamerRefusal.GUARANTEE_CIRCLE: Wording(
            "存在循环担保。", "Guarantees lead from the borrower back to the streamer."
        ),
        StreamerRefusal.EXPOSURE_TOO_HIGH: Wording(
            "担保总额超过该主播的上限。", "All that he guarantees would pass his cap."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class StreamerOffer:
    """What a streamer signs: for whom, how much at most, until when, and what he read back.

    `joint` is whether the paper says joint liability in so many words: where it is silent the
    Civil Code makes it a general guarantee (Art. 686).
    """

    streamer: str
    debtor: str
    cap_fen: int
    last_due_on: date
    until: date
    joint: bool
    signed_on: date | None
    read_back: tuple[int, date] | None  # Cap and last day, as the streamer said them.


def streamer_refusal(
    offer: StreamerOffer,
    *,
    month_commission_fen: int,
    guarantees: Sequence[Guarantee],
    policy: PolicyOn,
) -> Refused | None:
    """Why a streamer's guarantee is not taken, or None (K11, R-CC).

    `month_commission_fen` is the streamer's own settled commission in a mean month and
    `guarantees` all that are in force, whoever gave them.

    >>> from suixin.kernel.policy import load_policy
    >>> day, until = date(2026, 6, 30), date(2027, 1, 31)
    >>> rules = load_policy("guarantee").on(day)
    >>> offer = StreamerOffer("s-1", "m-1", 900_000, until, until, True, day, (900_000, until))
    >>> streamer_refusal(offer, month_commission_fen=150_000, guarantees=(), policy=rules)
    >>> streamer_refusal(offer, month_commission_fen=149_999, guarantees=(), policy=rules).allowed
    '8,999.94 CNY in all'
    """
    if offer.cap_fen <= 0 or offer.until < offer.last_due_on:
        raise ValueError(f"A guarantee has a cap above 0 and outlasts the loan, got {offer}.")
    refused = _unsigned(offer, policy)
    if refused is not None:
        return refused
    run, most = (offer.until - offer.last_due_on).days, policy["streamer.period_days"]
    if run > most:
        return Refused.by(
            StreamerRefusal.PERIOD_TOO_LONG,
            policy,
            "streamer.period_days",
            found=f"{run} days",
            allowed=f"{most} days",
        )
    own = Guarantee(offer.streamer, offer.debtor, offer.cap_fen)
    circle = circle_through(frozenset({offer.streamer}), (*guarantees, own))
    if circle:
        found = " → ".join(circle)
        return Refused(StreamerRefusal.GUARANTEE_CIRCLE, found, "no circle", "", "R-JL, K11")
    rule = policy["streamer.exposure"]
    cap = min(rule["ceiling"], rule["months"] * month_commission_fen)
    given = sum(one.cap_fen for one in guarantees if one.guarantor == offer.streamer)
    if given + offer.cap_fen > cap:
        return Refused.by(
            StreamerRefusal.EXPOSURE_TOO_HIGH,
            policy,
            "streamer.exposure",
            found=Money(given + offer.cap_fen),
            allowed=f"{Money(cap)} in all",
        )
    return None


def _unsigned(offer: StreamerOffer, policy: PolicyOn) -> Refused | None:
    """What a court would miss on the paper."""
    law = "民法典 第686, 692条 (R-CC)"
    if offer.streamer == offer.debtor:
        return Refused(StreamerRefusal.SAME_PARTY, offer.streamer, "another party", "", law)
    if not offer.joint:
        return Refused(StreamerRefusal.NOT_JOINT, "silent", "joint liability in words", "", law)
    if offer.signed_on is None or offer.signed_on > policy.day:
        return Refused(StreamerRefusal.NOT_SIGNED, "unsigned", "signed by today", "", law)
    if offer.read_back != (offer.cap_fen, offer.until):
        allowed = f"{Money(offer.cap_fen)} until {offer.until}"
        return Refused(StreamerRefusal.NOT_READ_BACK, _told(offer.read_back), allowed, "", law)
    return None


def _told(read_back: tuple[int, date] | None) -> str:
    if read_back is None:
        return "nothing read back"
    return f"{Money(read_back[0])} until {read_back[1]}"
