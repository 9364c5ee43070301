# pragma version 0.4.3
"""
@title Agreement
@license Apache-2.0
@notice One loan contract under a random id: who decided, what is owed, what came, and how it ended.

The bank applies, the scorer decides, the decision approves itself inside the bounds the lender's
people set and else waits for a person. The principal goes out once, to the payee that was committed
to. What falls due is worked out elsewhere from dated policy; here sums, order and roles hold:
nothing is received that is not owed, and nothing is paid ahead while dues stand. Once the fund has
accepted a claim, whatever comes is a recovery and goes through the pool, to each by what he has
out.
"""

import house

initializes: house

event BoundsSet:
    bounds: Bounds
    on: uint256


event Applied:
    id: indexed(bytes32)
    terms: Terms
    on: uint256


event Decided:
    id: indexed(bytes32)
    decision: Decision
    flags: uint256
    on: uint256


event Approved:
    id: indexed(bytes32)
    reason: bytes32
    on: uint256


event Refused:
    id: indexed(bytes32)
    reason: bytes32
    on: uint256


event Disbursed:
    id: indexed(bytes32)
    payee: bytes32
    amount: uint256
    on: uint256


event TakenBack:
    id: indexed(bytes32)
    reason: bytes32
    on: uint256


event Charged:
    id: indexed(bytes32)
    charge: indexed(bytes32)
    parts: uint256[4]
    on: uint256


event Waived:
    id: indexed(bytes32)
    waiver: indexed(bytes32)
    parts: uint256[4]
    reason: bytes32
    on: uint256


event Received:
    id: indexed(bytes32)
    receipt: indexed(bytes32)
    kind: uint256
    parts: uint256[4]
    on: uint256


event GivenBack:
    id: indexed(bytes32)
    receipt: indexed(bytes32)
    parts: uint256[4]
    on: uint256


event Claimed:
    id: indexed(bytes32)
    on: uint256


event WrittenOff:
    id: indexed(bytes32)
    reason: bytes32
    on: uint256


event Closed:
    id: indexed(bytes32)
    on: uint256


event Adopted:
    id: indexed(bytes32)
    record: Record


# Inside what a decision may approve itself: fen, bps a year, a last day; and the policy saying so.
struct Bounds:
    limit: uint256
    rate_bps_max: uint256
    until: uint256
    policy: bytes32


# `payee` is a commitment and `terms` a hash; `debtor` is the member of `group` that borrows.
struct Terms:
    principal: uint256
    rate_bps: uint256
    due_on: uint256
    payee: bytes32
    terms: bytes32
    group: bytes32
    debtor: uint256


struct Decision:
    limit: uint256
    rate_bps_max: uint256
    until: uint256
    review: bool
    decision: bytes32


# `outstanding` is all principal still owed, `due` what has fallen due and is not paid, by part.
struct Record:
    status: uint256
    on: uint256
    terms: Terms
    decision: Decision
    outstanding: uint256
    due: uint256[4]
    paid: uint256[4]
    claimed: bool


interface IBefore:
    def record(id: bytes32) -> Record: view
    def used(receipt: bytes32) -> bool: view


# Why a decision waits for a person, a bit each.
ABOVE_LIMIT: constant(uint256) = 1
ABOVE_RATE: constant(uint256) = 2
EXPIRED: constant(uint256) = 4
REVIEW: constant(uint256) = 8

PREDECESSOR: public(immutable(address))
bounds: public(Bounds)
records: HashMap[bytes32, Record]
receipts: HashMap[bytes32, bool]


@deploy
def __init__(parties: address, predecessor: address):
    """@param predecessor The Agreement whose records this one may adopt, or none."""
    house.__init__(parties)
    PREDECESSOR = predecessor


@external
@view
def record(id: bytes32) -> Record:
    """An agreement as it stands, in the predecessor where it was not adopted."""
    if self.records[id].status == 0:
        return self._before(id)
    return self.records[id]


@external
@view
def owed(id: bytes32) -> house.Owed:
    """What the agreement owes its lender."""
    return self._owed(id)


@external
@view
def used(receipt: bytes32) -> bool:
    """Whether the name of a receipt, a charge or a waiver came already, here or before."""
    return self._used(receipt)


@external
def set_bounds(bounds: Bounds, on: uint256):
    """Say inside what a decision may approve itself: the lender's people, through the bank."""
    self._bank(True)
    house._day(on)
    house._day(bounds.until)
    assert bounds.limit <= house.FEN_MAX, "agreement: amount too large"
    assert bounds.policy != empty(bytes32), "agreement: no policy"
    self.bounds = bounds
    log BoundsSet(bounds=bounds, on=on)


