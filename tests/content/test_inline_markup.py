import pytest

from kb_service.content.markdown.gaps import BRANCHES, UNKNOWN_TAG, VARIABLE
from kb_service.content.markdown.inline_markup import plain
from kb_service.content.markdown.templates import resolve_templates
from tests.content.builders import an_article, html_of, passages_of, problems_of


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
        pytest.param("<Warning>Seats.</Warning>", "Warning: Seats.", id="component on one line"),
        pytest.param('<Callout type="warn">\nSeats.\n</Callout>', "Warning: Seats.", id="component with a kind"),
        pytest.param("> [!WARNING] Last call\n> Seats.", "Last call: Seats.", id="Obsidian with a title"),
        pytest.param("> 🚧 Last call\n>\n> Seats.", "Last call:\n\nSeats.", id="readme.com"),
        pytest.param('!!! info inline end "Aside"\n    Seats.', "Aside: Seats.", id="MkDocs, to the side"),
        pytest.param("!!! tip Seats are billed by the day.", "Tip: Seats are billed by the day.", id="on one line"),
        pytest.param("!!! note\n    - a\n    - b", "Note:\n- a\n- b", id="with a list"),
        pytest.param("::: warning Mind this\nSeats.\n:::", "Mind this: Seats.", id="VitePress"),
        pytest.param('::: {.callout-note title="Mind this"}\nSeats.\n:::', "Mind this: Seats.", id="Quarto"),
        pytest.param("```{important}\nSeats.\n```", "Important: Seats.", id="MyST"),
        pytest.param(":::{admonition} Mind this\n:class: tip\nSeats.\n:::", "Mind this: Seats.", id="MyST with colons"),
        pytest.param("/// warning | Mind this\nSeats.\n///", "Mind this: Seats.", id="blocks of PyMdown"),
        pytest.param("!> Seats.", "Important: Seats.", id="docsify"),
        pytest.param(
            '{{% notice tip "Mind this" %}}\nSeats.\n{{% /notice %}}', "Mind this: Seats.", id="Hugo's Relearn"
        ),
        pytest.param("{{< hint danger >}}\nSeats.\n{{< /hint >}}", "Danger: Seats.", id="Hugo's Book"),
        pytest.param('{% hint style="info" %}\nSeats.\n{% endhint %}', "Note: Seats.", id="GitBook"),
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
        pytest.param('=== "Mac"\n\n    a\n\n=== "Windows"\n\n    b', "Mac: a\n\nWindows: b", id="MkDocs"),
        pytest.param(
            "# [Portal](#tab/portal)\n\na\n\n# [CLI](#tab/cli)\n\nb\n\n---", "Portal:\n\na\n\nCLI:\n\nb", id="DocFX"
        ),
        pytest.param(":::: tabs\n@tab Mac\na\n@tab Windows\nb\n::::", "Mac: a\n\nWindows: b", id="VuePress"),
        pytest.param("::::{tab-set}\n:::{tab-item} Mac\na\n:::\n::::", "Mac: a", id="MyST"),
        pytest.param('{% tabs %}\n{% tab title="Mac" %}\na\n{% endtab %}\n{% endtabs %}', "Mac: a", id="GitBook"),
        pytest.param(
            '<Tabs>\n<TabItem value="web-app">\n\na\n\n</TabItem>\n</Tabs>', "web app:\n\na", id="Docusaurus by value"
        ),
        pytest.param('::: zone pivot="large-teams"\na\n::: zone-end', "Large teams: a", id="a pivot"),
    ],
)
def test_the_name_of_a_tab_stands_before_its_text(source, text):
    assert text_of(source) == text


