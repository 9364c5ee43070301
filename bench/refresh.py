"""A seller's score and limit after a settlement, and advice on a question.

`python -m bench.refresh [--households N] [--settlements N] [--questions N]` takes a county in and
scores all, then tells settlements one by one and scores their sellers from their own facts. What a
refresh is held to is the scoring of all that would else be needed, in the same run; each refreshed
file is compared with that scoring's to one per cent, for what is usual moves with the night.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

from bench import last_line, table
from bench._institution import institution
from suixin.county.make import make_county

SMALL = ("--households", "60", "--settlements", "5", "--questions", "20")
DAY = date(2026, 6, 30)
AT = datetime(2026, 6, 30, 12, tzinfo=UTC)


def main(arguments: Sequence[str]) -> str:
    """Print how long each takes; the last line has the p95 of a refresh and of advice."""
    parser = argparse.ArgumentParser(prog="bench.refresh")
    parser.add_argument("--households", type=int, default=1_000)
    parser.add_argument("--settlements", type=int, default=40)
    parser.add_argument("--questions", type=int, default=400)
    given = parser.parse_args(arguments)
    with institution(DAY) as number:
        line = _measured(number, given.households, given.settlements, given.questions)
    print(line)
    return line


def _measured(number: int, households: int, settlements: int, questions: int) -> str:
    from suixin.service.app import advice, facts, scoring
    from suixin.service.app.caller import Caller, Duty, service_caller

    service = service_caller(number, "bench")
    with tempfile.TemporaryDirectory() as place:
        made = make_county(households, 5, Path(place) / "county")
        loaded = timed(lambda: facts.load_feeds(service, made.folder, key="county", at=AT))
    whole = timed(lambda: scoring.score_all(service, on=DAY, at=AT))
    sellers = _sellers(number, settlements)
    told, refreshed, worked = [], [], []
    for place_, seller in enumerate(sellers):
        at = AT + timedelta(seconds=place_)
        rows = _sale(seller)
        told.append(timed(lambda rows=rows, at=at: _tell(service, rows, at)))
        began = process_time()
        refreshed.append(timed(lambda s=seller, at=at: scoring.rescore(service, subject=s, at=at)))
        worked.append(process_time() - began)
    unlike = _unlike(number, sellers)
    platform = Caller(
        institution=number,
        by="client:bench",
        duties=frozenset({Duty.PARTNER}),
        scopes=frozenset({"decisions:write"}),
    )
    asked = [
        timed(
            lambda k=k: advice.ask_decision(
                platform, sellers[k % len(sellers)], "sales_flow", asked_fen=1_000_00, key=f"q{k}",
                at=AT + timedelta(minutes=5),
            )
        )
        for k in range(questions)
    ]  # fmt: skip
    rows = [
        ["take the county in", 1, loaded, loaded],
        ["score all (the way without a refresh)", 1, whole, whole],
        ["tell an order and its settlement", len(told), *_of(told)],
        ["score that seller again", len(refreshed), *_of(refreshed)],
        ["its CPU alone", len(worked), *_of(worked)],
        ["advice, kept and logged", len(asked), *_of(asked)],
    ]
    print(table(["what", "times", "p50 s", "p95 s"], rows))
    return last_line(
        "bench.refresh",
        households=households,
        unlike=unlike,
        refresh_p95_s=round(_of([a + b for a, b in zip(told, refreshed, strict=True)])[1], 3),
        refresh_cpu_p95_s=round(_of(worked)[1], 3),
        score_all_s=round(whole, 2),
        advice_p95_ms=round(1_000 * _of(asked)[1], 2),
        load_s=round(loaded, 2),
    )


def timed(work: Callable[[], object]) -> float:
    """How long some work takes, in seconds."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def _of(seconds: Sequence[float]) -> tuple[float, float]:
    p50, p95 = np.percentile(np.array(seconds), [50, 95]).tolist()
    return p50, p95


def _sellers(number: int, most: int) -> list[str]:
    from suixin.service.store.session import Actor, acting, query

    with acting(Actor(institution=number)):
        asked = """select subject from credit_file where institution_id = %s and status = 'scored'
                    and subject like 'm-%%' order by subject limit %s"""
        return [subject for (subject,) in query(asked, [number, most])]


def _sale(seller: str) -> tuple[dict[str, str], dict[str, str]]:
    at = "2026-06-30T09:00:00+08:00"
    shared = {"source": "platform", "subject": seller, "occurred_at": at, "recorded_at": at}
    order = {
        "order_id": f"b-{seller}",
        "merchant": seller,
        "buyer": "buyer-bench",
        "channel": "live",
        "gross": "88000",
        "freight": "0",
        "placed_at": "2026-06-29T09:00:00+08:00",
        "buyer_kind": "household",
    }
    settlement = {
        "settlement_id": f"b-s-{seller}",
        "merchant": seller,
        "order_id": order["order_id"],
        "gross": "88000",
        "commission": "4000",
        "refund_netted": "0",
        "net": "84000",
        "payee_account_hash": "0" * 64,
        "settled_at": at,
    }
    return {**shared, **order}, {**shared, **settlement}


def _tell(service: Any, rows: tuple[dict[str, str], dict[str, str]], at: datetime) -> None:
    from suixin.service.app import facts

    for feed, row in zip(("orders", "settlements"), rows, strict=True):
        (told,) = facts.tell_facts(service, feed, [row], at=at)
        if told.set_aside is not None:
            raise SystemExit(f"A settlement was set aside: {told.set_aside}")


def _unlike(number: int, sellers: Sequence[str]) -> int:
    """How many refreshed files are not within one per cent of what scoring all gives."""
    from suixin.credit.score import score
    from suixin.service.app import lake, scoring
    from suixin.service.store.session import Actor

    actor = Actor(institution=number)
    with lake.all_facts(actor) as feeds:
        book = score(feeds, on=DAY)
    found = 0
    for seller in sellers:
        kept, whole = scoring.latest(actor, seller, on=DAY), book[seller]
        if kept is None or kept.source != "refresh":
            raise SystemExit(f"{seller} was not refreshed.")
        near = np.isclose(kept.file.composite or 0, whole.composite or 0, rtol=0.01)
        found += not (near and kept.file.facts.clean_fen == whole.facts.clean_fen)
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
