# pragma version 0.4.3
"""
@title Group
@license Apache-2.0
@notice Three to five households that stand in for one another, each up to the cap it signed.

The cooperative forms a group and enters each member's consent; the bank's agreements bind to it
when they are paid out, one open agreement a member. A call asks the others in equal shares in
signing order; whose share exceeds what is left of his cap is fixed at it and the rest shared again;
what is not paid by its day is asked of those who paid. What no cap can bear is uncovered, and only
that may be claimed from the pool. A distribution of sales pays, by each member's part, first his
own dues, then what he was called for, and only then him.
"""

import fen
import house

initializes: house

event Formed:
    id: indexed(bytes32)
    commitments: DynArray[bytes32, SEATS]
    caps: DynArray[uint256, SEATS]
    until: uint256
    on: uint256


event Consented:
    id: indexed(bytes32)
    member: uint256
    consent: bytes32
    on: uint256


event Bound:
    agreement: indexed(bytes32)
    id: indexed(bytes32)
    debtor: uint256
    on: uint256


event Unbound:
    agreement: indexed(bytes32)


event Called:
    agreement: indexed(bytes32)
    again: bool
    amount: uint256
    asked: uint256[5]
    uncovered: uint256
    due_on: uint256
    on: uint256


event CallWithdrawn:
    agreement: indexed(bytes32)
    on: uint256


event Paid:
    agreement: indexed(bytes32)
    member: uint256
    receipt: bytes32
    amount: uint256
    on: uint256


event Returned:
    agreement: indexed(bytes32)
    parts: uint256[5]
    on: uint256


# One member's part of a distribution; `own` and what follows sum to `part`, `member` is his.
event Shared:
    receipt: indexed(bytes32)
    group: indexed(bytes32)
    line: uint256
    seat: uint256
    part: uint256
    own: uint256[4]
    recovered: uint256
    called: uint256
    prepaid: uint256
    member: uint256
    on: uint256


event Released:
    id: indexed(bytes32)
    on: uint256


event Adopted:
    id: indexed(bytes32)
    group: Group


event CallAdopted:
    agreement: indexed(bytes32)
    call: Call


# One more than a group may have, so that a sixth is refused by name.
SEATS: constant(uint256) = 6
FORMING: constant(uint256) = 1
SIGNED: constant(uint256) = 2
RELEASED: constant(uint256) = 3
LINES: constant(uint256) = 50
EVERYONE: constant(uint256) = 31


# In signing order; `left` is what each may still be asked for, `open` his agreement under it.
struct Group:
    status: uint256
    on: uint256
    until: uint256
    size: uint256
    commitments: bytes32[5]
    caps: uint256[5]
    left: uint256[5]
    consents: bytes32[5]
    open: bytes32[5]


# What an agreement's guarantors were asked for, paid and had back; `failed` are those who did not
# pay by the day, a bit each, and `uncovered` what the last call found no cap for.
struct Call:
    group: bytes32
    debtor: uint256
    on: uint256
    due_on: uint256
    asked: uint256[5]
    paid: uint256[5]
    back: uint256[5]
    failed: uint256
    uncovered: uint256


# What a seller brought in; without a group all of his part is his.
struct Line:
    group: bytes32
    member: uint256
    sales: uint256


interface IBefore:
    def group(id: bytes32) -> Group: view
    def call_of(agreement: bytes32) -> Call: view
    def distributed(receipt: bytes32) -> bool: view


PREDECESSOR: public(immutable(address))
groups: HashMap[bytes32, Group]
calls: HashMap[bytes32, Call]
receipts: HashMap[bytes32, bool]


@deploy
def __init__(parties: address, predecessor: address):
    """@param predecessor The Group whose groups this one may adopt, or none."""
    house.__init__(parties)
    PREDECESSOR = predecessor


@external
@view
def group(id: bytes32) -> Group:
    """A group as it stands, in the predecessor where it was not adopted."""
    if self.groups[id].status == 0:
        return self._before(id)
    return self.groups[id]


@external
@view
def call_of(agreement: bytes32) -> Call:
    """What an agreement's guarantors were asked, in the predecessor where it was not adopted."""
    if self.calls[agreement].group == empty(bytes32):
        return self._call_before(agreement)
    return self.calls[agreement]


