"""Brings the widget into each of its states; tests look at them, and screenshots are made of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from playwright.sync_api import expect

from tests.browser.widget import Widget, answer_with

Scene = Callable[[Widget], None]

ANSWER: Final = re.compile("/api/v1/answer")
QUESTION: Final = "why are we billed for 60 seats with 48 active staff"


def idle(widget: Widget) -> None:
    expect(widget.input).to_be_visible()


def suggesting(widget: Widget) -> None:
    widget.load()
    widget.input.fill("")
    widget.type("seats")
    expect(widget.options).to_have_count(3)
    widget.input.press("ArrowDown")


def answered(widget: Widget) -> None:
    widget.ask(QUESTION)
    widget.expect_state("results")


def structured(widget: Widget) -> None:
    widget.ask("structure")
    widget.expect_state("results")


def corrected(widget: Widget) -> None:
    widget.ask("why are we biled")
    widget.expect_state("results")


def reasons(widget: Widget) -> None:
    answered(widget)
    widget.results.locator("[part=feedback] button").nth(1).click()
    widget.results.locator("input[name=outdated]").check()


def thanked(widget: Widget) -> None:
    answered(widget)
    widget.button("Yes").click()
    expect(widget.results.locator("[aria-pressed=true]")).to_be_visible()


def nothing(widget: Widget) -> None:
    widget.ask("uncovered")
    widget.expect_state("none")


def loading(widget: Widget) -> None:
    widget.page.route(ANSWER, lambda route: None)
    widget.ask(QUESTION)
    widget.expect_state("loading")


def failed(widget: Widget) -> None:
    answer_with(widget.page, status=500)
    widget.ask(QUESTION)
    widget.expect_state("error")


def limited(widget: Widget) -> None:
    answer_with(widget.page, status=429, headers={"Retry-After": "20"})
    widget.ask(QUESTION)
    widget.expect_state("limited")


def offline(widget: Widget) -> None:
    widget.load()
    widget.page.context.set_offline(True)
    widget.ask("is this known offline")  # what was asked a minute ago is answered from the browser's cache
    widget.expect_state("offline")


SCENES: Final[Mapping[str, Scene]] = {
    scene.__name__: scene
    for scene in (
        *(idle, suggesting, answered, structured, corrected, reasons, thanked),
        *(nothing, loading, failed, limited, offline),
    )
}
