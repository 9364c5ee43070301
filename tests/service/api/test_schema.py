"""The whole schema, tried by machine: every answer is one that the schema tells of."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from api_stage import House
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from suixin.service.app.caller import Caller, Duty

EXAMPLES = int(os.environ.get("SUIXIN_SCHEMA_EXAMPLES", "3"))


@pytest.fixture(scope="module")
def everyone(house: House) -> Iterator[None]:
    """One person with every duty: no permit stands between a request and its use case."""
    from suixin.service.api import authenticating, tokens

    caller = Caller(
        institution=house.number,
        by="user:all",
        duties=frozenset(set(Duty) - {Duty.HOUSEHOLD, Duty.STATION_AGENT, Duty.AUDITOR}),
        scopes=frozenset({"webhooks:write", "exchange:read", "live:write"}),
    )
    patch = pytest.MonkeyPatch()
    patch.setattr(tokens, "caller_of", lambda token: caller if token == "everyone" else None)
    patch.setattr(authenticating, "PERSON_PER_SECOND", 1_000_000)
    patch.setattr(authenticating, "PERSON_BURST", 1_000_000)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def described(everyone: None) -> Any:
    from suixin.service.wsgi import application

    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


def accepted(context: Any, answer: Any, case: schemathesis.Case) -> bool | None:
    """What fits the schema is taken, unless a rule of lending refuses it, which no schema tells."""
    told = answer.json() if answer.status_code == 422 else {}
    if told.get("code") not in (None, "INVALID", "CURSOR"):
        return None
    return positive_data_acceptance(context, answer, case)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_answer_is_as_the_schema_says(described: Any, mode: GenerationMode) -> None:
    faults: list[str] = []
    for found in described.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def tried(case: schemathesis.Case) -> None:
            if mode is GenerationMode.POSITIVE and case.query:
                # A cursor is signed by the service: no text of another's making is a good one.
                case.query.pop("cursor", None)
            case.call_and_validate(
                headers={"Authorization": "Bearer everyone"},
                excluded_checks=[positive_data_acceptance],
                additional_checks=[accepted],
            )

        try:
            tried()
        except Unsatisfiable:
            continue  # It takes nothing, so nothing wrong can be sent to it.
        except (Exception, BaseExceptionGroup) as fault:  # noqa: BLE001
            faults.append(f"{operation.label}: {getattr(fault, 'exceptions', [fault])}")
    assert not faults, "\n\n".join(faults)
