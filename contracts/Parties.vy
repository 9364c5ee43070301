# pragma version 0.4.3
"""
@title Parties
@license Apache-2.0
@notice Who holds which role, which contract is in force at which place, and the stop.

Two parties decide together: neither is the one whose key is at stake. A decision makes every vote
that is still open lapse, so a vote cast with a stolen key dies with the key. A stop refuses what
binds anyone anew; what pays, returns, proves or releases goes on.
"""

import house

event Founded:
    keys: address[6]
    on: uint256


event KeyChanged:
    role: indexed(uint256)
    old: address
    key: address
    on: uint256


event PlacesChanged:
    anchor: address
    agreement: address
    group: address
    pool: address
    on: uint256


event Voted:
    what: indexed(bytes32)
    role: uint256
    on: uint256


event Stopped:
    reason: indexed(bytes32)
    on: uint256


event Restarted:
    on: uint256


event Succeeded:
    successor: address
    on: uint256


KEY: constant(uint256) = 1
PLACES: constant(uint256) = 2
RESTART: constant(uint256) = 3
SUCCESSOR: constant(uint256) = 4
STOP: constant(uint256) = 5

key: public(HashMap[uint256, address])
role_of: public(HashMap[address, uint256])
place: public(HashMap[uint256, address])
stopped: public(bool)
successor: public(address)
decisions: public(uint256)  # How many were made; a vote counts for the next alone.
votes: public(HashMap[bytes32, uint256])  # What is voted on: the roles in favour, a bit each.


@deploy
def __init__(keys: address[6], on: uint256):
    """@param keys Of the roles in their order; only the auditor's may be empty."""
    house._day(on)
    for number: uint256 in range(house.ROLES):
        role: uint256 = number + 1
        holder: address = keys[number]
        if holder == empty(address):
            assert role == house.AUDITOR, "parties: a role without a key"
            continue
        assert self.role_of[holder] == 0, "parties: key in use"
        self.key[role] = holder
        self.role_of[holder] = role
    log Founded(keys=keys, on=on)


@external
@view
def standing(who: address, place: uint256) -> house.Standing:
    """What a contract asks about its caller and itself; under a successor none is in force."""
    in_force: bool = self.place[place] == msg.sender and self.successor == empty(address)
    return house.Standing(role=self.role_of[who], stopped=self.stopped, in_force=in_force)


@external
def change_key(role: uint256, key: address, on: uint256):
    """Another key for a role, by two parties that are not the one concerned."""
    assert role >= 1 and role <= house.ROLES, "parties: no such role"
    assert key != empty(address), "parties: a role without a key"
    assert self.role_of[key] == 0, "parties: key in use"
    if not self._agreed(KEY, keccak256(abi_encode(role, key)), role, on):
        return
    old: address = self.key[role]
    self.role_of[old] = 0
    self.role_of[key] = role
    self.key[role] = key
    log KeyChanged(role=role, old=old, key=key, on=on)


@external
def set_places(places: address[4], on: uint256):
    """Which contracts are in force, by two parties: those that were before refuse from now on."""
    changed: bool = False
    for number: uint256 in range(house.PLACES):
        assert places[number].is_contract, "parties: a place without a contract"
        changed = changed or self.place[number + 1] != places[number]
    assert changed, "parties: in force already"
    if not self._agreed(PLACES, keccak256(abi_encode(places)), 0, on):
        return
    for number: uint256 in range(house.PLACES):
        self.place[number + 1] = places[number]
    log PlacesChanged(
        anchor=places[0], agreement=places[1], group=places[2], pool=places[3], on=on
    )


@external
def stop(reason: bytes32, on: uint256):
    """Refuse whatever binds anyone anew, by two parties who name one reason."""
    assert not self.stopped, "parties: stopped already"
    assert reason != empty(bytes32), "parties: no reason"
    if not self._agreed(STOP, reason, 0, on):
        return
    self.stopped = True
    log Stopped(reason=reason, on=on)


@external
def restart(on: uint256):
    """Go on, by two parties."""
    assert self.stopped, "parties: not stopped"
    if not self._agreed(RESTART, empty(bytes32), 0, on):
        return
    self.stopped = False
    log Restarted(on=on)


@external
def succeed(successor: address, on: uint256):
    """Name the Parties that follow, by two parties; nothing under these is then in force."""
    assert successor.is_contract and successor != self, "parties: no such successor"
    if not self._agreed(SUCCESSOR, keccak256(abi_encode(successor)), 0, on):
        return
    self.successor = successor
    log Succeeded(successor=successor, on=on)


@internal
@view
def _party() -> uint256:
    """The caller's role, which must be one that votes."""
    assert self.successor == empty(address), "parties: succeeded"
    role: uint256 = self.role_of[msg.sender]
    assert role >= house.BANK and role <= house.AUDITOR, "parties: not a party"
    return role


@internal
def _agreed(act: uint256, detail: bytes32, concerned: uint256, on: uint256) -> bool:
    """Cast the caller's vote; whether it was the second."""
    role: uint256 = self._party()
    house._day(on)
    assert role != concerned, "parties: not on one's own key"
    what: bytes32 = keccak256(abi_encode(self.decisions, act, detail))
    before: uint256 = self.votes[what]
    assert before & (1 << role) == 0, "parties: voted already"
    self.votes[what] = before | (1 << role)
    log Voted(what=what, role=role, on=on)
    if before == 0:
        return False
    self.decisions += 1
    return True