@external
def apply(id: bytes32, terms: Terms, on: uint256):
    """Enter an application under a random id."""
    self._bank(True)
    assert id != empty(bytes32), "agreement: no id"
    assert self.records[id].status == 0, "agreement: id in use"
    assert self._before(id).status == 0, "agreement: adopt it first"
    assert terms.principal > 0, "agreement: no principal"
    assert terms.principal <= house.FEN_MAX, "agreement: amount too large"
    assert terms.payee != empty(bytes32), "agreement: no payee"
    assert terms.terms != empty(bytes32), "agreement: no terms"
    house._day(terms.due_on)
    assert terms.due_on >= on, "agreement: due before it begins"
    self.records[id].status = house.APPLIED
    self.records[id].on = on
    self.records[id].terms = terms
    log Applied(id=id, terms=terms, on=on)


@external
def decide(id: bytes32, decision: Decision, on: uint256):
    """Decide an application; it is approved at once inside all bounds and without a review flag."""
    caller: house.Standing = self._caller(True)
    assert caller.role == house.SCORER, "agreement: not the scorer"
    status: uint256 = self._moves(id, on)
    assert status == house.APPLIED or status == house.FLAGGED, "agreement: not to be decided"
    assert decision.decision != empty(bytes32), "agreement: no decision"
    house._day(decision.until)
    flags: uint256 = self._flags(id, decision, on)
    self.records[id].decision = decision
    self.records[id].status = house.FLAGGED if flags > 0 else house.APPROVED
    log Decided(id=id, decision=decision, flags=flags, on=on)


@external
def approve(id: bytes32, reason: bytes32, on: uint256):
    """Approve what waits for a person: never above the decision's rate, never after it expired."""
    self._bank(True)
    status: uint256 = self._moves(id, on)
    assert status == house.FLAGGED, "agreement: waits for nobody"
    decision: Decision = self.records[id].decision
    assert reason != empty(bytes32), "agreement: no reason"
    assert self.records[id].terms.rate_bps <= decision.rate_bps_max, "agreement: rate above the cap"
    assert on <= decision.until, "agreement: decision expired"
    self.records[id].status = house.APPROVED
    log Approved(id=id, reason=reason, on=on)


@external
def refuse(id: bytes32, reason: bytes32, on: uint256):
    """End what was never paid out: refused, lapsed or withdrawn, as the reason says."""
    self._bank(False)
    status: uint256 = self._moves(id, on)
    assert status >= house.APPLIED and status <= house.APPROVED, "agreement: not to be refused"
    assert reason != empty(bytes32), "agreement: no reason"
    self.records[id].status = house.REFUSED
    log Refused(id=id, reason=reason, on=on)


@external
def disburse(id: bytes32, payee: bytes32, on: uint256):
    """Record that all principal went out, once, to the payee that was committed to."""
    self._bank(True)
    status: uint256 = self._moves(id, on)
    assert status != house.DISBURSED, "agreement: disbursed already"
    assert status == house.APPROVED, "agreement: not approved"
    assert payee == self.records[id].terms.payee, "agreement: another payee"
    assert on <= self.records[id].decision.until, "agreement: decision expired"
    principal: uint256 = self.records[id].terms.principal
    group: bytes32 = self.records[id].terms.group
    self.records[id].status = house.DISBURSED
    self.records[id].outstanding = principal
    if group != empty(bytes32):
        extcall house._group().bind(group, self.records[id].terms.debtor, id, on)
    log Disbursed(id=id, payee=payee, amount=principal, on=on)


@external
def take_back(id: bytes32, reason: bytes32, on: uint256):
    """Undo a disbursement whose money came back unspent, before anything was charged or paid."""
    self._bank(False)
    status: uint256 = self._moves(id, on)
    assert status == house.DISBURSED, "agreement: not disbursed"
    assert reason != empty(bytes32), "agreement: no reason"
    due: uint256 = house._sum4(self.records[id].due)
    moved: uint256 = due + house._sum4(self.records[id].paid)
    assert moved == 0 and not self.records[id].claimed, "agreement: it runs already"
    self.records[id].status = house.APPROVED
    self.records[id].outstanding = 0
    if self.records[id].terms.group != empty(bytes32):
        extcall house._group().unbind(id)
    log TakenBack(id=id, reason=reason, on=on)


@external
def charge(id: bytes32, charge: bytes32, parts: uint256[4], on: uint256):
    """Let penalty, fee and interest fall due, and so much of the principal; once by its name."""
    self._bank(False)
    status: uint256 = self._moves(id, on)
    assert self._runs(status), "agreement: not disbursed"
    self._once(charge)
    self._amounts(parts)
    due: uint256[4] = house._plus4(self.records[id].due, parts)
    assert house._fen4(due), "agreement: amount too large"
    assert due[house.PRINCIPAL] <= self.records[id].outstanding, "agreement: more than is owed"
    self.records[id].due = due
    log Charged(id=id, charge=charge, parts=parts, on=on)


