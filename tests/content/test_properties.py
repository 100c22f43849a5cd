"""What holds for every text whatsoever."""

import re
from string import ascii_letters
from unicodedata import category

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb_service.content.agents_only.marks import separate
from kb_service.content.markdown.rendering import Renderer
from kb_service.content.markdown.sanitizing import sanitize
from kb_service.content.passages.dividing import divide
from kb_service.content.passages.html_blocks import read_blocks
from kb_service.content.passages.outline import outline, slug
from kb_service.content.reading import read_article
from kb_service.content.source_text import clean
from tests.content.hostile import CONTEXTS, PAYLOADS, faults

RENDERER = Renderer()

WORDS = st.text(ascii_letters, min_size=1, max_size=8)
SENTENCES = st.lists(WORDS, min_size=1, max_size=40).map(lambda found: " ".join(found) + ".")
LISTS = st.lists(SENTENCES, min_size=1, max_size=12)
BLOCKS = st.one_of(
    SENTENCES,
    st.builds(lambda level, text: "#" * level + " " + text, st.integers(1, 6), WORDS),
    LISTS.map(lambda items: "\n".join(f"- {item}" for item in items)),
    LISTS.map(lambda items: "\n".join(f"1. {item}" for item in items)),
    LISTS.map(lambda rows: "a | b\n--|--\n" + "\n".join(f"{row} | x" for row in rows)),
    SENTENCES.map(lambda code: f"```\n{code}\n```"),
    SENTENCES.map(lambda quote: f"> {quote}"),
    st.just("### Note"),
)
ARTICLES = st.lists(BLOCKS, min_size=1, max_size=14).map("\n\n".join)
SYMBOLS = st.sampled_from("<>[]()*_`|#-\n \t&;:!{}%\\\"'=")
PIECES = st.one_of(st.sampled_from(PAYLOADS), BLOCKS, SYMBOLS, st.text(max_size=6))
OPENING = ("<supportagent>", "<SupportAgent x>", "&lt;supportagent&gt;", "＜supportagent＞")
CLOSING = ("</supportagent>", "&lt;/supportagent&gt;")
FENCES = ("\n:::agent\n", "\n::::agent\n", "\n:::note\n")
ENDS = ("\n:::\n", "\n::::\n")
MARKS = st.sampled_from([*OPENING, *CLOSING, *FENCES, *ENDS, "<!--", "-->", "`", "\n\n"])


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_markdown_renders_harmless_wherever_it_stands(payload):
    for context in CONTEXTS:
        article = read_article("a.md", context.replace("{}", payload).encode(), RENDERER).article

        assert not article or faults(article.view("agent").html) == [], context


@pytest.mark.slow
@given(st.lists(PIECES, max_size=12).map("".join))
def test_rendered_html_is_harmless_whatever_the_markdown(source):
    html = RENDERER.render(clean(source)).html

    assert faults(html) == []
    assert sanitize(html) == html


@pytest.mark.slow
@given(ARTICLES)
def test_passages_hold_all_text_in_its_order(source):
    html = RENDERER.render(source).html
    sections = outline(read_blocks(html))
    held = " ".join(placed.passage.text for placed in divide(sections, article_id="a", title="t"))

    expected = [block.text for section in sections for block in section.blocks]
    position = 0
    for line in "\n".join(expected).split("\n"):
        for word in line.split():
            position = held.index(word, position) + len(word)


@pytest.mark.slow
@given(ARTICLES)
def test_ids_are_unique_and_lead_somewhere(source):
    article = read_article("a.md", source.encode(), RENDERER).article
    public = article.public

    ids = re.findall(r' id="([^"]*)"', public.html)
    assert len(ids) == len(set(ids))
    assert {passage.anchor for passage in public.passages} | {section.anchor for section in public.sections} == set(ids)
    assert [passage.position for passage in public.passages] == list(range(len(public.passages)))


@pytest.mark.slow
@given(st.lists(st.one_of(MARKS, st.just("text"), BLOCKS), min_size=1, max_size=14))
@example(["<supportagent>", "<!--", "</supportagent>", "-->", "text", "</supportagent>"])
def test_agent_text_is_never_public_whatever_the_marks(parts):
    source, secrets = _with_secrets(parts)
    article = read_article("a.md", source.encode(), RENDERER).article

    public = msgspec.structs.replace(article, agent=None) if article and article.public else None
    shown = msgspec.json.encode(public).decode()
    assert [secret for secret in secrets if secret in shown] == []


def _with_secrets(parts):
    """Return the source with a word of its own in every piece of text, and the words that marks hide, counted in the
    simplest way."""
    source, secrets = [], []
    depth, fences = 0, []
    for number, part in enumerate(parts):
        if part in OPENING or part in CLOSING:
            depth = max(depth + (1 if part in OPENING else -1), 0)
        elif part in FENCES:
            fences.append(part.strip())
        elif part in ENDS:
            if fences and len(part.strip()) >= fences[-1].count(":"):
                fences.pop()
        else:
            source.append(part)
            part = f" word{number}x "
            if depth or any(fence.endswith("agent") for fence in fences):
                secrets.append(part.strip())
        source.append(part)
    return "".join(source), secrets


@given(st.text())
def test_separating_loses_nothing_when_nothing_is_marked(text):
    separated = separate(text)

    assert separated.public == separated.agent or "agent" in text.lower() or ":::" in text


@given(st.text())
def test_cleaning_and_slugs_are_stable(text):
    assert clean(clean(text)) == clean(text)
    assert slug(slug(text)) == slug(text)
    assert all(char.isalnum() or char in "_-" or category(char)[0] == "M" for char in slug(text))


@pytest.mark.slow
@settings(max_examples=60)
@given(st.binary(max_size=200), ARTICLES)
def test_reading_never_raises_and_never_changes(noise, source):
    first = read_article("a.md", source.encode() + noise, RENDERER)

    assert first == read_article("a.md", source.encode() + noise, Renderer())
    assert first.article or first.problems
