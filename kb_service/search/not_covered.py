"""Questions that authors know no article to answer, kept beside the articles in `_not_covered.yml`.

vat_and_tax:                                 # a topic, for the reader of the file
  - Where do we enter our VAT number?        # nearer to this than to any article: not covered
"""

from __future__ import annotations

from collections.abc import Mapping


def not_covered_questions(tree: Mapping[str, object]) -> tuple[list[str], list[str]]:
    """Return the questions of a parsed `_not_covered.yml` and what is wrong with it, in words."""
    questions: list[str] = []
    problems: list[str] = []
    for topic, listed in tree.items():
        if not isinstance(listed, list) or not all(isinstance(text, str) and text.strip() for text in listed):
            problems.append(f"`{topic}` must be a list of questions")
            continue
        questions.extend(text.strip() for text in listed)
    return list(dict.fromkeys(questions)), problems