@external
def waive(id: bytes32, waiver: bytes32, parts: uint256[4], reason: bytes32, on: uint256):
    """Take back what had fallen due: interest worked out anew, or principal that is due later.

    Of a claimed agreement only once lender and fund have nothing out: it is what nobody shares.
    """
    self._bank(False)
    status: uint256 = self._moves(id, on)
    assert self._runs(status), "agreement: not disbursed"
    if self.records[id].claimed:
        out: uint256 = staticcall house._pool().out(id)
        assert out == 0, "agreement: claimed, recover through the pool"
    assert reason != empty(bytes32), "agreement: no reason"
    self._once(waiver)
    self._amounts(parts)
    due: uint256[4] = self.records[id].due
    assert house._within4(parts, due), "agreement: more than is due"
    self.records[id].due = house._less4(due, parts)
    log Waived(id=id, waiver=waiver, parts=parts, reason=reason, on=on)


@external
def receive(id: bytes32, receipt: bytes32, kind: uint256, parts: uint256[4], on: uint256):
    """Receive money once, split by part: from the bank, and from group or pool for their kinds."""
    from_bank: bool = self._brings(kind)
    day: uint256 = on if from_bank else self._not_before(id, on)
    status: uint256 = self._moves(id, day)
    assert self._runs(status), "agreement: not disbursed"
    shared: bool = kind == house.FUND or kind == house.RECOVERY
    assert shared or not self.records[id].claimed, "agreement: claimed, recover through the pool"
    self._once(receipt)
    self._amounts(parts)
    due: uint256[4] = self.records[id].due
    outstanding: uint256 = self.records[id].outstanding
    principal: uint256 = parts[house.PRINCIPAL]
    from_due: uint256[4] = parts
    from_due[house.PRINCIPAL] = min(principal, due[house.PRINCIPAL])
    assert house._within4(from_due, due), "agreement: more than is due"
    assert principal <= outstanding, "agreement: more than is owed"
    due = house._less4(due, from_due)
    if principal > from_due[house.PRINCIPAL] and not shared:
        assert due[0] + due[1] + due[2] == 0, "agreement: dues come before principal ahead"
    self.records[id].due = due
    self.records[id].paid = house._plus4(self.records[id].paid, parts)
    self.records[id].outstanding = outstanding - principal
    log Received(id=id, receipt=receipt, kind=kind, parts=parts, on=day)


@external
def give_back(id: bytes32, receipt: bytes32, parts: uint256[4], on: uint256):
    """Give back what had been received, once: it is owed again, principal without being due."""
    self._bank(False)
    status: uint256 = self._moves(id, on)
    assert status == house.DISBURSED, "agreement: not disbursed"
    assert not self.records[id].claimed, "agreement: claimed, recover through the pool"
    self._once(receipt)
    self._amounts(parts)
    paid: uint256[4] = self.records[id].paid
    assert house._within4(parts, paid), "agreement: more than was paid"
    to_due: uint256[4] = parts
    to_due[house.PRINCIPAL] = 0
    due: uint256[4] = house._plus4(self.records[id].due, to_due)
    assert house._fen4(due), "agreement: amount too large"
    self.records[id].paid = house._less4(paid, parts)
    self.records[id].due = due
    self.records[id].outstanding += parts[house.PRINCIPAL]
    log GivenBack(id=id, receipt=receipt, parts=parts, on=on)


@external
def mark_claimed(id: bytes32, on: uint256):
    """The pool has accepted a claim: whatever comes from now on is shared."""
    self._caller(False)
    assert house._calls_from(house.POOL), "agreement: not the pool"
    day: uint256 = self._not_before(id, on)
    assert self._runs(self._moves(id, day)), "agreement: not disbursed"
    assert not self.records[id].claimed, "agreement: claimed already"
    self.records[id].claimed = True
    log Claimed(id=id, on=day)


@external
def write_off(id: bytes32, reason: bytes32, on: uint256):
    """Out of the lender's books; the debtor owes it still."""
    self._bank(False)
    status: uint256 = self._moves(id, on)
    assert status == house.DISBURSED, "agreement: not disbursed"
    assert reason != empty(bytes32), "agreement: no reason"
    self.records[id].status = house.WRITTEN_OFF
    log WrittenOff(id=id, reason=reason, on=on)


