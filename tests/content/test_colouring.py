"""Code is coloured by classes where its language is named, and its text is what was written."""

from __future__ import annotations

import html
import re

import pytest

from kb_service.content.markdown.colouring import MOST_CHARACTERS
from kb_service.content.markdown.sanitizing import LANGUAGES
from tests.content.builders import an_article


def shown(source: str) -> str:
    view = an_article(f"# Seats\n\nText.\n\n{source}").public
    assert view
    return view.html


WRITTEN = {
    "a fence": '```python\nseats = "<60>"\n```',
    "with a title": '```python title="seats.py"\nseats = "<60>"\n```',
    "with attributes": '```{.python .numbered}\nseats = "<60>"\n```',
    "of hugo": '{{< highlight python >}}\nseats = "<60>"\n{{< /highlight >}}',
    "of myst": '```{code-block} python\nseats = "<60>"\n```',
}


@pytest.mark.parametrize("source", WRITTEN.values(), ids=WRITTEN)
def test_code_of_a_named_language_has_colours(source: str) -> None:
    assert 'seats = <span class="hl-s">"&lt;60&gt;"</span>' in shown(source)


@pytest.mark.parametrize("source", ["```\na = 1\n```", "```quokka\na = 1\n```", "    a = 1;\n", "`a = 1`"])
def test_code_of_no_known_language_has_none(source: str) -> None:
    assert "hl-" not in shown(source)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_of_code_is_what_was_written(language: str) -> None:
    code = '<?php\n\n\tif (a < 1 && "é") { return \'x\'; }  # 1\n-- <b>&amp;</b>\n{"a": [1, 2]}\n'
    found = re.search("<pre><code[^>]*>(.*?)</code></pre>", shown(f"~~~{language}\n{code}~~~"), re.DOTALL)
    assert found

    assert html.unescape(re.sub("<[^>]*>", "", found[1])) == code.replace("\t", "    ")


def test_endless_code_has_none() -> None:
    assert "hl-" not in shown("```json\n" + "[1]," * MOST_CHARACTERS + "\n```")


def test_passages_and_what_is_found_know_no_colours() -> None:
    view = an_article("# Seats\n\n```bash\necho 'sixty seats'  # now\n```").public
    assert view

    assert view.passages[0].text == "echo 'sixty seats'  # now"
    assert "hl-" not in view.passages[0].html
