"""The messages of pages and widget: whole in every language, with their values, and no text beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from kb_service.wording.languages import LANGUAGES, Language, day, direction, listed
from kb_service.wording.messages import N_, Message, Number, said, say
from tests.messages import PACKAGE, TRANSLATED, MessageId, catalogue, marked

TEMPLATES = PACKAGE / "web" / "templates"
# Pages for operators and programs are in English, as the console is.
PUBLIC = sorted({*TEMPLATES.glob("*.html")} - {TEMPLATES / "api_docs.html", TEMPLATES / "widget_demo.html"})
SAME_EVERYWHERE = {"acme.kayako.com"}
READ = ("alt", "aria-label", "placeholder", "title")


def forms(message: MessageId | str | tuple[str, ...]) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)


def values_of(text: str) -> list[str]:
    """The values and the tags of a message."""
    return sorted(re.findall(r"\{[a-z_]+\}|</?[a-z]+[^>]*>", text))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_language_has_every_message_and_no_other(language: Language) -> None:
    found = {each.id: each for each in catalogue(language) if each.id}

    assert set(found) == set(marked()), "run python -m tests.messages, then write what is missing"
    for message, translation in found.items():
        assert all(text.strip() for text in forms(translation.string)), message
        assert not translation.fuzzy, message


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_values_and_the_tags_of_its_message(language: Language) -> None:
    for each in catalogue(language):
        if each.id:
            expected = values_of(forms(each.id)[-1])
            assert all(values_of(text) == expected for text in forms(each.string)), each.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_message_can_stand_in_an_attribute_unless_it_has_tags(language: Language) -> None:
    """Messages are markup where templates show them."""
    for each in catalogue(language):
        for text in (*forms(each.id), *forms(each.string)):
            assert "<" in text or not re.search('[">&]', text), text


def literals(template: Path) -> Iterator[str]:
    """What a template says by itself: text between tags, attributes that are read out, texts within expressions."""
    environment = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=True)
    source = template.read_text(encoding="utf-8")
    data = "".join(
        text if kind == "data" else " \0 "
        for _, kind, text in environment.lex(source)
        if kind in ("data", "variable_begin", "block_begin")
    )
    yield from Shown(data).found
    tree = environment.parse(source)
    translated = {
        id(part)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in ("_", "ngettext")
        for part in call.find_all(nodes.Const)
    }
    for constant in tree.find_all(nodes.Const):
        if id(constant) not in translated and isinstance(constant.value, str):
            yield from re.findall(r"[A-Z][a-z]+|[a-z]+ [a-z]+.*", re.sub("<[^>]*>|[a-z-]+=", "", constant.value))


class Shown(HTMLParser):
    """Collects what people read."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in READ and value and re.search("[^\\W\\d]", value)]

    def handle_data(self, data: str) -> None:
        data = re.sub(r'[a-z-]+="[^"]*"', "", data)  # attributes that a template keeps for later
        self.found += [each.strip() for each in data.split("\0") if re.search("[^\\W\\d]", each)]


@pytest.mark.parametrize("template", PUBLIC, ids=lambda path: path.name)
def test_a_public_template_says_nothing_that_is_not_translated(template: Path) -> None:
    assert set(literals(template)) - SAME_EVERYWHERE == set()


def test_text_beside_the_messages_is_seen(tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text(
        '<p title="Hidden words">Bare {{ _("marked") }}</p>{% set label = "Own label" %}{{ "two words" }}', "utf-8"
    )

    assert set(literals(template)) == {"Hidden words", "Bare", "Own", "two words"}


def test_a_message_is_said_with_what_is_a_message_or_a_number_in_it() -> None:
    message = Message(
        "must be {expected}, not {given}",
        expected=Message("a whole number from {low} to {high}", low=Number(0), high=Number(1_000_000)),
        given='"x"',
    )

    assert message == 'must be a whole number from 0 to 1,000,000, not "x"'
    assert message.said("de") == 'muss eine ganze Zahl von 0 bis 1.000.000 sein, nicht "x"'
    assert say("ja", N_("Search")) == "検索"
    assert said("no message at all", "fr") == "no message at all"


def test_dates_lists_and_directions_are_those_of_the_language() -> None:
    assert [day(date(2026, 11, 20), each) for each in LANGUAGES] == [
        "20 Nov 2026",
        "20. Nov. 2026",
        "20 nov 2026",
        "20 nov. 2026",
        "20 de nov. de 2026",
        "2026年11月20日",
        "20 نوفمبر 2026",
    ]
    assert listed(["a", "b", "c"], "de") == "a, b und c"
    assert [each for each in LANGUAGES if direction(each) == "rtl"] == ["ar"]
    assert (direction("he"), direction("pt-BR"), direction("no language")) == ("rtl", "ltr", "ltr")
