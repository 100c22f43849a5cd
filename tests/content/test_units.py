import pytest

from kb_service.content.passages.html_blocks import read_blocks
from kb_service.content.passages.units import heading_kind, pseudo_heading
from tests.content.builders import html_of, passages_of, words


def units(markdown):
    """Return the kind and text of each unit, with the text that it hangs from."""
    (passage,) = passages_of(markdown)
    shown = [passage.text[unit.start : unit.end] for unit in passage.units]
    return [
        (unit.kind, text, shown[unit.under] if unit.under >= 0 else "")
        for unit, text in zip(passage.units, shown, strict=True)
    ]


QUESTION = "When do you deliver?"
ANSWER = "On Mondays."


@pytest.mark.parametrize(
    "markdown",
    [
        pytest.param(f"**{QUESTION}**\n\n{ANSWER}", id="bold"),
        pytest.param(f"**{QUESTION}** {ANSWER}", id="bold in one paragraph"),
        pytest.param(f"{QUESTION}\n\n{ANSWER}", id="alone in its paragraph"),
        pytest.param(f"<details><summary>{QUESTION}</summary>\n\n{ANSWER}\n\n</details>", id="summary"),
        pytest.param(f"{QUESTION}\n: {ANSWER}", id="definition term"),
        pytest.param(f"- **{QUESTION}** {ANSWER}", id="bold in an item"),
        pytest.param(f"- **{QUESTION}**\n\n  {ANSWER}", id="bold above an item's text"),
    ],
)
def test_a_question_and_its_answer_know_each_other(markdown):
    asked, answered = units(markdown)

    assert asked[0] == "question"
    assert asked[1].removeprefix("- ") == QUESTION
    assert answered == ("text", ANSWER, asked[1])


@pytest.mark.parametrize(
    "markdown",
    [
        "Q: When do you deliver? A: On Mondays.",
        "**Q: When do you deliver?**\nA: On Mondays.",
        "**Q:** When do you deliver?\n\n**A:** On Mondays.",
        "Q1. When do you deliver?\n\nA1. On Mondays.",
        "Frage: When do you deliver?\n\nAntwort: On Mondays.",
    ],
)
def test_questions_behind_a_letter_are_questions_and_answers_come_without_it(markdown):
    asked, answered = units(markdown)

    assert (asked[0], answered[:2]) == ("question", ("text", ANSWER))
    assert answered[2] == asked[1]


def test_headings_of_small_sections_are_headings_and_questions():
    assert units("## Opening hours\n\nFrom nine.\n\n## Is there a lift?\n\nYes, on the left.") == [
        ("heading", "Opening hours", ""),
        ("text", "From nine.", "Opening hours"),
        ("question", "Is there a lift?", ""),
        ("text", "Yes, on the left.", "Is there a lift?"),
    ]


def test_each_question_of_several_has_its_own_answer():
    assert [unit[2] for unit in units("**One?**\n\na\n\n- b\n\n**Two?**\n\nc\n\n**Three?** d\n\ne")] == [
        *("", "One?", "One?"),
        *("", "Two?"),
        *("", "Three?", ""),
    ]


def test_what_stands_behind_details_is_not_under_their_summary():
    shown = units("<details>\n<summary>Who?</summary>\n\nAnn.\n\n</details>\n\nThat is all.")

    assert shown[1:] == [("text", "Ann.", "Who?"), ("text", "That is all.", "")]


def test_a_lead_in_leads_to_its_list_table_or_code():
    assert units("Prices rise. To pay:\n\n1. Sign in.\n2. Pay.\n\nSend this:\n\n```\nGET /\n```") == [
        ("text", "Prices rise.", ""),
        ("lead_in", "To pay:", ""),
        ("step", "1. Sign in.", "To pay:"),
        ("step", "2. Pay.", "To pay:"),
        ("lead_in", "Send this:", ""),
        ("code", "GET /", "Send this:"),
    ]


@pytest.mark.parametrize("lead", ["Use the following cards.", "Nimm folgende Karten.", "Voici les cartes suivantes."])
def test_a_sentence_that_announces_a_list_leads_to_it_without_a_colon(lead):
    assert units(f"{lead}\n\n- Visa\n- Amex")[:2] == [("lead_in", lead, ""), ("item", "- Visa", lead)]


def test_rows_hang_from_the_header_of_their_table():
    assert units("Times:\n\nPlan | Hours\n-|-\nSolo | 24\nTeam | 4") == [
        ("lead_in", "Times:", ""),
        ("header", "Plan | Hours", "Times:"),
        ("row", "Solo | 24", "Plan | Hours"),
        ("row", "Team | 4", "Plan | Hours"),
    ]


