import io

import pytest

from kb_service.content.worker import frame, read_frame, take_frames

MESSAGES = [b"", b"one", b"x" * 70_000]


def test_frames_come_out_as_they_went_in():
    stream = io.BytesIO(b"".join(map(frame, MESSAGES)))

    assert [read_frame(stream) for _ in range(4)] == [*MESSAGES, None]


@pytest.mark.parametrize("step", [1, 3, 1_000, 100_000])
def test_frames_are_taken_as_soon_as_they_are_complete(step):
    sent, received, taken = b"".join(map(frame, MESSAGES)), bytearray(), []
    for start in range(0, len(sent), step):
        received += sent[start : start + step]
        taken += take_frames(received)

    assert taken == MESSAGES
    assert not received


@pytest.mark.parametrize("cut", [1, 4, 6])
def test_a_frame_that_is_cut_is_the_end(cut):
    received = bytearray(frame(b"message")[:cut])

    assert read_frame(io.BytesIO(received)) is None
    assert take_frames(received) == []
