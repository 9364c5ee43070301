"""Acts of two people: by the functions, and by raw SQL in each role."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connections
from stored import NewBooks, url

from suixin.data.errors import InputError
from suixin.evidence.canonical import CanonicalFault
from suixin.service.app import proposals
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.permits import PERMITS, Act
from suixin.service.app.proposals import Proposal, Standing

AT = datetime(2026, 7, 1, 1, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
ACT = Act.CHANGE_POLICY


@pytest.fixture(scope="module")
def institutions(stored_books: NewBooks) -> tuple[int, int]:
    one: Any = stored_books()
    other: Any = stored_books()
    return one.actor.institution, other.actor.institution


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was carried out, in place of the act's own function; `refuse` is refused."""
    made: list[str] = []

    def carried(caller: Caller, proposal: Proposal, at: datetime) -> None:
        if proposal.subject == "refuse":
            raise InputError("NOT_NOW", "The act refuses.", "")
        made.append(f"{caller.by} {proposal.subject} {at.isoformat()}")

    monkeypatch.setitem(proposals._CARRIERS, ACT, carried)
    return made


def caller(institution: int, by: str, *duties: Duty) -> Caller:
    return Caller(institution=institution, by=by, duties=frozenset(duties or (Duty.RISK_OFFICER,)))


def proposed(
    institution: int, key: str, *, subject: str = "sheet-1", content: Any = None
) -> Proposal:
    return proposals.propose(
        caller(institution, "user:1"),
        ACT,
        subject,
        content or {"fen": 5},
        key=key,
        why="the committee's minute",
        at=AT,
    )


def test_what_one_proposes_another_confirms_and_it_is_done_once(
    institutions: tuple[int, int], done: list[str]
) -> None:
    made = proposed(institutions[0], "k1")
    assert (made.standing, made.content, made.why) == (
        Standing.WAITING,
        {"fen": 5},
        "the committee's minute",
    )
    second = caller(institutions[0], "user:2")
    ended = proposals.confirm(second, made.proposal, digest=made.digest, at=LATER)
    assert (ended.standing, ended.ended_by, ended.ended_at) == (
        Standing.CONFIRMED,
        "user:2",
        LATER,
    )
    assert proposals.confirm(second, made.proposal, digest=made.digest, at=LATER) == ended
    assert done == [f"user:2 sheet-1 {LATER.isoformat()}"]


def test_a_proposal_sent_again_is_the_same_and_its_key_is_its_makers(
    institutions: tuple[int, int],
) -> None:
    made = proposed(institutions[0], "k2")
    assert proposed(institutions[0], "k2") == made
    with pytest.raises(InputError, match="used for something else") as wrong:
        proposed(institutions[0], "k2", content={"fen": 6})
    assert wrong.value.code == "KEY_TAKEN"
    other = caller(institutions[0], "user:9")
    theirs = proposals.propose(other, ACT, "sheet-1", {"fen": 6}, key="k2", why="mine", at=AT)
    assert theirs.proposal != made.proposal


@pytest.mark.parametrize("name", ["user:1", "USER:1", " user:1 "])
def test_the_maker_does_not_agree_to_his_own(
    institutions: tuple[int, int], done: list[str], name: str
) -> None:
    made = proposed(institutions[0], "k3")
    with pytest.raises(InputError, match="yourself") as wrong:
        proposals.confirm(caller(institutions[0], name), made.proposal, digest=made.digest, at=AT)
    assert wrong.value.code == "SAME_PERSON"
    assert done == []


def test_what_is_confirmed_is_what_was_read(institutions: tuple[int, int], done: list[str]) -> None:
    made = proposed(institutions[0], "k4")
    with pytest.raises(InputError, match="not what you read") as wrong:
        proposals.confirm(caller(institutions[0], "user:2"), made.proposal, digest="0" * 64, at=AT)
    assert wrong.value.code == "OTHER_CONTENT"
    assert done == []


def test_where_the_act_refuses_the_proposal_still_waits(
    institutions: tuple[int, int], done: list[str]
) -> None:
    made = proposed(institutions[0], "k5", subject="refuse")
    second = caller(institutions[0], "user:2")
    with pytest.raises(InputError, match="The act refuses"):
        proposals.confirm(second, made.proposal, digest=made.digest, at=AT)
    assert proposals.proposed(second, made.proposal) == made
    ended = proposals.reject(second, made.proposal, why="not now", at=LATER)
    assert (ended.standing, ended.ended_why) == (Standing.REJECTED, "not now")
    with pytest.raises(InputError, match="was rejected") as wrong:
        proposals.confirm(second, made.proposal, digest=made.digest, at=LATER)
    assert wrong.value.code == "ENDED"


