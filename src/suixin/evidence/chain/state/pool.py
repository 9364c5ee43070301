"""The pool and the claims on it from their events."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from suixin.evidence.chain.calls import pool
from suixin.evidence.chain.calls.pool import NO_CAP, Claim, Fund, Status
from suixin.evidence.chain.calls.value import NOTHING, Event


@dataclass(slots=True)
class PoolState:
    """Tiers and share, claims by agreement, and the receipts that were used."""

    fund: Fund = field(default_factory=Fund)
    claims: dict[bytes, Claim] = field(default_factory=dict)
    receipts: set[bytes] = field(default_factory=set)

    def take(self, event: Event) -> None:
        """Work in one event."""
        match event:
            case pool.Opened(tiers):
                self.fund = replace(self.fund, size=tiers)
            case pool.ShareSet(share, _):
                self.fund = replace(self.fund, share=share)
            case pool.YearBegun(year, caps, _):
                self.fund = replace(self.fund, year=year, left=caps)
            case pool.Funded(tier, receipt, amount, _):
                self.receipts.add(receipt)
                more = tuple(amount if number == tier else 0 for number in range(5))
                self.fund = replace(self.fund, balances=_plus(self.fund.balances, more))
            case pool.PoolAdopted(fund):
                self.fund = fund
            case _:
                self._of_claim(event)

    def _of_claim(self, event: Event) -> None:
        """Work in what happened to a claim."""
        match event:
            case pool.Claimed(agreement, number, loss, asked, _, on):
                claim = Claim(Status.FILED, number, on, loss, asked, lender=loss)
                self.claims[agreement] = claim
                self.fund = replace(self.fund, claims=number)
            case pool.Dropped(agreement):
                del self.claims[agreement]
            case pool.Accepted(agreement, on):
                claim = self.claims[agreement]
                self.claims[agreement] = replace(
                    claim, status=Status.ACCEPTED, on=on, queued=claim.asked
                )
                self._wait(agreement)
            case pool.Paid(agreement, tiers, queued, _):
                self._paid(agreement, tiers, queued)
            case pool.Recovered():
                self._recovered(event)
            case pool.Adopted(agreement, claim):
                self.claims[agreement] = claim
            case _:
                raise AssertionError(f"{event} is no event of Pool.")

    def _paid(self, agreement: bytes, tiers: tuple[int, ...], queued: int) -> None:
        fund, claim = self.fund, self.claims[agreement]
        left = tuple(
            year if year == NO_CAP else year - part
            for year, part in zip(fund.left, tiers, strict=True)
        )
        self.fund = replace(fund, balances=_plus(fund.balances, tiers, -1), left=left)
        self.claims[agreement] = replace(
            claim,
            tiers=_plus(claim.tiers, tiers),
            lender=claim.lender - sum(tiers),
            queued=queued,
        )
        if not queued:
            self._leave(agreement)

    def _recovered(self, event: pool.Recovered) -> None:
        self.receipts.add(event.receipt)
        claim = self.claims.get(event.agreement)
        if claim is None:
            return
        self.fund = replace(self.fund, balances=_plus(self.fund.balances, event.tiers))
        self.claims[event.agreement] = replace(
            claim,
            on=event.on,
            tiers=_plus(claim.tiers, event.tiers, -1),
            lender=claim.lender - event.lender,
            queued=event.queued,
        )
        if claim.queued and not event.queued:
            self._leave(event.agreement)

    def _wait(self, agreement: bytes) -> None:
        """Take a turn among those who wait, by number."""
        number, before = self.claims[agreement].number, self.fund.last
        while before != NOTHING and self.claims[before].number > number:
            before = self.claims[before].before
        behind = self.fund.first if before == NOTHING else self.claims[before].after
        self._join(before, agreement)
        self._join(agreement, behind)

    def _leave(self, agreement: bytes) -> None:
        """Wait no longer."""
        claim = self.claims[agreement]
        self._join(claim.before, claim.after)
        self.claims[agreement] = replace(self.claims[agreement], before=NOTHING, after=NOTHING)

    def _join(self, before: bytes, behind: bytes) -> None:
        """Let two claims stand one behind the other; nothing is an end of the line."""
        if before == NOTHING:
            self.fund = replace(self.fund, first=behind)
        else:
            self.claims[before] = replace(self.claims[before], after=behind)
        if behind == NOTHING:
            self.fund = replace(self.fund, last=before)
        else:
            self.claims[behind] = replace(self.claims[behind], before=before)


def _plus(some: tuple[int, ...], others: tuple[int, ...], sign: int = 1) -> tuple[int, ...]:
    return tuple(one + sign * other for one, other in zip(some, others, strict=True))
