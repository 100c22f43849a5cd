import pytest

from kb_service.content.dialects import plain, resolve_templates
from tests.content.builders import an_article, html_of, passages_of


def text_of(markdown):
    return "\n\n".join(passage.text for passage in passages_of(markdown))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("> [!NOTE]\n> Seats are billed.", "Note: Seats are billed.", id="GitHub alert"),
        pytest.param('!!! warning "Careful"\n\n    Seats.', "Careful: Seats.", id="Python-Markdown"),
        pytest.param("{% note %}\n\n**Note:** Seats.\n\n{% endnote %}", "Note: Seats.", id="Liquid"),
        pytest.param('{{< alert type="warning" >}}\n\nSeats.\n\n{{< /alert >}}', "Warning: Seats.", id="Hugo"),
        pytest.param(":::tip\nSeats.\n:::", "Tip: Seats.", id="fence"),
        pytest.param(":::note[Mind this]\nSeats.\n:::", "Mind this: Seats.", id="fence with a title"),
        pytest.param("### Note\n\nSeats.", "Note: Seats.", id="heading"),
        pytest.param("**Note**\n\nSeats.", "Note: Seats.", id="bold line"),
        pytest.param("<Tip>\n  Seats.\n</Tip>", "Tip: Seats.", id="component"),
    ],
)
def test_a_note_of_any_dialect_is_a_sentence_with_its_label(source, text):
    assert text_of(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("{start_tabs}\n\n{tab|desktop-web}\n\n1. a\n\n{end_tabs}", "Desktop web:\n\n1. a", id="Zulip"),
        pytest.param(
            '{{< tabs >}}\n\n{{< tab title="Owner" >}}\n\na\n\n{{< /tab >}}\n\n{{< /tabs >}}', "Owner:\n\na", id="Hugo"
        ),
        pytest.param(
            "<Tabs>\n  <TabItem label='Web'>\n    1. a\n\n    1. b\n  </TabItem>\n</Tabs>",
            "Web:\n\n1. a\n2. b",
            id="MDX",
        ),
        pytest.param("{% mac %}\n\na\n\n{% endmac %}", "Mac:\n\na", id="Liquid"),
    ],
)
def test_the_name_of_a_tab_stands_before_its_text(source, text):
    assert text_of(source) == text


@pytest.mark.parametrize(
    "markup",
    [
        "{!include.md!}",
        "{settings_tab|profile}",
        "{% data reusables.x.y %}",
        "{{ variable }}",
        "{{< icon name='x' >}}",
        "{: .class }",
        "{:toc}",
        "[TOC]",
        "[[_TOC_]]",
        "import Tabs from '@theme/Tabs';",
        'import "./style.css"',
        "export const x = 1;",
        "{/* a comment */}",
        "<SaveChanges />",
        "<!-- a comment -->",
        "<a name='x'></a>",
    ],
)
def test_markup_without_text_never_becomes_words(markup):
    assert text_of(f"Before.\n\n{markup}\n\nAfter.") == "Before.\n\nAfter."


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('Click the gear (<i class="fa fa-cog"></i>) icon.', "Click the gear icon."),
        ('select Sync ({{< icon name="retry" >}}).', "select Sync ."),
        ('| a | b |\n|---|---|\n| x | <i class="fa fa-check"></i> |', "a | b\nx | ✓"),
        ("~~old~~ new, a ~ b", "old new, a ~ b"),
        ("- TOC\n{:toc}\n\na", "a"),
    ],
)
def test_icons_and_other_small_things(source, text):
    assert text_of(source) == text


@pytest.mark.parametrize(
    "heading", ["## Seats {#pay}", "## Seats {: #pay .x }", '## <a name="pay"></a> Seats', "## Seats {#pay} ##"]
)
def test_the_id_of_a_heading_is_its_anchor_and_not_its_text(heading):
    public = an_article(f"text\n\n{heading}\n\nmore").public

    assert [(section.heading, section.anchor) for section in public.sections] == [("Seats", "pay")]
    assert '<h2 id="pay">' in public.html


def test_code_is_left_alone():
    assert "${{ github.ref }} {% if %} {tab|x}" in html_of("`${{ github.ref }} {% if %} {tab|x}`")
    assert "import x from 'y'" in html_of("```\nimport x from 'y'\n```")


def test_a_title_loses_its_template_code():
    assert plain("Use  `kb` {% data x %} {{ y }}") == "Use kb"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("Use {% data variables.product %} now", "Use  now", id="data"),
        pytest.param("at {{ support_email }}", "at ", id="variable"),
        pytest.param("{% if a %}A{% else %}B{% endif %}", "A", id="first branch"),
        pytest.param("{% if a %}A{% elsif b %}B{% else %}C{% endif %}", "A", id="first of three"),
        pytest.param("{% if a %}{% else %}B{% endif %}", "B", id="first with text"),
        pytest.param("{% if a %}1{% if b %}2{% else %}3{% endif %}4{% else %}5{% endif %}", "124", id="nested"),
        pytest.param("{%- unless a -%}A{%- endunless -%}", "A", id="unless"),
        pytest.param("{% case x %}{% when 1 %}A{% when 2 %}B{% endcase %}", "A", id="case"),
        pytest.param("a {% for x in y %}{{ x }}, {% endfor %}b", "a b", id="loop"),
        pytest.param("a {% comment %}b{% endcomment %}c", "a c", id="comment"),
        pytest.param("{% if a %}b{% for x in y %}c{% endif %}", "bc", id="ends out of order"),
        pytest.param("{% for x in y %}never closed", "never closed", id="a loop without end"),
        pytest.param("a {% endif %}b {% else %}c", "a b c", id="ends without beginning"),
        pytest.param("{% note %}\n\n**Note:** a\n\n{% endnote %}", "\n\n**Note:** a\n\n\n", id="lines of tags"),
        pytest.param("| a |\n{% if x %}\n| b |\n{% endif %}\n| c |", "| a |\n| b |\n| c |", id="lines between rows"),
        pytest.param("{% mac %}\n\na\n\n{% endmac %}", "**Mac:** \n\na\n\n\n", id="platform"),
        pytest.param("100% {x} { % y %}", "100% {x} { % y %}", id="no template"),
    ],
)
def test_templates_leave_the_text_between_them(source, text):
    assert resolve_templates(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('click {% octicon "gear" aria-label="The gear icon" %} **Settings**', "click  **Settings**"),
        ('**{% octicon "gear" aria-label="The gear icon" %} Settings**', "** Settings**"),
        ('click {% octicon "pencil" aria-label="The edit icon" %}.', "click the edit icon."),
        ('the {% octicon "verified" aria-label="The verified badge" %} is', "the verified badge is"),
        ('| {% octicon "x" aria-label="Required" %} |', "| Required |"),
        ('click {% octicon "x" %}.', "click ."),
    ],
)
def test_an_icon_is_named_where_it_stands_for_a_word(source, text):
    assert resolve_templates(source) == text
