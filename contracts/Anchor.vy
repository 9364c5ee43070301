# pragma version 0.4.3
"""
@title Anchor
@license Apache-2.0
@notice The last head of every log, which grows by proof alone.

A head stands under its party's role and the log's origin, the SHA-256 of its name; only that party
may move it, and only to a tree that begins with the one that stands. Two other parties who saw two
heads that cannot both be true freeze it for good: its party then goes on under a new origin, which
names the old head. Evidence never stops: the stop of Parties does not bear on this contract.
"""

import house
import tree

initializes: house

event Anchored:
    role: indexed(uint256)
    origin: indexed(bytes32)
    size: uint256
    root: bytes32
    on: uint256


event Accused:
    role: indexed(uint256)
    origin: indexed(bytes32)
    by: uint256
    evidence: bytes32
    on: uint256


event Succeeded:
    role: indexed(uint256)
    origin: indexed(bytes32)
    successor: bytes32
    on: uint256


event Adopted:
    role: indexed(uint256)
    origin: indexed(bytes32)
    head: Head


struct Head:
    size: uint256
    root: bytes32
    on: uint256
    accusers: uint256  # The roles that laid evidence, a bit each; two freeze.
    successor: bytes32


interface IBefore:
    def head(role: uint256, origin: bytes32) -> Head: view


PREDECESSOR: public(immutable(address))
heads: HashMap[uint256, HashMap[bytes32, Head]]


@deploy
def __init__(parties: address, predecessor: address):
    """@param predecessor The Anchor whose heads this one may adopt, or none."""
    house.__init__(parties)
    PREDECESSOR = predecessor


@external
@view
def head(role: uint256, origin: bytes32) -> Head:
    """The head of a log, in the predecessor where it was not adopted."""
    if self.heads[role][origin].size == 0:
        return self._before(role, origin)
    return self.heads[role][origin]


@external
def anchor(
    origin: bytes32, size: uint256, root: bytes32, path: DynArray[bytes32, 64], on: uint256
):
    """Move the caller's log to a larger tree that begins with the one that stands."""
    role: uint256 = self._role()
    assert role != house.SCORER, "anchor: not a party"
    head: Head = self.heads[role][origin]
    assert head.successor == empty(bytes32), "anchor: origin succeeded"
    assert not self._frozen(head), "anchor: origin frozen"
    house._day(on)
    assert on >= head.on, "anchor: the day went back"
    assert size < 2**63, "anchor: size too large"
    if head.size == 0:
        assert size > 0, "anchor: an empty tree"
        assert len(path) == 0, "anchor: the first takes no proof"
        assert self._before(role, origin).size == 0, "anchor: adopt it first"
    else:
        assert size > head.size, "anchor: not growing"
        assert tree._consistent(head.size, head.root, size, root, path), "anchor: no proof"
    self.heads[role][origin].size = size
    self.heads[role][origin].root = root
    self.heads[role][origin].on = on
    log Anchored(role=role, origin=origin, size=size, root=root, on=on)


@external
def accuse(role: uint256, origin: bytes32, evidence: bytes32, on: uint256):
    """Lay evidence against another party's log; the second accuser freezes it."""
    by: uint256 = self._role()
    house._day(on)
    assert by != house.SCORER, "anchor: not a party"
    assert by != role, "anchor: not one's own log"
    head: Head = self.heads[role][origin]
    assert head.size > 0, "anchor: unknown origin"
    assert evidence != empty(bytes32), "anchor: no evidence"
    assert head.accusers & (1 << by) == 0, "anchor: accused already"
    self.heads[role][origin].accusers = head.accusers | (1 << by)
    log Accused(role=role, origin=origin, by=by, evidence=evidence, on=on)


@external
def succeed(origin: bytes32, successor: bytes32, on: uint256):
    """End one of the caller's logs and name the origin that goes on from its head."""
    role: uint256 = self._role()
    house._day(on)
    head: Head = self.heads[role][origin]
    assert head.size > 0, "anchor: unknown origin"
    assert head.successor == empty(bytes32), "anchor: origin succeeded"
    assert successor != empty(bytes32) and successor != origin, "anchor: no such successor"
    assert self.heads[role][successor].size == 0, "anchor: successor in use"
    self.heads[role][origin].successor = successor
    log Succeeded(role=role, origin=origin, successor=successor, on=on)


@external
def adopt(role: uint256, origin: bytes32):
    """Take over a head as it stands in the predecessor, once this contract is in force."""
    self._role()
    assert self.heads[role][origin].size == 0, "anchor: known already"
    head: Head = self._before(role, origin)
    assert head.size > 0, "anchor: nothing to adopt"
    self.heads[role][origin] = head
    log Adopted(role=role, origin=origin, head=head)


@internal
@view
def _role() -> uint256:
    caller: house.Standing = house._caller(house.ANCHOR)
    assert caller.in_force, "anchor: not in force"
    assert caller.role != 0, "anchor: no role"
    return caller.role


@internal
@pure
def _frozen(head: Head) -> bool:
    """Whether two or more have accused: more than one bit is set."""
    return head.accusers & (head.accusers - 1) != 0 if head.accusers > 0 else False


@internal
@view
def _before(role: uint256, origin: bytes32) -> Head:
    if PREDECESSOR == empty(address):
        return empty(Head)
    return staticcall IBefore(PREDECESSOR).head(role, origin)
