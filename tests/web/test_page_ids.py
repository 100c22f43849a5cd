"""The ids of a page's own parts are none that an article can have."""

import re

import pytest

from kb_service.content.markdown.anchors import PAGE_IDS
from kb_service.web.http import TEMPLATES
from tests.content.builders import an_article

PAGES = sorted(path for path in TEMPLATES.glob("*.html") if path.name != "api_docs.html")  # that one shows no article
NAMED = re.compile(r'\b(?:id|for|aria-labelledby|aria-describedby)="([^"]*)"|href="#([^"{]+)"')


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_id_of_a_template_begins_with_what_no_article_has(path):
    names = [found[1] or found[2] for found in NAMED.finditer(path.read_text())]

    assert [name for name in names if not name.startswith(PAGE_IDS)] == []


@pytest.mark.parametrize("name", ["kb:main", "KB: main", "`kb:main`", "main {#kb:main}", '<a name="kb:main"></a>main'])
def test_no_heading_has_such_an_id(name):
    html = an_article(f"# T\n\n## {name}\n\nText.\n\n<p id='kb:q'>Text.</p>").public.html

    assert f'id="{PAGE_IDS}' not in html


def test_ids_of_the_templates_are_not_given_twice_on_a_page():
    for path in PAGES:
        ids = re.findall(r'\bid="([^"]*)"', path.read_text())
        assert len({*ids}) == len(ids) or path.name == "_search_form.html"  # which has one of two fields
