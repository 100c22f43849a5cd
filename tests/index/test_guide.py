"""What articles and their authors say: which passages hold a section."""

from __future__ import annotations

import pytest

from kb_service.index.guide import section_passages
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
