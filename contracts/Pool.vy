# pragma version 0.4.3
"""
@title Pool
@license Apache-2.0
@notice The risk-compensation fund: tiers that pay in order, claims, and recoveries shared pro rata.

The government fills the tiers and sets the share that floats with the bad-loan rate, naming the
leaf of the log where it was worked out. The bank claims what neither debtor nor guarantors could
pay; once the government accepts, tiers pay in their order, each to its balance and to what its year
leaves. What no tier can pay waits, oldest claim first, and the lender bears it meanwhile. What comes
back goes to guarantors, lender and tiers by what each still has out, so nobody gets more than he
gave.
"""

import fen
import house

initializes: house

event Opened:
    tiers: uint256


event ShareSet:
    share: Share
    on: uint256


event YearBegun:
    year: uint256
    caps: uint256[5]
    on: uint256


event Funded:
    tier: uint256
    receipt: indexed(bytes32)
    amount: uint256
    on: uint256


event Claimed:
    agreement: indexed(bytes32)
    number: uint256
    loss: uint256
    asked: uint256
    fund_bps: uint256
    on: uint256


event Dropped:
    agreement: indexed(bytes32)
    by: uint256
    reason: bytes32
    on: uint256


event Accepted:
    agreement: indexed(bytes32)
    on: uint256


event Paid:
    agreement: indexed(bytes32)
    tiers: uint256[5]
    queued: uint256
    on: uint256


event Recovered:
    agreement: indexed(bytes32)
    receipt: indexed(bytes32)
    guarantors: uint256[5]
    lender: uint256
    tiers: uint256[5]
    surplus: uint256
    queued: uint256
    on: uint256


event PoolAdopted:
    fund: Fund


event Adopted:
    agreement: indexed(bytes32)
    claim: Claim


FILED: constant(uint256) = 1
ACCEPTED: constant(uint256) = 2
TIERS: constant(uint256) = 5
AT_ONCE: constant(uint256) = 16  # Waiting claims paid in one call; `settle` goes on.
NO_CAP: constant(uint256) = max_value(uint256)
YEAR_MAX: constant(uint256) = 9_999


struct Share:
    fund_bps: uint256
    past_due_min: uint256
    leaf: bytes32


# Tiers by their order; `left` is what the year's cap leaves. `first` and `last` of those who wait.
struct Fund:
    size: uint256
    balances: uint256[5]
    left: uint256[5]
    year: uint256
    share: Share
    claims: uint256
    first: bytes32
    last: bytes32


# `lender` and `tiers` are what each has out of it, `queued` what the fund owes still; `number` is
# its turn, `before` and `after` its neighbours among those who wait.
struct Claim:
    status: uint256
    number: uint256
    on: uint256
    loss: uint256
    asked: uint256
    lender: uint256
    tiers: uint256[5]
    queued: uint256
    before: bytes32
    after: bytes32


interface IBefore:
    def fund_state() -> Fund: view
    def claim_of(agreement: bytes32) -> Claim: view
    def used(receipt: bytes32) -> bool: view


PREDECESSOR: public(immutable(address))
fund: Fund
claims: HashMap[bytes32, Claim]
adopted: HashMap[bytes32, bool]  # Claims that came over: one that is dropped comes not again.
receipts: HashMap[bytes32, bool]


@deploy
def __init__(parties: address, predecessor: address, tiers: uint256):
    """@param tiers How many: 1 to 5; with a predecessor, what it has counts."""
    house.__init__(parties)
    assert tiers > 0 and tiers <= TIERS, "pool: one to five tiers"
    PREDECESSOR = predecessor
    if predecessor == empty(address):
        self.fund.size = tiers
        self.fund.left = [NO_CAP, NO_CAP, NO_CAP, NO_CAP, NO_CAP]
        log Opened(tiers=tiers)


@external
@view
def fund_state() -> Fund:
    return self.fund


@external
@view
def claim_of(agreement: bytes32) -> Claim:
    """A claim as it stands, in the predecessor where it was not adopted."""
    if self.claims[agreement].status == 0:
        return self._before(agreement)
    return self.claims[agreement]


