"""Answer a question from ranked passages: a verbatim quote with its confidence, or nothing when that is too low."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from kb_service.answers.confidence import confidence
from kb_service.answers.presenting import found_numbers, found_passages, related_article, related_articles
from kb_service.answers.quoting import Candidate, find_quote
from kb_service.answers.results import FoundPassage, Outcome, Question, Quote, RelatedArticle
from kb_service.index.port import Snapshot
from kb_service.questions.understanding import Correction, Understanding
from kb_service.ranking import Ranked, RankedList, Ranker
from kb_service.seats.position import SeatPosition, reconcile
from kb_service.seats.reader import Mentions, read_mentions
from kb_service.staff.counter import StaffCount
from kb_service.staff.messages import counted
from kb_service.wording.catalogue import words_in

RELATED: Final = 3  # articles offered beside an answer


class Quoted(NamedTuple):
    """[start, end) of what answers best in the text of a ranked passage."""

    passage: Ranked
    start: int
    end: int


class Reading(NamedTuple):
    """What answers best, and the chance (0 to 1) that it answers the question; nothing where that is too low."""

    confidence: float
    quoted: Quoted | None


class Decision(NamedTuple):
    """What to say: `passages`, the quoted one first, is empty unless the outcome is "answered"."""

    outcome: Outcome
    confidence: float
    quote: Quote | None
    passages: tuple[Ranked, ...]


class FoundAnswer(NamedTuple):
    """What one generation answers to `text` on a day, whoever asks; see Answer. `mentions` are its seat numbers."""

    text: str
    outcome: Outcome
    confidence: float
    quote: Quote | None
    passages: tuple[FoundPassage, ...]
    corrections: tuple[Correction, ...]
    related: tuple[RelatedArticle, ...]
    mentions: Mentions


def find_answer(
    ranker: Ranker, text: str, *, limit: int, explain: bool, html: bool, today: date, no_answer_below: float
) -> FoundAnswer:
    """Return the answer to a text with at most `limit` passages; `today` decides which are there, and which stale."""
    understood = ranker.understander.understand(text)
    ranked = ranker.rank(understood, limit=max(limit, RELATED), distinct=True, today=today)
    decision = decide(understood, ranked, no_answer_below=no_answer_below)
    return FoundAnswer(
        text=text,
        outcome=decision.outcome,
        confidence=decision.confidence,
        quote=decision.quote,
        passages=found_passages(
            decision.passages[:limit], understood, today=today, explain=explain, html=html, quote=decision.quote
        ),
        corrections=understood.corrections,
        related=(
            related_articles(ranker.catalogue, ranked.passages[0].entry.related, today=today)[:RELATED]
            if decision.passages
            else _nearest(ranked.passages)
        ),
        mentions=read_mentions(text),
    )


def decide(understood: Understanding, ranked: RankedList, *, no_answer_below: float) -> Decision:
    """Return what `ranked` answers, or "no_answer" when the confidence is below the threshold."""
    if not understood.text.strip():
        return Decision("empty_question", 0.0, None, ())
    if not ranked.passages:
        return Decision("no_answer", 0.0, None, ())
    sure, quoted = read(understood, ranked, at_least=no_answer_below)
    if quoted is None:
        return Decision("no_answer", sure, None, ())
    first, start, end = quoted
    passage = first.entry.passage
    quote = Quote(passage.text[start:end], passage.id, start, end)
    others = tuple(each for each in ranked.passages if each.number != first.number)
    return Decision("answered", sure, quote, (first, *others))


def read(understood: Understanding, ranked: RankedList, *, at_least: float) -> Reading:
    """Say how surely the ranked passages (there must be one) answer a question, and quote what does if `at_least` so.

    The one place that reads passages: another reader takes the same question and candidates and gives the same.
    """
    sure = round(confidence(understood, ranked), 3)
    if sure < at_least:
        return Reading(sure, None)
    first = ranked.passages[0]
    passages = [first, ranked.opening] if ranked.opening and not first.evidence.pattern else [first]
    candidates = [Candidate(each.entry, each.score, each.sentence_likeness) for each in passages]
    span = find_quote(candidates, understood.text, understood.words, pasted=first.evidence.pattern)
    return Reading(sure, Quoted(passages[span.candidate], span.start, span.end))


def _nearest(ranked: Sequence[Ranked]) -> tuple[RelatedArticle, ...]:
    """Return the nearest articles, where nothing answers."""
    titles = {passage.article_id: passage.title for passage in (each.entry.passage for each in ranked)}
    return tuple(related_article(article_id, title) for article_id, title in titles.items())[:RELATED]


def seat_position(question: Question, mentions: Mentions, staff_count: StaffCount | None) -> SeatPosition | None:
    """Return where the seats stand by what a question says (its `mentions`), what came with it, and the live count.

    None when neither the seats paid for nor the active staff are known.
    """
    words = words_in(question.lang)
    status = staff_count.status if staff_count else None
    locked = None
    if staff_count and status == "locked" and staff_count.count is not None and staff_count.purchased is not None:
        locked = (staff_count.count, staff_count.purchased)
    return reconcile(
        mentions=mentions,
        question=question.text,
        purchased_parameter=question.seats,
        active_parameter=question.active,
        live_count=staff_count.count if staff_count and status in {"ok", "stale"} else None,
        live_is_stale=status == "stale",
        locked=locked,
        counted=counted(staff_count, words) if staff_count else "",
        count_url=staff_count.url if staff_count else "",
        words=words,
    )


def seat_passages(snapshot: Snapshot, seats: SeatPosition | None, *, today: date) -> tuple[str, ...]:
    """Return the first passages of the articles that the sentences of `seats` rest on, as far as there are such."""
    catalogue = snapshot.catalogue
    numbers = found_numbers(catalogue, seats.article_ids if seats else (), today=today)
    bounds = [catalogue.first_passage[number : number + 2].tolist() for number in numbers]
    firsts = [first for first, end in bounds if first < end]
    return tuple(entry.passage.id for entry in snapshot.store.entries(firsts)) if firsts else ()
