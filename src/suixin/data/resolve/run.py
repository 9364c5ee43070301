"""A folder of registers to links between records, each of which can say why."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from suixin.data.errors import InputError
from suixin.data.feeds_people import PARTY_LINKS
from suixin.data.resolve.cluster import Held, Link, clustered
from suixin.data.resolve.decisions import Decision, in_force, refuse_contradictions, unknown_keys
from suixin.data.resolve.explain import explain, explain_held
from suixin.data.resolve.model import predict, require_extra, rows, settings
from suixin.data.resolve.normal import contradict, number
from suixin.data.resolve.parties import has_parties, party_pairs
from suixin.data.resolve.records import Aside, Record, read_registers
from suixin.data.write import atomic_path, csv_safe
from suixin.kernel.policy import PolicyOn, load_policy

_SOURCE = "resolve"


@dataclass(frozen=True, slots=True)
class Resolution:
    """Which records are one subject, what waits for a person, and what was set aside."""

    records: int
    subjects: int
    links: tuple[Link, ...]
    held: tuple[Held, ...]
    aside: tuple[Aside, ...]
    notes: tuple[str, ...]


def resolve_folder(
    folder: Path,
    *,
    on: date,
    decisions: Sequence[Decision] = (),
    policies: Path | None = None,
) -> Resolution:
    """Resolve the registers of a folder under the policy of a day.

    Raises `InputError` for a folder without registers, decisions that contradict, or no Splink.
    """
    found = read_registers(folder)
    if not found.records and has_parties(folder):
        return _of_parties(folder, on, decisions)
    if not found.records:
        raise InputError(
            "NO_REGISTERS",
            f"{folder} holds no register with a good row.",
            "Put one CSV a source into its folder registers; docs/resolve.md says of what form.",
        )
    policy = load_policy("resolve", policies).on(on)
    made = resolve(found.records, policy, decisions=[d for d in decisions if d.decided_on <= on])
    return Resolution(*made, found.aside, _notes(decisions, found.records))


def _of_parties(folder: Path, on: date, decisions: Sequence[Decision]) -> Resolution:
    """Without registers, parties by their hashes: nothing else of them can be compared."""
    keys, pairs = party_pairs(folder)
    held_to = in_force([d for d in decisions if d.decided_on <= on])
    refuse_contradictions(held_to)
    links, held = clustered(
        keys,
        pairs,
        held_to,
        contradict=lambda a, b: False,
        source=lambda key: None,
        merge=0,
    )
    notes = ("no registers: parties are compared by their hashes alone",)
    return Resolution(len(keys), _subjects(keys, links), links, held, (), notes)


def resolve(
    records: Sequence[Record], policy: PolicyOn, *, decisions: Sequence[Decision] = ()
) -> tuple[int, int, tuple[Link, ...], tuple[Held, ...]]:
    """Counts of records and subjects, links, and pairs that wait; records in any order."""
    require_extra()
    records = sorted(records, key=lambda record: record.key)
    held_to = in_force(decisions)
    refuse_contradictions(held_to)
    limits = policy["resolve.thresholds"]
    n = len(records)
    prior = min(0.5, policy["resolve.prior"] / max(1, n - 1))
    made = rows(
        records,
        words=policy["resolve.words"],
        surnames=policy["resolve.surnames"],
        population=policy["resolve.population"],
        villages=policy["resolve.village_share"],
    )
    model = settings(policy["resolve.levels"], prior=prior)
    pairs = predict(made, model, limits["review"] / 10_000)
    numbers = {record.key: number(record.identity) for record in records}
    kinds = {record.key: record.kind for record in records}
    sources = {record.key: record.source for record in records}
    links, held = clustered(
        [record.key for record in records],
        pairs,
        held_to,
        contradict=lambda a, b: kinds[a] != kinds[b] or contradict(numbers[a], numbers[b]),
        source=sources.get,
        merge=limits["merge"],
    )
    return n, _subjects(kinds, links), links, held


def write_links(found: Resolution, out: Path, *, on: date) -> tuple[Path, Path]:
    """Links as canonical `party_links`, and beside them why: FILE and FILE's name `.why.jsonl`."""
    why = out.with_suffix(".why.jsonl")
    with atomic_path(out) as fresh, fresh.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        names = [field.name for field in PARTY_LINKS.columns]
        writer.writerow(names)
        writer.writerows(_canonical(link, names, on) for link in found.links)
    with atomic_path(why) as fresh, fresh.open("w", encoding="utf-8", newline="\n") as file:
        for told in (*map(explain, found.links), *map(explain_held, found.held)):
            file.write(json.dumps(told, ensure_ascii=False) + "\n")
    return out, why


def _canonical(link: Link, names: Sequence[str], on: date) -> list[str]:
    at = f"{on}T00:00:00+08:00"
    values: Mapping[str, Any] = {
        "source": _SOURCE, "subject": link.one, "occurred_at": at, "recorded_at": at,
        "from": link.one, "to": link.other, "kind": "same_as", "confidence": link.bps,
    }  # fmt: skip
    return [csv_safe(str(values.get(name, ""))) for name in names]


def _subjects(keys: Iterable[str], links: Iterable[Link]) -> int:
    # Links are all pairs of a subject: whoever is never the later of a pair stands for one.
    return len(set(keys) - {link.other for link in links})


def _notes(decisions: Sequence[Decision], records: Iterable[Record]) -> tuple[str, ...]:
    unknown = unknown_keys(decisions, (record.key for record in records))
    if not unknown:
        return ()
    return (f"{len(unknown)} records that decisions name stand in no register.",)
