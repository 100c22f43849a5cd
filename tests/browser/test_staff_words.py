"""Whatever came of asking a helpdesk, the widget shows the words of the API."""

from __future__ import annotations

from typing import get_args

import pytest
from playwright.sync_api import Page, expect

from kb_service.staff.counter import StaffCount, StaffCountStatus
from kb_service.staff.messages import counted as when
from kb_service.staff.messages import note
from tests.browser.host_site import HostSite
from tests.browser.service import TalkingKnowledgeBase
from tests.browser.widget import Widget

ACME = "acme.kayako.com"


@pytest.mark.parametrize("question", ["why", "uncovered"])
@pytest.mark.parametrize("status", get_args(StaffCountStatus))
def test_the_widget_says_what_the_api_says(
    page: Page, host: HostSite, knowledge_base: TalkingKnowledgeBase, status: StaffCountStatus, question: str
) -> None:
    has_count = status in ("ok", "stale", "locked")
    usual, counted = knowledge_base.counted, StaffCount(status, ACME, count=48 if has_count else None, purchased=40)
    knowledge_base.counted = counted
    page.goto(host.add(host.form(f'staff-count="{ACME}"')))
    widget = Widget(page)

    try:
        widget.ask(question)
        expect(widget.results).to_contain_text(note(counted) or when(counted))
    finally:
        knowledge_base.counted = usual
