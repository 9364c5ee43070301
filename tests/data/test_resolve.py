"""Which records are one person or shop: the cases, the planted county, splitting, and faults."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.county.bits import Bits
from suixin.county.cast import cast
from suixin.county.registers import write_registers
from suixin.data.errors import InputError
from suixin.data.feeds_people import PARTY_LINKS
from suixin.data.resolve import model
from suixin.data.resolve.decisions import Decision, Verdict, add_decision, read_decisions
from suixin.data.resolve.explain import explain
from suixin.data.resolve.records import Record, read_registers
from suixin.data.resolve.run import Resolution, resolve, resolve_folder, write_links
from suixin.kernel.policy import load_policy

pytestmark = pytest.mark.mechanism("C01")
DAY = date(2026, 6, 30)
POLICY = load_policy("resolve").on(DAY)
CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "resolve_pairs.yaml").read_text(encoding="utf-8")
)


def pairs_of(path: Path) -> set[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["from"], row["to"]) for row in csv.DictReader(file)}


def planted(folder: Path, households: int, seed: int) -> Path:
    bits = Bits(seed)
    write_registers(folder, cast(households, bits), bits)
    return folder


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted(tmp_path_factory.mktemp("county"), 300, 7)


@pytest.fixture(scope="module")
def found(county: Path) -> Resolution:
    return resolve_folder(county, on=DAY)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_what_becomes_of_two_records(case: dict[str, Any]) -> None:
    kind = case.get("kind", "person")
    records = [Record("a", "1", kind, **case["one"]), Record("b", "1", kind, **case["other"])]
    # The pair stands among others, as in any register.
    records += [Record("c", str(k), kind, name=f"某{chr(0x4E00 + k)}") for k in range(200)]
    _, _, links, held = resolve(records, POLICY)
    merged = any((link.one, link.other) == ("a:1", "b:1") for link in links)
    waits = any((h.pair.one, h.pair.other) == ("a:1", "b:1") for h in held)
    became = "merged" if merged else "waits" if waits else "apart"

    assert became == case["becomes"]


def held_to_truth(folder: Path, result: Resolution) -> tuple[float, float]:
    truth = pairs_of(folder / "truth" / "same_as.csv")
    made = {(link.one, link.other) for link in result.links}
    return len(made & truth) / len(made), len(made & truth) / len(truth)


def test_a_county_with_planted_duplicates(county: Path, found: Resolution) -> None:
    precision, recall = held_to_truth(county, found)
    assert precision >= 0.99
    assert recall >= 0.95


@pytest.mark.parametrize(("households", "seed"), [(60, 11), (600, 5)])
def test_other_seeds_and_sizes(tmp_path: Path, households: int, seed: int) -> None:
    folder = planted(tmp_path, households, seed)
    precision, recall = held_to_truth(folder, resolve_folder(folder, on=DAY))
    assert precision >= 0.99
    assert recall >= 0.95


def test_links_are_canonical_and_say_why_without_personal_data(
    county: Path, found: Resolution, tmp_path: Path
) -> None:
    links, why = write_links(found, tmp_path / "links.csv", on=DAY)
    head = links.read_text(encoding="utf-8").splitlines()[0].split(",")
    assert head == [field.name for field in PARTY_LINKS.columns]
    told = [json.loads(line) for line in why.read_text(encoding="utf-8").splitlines()]
    assert len(told) == len(found.links) + len(found.held)
    assert all(row["zh"] and row["en"] for row in told)
    written = links.read_text(encoding="utf-8") + why.read_text(encoding="utf-8")
    for record in read_registers(county).records[:400]:
        for personal in (record.name, record.name_pinyin, record.address, record.phone):
            assert not personal or personal not in written
        assert len(record.identity) < 18 or record.identity not in written


def test_weights_add_up_to_the_probability(found: Resolution) -> None:
    for link in found.links[:200]:
        if link.pair is not None:
            odds = 2 ** sum(link.pair.weights.values())
            assert odds / (1 + odds) == pytest.approx(link.pair.probability, abs=1e-9)
    assert explain(found.links[0])["en"]


def test_a_person_is_split_again_and_stays_split(
    county: Path, found: Resolution, tmp_path: Path
) -> None:
    link = found.links[0]
    said = Decision(DAY, "registrar", link.one, link.other, Verdict.NOT_SAME, "two people")
    add_decision(tmp_path / "decisions.csv", said)
    decisions = read_decisions(tmp_path / "decisions.csv")
    again = resolve_folder(county, on=DAY, decisions=decisions)
    linked = {(one.one, one.other) for one in again.links}
    assert (link.one, link.other) not in linked
    assert len(found.links) > len(again.links)
    joined = {key for pair in linked for key in pair if link.one in pair}
    assert link.other not in joined, "nor by way of a third record"
    later = replace(said, decided_on=date(2026, 7, 1), verdict=Verdict.SAME, reason="one after all")
    add_decision(tmp_path / "decisions.csv", later)
    decisions = read_decisions(tmp_path / "decisions.csv")
    merged = resolve_folder(county, on=date(2026, 7, 1), decisions=decisions)
    bps = {(one.one, one.other): one.bps for one in merged.links}
    assert bps[link.one, link.other] == 10_000


def test_decisions_that_contradict_name_both(county: Path) -> None:
    one = Decision(DAY, "registrar", "a:1", "b:1", Verdict.SAME, "papers", 2)
    other = replace(one, verdict=Verdict.NOT_SAME, line=3)
    with pytest.raises(InputError, match="lines 2 and 3") as fault:
        resolve_folder(county, on=DAY, decisions=[one, other])
    assert fault.value.code == "CONFLICTING_DECISIONS"


def test_two_whole_numbers_are_never_one_subject() -> None:
    middle = Record("b", "1", "person", "陈伟", phone="13800138000", address="石燕村3组12号")
    ends = [
        replace(middle, source="a", identity="11010519491231002X"),
        replace(middle, source="c", identity="440524188001010014"),
    ]
    _, _, links, held = resolve([middle, *ends], POLICY)
    assert len(links) == 1
    assert {str(h.why) for h in held} == {"NUMBERS_DIFFER"}


def test_a_shop_is_not_its_owner() -> None:
    owner = Record("a", "1", "person", "陈伟", phone="13800138000", address="石燕村3组12号")
    _, subjects, links, _ = resolve([owner, replace(owner, source="b", kind="shop")], POLICY)
    assert (subjects, links) == (2, ())


def test_the_same_model_is_written_for_spark() -> None:
    """Spark itself is not run here: its SQL is made by Splink and read by its grammar."""
    import sqlglot
    from splink import SettingsCreator

    settings = model.settings(POLICY["resolve.levels"], prior=1e-4)
    for dialect in ("duckdb", "spark"):
        made = SettingsCreator.from_path_or_dict(settings).get_settings(dialect)
        for comparison in made.comparisons:
            for level in comparison.comparison_levels:
                if level.sql_condition != "ELSE":
                    sqlglot.parse_one(level.sql_condition, read=dialect)
        for rule in made._blocking_rules_to_generate_predictions:
            sqlglot.parse_one(rule.blocking_rule_sql, read=dialect)


def test_without_the_extra_it_says_what_to_install(
    county: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"suixin\[resolve\]") as fault:
        resolve_folder(county, on=DAY)
    assert fault.value.code == "MISSING_EXTRA"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "MISSING_COLUMN"),
        ("source,record_id,kind,wechat\n", "UNKNOWN_COLUMN"),
        ("source,record_id\n", "MISSING_COLUMN"),
        ("source,record_id,kind\n", "NO_REGISTERS"),
        ("source,record_id,kind\na,1,cow\n", "NO_REGISTERS"),
    ],
)
def test_a_register_that_cannot_be_used(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "registers").mkdir()
    (tmp_path / "registers" / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as fault:
        resolve_folder(tmp_path, on=DAY)
    assert fault.value.code == code


def test_bad_rows_are_set_aside_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "registers").mkdir()
    rows = "a,1,person,1960\na,1,person,1960\na,,person,\na,2,cow,\na,3,person,nan\na,4,shop,,x\n"
    head = "source,record_id,kind,birth_year\n"
    (tmp_path / "registers" / "a.csv").write_text(head + rows, encoding="utf-8")
    found = read_registers(tmp_path)
    assert [record.key for record in found.records] == ["a:1"]
    reasons = [aside.reason for aside in found.aside]
    assert reasons == ["REPEATED_ID", "NO_ID", "BAD_KIND", "BAD_YEAR", "TOO_MANY_FIELDS"]
    assert [aside.line for aside in found.aside] == [3, 4, 5, 6, 7]


def test_parties_of_one_identity_where_there_is_no_register(tmp_path: Path) -> None:
    head = "source,subject,occurred_at,recorded_at,party_id,kind,identity_kind,identity,device_hash"
    at = "2026-01-01T09:00:00+08:00"
    one, two, device = "a" * 64, "b" * 64, "c" * 64
    rows = [
        f"s,{party},{at},{at},{party},person,resident,{identity},{device}"
        for party, identity in (("p-1", one), ("p-2", one), ("p-3", two))
    ]
    (tmp_path / "parties.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    found = resolve_folder(tmp_path, on=DAY)
    assert [(link.one, link.other) for link in found.links] == [("p-1", "p-2")]
    assert found.held == (), "a shared device is not one person"
