"""Where a payment goes: past due, due, then ahead of its time, instalment by instalment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from suixin.kernel.money import share
from suixin.lending.progressive.book import Instalment, LoanBook
from suixin.lending.progressive.terms import BUCKETS, FEE, INTEREST, PENALTY, PRINCIPAL, Ahead


@dataclass(slots=True)
class Allocated:
    """How one payment was split over the buckets; `rest` found nothing to pay."""

    rest: int
    parts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BUCKETS, 0))


def allocate(book: LoanBook, day: date, fen: int, ahead: Ahead) -> Allocated:
    """Pay instalments with an amount on a day, by the orders of the terms."""
    done, orders = Allocated(fen), book.terms.orders
    book.refresh(max(day, book.today) if book.terms.recalculates else day)
    for one in book.instalments:
        if one.due <= day and done.rest:
            _pay(book, one, day, _owed(one), orders.past_due if one.due < day else orders.due, done)
    if done.rest and book.terms.cumulative:
        _charges_due(book, day, done)
    if done.rest and book.terms.cumulative and book.terms.recalculates:
        _into_current(book, day, done)
    if done.rest and ahead is Ahead.ALL_ALIKE:
        _alike(book, day, done)
    while done.rest:
        following = _next_ahead(book, day, ahead)
        if following is None:
            break
        before = done.rest
        _pay(book, following, day, ahead_of_time(book, following, day), orders.ahead, done)
        if done.rest == before:
            break
        if ahead is Ahead.NEXT_LAST:
            ahead = Ahead.LAST
    return done


def ahead_of_time(book: LoanBook, one: Instalment, day: date) -> dict[str, int]:
    """What an instalment that is not due yet asks for on a day: interest only as far as it ran."""
    owed = _owed(one)
    if not book.terms.recalculates or book.terms.flat or one.aside:
        return owed
    reaches = one.start if day <= one.start else day
    if book.terms.to_period_end and day > one.start:
        reaches = one.due
    several = sum(not (other.settled and other.asked) for other in book.regular) > 1
    full = (one.level if several and day <= one.start else one.asked) + one.credited
    reckoned = book.rounded(book.interest(one, reaches)) + book.carried_into(
        one, book.counts_from(day)
    )
    interest = max(min(reckoned, full), one.paid[INTEREST])
    owed[INTEREST] = interest - one.paid[INTEREST]
    rest = book.outstanding()[PRINCIPAL]
    owed[PRINCIPAL] = max(0, min(full - interest - one.paid[PRINCIPAL], rest))
    return owed


def _owed(one: Instalment) -> dict[str, int]:
    return {bucket: one.owed[bucket] - one.paid[bucket] for bucket in BUCKETS}


def _pay(
    book: LoanBook,
    one: Instalment,
    day: date,
    owed: dict[str, int],
    order: Sequence[str],
    done: Allocated,
) -> None:
    """Pay what is owed of one instalment, bucket by bucket; orders may leave none out."""
    for bucket in order:
        part = min(done.rest, owed[bucket])
        if part <= 0:
            continue
        one.paid[bucket] += part
        done.parts[bucket] += part
        done.rest -= part
        if bucket == PRINCIPAL and one.aside:
            book.down_paid += part
        elif bucket == PRINCIPAL:
            book.principal_paid.append((day, part))
        if day < one.due:
            one.early += part
        elif day > one.due:
            one.late += part
        one.paid_on = day
    book.refresh()


def _charges_due(book: LoanBook, day: date, done: Allocated) -> None:
    """Charges are due on their own day, before the instalment that they are asked for with."""
    for one in book.instalments:
        if one.due <= day:
            continue
        owed = dict.fromkeys(BUCKETS, 0)
        for due, bucket, fen in one.charges:
            owed[bucket] += fen if due <= day else 0
        due_now = {bucket: max(0, owed[bucket] - one.paid[bucket]) for bucket in (PENALTY, FEE)}
        _pay(book, one, day, owed | due_now, book.terms.orders.due, done)


def _next_ahead(book: LoanBook, day: date, ahead: Ahead) -> Instalment | None:
    """The instalment that a payment ahead of its time goes to now."""
    after = [one for one in book.instalments if one.due > day and _asks(book, one, day)]
    if not after:
        return None
    return after[-1] if ahead is Ahead.LAST else after[0]


def _asks(book: LoanBook, one: Instalment, day: date) -> bool:
    return one.left > 0 and any(part > 0 for part in ahead_of_time(book, one, day).values())


def _alike(book: LoanBook, day: date, done: Allocated) -> None:
    """Each instalment after the day gets the same part, the last of them the odd ones."""
    while done.rest:
        after = [one for one in book.instalments if one.due > day and one.left > 0]
        if not after:
            return
        parts = share(done.rest, [1] * len(after))
        for one, part in zip(reversed(after), parts, strict=True):
            some = Allocated(part)
            _pay(book, one, day, ahead_of_time(book, one, day), book.terms.orders.ahead, some)
            for bucket in BUCKETS:
                done.parts[bucket] += some.parts[bucket]
            done.rest -= part - some.rest


def _into_current(book: LoanBook, day: date, done: Allocated) -> None:
    """What is beyond all that is due counts as principal in the instalment the day falls in."""
    current = next((one for one in book.regular if one.start < day <= one.due), None)
    if current is None:
        return
    owed = dict.fromkeys((PENALTY, FEE), 0)
    if day < current.due:
        reckoned = book.rounded(book.interest(current, day)) + book.carried_into(current, day)
        interest = max(0, reckoned - current.paid[INTEREST])
    else:
        interest = 0
    principal = min(book.outstanding()[PRINCIPAL], max(0, done.rest - interest))
    owed |= {INTEREST: interest, PRINCIPAL: principal}
    _pay(book, current, day, owed, (INTEREST, PRINCIPAL), done)
