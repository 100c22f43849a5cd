import json
from pathlib import Path

import msgspec
import pytest

from kb_service.content.agents_only.marks import NOT_OPENED, UNCLOSED, find_marks, separate
from kb_service.content.agents_only.words import is_agent_word
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
        ":::note\ntext\n:::\n\na ::: b",
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

    assert separate(text) == (text, text, [], False)


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


@pytest.mark.parametrize(
    "source",
    [
        "An agent can open a ticket; internal notes, staff and private replies are explained below.",
        "::: note Agents and seats\nSeats.\n:::",
        "Set `visibility: hidden` or `X::Agent::new()`.\n\n```css\na { visibility: hidden }\n```",
        "The audience: agents who answer.",
        "<agent> is a placeholder, and [agent] too. [Agents only](a.md)",
        "{{ agent.name }} {% if plan %}a{% endif %}",
        "---\ntitle: T\ndescription: >\n  The audience: everybody.\n---\nText.",
        "### Support staff only?\n\nNo, everybody may.\n\n- @staff\n- @agents",
        "---\ntitle: T\ntags: [agent, support]\ncategory: private\n---\nText.",
    ],
)
def test_text_about_agents_is_not_hidden(source):
    assert an_article(source).public
    assert [problem for problem in problems_of(source) if problem.severity == "error"] == []


def test_code_may_show_marks_where_the_article_says_so():
    marks = "Write `<supportagent>text</supportagent>` or:\n\n```\n:::agent\ntext\n:::\n```\n"
    explained = f"---\nmarks_in_code: text\n---\n{marks}\n:::agent\nSECRET\n:::\n"

    assert "text" not in an_article(marks).public.html
    assert an_article(explained).public.html.count("text") == 2
    assert ":::agent" in an_article(explained).public.html
    assert "SECRET" not in an_article(explained).public.html


def test_what_looks_like_a_mark_is_an_error_with_its_line():
    (problem,) = problems_of("# T\n\nPublic.\n\n| a |\n|---|\n| :::agent x ::: |\n")

    assert (problem.line, problem.severity) == (7, "error")
    assert problem.message.startswith("`:::agent` looks like an agent-only mark")


def test_an_audience_of_another_vocabulary_is_kept_for_agents_until_it_is_called_public():
    (problem,) = problems_of("---\ntitle: T\naudience: Admin\n---\nText.")

    assert (problem.line, problem.severity) == (3, "error")
    assert an_article("---\ntitle: T\naudience: Admin\n---\nText.").public is None
    assert an_article("---\ntitle: T\naudience: Admin\nvisibility: public\n---\nText.").public
    assert an_article("---\ntitle: T\naudience: agent\nvisibility: public\n---\nText.").public is None


@pytest.mark.parametrize(
    "source",
    [
        "::: {.callout-agent}\nx\n:::",
        "<!--\nagent\n-->\nx",
        "[//]: # (agent\nx)",
        '{% section class="agent-only" %}x{% endsection %}',
        '{{< notice "agent" >}}x{{< /notice >}}',
        '<Viewer of="agent">x</Viewer>',
        '<div title="a > b" class="agent-only">x</div>',
        '<p class="box--staff">x</p>',
        '<p data-only="staff">x</p>',
        "@if(staff)\nx\n@endif",
        "\\begin{internal}\nx\n\\end{internal}",
        "> ![STAFF]\n> x",
        "STAFF ONLY the code is 7",
        "**For staff only** the code is 7",
        "Staff-only: the code is 7",
        "## Refunds \u2013 staff only\n\nx",
        "[^1]: Staff only: x\n\nx[^1]",
        "Restricted to staff: x",
        "Hide from customers: x",
        "Customers must not see this: x",
        "**Agents:** never tell the customer x",
        "Nur f\u00fcr interne Zwecke: x",
        "R\u00e9serv\u00e9 au personnel : x",
        "Confidencial: x",
        "# Refunds \u2013 staff only\n\nx",
        "\u2015\u2015\u2015\nreply: x\n\u2015\u2015\u2015\nx",
        "reply: |\n  x",
        "---\ntitle: T\nshared_with: staff\n---\nx",
        "---\ntitle: T\nsection: Internal\n---\nx",
        "---\ntitle: T\ndescription: For staff only\n---\nx",
        "---\ntitle: T\nconfidentiality: high\n---\nx",
    ],
)
def test_what_plainly_is_for_agents_keeps_its_article_from_the_public(source):
    assert an_article(source).public is None


@pytest.mark.parametrize(
    "source",
    [
        "::: info Agents\nEach takes a seat.\n:::",
        "- **Agents:** answer tickets.\n- **Admins:** pay.",
        "## Internal\n\nSeen by staff.\n\n## External\n\nSeen by all.",
        "INTERNAL SERVER ERROR means that the server failed.",
        "Write `{% if agent %}` to ask who reads.",
        "Only agents of the account can open its invoices, and customers see their own.",
        "Some text.\n\nStatus: Draft\n\nThe invoice is not sent yet.",
        "Customers cannot see what agents write in notes.",
        "---\nmarks_in_code: text\n---\n    <supportagent>\n    x\n    </supportagent>",
        "---\ntitle: T\nintro: You can make it public, internal, or private.\n---\nText.",
        "---\ntitle: T\ncache: true\n---\nText.",
    ],
)
def test_what_only_speaks_of_agents_or_states_is_public(source):
    article = an_article(source)
    assert article.public
    assert not article.hidden


@pytest.mark.parametrize("comment", ["{/* agent: x7 */}", "[//]: # (agent x7)", "<!-- x7 -->"])
@pytest.mark.parametrize("key", ["title", "owner", "topics", "questions", "sources", "redirects_from"])
def test_comments_in_values_are_nobodys(key, comment):
    value = f'["{comment} Credits"]' if key not in {"title", "owner"} else f'"{comment} Credits"'
    article = an_article(f"---\n{key}: {value}\n---\nText.")
    assert "x7" not in str(article)


@pytest.mark.parametrize(
    "source", ['<img hidden alt="x7" src="a.png">', '<p style="display&#58;none">x7</p>', "%% x7\nx7 %%"]
)
def test_what_is_hidden_or_a_comment_is_not_public(source):
    article = an_article(f"# T\n\nText.\n\n{source}")
    assert article.public
    assert "x7" not in str(article.public)


def test_a_variable_in_a_title_leaves_a_gap_that_is_reported():
    article = an_article('---\ntitle: "Use {{ product }} well"\n---\nText.')
    assert article.title == "Use [\u2026] well"
    assert any(problem.line == 2 and "variable" in problem.message for problem in article.problems)


@pytest.mark.parametrize(
    "comment", ["<!-- not for customers -->", "<!-- Not for customers! -->", "<!-- do not show to customers -->"]
)
def test_a_comment_that_keeps_a_text_from_customers_hides_the_article(comment):
    assert separate(f"# Refunds\n\n{comment}\n\nAGENTSECRET\n").doubtful
