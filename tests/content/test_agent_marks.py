import json
from pathlib import Path

import msgspec
import pytest

from kb_service.content.agent_marks import NOT_OPENED, UNCLOSED, find_marks, is_agent_word, separate
from tests.content.builders import an_article, problems_of


@pytest.mark.parametrize(
    "word", ["agent", "Agents", " internal ", "agents-only", "Staff_only", "ＡＧＥＮＴ", "support agent"]
)
def test_words_that_mean_agents(word):
    assert is_agent_word(word)


@pytest.mark.parametrize("word", ["public", "", "customer", "agentless"])
def test_words_that_do_not(word):
    assert not is_agent_word(word)


@pytest.mark.parametrize(
    "text",
    [
        "Ask your support agent, a <supporter> or [Support agents](agents.md).",
        "`<agent>` and <https://<insertyourdomain>.example.com/x>",
        ":::note\ntext\n:::\n\n::: \n\na ::: b",
        "[supporting agents][a] {support} &lt;support&gt;",
    ],
)
def test_ordinary_text_has_no_marks(text):
    assert find_marks(text) == []


def test_marks_are_found_at_their_places_in_the_source():
    text = "ä &lt;supportagent&gt;x＜/supportagent＞ :::"
    marks = find_marks(text)

    assert [text[mark.start : mark.end] for mark in marks] == ["&lt;supportagent&gt;", "＜/supportagent＞"]
    assert [mark.opens for mark in marks] == [True, False]


def test_a_tag_that_is_cut_off_ends_behind_its_name():
    text = "a <supportagent\nb"
    (mark,) = find_marks(text)

    assert text[mark.start : mark.end] == "<supportagent"


DATA = Path(__file__).with_name("data")
CASES = [json.loads(line) for line in DATA.joinpath("agent_markup.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_agent_text_reaches_nothing_public(case):
    article = an_article(case["source"])
    shown = msgspec.structs.replace(article, agent=None) if article.audience == "public" else None

    assert b"SECRET" not in msgspec.json.encode(shown)
    assert b"secret" not in msgspec.json.encode(shown)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_what_surrounds_agent_text_stays_public(case):
    article = an_article(case["source"])
    public = article.public
    shown = f"{article.title} {public.html} {[passage.text for passage in public.passages]}" if public else ""

    assert [word for word in case["public"] if word not in shown] == []


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_agents_see_their_text_and_it_is_labelled(case):
    view = an_article(case["source"]).view("agent")

    assert view
    for passage in view.passages:
        assert "SECRET" not in passage.text or passage.audience == "agent"


def test_marks_themselves_are_in_neither_reading():
    separated = separate("a <supportagent>b</supportagent> c\n\n:::agent\nd\n:::\n\n:::note\ne\n:::\n")

    assert separated.public == "a  c\n\n\n\n:::note\ne\n:::\n"
    assert separated.agent == "a b c\n\n\nd\n\n\n:::note\ne\n:::\n"


def test_text_without_marks_is_returned_as_it_is():
    text = "- a\n- [b](c)\n"

    assert separate(text) == (text, text, [])


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        pytest.param("---\ntitle: x\n---\nopen\n\n<supportagent>\nmore", 6, UNCLOSED, id="tag"),
        pytest.param("open\n\n:::agent\nmore", 3, UNCLOSED, id="fence"),
        pytest.param("open\n\nhidden</supportagent>", 3, NOT_OPENED, id="end alone"),
    ],
)
def test_marks_that_do_not_pair_are_named_with_their_line(source, line, message):
    assert [(problem.line, problem.message) for problem in problems_of(source)] == [(line, message)]


def test_a_short_text_loses_its_agent_part():
    assert separate("Seats <supportagent>and CRM").public == "Seats "
