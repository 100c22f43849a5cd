"""Confidence: the chance that what is quoted answers, by a logistic model over what was read and ranked.

There is one model for folders that are nothing but text and one for those where ways to ask are known; see weights.py.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from kb_service.analysis import analyse, term_code
from kb_service.answers.directions import goes_back, is_opposite
from kb_service.answers.kinds import lacks_asked_kind
from kb_service.answers.naming import is_titled, lacks_what_is_named, named_in
from kb_service.answers.reader import ReadPassage, is_known_to_answer
from kb_service.answers.signs import PASSAGE_COLUMNS, SENTENCE_COLUMNS, tells
from kb_service.answers.together import together_signs
from kb_service.answers.weights import Weights, weights_of
from kb_service.questions.understanding import QuestionWord, Understanding
from kb_service.ranking import Ranked, RankedList

# Below this chance nothing is claimed to answer (setting KB_NO_ANSWER_BELOW) …
NO_ANSWER_BELOW: Final = 0.5
# … and below this one no passage is shown as one that may help.
POSSIBLE_FROM: Final = 0.05
# Where ways to ask are known, what belongs to no article is told apart so well that less helps nobody.
POSSIBLE_WHERE_KNOWN: Final = 0.45

# Between these chances the first passage is read together with the question (together.py): it decides four of five.
OPEN_FROM: Final = 0.1
OPEN_TO: Final = 0.7

# The similarity to the closest question listed as unanswerable, where authors keep no such list.
USUAL_LIKENESS: Final = 0.4

# A question this similar to one listed as unanswerable, and by CLEARLY more than to any article's, is refused.
SAME_QUESTION: Final = 0.85
SAME_QUESTION_BY_WORDS: Final = 0.7
CLEARLY: Final = 0.1
REFUSED: Final = 0.04  # the most that its confidence can be

SUREST: Final = 0.99  # the most that any confidence can be: some of the surest answers were wrong too
IDENTIFIED: Final = 0.7  # the least where an identifier is all that is asked and the passage has it, or its titles do
EXPLAINED: Final = 0.9  # the least where the article lists the error text in the question
KNOWN_TO_ANSWER: Final = 0.8  # the least where the article is known to answer this very question

# The signs of the first passage and of its likeliest sentence that count, and where these stand.
_PASSAGE: Final = {
    f"passage_{name}": PASSAGE_COLUMNS.index(name)
    for name in (
        "likeness",
        "best_likeness",
        "coverage",
        "with_heads",
        "lexical",
        "proximity",
        "question_likeness",
        "score",
        "window",
        "articles_share",
        "met",
        "met_least",
        "best_met",
    )
}
_SENTENCE: Final = {
    f"sentence_{name}": SENTENCE_COLUMNS.index(name)
    for name in ("likeness", "met", "met_least", "shared", "covered", "long", "echo")
}
# A name or a version: in capitals inside a sentence, or a number with dots.
_NAME: Final = re.compile(r"(?<=[\w,;:)] )[A-Z][\w+-]+|\b[A-Z][a-z]+[A-Z]\w*|\b[A-Z]{2,}[\w+-]*|\b[vV]?\d+(?:\.\d+)+\b")


def confidence_signs(understood: Understanding, ranked: RankedList, read: Sequence[ReadPassage]) -> dict[str, float]:
    """Return what the confidence rests on before the first passage is read together with the question, each of the
    order of 1; a passage must have been read, the best one first.

    `lead` is the logarithm of the first passage's chance, `article` that of all its article's, `sentence` that of its
    likeliest sentence; `over_next` what the best article's score has over the mean of the next nine, `crowd` the
    cosine of the tenth likest article: a question like many articles asks for none of them. `unknown` is the share of
    the question's weight that the index lacks, `names_lacking` the share of its names and versions that the passage
    lacks. Where ways to ask are known, `over_none` is how much more the question belongs to the article than to none,
    `unsaid` the share of its weight that neither the passage nor what its article is known to be asked has, and
    `kind_lacking` whether the quote has nothing of the kind asked for.
    """
    first, evidence = read[0], read[0].ranked.evidence
    article = first.ranked.entry.article_number
    chances = np.asarray([each.chance for each in read])
    others = np.asarray([each.chance for each in read[1:]])
    mine = np.asarray([each.ranked.entry.article_number == article for each in read])
    unknown = sum(word.weight for word in understood.words if not word.known and not word.alternatives)
    found = {
        "bias": 1.0,
        "raw": first.score / 10,
        "lead": _log(first.chance),
        "second": _log(others.max(initial=0.0)),
        "article": _log(chances[mine].sum()),
        "sentence": _log(first.sentence),
        "words": math.log1p(len(understood.words)),
        "unknown": unknown / understood.weight if understood.weight else 0.0,
        "names_lacking": names_lacking(understood.text, first),
        "score": ranked.contest[0],
        "over_next": ranked.contest[0] - _mean(ranked.contest[1:]),
        "known_over_unanswerable": evidence.known_question - ranked.resemblance.unanswerable_by_words,
    }
    found |= {name: first.signs.item(at) for name, at in _PASSAGE.items()}
    found |= {name: first.sentence_signs.item(at) for name, at in _SENTENCE.items()}
    if evidence.passage_likeness is not None and evidence.question_likeness is not None:
        likeness = max(evidence.passage_likeness, evidence.question_likeness)
        known = ranked.resemblance.unanswerable_by_meaning
        found |= {
            "likeness": likeness,
            "crowd": ranked.likeness[-1],
            "over_unanswerable": likeness - (USUAL_LIKENESS if known is None or known < 0 else known),
        }
    if (belonging := ranked.resemblance.belonging) is not None:
        classified, quote = float(belonging[article]), slice(*first.quoted)
        found |= {
            "classified": classified,
            "over_none": classified - float(belonging[-1]),
            "unsaid": unsaid(understood, ranked, first.ranked),
            "kind_lacking": float(lacks_asked_kind(understood.text, first.ranked.entry.passage.text[quote])),
        }
    return found


def unsaid(understood: Understanding, ranked: RankedList, passage: Ranked) -> float:
    """Return the share of a question's weight that neither a passage nor its article's known questions have."""
    lacking = sum(word.weight for word in _words_unsaid(understood, ranked, passage))
    return lacking / (sum(word.weight for word in understood.words if tells(word)) or 1.0)


def _words_unsaid(understood: Understanding, ranked: RankedList, passage: Ranked) -> list[QuestionWord]:
    held, article = _codes_of(passage), passage.entry.article_number
    asked_with = ranked.resemblance.is_asked_with
    return [
        word
        for word in understood.words
        if tells(word)
        and word.codes.isdisjoint(held)
        and not (asked_with and asked_with(article, [term for term, _ in word.variants]))
    ]


def _codes_of(passage: Ranked) -> frozenset[int]:
    return frozenset(memoryview(passage.entry.codes).cast("I"))


def _tells_the_other_way(understood: Understanding, ranked: RankedList, passage: Ranked) -> bool:
    """Tell whether a passage has but the way back of what is asked, or, where ways to ask are known, an opposite."""
    if goes_back(understood.meant, passage.entry.passage.text):
        return True
    if ranked.resemblance.belonging is None:
        return False
    held = _codes_of(passage)
    return any(is_opposite(word.code, held) for word in _words_unsaid(understood, ranked, passage))


def _log(chance: float) -> float:
    return math.log(max(chance, 1e-4))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def names_lacking(question: str, read: ReadPassage) -> float:
    """Return the share of the names and versions in a question that a passage lacks; 0 where it names none."""
    names = [{term_code(term.term) for term in analyse(name)} for name in dict.fromkeys(_NAME.findall(question))]
    if not names:
        return 0.0
    codes = _codes_of(read.ranked)
    return sum(codes.isdisjoint(name) for name in names) / len(names)


def model_for(found: Mapping[str, float], weights: Weights) -> Mapping[str, float]:
    """Return the model for this kind of evidence."""
    if "classified" in found:
        return weights.known
    return weights.together if "together" in found else weights.quoted


def confidence(understood: Understanding, ranked: RankedList, read: Sequence[ReadPassage]) -> float:
    """Return the chance, 0 to 1, that the quote of the first passage answers; 0 without a passage or a subject."""
    named = named_in(understood)
    if not read or not (named.alone or has_subject(understood)):
        return 0.0
    found = confidence_signs(understood, ranked, read)
    chance = _chance(found)
    if read[0].ranked.evidence.pattern:
        return max(chance, EXPLAINED)
    if understood.foreign or lacks_what_is_named(named, understood, read[0].ranked):
        return min(chance, REFUSED)
    if _tells_the_other_way(understood, ranked, read[0].ranked):
        return min(chance, REFUSED)
    if _is_listed_as_unanswerable(found, ranked):
        return min(chance, REFUSED)
    if OPEN_FROM <= chance <= OPEN_TO:
        chance = _chance(found | together_signs(understood, ranked, read[0]))
    if is_known_to_answer(read[0].ranked, ranked):
        chance = max(chance, KNOWN_TO_ANSWER)
    is_identified = named.alone or is_titled(named, understood, read[0].ranked)
    return max(chance, IDENTIFIED) if is_identified else chance


def _chance(found: Mapping[str, float]) -> float:
    model = model_for(found, weights_of(by_meaning="likeness" in found))
    evidence = sum(weight * found[name] for name, weight in model.items())
    return min(1 / (1 + math.exp(-evidence)), SUREST)


def possible_from(ranked: RankedList) -> float:
    """Return the confidence from which on passages are shown as such that may help."""
    return POSSIBLE_FROM if ranked.resemblance.belonging is None else POSSIBLE_WHERE_KNOWN


def has_subject(understood: Understanding) -> bool:
    """Tell whether a question names anything: a word that tells, or an identifier that the articles have."""
    return any(word.share == 1.0 or (tells(word) and word.is_number and word.known) for word in understood.words)


def _is_listed_as_unanswerable(found: Mapping[str, float], ranked: RankedList) -> bool:
    """Tell whether authors listed this question as unanswerable, in other words perhaps."""
    unanswerable = ranked.resemblance.unanswerable_by_meaning
    if unanswerable is not None and "likeness" in found:
        return unanswerable >= max(SAME_QUESTION, found["likeness"] + CLEARLY)
    by_words = ranked.resemblance.unanswerable_by_words
    return by_words >= SAME_QUESTION_BY_WORDS and found["known_over_unanswerable"] <= -CLEARLY
