"""What articles and their authors say: which passages hold a section, and the language."""

from __future__ import annotations

import msgspec
import pytest

from kb_service.index.guide import section_passages, written_in
from tests.content.builders import an_article, words

ARTICLE = an_article(
    f"""
{words(60)}

## Long

{words(150)}

{words(150)}

## Short

### Too short

{words(5)}

### As short

{words(30)}

## Long.2

{words(60)}
"""
)


def test_the_passages_are_as_these_tests_need_them() -> None:
    assert ARTICLE.public
    assert [passage.anchor for passage in ARTICLE.public.passages] == ["intro", "long", "long.2", "too-short", "long2"]


@pytest.mark.parametrize(
    ("anchor", "passages"),
    [
        ("intro", (0, 1)),
        ("long", (1, 3)),
        ("too-short", (3, 4)),
        pytest.param("as-short", (3, 4), id="joined to the passage before it"),
        pytest.param("short", (2, 3), id="a heading without a text of its own"),
        ("long2", (4, 5)),
    ],
)
def test_a_section_has_its_passages_or_the_one_it_joined(anchor: str, passages: tuple[int, int]) -> None:
    assert section_passages(ARTICLE, anchor) == passages


@pytest.mark.parametrize("known", ["", "de"])
def test_a_language_that_was_looked_for_is_not_looked_for_again(known: str) -> None:
    article = an_article("This is what you have to do with the rest of it, and what we do for you.")

    assert written_in(article) == "en"
    assert written_in(msgspec.structs.replace(article, written_in=known)) == known