@external
@view
def out(agreement: bytes32) -> uint256[5]:
    """What each guarantor has paid and not had back."""
    self._adopted(agreement)
    return self._out(agreement)


@external
@view
def uncovered(agreement: bytes32) -> uint256:
    """What the last call found no cap for; nothing while a share is still asked for."""
    self._adopted(agreement)
    if self._asked_for(agreement) > 0:
        return 0
    return self.calls[agreement].uncovered


@external
@view
def distributed(receipt: bytes32) -> bool:
    """Whether a distribution was made already, here or in a predecessor."""
    return self._distributed(receipt)


@external
def form(
    id: bytes32,
    commitments: DynArray[bytes32, SEATS],
    caps: DynArray[uint256, SEATS],
    until: uint256,
    on: uint256,
):
    """Form a group of three to five, in signing order."""
    self._of(house.COOPERATIVE, True)
    assert id != empty(bytes32), "group: no id"
    assert self.groups[id].status == 0, "group: id in use"
    assert self._before(id).status == 0, "group: adopt it first"
    size: uint256 = len(commitments)
    assert size >= 3, "group: too few members"
    assert size <= 5, "group: too many members"
    assert len(caps) == size, "group: a cap for each member"
    house._day(until)
    assert until >= on, "group: ends before it begins"
    for member: uint256 in range(size, bound=5):
        assert commitments[member] != empty(bytes32), "group: no member"
        for other: uint256 in range(member, bound=5):
            assert commitments[other] != commitments[member], "group: a member twice"
        assert caps[member] > 0, "group: no cap"
        assert caps[member] <= house.FEN_MAX, "group: amount too large"
        self.groups[id].commitments[member] = commitments[member]
        self.groups[id].caps[member] = caps[member]
        self.groups[id].left[member] = caps[member]
    self.groups[id].status = FORMING
    self.groups[id].on = on
    self.groups[id].until = until
    self.groups[id].size = size
    log Formed(id=id, commitments=commitments, caps=caps, until=until, on=on)


@external
def consent(id: bytes32, member: uint256, consent: bytes32, on: uint256):
    """Enter a member's consent to his cap and the period; with the last the group is signed."""
    self._of(house.COOPERATIVE, True)
    status: uint256 = self._moves(id, on)
    assert status == FORMING, "group: not forming"
    size: uint256 = self.groups[id].size
    assert member < size, "group: no such member"
    assert consent != empty(bytes32), "group: no consent"
    assert self.groups[id].consents[member] == empty(bytes32), "group: consented already"
    self.groups[id].consents[member] = consent
    given: uint256 = 0
    for other: uint256 in range(5):
        if self.groups[id].consents[other] != empty(bytes32):
            given += 1
    if given == size:
        self.groups[id].status = SIGNED
    log Consented(id=id, member=member, consent=consent, on=on)


@external
def bind(id: bytes32, debtor: uint256, agreement: bytes32, on: uint256):
    """An agreement is paid out: the group stands behind it."""
    self._caller(False)
    assert house._calls_from(house.AGREEMENT), "group: not the agreement"
    status: uint256 = self._moves(id, max(on, self.groups[id].on))
    assert status == SIGNED, "group: not signed"
    assert on <= self.groups[id].until, "group: its period is over"
    assert debtor < self.groups[id].size, "group: no such member"
    assert self.groups[id].open[debtor] == empty(bytes32), "group: the member has an open agreement"
    self.groups[id].open[debtor] = agreement
    self.calls[agreement].group = id
    self.calls[agreement].debtor = debtor
    log Bound(agreement=agreement, id=id, debtor=debtor, on=on)


@external
def unbind(agreement: bytes32):
    """An agreement is closed, or its money came back: nobody stands behind it, or is asked."""
    self._caller(False)
    assert house._calls_from(house.AGREEMENT), "group: not the agreement"
    id: bytes32 = self.calls[agreement].group
    assert id != empty(bytes32), "group: not bound"
    self.calls[agreement].failed = EVERYONE
    self._forgive_failed(id, agreement)
    self.groups[id].open[self.calls[agreement].debtor] = empty(bytes32)
    log Unbound(agreement=agreement)


