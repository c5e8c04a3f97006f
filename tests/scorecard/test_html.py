"""The page of a scorecard as a text: what it says, and that nothing in it is more than text."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from attain.report.html import join, tag
from attain.report.scorecard_html import scorecard_to_html

from .sample import EVIL, details, sample


class Outline(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of all elements of a name."""
        return [attributes for tag, attributes in self.elements if tag == name]


@pytest.fixture(scope="module")
def page() -> str:
    """The page of the sample."""
    return scorecard_to_html(sample(), details())


def test_texts_are_escaped_and_elements_are_not() -> None:
    """Children and attributes; control characters are written out."""
    assert tag("p", "a < b & 'c'", tag("b", "x"), class_='"') == (
        '<p class="&quot;">a &lt; b &amp; &#x27;c&#x27;<b>x</b></p>'
    )
    assert join("\x1b[31m", None) == "\\x1b[31m"


def test_nothing_in_definitions_or_data_is_markup(page: str) -> None:
    """The label, the owner, the member, the SQL, the description and what it is built from all try."""
    outline = Outline(page)
    assert not outline.all("script") and not outline.all("img")
    assert len(outline.all("style")) == 1
    assert "".join(outline.text).count(EVIL) >= 5
    assert not [name for _, attributes in outline.elements for name in attributes if name.startswith("on")]


def test_no_request_is_made(page: str) -> None:
    """Links lead to the page itself; the only addresses are names of namespaces."""
    outline = Outline(page)
    addresses = [a[key] for _, a in outline.elements for key in ("src", "href", "action", "data") if key in a]
    assert addresses and all(address is not None and address.startswith("#") for address in addresses)
    named = {*re.findall(r"https?://[^\s\"'<)]+", page)}
    assert named <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "url(" not in page and "@import" not in page


def test_the_policy_allows_the_style_alone(page: str) -> None:
    """Its hash is that of the style in the page; no element has a style of its own, which the policy would drop."""
    outline = Outline(page)
    policy = next(a["content"] for a in outline.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None and policy is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not [name for name, attributes in outline.elements if "style" in attributes]


def test_every_chart_has_a_label_and_a_table(page: str) -> None:
    """Four KPIs: four pictures that are named, each with its figures beside it."""
    outline = Outline(page)
    labels = [a.get("aria-label") for _, a in outline.elements if a.get("role") == "img"]
    assert len(labels) == 4 and all(labels)
    assert labels[0] == "Revenue by month, from Jun 25 to Jun 26; the last is $412.0K"
    assert "".join(outline.text).count("The figures of the chart") == 4


def test_links_lead_to_parts(page: str) -> None:
    """Each `#` names an element that is there, once."""
    outline = Outline(page)
    ids = [a["id"] for _, a in outline.elements if "id" in a]
    assert len(ids) == len(set(ids))
    assert {str(a["href"])[1:] for a in outline.all("a")} <= set(ids)


def test_colours_are_the_pages(page: str) -> None:
    """No colour is written into a chart: they would be wrong in the dark."""
    charts = "".join(re.findall(r"<svg.*?</svg>", page, re.DOTALL))
    colors = set(re.findall(r'(?:fill|stroke)="([^"]+)"', charts))
    assert colors - {"none", "transparent"} and all(c.startswith("var(--") for c in colors - {"none", "transparent"})


def test_figures_of_the_page(page: str) -> None:
    """412,000 of the 480,000 that are due; two fifths of the spread have gone by, so 1,030,000 at that rate; 788,000
    to go in 13 working days."""
    text = " ".join(Outline(page).text)
    for figure in (
        "$412.0K",
        "$1.2M",
        "Pace by calendar days 85.8%",
        "$1.0M",
        "-$788.0K",
        "$60.6K",
        "9 of 22 working days",
    ):
        assert figure in text
    assert "3.00 to 5.00" in text and "above the range" in text
