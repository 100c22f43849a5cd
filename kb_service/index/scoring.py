"""The constants of the lexical score, BM25F, with the measurement that chose each.

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
# Hit@1 of the shipped answer tests with meaning: weight 0 .770, .25 .824, .5 .865, 1 .892; of known questions left out
# of the index in turn .571 .563 .539 .524: in between.
FIELD_WEIGHTS: Final = {"text": 1.0, "questions": 0.75}
