"""The report in a real Chromium: drawn, readable, reachable, and alone with itself."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

LOCAL = ("file:", "data:", "blob:", "about:")


class Opened:
    """A page with what it said and asked for since it was opened."""

    def __init__(self, browser: Browser, path: Path, **context: object) -> None:
        self.context = browser.new_context(**context)  # pyright: ignore[reportArgumentType]
        self.page: Page = self.context.new_page()
        self.troubles: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("html[data-ready=yes]", timeout=60_000)

    def _console(self, message) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(message.text)


@pytest.fixture(scope="module")
def wide(browser: Browser, report_path: Path) -> Iterator[Opened]:
    opened = Opened(browser, report_path, viewport={"width": 1000, "height": 900})
    yield opened
    opened.context.close()


@pytest.fixture(scope="module")
def small(browser: Browser, report_path: Path) -> Iterator[Opened]:
    opened = Opened(
        browser, report_path, viewport={"width": 360, "height": 740}, reduced_motion="reduce"
    )
    yield opened
    opened.context.close()


def test_the_page_is_quiet_and_asks_nobody(wide, small):
    for opened in (wide, small):
        assert opened.troubles == []
        assert [url for url in opened.requests if not url.startswith(LOCAL)] == []


def test_a_request_would_be_stopped_and_seen(browser, report_path):
    opened = Opened(browser, report_path)
    stopped = opened.page.evaluate(
        "fetch('http://127.0.0.1:9/x').then(() => 'left', () => 'stopped')"
    )
    assert stopped == "stopped"
    assert any("Content Security Policy" in text for text in opened.troubles)
    opened.context.close()


def test_nothing_in_the_document_is_external(wide):
    external = wide.page.evaluate(
        "[...document.querySelectorAll('[src], link, script[src], img')].map(e => e.outerHTML)"
    )
    assert external == []


def test_every_chart_is_drawn(wide, study):
    figures = wide.page.locator("[data-figure]").count()
    assert figures == wide.page.locator("[data-figure][data-drawn=yes] svg").count()
    assert figures == 2 + 14 + len(study.case.focal_dyads) + len(study.case.scenarios) - 1
    empty = wide.page.evaluate(
        "[...document.querySelectorAll('[data-figure]')].filter(f => "
        "f.querySelectorAll('svg .mark-area path, svg .mark-line path, svg .mark-symbol path')"
        ".length < 1).length"
    )
    assert empty == 0


def test_a_chart_has_the_data_that_it_claims(wide, study):
    drawn = wide.page.evaluate(
        "JSON.parse(document.getElementById('figures').textContent)"
        "['relation-NRL-SRL'].tables.series.p50"
    )
    expected = 100 * study.relations.dyad_quantiles("NRL-SRL")[2]
    assert len(drawn) == len(expected)
    assert max(abs(drawn - expected)) <= 0.0501
    for colour, way in (("#1f5f8b", 1), ("#b4512f", -1)):
        ticks = wide.page.locator(
            f"[data-figure=relation-NRL-SRL] .mark-rule line[stroke='{colour}']"
        )
        own = [e for e in study.case.events if {*e.source, *e.target} == {"NRL", "SRL"}]
        assert ticks.count() == sum(way * e.tone > 0 for e in own)


def test_a_tick_opens_its_source(browser, report_path):
    opened = Opened(browser, report_path, viewport={"width": 1000, "height": 900})
    asked: list[str] = []

    def refuse(route) -> None:
        asked.append(route.request.url)
        route.abort()

    opened.context.route(re.compile("^https?:"), refuse)
    ticks = opened.page.locator("[data-figure=relation-NRL-SRL] .mark-rule line[stroke='#b4512f']")
    with opened.context.expect_page():
        ticks.nth(3).dispatch_event("click")
    opened.page.wait_for_timeout(100)
    assert len(asked) == 1
    assert asked[0].startswith("https://example.org/event/")
    opened.context.close()


def test_readings_stand_in_words(wide):
    labels = wide.page.eval_on_selector_all(
        "[data-figure]",
        "all => all.map(e => [e.getAttribute('role'), e.getAttribute('aria-label')])",
    )
    assert all(role == "img" and re.search(r"\d", label) for role, label in labels)


@pytest.mark.parametrize("name", ["wide", "small"])
def test_labels_of_the_large_figure_do_not_overlap(name, request):
    page = request.getfixturevalue(name).page
    clashes = page.evaluate(
        """() => {
          const seen = [...document.querySelectorAll('[data-figure^=relation] svg .mark-text text')]
            .filter(t => t.textContent && !t.getAttribute('stroke'))
            .filter(t => t.getAttribute('opacity') !== '0')
            .map(t => [t.textContent, t.getBoundingClientRect()]);
          const out = [];
          seen.forEach(([a, r], i) => seen.slice(i + 1).forEach(([b, s]) => {
            const beside = r.left >= s.right - 1 || s.left >= r.right - 1;
            const above = r.top >= s.bottom - 3 || s.top >= r.bottom - 3;
            if (!beside && !above) out.push(`${a} / ${b}`);
          }));
          return out;
        }"""
    )
    assert clashes == []


@pytest.mark.parametrize("name", ["wide", "small"])
def test_the_forest_is_drawn_as_its_tiers_say_and_its_texts_stay_apart(name, request, study):
    page = request.getfixturevalue(name).page
    place = "[data-figure=effects] svg"
    marks = page.eval_on_selector_all(
        f"{place} .mark-symbol path",
        "all => all.map(e => [e.getAttribute('fill'), e.getAttribute('d')])",
    )
    filled = [fill for fill, _ in marks if fill == "#1f5f8b"]
    assert len(filled) == sum(
        item.tier in ("A", "B", "C") and item.name != "government_sd"
        for item in study.effects.drivers
    )
    assert len(marks) == 5
    assert len({shape for fill, shape in marks if fill == "#fbfaf6"}) == 2
    boxes = page.eval_on_selector_all(
        f"{place} .mark-text.role-mark text",
        "all => all.filter(t => !t.getAttribute('stroke')).map(t => t.getBoundingClientRect())"
        ".map(r => [r.left, r.right, r.top, r.bottom])",
    )
    assert len(boxes) == 10
    for (l1, r1, t1, b1), (l2, r2, t2, b2) in itertools.combinations(boxes, 2):
        assert r1 < l2 or r2 < l1 or b1 < t2 + 3 or b2 < t1 + 3


def test_text_in_charts_is_legible_at_360(small):
    sizes = small.page.evaluate(
        """[...document.querySelectorAll('[data-figure] svg')].map(svg => {
          const box = svg.getBoundingClientRect();
          return [box.width, box.width / svg.viewBox.baseVal.width];
        })"""
    )
    assert all(width <= 340 and scale > 0.97 for width, scale in sizes)


def test_no_sideways_scroll_at_360(small):
    page = small.page
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = false)")


def test_reduced_motion_is_honoured(small, wide):
    behaviour = "getComputedStyle(document.documentElement).scrollBehavior"
    assert small.page.evaluate(behaviour) == "auto"
    assert wide.page.evaluate(behaviour) == "smooth"


def test_the_keyboard_skips_and_opens_a_claim(browser, report_path):
    opened = Opened(browser, report_path, viewport={"width": 1000, "height": 900})
    page = opened.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = ""
    for _ in range(150):
        page.keyboard.press("Tab")
        reached = page.evaluate("document.activeElement.closest('.claims') ? 'claims' : ''")
        if reached:
            break
    assert reached == "claims"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open") is True
    assert page.locator(".claims details[open] dl").first.is_visible()
    opened.context.close()


def test_verdict_words_narrow_the_table_and_widen_it_again(wide):
    page = wide.page
    button = page.locator("button[data-verdict=supported]")
    button.click()
    assert page.locator("tr[data-word]:visible").count() == 3
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert page.locator("tr[data-word]:visible").count() == page.locator("tr[data-word]").count()


def test_the_dark_theme_reaches_the_charts(browser, report_path):
    opened = Opened(browser, report_path, color_scheme="light")
    page = opened.page
    line = "[data-figure^=relation] svg .mark-line path"
    light = page.eval_on_selector_all(line, "all => all.map(e => e.getAttribute('stroke'))")
    page.evaluate("delete document.documentElement.dataset.ready")
    page.emulate_media(color_scheme="dark")
    page.wait_for_selector("html[data-ready=yes]", timeout=60_000)
    dark = page.eval_on_selector_all(line, "all => all.map(e => e.getAttribute('stroke'))")
    assert "#1f5f8b" in light
    assert "#7fb6dc" in dark
    assert "#1f5f8b" not in dark
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 22, 21)"
    assert opened.troubles == []
    opened.context.close()


@pytest.mark.parametrize(("kind", "start"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("csv", b"# ")])
def test_figures_are_saved_without_a_network(wide, kind, start):
    for figure in ("relation-NRL-SRL", "pair-EST-NRL"):
        place = wide.page.locator("figure", has=wide.page.locator(f"[data-figure={figure}]"))
        with wide.page.expect_download() as waiting:
            place.locator(f"[data-save={kind}]").click()
        content = waiting.value.path().read_bytes()
        assert content.startswith(start)
        assert len(content) > 2000
        if kind == "csv":
            assert b"year,month,p10,p25,p50,p75,p90" in content
        if kind == "svg":
            assert b"var(--" not in content
    assert wide.troubles == []


def test_it_prints_with_everything_open(browser, report_path):
    opened = Opened(browser, report_path, color_scheme="dark")
    pdf = opened.page.pdf()
    assert pdf.startswith(b"%PDF")
    assert len(pdf) > 50_000
    opened.page.emulate_media(media="print")
    assert opened.page.locator("nav").is_hidden()
    opened.context.close()


def test_tables_have_heads_with_scope(wide):
    bad = wide.page.evaluate(
        "[...document.querySelectorAll('th')].filter(t => !['row','col'].includes(t.scope)).length"
    )
    assert bad == 0
    levels = wide.page.eval_on_selector_all("h1,h2,h3", "all => all.map(h => +h.tagName[1])")
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))


def test_size(report_path):
    assert report_path.stat().st_size <= 3_000_000
