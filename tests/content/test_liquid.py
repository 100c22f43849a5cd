import pytest

from kb_service.content.liquid import resolve


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
    assert resolve(source) == text


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
    assert resolve(source) == text
