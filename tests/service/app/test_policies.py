"""An institution's own values: dated, by two people, tried on last month before they hold."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from lending_world import World
from stored import url

from suixin.data.errors import InputError
from suixin.service.app import applying, policies
from suixin.service.app.applying import Asked
from suixin.service.app.own_sheets import Change, folder_of, own_product, own_rules
from suixin.service.app.policy_preview import preview_change
from suixin.service.app.proposals import Proposal, Standing

TICKET = Change(
    sheet="origination",
    parameter="ticket.min",
    value="300_000",
    since=date(2026, 8, 1),
    reference="董事会决议 2026-14",
)
CEILING = Change(
    sheet="products/sales_flow",
    parameter="amount",
    value="{min_fen: 50000, max_fen: 1500000}",
    since=date(2026, 8, 1),
    reference="董事会决议 2026-15",
)


def proposed(world: World, change: Change) -> Proposal:
    return policies.change_policy(
        world.risk, change, key=world.key(), why="smaller loans cost more", at=world.at
    )


def changed(world: World, change: Change) -> None:
    made = proposed(world, change)
    assert world.agreed(made, world.second_risk).standing is Standing.CONFIRMED


def refusal(work: Any, *given: Any, **told: Any) -> str:
    with pytest.raises(InputError) as wrong:
        work(*given, **told)
    return wrong.value.code


def test_a_value_holds_from_its_day_on_and_for_its_institution_alone(
    world: World, stored_books: Any
) -> None:
    before, day = date(2026, 7, 31), date(2026, 8, 1)
    assert folder_of(world.actor) is None
    made = proposed(world, TICKET)
    assert json.loads(made.content["was"]) == 50_000
    assert refusal(world.agreed, made, world.risk) == "SAME_PERSON"
    assert refusal(world.agreed, made, world.officer) == "NOT_PERMITTED"
    world.agreed(made, world.second_risk)
    assert own_rules(world.actor, before)["ticket.min"] == 50_000
    assert own_rules(world.actor, day)["ticket.min"] == 300_000
    assert own_rules(stored_books().actor, day)["ticket.min"] == 50_000
    setting = own_rules(world.actor, day).setting("ticket.min")
    assert (setting.reference, setting.since) == (TICKET.reference, day)


def test_a_product_has_its_own_sheet(world: World) -> None:
    changed(world, CEILING)
    assert own_product(world.actor, "sales_flow", date(2026, 7, 31)).amount_max_fen > 1_500_000
    assert own_product(world.actor, "sales_flow", date(2026, 8, 1)).amount_max_fen == 1_500_000
    changed(
        world, replace(CEILING, value="{min_fen: 50000, max_fen: 900000}", since=date(2026, 9, 1))
    )
    assert own_product(world.actor, "sales_flow", date(2026, 8, 31)).amount_max_fen == 1_500_000
    assert own_product(world.actor, "sales_flow", date(2026, 9, 1)).amount_max_fen == 900_000


def test_what_is_set_decides_applications(world: World) -> None:
    world.register("h-1")
    changed(world, TICKET)
    asked = Asked(party="h-1", product="sales_flow", amount_fen=200_000, purpose="inputs")

    def told() -> list[str]:
        made = applying.apply(world.household("h-1"), asked, key=world.key(), at=world.at)
        return [one.why for one in made.refusals]

    assert told() == []
    world.later(days=33)
    world.files["h-1"] = replace(world.files["h-1"], as_of=world.day)
    assert told() == ["amount_too_small"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sheet": "law"}, "NO_SHEET"),
        ({"sheet": "products/none"}, "NO_SHEET"),
        ({"sheet": "products/../law"}, "NO_SHEET"),
        ({"parameter": "ticket.max"}, "NO_PARAMETER"),
        ({"since": date(2026, 7, 1)}, "SINCE"),
        ({"since": date(2026, 6, 30)}, "SINCE"),
        ({"value": "many"}, "BAD_POLICY"),
        ({"value": "{a: 1}"}, "BAD_POLICY"),
        ({"value": "[unclosed"}, "VALUE"),
        ({"value": "!!python/object/apply:os.system ['true']"}, "VALUE"),
        ({"value": ".nan"}, "VALUE"),
        ({"value": "50_000"}, "SAME"),
        ({"reference": " "}, "REFERENCE"),
        (
            {
                "sheet": "products/sales_flow",
                "parameter": "amount",
                "value": "{min_fen: 9, max_fen: 1}",
            },
            "BAD_POLICY",
        ),
    ],
)
def test_what_does_not_fit_is_refused(world: World, change: dict[str, Any], code: str) -> None:
    assert refusal(proposed, world, replace(TICKET, **change)) == code


def test_what_was_agreed_to_stays(world: World) -> None:
    changed(world, TICKET)
    for since in (TICKET.since, TICKET.since - timedelta(days=5)):
        assert refusal(proposed, world, replace(TICKET, value="9", since=since)) == "SINCE"
    late = proposed(world, replace(TICKET, value="400_000", since=date(2026, 9, 1)))
    world.later(days=70)
    assert refusal(world.agreed, late, world.second_risk) == "SINCE"
    with psycopg.connect(url(user="suixin_app")) as raw:
        raw.execute("select set_config('suixin.institution', %s, true)", [str(world.institution)])
        with pytest.raises(psycopg.IntegrityError):
            raw.execute(
                "insert into policy_change (institution_id, sheet, parameter, since, value,"
                " reference, agreed, at) values (%s, 'origination', 'ticket.min', '2027-01-01',"
                " '1', 'x', 'p-none', now())",
                [world.institution],
            )


@pytest.mark.mechanism("D06")
def test_only_risk_officers_change_and_staff_read(world: World) -> None:
    assert (
        refusal(policies.change_policy, world.officer, TICKET, key="k", why="w", at=world.at)
        == "NOT_PERMITTED"
    )
    assert refusal(policies.sheets, world.household("h-1"), on=world.day) == "NOT_PERMITTED"
    changed(world, TICKET)
    seen = {one.sheet: one for one in policies.sheets(world.officer, on=world.day)}
    assert {"origination", "products/sales_flow", "products/warehouse"} <= set(seen)
    (ticket,) = [one for one in seen["origination"].parameters if one.name == "ticket.min"]
    assert (ticket.value, ticket.own) == ("50000", False)
    assert [(one.since, one.value) for one in ticket.coming] == [(TICKET.since, "300000")]
    then = policies.sheet(world.officer, "origination", on=TICKET.since)
    (ticket,) = [one for one in then.parameters if one.name == "ticket.min"]
    assert (ticket.value, ticket.own, ticket.coming) == ("300000", True, ())
    assert refusal(policies.sheet, world.officer, "law", on=world.day) == "NO_SHEET"


def test_a_change_is_tried_on_last_month_and_nothing_is_kept(world: World) -> None:
    for number, fen in enumerate((200_000, 300_000, 2_000_000), 1):
        party = world.register(f"h-{number}")
        world.applied(party, "sales_flow", fen)
    told = preview_change(world.risk, TICKET, at=world.at)
    assert (told.cases, told.left_out) == (3, 0)
    assert [(one.amount_fen, one.before.refusal, one.after.refusal) for one in told.differs] == [
        (200_000, "", "amount_too_small")
    ]
    assert told.before.refused == 0
    assert told.after.refused == 1
    assert told.before.amount_fen - told.after.amount_fen == 200_000
    told = preview_change(world.risk, CEILING, at=world.at)
    assert [one.amount_fen for one in told.differs] == [2_000_000]
    assert folder_of(world.actor) is None
    assert refusal(preview_change, world.officer, TICKET, at=world.at) == "NOT_PERMITTED"
    world.later(days=40)
    assert preview_change(world.risk, TICKET, at=world.at).cases == 0
