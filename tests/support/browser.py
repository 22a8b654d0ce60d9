"""A real browser for tests: Debian's Chromium, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}

_WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(event.violatedDirective + " " + event.blockedURI + " " + event.sample);
});
"""


def executable() -> str:
    """Where Chromium is.

    Skips the test where there is none; in CI that is a failure.
    """
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and os.environ.get("CI"):
        pytest.fail("there is no Chromium; .ci/run installs Debian's")
    if found is None:
        pytest.skip("there is no Chromium: apt-get install chromium")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without windows."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """A page in a browser, and what went wrong while it was shown.

    Attributes:
        page: Playwright's.
        base: the address of the server.
        complaints: errors on the console, dialogs, requests to others.
    """

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> int:
        """Load a page; its status."""
        response = self.page.goto(f"{self.base}{path}", wait_until="load")
        assert response is not None
        return response.status

    def problems(self) -> list[str]:
        """What went wrong, with what the content security policy has blocked."""
        blocked: list[str] = self.page.evaluate("window.violations || []")
        return [*self.complaints, *blocked]

    def accessibility(self) -> list[str]:
        """What axe-core finds against WCAG 2.2 AA and its best practices, one line each."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{each['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:300]}"
            for each in found
            for node in each["nodes"]
        ]


@contextmanager
def visit(
    browser: Browser, base: str, *, width: int = 1440, height: int = 900, **options: object
) -> Iterator[Visit]:
    """A fresh session of a browser that notes what goes wrong."""
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": height},
        **options,  # type: ignore[arg-type]  # Playwright's own
    )
    context.add_init_script(_WATCH)
    page = context.new_page()
    made = Visit(page, base)
    _watch(made)
    try:
        yield made
    finally:
        context.close()


def _watch(made: Visit) -> None:
    def said(message: ConsoleMessage) -> None:
        # The browser says so of every page that answers with an error.
        if message.type == "error" and "Failed to load resource" not in message.text:
            made.complaints.append(message.text)

    made.page.on("console", said)
    made.page.on("pageerror", lambda error: made.complaints.append(f"script: {error}"))

    def dialog(shown: object) -> None:
        made.complaints.append(f"dialog: {shown}")
        shown.dismiss()  # type: ignore[attr-defined]

    made.page.on("dialog", dialog)

    def asked(request: object) -> None:
        url = str(request.url)  # type: ignore[attr-defined]
        if not url.startswith((made.base, "data:")):
            made.complaints.append(f"asked elsewhere: {url}")

    made.page.on("request", asked)