@external
def call(agreement: bytes32, amount: uint256, due_on: uint256, on: uint256):
    """Ask the other members for what the debtor owes, or part of it."""
    self._of(house.BANK, True)
    id: bytes32 = self._called(agreement, on)
    house._day(due_on)
    assert due_on > on, "group: no time to pay"
    assert self._asked_for(agreement) == 0, "group: a call is open"
    assert amount > 0, "group: nothing to call"
    owed: house.Owed = staticcall house._agreement().owed(agreement)
    runs: bool = owed.status == house.DISBURSED or owed.status == house.WRITTEN_OFF
    assert runs, "group: not disbursed"
    assert not owed.claimed, "group: claimed, recover through the pool"
    assert amount <= self._total(owed), "group: more than is owed"
    self._forgive_failed(id, agreement)
    self._ask(id, agreement, amount, due_on, on, False)


@external
def again(agreement: bytes32, due_on: uint256, on: uint256):
    """Ask those who paid their share for what the others did not, once the day is over."""
    self._of(house.BANK, True)
    id: bytes32 = self._called(agreement, on)
    house._day(due_on)
    assert due_on > on, "group: no time to pay"
    rest: uint256 = self._asked_for(agreement)
    assert rest > 0, "group: nothing is unpaid"
    assert on > self.calls[agreement].due_on, "group: not overdue yet"
    failed: uint256 = self.calls[agreement].failed
    for member: uint256 in range(5):
        if self.calls[agreement].asked[member] > self.calls[agreement].paid[member]:
            failed = failed | (1 << member)
    self.calls[agreement].failed = failed
    self._ask(id, agreement, rest, due_on, on, True)


@external
def withdraw(agreement: bytes32, on: uint256):
    """End an open call: what is unpaid is no longer asked for, and in the caps again."""
    self._of(house.BANK, False)
    id: bytes32 = self._called(agreement, on)
    assert self._asked_for(agreement) > 0, "group: nothing is unpaid"
    self.calls[agreement].failed = EVERYONE
    self._forgive_failed(id, agreement)
    log CallWithdrawn(agreement=agreement, on=on)


@external
def pay(agreement: bytes32, member: uint256, receipt: bytes32, parts: uint256[4], on: uint256):
    """A member pays what he was asked for, or part of it; the agreement receives it."""
    self._of(house.BANK, False)
    self._called(agreement, on)
    assert member < 5, "group: no such member"
    assert house._fen4(parts), "group: amount too large"
    self._pay(agreement, member, receipt, house._sum4(parts), on)
    extcall house._agreement().receive(agreement, receipt, house.GUARANTOR, parts, on)


@external
def returned(agreement: bytes32, parts: uint256[5], on: uint256):
    """Guarantors get their part of what was recovered, through the pool."""
    self._caller(False)
    assert house._calls_from(house.POOL), "group: not the pool"
    out: uint256[5] = self._out(agreement)
    for member: uint256 in range(5):
        assert parts[member] <= out[member], "group: more than is out"
        if parts[member] > 0:
            self.calls[agreement].back[member] += parts[member]
    log Returned(agreement=agreement, parts=parts, on=on)


@external
def distribute(
    receipt: bytes32,
    total: uint256,
    lines: DynArray[Line, LINES],
    prepay_bps: uint256,
    on: uint256,
):
    """Share a distribution by sales; each part pays own dues, called shares, ahead, the member."""
    self._of(house.COOPERATIVE, False)
    house._day(on)
    assert receipt != empty(bytes32), "group: no receipt"
    assert not self._distributed(receipt), "group: distributed already"
    assert total > 0, "group: nothing to distribute"
    assert total <= house.FEN_MAX, "group: amount too large"
    assert prepay_bps <= house.BPS, "group: prepays more than all"
    sales: DynArray[uint256, LINES] = []
    sold: uint256 = 0
    for line: Line in lines:
        assert line.sales <= house.FEN_MAX, "group: amount too large"
        sales.append(line.sales)
        sold += line.sales
    assert sold > 0, "group: nobody sold anything"
    self.receipts[receipt] = True
    parts: DynArray[uint256, LINES] = fen._share(total, sales)
    for number: uint256 in range(len(lines), bound=LINES):
        self._share(receipt, number, lines[number], parts[number], prepay_bps, on)


