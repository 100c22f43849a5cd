"""What counts as read, asked about, missed or told wrong."""

from __future__ import annotations

import pytest

from tests.seats.measure import Case, Outcome, outcome


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (Case("we pay for 60 seats, 48 are used", 60, 48), "read"),
        (Case("we pay for about 60 seats, 48 are used", 60, 48), "asked"),
        (Case("we pay for 60 seats", 60, 48), "missed"),
        (Case("we pay for 60 seats", 60, 48, note="48 derived or unknown; wrong=12"), "read"),
        (Case("we pay for 60 seats", 60, 48, note="48 active or unknown"), "read"),
        (Case("we pay for 60 seats, 48 are used", 60, 50), "wrong as fact"),
        (Case("we pay for 60 seats, 48 are used", 60, None), "wrong as fact"),
        (Case("we pay for 60 seats, 48 are used", 60, None, note="48 active also acceptable"), "read"),
        (Case("about 40 agents use our 60 seats", 60, None, note="40 only as a question"), "asked"),
        (Case("we pay for 60 seats, 48 are used", 60, None, note="ok: active 48 (under)"), "read"),
        (Case("we pay for 60 seats", 60, 48, note="derived; ok: active null; wrong=12"), "read"),
        (Case("we pay for 60 seats, 48 are used", 60, 50, note="ok: active null"), "wrong as fact"),
        (Case("we pay for 60 seats", None, 60, note="ok: purchased 60; wrong: both 60"), "read"),
        (Case("60 seats, 60 are used", None, 60, note="ok: purchased 60; wrong: both 60"), "wrong as fact"),
        (Case("we pay for 60 seats", None, None, note="ok: nothing told"), "wrong as fact"),
        (Case("we pay for 60 seats, 48 are used", 60, None, "conflict 48/50", "wrong=48"), "wrong as fact"),
        (Case("we pay for 60 seats, 48 are used", 60, 48, note="wrong=48/12"), "read"),
        (Case("we pay for 60 seats. we bought 50 seats", None, None, "conflict"), "read"),
    ],
)
def test_a_reading_is_judged_by_what_an_expert_accepts(case: Case, expected: Outcome) -> None:
    assert outcome(case) == expected
