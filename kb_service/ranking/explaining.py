"""Why a passage stands where it does, in words a support lead can act on."""

from __future__ import annotations

from collections.abc import Sequence

from kb_service.analysis import analyse, term_code
from kb_service.questions.understanding import QuestionWord, Understanding
from kb_service.ranking.ranking import Ranked


def explain(understood: Understanding, ranked: Sequence[Ranked], at: int) -> tuple[str, ...]:
    """Return the reasons for the passage at place `at`: what it holds, how, and what the next one lacks."""
    passage = ranked[at]
    held = [word for word, has in zip(understood.words, passage.held, strict=True) if has]
    missing = [word.surface for word, has in zip(understood.words, passage.held, strict=True) if not has]
    reasons = [f"holds {_list([_how(word, passage) for word in held])}" if held else "holds none of the words"]
    if missing:
        reasons.append(f"lacks {_list(missing)}")
    titled = _in_title(held, passage)
    if titled:
        reasons.append(f"{_list(titled)} in the title")
    if passage.evidence.pattern:
        reasons.append("its article explains the error text in the question")
    if passage.evidence.known_question >= 0.5:
        reasons.append(
            f"its article is known to answer a question like this ({passage.evidence.known_question:.0%} alike)"
        )
    if passage.evidence.proximity >= 0.2:
        reasons.append("the words stand close together")
    if at + 1 < len(ranked):
        reasons.append(_against(understood, passage, ranked[at + 1]))
    return tuple(reasons)


def _how(word: QuestionWord, passage: Ranked) -> str:
    shown = set(memoryview(passage.entry.codes).cast("I"))
    if word.code in shown:
        return f"“{word.surface}”"
    why = next((a.why for a in word.alternatives if any(term_code(t) in shown for t in a.terms)), "")
    return f"“{word.surface}” ({why})" if why else f"“{word.surface}”"


def _in_title(words: Sequence[QuestionWord], passage: Ranked) -> list[str]:
    title = {term.term for term in analyse(passage.entry.passage.title)}
    return [f"“{word.surface}”" for word in words if any(term in title for term, _ in word.variants)]


def _against(understood: Understanding, passage: Ranked, following: Ranked) -> str:
    words = zip(understood.words, passage.held, following.held, strict=True)
    more = [f"“{word.surface}”" for word, here, there in words if here and not there]
    ahead = f"{passage.score - following.score:.2f} ahead of the next"
    return f"{ahead}, which lacks {_list(more)}" if more else ahead


def _list(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words)