@external
def release(id: bytes32, on: uint256):
    """Let a group go: no member has an agreement open, but those written off that ask nobody."""
    self._of(house.BANK, False)
    status: uint256 = self._moves(id, on)
    assert status == FORMING or status == SIGNED, "group: released already"
    for member: uint256 in range(5):
        agreement: bytes32 = self.groups[id].open[member]
        if agreement == empty(bytes32):
            continue
        owed: house.Owed = staticcall house._agreement().owed(agreement)
        assert owed.status == house.WRITTEN_OFF, "group: an agreement is open"
        assert self._asked_for(agreement) == 0, "group: a call is open"
    self.groups[id].status = RELEASED
    log Released(id=id, on=on)


@external
def adopt(id: bytes32):
    """Take over a group as it stands in the predecessor, once this contract is in force."""
    caller: house.Standing = self._caller(False)
    assert caller.role != 0, "group: no role"
    assert self.groups[id].status == 0, "group: known already"
    group: Group = self._before(id)
    assert group.status != 0, "group: nothing to adopt"
    self.groups[id] = group
    log Adopted(id=id, group=group)


@external
def adopt_call(agreement: bytes32):
    """Take over what an agreement's guarantors were asked for, after their group."""
    caller: house.Standing = self._caller(False)
    assert caller.role != 0, "group: no role"
    assert self.calls[agreement].group == empty(bytes32), "group: known already"
    call: Call = self._call_before(agreement)
    assert call.group != empty(bytes32), "group: nothing to adopt"
    assert self.groups[call.group].status != 0, "group: adopt it first"
    self.calls[agreement] = call
    log CallAdopted(agreement=agreement, call=call)


@internal
@view
def _caller(binds: bool) -> house.Standing:
    """The caller's standing; under a stop nothing that binds anyone anew goes through."""
    caller: house.Standing = house._caller(house.GROUP)
    assert caller.in_force, "group: not in force"
    assert not (binds and caller.stopped), "group: stopped"
    return caller


@internal
@view
def _of(role: uint256, binds: bool):
    caller: house.Standing = self._caller(binds)
    if role == house.BANK:
        assert caller.role == role, "group: not the bank"
    else:
        assert caller.role == role, "group: not the cooperative"


@internal
def _moves(id: bytes32, on: uint256) -> uint256:
    """The status of a known group, whose day moves on."""
    house._day(on)
    status: uint256 = self.groups[id].status
    assert status != 0, "group: unknown id"
    assert on >= self.groups[id].on, "group: the day went back"
    self.groups[id].on = on
    return status


@internal
def _called(agreement: bytes32, on: uint256) -> bytes32:
    """The group behind an agreement, whose day moves on."""
    house._day(on)
    id: bytes32 = self.calls[agreement].group
    assert id != empty(bytes32), "group: not bound"
    assert on >= self.calls[agreement].on, "group: the day went back"
    self.calls[agreement].on = on
    return id


@internal
@view
def _out(agreement: bytes32) -> uint256[5]:
    out: uint256[5] = self.calls[agreement].paid
    for member: uint256 in range(5):
        if out[member] > 0:
            out[member] -= self.calls[agreement].back[member]
    return out


@internal
@view
def _all_out(agreement: bytes32) -> uint256:
    """What lender, fund and guarantors have out of a claimed agreement."""
    out: uint256[5] = self._out(agreement)
    return staticcall house._pool().out(agreement) + out[0] + out[1] + out[2] + out[3] + out[4]


@internal
@view
def _asked_for(agreement: bytes32) -> uint256:
    """What is still asked for, of those who have not failed."""
    rest: uint256 = 0
    failed: uint256 = self.calls[agreement].failed
    for member: uint256 in range(5):
        if failed & (1 << member) == 0:
            rest += self.calls[agreement].asked[member] - self.calls[agreement].paid[member]
    return rest


