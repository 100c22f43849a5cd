"""Names for questions: in the order of time, and not to be guessed."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from kb_service.answers.results import new_query_id

FAR_FUTURE = 2**48 - 1  # milliseconds: the year 10889


@given(st.integers(0, FAR_FUTURE))
def test_a_query_id_is_a_ulid_behind_its_prefix(milliseconds: int) -> None:
    assert re.fullmatch(r"q_[0-7][0-9A-HJKMNP-TV-Z]{25}", new_query_id(milliseconds))


@given(st.integers(0, FAR_FUTURE - 1), st.integers(1, 10**12))
def test_later_ids_come_later_in_the_alphabet(milliseconds: int, later_by: int) -> None:
    later = min(milliseconds + later_by, FAR_FUTURE)

    assert new_query_id(milliseconds) < new_query_id(later)


def test_the_time_can_be_read_from_the_first_ten_characters() -> None:
    assert new_query_id(1_469_918_176_385)[2:12] == "01ARYZ6S41"


def test_ids_of_one_moment_differ() -> None:
    assert len({new_query_id(0) for _ in range(1_000)}) == 1_000


def test_a_time_before_1970_or_too_far_away_still_gives_an_id() -> None:
    assert {len(new_query_id(milliseconds)) for milliseconds in (-1, 2**60)} == {28}
