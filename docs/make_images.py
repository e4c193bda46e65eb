"""Make the pictures of the documentation from the bundled case's report.

Usage: ``python docs/make_images.py [REPORT]``. Without a report the bundled case is studied first.
Needs the development extra and a Chromium on the path or in ``COMITY_CHROMIUM``.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).parent / "images"
NAMES = ("chromium", "chromium-browser", "google-chrome")
WIDTH, HEIGHT = 1000, 1120
LIMIT_BYTES = 300_000
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


def find_chromium() -> str:
    """Return the path of a Chromium."""
    wanted = (os.environ.get("COMITY_CHROMIUM", ""), *NAMES)
    found = next((path for name in wanted if name and (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit(f"a Chromium is needed; none of {', '.join(NAMES)} is on the path")
    return found


def picture_of(report: Path, target: Path) -> None:
    """Write a picture of the top of the report, in the light theme."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        page = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT},
            color_scheme="light",
            reduced_motion="reduce",
        )
        page.goto(report.resolve().as_uri())
        page.wait_for_selector("html[data-ready=yes]", timeout=60_000)
        page.screenshot(path=target)
        browser.close()
    size = target.stat().st_size
    if size > LIMIT_BYTES:
        raise SystemExit(f"{target.name}: at most {LIMIT_BYTES} bytes; found {size}; lower HEIGHT")


def main() -> None:
    """Make every picture."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "report.html"
        if len(sys.argv) < 2:
            import comity

            comity.write_report(comity.load_case("japan-korea-us"), report)
        picture_of(report, IMAGES / "report.png")


if __name__ == "__main__":
    main()