@internal
def _forgive_failed(id: bytes32, agreement: bytes32):
    """A new call asks everyone anew: what failed members left unpaid is no longer asked for."""
    failed: uint256 = self.calls[agreement].failed
    for member: uint256 in range(5):
        if failed & (1 << member) != 0:
            rest: uint256 = self.calls[agreement].asked[member] - self.calls[agreement].paid[member]
            self.calls[agreement].asked[member] -= rest
            self.groups[id].left[member] += rest
    self.calls[agreement].failed = 0
    self.calls[agreement].uncovered = 0


@internal
@pure
def _total(owed: house.Owed) -> uint256:
    """All that an agreement owes: principal, and what else is due."""
    return owed.outstanding + owed.due[0] + owed.due[1] + owed.due[2]


@internal
def _ask(
    id: bytes32, agreement: bytes32, amount: uint256, due_on: uint256, on: uint256, again: bool
):
    """Equal shares in signing order, each no further than the cap left; the rest is uncovered."""
    assert self.groups[id].status == SIGNED, "group: not signed"
    assert on <= self.groups[id].until, "group: its period is over"
    debtor: uint256 = self.calls[agreement].debtor
    failed: uint256 = self.calls[agreement].failed
    left: uint256[5] = self.groups[id].left
    asked: uint256[5] = empty(uint256[5])
    free: bool[5] = empty(bool[5])
    for member: uint256 in range(5):
        free[member] = left[member] > 0 and member != debtor and failed & (1 << member) == 0
    rest: uint256 = amount
    for _: uint256 in range(5):
        count: uint256 = 0
        for member: uint256 in range(5):
            if free[member]:
                count += 1
        if count == 0 or rest == 0:
            break
        part: uint256 = rest // count
        spare: uint256 = rest % count
        parts: uint256[5] = empty(uint256[5])
        over: bool = False
        for member: uint256 in range(5):
            if free[member]:
                parts[member] = part
                if spare > 0:
                    parts[member] += 1
                    spare -= 1
                over = over or parts[member] > left[member]
        for member: uint256 in range(5):
            if free[member] and (not over or parts[member] > left[member]):
                asked[member] = min(parts[member], left[member])
                rest -= asked[member]
                free[member] = False
    for member: uint256 in range(5):
        if asked[member] > 0:
            self.groups[id].left[member] = left[member] - asked[member]
            self.calls[agreement].asked[member] += asked[member]
    uncovered: uint256 = self.calls[agreement].uncovered + rest
    self.calls[agreement].due_on = due_on
    self.calls[agreement].uncovered = uncovered
    log Called(
        agreement=agreement,
        again=again,
        amount=amount,
        asked=asked,
        uncovered=uncovered,
        due_on=due_on,
        on=on,
    )


@internal
def _pay(agreement: bytes32, member: uint256, receipt: bytes32, amount: uint256, on: uint256):
    """Note what a member paid; one who failed before pays off what was uncovered without him."""
    asked: uint256 = self.calls[agreement].asked[member]
    paid: uint256 = self.calls[agreement].paid[member]
    assert amount > 0, "group: nothing to pay"
    assert paid + amount <= asked, "group: more than was asked"
    self.calls[agreement].paid[member] = paid + amount
    if self.calls[agreement].failed & (1 << member) != 0:
        self.calls[agreement].uncovered -= min(amount, self.calls[agreement].uncovered)
    log Paid(agreement=agreement, member=member, receipt=receipt, amount=amount, on=on)


