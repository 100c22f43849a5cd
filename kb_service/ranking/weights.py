"""Every number that ranking rests on. The measurements that chose them are in docs/ranking-numbers.md."""

from __future__ import annotations

from typing import Final, NamedTuple

# Known questions compared exactly where there are many; the others count as unlike.
QUESTIONS_COMPARED: Final = 250


class RankingWeights(NamedTuple):
    """What a passage's score is the sum of, and how many passages are looked at and shown of each article."""

    lexical: float = 0.7  # times the share of the question's BM25 weight that the passage carries
    proximity: float = 0.75  # of `lexical`, times how close the question's words stand together
    # With meaning: the cosine with the passage counts 1, and what the likest question of its article has over it
    question_likeness: float = 0.4
    # By words alone: the likeness of the likest known question of its article
    known_question: float = 0.4
    # How much the question belongs to the article, where enough ways to ask are known: with meaning, and by words
    classified: float = 2.0
    classified_by_words: float = 0.5
    pattern: float = 1.0  # its article explains the error text in the question
    pattern_steps: float = 0.3  # and the passage is steps: who pastes an error wants to get rid of it
    common_heading: float = -0.1  # "What to do next" says where to go on, not what was asked
    overdue: float = -0.05  # its review is overdue: of two articles that say the same, the other comes first

    candidates: int = 60  # by words, and as many by meaning
    looked_at: int = 30  # of those, the best at first sight are read
    articles_asked: int = 10  # articles whose passages are all candidates because of a like known question
    same_article: int = 2  # passages of one article shown before those of others
    contestants: int = 10  # best articles whose scores tell how far the first stands out


RANKING_WEIGHTS: Final = RankingWeights()
