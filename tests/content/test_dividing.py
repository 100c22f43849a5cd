from hashlib import sha256

import pytest

from kb_service.content.passages.dividing import count_words, parts_of
from kb_service.content.passages.html_blocks import Block, Line, read_blocks
from tests.content.builders import an_article, html_of, passages_of, words


def shape(markdown):
    return [
        (passage.anchor, " > ".join(passage.heading_path), len(passage.text.split()))
        for passage in passages_of(markdown)
    ]


def test_a_passage_tells_where_it_stands():
    _, passage = passages_of(f"# Seats\n\n{words(50)}\n\n## Adding seats\n\n{words(50)}")

    assert (passage.id, passage.article_id, passage.title) == ("an-article#adding-seats", "an-article", "Seats")
    assert (passage.heading_path, passage.position, passage.kind) == (("Adding seats",), 1, "prose")
    assert passage.content_sha256 == sha256(passage.text.encode()).hexdigest()


def test_blocks_are_apart_and_items_are_on_lines():
    (passage,) = passages_of("To add seats:\n\n1. Sign in.\n2. Type the number.\n\n- a\n- b\n\n|a|b|\n|-|-|\n|1|2|")

    assert passage.text == "To add seats:\n\n1. Sign in.\n2. Type the number.\n\n- a\n- b\n\na | b\n1 | 2"


@pytest.mark.parametrize(
    ("markdown", "kind"),
    [
        ("a b c\n\n1. a", "prose"),
        ("a:\n\n1. b c\n2. d", "steps"),
        ("a:\n\n- b c\n- d", "list"),
        ("a\n\n|b c|d|\n|-|-|\n|e f|g|", "table"),
        ("a\n\n```\nb c d\n```", "code"),
    ],
)
def test_the_kind_is_that_of_most_words(markdown, kind):
    assert passages_of(markdown)[0].kind == kind


def test_main_sections_stand_alone_from_twenty_words_on():
    assert shape(f"## A\n\n{words(20)}\n\n## B\n\n{words(20)}") == [("a", "A", 20), ("b", "B", 20)]


def test_a_short_main_section_joins_its_neighbour_and_both_headings_stay():
    (passage,) = passages_of(f"## A\n\nshort\n\n## B\n\n{words(50)}")

    assert (passage.anchor, passage.heading_path) == ("a", ())
    assert passage.text == f"A\n\nshort\n\nB\n\n{words(50)}"


def test_short_subsections_join_under_their_parent():
    (passage,) = passages_of(f"## A\n\n{words(30)}\n\n### B\n\n{words(30)}\n\n### C\n\n{words(30)}")

    assert passage.heading_path == ("A",)
    assert passage.text == "\n\n".join([words(30), "B", words(30), "C", words(30)])


def test_a_short_section_rather_joins_the_next_than_a_long_one_before():
    assert shape(f"## A\n\n{words(100)}\n\n### B\n\n{words(20)}\n\n### C\n\n{words(30)}") == [
        ("a", "A", 100),
        ("b", "A", 52),
    ]


def test_sections_far_apart_in_the_outline_do_not_join():
    assert [anchor for anchor, *_ in shape(f"## A\n\n### B\n\n#### C\n\n{words(10)}\n\n## D\n\n{words(10)}")] == [
        "c",
        "d",
    ]


def test_what_would_be_too_long_together_stays_apart():
    assert shape(f"{words(10)}\n\n## A\n\n{words(155)}") == [("intro", "", 10), ("a", "A", 155)]


def test_a_long_section_has_several_passages_with_numbered_anchors():
    paragraphs = "\n\n".join([words(70)] * 5)

    assert shape(f"## A\n\n{paragraphs}\n\n## B\n\n{words(40)}") == [
        ("a", "A", 140),
        ("a.2", "A", 140),
        ("a.3", "A", 70),
        ("b", "B", 40),
    ]


def test_steps_stay_with_the_line_that_announces_them():
    steps = "\n".join(f"{number}. {words(25)}" for number in range(1, 9))
    first, second = passages_of(f"## A\n\n{words(100)}\n\nTo add seats:\n\n{steps}")

    assert first.text == words(100)
    assert second.text.startswith("To add seats:\n\n1. word")


def test_every_anchor_is_the_id_of_one_element():
    public = an_article(
        f"{words(200)} {words(200)}\n\n## A\n\n"
        + "\n".join(f"- {words(100)}" for _ in range(5))
        + f"\n\n## A\n\n{words(30)}"
    ).public

    anchors = [passage.anchor for passage in public.passages]
    assert len(anchors) > 6
    assert [public.html.count(f'id="{anchor}"') for anchor in anchors] == [1] * len(anchors)


