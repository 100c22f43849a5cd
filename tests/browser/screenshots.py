"""Pictures of every page and every state of the widget, to look at: python -m tests.browser.screenshots OUT_DIR."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from tests.browser.browsers import find_chromium, launch
from tests.browser.help_pages import PAGES, vote_without_script
from tests.browser.host_site import HostSite
from tests.browser.scenes import SCENES, Scene
from tests.browser.service import make_service, serving
from tests.browser.widget import Widget

PAGE: Final = {"width": 1200, "height": 800}
DESKTOP: Final = {"width": 900, "height": 760}
PHONE: Final = {"width": 360, "height": 740}
NARROW: Final = {"width": 320, "height": 640}
TEXT: Final = (
    "<p>Everything for your workshop, delivered on the next working day. Orders before noon leave the same day.</p>"
)
HEAD: Final = (
    '<meta name="color-scheme" content="light dark">'
    "<style>body { font: 16px/1.6 system-ui; margin: 2rem auto; max-width: 44rem; padding: 0 1.25rem }</style>"
)
CONTACT: Final = 'contact-url="/support"'
ARABIC: Final = (
    """labels='{"label": "اطرح سؤالاً", "search": "بحث", "contact": "اتصل بنا", "help": "مساعدة", "yes": "نعم", """
    """"no": "لا", "helpful": "هل أجاب هذا عن سؤالك؟", "read": "اقرأ المقال كاملاً", "more": "المزيد من المقالات"}'"""
)


class Studio:
    """Opens a page of the host, brings the widget into a state and takes its picture."""

    def __init__(self, browser: Browser, host: HostSite, folder: Path) -> None:
        self.browser = browser
        self.host = host
        self.folder = folder

    def take(
        self,
        name: str,
        scene: Scene,
        *attributes: str,
        scheme: str = "light",
        size: dict[str, int] = DESKTOP,
        html: str = 'lang="en"',
        head: str = "",
        forced_colors: str = "none",
        scale: float = 1,
    ) -> None:
        size = {side: round(pixels / scale) for side, pixels in size.items()}
        context = self.browser.new_context(
            viewport=size, color_scheme=scheme, device_scale_factor=2 * scale, forced_colors=forced_colors
        )
        page = context.new_page()
        page.goto(self.host.add(TEXT + self.host.form(*attributes) + TEXT, head=HEAD + head, html=html))
        widget = Widget(page)
        if "mode=launcher" in attributes:
            widget.open()
        scene(widget)
        page.wait_for_timeout(100)
        page.screenshot(path=self.folder / f"{name}.png", full_page="mode=launcher" not in attributes)
        context.close()

    def take_page(
        self, name: str, path: str, *, scheme: str = "light", size: dict[str, int] = PAGE, media: str = "screen"
    ) -> None:
        context = self.browser.new_context(viewport=size, color_scheme=scheme, device_scale_factor=2)
        page = context.new_page()
        page.emulate_media(media=media)
        page.goto(self.host.service + path)
        page.screenshot(path=self.folder / f"{name}.png", full_page=True)
        context.close()

    def take_question(self, name: str) -> None:
        """Take the page that asks what was wrong, where the vote was sent without a script."""
        context = self.browser.new_context(viewport=PAGE, device_scale_factor=2)
        page = context.new_page()
        vote_without_script(page, self.host.service, "No")
        page.screenshot(path=self.folder / f"{name}.png", full_page=True)
        context.close()


@contextmanager
def studio(folder: Path) -> Iterator[Studio]:
    path = find_chromium()
    if path is None:
        raise SystemExit("Chromium is not installed: apt-get install chromium")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as votes, sync_playwright() as playwright:
        host = HostSite("")
        with serving(host) as port:
            host.address = f"http://localhost:{port}"
            app, _ = make_service(Path(votes), host.address)
            with serving(app) as service_port:
                host.service = f"http://127.0.0.1:{service_port}"
                browser = launch(playwright, path)
                yield Studio(browser, host, folder)
                browser.close()


def take_pages(photographer: Studio) -> None:
    for name, path in PAGES.items():
        for scheme in ("light", "dark"):
            photographer.take_page(f"page-{name}-{scheme}", path, scheme=scheme)
        photographer.take_page(f"page-{name}-phone", path, size=PHONE)
    for name in ("article", "results", "seats"):
        photographer.take_page(f"page-{name}-narrow", PAGES[name], size=NARROW)
        photographer.take_page(f"page-{name}-print", PAGES[name], media="print", scheme="dark")
    photographer.take_page("page-article-right-to-left", "/articles/arabic")
    photographer.take_question("page-vote")


def take_widget(photographer: Studio) -> None:
    for name, scene in SCENES.items():
        for scheme in ("light", "dark"):
            photographer.take(f"box-{name}-{scheme}", scene, CONTACT, scheme=scheme)
        photographer.take(f"panel-{name}", scene, "mode=launcher", CONTACT)
        photographer.take(f"phone-{name}", scene, "mode=launcher", CONTACT, size=PHONE)
    answered, suggesting, reasons = SCENES["answered"], SCENES["suggesting"], SCENES["reasons"]
    right_to_left = {"html": 'lang="ar" dir="rtl"'}
    photographer.take("box-seats", answered, CONTACT, 'staff-count="acme.kayako.com"')
    photographer.take("box-right-to-left", answered, CONTACT, ARABIC, **right_to_left)
    photographer.take("panel-right-to-left", answered, CONTACT, ARABIC, "mode=launcher", **right_to_left)
    photographer.take("box-german", reasons, CONTACT, "lang=de")
    photographer.take("box-spanish", answered, CONTACT, "lang=es")
    photographer.take("box-narrow", answered, CONTACT, "staff-count", size=NARROW)
    photographer.take("box-zoom-200", answered, CONTACT, scale=2)
    photographer.take("box-forced-colors", suggesting, CONTACT, forced_colors="active", scheme="dark")
    photographer.take("panel-dark", reasons, "mode=launcher", CONTACT, "theme=dark")
    branded = (
        "<style>kb-widget { --kb-accent: #b3261e; --kb-radius: 2px; --kb-font: medium/1.5 Georgia, serif }</style>"
    )
    photographer.take("box-branded", answered, CONTACT, head=branded)


if __name__ == "__main__":
    with studio(Path(sys.argv[1])) as photographer:
        take_pages(photographer)
        take_widget(photographer)
