"""Books in the database: the ledger's port, held to the same tests as the books in memory.

Each call is one transaction, or a part of the one that is under way (`session.acting`). Writers
meet at a key alone: where the same transaction is sent ten times at once, nine wait for the first
and find it. What is posted never changes, so no reader waits, and READ COMMITTED is enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.lending.accounts import Account
from suixin.lending.ledger import EVERYTHING, Ledger, Line, Scope, Standing
from suixin.lending.transaction import Dimensions, Transaction, reversal
from suixin.service.store import rows
from suixin.service.store.institutions import books_of, chart_of
from suixin.service.store.session import Actor, Role, acting, acting_now, again, query, reading

_CHUNK: Final = 1_000


class StoredBooks:
    """The books of an actor's institution; see `Ledger` for what each call does and raises.

    Beside what every ledger refuses, a day that is closed: `InputError` DAY_CLOSED.
    """

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        with reading(actor):
            self.name = books_of(actor.institution)
            self.chart: Mapping[str, Account] = chart_of(actor.institution)

    def post(self, transaction: Transaction) -> Transaction:
        """See `Ledger.post`."""
        self._check(transaction)
        if acting_now() is None and self.actor.role is Role.APP:
            # One statement is a transaction by itself, in the role that a connection begins with.
            known = again(partial(self._insert, [transaction]))
            return self._same(transaction) if known else transaction
        return self.post_all([transaction])[0]

    def post_all(self, transactions: Sequence[Transaction]) -> tuple[Transaction, ...]:
        """Book all of them or none; what stands under each key, in their order."""
        for one in transactions:
            self._check(one)

        def work() -> tuple[Transaction, ...]:
            with acting(self.actor):
                known = set(self._insert(transactions))
                return tuple(
                    self._same(one) if place in known else one
                    for place, one in enumerate(transactions, 1)
                )

        return again(work)

    def pend(self, transaction: Transaction) -> Transaction:
        """See `Ledger.pend`."""
        self._check(transaction)

        def work() -> Transaction:
            with acting(self.actor):
                if query(rows.PEND, rows.pending_values(self.actor.institution, transaction)):
                    return transaction
                return self._taken(transaction)[0]

        return again(work)

    def confirm(self, key: str, *, value_on: date, booked_on: date) -> Transaction:
        """See `Ledger.confirm`."""

        def work() -> Transaction:
            with acting(self.actor):
                stands, standing = self._get(key)
                confirmed = replace(stands, value_on=value_on, booked_on=booked_on)
                if standing is Standing.PENDING:
                    _not_before(stands, booked_on)
                    if not self._insert([confirmed], step=1):
                        return confirmed
                    stands, standing = self._get(key)  # Ended meanwhile.
                if standing is Standing.POSTED and confirmed == stands:
                    return stands
                raise _not_pending(key, standing)

        return again(work)

    def void(self, key: str, *, booked_on: date) -> None:
        """See `Ledger.void`."""

        def work() -> None:
            with acting(self.actor):
                stands, standing = self._get(key)
                if standing is Standing.PENDING:
                    _not_before(stands, booked_on)
                    if query(rows.VOID, [booked_on, self.actor.institution, key]):
                        return
                    stands, standing = self._get(key)  # Ended meanwhile.
                ended = query(rows.VOIDED_ON, [self.actor.institution, key])
                if ended != [(booked_on,)]:
                    raise _not_pending(key, standing)

        again(work)

    def reverse(self, key: str, *, by: str, value_on: date, booked_on: date) -> Transaction:
        """See `Ledger.reverse`."""
        with reading(self.actor):
            of, _ = self._get(key)
        return self.post(reversal(of, key=by, value_on=value_on, booked_on=booked_on))

    def find(self, key: str) -> Transaction | None:
        """See `Ledger.find`."""
        found = self._found([key]).get(key)
        return None if found is None else found[0]

    def standing(self, key: str) -> Standing:
        """See `Ledger.standing`."""
        return self._get(key)[1]

    def transactions(self, scope: Scope = EVERYTHING) -> Iterator[Transaction]:
        """See `Ledger.transactions`; read by the thousand, each thousand as it then stands."""
        if scope.agreement is not None or scope.party is not None:
            ids = self._rows(rows.IDS_IN_SCOPE, rows.scope_values(scope))
            numbers = [number for (number,) in ids]
            for start in range(0, len(numbers), _CHUNK):
                chunk = numbers[start : start + _CHUNK]
                yield from map(self._transaction, self._rows(rows.BY_NUMBER, {"numbers": chunk}))
            return
        statement = rows.POSTED if scope == EVERYTHING else rows.POSTED_IN_SCOPE
        last = 0
        while True:
            given = {**rows.scope_values(scope), "last": last, "chunk": _CHUNK}
            found = self._rows(statement, given)
            yield from map(self._transaction, found)
            if len(found) < _CHUNK:
                return
            last = found[-1][0]

    def balance(self, account: str, scope: Scope = EVERYTHING) -> int:
        """See `Ledger.balance`."""
        self._account(account)
        given = {**rows.scope_values(scope), "account": account}
        ((found,),) = self._rows(rows.BALANCE, given)
        return int(found)

    def balances(self, scope: Scope = EVERYTHING) -> Mapping[str, int]:
        """See `Ledger.balances`."""
        found = self._rows(rows.BALANCES, rows.scope_values(scope))
        return {account: int(fen) for account, fen in found}

    def statement(self, account: str, scope: Scope = EVERYTHING) -> tuple[Line, ...]:
        """See `Ledger.statement`."""
        self._account(account)
        given = {**rows.scope_values(scope), "account": account}
        lines, balance = [], 0
        for key, text, fen, value_on, booked_on, *about in self._rows(rows.STATEMENT, given):
            balance += fen
            told = Dimensions(*about)
            lines.append(Line(key, text, account, fen, balance, value_on, booked_on, told))
        return tuple(lines)

    def waiting(self) -> tuple[Transaction, ...]:
        """See `Ledger.waiting`."""
        return tuple(self._transaction(found) for found in self._rows(rows.WAITING, {}))

    def unpaired(self, other: Ledger) -> tuple[str, ...]:
        """See `Ledger.unpaired`."""
        return tuple(sorted(self.pairs() ^ other.pairs()))

    def pairs(self) -> frozenset[str]:
        """See `Ledger.pairs`."""
        return frozenset(pair for (pair,) in self._rows(rows.PAIRS, {}))

    def _insert(self, transactions: Sequence[Transaction], *, step: int = 0) -> list[int]:
        """Post those whose keys are free; the places of the others, from 1."""
        given = rows.posted_values(self.actor.institution, transactions, step)
        return [place for (place,) in query(rows.POST, given)]

    def _rows(self, statement: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        with reading(self.actor):
            return query(statement, {**given, "institution": self.actor.institution})

    def _transaction(self, found: Sequence[Any]) -> Transaction:
        return rows.transaction_of(found, self.name)

    def _found(self, keys: Sequence[str]) -> dict[str, tuple[Transaction, Standing]]:
        """What stands under these keys, each as it was entered or ended."""
        return {
            made.key: (made, Standing(standing))
            for standing, *told in self._rows(rows.BY_KEY, {"keys": list(keys)})
            for made in (self._transaction(told),)
        }

    def _get(self, key: str) -> tuple[Transaction, Standing]:
        found = self._found([key]).get(key)
        if found is None:
            raise InputError("NO_TRANSACTION", f"There is no transaction {key}.", "Check the key.")
        return found

    def _taken(self, transaction: Transaction) -> tuple[Transaction, Standing]:
        """What has the key of a transaction, where it says the same."""
        stands, standing = self._get(transaction.key)
        if not stands.same_content(transaction):
            wrong = f"The key {transaction.key} is taken by another transaction."
            raise InputError("KEY_TAKEN", wrong, "Use a new key, or send the same again.")
        return stands, standing

    def _same(self, transaction: Transaction) -> Transaction:
        stands, standing = self._taken(transaction)
        if standing is not Standing.POSTED:
            wrong = f"{transaction.key} was entered as pending."
            raise InputError("KEY_TAKEN", wrong, "Confirm it, or use another key.")
        return stands

    def _check(self, transaction: Transaction) -> None:
        """What needs no look at other rows; the database looks at all of it again."""
        if transaction.books != self.name:
            wrong = f"{transaction.key} is for the books {transaction.books}, not {self.name}."
            raise InputError("NO_ACCOUNT", wrong, "Post it in its own books, with a pair.")
        for posting in transaction.postings:
            if self._account(posting.account).books != self.name:
                wrong = f"{transaction.key}: account {posting.account} is of other books."
                raise InputError("NO_ACCOUNT", wrong, "Two books are two transactions of a pair.")

    def _account(self, code: str) -> Account:
        account = self.chart.get(code)
        if account is None:
            raise InputError("NO_ACCOUNT", f"The chart has no account {code}.", "Add it first.")
        return account


def _not_before(of: Transaction, booked_on: date) -> None:
    if booked_on < of.booked_on:
        wrong = f"{booked_on} is before {of.key} was booked, {of.booked_on}."
        raise InputError("DATES", wrong, "Book it on that day or later.")


def _not_pending(key: str, standing: Standing) -> InputError:
    return InputError("NOT_PENDING", f"{key} is {standing}.", "It moves on once.")
