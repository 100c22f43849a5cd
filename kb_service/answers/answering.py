"""Answer a question from ranked passages: a verbatim quote with its confidence, passages that may help, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from itertools import groupby
from typing import Final, NamedTuple

from kb_service.answers.across_languages import AcrossLanguages
from kb_service.answers.confidence import confidence, possible_from
from kb_service.answers.presenting import article_url, found_numbers, found_passages, related_articles
from kb_service.answers.reader import READ, ReadPassage, read_passages
from kb_service.answers.refusing import languages_to_ask_in, nearest_articles, whom_to_ask
from kb_service.answers.results import FoundPassage, Highlight, Outcome, PartialAnswer, Question, Quote, RelatedArticle
from kb_service.index.catalogue import Catalogue
from kb_service.index.port import Snapshot
from kb_service.questions.handover import asks_for_person, asks_how
from kb_service.questions.message import questions_of
from kb_service.questions.understanding import Correction, Understanding
from kb_service.ranking import Ranked, RankedList, Ranker
from kb_service.seats.position import SeatPosition, reconcile
from kb_service.seats.reader import Mentions, read_mentions
from kb_service.staff.counter import StaffCount
from kb_service.staff.messages import counted
from kb_service.wording.catalogue import words_in

RELATED: Final = 3  # articles offered beside an answer
MOST_ANSWERS: Final = 3  # of a message that asks several things
SAME_ARTICLE: Final = 2  # passages of one article shown before those of others


class Shown(NamedTuple):
    """A passage that is shown, as it was read, if it was, and for which question it was found."""

    passage: Ranked
    read: ReadPassage | None
    understood: Understanding

    @property
    def highlight(self) -> Highlight:
        """What of it answers best; nothing of one that was not read."""
        return Highlight(*self.read.quoted) if self.read else Highlight(0, 0)

    @property
    def quote(self) -> Quote:
        """What of it answers best, as a quote."""
        passage, best = self.passage.entry.passage, self.highlight
        return Quote(passage.text[best.start : best.end], passage.id, best.start, best.end)


class Decision(NamedTuple):
    """What to say: `shown` has the passages that answer or may help, the best one first; with others nothing."""

    outcome: Outcome
    confidence: float
    shown: tuple[Shown, ...]

    @property
    def quote(self) -> Quote | None:
        """What is claimed to answer."""
        return self.shown[0].quote if self.outcome == "answered" else None


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
    answers: tuple[PartialAnswer, ...] = ()
    ask: str = ""
    languages: tuple[str, ...] = ()


def find_answer(
    ranker: Ranker,
    text: str,
    *,
    limit: int,
    explain: bool,
    html: bool,
    today: date,
    no_answer_below: float,
    languages: Sequence[str] = (),
    across: AcrossLanguages | None = None,
) -> FoundAnswer:
    """Return the answer to a text with at most `limit` passages; `today` decides which are there, and which stale.

    Articles that say a language are for questions in it, and where it has none for readers of `languages`. With
    `across`, articles may help with a question that is in the language of none of them. Who asks for a person is not
    answered, but where an article surely says how to reach one.
    """
    understood = ranker.understander.understand(text)
    without = ranker.catalogue.for_others((understood.language, *languages))
    ranked = candidates(ranker, understood, limit=limit, today=today, without=without)
    decision = decide(understood, ranked, no_answer_below=no_answer_below)
    if across and decision.outcome == "no_answer" and understood.foreign:
        decision = _decide_across(understood, across, decision, without={*without, *ranker.catalogue.expired(today)})
    parts: list[tuple[str, Decision]] = []
    if asks_for_person(text) and not (asks_how(text) and decision.quote):
        decision = Decision("wants_person", decision.confidence, ())
    else:
        parts = _parts(ranker, text, limit=limit, today=today, no_answer_below=no_answer_below, without=without)
        decision = _joined(decision, [part for _, part in parts])
    return FoundAnswer(
        text=text,
        outcome=decision.outcome,
        confidence=decision.confidence,
        quote=decision.quote,
        passages=_as_found(ranker.catalogue, decision.shown[:limit], today=today, explain=explain, html=html),
        corrections=understood.corrections,
        related=_related(ranker, understood, decision, ranked, today=today),
        mentions=read_mentions(text),
        answers=tuple(_partial_answer(question, part) for question, part in parts),
        ask="" if decision.outcome == "answered" else whom_to_ask(ranker.catalogue, understood),
        languages=languages_to_ask_in(ranker.catalogue, understood),
    )


def _decide_across(
    understood: Understanding, across: AcrossLanguages, otherwise: Decision, *, without: Collection[int]
) -> Decision:
    """Return what articles in another language may help with; `otherwise` where none does."""
    near = [Shown(each, None, understood) for each in across.may_help(understood, without=without)]
    return Decision("possible", otherwise.confidence, tuple(near)) if near else otherwise


def _as_found(
    catalogue: Catalogue, shown: Sequence[Shown], *, today: date, explain: bool, html: bool
) -> tuple[FoundPassage, ...]:
    """Return passages as they are shown, each explained by the question of a message for which it was found."""
    found: list[FoundPassage] = []
    for _, run in groupby(shown, key=lambda each: id(each.understood)):
        of_one = list(run)
        found += found_passages(
            [each.passage for each in of_one],
            of_one[0].understood,
            today=today,
            explain=explain,
            languages=catalogue.guide.written_in,
            html=html,
            highlights=[each.highlight for each in of_one],
        )
    return tuple(found)


def _parts(
    ranker: Ranker, text: str, *, limit: int, today: date, no_answer_below: float, without: Collection[int]
) -> list[tuple[str, Decision]]:
    """Return what answers each question of a message that asks several; nothing where none of them has an answer.

    What answers one of them answers no other, and no more than MOST_ANSWERS are claimed.
    """
    found: list[tuple[str, Decision]] = []
    quoted: set[Quote] = set()
    for question in questions_of(text, ranker.catalogue.knows):
        understood = ranker.understander.understand(question)
        ranked = candidates(ranker, understood, limit=limit, today=today, without=without)
        decision = decide(understood, ranked, no_answer_below=no_answer_below)
        if quote := decision.quote:
            if quote in quoted or len(quoted) == MOST_ANSWERS:
                continue
            quoted.add(quote)
        found.append((question, decision))
    return found if quoted and len(found) > 1 else []


def _joined(whole: Decision, parts: Sequence[Decision]) -> Decision:
    """Return what answers a message: where it asks several things, what answers each of them comes first."""
    answered = [part for part in parts if part.quote]
    if not answered:
        return whole
    first = [part.shown[0] for part in answered]
    known = {shown.passage.number for shown in first}
    rest = [shown for each in (*answered, whole) for shown in each.shown if shown.passage.number not in known]
    others = {shown.passage.number: shown for shown in reversed(rest)}
    distinct = {shown.passage.number: shown for shown in reversed(first)}
    return Decision(
        "answered",
        answered[0].confidence,
        (*reversed(distinct.values()), *(shown for shown in reversed(others.values()))),
    )


def _partial_answer(question: str, decision: Decision) -> PartialAnswer:
    quote, passage = decision.quote, decision.shown[0].passage.entry.passage if decision.shown else None
    return PartialAnswer(
        question=question,
        outcome=decision.outcome,
        confidence=decision.confidence,
        answer=quote,
        title=passage.title if passage and quote else "",
        url=article_url(passage.article_id, passage.anchor) if passage and quote else "",
    )


def _related(
    ranker: Ranker, understood: Understanding, decision: Decision, ranked: RankedList, *, today: date
) -> tuple[RelatedArticle, ...]:
    """Return what belongs to the answer, or the nearest articles where none is shown."""
    if decision.outcome == "answered":
        first = decision.shown[0].passage.entry
        return related_articles(ranker.catalogue, first.related, today=today)[:RELATED]
    return () if decision.shown else nearest_articles(ranker.catalogue, understood, ranked.passages)


def candidates(
    ranker: Ranker, understood: Understanding, *, limit: int, today: date | None = None, without: Collection[int] = ()
) -> RankedList:
    """Return the passages to be read for an answer of `limit` ones: neighbours in one article too, repeats last."""
    most = max(limit, READ)
    return ranker.rank(understood, limit=most, distinct=True, same_article=most, today=today, without=without)


def decide(understood: Understanding, ranked: RankedList, *, no_answer_below: float) -> Decision:
    """Return what the passages of `ranked` answer.

    "answered" from the threshold on, "possible" where they may well help, else "no_answer". A higher threshold leaves
    some of the answers, and the others possible.
    """
    if not understood.text.strip():
        return Decision("empty_question", 0.0, ())
    if not ranked.passages:
        return Decision("no_answer", 0.0, ())
    read = read_passages(understood, ranked)
    sure = round(confidence(understood, ranked, read), 3)
    if sure < min(no_answer_below, possible_from(ranked)):
        return Decision("no_answer", sure, ())
    shown = (
        *_in_turn(read, understood),
        *(Shown(each, None, understood) for each in ranked.passages[READ:]),
    )
    return Decision("answered" if sure >= no_answer_below else "possible", sure, shown)


def _in_turn(read: Sequence[ReadPassage], understood: Understanding) -> list[Shown]:
    """Return what was read, the best first; passages of an article beyond SAME_ARTICLE come after those of others."""
    first: list[Shown] = []
    later: list[Shown] = []
    count: Counter[int] = Counter()
    for each in read:
        article = each.ranked.entry.article_number
        count[article] += 1
        (first if count[article] <= SAME_ARTICLE else later).append(Shown(each.ranked, each, understood))
    return [*first, *later]


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