def test_who_may_propose_confirm_and_reject(institutions: tuple[int, int], done: list[str]) -> None:
    made = proposed(institutions[0], "k6")
    officer = caller(institutions[0], "user:3", Duty.CREDIT_OFFICER)
    household = caller(institutions[0], "user:4", Duty.HOUSEHOLD)
    cashier = caller(institutions[0], "user:5", Duty.CASHIER)
    told: list[str] = []
    for call in (
        lambda: proposals.propose(officer, ACT, "s", {}, key="k", why="w", at=AT),
        lambda: proposals.confirm(household, made.proposal, digest=made.digest, at=AT),
        lambda: proposals.confirm(household, "p-none", digest=made.digest, at=AT),
        lambda: proposals.confirm(cashier, made.proposal, digest=made.digest, at=AT),
        lambda: proposals.confirm(cashier, "p-none", digest=made.digest, at=AT),
        lambda: proposals.reject(household, made.proposal, why="w", at=AT),
        lambda: proposals.proposed(household, made.proposal),
    ):
        with pytest.raises(InputError) as wrong:
            call()  # type: ignore[no-untyped-call]
        told.append(wrong.value.code)
    assert told == ["NOT_PERMITTED"] * 3 + ["NO_PROPOSAL"] * 4
    assert proposals.waiting(household) == ()
    mine = caller(institutions[0], "user:1")
    assert proposals.reject(mine, made.proposal, why="a slip", at=AT).ended_by == "user:1"
    assert done == []


def test_another_institutions_proposal_is_not_there(
    institutions: tuple[int, int], done: list[str]
) -> None:
    made = proposed(institutions[0], "k7")
    stranger = caller(institutions[1], "user:2")
    for wanted in (made.proposal, "p-never-was"):
        with pytest.raises(InputError, match=f"There is no proposal {wanted}"):
            proposals.confirm(stranger, wanted, digest=made.digest, at=AT)
    assert proposals.waiting(stranger) == ()
    assert proposals.proposals_about(stranger, "sheet-1") == ()


def ids(found: Iterable[Proposal]) -> set[str]:
    return {one.proposal for one in found}


def test_what_waits_is_what_others_made_page_by_page(institutions: tuple[int, int]) -> None:
    one = institutions[1]
    made = [proposed(one, f"w{n}", subject="page") for n in range(5)]
    second = caller(one, "user:2")
    assert ids(proposals.waiting(second)) == ids(made)
    assert proposals.waiting(caller(one, "user:1")) == ()
    seen: list[Proposal] = []
    while page := proposals.waiting(second, after=seen[-1] if seen else None, limit=2):
        seen += page
    assert len(seen) == 5
    assert ids(seen) == ids(made)
    assert ids(proposals.proposals_about(second, "page")) == ids(made)
    for each in made:
        proposals.reject(second, each.proposal, why="seen", at=LATER)
    assert proposals.waiting(second) == ()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"why": "  "}, "WHY"),
        ({"why": "w" * 2001}, "WHY"),
        ({"key": ""}, "KEY"),
        ({"content": {"fen": 0.5}}, "FLOAT"),
    ],
)
def test_a_proposal_that_cannot_be_read_back_is_refused(
    institutions: tuple[int, int], given: dict[str, Any], code: str
) -> None:
    told: dict[str, Any] = {"why": "w", "key": "k", "content": {}} | given
    content = told.pop("content")
    with pytest.raises(InputError) as wrong:
        proposals.propose(caller(institutions[0], "user:1"), ACT, "s", content, at=AT, **told)
    assert wrong.value.code == code
    assert code != "FLOAT" or isinstance(wrong.value, CanonicalFault)


def test_ten_confirm_at_once_and_it_is_done_once(
    institutions: tuple[int, int], done: list[str]
) -> None:
    made = proposed(institutions[0], "k8")

    def confirmed(number: int) -> str:
        try:
            second = caller(institutions[0], f"user:{number}")
            return proposals.confirm(second, made.proposal, digest=made.digest, at=AT).ended_by
        except InputError as fault:
            return fault.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        told = list(pool.map(confirmed, range(2, 12)))
    assert told.count("ENDED") == 9
    assert len(done) == 1


def test_every_money_act_takes_a_second_duty() -> None:
    """Whatever moves money, or settles who bears a loss, is in the table with a second person."""
    money = (Act.DISBURSE, Act.RELEASE_SUSPENSE, Act.CALL_GUARANTORS, Act.CLAIM, Act.DECIDE_CLAIM)
    money += (Act.PAY_CLAIM, Act.WRITE_OFF, Act.CORRECT, Act.RESTRUCTURE, Act.DECIDE)
    assert all(PERMITS[act].second for act in money)


def test_who_proposed_and_who_ended_is_in_the_history(
    institutions: tuple[int, int], done: list[str]
) -> None:
    made = proposed(institutions[0], "k9")
    proposals.confirm(
        caller(institutions[0], "user:2"), made.proposal, digest=made.digest, at=LATER
    )
    with psycopg.connect(url()) as owner:
        found = owner.execute(
            "select standing, pgh_context ->> 'by' from proposal_history where proposal = %s"
            " order by pgh_id",
            [made.proposal],
        ).fetchall()
    assert found == [("waiting", "user:1"), ("confirmed", "user:2")]
