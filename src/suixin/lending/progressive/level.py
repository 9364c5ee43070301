"""The level of instalments: what each of those not yet due pays, reckoned when money is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from suixin.kernel.money import round_by
from suixin.lending.methods.equal_instalment import instalment
from suixin.lending.methods.span import span_of_factors
from suixin.lending.progressive.book import Instalment, LoanBook
from suixin.lending.progressive.terms import INTEREST, PRINCIPAL


def spread(book: LoanBook, since: date) -> None:
    """Level the instalments due after a day over what is left of the principal by then."""
    open_ones = [one for one in book.regular if one.due > since]
    if not open_ones:
        return
    first = book.instalments.index(open_ones[0])
    earlier = book.instalments[:first]
    downs = [one for one in book.instalments[first:] if one.aside]
    taken = sum(one.owed[PRINCIPAL] - one.credited for one in earlier if not one.aside)
    taken += sum(one.level for one in (*earlier, *downs) if one.aside)
    principal = book.drawn - taken
    if book.terms.flat:
        _set(book, open_ones, _flat_level(book, open_ones, principal))
        return
    factors = [book.factor(one) for one in open_ones]
    if book.terms.cumulative:
        factors = [factors[0]] * len(factors)
    span = span_of_factors(principal, factors, book.terms.rounding)
    _set(book, open_ones, instalment(span, multiple_fen=book.terms.multiple_fen))
    if not book.terms.cumulative:
        _smooth(book, open_ones)


def spread_draw(book: LoanBook, since: date) -> None:
    """Level the instalments after a draw, whatever was paid ahead of them so far."""
    if book.terms.flat or book.terms.cumulative or not book.principal_paid:
        spread(book, since)
        return
    copy = book.unpaid_copy()
    copy.refresh(date.min)
    spread(copy, since)
    for one, unpaid in zip(book.instalments, copy.instalments, strict=True):
        if one.due > since and not one.aside:
            one.level = unpaid.level
    book.refresh()


def _flat_level(book: LoanBook, open_ones: Sequence[Instalment], principal: int) -> int:
    interest = sum(book.rounded(book.interest(one, one.due)) for one in open_ones)
    multiple = book.terms.multiple_fen
    whole = principal + interest
    return multiple * round_by(book.terms.rounding, whole, len(open_ones) * multiple)


def _set(book: LoanBook, open_ones: Sequence[Instalment], level: int) -> None:
    for one in open_ones:
        one.level = max(level, one.paid[PRINCIPAL] + one.paid[INTEREST])
    book.refresh()


def _smooth(book: LoanBook, open_ones: Sequence[Instalment]) -> None:
    """Level the last instalment with the others as `EqualInstalment` does, on what is drawn now."""
    for _ in range(book.terms.smoothing):
        level, gap, count = open_ones[0].level, _gap(open_ones), len(open_ones)
        if abs(gap) <= count // 2:
            return
        multiple = book.terms.multiple_fen
        tried = level + multiple * round_by(book.terms.rounding, gap, count * multiple)
        _set(book, open_ones, tried)
        if abs(_gap(open_ones)) >= abs(gap):
            _set(book, open_ones, level)
            return


def _gap(open_ones: Sequence[Instalment]) -> int:
    return open_ones[-1].asked - open_ones[-2].asked if len(open_ones) > 1 else 0
