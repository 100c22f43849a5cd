"""From Markdown to what is quoted: the answer and not the question, a list or a procedure and no half of it."""

from __future__ import annotations

import pytest

from kb_service.answers.answering import candidates, decide
from kb_service.content.markdown.rendering import Renderer
from kb_service.content.reading import read_article
from kb_service.ranking import Ranker
from tests.index.memory_engine import MemoryEngine
from tests.index.questions import filled

HOUSE = """# The pottery studio

## Where do I leave my coat?

On the hooks behind the kiln.

## What does glazing cost?

Three coins a bowl.

## May I bring a child?

Only with an apron.
"""
BOLD = """# Pots on loan

**How long may I keep a pot?**

Nine weeks.

**Who pays for a broken one?**

The one who dropped it.
"""
FOLDED = """# Firing days

<details>
<summary>When is the kiln lit?</summary>

Before sunrise on Thursdays.

</details>

<details>
<summary>Who opens the kiln?</summary>

The eldest potter.

</details>
"""
ACCORDION = """# Clay by post

<AccordionGroup>
  <Accordion title="Where does the clay come from?">
    From a pit near the river.
  </Accordion>
  <Accordion title="Can I send clay back?">
    Within a month, unopened.
  </Accordion>
</AccordionGroup>
"""
STEPS = """# Mend a cracked jug

To mend a cracked jug:

1. Wash the jug.

   Soap leaves a film.

2. Fill the crack with slip.

   Thin slip runs out again.

3. Fire it once more.
"""
NESTED = """# Join a course

Follow these steps to join a course:

1. **Open the diary.**
   - Turn to the page **Courses**.
2. **Write your name:**
   - Use the pencil.
3. **Tell the warden:**
   - She stamps the page.
"""
CODE = """# Dim the kiln lamp

To dim the kiln lamp, send this line:

```
lamp --dim 40 \\
  --room kiln
```

The lamp goes dark slowly.
"""
TABLE = """# Drying times

| Shape | Days | Shelf |
| --- | --- | --- |
| Tile | 4 | lower |
| Vase | 11 | upper |
| Plate | 6 | middle |
"""
SHORT_FORMS = """# Glazes

We mix e.g. Celadon, Shino and Tenmoku. A litre costs approx. 2.5 coins, i.e. 25 coins for ten. Ask Dr. Lund at 9 a.m.
"""


def quoted(markdown: str, question: str) -> str:
    article = read_article("a.mdx", markdown.encode(), Renderer()).article
    assert article
    ranker = Ranker(filled(MemoryEngine(), article))
    understood = ranker.understander.understand(question)
    shown = decide(understood, candidates(ranker, understood, limit=3), no_answer_below=0.0).shown[0]
    return shown.quote.text


@pytest.mark.parametrize(
    ("markdown", "question", "answer"),
    [
        pytest.param(HOUSE, "where do I leave my coat", "On the hooks behind the kiln.", id="headings"),
        pytest.param(HOUSE, "what does glazing cost?", "Three coins a bowl.", id="headings, the second"),
        pytest.param(BOLD, "how long may I keep a pot", "Nine weeks.", id="bold"),
        pytest.param(BOLD, "who pays for a broken one", "The one who dropped it.", id="bold, the second"),
        pytest.param(FOLDED, "when is the kiln lit", "Before sunrise on Thursdays.", id="details"),
        pytest.param(ACCORDION, "can I send clay back", "Within a month, unopened.", id="accordion"),
    ],
)
def test_the_answer_to_a_question_of_the_text_is_quoted_and_not_the_question(
    markdown: str, question: str, answer: str
) -> None:
    assert quoted(markdown, question) == answer


@pytest.mark.parametrize(
    ("markdown", "question", "first", "last"),
    [
        pytest.param(
            STEPS, "how do I mend a cracked jug", "To mend a cracked jug:", "3. Fire it once more.", id="steps"
        ),
        pytest.param(NESTED, "how do I join a course", "Follow these steps", "She stamps the page.", id="nested"),
        pytest.param(
            CODE, "how do I dim the kiln lamp", "To dim the kiln lamp, send this line:", "--room kiln", id="code"
        ),
    ],
)
def test_a_procedure_is_quoted_from_what_leads_to_it_to_its_end(
    markdown: str, question: str, first: str, last: str
) -> None:
    quote = quoted(markdown, question)

    assert quote.startswith(first)
    assert last in quote


def test_the_row_that_is_asked_for_is_quoted() -> None:
    assert "Vase | 11 | upper" in quoted(TABLE, "how many days does a vase dry")


def test_a_sentence_does_not_end_at_a_short_form() -> None:
    assert "A litre costs approx. 2.5 coins, i.e. 25 coins for ten." in quoted(SHORT_FORMS, "what does a litre cost")
