"""Refusals: their order is the order of the checks, and each is worded in both languages."""

from __future__ import annotations

from suixin.kernel.refusal import WORDING, Refusal


def test_the_order_of_the_checks() -> None:
    assert [refusal.value for refusal in Refusal] == [
        "no_facts",
        "no_sales_yet",
        "grade_too_low",
        "capacity_too_small",
        "limit_too_small",
    ]


def test_every_refusal_is_worded_in_both_languages() -> None:
    assert list(WORDING) == list(Refusal)
    for wording in WORDING.values():
        assert wording.zh.endswith("。")
        assert wording.en.endswith(".")
        assert wording.en.isascii()
