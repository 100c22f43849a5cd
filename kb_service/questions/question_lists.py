"""Lists of questions that authors keep beside their articles.

`_not_covered.yml`: by topic, questions that no article answers; one nearer to these than to any article is refused.
`_phrasings.yml`: by article id, other ways to ask what it answers; matched, never shown.
"""

from __future__ import annotations

from collections.abc import Mapping


def questions_by_key(tree: Mapping[str, object]) -> tuple[list[tuple[str, str]], list[str]]:
    """Return (question, key) pairs of a parsed file, each question once, and what is wrong with it, in words."""
    keys: dict[str, str] = {}
    problems: list[str] = []
    for key, listed in tree.items():
        if not isinstance(listed, list) or not all(isinstance(text, str) and text.strip() for text in listed):
            problems.append(f"`{key}` must be a list of questions")
            continue
        for text in listed:
            if keys.setdefault(text.strip(), key) != key:
                problems.append(f"{text!r} stands under `{keys[text.strip()]}` and `{key}`")
    return list(keys.items()), problems
