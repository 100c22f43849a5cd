"""The pages of the help centre, each in the state that tests and screenshots look at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from playwright.sync_api import Page

from tests.web.fakes import ARTICLE_ID

ARTICLE: Final = f"/articles/{ARTICLE_ID}"
PAGES: Final[Mapping[str, str]] = {
    "home": "/",
    "topic": "/?topic=seats",
    "results": "/search?q=why+are+we+biled+many+times",
    "structure": "/search?q=structure",
    "possible": "/search?q=perhaps",
    "long": "/search?q=" + "why+are+we+billed+for+more+seats+than+we+use+" * 8,
    "seats": "/search?q=why&domain=acme.kayako.com&seats=60",
    "no-answer": "/search?q=uncovered",
    "empty": "/search?q=",
    "article": ARTICLE,
    "not-found": "/nope",
    "fault": "/search?q=broken",
    "refused": "/search?q=why&seats=many",
    "api": "/api/docs",
    "demo": "/widget/demo",
}
SCRIPT: Final = re.compile("/static/.*/vote.js")


def vote_without_script(page: Page, service: str, verdict: str) -> None:
    """Press a button of an article's form whose script cannot be loaded."""
    page.route(SCRIPT, lambda route: route.abort())
    page.goto(service + ARTICLE)
    page.get_by_role("button", name=verdict, exact=True).click()
    page.wait_for_url("**/feedback")
