"""What the steps of a limit and a price are called, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from suixin.kernel.refusal import Wording

StepUnit = Literal["fen", "bps", "times", "days", "text"]


@dataclass(frozen=True, slots=True)
class StepWords:
    """The name of a step in both languages and how its value is written."""

    zh: str
    en: str
    unit: StepUnit


STEPS: Final[Mapping[str, StepWords]] = MappingProxyType(
    {
        "grade": StepWords("等级", "Grade", "text"),
        "base_sales": StepWords("每月净销售", "Clean sales a month", "fen"),
        "base_sessions": StepWords(
            "近几场直播净额中位数", "Median net of the last sessions", "fen"
        ),
        "base_order": StepWords("核实的采购订单", "Verified purchase order", "fen"),
        "base_pledge": StepWords("仓单货值", "Value of the goods pledged", "fen"),
        "alpha": StepWords("等级倍数", "Multiple of the grade", "times"),
        "tenor_days": StepWords("期限", "Tenor", "days"),
        "tenor_factor": StepWords("期限系数", "Factor of the tenor", "times"),
        "unseen_factor": StepWords(
            "结算或买家看不全的折扣", "Cut for unseen settlements or buyers", "times"
        ),
        "by_alpha": StepWords("按等级可给", "By the grade", "fen"),
        "capacity": StepWords("还得起的", "What can be repaid", "fen"),
        "mean_month": StepWords("平均每月净销售", "Mean clean sales a month", "fen"),
        "thin_share": StepWords(
            "档案太薄，按平均月销售的一部分", "Thin file: its share of a mean month", "fen"
        ),
        "thin_cap": StepWords("档案太薄的上限", "Cap of a thin file", "fen"),
        "cap_product": StepWords("产品上限", "Cap of the product", "fen"),
        "cap_group": StepWords("联保组上限", "Cap of the group", "fen"),
        "cap_fund": StepWords("补偿资金上限", "Cap of the fund", "fen"),
        "cap_sandbox": StepWords("试点上限", "Cap of the sandbox", "fen"),
        "debt_elsewhere": StepWords("减：别处的债", "Less debt elsewhere", "fen"),
        "target": StepWords("算得的额度", "Limit as computed", "fen"),
        "limit_30d_ago": StepWords("三十天前的额度", "Limit 30 days ago", "fen"),
        "most_by_step": StepWords("三十天内最多升到", "Most within 30 days", "fen"),
        "limit": StepWords("额度，取整", "Limit, in round figures", "fen"),
        "available": StepWords("还可以用", "Still available", "fen"),
        "rate_base": StepWords("基础利率", "Base rate", "bps"),
        "rate_grade": StepWords("等级加点", "Premium of the grade", "bps"),
        "rate_store": StepWords("店铺评分加点", "Premium of the store rating", "bps"),
        "rate_guarantee": StepWords("担保减点", "Less the guarantee", "bps"),
        "rate": StepWords("利率", "Rate", "bps"),
        "rate_middle": StepWords("利率，取区间中点", "Rate, the middle of the band", "bps"),
    }
)

BINDING: Final[Mapping[str, Wording]] = MappingProxyType(
    {
        "alpha": Wording("等级的倍数定了额度", "The grade's multiple set the limit"),
        "capacity": Wording("还款能力定了额度", "What can be repaid set the limit"),
        "thin_share": Wording("月销售定了额度", "Monthly sales set the limit"),
        "thin_cap": Wording("薄档案上限定了额度", "The cap of thin files set the limit"),
        "cap_product": Wording("产品上限定了额度", "The product's cap set the limit"),
        "cap_group": Wording("联保组上限定了额度", "The group's cap set the limit"),
        "cap_fund": Wording("补偿资金上限定了额度", "The fund's cap set the limit"),
        "cap_sandbox": Wording("试点上限定了额度", "The sandbox's cap set the limit"),
        "step": Wording("每三十天只能升一步", "A limit rises only a step in 30 days"),
        "unmoved": Wording("变动太小，额度不动", "The change is too small to move the limit"),
    }
)


def step_words(label: str) -> StepWords:
    """The words of a step; a cap without a name of its own is shown by its label.

    >>> step_words("capacity").en, step_words("cap_village").en
    ('What can be repaid', 'cap_village')
    """
    return STEPS.get(label) or StepWords(
        label, label, "fen" if label.startswith("cap_") else "text"
    )


def step_value(label: str, value: float | str) -> str:
    """The value of a step as a reader sees it, money without a currency sign.

    >>> [step_value("limit", 600000), step_value("rate", 1025), step_value("alpha", 1.5)]
    ['6,000.00', '10.25%', '1.5']
    >>> step_value("debt_elsewhere", -5), step_value("tenor_days", 180), step_value("grade", "A")
    ('-0.05', '180', 'A')
    """
    if isinstance(value, str):
        return value
    match step_words(label).unit:
        case "fen":
            major, minor = divmod(abs(int(value)), 100)
            return f"{'-' if value < 0 else ''}{major:,}.{minor:02d}"
        case "bps":
            return f"{value / 100:.2f}%"
        case _:
            return f"{value:g}"