@pytest.mark.parametrize(
    "markup",
    [
        "{{< icon name='x' >}}",
        "{: .class }",
        "{:toc}",
        "[TOC]",
        "[[_TOC_]]",
        "import Tabs from '@theme/Tabs';",
        'import "./style.css"',
        "export const x = 1;",
        "export const plans = [\n  { name: 'One' },\n\n  { name: 'Two' },\n];",
        "import {\n  Tabs,\n} from '@theme/Tabs';",
        "```mdx-code-block\nimport A from '@theme/A';\n\n<DocCardList items={useItems()} />\n```",
        "<Icon name='gear' />",
        "[[toc]]",
        "::: moniker-end",
        "(a-target)=",
        "```{toctree}\n:maxdepth: 2\nseats\nprices\n```",
        "{>> a remark <<}",
        "{% comment %}a remark{% endcomment %}",
        "{/* a comment */}",
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
        ("Press ++ctrl+s++ now.", "Press Ctrl+S now."),
        ("Click :material-cog: **Settings** (:octicons-gear-16:{ .big }).", "Click Settings ()."),
        (":warning: Mind this at 10:30:15.", "⚠️ Mind this at 10:30:15."),
        ("x^2^ and H~2~O, ^^new^^ and ==marked==, a == b", "x2 and H2O, new and marked, a == b"),
        ("{++new++}{--old--} {~~one~>two~~}", "new two"),
        ("[Buy](https://e.example){ .button .primary } or [sell](/x){:target='_blank'}", "Buy or sell"),
        ("Names like {seat} and {a: 1} stay.", "Names like {seat} and {a: 1} stay."),
        ("- [ ] Export.\n- [x] Tell.", "- ☐ Export.\n- ☑ Tell."),
        ("**Paid ** – a state", "Paid – a state"),
        ("Press [!UICONTROL Save].", "Press Save."),
        ("*[VAT]: value added tax\n\nVAT is added.", "VAT is added."),
        ('Use {{< ref >}}[fees]({{< ref "fees.md" >}})', "Use fees"),
        ("Write `{{< tabs >}}` or {{</* tabs */>}}.", "Write {{< tabs >}} or {{< tabs >}}."),
        ("term\n:   a meaning\n\n    and more", "- term: a meaning\n  and more"),
    ],
)
def test_icons_and_other_small_things(source, text):
    assert text_of(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param('??? question "Can I pay later?"\n    Yes.', "Can I pay later?\n\nYes.", id="MkDocs"),
        pytest.param('???+ tip "Can I?"\n    Yes.', "Can I?\n\nYes.", id="MkDocs, open"),
        pytest.param("::: details Can I?\nYes.\n:::", "Can I?\n\nYes.", id="VitePress"),
        pytest.param('{{< expand "Can I?" >}}Yes.{{< /expand >}}', "Can I?\n\nYes.", id="Hugo"),
        pytest.param('<Accordion title="Can I?">\n  Yes.\n</Accordion>', "Can I?\n\nYes.", id="Mintlify"),
        pytest.param("+++Can I?\n\nYes.\n\n+++", "Can I?\n\nYes.", id="Adobe"),
        pytest.param("```{dropdown} Can I?\nYes.\n```", "Can I?\n\nYes.", id="MyST"),
        pytest.param("/// details | Can I?\nYes.\n///", "Can I?\n\nYes.", id="blocks of PyMdown"),
    ],
)
def test_what_opens_at_a_click_is_details_with_its_title(source, text):
    (article,) = [an_article(f"Before.\n\n{source}\n\nAfter.")]

    assert "\n\n".join(one.text for one in article.public.passages) == f"Before.\n\n{text}\n\nAfter."
    assert article.public.html.count("<details") == article.public.html.count("</details>") == 1
    assert article.public.html.index("</details>") < article.public.html.index("After.")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            '<ParamField query="limit" type="integer" default="10">\n  Rows.\n</ParamField>',
            "limit (integer, default 10): Rows.",
        ),
        ('<Card title="Invoices" icon="file" href="/invoices">\n  Old ones.\n</Card>', "Invoices: Old ones."),
        ('<Steps>\n  <Step title="Open billing">\n    Click.\n  </Step>\n</Steps>', "Open billing: Click."),
        ('<Tooltip tip="value added tax">VAT</Tooltip> is added.', "VAT (value added tax) is added."),
        ('A plan <Badge type="tip" text="new" />', "A plan new"),
        ('<Card title={"Seats"} onClick={() => go("/x")} style={{ a: 1 }}>\n  Text.\n</Card>', "Seats: Text."),
        ("Scan <img alt=\"the code\" src={useBaseUrl('a.png')} /> now.", "Scan the code now."),
        ('<Card\n  title="Seats"\n  href="/x"\n>\n    Text.\n\n    More.\n</Card>', "Seats: Text.\n\nMore."),
        ("Costs{' '}{\"5 euros\"}{/* or so */}.", "Costs 5 euros."),
        ('```js title="a.js"\nx\n```', "a.js:\n\nx"),
        ("```js [a.js]\nx\n```", "a.js:\n\nx"),
        ("<CodeGroup>\n```bash npm\nx\n```\n</CodeGroup>", "npm:\n\nx"),
        ('{{< figure src="a.png" title="The page" caption="Where to click" >}}', "The page\nWhere to click"),
        ('{{< linked_headline "Custom commands" >}}', "Custom commands"),
    ],
)
def test_titles_and_parameters_of_components_are_words(source, text):
    assert text_of(source).replace(":\n\n", ": ").replace("js: x", "js:\n\nx").replace("npm: x", "npm:\n\nx") == text


