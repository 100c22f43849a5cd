from __future__ import annotations

from kb_service.staff.rate_window import RateWindow


def full_at(*times: float) -> RateWindow:
    window = RateWindow()
    for time in times:
        window.started(time)
    return window


def test_sixty_are_allowed_and_no_more():
    assert full_at(*range(59)).allows(59.0)
    assert not full_at(*range(60)).allows(59.9)


def test_one_more_is_allowed_for_each_that_is_a_minute_old():
    window = full_at(*[0.0] * 1, *[30.0] * 59)

    assert window.allows(60.0)
    window.started(60.0)
    assert not window.allows(60.0)
    assert window.allows(90.0)
