"""The page of a scorecard as a browser shows it: on a phone and a desk, light, dark and printed."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Open

SIZES = "[document.documentElement.scrollWidth, window.innerWidth]"


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_screen(look: Open, width: int) -> None:
    """The page does not scroll sideways; tables that are too wide scroll by themselves."""
    scrolled, inner = look(width).evaluate(SIZES)
    assert (scrolled, inner) == (width, width)


@pytest.mark.parametrize(("width", "media"), [(360, "screen"), (1280, "screen"), (688, "print")])
def test_no_figure_is_broken_in_two_lines(look: Open, width: int, media: str) -> None:
    """A number whose last digit stands below it is misread; 688 points are a sheet of A4 without its margins."""
    page = look(width, "light", media)
    broken = page.evaluate(
        """() => [...document.querySelectorAll('.figure, .figures dd')].filter(one => {
             const range = document.createRange(); range.selectNodeContents(one);
             return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1;
           }).map(one => one.textContent)"""
    )
    assert broken == [] and page.locator(".figures dd").count() > 10


def test_the_browser_has_nothing_to_say(look: Open) -> None:
    """No script runs, nothing is requested, the policy holds back nothing that the page needs."""
    page = look()
    page.wait_for_timeout(200)
    assert page.told == []
    assert page.evaluate("getComputedStyle(document.querySelector('.tile')).display") == "flex"


def test_the_policy_is_in_force(look: Open) -> None:
    """What is slipped in later is held back: a picture from elsewhere is not loaded, a style not taken."""
    page = look()
    page.evaluate(
        """() => { document.body.insertAdjacentHTML('beforeend', '<img src="https://example.com/x.png">'
                   + '<p id="late" style="color: rgb(1, 2, 3)">late</p>') }"""
    )
    page.wait_for_timeout(200)
    assert any("Content Security Policy" in text for text in page.told)
    assert page.evaluate("getComputedStyle(document.getElementById('late')).color") != "rgb(1, 2, 3)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_accessibility(look: Open, scheme: str, width: int) -> None:
    """Axe finds nothing, contrast included, with everything unfolded."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed: make browser")
    page = look(width, scheme)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def rgb(page: Any, script: str) -> tuple[int, ...]:
    """A colour that the browser computed."""
    text: str = page.evaluate(script)
    return tuple(int(part) for part in text.removeprefix("rgb(").removesuffix(")").split(", "))


@pytest.mark.parametrize(("scheme", "media", "is_dark"), [("light", "screen", False), ("dark", "screen", True),
                                                          ("dark", "print", False)])  # fmt: skip
def test_colours_follow_the_scheme_and_paper_is_white(look: Open, scheme: str, media: str, is_dark: bool) -> None:
    """The page's ground, and the strokes of a chart against it."""
    page = look(1280, scheme, media)
    ground = sum(rgb(page, "getComputedStyle(document.body).backgroundColor"))
    stroke = sum(rgb(page, "getComputedStyle(document.querySelector('[role=img] svg text')).fill"))
    assert (ground < 200, stroke > ground) == (is_dark, is_dark)


def test_charts_show_values_targets_and_bands(look: Open) -> None:
    """Thirteen months: a column each, one outline for the projection, a target each, three bands each."""
    page = look()
    chart = page.locator("article").first.locator("[role=img] svg")
    accent = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent')").strip()
    counts = {name: chart.locator(f"path[fill='var(--{name})']").count() for name in
              ("accent", "ink", "tint-good", "tint-mid", "tint-bad")}  # fmt: skip
    assert accent.startswith("#")
    assert counts == {"accent": 13, "ink": 13, "tint-good": 13, "tint-mid": 13, "tint-bad": 13}
    assert chart.locator("path[stroke='var(--accent)']").count() == 1
    box = chart.bounding_box()
    assert box["width"] > 300 and box["height"] > 100


def test_the_keyboard_reaches_everything(look: Open) -> None:
    """The first stop skips to the figures; every stop is visible, with an outline; Enter unfolds."""
    page = look()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the figures"
    names = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        names.add(page.evaluate("document.activeElement.tagName + '.' + document.activeElement.className"))
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert {"A.tile", "SUMMARY."} <= names
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")


def test_a_tile_leads_to_its_part(look: Open) -> None:
    """On a phone, too."""
    page = look(390)
    page.locator(".tile").first.click()
    assert page.evaluate("location.hash") == "#kpi-revenue"
    top = page.evaluate("document.getElementById('kpi-revenue').getBoundingClientRect().top")
    assert 0 <= top < 200


def test_print_shows_definitions_and_leaves_out_what_only_screens_need(look: Open) -> None:
    """Definitions stand unfolded; the SQL, the links and the figures of the charts do not stand there."""
    page = look(800, media="print")
    visible = "element => element.checkVisibility() && element.getBoundingClientRect().height > 0"
    assert page.locator("details.def pre").first.evaluate(visible)
    assert not page.locator("nav").first.evaluate(visible)
    assert not page.locator("details:not(.def)").first.evaluate(visible)
    assert len(page.pdf()) > 10_000