@pytest.mark.parametrize(
    ("source", "text", "message"),
    [
        pytest.param("It costs {{ site.price }} a day.", "It costs […] a day.", VARIABLE, id="Liquid"),
        pytest.param("It costs {props.price} a day.", "It costs […] a day.", VARIABLE, id="MDX"),
        pytest.param("Press {settings_tab|billing} now.", "Press […] now.", VARIABLE, id="a macro"),
        pytest.param("Use {% data variables.product.name %}.", "Use […].", UNKNOWN_TAG, id="data"),
        pytest.param("{{< param price >}} a day.", "[…] a day.", UNKNOWN_TAG, id="Hugo"),
        pytest.param("First.\n\n<SaveChanges />\n\nThen.", "First.\n\n[…]\n\nThen.", UNKNOWN_TAG, id="a component"),
        pytest.param("{% for x in y %}a{% endfor %} b", "[…] b", UNKNOWN_TAG, id="a loop"),
        pytest.param("{% if a %}One{% else %}Two{% endif %} seats.", "One seats.", BRANCHES, id="branches"),
    ],
)
def test_what_cannot_be_known_is_a_gap_that_is_reported_with_its_line(source, text, message):
    assert text_of(f"Text.\n\n{source}") == f"Text.\n\n{text}"
    assert [(one.line, one.message) for one in problems_of(f"Text.\n\n{source}") if one.severity == "warning"] == [
        (5 if "SaveChanges" in source else 3, message)
    ]


def test_a_variable_in_the_target_of_a_link_is_not_read():
    assert html_of("[Seats]({{ site.baseurl }}/seats)") == (
        '<p><a href="/seats" rel="noopener noreferrer">Seats</a></p>'
    )


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            '[block:callout]\n{"type": "warning", "title": "Cards only", "body": "No cash."}\n[/block]',
            "Cards only: No cash.",
        ),
        (
            '[block:parameters]\n{"cols": 2, "rows": 1, "data": {"h-0": "a", "h-1": "b", "0-1": "5"}}\n[/block]',
            "a | b\n | 5",
        ),
        ('[block:code]\n{"codes": [{"code": "a b", "language": "sh", "name": "Shell"}]}\n[/block]', "Shell:\n\na b"),
        ('[block:html]\n{"html": "<p><b>Five</b> days.</p>"}\n[/block]', "Five days."),
        (
            '[block:image]\n{"images": [{"image": ["https://e.example/a.png"], "caption": "The page"}]}\n[/block]',
            "The page",
        ),
        ('[block:api-header]\n{"title": "Refunds"}\n[/block]\n\nFive days.', "Five days."),
        ("Text.\n\n[block:callout]\nnot json\n[/block]", "Text.\n\n[…]"),
    ],
)
def test_blocks_of_readme_com_are_text(source, text):
    assert text_of(source) == text


def test_a_footnote_stands_at_the_end_of_the_section_that_refers_to_it():
    passages = passages_of(
        "# Taxes\n\n## Abroad\n\nVAT is charged in the EU[^eu] on every invoice to a company there, at the"
        " rate of the country in which the company has its seat.\n\n## At home\n\nNo tax is charged there for a plan"
        " that is paid by the month or by the year, whatever the number of seats.\n\n[^eu]: Except on the islands.\n"
        "    Ask your accountant.\n\n    Really."
    )

    assert passages[0].text.endswith("[1] Except on the islands. Ask your accountant.\n\nReally.")
    assert "in the EU[1] on" in passages[0].text
    assert all("islands" not in one.text for one in passages[1:])


def test_cells_of_html_tables_hold_markdown_and_empty_lines():
    source = (
        "<table>\n  <tr>\n    <th>Port</th>\n    <th>Use</th>\n  </tr>\n  <tr>\n    <td>`8080`</td>\n    <td>\n\n"
        "For **HTTP**, see [more](/x).\n\n- a\n- b\n\n    </td>\n  </tr>\n</table>\n\nAfter."
    )

    assert text_of(source) == "Port | Use\n8080 | For HTTP, see more. - a - b\n\nAfter."


