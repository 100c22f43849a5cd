"""Every number that ranking rests on, with the measurement that chose it.

nDCG@10 below is on four judged collections (doc2dial passages, orsharc, stackfaq, cranfield).
"""

from __future__ import annotations

from typing import Final, NamedTuple

# Known questions that are compared where there are many; the others count as unlike. Of 7,400 the sketch so picks 99.9%
# of the true best ten (with 200 .995, with 400 1.000), and with 100 to 400 the judged collections rank alike.
QUESTIONS_COMPARED: Final = 250


class RankingWeights(NamedTuple):
    """What a passage's score is the sum of, and how many passages are looked at and shown of each article."""

    # Meaning: the cosine with the passage, `question_likeness` of what the likest question of its article has over it,
    # and `lexical` times the share of the question's BM25 weight (with proximity). nDCG@10 on doc2dial, orsharc,
    # stackfaq, cranfield: the cosine alone .559 .735 .956 .517; all with question_likeness .3 .704 .837 .949 .580, .4
    # .709 .837 .951 .580, .5 .714 .836 .951 .579, .6 .717 .833 .951 .577; with .4 and lexical .8 .710 .836 .947 .577.
    lexical: float = 0.7
    question_likeness: float = 0.4

    # Each pair of neighbouring words once (closeness.py). With meaning (the four collections): .6 .709 .834 .952 .579,
    # .7 .709 .837 .951 .580, .8 .710 .837 .949 .580, 1 .712 .839 .947 .581; by words alone: 0 .657 .789 .782 .526,
    # .3 .671 .808 .779 .536, .75 .670 .819 .776 .530, .9 .665 .825 .766 .526.
    proximity: float = 0.75

    # How much a question belongs to the article (classifying.py), where enough ways to ask are known. Hit@1, hit@3 of
    # 202 judged questions by other authors: 0 with meaning .842 .970, by words alone .752 .916; 1 .931 .990, .851 .965;
    # 2 .950 .990, .832 .955; 3 .946 .990, .832 .955.
    classified: float = 2.0
    classified_by_words: float = 1.0

    known_question: float = 0.2  # by words alone (.757 to .797); where meanings are compared the cosine says it better
    pattern: float = 1.0
    # Who pastes an error wants to get rid of it: the steps first, what it means after; .5 hides what else is asked.
    pattern_steps: float = 0.3
    common_heading: float = -0.1  # "What to do next": says where to go on, not what was asked

    candidates: int = 60  # by words, as many by meaning; the right one is of 100 by words for 95 of 100 questions
    looked_at: int = 30  # of those, the best at first sight are read: all (about 100) find no more, 20 lose .001
    articles_asked: int = 10  # articles all of whose passages are candidates because of a like known question
    same_article: int = 2  # passages of one article before those of others
    contestants: int = 10  # best articles whose scores say how far the first stands out


RANKING_WEIGHTS: Final = RankingWeights()
