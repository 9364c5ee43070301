"""What other lenders and earlier loans say of a household, and how platforms rate its shop."""

from __future__ import annotations

import numpy as np

from suixin.county.bits import Bits, Bools, Ints, Texts
from suixin.county.cast import Cast, consent_ids
from suixin.county.registry import filed
from suixin.county.shops import WEEKS, Calendar, Shops
from suixin.county.table import Column, Table, named, same

BUREAU = "bureau-1"
_LENDERS = ("city-bank", "microloan-1")
_INSTALMENTS = 6
_EVENTS = ("none", "default", "closed")


def rating_table(cast: Cast, shops: Shops, calendar: Calendar, bits: Bits) -> Table:
    """A shop's rating every fourth week since it opened, out of 5.00."""
    weeks = np.arange(3, WEEKS, 4)
    row, at = np.nonzero(shops.weekly[:, weeks] > 0)
    quality = np.floor(430 + 65 * (shops.quality[row] - 0.80) / 0.18).astype(np.int64)
    wobble = bits.below("rating/wobble", row.size, 9) - 4
    merchant = cast.ids[shops.subject[row]]
    day = calendar.first + 7 * weeks[at] + 6
    own: dict[str, Column] = {
        "merchant": merchant,
        "on": day,
        "rating_hundredths": np.clip(quality + wobble, 0, 500),
    }
    consent = consent_ids(cast, shops.subject, "trade")[row]
    return Table("store_ratings", {**filed(merchant, day, consent, "weixin_shop"), **own})


def debt_table(cast: Cast, calendar: Calendar, bits: Bits) -> Table:
    """One household in seven owes another lender; the licensed bureau tells us each month."""
    owing = np.flatnonzero(bits.chance("debt/owes", cast.households, 0.14)).astype(np.int64)
    subject = np.repeat(owing, 3)
    month = np.tile(np.array([85, 55, 25], dtype=np.int64), owing.size)
    balance = 100_000 * np.repeat(2 + bits.below("debt/balance", owing.size, 20), 3) * month // 25
    own: dict[str, Column] = {
        "via_bureau": same(BUREAU, subject.size),
        "lender": named(_LENDERS, np.repeat(bits.below("debt/lender", owing.size, 2), 3)),
        "subject": cast.ids[subject],
        "as_of": calendar.until - month,
        "balance": balance,
        "overdue": np.zeros(subject.size, dtype=np.int64),
        "monthly_due": balance // 12,
    }
    common = filed(
        cast.ids[subject], calendar.until - month, consent_ids(cast, subject, "person"), BUREAU
    )
    return Table("debts_elsewhere", {**common, **own})


def loan_table(cast: Cast, calendar: Calendar, bits: Bits) -> Table:
    """One shop in eight has had a loan of six instalments; one of these in sixteen went bad."""
    had = cast.shops[bits.chance("loan/had", cast.shops.size, 0.125)]
    return instalment_table(had, bits.chance("loan/bad", had.size, 0.0625), cast, calendar, bits)


def instalment_table(
    had: Ints, went_bad: Bools, cast: Cast, calendar: Calendar, bits: Bits
) -> Table:
    """loan_performance: six instalments of one finished loan each; a bad one pays two of them."""
    start = calendar.until - 240 - bits.below("loan/start", had.size, 300)
    due = 50_000 + 10_000 * bits.below("loan/due", had.size, 30)
    bad = np.repeat(went_bad, _INSTALMENTS)
    number = np.tile(np.arange(1, _INSTALMENTS + 1, dtype=np.int64), had.size)
    subject, all_due = np.repeat(had, _INSTALMENTS), np.repeat(due, _INSTALMENTS) * number
    missed = bad & (number > 2)
    event = np.where(missed & (number == _INSTALMENTS), 1, np.where(number == _INSTALMENTS, 2, 0))
    day = np.repeat(start, _INSTALMENTS) + 30 * number
    agreements = agreement_ids(cast.ids[subject])
    own: dict[str, Column] = {
        "agreement": agreements,
        "on": day,
        "due": all_due,
        "paid": np.where(missed, np.repeat(due, _INSTALMENTS) * 2, all_due),
        "days_past_due": np.where(missed, 30 * (number - 2), 0),
        "event": named(_EVENTS, event.astype(np.int64)),
    }
    consent = consent_ids(cast, subject, "person")
    return Table("loan_performance", {**filed(cast.ids[subject], day, consent, "lender"), **own})


def agreement_ids(subjects: Texts) -> Texts:
    """The finished loan of each subject."""
    return np.array([f"a-{str(subject)[2:]}" for subject in subjects.tolist()], dtype=object)
