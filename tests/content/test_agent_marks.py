import pytest

from kb_service.content.agent_marks import find_marks, is_agent_word


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
