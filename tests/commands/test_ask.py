"""`kb ask`: the main job in a terminal."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from kb_service.knowledge_base import MAX_QUESTION_CHARACTERS
from tests.billing_articles import SECRET
from tests.commands.conftest import Kb

FIRST_DAY = "An invoice is sent by email on the first day of each month."


def test_the_answer_comes_first_with_its_place_and_how_sure_it_is(kb: Kb) -> None:
    ran = kb("ask", "when is my invoice sent?")
    place = r"^When are invoices sent\? · /articles/invoices#intro · confidence [01]\.\d\d$"

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(FIRST_DAY)
    assert re.search(place, ran.out, re.MULTILINE)


@pytest.mark.parametrize("question", ["when is my invoice sent?", "only 48 active staff, how do we remove seats"])
def test_no_line_ends_with_blanks(kb: Kb, question: str) -> None:
    lines = kb("ask", question, "--seats", "60", "--explain").out.splitlines()

    assert any(line.startswith("  ") for line in lines)
    assert [line for line in lines if line != line.rstrip()] == []


def test_json_is_what_the_api_gives(kb: Kb) -> None:
    body = kb("ask", "when is my invoice sent?", "--json").data

    assert list(body) == [
        *("question", "query_id", "outcome", "confidence", "answer", "passages", "corrections", "staff_count"),
        *("seats", "related", "index", "took_ms", "answers", "ask", "languages", "record"),
    ]
    assert body["answer"]["text"].startswith(FIRST_DAY)


def test_what_is_not_covered_is_said_with_the_nearest_articles(kb: Kb) -> None:
    ran = kb("ask", "Where do we enter our VAT number on the invoice?")

    assert ran.code == 0
    assert ran.out.startswith("Not covered by the articles.\n\nThe nearest articles: ")
    assert "When are invoices sent? (/articles/invoices)" in ran.out


def test_what_may_help_is_shown_and_not_claimed(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_NO_ANSWER_BELOW", "1")

    ran = kb("ask", "when is my invoice sent?")

    assert ran.out.startswith("No article surely answers this. These passages may help:\nconfidence 0.")
    assert "/articles/invoices#intro" in ran.out


def test_an_empty_question_asks_for_one(kb: Kb) -> None:
    ran = kb("ask", " ")

    assert (ran.code, ran.out) == (0, 'The question is empty. Write it in quotes: kb ask "how do we add seats?"\n')


def test_corrections_are_told_before_the_answer(kb: Kb) -> None:
    assert kb("ask", "biling portal").out.startswith("Searched also for “billing” (biling)\n")


def test_seats_are_put_together_from_the_question_and_the_option(kb: Kb) -> None:
    out = kb("ask", "only 48 active staff, how do we remove seats", "--seats", "60").out

    assert (
        "You have seats to spare\n  Paid seats: 60 (you entered it)\n"
        "  Active staff: 48 (you wrote: “only 48 active staff”)\n"
        "  12 more staff can be enabled."
    ) in out


def test_a_number_that_was_read_wrong_is_corrected_by_the_option(kb: Kb) -> None:
    out = kb("ask", "we pay for 60 seats, 40 active", "--active", "48").out

    assert "  Active staff: 48 (you entered it)\n  12 more staff can be enabled.\n" in out


def test_numbers_that_contradict_each_other_are_not_told_as_known(kb: Kb) -> None:
    out = kb("ask", "we have 60 seats, but the invoice is for 62").out

    assert "\nYour seats\n  Paid seats: ?\n  Active staff: ?\n  How many more staff can be enabled depends on" in out
    assert "The question says 60 and 62 seats." in out


def test_a_guess_is_asked_about(kb: Kb) -> None:
    out = kb("ask", "roughly 60 seats, only 48 of them active").out

    assert "\n  Paid seats: ? (you wrote: “roughly 60 seats”)\n  Active staff: 48 (you wrote: “" in out
    assert "\n  Do you pay for 60 seats?\n  With 60 seats and 48 active staff, 12 more" in out


def test_a_helpdesk_that_may_not_be_asked_is_said_and_the_answer_given(kb: Kb) -> None:
    ran = kb("ask", "when is my invoice sent?", "--domain", "help.acme.com")

    assert ran.code == 0
    assert ran.out.startswith(FIRST_DAY)
    assert "help.acme.com is not a helpdesk that can be asked from here." in ran.out


def test_reasons_and_the_number_of_passages_are_chosen(kb: Kb) -> None:
    one, two = (kb("ask", "remove seats", "--explain", "--limit", limit).out for limit in ("1", "2"))

    assert "  - holds “remove” and “seats”" in one
    assert (one.count("/articles/") - 2, two.count("/articles/") - 2) == (2, 3)  # two are related


def test_agents_see_what_is_for_them(kb: Kb) -> None:
    assert SECRET in kb("ask", f"who may give a {SECRET} refund", "--audience", "agent").out
    assert SECRET not in kb("ask", "who may give a goodwill refund").out


def test_a_question_that_is_too_long_is_refused(kb: Kb) -> None:
    ran = kb("ask", "x" * (MAX_QUESTION_CHARACTERS + 1))

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "kb: question: 2001 characters; use at most 2000\n"


def test_without_an_index_it_says_how_to_build_one(kb: Kb, folder: Path) -> None:
    shutil.rmtree(folder / ".kb/index")
    ran = kb("ask", "seats")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err == "kb: There is no index in .kb/index. Build it: kb index.\n"


def test_another_index_can_be_named(kb: Kb, folder: Path) -> None:
    (folder / ".kb/index").rename(folder / "elsewhere")

    assert kb("ask", "when is my invoice sent?", "--index", "elsewhere").out.startswith(FIRST_DAY)


@pytest.mark.parametrize(
    "arguments",
    [(), ("a", "b"), ("a", "--limit", "0"), ("a", "--seats", "-1"), ("a", "--audience", "everybody"), ("a", "--what")],
    ids=["no question", "two", "no passages", "fewer than no seats", "an unknown audience", "an unknown option"],
)
def test_wrong_usage_is_explained(kb: Kb, arguments: tuple[str, ...]) -> None:
    ran = kb("ask", *arguments)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Usage: kb ask [OPTIONS] QUESTION")
