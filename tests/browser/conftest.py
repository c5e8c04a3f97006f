"""A page of a scorecard in a headless Chromium. Without one, or without Playwright, the tests are skipped."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.scorecard.sample import details, sample

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
Open = Callable[..., Any]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless browser."""
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: make browser")
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("there is no Chromium: make browser")
    with api.sync_playwright() as playwright:
        # without a sandbox of its own: a container's root cannot have one, and the page is ours
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as a file, as somebody gets it by mail."""
    from attain.report.scorecard_html import scorecard_to_html

    path = tmp_path_factory.mktemp("page") / "scorecard.html"
    path.write_text(scorecard_to_html(sample(), details()), encoding="utf-8")
    return path


@pytest.fixture
def look(browser: Any, page_file: Path) -> Iterator[Open]:
    """Opens the page as a screen of some width shows it; the page's `told` holds what the browser complained of and
    what it asked the network for."""
    contexts = []

    def opened(width: int = 1280, scheme: str = "light", media: str = "screen") -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.told = []
        page.on("console", lambda message: page.told.append(message.text))
        page.on("pageerror", lambda error: page.told.append(str(error)))
        page.on("dialog", lambda dialog: page.told.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: page.told.append(request.url) if request.url != page_file.as_uri() else None)
        page.emulate_media(media=media)
        page.goto(page_file.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
