"""The report's pages: they ask nothing, say everything twice, add up, and hold no surprise."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from suixin.credit.report import write_report
from suixin.data.errors import InputError

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NEUTRAL = ("穗信 Suixin", "中文")  # The same in both languages.
BYTES_OF_2000 = 28_000_000  # Of shops that are spoken of in every aspect; a county is a tenth less.


@pytest.fixture
def report(book, tmp_path):
    return write_report(book, tmp_path / "report.html")


def pages_of(report):
    return [report.path, *sorted(report.folder.glob("*.html"))]


def fen(text):
    """An amount on a page, back in fen."""
    return int(re.sub(r"[^\d−]", "", text).replace("−", "-"))


def cells(page, section):
    """The cells of each row of a section's table, as bare text of the first language."""
    part = page.split(section, 1)[1].split("</table>", 1)[0]
    part = re.sub(r"<(th|dt|i|p) lang=en>.*?(?=<\1|</\1)", "", part, flags=re.DOTALL)
    rows = [re.split(r"<t[dh][^>]*>", row)[1:] for row in part.split("<tr>")[1:]]
    return [[re.sub(r"<[^>]*>", "", cell).strip() for cell in row] for row in rows]


def test_a_page_asks_nothing_of_any_network_and_runs_nothing(report, read_page):
    for path in pages_of(report):
        page = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://|@import|javascript:|<script|\son\w+=", page, re.IGNORECASE)
        assert all(url.startswith('("data:') for url in re.findall(r"url(\([^)]*)", page))
        for tag, given in read_page(page).tags:
            assert tag not in {"script", "iframe", "object", "embed", "base", "form", "img"}
            assert "src" not in given
            link = given.get("href", "#").partition("#")[0]
            assert not link or (path.parent / link).is_file(), f"{path.name} leads to {link}"


def test_the_page_of_the_book_carries_its_own_sheet(report):
    page = report.path.read_text(encoding="utf-8")
    assert "<link" not in page
    assert "--paper:" in page


def test_everything_is_said_in_both_languages(report, read_page):
    for path in pages_of(report):
        page = path.read_text(encoding="utf-8")
        # What a buyer wrote is quoted as it was written.
        told = re.sub(r"<q>.*?</q>", "", page)
        english = [w for w in read_page(told, asked=True).words if w not in NEUTRAL]
        assert not [w for w in english if CHINESE.search(w)], f"Chinese left in {path.name}"
        assert page.count(" lang=en>") + page.count(" lang=en href=") == len(
            re.findall(r"<(\w+)[^>]* lang=en[ >]", page)
        )
        assert "<i></i>" not in page
        assert len(CHINESE.findall(read_page(page).text)) > 100


def test_a_report_may_speak_english_first(book, tmp_path, read_page):
    report = write_report(book, tmp_path / "report.html", language="en")
    for path in pages_of(report):
        page = path.read_text(encoding="utf-8")
        told = re.sub(r"<q lang=zh-Hans>.*?</q>", "", page)
        first = [w for w in read_page(told, second="zh").words if w not in NEUTRAL]
        assert not [w for w in first if CHINESE.search(w)]
        assert "<html lang=en>" in page
        assert "[lang=zh]{display:none}" in page


def test_what_was_asked_for_goes_along_from_page_to_page(report):
    page = (report.folder / "m-0000.html").read_text(encoding="utf-8")
    assert '<a lang=en href="../report.html#en">' in page
    assert "<main id=en>" in page
    assert '<a lang=en href="report/m-0000.html#en">' in report.path.read_text(encoding="utf-8")


