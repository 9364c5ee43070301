"""Two parties decide: keys, contracts in force, the stop, the successor."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from chain_house import DAY, SIGNERS, STRANGER, House, applied, name

from suixin.evidence.chain.calls import parties
from suixin.evidence.chain.calls.parties import NO_ADDRESS, Place, Role
from suixin.evidence.chain.calls.value import to_abi
from suixin.evidence.chain.codec import contract
from suixin.evidence.chain.deployment import Deployment, deploy, successors
from suixin.evidence.chain.embedded import EmbeddedChain
from suixin.evidence.chain.port import Address, ChainFault
from suixin.evidence.chain.signer import Draft, Signer

VOTERS = [role for role in Role if role is not Role.SCORER]
NEW: Address = "0x" + "5c" * 20
OTHER: Address = "0x" + "6d" * 20


def test_two_parties_change_a_third_ones_key(house: House) -> None:
    act = parties.ChangeKey(Role.BANK, STRANGER.address, DAY)
    (first,) = house.do(act, Role.GOVERNMENT).events
    assert isinstance(first, parties.Voted)
    assert house.made.ask(parties.key(Role.BANK)) == SIGNERS[Role.BANK].address
    _, changed = house.do(act, Role.COOPERATIVE).events
    assert changed == parties.KeyChanged(
        Role.BANK, SIGNERS[Role.BANK].address, STRANGER.address, DAY
    )
    assert house.why(applied(name("a"))) == "agreement: not the bank"
    assert house.made.try_(applied(name("a")), STRANGER.address) is None


@pytest.mark.parametrize("role", VOTERS, ids=lambda role: role.name.lower())
def test_nobody_votes_on_his_own_key(role: Role, shared_house: House) -> None:
    act = parties.ChangeKey(role, NEW, DAY)
    heard = {voter: shared_house.why(act, voter) for voter in VOTERS}
    own = {role: "parties: not on one's own key"}
    assert heard == dict.fromkeys(VOTERS) | own


def test_a_vote_dies_with_the_next_decision(house: House) -> None:
    """A vote that a thief cast with a stolen key is worth nothing once the key is changed."""
    stolen = parties.ChangeKey(Role.SCORER, OTHER, DAY)
    house.do(stolen, Role.PLATFORM)
    rescue = parties.ChangeKey(Role.PLATFORM, NEW, DAY)
    house.do_all([(rescue, Role.BANK), (rescue, Role.GOVERNMENT)])
    done = house.do(stolen, Role.BANK)
    assert [type(event) for event in done.events] == [parties.Voted]
    assert house.made.ask(parties.key(Role.SCORER)) == SIGNERS[Role.SCORER].address


def test_one_party_alone_decides_nothing_however_often(house: House) -> None:
    act = parties.Stop(name("why"), DAY)
    house.do(act, Role.BANK)
    assert house.sent(act, Role.BANK) == "parties: voted already"
    house.do(parties.Stop(name("another reason"), DAY), Role.BANK)
    assert not house.made.ask(parties.stopped())


@pytest.mark.parametrize("pair", list(combinations(VOTERS, 2)), ids=str)
def test_any_two_parties_stop(pair: tuple[Role, Role], house: House) -> None:
    act = parties.Stop(name("why"), DAY)
    house.do(act, pair[0])
    assert house.why(applied(name("a"))) is None
    assert house.do(act, pair[1]).events[-1] == parties.Stopped(name("why"), DAY)
    assert house.why(applied(name("a"))) == "agreement: stopped"


def test_two_who_name_two_reasons_do_not_stop(house: House) -> None:
    house.do(parties.Stop(name("one"), DAY), Role.BANK)
    house.do(parties.Stop(name("two"), DAY), Role.GOVERNMENT)
    assert not house.made.ask(parties.stopped())
    assert house.why(parties.Stop(bytes(32), DAY), Role.BANK) == "parties: no reason"


def test_two_start_again_and_only_what_stands_still(house: House) -> None:
    again = parties.Restart(DAY)
    assert house.sent(again) == "parties: not stopped"
    stop = parties.Stop(name("why"), DAY)
    house.do_all([(stop, Role.BANK), (stop, Role.AUDITOR)])
    assert house.sent(stop) == "parties: stopped already"
    house.do(again, Role.PLATFORM)
    assert house.made.ask(parties.stopped())
    house.do(again, Role.GOVERNMENT)
    assert not house.made.ask(parties.stopped())
    assert house.why(applied(name("a"))) is None


@pytest.mark.parametrize(
    ("act", "text"),
    [
        (parties.ChangeKey(Role.BANK, NO_ADDRESS, DAY), "parties: a role without a key"),
        (
            parties.ChangeKey(Role.BANK, SIGNERS[Role.SCORER].address, DAY),
            "parties: key in use",
        ),
        (parties.ChangeKey(Role.BANK, SIGNERS[Role.BANK].address, DAY), "parties: key in use"),
        (parties.SetPlaces((NEW,) * 4, DAY), "parties: a place without a contract"),
        (parties.Succeed(NEW, DAY), "parties: no such successor"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_parties_do_not_take(act: parties.ChangeKey, text: str, shared_house: House) -> None:
    assert shared_house.why(act, Role.GOVERNMENT) == text


def test_places_that_are_in_force_need_no_vote(shared_house: House) -> None:
    ask = shared_house.made.ask
    now = tuple(ask(parties.place(place)) for place in Place)
    vote = parties.SetPlaces(now, DAY)
    assert shared_house.why(vote, Role.GOVERNMENT) == "parties: in force already"


def test_under_a_successor_nothing_is_in_force_and_nobody_votes(house: House) -> None:
    old, made = house.made.parties_at, house.made
    assert house.why(parties.Succeed(old, DAY), Role.BANK) == "parties: no such successor"
    act = parties.Succeed(made.address("Anchor"), DAY)
    house.do_all([(act, Role.BANK), (act, Role.PLATFORM)])
    assert made.ask(parties.successor()) == made.address("Anchor")
    assert house.why(applied(name("a"))) == "agreement: not in force"
    assert house.why(parties.Stop(name("why"), DAY)) == "parties: succeeded"


def test_an_auditor_may_come_later_and_no_other(tmp_path: Path) -> None:
    few = {role: key for role, key in SIGNERS.items() if role is not Role.AUDITOR}
    with EmbeddedChain(tmp_path) as chain:
        made = deploy(chain, few, tiers=1, on=DAY)
        vote = parties.ChangeKey(Role.AUDITOR, STRANGER.address, DAY)
        for role in (Role.BANK, Role.COOPERATIVE):
            assert made.do(vote, SIGNERS[role]).refusal is None
        assert made.ask(parties.role_of(STRANGER.address)) == Role.AUDITOR
        keys = [NO_ADDRESS if role is Role.BANK else SIGNERS[role].address for role in Role]
        assert founding(chain, keys) == "parties: a role without a key"
        assert founding(chain, [NEW, NEW, *keys[2:]]) == "parties: key in use"


def founding(chain: EmbeddedChain, keys: list[Address]) -> str | None:
    """What refuses Parties with these keys."""
    data = contract("Parties").creation([tuple(keys), to_abi(DAY)])
    signer = Signer(bytes([77] * 32))
    nonce = chain.nonce(signer.address)
    return chain.send([signer.sign(Draft(None, data), chain_id=chain.chain_id, nonce=nonce)])[
        0
    ].refusal


def test_contracts_are_in_force_where_parties_say_and_nowhere_else(house: House) -> None:
    before = house.made.address("Agreement")
    places = successors(house.chain, SIGNERS[Role.BANK], parties_at=house.made.parties_at, tiers=3)
    act = applied(name("a"))
    assert house.made.try_(act, SIGNERS[Role.BANK].address) is None
    vote = parties.SetPlaces(places, DAY)
    house.do(vote, Role.GOVERNMENT)
    assert house.made.address("Agreement") == before
    house.do(vote, Role.PLATFORM)
    assert house.made.address("Agreement") == places[1] != before


def test_a_deployment_without_places_says_so(tmp_path: Path) -> None:
    with EmbeddedChain(tmp_path) as chain, pytest.raises(ChainFault, match="No Pool is in force"):
        Deployment(chain, NEW).address("Pool")