@external
@view
def out(agreement: bytes32) -> uint256:
    """What lender and tiers have out of a claim; a claim that is filed counts in full."""
    if self.claims[agreement].status == 0:
        assert self._before(agreement).status == 0, "pool: adopt it first"
    tiers: uint256[5] = self.claims[agreement].tiers
    return self.claims[agreement].lender + tiers[0] + tiers[1] + tiers[2] + tiers[3] + tiers[4]


@external
@view
def used(receipt: bytes32) -> bool:
    """Whether money came under this name already, here or in a predecessor."""
    return self._used(receipt)


@external
def set_share(share: Share, on: uint256):
    """Set the fund's share of a loss, and past how many days a claim may be filed."""
    self._of(house.GOVERNMENT, True)
    assert share.fund_bps <= house.BPS, "pool: more than all"
    house._day(on)
    assert share.leaf != empty(bytes32), "pool: no leaf"
    self.fund.share = share
    log ShareSet(share=share, on=on)


@external
def begin_year(year: uint256, caps: uint256[5], on: uint256):
    """Begin a year: every tier's cap is whole again."""
    self._of(house.GOVERNMENT, True)
    house._day(on)
    assert year <= YEAR_MAX, "pool: no such year"
    assert year > self.fund.year, "pool: the year began already"
    self.fund.year = year
    self.fund.left = caps
    log YearBegun(year=year, caps=caps, on=on)
    self._pay_waiting(on)


@external
def add(tier: uint256, receipt: bytes32, amount: uint256, on: uint256):
    """Fill a tier, once by each receipt; claims that wait are paid at once."""
    self._of(house.GOVERNMENT, False)
    house._day(on)
    assert tier < self.fund.size, "pool: no such tier"
    self._amount(amount)
    self._once(receipt)
    self.fund.balances[tier] += amount
    log Funded(tier=tier, receipt=receipt, amount=amount, on=on)
    self._pay_waiting(on)


@external
def claim(
    agreement: bytes32, principal: uint256, interest: uint256, past_due: uint256, on: uint256
):
    """Claim the fund's part of what is lost: principal, and interest that is due."""
    self._of(house.BANK, True)
    assert self.claims[agreement].status == 0, "pool: claimed already"
    assert self._before(agreement).status == 0, "pool: adopt it first"
    share: Share = self.fund.share
    assert share.leaf != empty(bytes32), "pool: no share set"
    assert past_due > share.past_due_min, "pool: not overdue for long enough"
    house._day(on)
    loss: uint256 = self._loss(principal, interest)
    self._bearable(agreement, loss, principal, interest)
    parts: DynArray[uint256, 50] = fen._share(loss, [house.BPS - share.fund_bps, share.fund_bps])
    assert parts[1] > 0, "pool: nothing to claim"
    number: uint256 = self.fund.claims + 1
    self.fund.claims = number
    self.claims[agreement].status = FILED
    self.claims[agreement].number = number
    self.claims[agreement].on = on
    self.claims[agreement].loss = loss
    self.claims[agreement].asked = parts[1]
    self.claims[agreement].lender = loss
    log Claimed(
        agreement=agreement,
        number=number,
        loss=loss,
        asked=parts[1],
        fund_bps=share.fund_bps,
        on=on,
    )


@external
def drop(agreement: bytes32, reason: bytes32, on: uint256):
    """Take a claim away before it is accepted: the bank withdraws it, or the government refuses."""
    caller: house.Standing = self._caller(False)
    self._either(caller.role)
    self._moves(agreement, FILED, on)
    assert reason != empty(bytes32), "pool: no reason"
    self.claims[agreement] = empty(Claim)
    log Dropped(agreement=agreement, by=caller.role, reason=reason, on=on)