def test_text_from_a_file_is_only_ever_text(new_file, book_of, tmp_path, read_page):
    wicked = '<script>alert(1)</script>"onload=\'x\'&=HYPERLINK("a")/../果园'
    file = new_file(wicked)
    category = "<img src=x onerror=alert(1)>"
    file = replace(
        file,
        facts=replace(file.facts, categories={category: 5}),
        reasons=(replace(file.reasons[0], zh="<b>坏</b>", en="<b>bad</b>"),),
        weight_version="<u>v</u>",
    )
    report = write_report(
        replace(book_of([file]), notes=("<i>note</i>",)), tmp_path / "report.html"
    )
    [page] = [p for p in report.folder.glob("*.html") if p.name != "rules.html"]
    assert re.fullmatch(r"[A-Za-z0-9._-]+", page.name)
    for path in (page, report.path):
        text = path.read_text(encoding="utf-8")
        assert wicked in read_page(text).text.replace("  ", " ")
        assert not re.search(r"<(script|img|u>|b>坏)", text)
    assert category in read_page(page.read_text(encoding="utf-8")).text


def test_the_money_of_the_page_adds_up(report, book):
    rows = cells(report.path.read_text(encoding="utf-8"), "钱对得上")
    into, kept, aside = (fen(row[-1]) for row in rows)
    assert into == kept + aside == book.money.in_fen
    listed = cells(report.path.read_text(encoding="utf-8"), "搁置了什么")
    amounts = [fen(row[-1]) for row in listed[1:-1] if row[-1] != "–"]
    assert sum(amounts) == fen(listed[-1][-1]) == aside


def test_money_that_does_not_add_up_is_said_loudly(book, tmp_path, monkeypatch):
    off = type(book.money)(in_fen=5, kept_fen=3, set_aside_fen=1)
    monkeypatch.setattr(type(book), "money", off)
    page = write_report(book, tmp_path / "report.html").path.read_text(encoding="utf-8")
    assert "钱对不上" in page
    assert "分文不差" not in page


def test_the_subjects_of_the_page_add_up(report, book):
    page = report.path.read_text(encoding="utf-8")
    grades = cells(page, "<i>等级</i></h2>")
    assert sum(int(row[2]) for row in grades[1:]) == len(book)
    limits = sum(fen(row[3]) for row in grades[1:] if row[3] != "–") * 100
    assert limits == sum(file.terms.limit_fen for file in book)
    feeds = cells(page, "接入了哪些数据")
    for row in feeds[1:]:
        read, good, repeated, aside = (fen(cell) for cell in row[1:])
        assert read == good + repeated + aside


def test_contributions_lead_from_the_middle_to_the_composite(report, book):
    page = (report.folder / "m-0000.html").read_text(encoding="utf-8")
    table = page.split("<table class=parts>")[1].split("</table>")[0]
    heads = re.findall(r"<tbody><tr>.*?<td style=--v:-?\d+><td>([+−]?[\d.]+)", table)
    moved = sum(float(head.replace("−", "-")) for head in heads)
    assert moved == pytest.approx(book["m-0000"].composite - 50, abs=0.05 * len(heads))


def test_a_refusal_says_why_and_what_next(report, new_book, read_page):
    refused = next(f for f in new_book() if f.grade == "CCC")
    page = (report.folder / f"{refused.subject}.html").read_text(encoding="utf-8")
    told = read_page(page, asked=True).text
    assert "The grade is below the lowest that may borrow." in told
    assert "Next:" in told


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"pd": 0.02723, "score": 605, "calibration": "2026-06"}, ["605", "2.72%", "2026-06"]),
        ({}, ["uncalibrated", "no outcomes: it only ranks"]),
    ],
    ids=["calibrated", "uncalibrated"],
)
def test_a_score_is_shown_or_the_want_of_one(changes, said, new_file, book_of, tmp_path, read_page):
    report = write_report(book_of([new_file("m-1", **changes)]), tmp_path / "report.html")
    told = read_page((report.folder / "m-1.html").read_text(encoding="utf-8"), asked=True).text
    assert all(words in told for words in said)


def test_an_index_that_is_not_connected_says_so(new_file, book_of, tmp_path, read_page):
    file = new_file("m-1", connected=("stability",))
    report = write_report(book_of([file]), tmp_path / "report.html")
    told = read_page((report.folder / "m-1.html").read_text(encoding="utf-8"), asked=True).text
    assert told.count("not connected: at most 50") == 2
    assert "Latest message" not in told