def test_lists_and_details_in_the_cells_of_a_table_do_not_end_it():
    source = (
        "| a | b |\n|---|---|\n| <ul><li>x</li><li>y</li></ul> | <details><summary>s</summary>t</details> |\n| c | d |"
    )

    assert text_of(source) == "a | b\n- x - y | s t\nc | d"


def test_indentation_in_html_does_not_make_code():
    source = (
        "<div>\n  <p>\n    One **bold**.\n  </p>\n\n  <div>\n\n      - a\n      - b\n\n  </div>\n</div>\n\n    code()"
    )

    assert text_of(source) == "One bold.\n\n- a\n- b\n\ncode()"


def test_a_sentence_that_is_indented_by_mistake_is_not_code():
    assert "<pre>" not in html_of("Text.\n\n    Please note that all seats are billed by the day.")
    assert "<pre>" in html_of("Text.\n\n    pip install seats --all-of-them-please now.")


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
    assert plain("Use  `kb` {% data x %} {{ y }}") == "Use kb [\u2026] [\u2026]"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("Use {% data variables.product %} now", r"Use \[…\] now", id="data"),
        pytest.param("at {{ support_email }}", r"at \[…\]", id="variable"),
        pytest.param("{% if a %}A{% else %}B{% endif %}", "A", id="first branch"),
        pytest.param("{% if a %}A{% elsif b %}B{% else %}C{% endif %}", "A", id="first of three"),
        pytest.param("{% if a %}{% else %}B{% endif %}", "B", id="first with text"),
        pytest.param("{% if a %}1{% if b %}2{% else %}3{% endif %}4{% else %}5{% endif %}", "124", id="nested"),
        pytest.param("{%- unless a -%}A{%- endunless -%}", "A", id="unless"),
        pytest.param("{% case x %}{% when 1 %}A{% when 2 %}B{% endcase %}", "A", id="case"),
        pytest.param("a {% for x in y %}{{ x }}, {% endfor %}b", r"a \[…\]b", id="loop"),
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


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("**Paid ** – when", "Paid – when", id="a blank before the end"),
        pytest.param("Choose** Pay**, then** Save** now.", "Choose Pay, then Save now.", id="blanks inside"),
        pytest.param("**a** and **b** or **c**", "a and b or c", id="right ones stay"),
        pytest.param("A **b\nc** and **d** e", "A b c and d e", id="over two lines"),
        pytest.param("Six is 2 ** 3 ** 4.", "Six is 2 ** 3 ** 4.", id="no bold at all"),
        pytest.param("NOTE: **Note:** Seats.", "Note: Seats.", id="a note said twice"),
        pytest.param("WARN: Seats.", "WARN: Seats.", id="a note said once"),
        pytest.param("!!! info Seats are needed\n    Buy them.", "Seats are needed: Buy them.", id="no quotes"),
        pytest.param("!!! tip inline end\n    Seats.", "Tip: Seats.", id="classes are no title"),
        pytest.param("As of {{< version version='2.9' >}} it works.", "As of 2.9 it works.", id="a version"),
        pytest.param("{{<legacynotice>}}\n\nSeats.", "Seats.", id="a notice of many pages"),
        pytest.param("<quiz>\nWhich seat?\n\nThis.\n</quiz>", "Which seat?\n\nThis.", id="a tag of a program"),
    ],
)
def test_slips_and_habits_of_authors(source, text):
    assert text_of(source) == text


def test_a_heading_that_a_program_writes_is_a_heading():
    view = an_article('# A\n\na\n\n{{< linked_headline "Seats" >}}\n\nb\n\n{{< api_method name="add" >}}\n\nc').public

    assert [(section.heading, section.level) for section in view.sections if section.level > 1] == [
        ("Seats", 2),
        ("add", 3),
    ]


def test_variables_in_code_are_gaps_where_the_text_uses_them_too():
    source = "{% set app = apps.Seats %}\n\nSeats:\n\n```\nload {{app.version}} {{ other.name }}\n```"

    assert text_of(source) == "Seats:\n\nload […] {{ other.name }}"
    assert VARIABLE in {problem.message for problem in problems_of(source)}
    assert "{{app.version}}" in text_of("Seats:\n\n```\nload {{app.version}}\n```")
