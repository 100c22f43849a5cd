"""Pictures and files of articles in a browser: they fit, nothing jumps, a missing one is its text, nothing runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from kb_service.app import create_app
from kb_service.content.article import Asset
from kb_service.indexing import build_index, open_engine
from kb_service.settings import Settings
from tests.browser.service import serving
from tests.pictures import png, svg, write_files

EVIL = "https://evil.example"
RUNS = f"""
<script>document.title = "broken"; alert(1)</script>
<script xlink:href="{EVIL}/x.js" href="{EVIL}/x.js"/>
<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>
<foreignObject width="9" height="9"><iframe xmlns="http://www.w3.org/1999/xhtml" src="{EVIL}/x" onload="alert(1)"/>
</foreignObject>
<set attributeName="onload" to="alert(1)"/><animate onbegin="alert(1)" attributeName="x" dur="1s"/>
<image href="{EVIL}/x.png" xlink:href="{EVIL}/y.png" onerror="alert(1)"/><use href="{EVIL}/x.svg#a"/>
<style>@import url({EVIL}/x.css); rect {{ fill: url({EVIL}/z.svg#a) }} @font-face {{ src: url({EVIL}/x.woff) }}</style>
<a href="javascript:alert(1)"><rect width="200" height="100" fill="teal" style="background: url({EVIL}/w)"/></a>
"""
FILES: dict[str, bytes | str] = {
    "seats.md": (
        "# Seats\n\nBefore.\n\n![The seats page](img/wide.png)\n\n![Plan](img/plan.svg)\n\n"
        "![The lost page](img/lost.png)\n\n"
        "| a | b |\n| --- | --- |\n| ![in a table](img/wide.png) | text |\n\n"
        "After. [Prices](img/prices.pdf)\n"
    ),
    "img/wide.png": png(1600, 400),
    "img/plan.svg": svg(RUNS, 'viewBox="0 0 200 100" onload="alert(1)"'),
    "img/prices.pdf": "%PDF-1.4 prices",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, dict[str, Asset]]:
    folder = write_files(tmp_path_factory.mktemp("articles"), FILES)
    settings = Settings(articles=folder, index=tmp_path_factory.mktemp("index"), model=None, rate_limit=False)
    engine = open_engine(settings)
    build_index(folder, engine)
    [article] = engine.snapshot(audience="public").articles()
    assert article.public
    return create_app(settings), {asset.name: asset for asset in article.public.assets}


@pytest.fixture(scope="module", params=["with the policy", "without the policy"])
def site(built: tuple[Any, dict[str, Asset]], request: pytest.FixtureRequest) -> Iterator[str]:
    app = built[0] if request.param == "with the policy" else without_policy(built[0])
    with serving(app) as port:
        yield f"http://127.0.0.1:{port}"


def without_policy(app: Any) -> Callable[..., Iterable[bytes]]:
    """The same application for a browser that knows no policy."""

    def serve(environ: Any, start_response: Any) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            kept = [header for header in headers if header[0] != "Content-Security-Policy"]
            return start_response(status, kept, *rest)

        answer: Iterable[bytes] = app(environ, start)
        return answer

    return serve


@pytest.fixture
def watched(browser: Browser, site: str) -> Iterator[tuple[Page, list[str]]]:
    """A page, and all that must not happen on it."""
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    page, bad = context.new_page(), list[str]()

    def ask(request: Request) -> None:
        if not request.url.startswith((site, "data:", "about:")):
            bad.append(request.url)

    page.on("request", ask)
    page.on("dialog", lambda dialog: (bad.append("dialog"), dialog.dismiss()))
    yield page, bad
    context.close()


def test_an_svg_runs_nothing_and_fetches_nothing_as_a_picture(watched: tuple[Page, list[str]], site: str) -> None:
    page, bad = watched
    page.goto(f"{site}/articles/seats")
    picture = page.get_by_role("img", name="Plan")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)

    assert picture.evaluate("image => [image.naturalWidth > 0, image.width, image.height]") == [True, 200, 100]
    assert bad == []
    assert page.title().startswith("Seats")


def test_an_svg_runs_nothing_and_fetches_nothing_when_it_is_opened(
    watched: tuple[Page, list[str]], site: str, built: tuple[Any, dict[str, Asset]]
) -> None:
    page, bad = watched
    page.goto(site + built[1]["plan.svg"].address)
    page.wait_for_timeout(300)
    for shape in page.locator("rect").all():
        shape.click(force=True)
    page.wait_for_timeout(200)

    assert page.locator("rect").count() == 1
    assert page.locator("script, foreignObject, iframe, [onload], [*|href]").count() == 0
    assert bad == []
    assert page.title() != "broken"


@pytest.mark.parametrize("width", [320, 1000])
def test_pictures_keep_their_place_and_shape(width: int, watched: tuple[Page, list[str]], site: str) -> None:
    page, bad = watched
    page.set_viewport_size({"width": width, "height": 700})
    held: list[Route] = []
    page.route("**/wide.png", lambda route: held.append(route))
    page.goto(f"{site}/articles/seats", wait_until="domcontentloaded")
    after, picture = page.get_by_text("After."), page.get_by_role("img", name="The seats page")
    page.get_by_role("img", name="in a table").scroll_into_view_if_needed()
    expect(page.locator(".skip")).to_have_css("position", "absolute")  # the style is there
    before = after.evaluate("element => element.offsetTop")
    for route in held:
        route.continue_()
    expect(picture).to_have_js_property("naturalWidth", 1600)

    assert after.evaluate("element => element.offsetTop") == before
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert picture.evaluate("image => Math.round(image.width / image.height * 10) / 10") == 4.0
    assert bad == []


def test_a_missing_picture_is_its_description(watched: tuple[Page, list[str]], site: str) -> None:
    page, bad = watched
    failed: list[str] = []
    page.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    page.goto(f"{site}/articles/seats")

    expect(page.locator("em", has_text="The lost page")).to_be_visible()
    assert page.locator("img:not([src])").count() == 0
    assert failed == []
    assert bad == []


def test_a_file_is_downloaded_under_its_name(watched: tuple[Page, list[str]], site: str, tmp_path: Path) -> None:
    page, _ = watched
    page.goto(f"{site}/articles/seats")
    with page.expect_download() as started:
        page.get_by_role("link", name="Prices").click()

    assert started.value.suggested_filename == "prices.pdf"
    started.value.save_as(tmp_path / "prices.pdf")
    assert (tmp_path / "prices.pdf").read_bytes() == b"%PDF-1.4 prices"