def test_every_part_of_a_long_table_has_its_header_as_a_unit():
    rows = "\n".join(f"a{number} | {words(60)}" for number in range(9))
    passages = passages_of(f"Plan | What it is\n--|--\n{rows}")

    assert len(passages) > 2
    assert all(passage.units[0].kind == "header" and passage.units[1].under == 0 for passage in passages)


def test_terms_stand_with_what_they_mean():
    assert units("seat\n: a place\n\nplan\n: a price") == [
        ("definition", "- seat: a place", ""),
        ("definition", "- plan: a price", ""),
    ]


@pytest.mark.parametrize(
    ("markdown", "steps"),
    [
        pytest.param(
            "1. Run this:\n```\nmake\n```\n2. Wait.", ["1. Run this:\n   make", "2. Wait."], id="code at the margin"
        ),
        pytest.param("1. One.\n\nMore of it.\n\n2. Two.", ["1. One.\n   More of it.", "2. Two."], id="paragraph"),
        pytest.param("1. One.\n\nMore of it.\n\n1. Two.", ["1. One.\n   More of it.", "1. Two."], id="counted anew"),
        pytest.param("1. One.\n\na | b\n-|-\nc | d\n\n2. Two.", ["1. One.\n   a | b\n   c | d", "2. Two."], id="table"),
        pytest.param("1. One.\n\n![the page](a.png)\n\n2. Two.", ["1. One.", "2. Two."], id="picture"),
        pytest.param("1. One.\n\n   > mind this\n\n2. Two.", ["1. One.\n   mind this", "2. Two."], id="callout"),
        pytest.param(
            "1. One.\n\n   <details>\n   <summary>Where?</summary>\n\n   Below.\n\n   </details>\n\n2. Two.",
            ["1. One.\n   Where?\n   Below.", "2. Two."],
            id="details",
        ),
    ],
)
def test_a_step_has_what_stands_below_it(markdown, steps):
    assert [(kind, text) for kind, text, _ in units(markdown)] == [("step", step) for step in steps]


@pytest.mark.parametrize(
    "markdown",
    [
        pytest.param("1. Open.\n2. Pay.\n\nTo cancel:\n\n1. Open.\n2. Cancel.", id="announced"),
        pytest.param("1. Pay.\n\n**By post**\n\n1. Write.", id="under another heading"),
    ],
)
def test_two_procedures_stay_two(markdown):
    assert len({under for kind, _, under in units(markdown) if kind == "step"}) == 2


def test_a_line_in_bold_goes_with_what_follows():
    first, second = passages_of(f"{words(120)}\n\n**Don't!**\n\n- {words(25)}\n- {words(25)}")

    assert first.text == words(120)
    assert second.text.startswith("Don't!\n\n- word")
    assert second.units[0].kind == "heading"


def test_a_long_article_of_bold_questions_is_divided_between_them():
    passages = passages_of("\n\n".join(f"**Question {number}?**\n\n{words(70)}" for number in range(5)))

    assert all(passage.text.startswith("Question ") and passage.text.endswith("end.") for passage in passages)


def test_a_long_answer_that_is_divided_has_its_question_above_each_part():
    first, second = passages_of(f"**What does it cost?**\n\n{words(155)}\n\n{words(155)}")

    assert first.heading_path == ()
    assert second.heading_path == ("What does it cost?",)


def test_a_paragraph_goes_with_the_list_below_it():
    first, second = passages_of(f"{words(100)}\n\n{words(40)}\n\n" + "\n".join(f"- {words(20)}" for _ in range(4)))

    assert first.text == words(100)
    assert second.text.startswith(f"{words(40)}\n\n- ")


@pytest.mark.parametrize(
    ("markdown", "kind"),
    [
        ("**Before you begin**", "heading"),
        ("**Don't!**", "heading"),
        ("**What now?**", "question"),
        ("What now?", "question"),
        ("ما هو السعر؟", "question"),
        ("料金はいくらですか？", "question"),
        ("**Never delete the last administrator of an account.**", ""),
        ("**This line in bold is so long that nobody would call it the heading of anything at all**", ""),
        ("Need help? Write to us.", ""),
        ("Before you begin", ""),
        ("**Before** you begin", ""),
    ],
)
def test_which_lines_are_headings_in_all_but_name(markdown, kind):
    (block,) = read_blocks(html_of(markdown))

    assert pseudo_heading(block) == kind


