"""Forms of markup times words that mean agents: whatever combination somebody writes, nothing of it is public."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb_service.app import create_app
from kb_service.content.article import Article
from kb_service.content.library import read_library
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.indexing import build_index
from kb_service.settings import Settings

pytestmark = pytest.mark.slow

WORDS = ("agent", "Agents-Only", "internal", "staff only", "SupportAgent", "agnet", "\u0430gent", "ag\xe9nt", "isAgent")
NAMES = ("agents-only", "staff-only", "supportagent", "internal_only", "for-agents")  # that mean nothing else
LABELS = ("Agents only", "Internal use only", "Staff note", "For support agents only", "Nur f\xfcr Agenten")
STATES = ("draft: true", "hidden: yes", "published: false", "internal: true", "status: draft", "audience: agent")
# `{w}` is the word, CANARY what nobody outside may read.
ENCLOSING = (
    ":::{w}\nCANARY\n:::",
    "::: details {w}\nCANARY\n:::",
    "::: container {w}\nCANARY\n:::",
    ":::if audience={w}\nCANARY\n:::",
    "1. ::: {w}\n   CANARY\n   :::",
    "> - :::{w}\n>   CANARY\n>   :::",
    "| a |\n|---|\n| ::: {w} CANARY |",
    "\\:::{w}\nCANARY\n\\:::",
    "{{% {w} %}}CANARY{{% end{w} %}}",
    "{{%- begin {w} -%}}CANARY{{%- end {w} -%}}",
    "{{% if audience == '{w}' %}}CANARY{{% endif %}}",
    "{{{{< {w} >}}}}CANARY{{{{< /{w} >}}}}",
    "{{{{#{w}}}}}CANARY{{{{/{w}}}}}",
    "{{# {w} #}}CANARY{{# end {w} #}}",
    "{{/* {w} */}}\nCANARY\n{{/* /{w} */}}",
    "<!-- {w} -->\nCANARY\n<!-- /{w} -->",
    "<!-- start: {w} -->CANARY<!-- end: {w} -->",
    "<!-- #region {w} -->\nCANARY\n<!-- #endregion -->",
    "[//]: # ({w})\nCANARY",
    '[comment]: # "{w}"\n\nCANARY',
    "[//]: <> (begin {w})\nCANARY",
    "%% {w} %%\nCANARY",
    "!!! {w}\n    CANARY",
    '!!! {w} "Only us"\n    CANARY',
    "???+ {w}\n    CANARY",
    "> [!{w}]\n> CANARY",
    '<meta name="audience" content="{w}">\n\nCANARY',
    "<meta content='{w}' name='audience'>CANARY",
    '<section data-audience="{w}">CANARY</section>',
    '<Show audience={{["{w}"]}}>CANARY</Show>',
    "<div data-visibility='{w}'>CANARY</div>",
    "<!-- audience: {w} -->\nCANARY",
    "[//]: # (audience: {w})\n\nCANARY",
    "Audience: {w}\n\nCANARY",
    "**Audience:** {w}\n\nCANARY",
    "<% {w} %>CANARY<% end %>",
    "=== {w} ===\nCANARY",
    "CANARY[/{w}]",
    "CANARY</{w}>",
    '# T {{audience="{w}"}}\n\nCANARY',
    "---\ntitle: T # audience: {w}\n---\nCANARY",
    "---\ntitle: T\nmeta: {{audience: {w}}}\n---\nCANARY",
    "---\ntitle: T\n# visibility: {w}\n---\nCANARY",
    "---\ntitle: T\nAudience : [{w}]\n---\nCANARY",
    '---\ntitle: "T {{% {w} %}} CANARY"\n---\nOpen.',
    '+++\ntitle = "T" # audience = {w}\n+++\nCANARY',
    '---\ntitle: T\nquestions: ["What? <!-- {w} --> CANARY"]\n---\nOpen.',
)
CONDITIONS = (
    "{{% if {w} %}}CANARY{{% endif %}}",
    "{{% if user.{w} and x %}}CANARY{{% else %}}x{{% endif %}}",
    "{{{{#if {w}}}}}CANARY{{{{/if}}}}",
    "{{{{ if .Params.{w} }}}}CANARY{{{{ end }}}}",
    "{{{w} && <p>CANARY</p>}}",
    '<div v-if="{w}">CANARY</div>',
    "<#if {w}>CANARY</#if>",
)
HEADED = (  # by a label
    "**{w}:** CANARY",
    "## {w}\n\nCANARY",
    "### Refunds ({w})\n\nCANARY",
    "> **{w}**\n>\n> CANARY",
    "- {w}: CANARY",
    "| x | {w} |\n|---|---|\n| a | CANARY |",
    "<details><summary>{w}</summary>CANARY</details>",
    '<Accordion title="{w}">CANARY</Accordion>',
    '!!! note "{w}"\n    CANARY',
    '=== "{w}"\n\n    CANARY',
    "::: note {w}\nCANARY\n:::",
    "---\ntitle: 'Refunds ({w})'\n---\nCANARY",
)
STATED = (  # in front matter that is none
    "----\ntitle: T\n{w}\n----\nCANARY",
    " ---\ntitle: T\n{w}\n---\nCANARY",
    "---\ntitle: T\n---\n\n---\n{w}\n---\nCANARY",
    "# T\n\n---\n{w}\n---\n\nCANARY",
    "import X from 'x'\n\n---\n{w}\n---\n\nCANARY",
    "```yaml\ntitle: T\n{w}\n```\n\nCANARY",
    "---\nowner: y {w}\n---\nCANARY",
    "---yaml\ntitle: T\n{w}\n---\nCANARY",
    "{w}\n\nCANARY",
    "<!-- {w} -->\n\nCANARY",
)
UNSEEN = (
    "{# CANARY #}",
    "{{!-- CANARY --}}",
    "{{< comment >}}CANARY{{< /comment >}}",
    "<%# CANARY %>",
    "{::comment}CANARY{:/comment}",
    "%% CANARY %%",
    "<!-- a <!-- b --> CANARY -->",
    "<![CDATA[CANARY]]>",
    "<p hidden>CANARY</p>",
    "<div style='color: red; DISPLAY : none'>\n\n<div>x</div>\n\nCANARY\n\n</div>",
    "<dialog>CANARY</dialog>",
    "CANARY\n\n:::",
    "---\ntitle: T <!-- CANARY -->\n---\nText.",
    "---\nid: x<supportagent>CANARY</supportagent>\n---\nText.",
    "---\ntitle: T\nreply: |\n  x\n\n  CANARY\n",
    "---\ntitle: T\nagent_notes: CANARY\n---\nText.",
)
AMBIGUOUS = (  # forms that are written for other things too
    "<{w}>CANARY</{w}>",
    "[{w}]CANARY",
    "{{{{ {w} }}}}CANARY",
    '<div class="box {w}">CANARY</div>',
    "CANARY\n{{: .{w}}}",
)


def written() -> Iterator[str]:
    """Every form with every word that it takes."""
    families = (ENCLOSING, WORDS), (AMBIGUOUS, NAMES), (CONDITIONS, WORDS), (HEADED, LABELS)
    forms = [form.format(w=word) for forms, words in families for form in forms for word in words]
    forms += [form.replace("{w}", state) for form in STATED for state in STATES]
    for number, form in enumerate((*forms, *UNSEEN)):
        yield form.replace("CANARY", f"zyzzyva{number}e")


SOURCES = list(written())
CANARY = re.compile(r"zyzzyva\d+e", re.IGNORECASE)


def is_whole(source: str) -> bool:
    """Tell whether a source is a file from its first line on."""
    return source[:3] in ("---", "+++", "```") or source.startswith((" ---", "# T\n", "import ", *STATES))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    (folder / "open.md").write_text("# Open\n\nSeats are billed monthly. Agents and staff have internal notes.\n")
    for number, source in enumerate(SOURCES):
        text = source if is_whole(source) else f"# Article {number}\n\nOpen text.\n\n{source}\n"
        (folder / f"article-{number}.md").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def index(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    index = tmp_path_factory.mktemp("index")
    engine = WhooshEngine(index)
    report = build_index(folder, engine)
    engine.close()
    assert report.status.articles >= 1
    return index


def leaks(said: bytes | str) -> list[str]:
    found = set(CANARY.findall(said if isinstance(said, str) else said.decode(errors="replace")))
    return [source for source in SOURCES if found.intersection(CANARY.findall(source))]


def test_there_are_enough_of_them() -> None:
    assert len(SOURCES) >= 200
    assert len(ENCLOSING) + len(AMBIGUOUS) >= 40


def test_no_file_of_the_public_index_has_any(index: Path) -> None:
    files = [path for path in index.rglob("*") if path.is_file() and "public" in path.parts]

    assert len(files) > 3
    assert [(path.name, leaks(path.read_bytes())) for path in files if leaks(path.read_bytes())] == []


def test_no_public_route_has_any(index: Path, folder: Path) -> None:
    client = create_app(Settings(index=index, model=None, rate_limit=False)).test_client()
    numbers = range(len(SOURCES))
    paths = [f"{start}/article-{number}" for number in numbers for start in ("/articles", "/api/v1/articles")]
    paths += ["/", "/sitemap.xml", "/api/v1/articles?limit=100", "/search?q=open+text", "/search?q=zyzzyva", "/metrics"]
    paths += [
        f"/api/v1/{route}?q={word}" for route in ("answer", "search", "suggest") for word in ("zyzzyva", "T", "what")
    ]
    asked = [f"/api/v1/search?q={found}" for source in SOURCES for found in CANARY.findall(source)[:1]]
    said = [client.get(path).get_data(as_text=True) for path in paths]
    hits = [client.get(path).get_json()["passages"] for path in asked]

    assert leaks("\n".join(said)) == []
    assert leaks(str(hits)) == []


def test_no_message_about_them_quotes_what_they_enclose(folder: Path) -> None:
    assert leaks("\n".join(map(str, read_library(folder).problems))) == []


def test_agents_are_told_and_read_them(folder: Path) -> None:
    library = read_library(folder)
    articles: dict[str, Article] = {article.path: article for article in library.articles}
    wrong = {problem.path for problem in library.problems if problem.severity == "error"}

    for number, source in enumerate(SOURCES):
        article = articles[f"article-{number}.md"]
        if not any(form.split("CANARY")[0] == source.split("zyzzyva")[0] for form in UNSEEN):
            assert article.path in wrong or article.audience == "agent" or article.agent, source
        assert not article.agent or not article.public or leaks(article.public.html) == []
