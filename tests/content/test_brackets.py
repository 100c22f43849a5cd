import time

import pytest

from kb_service.content.brackets import tame_brackets
from tests.content.builders import html_of


def test_ordinary_text_is_not_touched():
    text = "[a](b) [c](d(e)) [[f]] " * 50

    assert tame_brackets(text) == text


def test_brackets_that_pair_stay_links_even_in_a_crowd():
    html = html_of("[a](https://e.example) [ " * 300)

    assert html.count("<a href") == 300


@pytest.mark.parametrize(
    "text", ["[" * 5_000, "[" * 5_000 + "]" * 5_000, "[a](" * 5_000, "![" * 5_000, "[a](b" * 3_000]
)
def test_brackets_without_partners_cost_little_and_stay_text(text):
    started = time.process_time()

    assert html_of(text) == f"<p>{text}</p>"
    assert time.process_time() - started < 3