@external
def accept(agreement: bytes32, on: uint256):
    """Accept a claim: it takes its turn among those who wait; tiers pay as far as they go."""
    self._of(house.GOVERNMENT, True)
    self._moves(agreement, FILED, on)
    owed: house.Owed = staticcall house._agreement().owed(agreement)
    most: uint256 = owed.outstanding + owed.due[house.INTEREST]
    assert self.claims[agreement].loss <= most, "pool: more than is owed"
    self.claims[agreement].status = ACCEPTED
    self.claims[agreement].queued = self.claims[agreement].asked
    self._wait(agreement)
    log Accepted(agreement=agreement, on=on)
    extcall house._agreement().mark_claimed(agreement, on)
    self._pay_waiting(on)


@external
def settle(on: uint256):
    """Pay further claims that wait, where more than a call's worth of them could be paid."""
    caller: house.Standing = self._caller(False)
    self._either(caller.role)
    house._day(on)
    self._pay_waiting(on)


@external
def recover(agreement: bytes32, receipt: bytes32, amount: uint256, on: uint256):
    """Share what came back, less costs: guarantors, lender, tiers by what each has out."""
    caller: house.Standing = self._caller(False)
    status: uint256 = self.claims[agreement].status
    from_group: bool = house._calls_from(house.GROUP)
    fund_may: bool = caller.role == house.GOVERNMENT and status == ACCEPTED
    assert from_group or fund_may or caller.role == house.BANK, "pool: not bank or government"
    if status == 0:
        assert self._before(agreement).status == 0, "pool: adopt it first"
    else:
        assert status == ACCEPTED, "pool: a claim waits to be decided"
        self._moves(agreement, ACCEPTED, on)
    house._day(on)
    self._amount(amount)
    self._once(receipt)
    owed: house.Owed = staticcall house._agreement().owed(agreement)
    self._runs(owed.status)
    out: DynArray[uint256, 50] = self._all_out(agreement, owed)
    total: uint256 = 0
    for part: uint256 in out:
        total += part
    parts: DynArray[uint256, 50] = fen._share(min(amount, total), out)
    self._bring_back(agreement, receipt, parts, amount - min(amount, total), on)
    lender: uint256 = parts[5]
    if lender > 0:
        split: uint256[4] = self._recovered(lender, owed)
        extcall house._agreement().receive(agreement, receipt, house.RECOVERY, split, on)
    self._pay_waiting(on)


@external
def adopt_fund():
    """Take over tiers and share from the predecessor, once this contract is in force."""
    caller: house.Standing = house._caller(house.POOL)
    assert caller.in_force, "pool: not in force"
    assert caller.role != 0, "pool: no role"
    assert self.fund.size == 0, "pool: known already"
    self.fund = staticcall IBefore(PREDECESSOR).fund_state()
    log PoolAdopted(fund=self.fund)


@external
def adopt(agreement: bytes32):
    """Take over a claim as it stands in the predecessor."""
    caller: house.Standing = self._caller(False)
    assert caller.role != 0, "pool: no role"
    assert self.claims[agreement].status == 0, "pool: known already"
    claim: Claim = self._before(agreement)
    assert claim.status != 0, "pool: nothing to adopt"
    self.claims[agreement] = claim
    self.adopted[agreement] = True
    log Adopted(agreement=agreement, claim=claim)


@internal
@view
def _caller(binds: bool) -> house.Standing:
    """The caller's standing; under a stop nothing that binds anyone anew goes through."""
    caller: house.Standing = house._caller(house.POOL)
    assert caller.in_force, "pool: not in force"
    assert not (binds and caller.stopped), "pool: stopped"
    assert self.fund.size > 0, "pool: adopt the fund first"
    return caller


@internal
@view
def _of(role: uint256, binds: bool):
    caller: house.Standing = self._caller(binds)
    if role == house.BANK:
        assert caller.role == role, "pool: not the bank"
    else:
        assert caller.role == role, "pool: not the government"


@internal
def _moves(agreement: bytes32, status: uint256, on: uint256):
    """A claim that stands so, whose day moves on."""
    house._day(on)
    assert self.claims[agreement].status != 0, "pool: unknown claim"
    assert self.claims[agreement].status == status, "pool: decided already"
    assert on >= self.claims[agreement].on, "pool: the day went back"
    self.claims[agreement].on = on


