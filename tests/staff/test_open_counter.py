from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from kb_service.errors import BadSetting
from kb_service.staff.counter import StaffCount
from kb_service.staff.open_counter import open_staff_counter


def test_switched_off_it_asks_nobody_and_says_so():
    counter = open_staff_counter(enabled=False)

    assert counter.count("https://acme.kayako.com/") == StaffCount("disabled", "acme.kayako.com")
    assert counter.count("127.0.0.1") == StaffCount("disabled", "")
    counter.close()


@pytest.mark.parametrize("enabled", [True, False])
def test_a_wrong_list_of_hosts_stops_the_start_switched_on_or_off(enabled):
    with pytest.raises(BadSetting, match="KB_STAFF_HOSTS"):
        open_staff_counter(enabled=enabled, extra_hosts="10.0.0.1")


def test_opening_starts_no_thread_and_names_are_decided_at_once():
    threads = threading.active_count()
    counter = open_staff_counter(extra_hosts="kb.acme.io", own_names=["KB.acme.io."])

    assert counter.count("kb.acme.io") == StaffCount("not_allowed", "kb.acme.io")
    assert counter.count("helpdesk.acme.io") == StaffCount("not_allowed", "helpdesk.acme.io")
    assert counter.count("[::1]") == StaffCount("invalid_domain", "")
    assert threading.active_count() == threads


def test_a_hanging_look_up_does_not_hold_the_end_of_the_process():
    program = """
import threading
from kb_service.staff.allowed_hosts import AllowedHosts
from kb_service.staff.cached_counter import CachedCounter

class Hanging:
    def count(self, domain, *, deadline=None):
        threading.Event().wait()

print(CachedCounter(Hanging(), hosts=AllowedHosts()).count("acme.kayako.com", deadline=0.0).status)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=10, check=True)

    assert ended.stdout == "pending\n"
