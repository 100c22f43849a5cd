import io

import pytest

from kb_service.content.worker import read_frame, write_frame


def test_frames_come_out_as_they_went_in():
    stream = io.BytesIO()
    for message in (b"", b"one", b"x" * 70_000):
        write_frame(stream, message)
    stream.seek(0)

    assert [read_frame(stream) for _ in range(4)] == [b"", b"one", b"x" * 70_000, None]


@pytest.mark.parametrize("cut", [1, 4, 6])
def test_a_frame_that_is_cut_is_the_end(cut):
    stream = io.BytesIO()
    write_frame(stream, b"message")

    assert read_frame(io.BytesIO(stream.getvalue()[:cut])) is None
