"""What authors keep of readers' words: synonym rules and lists of questions; mistakes are told, the rest works."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.index.guide import SynonymRule
from kb_service.questions.wording import DEFAULT_WEIGHT, make_rules, not_covered_by_topic, questions_by_key


def rules_of(**tree: object) -> dict[tuple[str, str], float]:
    """The rules as (typed, meant) with their terms in a row, and their weights; there must be no problems."""
    rules, problems = make_rules(tree)
    assert problems == []
    return {(" ".join(rule.typed), " ".join(rule.meant)): rule.weight for rule in rules}


def test_words_that_mean_the_same_work_both_ways() -> None:
    assert rules_of(same=[["bill", "invoice"]]) == {
        ("bill", "invoic"): DEFAULT_WEIGHT,
        ("invoic", "bill"): DEFAULT_WEIGHT,
    }


def test_every_pair_of_a_group_is_meant() -> None:
    assert len(rules_of(same=[["yearly", "annual", "per annum"]])) == 6


def test_a_one_way_rule_works_one_way() -> None:
    assert rules_of(one_way=[{"from": "wire", "to": ["bank transfer"]}]) == {("wire", "bank transfer"): DEFAULT_WEIGHT}


def test_a_one_way_rule_takes_lists_and_single_words_on_either_side() -> None:
    rules = rules_of(one_way=[{"from": ["user", "agent"], "to": "staff"}])

    assert sorted(rules) == [("agent", "staff"), ("user", "staff")]


def test_a_weight_stands_with_a_group_or_a_rule() -> None:
    rules = rules_of(
        same=[{"words": ["bill", "invoice"], "weight": 0.8}], one_way=[{"from": "tier", "to": "plan", "weight": "0.5"}]
    )

    assert rules == {("bill", "invoic"): 0.8, ("invoic", "bill"): 0.8, ("tier", "plan"): 0.5}


def test_of_two_rules_for_the_same_the_stronger_counts() -> None:
    assert rules_of(same=[["a1", "b1"], {"words": ["a1", "b1"], "weight": 0.9}])["a1", "b1"] == 0.9


def test_spellings_that_meet_anyway_need_no_rule() -> None:
    assert rules_of(same=[["licence", "license"]]) == {}


def test_stop_words_are_typed_but_not_searched() -> None:
    assert ("sign in", "log") in rules_of(same=[["sign in", "log in"]])


def test_joined_words_are_rules_of_their_parts() -> None:
    assert ("pro rata", "prorat") in rules_of(same=[["pro-rata", "prorated"]])


def weighing(weight: object) -> dict[str, Any]:
    return {"same": [{"words": ["a1", "b1"], "weight": weight}]}


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "unknown key": ({"sane": []}, "unknown key 'sane': use `same` or `one_way`"),
    "not a list": ({"same": "bill, invoice"}, "`same` must be a list"),
    "one word": ({"same": [["bill"]]}, "`same` needs lists of two or more words, not ['bill']"),
    "a word alone": ({"same": ["bill"]}, "`same` needs lists of two or more words, not 'bill'"),
    "numbers": ({"same": [[1, 2]]}, "`same` needs lists of two or more words, not [1, 2]"),
    "no words": ({"same": [{"weight": 0.5}]}, "`same` needs lists of two or more words, not {'weight': 0.5}"),
    "nothing to search": ({"same": [["!!", "bill"]]}, "there is no word to search in '!!'"),
    "no target": ({"one_way": [{"from": "bill"}]}, "`one_way` needs {from: words, to: [words]}, not {'from': 'bill'}"),
    "no rule": ({"one_way": ["bill"]}, "`one_way` needs {from: words, to: [words]}, not 'bill'"),
    "weight too large": (
        {"same": [{"words": ["a1", "b1"], "weight": 2}]},
        "weight must be above 0 and at most 1, not 2",
    ),
    "weight zero": ({"same": [{"words": ["a1", "b1"], "weight": 0}]}, "weight must be above 0 and at most 1, not 0"),
    "no weight": ({"same": [{"words": ["a1", "b1"], "weight": "x"}]}, "weight must be above 0 and at most 1, not 'x'"),
}


@pytest.mark.parametrize(("tree", "problem"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_told_and_the_rest_works(tree: dict[str, Any], problem: str) -> None:
    right = {"from": "tier", "to": "plan"}
    tree = {**tree, "one_way": [*tree.get("one_way", []), right]}

    rules, problems = make_rules(tree)

    assert problems == [problem]
    assert SynonymRule(("tier",), ("plan",), DEFAULT_WEIGHT) in rules


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), True, None, [], "1e9"])
def test_a_weight_is_always_above_0_and_at_most_1(weight: object) -> None:
    rules, _ = make_rules(weighing(weight))

    assert all(0 < rule.weight <= 1 for rule in rules)


json_like = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["words", "weight", "from", "to"]), inner)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["same", "one_way", "other"]), json_like))
def test_any_file_gives_rules_or_problems(tree: dict[str, Any]) -> None:
    rules, problems = make_rules(tree)

    assert all(rule.typed and rule.meant for rule in rules)
    assert all(isinstance(problem, str) for problem in problems)


def test_questions_come_with_their_keys_in_order_and_without_blanks_around() -> None:
    pairs, problems = questions_by_key({"tax": [" VAT number? ", "GST?"], "cancelling": ["How do we leave?"]})

    assert pairs == [("VAT number?", "tax"), ("GST?", "tax"), ("How do we leave?", "cancelling")]
    assert problems == []


@pytest.mark.parametrize(
    "listed",
    ["VAT?", None, 5, {"a": "b"}, ["VAT?", 5], ["VAT?", ""], ["VAT?", "  "], ["VAT?", ["GST?"]]],
    ids=["text", "nothing", "number", "table", "a number in it", "an empty one", "a blank one", "a list in it"],
)
def test_what_is_no_list_of_questions_is_told_and_the_others_are_used(listed: object) -> None:
    pairs, problems = questions_by_key({"tax": listed, "other": ["Why?"]})

    assert pairs == [("Why?", "other")]
    assert problems == ["`tax` must be a list of questions"]


def test_a_question_under_two_keys_counts_for_the_first_and_is_told() -> None:
    pairs, problems = questions_by_key({"tax": ["VAT?"], "money": ["VAT? "]})

    assert pairs == [("VAT?", "tax")]
    assert problems == ["'VAT? ' stands under `tax` and `money`"]


def test_a_question_said_twice_under_one_key_is_one() -> None:
    assert questions_by_key({"tax": ["VAT?", "VAT?"]}) == ([("VAT?", "tax")], [])


def test_an_empty_file_has_no_questions() -> None:
    assert questions_by_key({}) == ([], [])


def test_a_topic_that_is_not_covered_may_say_who_can_answer() -> None:
    tree = {"tax": {"ask": " Tax@example.com ", "questions": ["GST?"]}, "pets": ["May dogs come in?"]}

    assert not_covered_by_topic(tree) == ([("GST?", "Tax@example.com"), ("May dogs come in?", "")], [])


@pytest.mark.parametrize(
    "topic", [{"ask": "me"}, {"ask": 7, "questions": ["a"]}, {"ask": "me", "question": ["a"]}, "a"]
)
def test_a_topic_that_is_written_otherwise_is_a_mistake(topic: object) -> None:
    assert not_covered_by_topic({"tax": topic}) == ([], ["`tax` must be a list of questions"])
