"""Arrays come back from a file as they were; distinct numbers are those that NumPy finds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.index.mapped_files import (
    below,
    distinct,
    distinct_with_counts,
    named,
    open_arrays,
    record_arrays,
    records_of,
    write_arrays,
)

ARRAYS = {
    "bytes": np.frombuffer(b"abc", dtype=np.uint8),
    "flags": np.asarray([True, False]),
    "table": np.arange(6, dtype=np.float32).reshape(2, 3),
    "words.ends": np.asarray([0, 3], dtype=np.int32),
    "words.places": np.asarray([7], dtype=np.int64),
    "none": np.zeros((0, 4), dtype=np.float64),
    "turned": np.arange(6, dtype=np.int32).reshape(2, 3).T,
}


def test_arrays_come_back_as_they_were(tmp_path: Path) -> None:
    write_arrays(tmp_path / "file", ARRAYS)
    found = open_arrays(tmp_path / "file")

    assert found.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert (found[name].dtype, found[name].shape, found[name].tolist()) == (
            array.dtype,
            array.shape,
            array.tolist(),
        )


def test_an_opened_array_cannot_be_written_to(tmp_path: Path) -> None:
    write_arrays(tmp_path / "file", ARRAYS)

    with pytest.raises(ValueError, match="read-only"):
        open_arrays(tmp_path / "file")["table"][0] = 1


def test_the_file_is_a_safetensors_file(tmp_path: Path) -> None:
    write_arrays(tmp_path / "file", ARRAYS)
    data = (tmp_path / "file").read_bytes()
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    begin, end = header["table"]["data_offsets"]

    assert (header["table"]["dtype"], header["table"]["shape"]) == ("F32", [2, 3])
    assert data[len(data) - max(each["data_offsets"][1] for each in header.values()) :][begin:end] == (
        ARRAYS["table"].tobytes()
    )


def test_a_cut_file_is_an_error(tmp_path: Path) -> None:
    write_arrays(tmp_path / "file", ARRAYS)
    data = (tmp_path / "file").read_bytes()
    for length in (0, 5, 40, len(data) - 1):
        (tmp_path / "file").write_bytes(data[:length])

        with pytest.raises(ValueError):  # noqa: PT011  # of several kinds
            open_arrays(tmp_path / "file")


@pytest.mark.parametrize("records", [[], [("Pay", 3, "pay")], [("Pay", 3, "pay"), ("Ünits", 0, ""), ("", 7, "x")]])
def test_records_among_arrays_come_back_one_at_a_time(records: list[tuple[str, int, str]], tmp_path: Path) -> None:
    write_arrays(tmp_path / "arrays", named("headings", record_arrays(records)))

    found = records_of(below("headings", open_arrays(tmp_path / "arrays")), tuple[str, int, str])

    assert list(found) == records
    assert [found[at] for at in range(len(found))] == records


def test_names_below_a_prefix_are_those_of_its_own_arrays() -> None:
    words = below("words", ARRAYS)

    assert words.keys() == {"ends", "places"}
    assert named("words", words).keys() == {"words.ends", "words.places"}


@given(numbers=st.lists(st.integers(-5, 5)))
def test_distinct_numbers_are_what_numpy_finds(numbers: list[int]) -> None:
    array = np.asarray(numbers, dtype=np.int32)
    found, counts = distinct_with_counts(array)

    assert (found.tolist(), counts.tolist()) == tuple(each.tolist() for each in np.unique(array, return_counts=True))
    assert (distinct(array).tolist(), distinct(array).dtype) == (found.tolist(), array.dtype)
