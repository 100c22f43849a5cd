"""`kb staff-count`: the live look-up alone. None of these hosts is ever asked."""

from __future__ import annotations

import pytest

from kb_service.staff.counter import StaffCount
from kb_service.staff.messages import message
from tests.commands.conftest import Kb

REFUSED = {
    "no host name": ("what is it?", "That is not a helpdesk address."),
    "an address": ("127.0.0.1", "That is not a helpdesk address."),
    "somebody else's": ("help.acme.com", "help.acme.com is not a helpdesk that can be asked from here."),
}


@pytest.mark.parametrize(("host", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_host_that_may_not_be_asked_is_the_caller_s_mistake(kb: Kb, host: str, message: str) -> None:
    ran = kb("staff-count", host)

    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith(message)


def test_switched_off_nobody_is_asked(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_STAFF_COUNT", "off")
    ran = kb("staff-count", "acme.kayako.com")

    assert (ran.code, ran.out) == (1, message(StaffCount("disabled", "acme.kayako.com")) + "\n")


def test_json_is_what_the_api_gives(kb: Kb) -> None:
    data = kb("staff-count", "help.acme.com", "--json").data

    assert (data["status"], data["domain"], data["count"]) == ("not_allowed", "help.acme.com", None)