@external
def close(id: bytes32, on: uint256):
    """End an agreement that owes nothing: not its lender, not the fund, not its guarantors."""
    self._bank(False)
    status: uint256 = self._moves(id, on)
    assert self._runs(status), "agreement: not disbursed"
    due: uint256 = house._sum4(self.records[id].due)
    assert due + self.records[id].outstanding == 0, "agreement: something is owed"
    assert staticcall house._pool().out(id) == 0, "agreement: the fund has something out"
    grouped: bool = self.records[id].terms.group != empty(bytes32)
    if grouped:
        out: uint256[5] = staticcall house._group().out(id)
        guarantors: uint256 = out[0] + out[1] + out[2] + out[3] + out[4]
        assert guarantors == 0, "agreement: a guarantor has something out"
    self.records[id].status = house.CLOSED
    if grouped:
        extcall house._group().unbind(id)
    log Closed(id=id, on=on)


@external
def adopt(id: bytes32):
    """Take over a record as it stands in the predecessor, once this contract is in force."""
    caller: house.Standing = self._caller(False)
    assert caller.role != 0, "agreement: no role"
    assert self.records[id].status == 0, "agreement: known already"
    record: Record = self._before(id)
    assert record.status != 0, "agreement: nothing to adopt"
    self.records[id] = record
    log Adopted(id=id, record=record)


@internal
@view
def _caller(binds: bool) -> house.Standing:
    """The caller's standing; under a stop nothing that binds anyone anew goes through."""
    caller: house.Standing = house._caller(house.AGREEMENT)
    assert caller.in_force, "agreement: not in force"
    assert not (binds and caller.stopped), "agreement: stopped"
    return caller


@internal
@view
def _bank(binds: bool):
    caller: house.Standing = self._caller(binds)
    assert caller.role == house.BANK, "agreement: not the bank"


@internal
@view
def _brings(kind: uint256) -> bool:
    """Whether it is the bank that brings money of this kind; else group or pool, for theirs."""
    caller: house.Standing = self._caller(False)
    assert kind >= house.BORROWER and kind <= house.RECOVERY, "agreement: no such kind"
    if kind == house.DIVIDEND or kind == house.GUARANTOR:
        assert house._calls_from(house.GROUP), "agreement: not the group"
        return False
    if kind == house.FUND or kind == house.RECOVERY:
        assert house._calls_from(house.POOL), "agreement: not the pool"
        return False
    assert caller.role == house.BANK, "agreement: not the bank"
    return True


@internal
def _moves(id: bytes32, on: uint256) -> uint256:
    """The status of a known record, whose day moves on."""
    house._day(on)
    status: uint256 = self.records[id].status
    assert status != 0, "agreement: unknown id"
    assert on >= self.records[id].on, "agreement: the day went back"
    self.records[id].on = on
    return status


@internal
@view
def _not_before(id: bytes32, on: uint256) -> uint256:
    """The day on which another's act reaches a record: no earlier than the record's own day."""
    return max(on, self.records[id].on)


@internal
def _once(receipt: bytes32):
    """A receipt has a name, and comes once; so do a charge and a waiver."""
    assert receipt != empty(bytes32), "agreement: no receipt"
    assert not self._used(receipt), "agreement: received already"
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
def _before(id: bytes32) -> Record:
    if PREDECESSOR == empty(address):
        return empty(Record)
    return staticcall IBefore(PREDECESSOR).record(id)


@internal
@view
def _owed(id: bytes32) -> house.Owed:
    return house.Owed(
        status=self.records[id].status,
        group=self.records[id].terms.group,
        debtor=self.records[id].terms.debtor,
        claimed=self.records[id].claimed,
        outstanding=self.records[id].outstanding,
        due=self.records[id].due,
    )


@internal
@view
def _flags(id: bytes32, decision: Decision, on: uint256) -> uint256:
    """Why a person has to look, a bit each; none where the decision approves itself."""
    flags: uint256 = 0
    if self.records[id].terms.principal > min(decision.limit, self.bounds.limit):
        flags = flags | ABOVE_LIMIT
    if self.records[id].terms.rate_bps > min(decision.rate_bps_max, self.bounds.rate_bps_max):
        flags = flags | ABOVE_RATE
    if on > min(decision.until, self.bounds.until):
        flags = flags | EXPIRED
    if decision.review:
        flags = flags | REVIEW
    return flags


@internal
@pure
def _runs(status: uint256) -> bool:
    """Whether money is out: disbursed, or written off and still owed."""
    return status == house.DISBURSED or status == house.WRITTEN_OFF


@internal
@pure
def _amounts(parts: uint256[4]):
    """Amounts of fen, not all nothing."""
    assert house._fen4(parts), "agreement: amount too large"
    assert house._sum4(parts) > 0, "agreement: nothing moves"
