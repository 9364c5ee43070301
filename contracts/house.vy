# pragma version 0.4.3
"""
@title What every contract shares
@license Apache-2.0
@notice Roles and places by number, what one contract asks of another, and who is calling.

A day is a business day as its number since 1970-01-01, and always an argument: the time of a block
decides nothing, and some chains count it in milliseconds. Money is whole fen. Parts of a debt stand
in one order: penalty, fee, interest, principal.
"""

# Roles. The first five are parties and may vote; the scorer only decides.
BANK: constant(uint256) = 1
GOVERNMENT: constant(uint256) = 2
PLATFORM: constant(uint256) = 3
COOPERATIVE: constant(uint256) = 4
AUDITOR: constant(uint256) = 5
SCORER: constant(uint256) = 6
ROLES: constant(uint256) = 6

# Places: which contract is in force there is for Parties to say.
ANCHOR: constant(uint256) = 1
AGREEMENT: constant(uint256) = 2
GROUP: constant(uint256) = 3
POOL: constant(uint256) = 4
PLACES: constant(uint256) = 4

# Where an agreement stands.
APPLIED: constant(uint256) = 1
FLAGGED: constant(uint256) = 2
APPROVED: constant(uint256) = 3
DISBURSED: constant(uint256) = 4
WRITTEN_OFF: constant(uint256) = 5
CLOSED: constant(uint256) = 6
REFUSED: constant(uint256) = 7

# Who brings money.
BORROWER: constant(uint256) = 1
SWEEP: constant(uint256) = 2
PLEDGE: constant(uint256) = 3
INSURER: constant(uint256) = 4
SUBSIDY: constant(uint256) = 5
DIVIDEND: constant(uint256) = 6
GUARANTOR: constant(uint256) = 7
FUND: constant(uint256) = 8
RECOVERY: constant(uint256) = 9

# Parts of a debt.
PENALTY: constant(uint256) = 0
FEE: constant(uint256) = 1
INTEREST: constant(uint256) = 2
PRINCIPAL: constant(uint256) = 3

# Beyond this no JSON number is exact; a hundred thousand times less already is no amount.
FEN_MAX: constant(uint256) = 2**53 - 1
BPS: constant(uint256) = 10_000
# 9999-12-31. A later day is no date, and whoever reads events could not read it.
DAY_MAX: constant(uint256) = 2_932_896


struct Standing:
    role: uint256
    stopped: bool
    in_force: bool


# What an agreement owes its lender: `due` by part, and all principal.
struct Owed:
    status: uint256
    group: bytes32
    debtor: uint256
    claimed: bool
    outstanding: uint256
    due: uint256[4]


interface IParties:
    def standing(who: address, place: uint256) -> Standing: view
    def key(role: uint256) -> address: view
    def place(number: uint256) -> address: view


interface IAgreement:
    def owed(id: bytes32) -> Owed: view
    def receive(
        id: bytes32, receipt: bytes32, kind: uint256, parts: uint256[4], on: uint256
    ): nonpayable
    def mark_claimed(id: bytes32, on: uint256): nonpayable


interface IGroup:
    def bind(group: bytes32, debtor: uint256, agreement: bytes32, on: uint256): nonpayable
    def unbind(agreement: bytes32): nonpayable
    def out(agreement: bytes32) -> uint256[5]: view
    def uncovered(agreement: bytes32) -> uint256: view
    def returned(agreement: bytes32, parts: uint256[5], on: uint256): nonpayable


interface IPool:
    def out(agreement: bytes32) -> uint256: view
    def recover(agreement: bytes32, receipt: bytes32, amount: uint256, on: uint256): nonpayable


PARTIES: immutable(IParties)


@deploy
def __init__(parties: address):
    assert parties.is_contract, "house: parties is no contract"
    PARTIES = IParties(parties)


@internal
@view
def _caller(place: uint256) -> Standing:
    """Who calls, whether all is stopped, and whether the contract called is the one in force."""
    return staticcall PARTIES.standing(msg.sender, place)


@internal
@pure
def _day(on: uint256):
    assert on <= DAY_MAX, "house: no such day"


@internal
@view
def _calls_from(place: uint256) -> bool:
    """Whether the caller is the contract in force at a place."""
    return msg.sender == staticcall PARTIES.place(place)


@internal
@view
def _agreement() -> IAgreement:
    return IAgreement(staticcall PARTIES.place(AGREEMENT))


@internal
@view
def _group() -> IGroup:
    return IGroup(staticcall PARTIES.place(GROUP))


@internal
@view
def _pool() -> IPool:
    return IPool(staticcall PARTIES.place(POOL))


@internal
@pure
def _sum4(parts: uint256[4]) -> uint256:
    return parts[0] + parts[1] + parts[2] + parts[3]


@internal
@pure
def _plus4(some: uint256[4], more: uint256[4]) -> uint256[4]:
    return [some[0] + more[0], some[1] + more[1], some[2] + more[2], some[3] + more[3]]


@internal
@pure
def _less4(some: uint256[4], less: uint256[4]) -> uint256[4]:
    return [some[0] - less[0], some[1] - less[1], some[2] - less[2], some[3] - less[3]]


@internal
@pure
def _within4(parts: uint256[4], most: uint256[4]) -> bool:
    """Whether no part is above the most that it may be."""
    return (
        parts[0] <= most[0]
        and parts[1] <= most[1]
        and parts[2] <= most[2]
        and parts[3] <= most[3]
    )


@internal
@pure
def _fen4(parts: uint256[4]) -> bool:
    """Whether every part is an amount: all bits of the largest are ones, so none has another."""
    return parts[0] | parts[1] | parts[2] | parts[3] <= FEN_MAX
