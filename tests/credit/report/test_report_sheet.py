"""The sheet of styles: contrast in both schemes, and charts drawn inside their plot."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suixin.credit.file import Month
from suixin.credit.report import chart
from suixin.credit.report.names import page_names
from suixin.credit.report.render import read

READABLE, SEEN = 4.5, 3.0  # WCAG 2.2 AA: words, and shapes that carry meaning.
TOKEN = re.compile(r"--([\w-]+):(#[0-9A-F]{3,6})")
WORDS = [
    *(("ink", on) for on in ("paper", "card", "green-soft", "sky-soft", "clay-soft")),
    *(("ink2", on) for on in ("paper", "card", "sunk")),
    *(("green", on) for on in ("paper", "card", "green-soft")),
    ("wheat-ink", "wheat-soft"),
    ("clay", "clay-soft"),
]
SHAPES = [(name, "card") for name in ("c1", "c4", "edge")]
SAFE = re.compile(r"[A-Za-z0-9._-]{1,100}\.html")
MONTHS = st.lists(
    st.builds(
        Month,
        month=st.just("2026-05"),
        orders=st.integers(0, 9),
        gross_fen=st.integers(0, 10**12),
        refund_fen=st.integers(0, 10**12),
        clean_fen=st.integers(0, 10**12),
        season=st.none() | st.floats(0.01, 9),
    ),
    min_size=1,
    max_size=24,
)


def schemes():
    light, dark = read("suixin.css").split("@media (prefers-color-scheme:dark)", 1)
    light = dict(TOKEN.findall(light))
    return {"light": light, "dark": light | dict(TOKEN.findall(dark.split("}}", 1)[0]))}


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_shapes_stand_out_from_their_ground(scheme):
    colours = schemes()[scheme]
    for name, ground in WORDS:
        assert contrast(colours[name], colours[ground]) >= READABLE, f"{name} on {ground}"
    for name, ground in SHAPES:
        assert contrast(colours[name], colours[ground]) >= SEEN, f"{name} on {ground}"
    assert contrast("#FAF8F3", colours["bar"]) >= READABLE


def test_every_shape_of_a_tag_has_its_own_form():
    sheet = read("suixin.css")
    for shape in ("warn", "stop", "idle"):
        assert re.search(rf"\.tag\.{shape}::before\{{[^}}]+\}}", sheet)


def test_the_sheet_prints_and_follows_the_scheme_of_the_reader():
    sheet = read("suixin.css")
    assert "@media print" in sheet
    assert "prefers-color-scheme:dark" in sheet
    assert "details::details-content" in sheet  # What is folded on a screen is open on paper.


@given(MONTHS)
def test_a_sales_chart_stays_inside_its_plot(months):
    drawn = str(chart.sales(months, "label"))
    assert 'role=img aria-label="label"' in drawn
    for path in re.findall(r'<path class=[crs] d="([^"]*)"', drawn):
        for x, y, move in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)(?:v(-?[\d.]+))?", path):
            assert 0 <= float(x) <= chart.SLOT * len(months)
            assert 0 <= float(y) + float(move or 0) <= chart.HEIGHT
    for at in re.findall(r"bottom:(-?[\d.]+)%", drawn):
        assert 0 <= float(at) <= 100


@given(st.lists(st.integers(0, 10**6), min_size=20, max_size=20))
def test_the_bars_of_a_histogram_are_as_tall_as_their_counts(counts):
    drawn = str(chart.histogram(counts, [str(k) for k in range(20)], "label"))
    tall = {
        int(x) // chart.SLOT: -int(v) for x, v in re.findall(r"M(\d+) 200v(-\d+)(?![\d h])", drawn)
    }
    top = max(counts)
    for k, count in enumerate(counts):
        expected = count / max(top, 1) * chart.HEIGHT / 1.06
        assert tall.get(k, 0) == pytest.approx(expected, abs=0.51)


def test_the_season_is_the_subjects_own_level_times_the_categorys_factor():
    months = [
        Month("2026-01", 1, 100, 0, clean, season)
        for clean, season in ((100, 0.5), (400, 2.0), (0, 1.0), (999, None))
    ]
    assert chart.season_line(months) == [100, 400, 200, None]


@given(st.lists(st.text(min_size=1, max_size=64), unique=True, max_size=40))
def test_every_subject_has_a_page_of_its_own_on_every_file_system(subjects):
    names = page_names(subjects)
    assert set(names) == set(subjects)
    assert len({name.lower() for name in names.values()}) == len(subjects)
    for name in names.values():
        assert SAFE.fullmatch(name)
        assert not name.startswith((".", "-"))


def test_a_name_made_to_look_like_anothers_mark_still_has_its_own_page():
    marked = page_names(["a b"])["a b"].removesuffix(".html")
    names = page_names([marked, "a b", marked.upper()])
    assert len({name.lower() for name in names.values()}) == 3