@internal
@pure
def _either(role: uint256):
    assert role == house.BANK or role == house.GOVERNMENT, "pool: not bank or government"


@internal
@pure
def _runs(status: uint256):
    runs: bool = status == house.DISBURSED or status == house.WRITTEN_OFF
    assert runs, "pool: not disbursed"


@internal
@pure
def _loss(principal: uint256, interest: uint256) -> uint256:
    assert principal <= house.FEN_MAX and interest <= house.FEN_MAX, "pool: amount too large"
    self._amount(principal + interest)
    return principal + interest


@internal
@pure
def _amount(amount: uint256):
    assert amount > 0, "pool: nothing moves"
    assert amount <= house.FEN_MAX, "pool: amount too large"


@internal
def _once(receipt: bytes32):
    """Money has a name, and comes once."""
    assert receipt != empty(bytes32), "pool: no receipt"
    assert not self._used(receipt), "pool: received already"
    self.receipts[receipt] = True


@internal
@view
def _used(receipt: bytes32) -> bool:
    if self.receipts[receipt]:
        return True
    if PREDECESSOR == empty(address):
        return False
    return staticcall IBefore(PREDECESSOR).used(receipt)


@internal
@view
def _before(agreement: bytes32) -> Claim:
    """A claim as the predecessor has it, unless it came over."""
    if PREDECESSOR == empty(address) or self.adopted[agreement]:
        return empty(Claim)
    return staticcall IBefore(PREDECESSOR).claim_of(agreement)


@internal
@view
def _bearable(agreement: bytes32, loss: uint256, principal: uint256, interest: uint256):
    """Whether so much is owed, and beyond what guarantors can bear."""
    owed: house.Owed = staticcall house._agreement().owed(agreement)
    self._runs(owed.status)
    assert principal <= owed.outstanding, "pool: more than is owed"
    assert interest <= owed.due[house.INTEREST], "pool: more than is owed"
    if owed.group != empty(bytes32):
        uncovered: uint256 = staticcall house._group().uncovered(agreement)
        assert loss <= uncovered, "pool: guarantors come first"


@internal
@view
def _all_out(agreement: bytes32, owed: house.Owed) -> DynArray[uint256, 50]:
    """What each has out: five guarantors, the lender, five tiers."""
    guarantors: uint256[5] = empty(uint256[5])
    if owed.group != empty(bytes32):
        guarantors = staticcall house._group().out(agreement)
    out: DynArray[uint256, 50] = []
    for part: uint256 in guarantors:
        out.append(part)
    if self.claims[agreement].status == ACCEPTED:
        out.append(self.claims[agreement].lender)
    else:
        out.append(owed.outstanding + owed.due[0] + owed.due[1] + owed.due[2])
    for tier: uint256 in range(TIERS):
        out.append(self.claims[agreement].tiers[tier])
    return out


@internal
def _bring_back(
    agreement: bytes32,
    receipt: bytes32,
    parts: DynArray[uint256, 50],
    surplus: uint256,
    on: uint256,
):
    """Give guarantors and tiers their parts; of the lender's, so much goes off the queue."""
    guarantors: uint256[5] = empty(uint256[5])
    tiers: uint256[5] = empty(uint256[5])
    given: uint256 = 0
    for number: uint256 in range(5):
        guarantors[number] = parts[number]
        given += parts[number]
        tiers[number] = parts[number + 6]
        if tiers[number] > 0:
            self.claims[agreement].tiers[number] -= tiers[number]
            self.fund.balances[number] += tiers[number]
    lender: uint256 = parts[5]
    queued: uint256 = self.claims[agreement].queued
    if queued > 0:
        borne: uint256 = self.claims[agreement].lender - queued
        fell: DynArray[uint256, 50] = fen._share(lender, [borne, queued])
        queued -= fell[1]
        self.claims[agreement].queued = queued
        if queued == 0:
            self._leave(agreement)
    if self.claims[agreement].status == ACCEPTED:
        self.claims[agreement].lender -= lender
    log Recovered(
        agreement=agreement,
        receipt=receipt,
        guarantors=guarantors,
        lender=lender,
        tiers=tiers,
        surplus=surplus,
        queued=queued,
        on=on,
    )
    if given > 0:
        extcall house._group().returned(agreement, guarantors, on)