def test_ids_do_not_change_with_edits_elsewhere():
    before = f"## A\n\n{words(50)}\n\n## B\n\n{words(100)}\n\n{words(100)}\n\n## C\n\n{words(50)}"
    after = before.replace("## A\n", f"{words(60)}\n\n## New\n\n{words(60)}\n\n## A\n\n{words(30)}\n")

    assert {passage.id for passage in passages_of(before)} < {passage.id for passage in passages_of(after)}


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

    assert parts("\n".join(items)) == ["\n".join(items[start : start + 6]) for start in (0, 6)]


def test_a_procedure_that_a_passage_can_take_is_whole():
    assert len(parts("\n".join(f"{number}. {words(40)}" for number in range(1, 12)))) == 1


def test_a_step_too_long_for_a_passage_is_divided_between_its_paragraphs():
    paragraphs = "\n\n".join(f"   {words(70, word=f'p{number}')}" for number in range(8))

    assert all(part.endswith("end.") for part in parts(f"1. Do this.\n\n{paragraphs}"))


def test_the_rest_of_a_long_table_is_not_a_part_for_itself():
    rows = "\n".join(f"a{number} | {words(34)}" for number in range(9))

    assert [part.count("\n") for part in parts(f"Plan | What it is\n--|--\n{rows}")] == [4, 5]


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
    divided = list(parts_of(Block("prose", (Line(text, 0, len(text)),), 0, len(text))))

    assert max(part.words for part in divided) <= 200
    assert max(len(part.text) for part in divided) <= 8_000
    assert "".join("".join(part.text.split()) for part in divided) == "".join(text.split())


def test_an_authors_anchor_that_looks_like_a_second_passage_is_of_one_passage():
    text = f"## A\n\n{words(150)}\n\n{words(150)}\n\n{words(150)}\n\n## B {{#a.2}}\n\n{words(150)}"
    ids = [passage.id for passage in passages_of(text)]

    assert len(set(ids)) == len(ids) == 4


def test_code_is_divided_where_no_bracket_is_open_and_nothing_is_added():
    items = "\n".join(f"- name: {number}\n  call(\n    {words(20)}\n\n    {words(20)}\n  )" for number in range(20))
    passages = passages_of(f"```\n{items}\n```")

    assert len(passages) > 1
    assert "\n".join(passage.text for passage in passages) == items
    assert all(passage.text.startswith("- name") for passage in passages)


def test_the_header_of_a_table_stands_once_in_a_passage():
    rows = "\n".join(f"|{number}|{words(count)}|" for number, count in enumerate((8, 9, 310, 12)))
    passages = passages_of(f"|a|b|\n|-|-|\n{rows}")

    assert all(passage.text.count("a | b") == 1 for passage in passages)
    assert all(
        passage.text[unit.start : unit.end] in passage.text.split("\n")
        for passage in passages
        for unit in passage.units
    )


def test_a_callout_is_not_divided_between_its_paragraphs():
    text = f"{words(60)}\n\n{words(60)}\n\n!!! note\n    {words(45)}\n\n    Last {words(45)}\n\n{words(60)}"

    assert [passage.text for passage in passages_of(text) if "Note:" in passage.text and "Last" in passage.text]


@pytest.mark.parametrize("lead", ["It is done in two ways:", "**To pay:**"])
def test_what_leads_to_the_next_section_stands_before_it(lead):
    text = f"# A\n\n## Ways\n\n{words(80)}\n\n{lead}\n\n### Card\n\n{words(60)}\n\n### Bank\n\n{words(60)}"
    lead = lead.replace("**", "")

    (passage,) = (passage for passage in passages_of(text) if lead in passage.text)
    assert passage.text.startswith(f"{lead}\n\nCard\n\n")


def test_a_paragraph_stays_whole_a_little_longer():
    (passage,) = passages_of(f"{words(90)} {words(90).capitalize()}")

    assert passage.text.count("end.") == 2


def test_a_list_goes_on_behind_a_picture():
    (passage,) = passages_of("- a\n\n![x](https://example.com/x.png)\n\n- b")

    assert [passage.text[unit.start : unit.end] for unit in passage.units] == ["- a", "- b"]
    assert passage.text == "- a\n- b"
