"""Every number that ranking rests on, with the measurement that chose it.

nDCG@10 below is on four judged collections (doc2dial passages, orsharc, stackfaq, cranfield), words only.
"""

from __future__ import annotations

from typing import Final

# BM25F over one field in which a word of the title counts as three and its length as much. Against one BM25 a field
# and their sum (.646 .723 .732 .524) and concatenation (.591 .785 .735 .516) this gives .658 .779 .773 .526; weights 2
# to 5 and b .4 to .75 differ by less than .01, title fields with an own b of .3 likewise.
K1: Final = 1.2
B: Final = 0.6
PART_COUNTS: Final = {"title": 3, "headings": 2, "body": 1}

# Fields scored on their own and added: the article's known questions are evidence of another kind than its text.
FIELD_WEIGHTS: Final = {"text": 1.0, "questions": 0.5}

# Words that count less than they are rare.
WEAK_WORD: Final = 0.3  # see stop_words.py; .1 to .5 differ by less than .01
NUMBER: Final = 0.3  # "60 seats": the number says how many, seldom what about

# The score of a passage: the share of the question's BM25 weight it carries, and what is added to it.
PROXIMITY: Final = (
    0.2  # each pair of neighbours once: 0 .659 .793 .785 .527, .1 .664 .800 .786 .531, .2 .668 .803 .785 .533
)
KNOWN_QUESTION: Final = 0.6
PATTERN: Final = 1.0
CANDIDATES: Final = (
    60  # passages looked at closely; the right one is among the first 100 by words for 95 of 100 questions
)
SAME_ARTICLE: Final = 2  # passages of one article before those of others
