"""Files as they really come: encodings, armour, headers, pages, packed and broken ones."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from suixin.data.errors import InputError

Make = Callable[..., Any]


def rewrite(path: Path, change: Callable[[str], bytes]) -> None:
    path.write_bytes(change(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "encode",
    [
        pytest.param(lambda text: text.encode("utf-8-sig"), id="UTF-8 with a mark"),
        pytest.param(lambda text: text.encode("gbk"), id="GBK"),
        pytest.param(lambda text: text.encode("gb18030"), id="GB18030"),
        pytest.param(lambda text: text.encode("utf-16"), id="UTF-16"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="line ends of Windows"),
        pytest.param(lambda text: text.replace(",", "\t").encode(), id="tabs"),
        pytest.param(lambda text: text.replace(",", ";").encode(), id="semicolons"),
        pytest.param(
            lambda text: f"说明：订单导出,,\n\n{text}".encode(), id="lines above the header"
        ),
        pytest.param(
            lambda text: text.replace("\n", "\n说明, ,元\n", 1).encode(), id="a second header"
        ),
        pytest.param(lambda text: f"{text}总计,,,,,29.90\n".encode(), id="a total at the foot"),
        pytest.param(lambda text: f"{text}\n,,,\n".encode(), id="empty lines"),
        pytest.param(
            lambda text: text.replace("(元)", "（元）").encode(), id="full-width brackets"
        ),
        pytest.param(lambda text: text.replace("\n2", "\n'2").encode(), id="quotes before ids"),
        pytest.param(lambda text: text.replace("\n2", "\n\t2").encode(), id="tabs before ids"),
    ],
)
def test_a_table_is_read_however_it_was_saved(export: Make, encode: Callable[[str], bytes]) -> None:
    folder = export("pinduoduo")
    rewrite(
        folder.write("orders_csv", [{}, {"订单号": "260501-102", "商家备注": "买家、急"}]), encode
    )
    orders = folder.read()
    assert [(o["order"], o["gross_fen"]) for o in orders.orders] == [
        ("260501-101", "2580"),
        ("260501-102", "2580"),
    ]
    assert not orders.aside


def test_a_workbook_is_read_as_its_table(export: Make, templates: Any) -> None:
    folder = export("jd")
    folder.folder.mkdir()
    row = templates["jd"]["orders_csv"]["row"] | {"订购数量": 1, "结算金额": 54.8}
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (["导出说明"], list(row), list(row.values())):
        sheet.append(line)
    book.save(folder.folder / "订单.xlsx")
    assert [(o["order"], o["gross_fen"]) for o in folder.read().orders] == [("3001", "5480")]


def test_the_name_of_a_file_says_nothing(export: Make) -> None:
    folder = export("kuaishou")
    folder.write("orders", [{}], name="settlement.json")
    folder.write("orders_csv", [{"订单载体": "直播"}], name="refunds.txt")
    (order,) = folder.read().orders
    assert order["channel"] == "live"


def test_what_a_file_is_stands_in_its_first_bytes(export: Make, templates: Any) -> None:
    folder = export("kuaishou")
    folder.write("orders", [{}], name="orders.csv")
    folder.write("orders_csv", [{"订单载体": "直播"}], name="订单.json")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    row = templates["kuaishou"]["settlement_csv"]["row"]
    for line in (list(row), list(row.values())):
        sheet.append(line)
    book.save(folder.folder / "bill.xlsx")
    (folder.folder / "bill.xlsx").rename(folder.folder / "bill.xls")
    outcome = folder.read()
    assert [(o["order"], o["channel"]) for o in outcome.orders] == [("2600000000000101", "live")]
    assert [row["net"] for row in outcome.feed("settlements")] == [2541]


def test_a_page_without_rows_says_that_nothing_happened(export: Make) -> None:
    folder = export("kuaishou")
    folder.write("orders", [{}])
    assert "refunds" not in folder.read().mapped.rows.connected
    folder.write("refunds", [])
    outcome = folder.read()
    assert "refunds" in outcome.mapped.rows.connected
    assert "read 1 file of refunds" in outcome.notes


@pytest.mark.parametrize(
    "wrap",
    [
        pytest.param(lambda page: page, id="one page"),
        pytest.param(lambda page: [page, page], id="a list of pages"),
        pytest.param(lambda page: {"pages": [{"body": page}]}, id="pages inside others"),
        pytest.param(lambda page: page["data"]["orderList"], id="the rows alone"),
        pytest.param(lambda page: page["data"]["orderList"][0], id="one row alone"),
    ],
)
def test_pages_are_walked_at_any_depth(export: Make, wrap: Callable[[Any], Any]) -> None:
    folder = export("kuaishou")
    rewrite(
        folder.write("orders", [{}]),
        lambda text: json.dumps(wrap(json.loads(text)), ensure_ascii=False).encode(),
    )
    assert [o["order"] for o in folder.read().orders] == ["2600000000000101"]


def test_a_page_a_line_is_read_line_by_line(export: Make) -> None:
    folder = export("kuaishou")
    rewrite(
        folder.write("orders", [{}], name="a.jsonl"), lambda text: f"{text}\n{{broken\n".encode()
    )
    outcome = folder.read()
    assert len(outcome.orders) == 1
    (row,) = outcome.aside
    assert (row.file, row.line, row.code, row.wrong) == ("a.jsonl", 2, "UNREADABLE_LINE", None)


def test_packed_files_are_read_and_one_cut_short_is_set_aside(export: Make) -> None:
    folder = export("kuaishou")
    path = folder.write("orders", [{}])
    packed = gzip.compress(path.read_bytes())
    path.unlink()
    (folder.folder / "a.json.gz").write_bytes(packed)
    (folder.folder / "b.json.gz").write_bytes(packed[:-12])
    outcome = folder.read()
    assert len(outcome.orders) == 1
    assert [(row.file, row.code) for row in outcome.aside] == [("b.json.gz", "UNREADABLE_LINE")]


def test_a_broken_page_is_set_aside_and_nothing_of_it_is_repeated(export: Make) -> None:
    folder = export("kuaishou")
    folder.write("orders", [{}])
    (folder.folder / "b.json").write_text('{"result": 1, "data": {"orderList": [{"SECRET')
    outcome = folder.read()
    assert [(row.file, row.line, row.code) for row in outcome.aside] == [
        ("b.json", 0, "UNREADABLE_LINE")
    ]
    assert "SECRET" not in repr(outcome.aside)


@pytest.mark.parametrize(
    ("mapping", "kind", "change"),
    [
        ("kuaishou", "orders", {"result": 24}),
        ("douyin", "orders", {"code": 50002}),
        ("weixin_shop", "orders", {"errcode": 40001}),
        ("wecom", "members", {"errcode": 40001}),
    ],
)
def test_a_page_that_failed_holds_nothing(
    export: Make, mapping: str, kind: str, change: dict[str, Any]
) -> None:
    folder = export(mapping)
    rewrite(
        folder.write(kind, [{}]),
        lambda text: json.dumps(json.loads(text) | change).encode(),
    )
    folder.write("messages" if mapping == "wecom" else "orders", [{}], name="z.json")
    codes = [row.code for row in folder.read().aside]
    assert codes == ["PAGE_FAILED"]


def test_a_jd_page_without_success_is_not_an_empty_one(export: Make) -> None:
    folder = export("jd")
    rewrite(
        folder.write("orders", [{}], name="b.json"),
        lambda text: text.replace('"success": true', '"success": false').encode(),
    )
    folder.write("orders", [{"orderId": "3002"}], name="a.json")
    outcome = folder.read()
    # What stands beside the failure is not believed either: its page is the whole of a call.
    assert [o["order"] for o in outcome.orders] == ["3002"]
    assert [(row.file, row.code) for row in outcome.aside] == [("b.json", "PAGE_FAILED")]


def test_a_folder_without_a_known_file_is_refused(export: Make, tmp_path: Path) -> None:
    folder = export("kuaishou")
    folder.folder.mkdir()
    (folder.folder / "a.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="holds no file that the mapping kuaishou knows") as fault:
        folder.read()
    assert fault.value.code == "NO_FEED"
    shutil.rmtree(folder.folder)
    with pytest.raises(InputError, match="is not a folder"):
        folder.read()


def test_what_is_not_known_is_named_and_left(export: Make) -> None:
    folder = export("kuaishou")
    folder.write("orders", [{}])
    (folder.folder / "other.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    (folder.folder / "README.md").write_text("orders")
    assert "not recognised: other.csv" in folder.read().notes


def test_a_line_without_end_does_not_fill_the_memory(export: Make) -> None:
    folder = export("pinduoduo")
    path = folder.write("orders_csv", [{}])
    with path.open("a", encoding="utf-8") as stream:
        stream.write("9" * (1 << 21))
    outcome = folder.read()
    assert len(outcome.orders) == 1
    assert [row.code for row in outcome.aside] == ["UNREADABLE_LINE"]


def test_text_in_no_encoding_is_set_aside(export: Make) -> None:
    folder = export("pinduoduo")
    folder.write("orders_csv", [{}])
    (folder.folder / "b.csv").write_bytes(b"\xff\x00\xff\x00\x81")
    assert [row.file for row in folder.read().aside] == ["b.csv"]
