import pytest

from kb_service.content.blocks import Block, Piece, read_blocks
from kb_service.content.parts import count_words, parts_of
from tests.content.builders import html_of, words


def parts(markdown):
    (block,) = read_blocks(html_of(markdown))
    return [part.text for part in parts_of(block)]


@pytest.mark.parametrize(("text", "count"), [("", 0), ("a b  c", 3), ("料金と請求書です", 5), ("12,000 seats!", 2)])
def test_words_are_counted_in_any_script(text, count):
    assert count_words(text) == count


def test_a_block_that_fits_is_one_part():
    assert parts(words(160)) == [words(160)]
    assert len(parts("\n".join(f"- {words(30)}" for _ in range(10)))) == 1


def test_long_prose_is_divided_between_sentences():
    sentences = [words(30, word=f"w{number}") for number in range(12)]

    assert parts(" ".join(sentences)) == [" ".join(sentences[start : start + 5]) for start in (0, 5, 10)]


def test_long_lists_are_divided_between_items():
    items = [f"{number}. {words(40)}" for number in range(1, 13)]

    assert parts("\n".join(items)) == ["\n".join(items[start : start + 3]) for start in (0, 3, 6, 9)]


def test_each_part_of_a_long_table_has_the_head():
    rows = [f"a{number} | {words(70)}" for number in range(8)]

    divided = parts("Plan | What it is\n--|--\n" + "\n".join(rows))

    assert len(divided) == 4
    assert [part.split("\n") for part in divided] == [
        ["Plan | What it is", *rows[start : start + 2]] for start in (0, 2, 4, 6)
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("word " * 2_000, id="no sentence"),
        pytest.param("料金と請求。" * 500, id="no spaces"),
        pytest.param("x" * 50_000, id="no words"),
    ],
)
def test_nothing_is_so_long_that_it_cannot_be_divided(text):
    divided = list(parts_of(Block("prose", (Piece(text, 0),), 0)))

    assert max(part.words for part in divided) <= 200
    assert max(len(part.text) for part in divided) <= 8_000
    assert "".join("".join(part.text.split()) for part in divided) == "".join(text.split())
