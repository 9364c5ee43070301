"""Reading a bank's files: real samples, what is refused and why, and what it costs to refuse."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from bank_days import FIRST, Days, at, payment, simulated
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from suixin.data.errors import InputError
from suixin.kernel.money import Money
from suixin.service.rails.files import looking, read, read_any
from suixin.service.rails.message import AccountFile, StatusFile
from suixin.service.rails.pain001 import TransferFile
from suixin.service.rails.profile import STANDARD, profile_on

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "rails_files.yaml").read_text("utf-8")
)
# What each table's file says before it is changed.
NOTICE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<Document xmlns="{STANDARD}camt.054.001.08"><BkToCstmrDbtCdtNtfctn>'
    "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-03-02T10:00:00</CreDtTm></GrpHdr>"
    "<Ntfctn><Id>N1</Id><CreDtTm>2026-03-02T10:00:00</CreDtTm>"
    "<Acct><Id><Othr><Id>8010526018159083</Id></Othr></Id></Acct>"
    '<Ntry><Amt Ccy="CNY">18.15</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
    "<BookgDt><Dt>2026-03-02</Dt></BookgDt><AddtlNtryInf>货款</AddtlNtryInf></Ntry>"
    "</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases(case: dict[str, Any]) -> None:
    text = NOTICE
    for old, new in (case.get("change") or {}).items():
        assert text.count(old) >= 1, old
        text = text.replace(old, new)
    content = text.encode(case.get("encoding", "utf-8"))
    content = content[: case.get("first_bytes", len(content))]
    limits = replace(simulated().limits, **case.get("limits", {}))
    profile = replace(simulated(), limits=limits, bare=case.get("bare", False))
    if "lines" in case:
        found = read(content, profile)
        assert isinstance(found, AccountFile)
        assert [line.fen for line in found.reports[0].lines] == case["lines"]
        return
    with pytest.raises(InputError) as wrong:
        read(content, profile)
    assert wrong.value.code == case["refused"], wrong.value
    assert re.search(case["says"], wrong.value.message), wrong.value
    assert wrong.value.hint


def _totals(path: Path) -> dict[str, Any]:
    """What a file says, in the words of the shared table of expectations."""
    found = read_any(path, looking(simulated()))
    if isinstance(found, TransferFile):
        count = sum(len(batch.transfers) for batch in found.batches)
        fen = sum(one.fen for batch in found.batches for one in batch.transfers)
        return {"batches": len(found.batches), "transactions": count, "sum": fen}
    if isinstance(found, StatusFile):
        payments = [one for batch in found.batches for one in batch.payments]
        reasons = [*found.reasons, *(reason for one in (*found.batches, *payments)
                                     for reason in one.reasons)]  # fmt: skip
        return {"group": [found.status] if found.status else [],
                "batch": [one.status for one in found.batches if one.status],
                "transactions": [one.status for one in payments],
                "reasons": {one.code for one in reasons if one.code}}  # fmt: skip
    assert isinstance(found, AccountFile)
    lines = [line for report in found.reports for line in report.lines]
    details = [one for line in lines for one in line.details]
    credit = sum(line.fen for line in lines if line.fen > 0)
    debit = -sum(line.fen for line in lines if line.fen < 0)
    return {"reports": len(found.reports), "entries": len(lines), "transactions": len(details),
            "sum": {"CRDT": credit, "DBIT": debit},
            "returns": {one.return_code for one in details if one.return_code}}  # fmt: skip


def _told(expected: dict[str, Any]) -> dict[str, Any]:
    told = {key: value for key, value in expected.items() if key not in ("namespace", "message")}
    if isinstance(told.get("sum"), dict):
        sums = {key: Money.from_yuan(value).minor for key, value in told["sum"].items()}
        told["sum"] = {"CRDT": 0, "DBIT": 0} | sums
    elif "sum" in told:
        told["sum"] = Money.from_yuan(told["sum"]).minor
    for key in ("reasons", "returns"):
        if key in told:
            told[key] = set(told[key])
    return told


def test_real_samples_say_what_they_say(shared: Path) -> None:
    folder = shared / "data" / "bank"
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    refused = {}
    for name, said in expected.items():
        try:
            found = _totals(folder / name)
        except InputError as fault:
            refused[name] = fault.code
            continue
        assert found == _told(said), name
    # Two state a count of payments that is not theirs, three are no message that we read.
    assert refused == {
        "camt.053.02_empty_invalid.xml": "MISSING",
        "camt.056.11_cancel_schema_invalid.xml": "NOT_READ",
        "pacs.004.14_return_schema_invalid.xml": "NOT_READ",
        "pain.001.03_national_namespace.xml": "TOTALS",
        "pain.001.03_two_batches.xml": "TOTALS",
    }


def test_strictly_read_no_foreign_sample_is_booked(shared: Path) -> None:
    for path in sorted((shared / "data" / "bank").glob("camt*.xml")):
        with pytest.raises(InputError) as wrong:
            read(path, simulated())
        assert wrong.value.code in {"CURRENCY", "MISSING", "NOT_READ"}, path.name


def test_a_bank_may_use_no_namespace_or_its_countrys_where_its_profile_says_so(
    shared: Path,
) -> None:
    folder = shared / "data" / "bank"
    bare = folder / "pain.002.03_rejected_duplicate_bad_namespace.xml"
    with pytest.raises(InputError, match="misspelt xmlns"):
        read(bare, simulated())
    assert isinstance(read(bare, replace(simulated(), bare=True)), StatusFile)
    swiss = folder / "pain.002.03_national_namespace.xml"
    with pytest.raises(InputError, match="no namespace of simulated"):
        read(swiss, simulated())
    space = "http://www.six-interbank-clearing.com/de/pain.002.001.03.ch.02.xsd"
    national = replace(simulated(), national={space: "pain.002.001.03"})
    found = read(swiss, national)
    assert isinstance(found, StatusFile)
    assert found.message == "pain.002.001.03"


@pytest.mark.parametrize(
    "start", ["<!DOCTYPE d [<!ENTITY a 'x'>]>", "<!-- c -->\n<!DOCTYPE d SYSTEM 'file:///x'>"]
)
def test_an_entity_is_never_declared(start: str) -> None:
    with pytest.raises(InputError) as wrong:
        read((start + NOTICE.partition("\n")[2]).encode(), simulated())
    assert wrong.value.code == "DOCTYPE"


@given(st.binary(max_size=400), st.integers(0, len(NOTICE)))
def test_whatever_comes_is_read_or_refused_in_words(noise: bytes, place: int) -> None:
    whole = NOTICE.encode()
    for content in (noise, whole[:place] + noise + whole[place:]):
        with suppress(InputError):  # Anything else would be a fault of ours.
            assert isinstance(read(content, simulated()), AccountFile)


@cache
def told() -> tuple[bytes, ...]:
    """Everything that a desk and a hostile bank say to each other in three days."""
    days = Days.begun(3, {**simulated().rails["simulated.temper"]["hostile"], "batch": 9_000})
    for number in range(1, 5):
        days.expect(f"SET{number}", 123_45, FIRST)
    days.send([payment(number) for number in range(1, 5)])
    days.desk.cancel(payment(1).id, "CUST", at=at(FIRST, 10))
    days.deliver(at(FIRST, 10))
    days.close(3)
    return (*days.wire.inbox.values(), *days.wire.files.values())


@settings(max_examples=150)
@given(
    st.data(),
    st.lists(
        st.tuples(st.sampled_from(["cut", "twice", "text", "bare", "renamed"]), st.integers(0, 999),
                  st.integers(0, 999)),
        min_size=1, max_size=3,
    ),
)  # fmt: skip
def test_whatever_is_changed_in_a_file_it_is_read_or_refused_in_words(
    data: st.DataObject, changes: list[tuple[str, int, int]]
) -> None:
    root = etree.fromstring(data.draw(st.sampled_from(told())))
    odd = ("", "0", "-1", "9" * 20, "1e9", "١٢", "CRDT", "2026-02-30", "9999-12-31T23:59:59-23:59")
    for what, place, other in changes:
        elements = list(root.iter())
        one, two = elements[place % len(elements)], elements[other % len(elements)]
        above = one.getparent()
        if what == "text":
            one.text = odd[other % len(odd)]
        elif what == "bare":
            one.attrib.clear()
        elif what == "renamed":
            one.tag = two.tag
        elif above is not None:
            above.remove(one) if what == "cut" else above.append(deepcopy(one))
    for profile in (simulated(), looking(simulated())):
        with suppress(InputError):
            assert read_any(etree.tostring(root), profile).id


def test_a_profile_is_found_in_the_institutions_own_folder(tmp_path: Path) -> None:
    own = tmp_path / "banks" / "county.yaml"
    own.parent.mkdir()
    packaged = Path(str(profile_on.__globals__["__file__"])).parents[2]
    text = (packaged / "policies" / "banks" / "simulated.yaml").read_text("utf-8")
    own.write_text(text.replace('"16:30"', '"15:00"'), "utf-8")
    assert profile_on("county", FIRST, tmp_path).cut_off.hour == 15
    with pytest.raises(InputError, match="no bank named simulatd; did you mean simulated"):
        profile_on("simulatd", FIRST)
    own.write_text(text.replace("cut_off:", "cutoff:"), "utf-8")
    with pytest.raises(InputError, match="has no cut_off"):
        profile_on("county", FIRST, tmp_path)