@pytest.mark.parametrize("kinds", [[], ["no_facts"], ["thin_file"]], ids=str)
def test_a_poor_book_is_still_a_page(kinds, new_file, book_of, tmp_path, read_page):
    book = book_of([new_file(f"h-{k}", kind=kind) for k, kind in enumerate(kinds)])
    report = write_report(book, tmp_path / "report.html")
    told = read_page(report.path.read_text(encoding="utf-8"), asked=True).text
    assert ("No subjects" in told) is (not kinds)
    assert "Nothing is connected" in told
    if "no_facts" in kinds:
        page = (report.folder / "h-0.html").read_text(encoding="utf-8")
        assert "No sale has been seen" in read_page(page, asked=True).text


def test_the_note_on_what_real_files_cannot_show(report, read_page):
    told = read_page(report.path.read_text(encoding="utf-8"), asked=True).text
    assert "only in the demonstration county" in told
    assert "no file joins the chat, the sales and the reviews of one person" in told


def test_a_currency_is_the_mappings_own(book, tmp_path):
    report = write_report(replace(book, notes=("currency BRL",)), tmp_path / "report.html")
    for path in pages_of(report):
        page = path.read_text(encoding="utf-8")
        assert "¥" not in page
    assert "BRL " in report.path.read_text(encoding="utf-8")


def test_the_largest_limits_have_a_page_and_the_others_are_named(book, tmp_path, read_page):
    report = write_report(book, tmp_path / "report.html", pages=5)
    written = {path.stem for path in report.folder.glob("*.html")} - {"rules"}
    best = sorted(book, key=lambda f: (-f.terms.limit_fen, -(f.composite or -1), f.subject))[:5]
    assert written == {file.subject for file in best}
    assert report.pages == 5
    told = read_page(report.path.read_text(encoding="utf-8"), asked=True).text
    assert "The 5 largest limits" in told
    assert "The others are in scores.csv." in told


def test_no_page_at_all_is_a_book_alone(book, tmp_path):
    report = write_report(book, tmp_path / "report.html", pages=0)
    assert {path.name for path in report.folder.iterdir()} == {"rules.html", "suixin.css"}


def test_the_same_book_gives_the_same_bytes(new_book, tmp_path):
    made = [write_report(new_book(), tmp_path / name / "report.html") for name in ("a", "b")]
    for one, other in zip(*map(pages_of, made), strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_two_thousand_subjects_stay_light(new_book, tmp_path):
    few = write_report(new_book(24), tmp_path / "few.html")
    report = write_report(new_book(72), tmp_path / "report.html")
    assert report.bytes == sum(p.stat().st_size for p in (report.path, *report.folder.iterdir()))
    each = (report.bytes - few.bytes) / 48  # The sheet and the rules are there once.
    assert few.bytes + (2000 - 24) * each < BYTES_OF_2000


def test_a_new_report_takes_the_place_of_the_old(new_book, tmp_path):
    path = tmp_path / "report.html"
    write_report(new_book(9), path)
    report = write_report(new_book(3), path)
    assert len(list(report.folder.glob("m-*.html"))) == 3
    assert sorted(p.name for p in tmp_path.iterdir()) == ["report", "report.html"]


def test_a_report_that_fails_leaves_the_old_one_whole(book, tmp_path):
    path = tmp_path / "report.html"
    write_report(book, path)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}

    class Stopped(type(book)):
        def __iter__(self):
            yield self.files[0]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_report(Stopped(book.files), path)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_a_folder_of_other_things_is_never_replaced(book, tmp_path):
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="holds something else than a report"):
        write_report(book, tmp_path / "report.html")
    assert (tmp_path / "report" / "thesis.txt").read_text() == "mine"


def test_a_path_with_a_space_and_no_ending(book, tmp_path):
    report = write_report(book, tmp_path / "my book" / "the report.html")
    assert 'href="the%20report/m-0000.html"' in report.path.read_text(encoding="utf-8")
    page = (report.folder / "m-0000.html").read_text(encoding="utf-8")
    assert 'href="../the%20report.html"' in page
    bare = write_report(book, tmp_path / "bare")
    assert bare.folder.name == "bare-pages"
