"""Names of questions: in the order of their times, known again by every worker, and by nobody else's word."""

from __future__ import annotations

import re
import stat
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.query_ids import KEY_BYTES, QueryIds, shared_key

IDS = QueryIds(b"k" * 32)
new_query_id = IDS.new


FAR_FUTURE = 2**48 - 1  # milliseconds: the year 10889


@given(st.integers(0, FAR_FUTURE))
def test_a_query_id_is_a_ulid_behind_its_prefix(milliseconds: int) -> None:
    assert re.fullmatch(r"q_[0-7][0-9A-HJKMNP-TV-Z]{25}", new_query_id(milliseconds))


@pytest.mark.slow
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


@given(st.integers(0, FAR_FUTURE))
def test_an_id_is_known_to_whoever_has_the_key_and_to_nobody_else(milliseconds: int) -> None:
    given_id = QueryIds(b"k" * 32).new(milliseconds)

    assert IDS.gave(given_id)
    assert not QueryIds(b"o" * 32).gave(given_id)


@given(st.integers(2, 27), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_an_id_that_was_changed_anywhere_is_not_ours(place: int, character: str) -> None:
    given_id = IDS.new(1_795_000_000_000)
    changed = given_id[:place] + character + given_id[place + 1 :]

    assert IDS.gave(changed) is (changed == given_id)


@pytest.mark.parametrize("other", ["", "q_", "q_1", "q_01KAX6RM0Z7C5W9M4T2Q8N3D1F", "q_" + "Z" * 26, "q_" + "é" * 26])
def test_what_is_made_up_is_not_ours(other: str) -> None:
    assert not IDS.gave(other)


def test_the_key_survives_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "data" / "record.key"
    key = shared_key(file)

    assert len(key) == KEY_BYTES
    assert shared_key(file) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["record.key"]


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    with ProcessPoolExecutor(8) as pool:
        keys = set(pool.map(shared_key, [tmp_path / "record.key"] * 8))

    assert len(keys) == 1


@pytest.mark.parametrize("is_short", [True, False])
def test_without_a_place_for_a_key_there_is_one_all_the_same(
    tmp_path: Path, is_short: bool, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"short")
    file = tmp_path / "file" if is_short else tmp_path / "file" / "record.key"

    assert len(shared_key(file)) == KEY_BYTES
    assert str(tmp_path) in caplog.text