@internal
@pure
def _recovered(amount: uint256, owed: house.Owed) -> uint256[4]:
    """The lender's part: principal first, as of what is more than 90 days past due."""
    parts: uint256[4] = empty(uint256[4])
    parts[house.PRINCIPAL] = min(amount, owed.outstanding)
    rest: uint256 = amount - parts[house.PRINCIPAL]
    for part: uint256 in range(3):
        parts[part] = min(rest, owed.due[part])
        rest -= parts[part]
    return parts


@internal
@view
def _here(agreement: bytes32):
    """A neighbour among those who wait is none that the predecessor still has."""
    known: bool = agreement == empty(bytes32) or self.claims[agreement].status != 0
    assert known, "pool: adopt it first"


@internal
def _wait(agreement: bytes32):
    """Take a turn among those who wait: by number, which is nearly always the last."""
    number: uint256 = self.claims[agreement].number
    before: bytes32 = self.fund.last
    for _: uint256 in range(256):
        self._here(before)
        if before == empty(bytes32) or self.claims[before].number < number:
            break
        before = self.claims[before].before
    behind: bytes32 = self.fund.first
    if before != empty(bytes32):
        assert self.claims[before].number < number, "pool: too many wait"
        behind = self.claims[before].after
        self.claims[before].after = agreement
    else:
        self.fund.first = agreement
    self._here(behind)
    self.claims[agreement].before = before
    self.claims[agreement].after = behind
    if behind != empty(bytes32):
        self.claims[behind].before = agreement
    else:
        self.fund.last = agreement


@internal
def _leave(agreement: bytes32):
    """Wait no longer."""
    before: bytes32 = self.claims[agreement].before
    behind: bytes32 = self.claims[agreement].after
    self._here(before)
    self._here(behind)
    if before != empty(bytes32):
        self.claims[before].after = behind
    else:
        self.fund.first = behind
    if behind != empty(bytes32):
        self.claims[behind].before = before
    else:
        self.fund.last = before
    self.claims[agreement].before = empty(bytes32)
    self.claims[agreement].after = empty(bytes32)


@internal
def _pay_waiting(on: uint256):
    """Pay those who wait, oldest first, as far as balances and the year go."""
    for _: uint256 in range(AT_ONCE):
        agreement: bytes32 = self.fund.first
        if agreement == empty(bytes32):
            break
        if not self._pay(agreement, on):
            break


@internal
def _pay(agreement: bytes32, on: uint256) -> bool:
    """Pay a claim tier by tier; whether it is paid in full."""
    queued: uint256 = self.claims[agreement].queued
    paid: uint256[5] = empty(uint256[5])
    amount: uint256 = 0
    for tier: uint256 in range(TIERS):
        part: uint256 = min(queued, min(self.fund.balances[tier], self.fund.left[tier]))
        if part > 0:
            paid[tier] = part
            amount += part
            queued -= part
            self.fund.balances[tier] -= part
            if self.fund.left[tier] != NO_CAP:
                self.fund.left[tier] -= part
            self.claims[agreement].tiers[tier] += part
    if amount == 0:
        return False
    self.claims[agreement].queued = queued
    self.claims[agreement].lender -= amount
    if queued == 0:
        self._leave(agreement)
    log Paid(agreement=agreement, tiers=paid, queued=queued, on=on)
    owed: house.Owed = staticcall house._agreement().owed(agreement)
    parts: uint256[4] = empty(uint256[4])
    parts[house.PRINCIPAL] = min(amount, owed.outstanding)
    parts[house.INTEREST] = amount - parts[house.PRINCIPAL]
    receipt: bytes32 = keccak256(abi_encode(self, agreement, self.claims[agreement].number, queued))
    extcall house._agreement().receive(agreement, receipt, house.FUND, parts, on)
    return queued == 0
