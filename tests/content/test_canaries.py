"""Text for agents in every odd spelling, and nothing of it in any byte that the public can get."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from kb_service.app import create_app
from kb_service.content.library import read_library
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.settings import Settings

FRONT = "---\ntitle: T\n{}\n---\n\nCANARY"
CANARIES = {
    # Fences
    "escaped": "Open.\n\n\\:::agent\nCANARY\n\\:::\n",
    "each colon escaped": "Open.\n\n\\:\\:\\:agent\nCANARY\n\\:\\:\\:\n",
    "inner id and class": ":::agent\nStaff.\n\n::: {#warn .warning}\nCareful.\n:::\n\nCANARY\n:::\n",
    "inner title alone": ':::agent\nStaff.\n\n::: "Careful"\nx\n:::\n\nCANARY\n:::\n',
    "inner note": ":::agent\n::: note\nx\n:::\nCANARY\n:::\n",
    "inner closed on its line": ":::agent\n:::image src=x :::\nCANARY\n:::\n",
    "inner fence more": ":::agent\n::::note\nx\n:::\nCANARY\n::::\nCANARY\n:::\n",
    "pandoc id and class": "::: {#x .agent}\nCANARY\n:::\n",
    "pandoc class attribute": '::: {class="agent"}\nCANARY\n:::\n',
    "pandoc audience": "::: {audience=agent}\nCANARY\n:::\n",
    "task list": "- [ ] :::agent\n      CANARY\n      :::\n",
    "ticked task": "- [x] :::agent CANARY\n      CANARY\n      :::\n",
    "list in list": "- - :::agent\n    CANARY\n    :::\n",
    "numbered": "12) :::agent\n    CANARY\n    :::\n",
    "quote in list": "- > :::agent\n  > CANARY\n  > :::\n",
    "quote of quote": "> > :::agent\n> > CANARY\n> > :::\n",
    "table cell": "| a | b |\n|---|---|\n| one | :::agent CANARY ::: |\n",
    "first table cell": "| a | b |\n|---|---|\n| :::agent CANARY | b |\n",
    "behind text": "Text :::agent CANARY :::\n",
    "in a paragraph element": "<p>:::agent</p>\n<p>CANARY</p>\n<p>:::</p>\n",
    "in a div": "<div>:::agent\nCANARY\n:::</div>\n",
    "in a summary": "<details><summary>:::agent</summary>\n\nCANARY\n\n</details>\n",
    "heading": "## :::agent\n\nCANARY\n\n:::\n",
    "bold": "**:::agent**\n\nCANARY\n\n**:::**\n",
    "half bold": "::**:agent**\n\nCANARY\n",
    "in a code span": "`:::agent`\n\nCANARY\n\n`:::`\n",
    "blanks between": ": : : agent\nCANARY\n: : :\n",
    "wide": "\uff1a\uff1a\uff1a\uff21\uff27\uff25\uff2e\uff34\nCANARY\n\uff1a\uff1a\uff1a\n",
    "references": "&#58;&#58;&#58;agent\nCANARY\n&#58;&#58;&#58;\n",
    "ended in code": ":::agent\nStaff:\n\n```\n:::\n```\n\nCANARY\n",
    "ended in indented code": ":::agent\nStaff:\n\n    :::\n\nCANARY\n",
    "ended in a comment": ":::agent\n<!--\n:::\n-->\nCANARY\n",
    "ended too early": ":::agent\nStaff.\n:::\nCANARY\n:::\n",
    "never ended": ":::agent\nCANARY\n\n## CANARY\n\nCANARY\n",
    "two colons": "::agent\nCANARY\n::\n",
    "directive": "Text :agent[CANARY] more.\n",
    "leaf directive": "::agent[CANARY]\n",
    "a letter of another alphabet": ":::\u0430gent\nCANARY\n:::\n",
    "audience in a comment": "<!-- audience: agent -->\nCANARY\n",
    "upper case": ":::AGENTS-ONLY\nCANARY\n:::\n",
    # Tags
    "tag ended in code": "<supportagent>\n\n```\n</supportagent>\n```\n\nCANARY\n",
    "tag ended in a code span": "<supportagent>See `</supportagent>`. CANARY</supportagent>\n",
    "trimmed template": "{%- supportagent -%}\nCANARY\n{%- endsupportagent -%}\n",
    "template with a dash": "{% support-agent %}\nCANARY\n{% endsupport-agent %}\n",
    "other template": "{% agent %}\nCANARY\n{% endagent %}\n",
    "block template": "{% begin internal %}\nCANARY\n{% end internal %}\n",
    "shortcode": "{{< supportagent >}}\nCANARY\n{{< /supportagent >}}\n",
    "shortcode of a word": "{{% internal %}}\nCANARY\n{{% /internal %}}\n",
    "mustache": "{{#supportagent}}CANARY{{/supportagent}}\n",
    "end without beginning": "CANARY\n\nCANARY\n\n</supportagent>\n\nOpen.\n",
    "component": "<AgentOnly>\nCANARY\n</AgentOnly>\n",
    "element": "<agent-only>CANARY</agent-only>\n",
    "internal element": "<internal>CANARY</internal>\n",
    "square": "[agent]CANARY[/agent]\n",
    "square with a dash": "[support-agent]CANARY[/support-agent]\n",
    "round": "(supportagent)CANARY(/supportagent)\n",
    "class": '<div class="box agent-only">CANARY</div>\n',
    "attribute": '<Audience is="x" audience="agent">CANARY</Audience>\n',
    "data attribute": "<p data-audience='agent'>CANARY</p>\n",
    "attribute list": "CANARY\n{: .agent-only}\n",
    "comments": "<!-- agent -->\nCANARY\n<!-- /agent -->\n",
    "comments with words": "<!-- begin agent-only -->\nCANARY\n<!-- end agent-only -->\n",
    "admonition": '!!! agent "Staff"\n    CANARY\n',
    "folded admonition": "??? internal\n    CANARY\n",
    "alert": "> [!AGENT]\n> CANARY\n",
    # Front matter
    "no blank": FRONT.format("audience:agent"),
    "no colon": FRONT.format("audience agent"),
    "wide colon": FRONT.format("audience\uff1a agent"),
    "no blank and misspelt": FRONT.format("audiance:agent"),
    "misspelt": FRONT.format("audiance: agent"),
    "another value": FRONT.format("audience: Admin"),
    "list": FRONT.format("audience:\n  - public\n  - agent"),
    "broken": FRONT.format("x: {% y %}\naudience: agent"),
    "broken without a blank": FRONT.format("x: {% y %}\naudience:agent"),
    "flag": FRONT.format("internal: true"),
    "flag in doubt": FRONT.format("private: perhaps"),
    "target audience": FRONT.format("target_audience: staff"),
    "access": FRONT.format("access: internal"),
    "after a blank line": "\n---\ntitle: T\naudience: agent\n---\nCANARY\n",
    "after a comment": "<!-- markdownlint-disable -->\n---\ntitle: T\naudience: agent\n---\nCANARY\n",
    "after a heading": "# T\n\n---\ntitle: T\naudience: agent\n---\nCANARY\n",
    "after four dashes": "----\ntitle: T\naudience: agent\n----\nCANARY\n",
    "in code": "```yaml\ntitle: T\naudience: agent\n```\nCANARY\n",
    "never closed": "---\ntitle: T\naudience: agent\nCANARY\n",
    "JSON": '{\n"title": "T",\n"audience": "agent"\n}\nCANARY\n',
    "JSON on one line": '{"title": "T", "audience": "agent"}\nCANARY\n',
    "TOML": '+++\ntitle = "T"\naudience = "agent"\n+++\nCANARY\n',
    "broken TOML": "+++\ntitle = T\naudience = agent\n+++\nCANARY\n",
    "title": "---\ntitle: T :::agent CANARY\n---\nOpen.\n",
    "title with a tag": "---\ntitle: T <supportagent>CANARY\n---\nOpen.\n",
    "title with an end": "---\ntitle: CANARY</supportagent> T\n---\nOpen.\n",
    "question": "---\nquestions: ['How? {%- agent -%} CANARY']\n---\nOpen.\n",
    "topic": "---\ntopics: ['[agent]CANARY[/agent]']\n---\nOpen.\n",
    "foreign key": "---\nagent_notes: 'x CANARY'\n---\nOpen.\n",
    "reply": "---\nreply: CANARY\n---\nOpen.\n",
    "include": 'Open.\n\n{% include agent/CANARY.md %}\n\n:::agent\n--8<-- "CANARY.md"\n:::\n',
}
NAMES = {name: f"quokka{number}x" for number, name in enumerate(CANARIES)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    (folder / "open.md").write_text("# Open\n\nSeats are billed monthly.\n")
    for number, (name, source) in enumerate(CANARIES.items()):
        text = source.replace("CANARY", NAMES[name])
        (folder / f"article-{number}.md").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def index(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("index")
    engine = WhooshEngine(path)
    engine.replace_all(read_library(folder).articles)
    engine.close()
    return path


def leaks(data: bytes | str) -> list[str]:
    text = data if isinstance(data, str) else data.decode(errors="replace")
    found = set(re.findall(r"quokka\d+x", text.lower()))
    return [name for name, canary in NAMES.items() if canary in found]


def test_nothing_of_it_is_in_the_articles_as_the_public_gets_them(folder: Path) -> None:
    articles = [article for article in read_library(folder).articles if article.audience == "public"]
    bare = [msgspec.structs.replace(article, agent=None, reply=None, problems=()) for article in articles]

    assert leaks(msgspec.json.encode(bare)) == []


def test_nothing_of_it_is_in_the_public_index(index: Path) -> None:
    snapshot = WhooshEngine(index, audiences=("public",)).snapshot(audience="public")
    everything = (
        list(snapshot.articles()),
        snapshot.store.entries(range(snapshot.catalogue.passages)),
        dict(snapshot.catalogue.words),
        snapshot.catalogue.guide,
        dict(snapshot.catalogue.topics),
    )

    assert leaks(msgspec.json.encode(everything)) == []


def test_nothing_of_it_is_on_any_public_route(index: Path) -> None:
    client = create_app(Settings(index=index, model=None, rate_limit=False)).test_client()
    said = [
        client.get(path).get_data(as_text=True)
        for number in range(len(CANARIES))
        for path in (f"/articles/article-{number}", f"/api/v1/articles/article-{number}")
    ]
    said += [
        client.get(path).get_data(as_text=True) for path in ("/", "/api/v1/articles", "/search?q=seats+open+staff")
    ]
    said += [client.get(f"/api/v1/suggest?q={word}").get_data(as_text=True) for word in ("quokka", "how", "t")]

    assert leaks("\n".join(said)) == []


@pytest.mark.slow
def test_agents_still_have_all_of_it_where_there_is_a_text(folder: Path) -> None:
    seen = leaks(
        msgspec.json.encode(
            [(one.agent, one.title, one.topics, one.questions, one.reply) for one in read_library(folder).articles]
        )
    )

    assert set(NAMES) - set(seen) == {
        *("never closed", "title with a tag"),
        "include",  # that is not a text but a path
        "foreign key",  # nobody reads it
    }


@pytest.mark.slow
def test_what_is_not_understood_is_an_error(folder: Path) -> None:
    library = read_library(folder)
    wrong = {problem.path for problem in library.problems if problem.severity == "error"}
    hidden = {article.path for article in library.articles if article.audience == "agent"}

    assert len(wrong) > 60
    assert len(hidden) > 60
