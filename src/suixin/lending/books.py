"""Books in memory: the ledger's port over lists that only grow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from suixin.data.errors import InputError
from suixin.lending.accounts import LENDER_BOOKS, Account
from suixin.lending.ledger import EVERYTHING, Ledger, Line, Scope, Standing
from suixin.lending.transaction import Posting, Transaction, reversal


@dataclass(slots=True)
class Books:
    """One institution's books.

    >>> from suixin.lending.accounts import chart_on
    >>> from suixin.lending.transaction import pair_of
    >>> day = date(2026, 6, 30)
    >>> books = Books(chart_on(day))
    >>> drawn = Transaction("draw-1", day, day, pair_of("1101", "1002", 500_00))
    >>> books.post(drawn) is books.post(drawn)  # The same twice is once.
    True
    >>> dict(books.balances())
    {'1101': 50000, '1002': -50000}
    >>> _ = books.reverse("draw-1", by="back-1", value_on=day, booked_on=day)
    >>> books.balance("1101"), len(books.statement("1101"))
    (0, 2)
    """

    chart: Mapping[str, Account]
    name: str = LENDER_BOOKS
    _posted: list[Transaction] = field(default_factory=list, init=False)
    _known: dict[str, Transaction] = field(default_factory=dict, init=False)
    _pending: dict[str, Transaction] = field(default_factory=dict, init=False)
    _voided: dict[str, date] = field(default_factory=dict, init=False)
    _reversed: dict[str, str] = field(default_factory=dict, init=False)
    _of_agreement: dict[str, list[Transaction]] = field(default_factory=dict, init=False)
    _totals: dict[str, dict[str, int]] = field(
        default_factory=dict, init=False
    )  # By currency and account.

    def post(self, transaction: Transaction) -> Transaction:
        """See `Ledger.post`."""
        before = self._entered_before(transaction)
        if before is not None:
            if transaction.key in self._pending or transaction.key in self._voided:
                wrong = f"{transaction.key} was entered as pending."
                raise InputError("KEY_TAKEN", wrong, "Confirm it, or use another key.")
            return before
        self._check(transaction)
        self._known[transaction.key] = transaction
        self._enter(transaction)
        return transaction

    def pend(self, transaction: Transaction) -> Transaction:
        """See `Ledger.pend`."""
        before = self._entered_before(transaction)
        if before is not None:
            return before
        self._check(transaction)
        self._known[transaction.key] = self._pending[transaction.key] = transaction
        return transaction

    def confirm(self, key: str, *, value_on: date, booked_on: date) -> Transaction:
        """See `Ledger.confirm`."""
        confirmed = replace(self._get(key), value_on=value_on, booked_on=booked_on)
        if key not in self._pending:
            if self.standing(key) is Standing.POSTED and confirmed == self._known[key]:
                return self._known[key]
            raise self._not_pending(key)
        self._not_before(self._pending[key], booked_on)
        self._check(confirmed)  # What it takes back may have been taken back since.
        del self._pending[key]
        self._known[key] = confirmed
        self._enter(confirmed)
        return confirmed

    def void(self, key: str, *, booked_on: date) -> None:
        """See `Ledger.void`."""
        self._get(key)
        if self._voided.get(key) == booked_on:
            return
        if key not in self._pending:
            raise self._not_pending(key)
        self._not_before(self._pending[key], booked_on)
        del self._pending[key]
        self._voided[key] = booked_on

    def reverse(self, key: str, *, by: str, value_on: date, booked_on: date) -> Transaction:
        """See `Ledger.reverse`."""
        of = self._get(key)
        return self.post(reversal(of, key=by, value_on=value_on, booked_on=booked_on))

    def find(self, key: str) -> Transaction | None:
        """See `Ledger.find`."""
        return self._known.get(key)

    def standing(self, key: str) -> Standing:
        """See `Ledger.standing`."""
        self._get(key)
        if key in self._pending:
            return Standing.PENDING
        return Standing.VOIDED if key in self._voided else Standing.POSTED

    def transactions(self, scope: Scope = EVERYTHING) -> Iterator[Transaction]:
        """See `Ledger.transactions`."""
        if scope == EVERYTHING:
            yield from self._posted
            return
        last: Transaction | None = None
        for transaction, _ in self._within(scope):
            if transaction is not last:
                last = transaction
                yield transaction

    def balance(self, account: str, scope: Scope = EVERYTHING) -> int:
        """See `Ledger.balance`."""
        self._account(account)
        if scope == EVERYTHING:
            return self._totals.get(scope.currency, {}).get(account, 0)
        return sum(one.fen for _, one in self._within(scope) if one.account == account)

    def balances(self, scope: Scope = EVERYTHING) -> Mapping[str, int]:
        """See `Ledger.balances`."""
        sums: dict[str, int] = {}
        for _, posting in self._within(scope):
            sums[posting.account] = sums.get(posting.account, 0) + posting.fen
        return sums

    def statement(self, account: str, scope: Scope = EVERYTHING) -> tuple[Line, ...]:
        """See `Ledger.statement`."""
        self._account(account)
        rows = [row for row in self._within(scope) if row[1].account == account]
        rows.sort(key=lambda row: row[0].value_on)  # Stable: entry decides within a day.
        lines, balance = [], 0
        for made, posting in rows:
            balance += posting.fen
            lines.append(
                Line(
                    made.key,
                    made.text,
                    account,
                    posting.fen,
                    balance,
                    made.value_on,
                    made.booked_on,
                    posting.about,
                )
            )
        return tuple(lines)

    def waiting(self) -> tuple[Transaction, ...]:
        """See `Ledger.waiting`."""
        return tuple(sorted(self._pending.values(), key=lambda one: one.booked_on))

    def unpaired(self, other: Ledger) -> tuple[str, ...]:
        """See `Ledger.unpaired`."""
        return tuple(sorted(self.pairs() ^ other.pairs()))

    def pairs(self) -> frozenset[str]:
        """See `Ledger.pairs`."""
        return frozenset(one.pair for one in self._posted if one.pair)

    def _within(self, scope: Scope) -> Iterator[tuple[Transaction, Posting]]:
        about = scope.agreement
        for made in self._posted if about is None else self._of_agreement.get(about, []):
            if (scope.valued_through is not None and made.value_on > scope.valued_through) or (
                scope.booked_through is not None and made.booked_on > scope.booked_through
            ):
                continue
            for posting in made.postings:
                if (
                    posting.currency == scope.currency
                    and (about is None or posting.about.agreement == about)
                    and (scope.party is None or posting.about.party == scope.party)
                ):
                    yield made, posting

    def _entered_before(self, transaction: Transaction) -> Transaction | None:
        before = self._known.get(transaction.key)
        if before is not None and not before.same_content(transaction):
            wrong = f"The key {transaction.key} is taken by another transaction."
            raise InputError("KEY_TAKEN", wrong, "Use a new key, or send the same again.")
        return before

    def _check(self, transaction: Transaction) -> None:
        if transaction.books != self.name:
            wrong = f"{transaction.key} is for the books {transaction.books}, not {self.name}."
            raise InputError("NO_ACCOUNT", wrong, "Post it in its own books, with a pair.")
        chart, name = self.chart, self.name
        for posting in transaction.postings:
            account = chart.get(posting.account) or self._account(posting.account)
            if account.books != name:
                wrong = f"{transaction.key}: account {posting.account} is of other books."
                raise InputError("NO_ACCOUNT", wrong, "Two books are two transactions of a pair.")
        if transaction.reverses:
            self._check_reversal(transaction, self._get(transaction.reverses))

    def _check_reversal(self, transaction: Transaction, of: Transaction) -> None:
        if self.standing(of.key) is not Standing.POSTED:
            wrong = f"{of.key} is {self.standing(of.key)}, so nothing is to be taken back."
            raise InputError("NOT_POSTED", wrong, "Void what is pending.")
        if of.reverses:
            raise InputError("REVERSAL", f"{of.key} is itself a reversal.", "Post it anew.")
        by = self._reversed.get(of.key)
        if by is not None:
            raise InputError("ALREADY_REVERSED", f"{of.key} was taken back by {by}.", "")
        self._not_before(of, transaction.booked_on)

    def _not_before(self, of: Transaction, booked_on: date) -> None:
        if booked_on < of.booked_on:
            wrong = f"{booked_on} is before {of.key} was booked, {of.booked_on}."
            raise InputError("DATES", wrong, "Book it on that day or later.")

    def _enter(self, transaction: Transaction) -> None:
        self._posted.append(transaction)
        if transaction.reverses:
            self._reversed[transaction.reverses] = transaction.key
        totals, last = self._totals, ""
        for posting in transaction.postings:
            agreement = posting.about.agreement
            if agreement and agreement != last:
                last = agreement
                of = self._of_agreement.setdefault(agreement, [])
                if not of or of[-1] is not transaction:
                    of.append(transaction)
            of_currency = totals.get(posting.currency)
            if of_currency is None:
                of_currency = totals[posting.currency] = {}
            account = posting.account
            of_currency[account] = of_currency.get(account, 0) + posting.fen

    def _account(self, code: str) -> Account:
        account = self.chart.get(code)
        if account is None:
            raise InputError("NO_ACCOUNT", f"The chart has no account {code}.", "Add it first.")
        return account

    def _get(self, key: str) -> Transaction:
        found = self._known.get(key)
        if found is None:
            raise InputError("NO_TRANSACTION", f"There is no transaction {key}.", "Check the key.")
        return found

    def _not_pending(self, key: str) -> InputError:
        return InputError("NOT_PENDING", f"{key} is {self.standing(key)}.", "It moves on once.")
