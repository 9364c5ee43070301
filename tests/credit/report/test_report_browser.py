"""The report in a real browser: nothing runs over the edge, and the language can be changed.

All pages are measured in one start of the browser, each in a frame of the width it is to fit.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from suixin.credit.report import write_report

WIDTHS = (320, 360, 768, 1440)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
LONG = "merchant-with-an-id-as-long-as-any-platform-has-ever-given-0000"
ABSENT = "no Chromium is installed (apt-get install chromium fonts-noto-cjk)"

# Measures each frame; `size` is the text size of the reader in percent.
SCRIPT = """
const found = [];
for (const frame of document.querySelectorAll('iframe')) {
  const page = frame.contentDocument, given = frame.dataset;
  const shown = e => frame.contentWindow.getComputedStyle(e).display !== 'none';
  const count = () => [...page.querySelectorAll('main [lang=en]')].filter(shown).length;
  page.documentElement.style.fontSize = given.size + '%';
  const first = count();
  if (given.language === 'en') page.getElementById('second').checked = true;
  const pairs = page.querySelectorAll('main [lang=en]');
  const both = [...pairs].filter(e => shown(e) === shown(e.nextElementSibling)).length;
  const wide = [...page.querySelectorAll('main *')].filter(e =>
    !e.closest('.scroll, svg, .hide') && e.getBoundingClientRect().width > 1 &&
    e.getBoundingClientRect().right > frame.clientWidth + 1);
  found.push({name: given.name, width: +given.width, size: +given.size, language: given.language,
    over: page.documentElement.scrollWidth - frame.clientWidth,
    wide: wide.slice(0, 3).map(e => e.outerHTML.slice(0, 90)),
    pairs: pairs.length, first, now: count(), both,
    cards: page.querySelectorAll('main > section').length,
    blank: [...page.querySelectorAll('svg')].filter(e =>
      e.getBoundingClientRect().height < 40).length});
}
document.getElementById('found').textContent = JSON.stringify(found);
"""


def run(program, address, tmp_path):
    """The page as the browser has it once its script has run."""
    command = [
        program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=4000",
        "--window-size=1600,1200", "--dump-dom", address,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, timeout=90, check=True)
    return done.stdout.decode()


def frame(path, sheet, *, width, size, language):
    """A frame that holds a page with its sheet in it, so that it may be measured."""
    page = path.read_text(encoding="utf-8").replace(
        "<link rel=stylesheet href=suixin.css>", f"<style>{sheet}</style>"
    )
    return (
        f'<iframe style="width:{width}px;height:900px;border:0" data-name="{path.name}" '
        f"data-width={width} data-size={size} data-language={language} "
        f'srcdoc="{html.escape(page)}"></iframe>'
    )


@pytest.fixture(scope="module")
def chromium():
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None and os.environ.get("CI") == "true":
        pytest.fail(f"skipping is forbidden here: {ABSENT}")
    if found is None:
        pytest.skip(ABSENT)
    return found


@pytest.fixture
def pages(new_book, new_file, tmp_path):
    """One page of each kind, with the longest id, and the two pages of the whole book."""
    book = new_book(12)
    long = new_file(LONG, seed=3, signs=("WASH_TRADE", "REVIEW_FARM", "FALLING"))
    book = replace(
        book, files=[new_file("a-one-index", connected=("stability",)), *book.files, long]
    )
    report = write_report(book, tmp_path / "report.html")
    kinds = ("a-one-index", "m-0000", "m-0008", "m-0009", "m-0011", LONG, "rules")
    return report, [report.path, *(report.folder / f"{kind}.html" for kind in kinds)]


def test_no_page_runs_over_the_edge_and_the_switch_works(chromium, pages, tmp_path):
    report, paths = pages
    sheet = (report.folder / "suixin.css").read_text(encoding="utf-8")
    cases = [(width, 100, language) for width in WIDTHS for language in ("zh", "en")]
    cases += [(360, 200, "zh"), (640, 200, "en")]
    frames = [
        frame(path, sheet, width=width, size=size, language=language)
        for path in paths
        for width, size, language in cases
    ]
    harness = tmp_path / "harness.html"
    harness.write_text(
        f"<!doctype html><meta charset=utf-8>{''.join(frames)}<pre id=found></pre>"
        f"<script>addEventListener('load', () => {{{SCRIPT}}})</script>",
        encoding="utf-8",
    )
    dom = run(chromium, harness.as_uri(), tmp_path)
    found = json.loads(
        html.unescape(re.search(r"<pre id=\"found\">(.*?)</pre>", dom, re.DOTALL)[1])
    )
    assert len(found) == len(frames)
    for seen in found:
        case = f"{seen['name']} at {seen['width']} px, {seen['size']} % text, {seen['language']}"
        assert seen["over"] <= 0, f"{case}: {seen['over']} px too wide: {seen['wide']}"
        assert not seen["wide"], f"{case}: {seen['wide']}"
        assert seen["first"] == 0, f"{case}: the second language shows before it is asked for"
        assert (seen["now"] > 0) == (seen["language"] == "en"), case
        assert seen["both"] == 0, f"{case}: {seen['both']} pairs show both languages or none"
        assert seen["pairs"] > 5, case
        assert seen["cards"] > 0, case
        assert seen["blank"] == 0, f"{case}: a chart has no height"


@pytest.mark.parametrize(
    ("asked", "said"), [("", "全部主体"), ("#en", "All subjects")], ids=["plain", "asked"]
)
def test_a_link_from_a_page_in_english_opens_in_english(chromium, pages, asked, said, tmp_path):
    report, _ = pages
    name = report.folder / "m-0000.html"
    page = name.read_text(encoding="utf-8") + (
        "<pre id=found></pre><script>onload = () => document.getElementById('found').textContent ="
        " document.querySelector('main').innerText</script>"
    )
    probe = report.folder / "probe.html"
    probe.write_text(page, encoding="utf-8")
    dom = run(chromium, probe.as_uri() + asked, tmp_path)
    told = re.search(r"<pre id=\"found\">(.*?)</pre>", dom, re.DOTALL)[1]
    assert said in told
    assert ("全部主体" in told) is (asked == "")
    assert ("All subjects" in told) is (asked == "#en")