@pytest.mark.parametrize("heading", ["Why?", "How much is it?:", '"Can I?"', "Q: the price", "Wie teuer？"])
def test_headings_that_ask(heading):
    assert heading_kind(heading) == "question"


@pytest.mark.parametrize(
    "markdown",
    [
        "a\n\n**b**\n\n- c\n- d\n\n```\ne\n\nf\n```\n\n|g|h|\n|-|-|\n|i|j|",
        "## A\n\nb\n\n## C?\n\n1. d\n\n   e\n2. f\n\n### Note\n\n- g",
        f"{words(300)}\n\n" + "\n".join(f"{number}. {words(60)}" for number in range(1, 12)),
    ],
)
def test_units_are_all_of_a_text_in_order(markdown):
    for passage in passages_of(markdown):
        ends = [0, *(at for unit in passage.units for at in (unit.start, unit.end)), len(passage.text)]

        assert ends == sorted(ends)
        assert not "".join(passage.text[end:start] for end, start in zip(ends[::2], ends[1::2], strict=True)).strip()
        assert all(unit.start < unit.end and -1 <= unit.under < number for number, unit in enumerate(passage.units))


@pytest.mark.parametrize("question", ["**What does it cost?**", "## What does it cost?"])
def test_an_answer_of_three_hundred_words_is_one(question):
    (passage,) = passages_of(f"{question}\n\n{words(140)}\n\n{words(140)}")

    assert passage.text.count(words(140)) == 2


def test_a_sentence_that_announces_subsections_goes_with_all_of_them_where_they_are_short():
    siblings = "".join(f"### Way {number}\n\n{words(60)}\n\n" for number in range(3))
    before, ways, after = passages_of(
        f"## Paying\n\n{words(60)}\n\nThere are three ways to pay an invoice.\n\n{siblings}## Else\n\n{words(60)}"
    )

    assert before.text == words(60)
    assert ways.text.startswith("There are three ways")
    assert ways.text.count("Way") == 3
    assert after.heading_path == ("Else",)


def test_a_sentence_that_announces_many_subsections_goes_with_the_first_of_them():
    siblings = "".join(f"### Way {number}\n\n{words(100)}\n\n" for number in range(5))
    first, *others = passages_of(f"## Paying\n\nThe ways are as follows.\n\n{siblings}")

    assert first.text.startswith("The ways are as follows.\n\nWay 0")
    assert len(others) == 3


def test_a_sentence_about_steps_that_were_done_announces_nothing():
    passages = passages_of(f"## A\n\n{words(60)}\n\nIf you completed these steps, write to us.\n\n### B\n\n{words(60)}")

    assert passages[0].text.endswith("write to us.")


def test_a_sentence_with_a_colon_and_nothing_behind_it_is_no_passage():
    passages = passages_of(f"## A\n\n{words(60)}\n\n## Guides\n\nThe guides are the following ones, by subject:\n")

    assert [passage.heading_path for passage in passages] == [("A",)]


@pytest.mark.parametrize("explanation", ["Where `seats` is a number.", "These lines change the plan."])
def test_code_goes_with_what_leads_to_it_and_what_explains_it(explanation):
    code = "\n".join(f"option_{number} = {number}" for number in range(150))
    first, second = passages_of(f"{words(150)}\n\nWrite:\n\n```\n{code}\n```\n\n{explanation}")

    assert first.text == words(150)
    assert second.text.startswith("Write:\n\noption_0")
    assert second.text.endswith(explanation.replace("`", ""))


def test_the_second_half_of_a_pair_goes_with_the_first():
    passages = passages_of(f"{words(150)}\n\n**When a card fails**\n\n- {words(30)}\n\n**Then**\n\n- {words(30)}")

    assert passages[-1].text.startswith("When a card fails")
    assert "Then" in passages[-1].text


def test_a_line_in_bold_that_names_a_procedure_heads_nothing_behind_its_steps():
    steps = "\n".join(f"1. {words(40)}" for _ in range(3))
    passages = passages_of(f"**To hide a row**\n\n{steps}\n\n{words(150)}")

    assert passages[-1].heading_path == ()


def test_a_line_in_bold_that_says_where_a_menu_is_is_no_heading():
    passages = passages_of(f"**Location: Settings > Plans**\n\n{words(150)}\n\n{words(150)}")

    assert passages[-1].heading_path == ()


def test_a_sentence_with_a_colon_before_a_picture_stays():
    passages = passages_of(
        f"## A\n\n{words(60)}\n\n## Logos\n\nThe one logo is shown on the login screen:\n\n![](logo.png)"
    )

    assert "login screen" in passages[-1].text