@internal
def _share(
    receipt: bytes32, number: uint256, line: Line, part: uint256, prepay_bps: uint256, on: uint256
):
    """One member's part: own dues, called shares, what is ahead, the member."""
    own: uint256[4] = empty(uint256[4])
    recovered: uint256 = 0
    called: uint256 = 0
    prepaid: uint256 = 0
    rest: uint256 = part
    if line.group != empty(bytes32):
        assert self.groups[line.group].status != 0, "group: unknown id"
        assert line.member < self.groups[line.group].size, "group: no such member"
        open: bytes32[5] = self.groups[line.group].open
        agreement: bytes32 = open[line.member]
        mine: house.Owed = empty(house.Owed)
        if agreement != empty(bytes32):
            mine = staticcall house._agreement().owed(agreement)
            if mine.claimed:
                recovered = min(rest, self._all_out(agreement))
                rest -= recovered
            else:
                own = self._in_order(rest, mine.due, mine.due[house.PRINCIPAL])
                rest -= house._sum4(own)
        for other: uint256 in range(5):
            if other == line.member or open[other] == empty(bytes32) or rest == 0:
                continue
            name: bytes32 = keccak256(abi_encode(receipt, number, other))
            paid: uint256 = self._pay_called(open[other], line.member, rest, name, on)
            called += paid
            rest -= paid
        if agreement != empty(bytes32) and not mine.claimed:
            ahead: uint256 = mine.outstanding - mine.due[house.PRINCIPAL]
            prepaid = min(ahead, (rest * prepay_bps + house.BPS // 2) // house.BPS)
            rest -= prepaid
        self._settle(agreement, own, prepaid, recovered, keccak256(abi_encode(receipt, number)), on)
    log Shared(
        receipt=receipt,
        group=line.group,
        line=number,
        seat=line.member,
        part=part,
        own=own,
        recovered=recovered,
        called=called,
        prepaid=prepaid,
        member=rest,
        on=on,
    )


@internal
def _settle(
    agreement: bytes32,
    own: uint256[4],
    prepaid: uint256,
    recovered: uint256,
    receipt: bytes32,
    on: uint256,
):
    """Bring a member's own agreement what his part pays of it."""
    parts: uint256[4] = own
    parts[house.PRINCIPAL] += prepaid
    if house._sum4(parts) > 0:
        extcall house._agreement().receive(agreement, receipt, house.DIVIDEND, parts, on)
    if recovered > 0:
        extcall house._pool().recover(agreement, receipt, recovered, on)


@internal
def _pay_called(
    agreement: bytes32, member: uint256, most: uint256, receipt: bytes32, on: uint256
) -> uint256:
    """Pay what a member was called for, as far as it goes and as the debtor owes it still."""
    asked: uint256 = self.calls[agreement].asked[member]
    rest: uint256 = min(most, asked - self.calls[agreement].paid[member])
    if rest == 0:
        return 0
    owed: house.Owed = staticcall house._agreement().owed(agreement)
    if owed.claimed:
        return 0
    parts: uint256[4] = self._in_order(rest, owed.due, owed.outstanding)
    amount: uint256 = house._sum4(parts)
    if amount == 0:
        return 0
    day: uint256 = max(on, self.calls[agreement].on)
    self._called(agreement, day)
    self._pay(agreement, member, receipt, amount, day)
    extcall house._agreement().receive(agreement, receipt, house.GUARANTOR, parts, on)
    return amount


@internal
@pure
def _in_order(most: uint256, due: uint256[4], principal: uint256) -> uint256[4]:
    """Penalty, fee, interest, principal, as far as an amount goes."""
    rest: uint256 = most
    parts: uint256[4] = empty(uint256[4])
    for part: uint256 in range(4):
        owed: uint256 = principal if part == house.PRINCIPAL else due[part]
        parts[part] = min(rest, owed)
        rest -= parts[part]
    return parts


@internal
@view
def _distributed(receipt: bytes32) -> bool:
    if self.receipts[receipt]:
        return True
    if PREDECESSOR == empty(address):
        return False
    return staticcall IBefore(PREDECESSOR).distributed(receipt)


@internal
@view
def _adopted(agreement: bytes32):
    """Nothing is told of an agreement that the predecessor knows better."""
    if self.calls[agreement].group == empty(bytes32):
        call: Call = self._call_before(agreement)
        assert call.group == empty(bytes32), "group: adopt it first"


@internal
@view
def _call_before(agreement: bytes32) -> Call:
    if PREDECESSOR == empty(address):
        return empty(Call)
    return staticcall IBefore(PREDECESSOR).call_of(agreement)


@internal
@view
def _before(id: bytes32) -> Group:
    if PREDECESSOR == empty(address):
        return empty(Group)
    return staticcall IBefore(PREDECESSOR).group(id)
