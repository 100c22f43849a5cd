"""KnowledgeBase: the one way in for questions, searches, suggestions and articles, for web, commands and measuring.

kb = KnowledgeBase(engine, staff_counter=DisabledCounter())
kb.answer(Question("How do I add a seat?")).answer  # Quote(text='To add seats: …', passage_id='add-seats#intro', …)
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import BinaryIO, Final, Literal, NamedTuple

from kb_service.answers.across_languages import AcrossLanguages
from kb_service.answers.answering import FoundAnswer, find_answer, seat_passages, seat_position
from kb_service.answers.confidence import NO_ANSWER_BELOW
from kb_service.answers.presenting import (
    article_url,
    found_passages,
    index_info,
    related_articles,
    summary_of,
)
from kb_service.answers.results import (
    Answer,
    ArticlePage,
    ArticleRead,
    IndexInfo,
    Question,
    SearchResult,
    SeatAnswer,
    Status,
    Suggestion,
    Topic,
    Translation,
)
from kb_service.answers.topics import articles_of, grouped, place_of, titles_of_topics, topics_without
from kb_service.content.article import Article, Audience
from kb_service.errors import DependencyFailed, UnknownArticle
from kb_service.index.catalogue import Catalogue
from kb_service.index.guide import plain
from kb_service.index.port import Engine, Snapshot
from kb_service.meaning.across_languages import Multilingual
from kb_service.meaning.vectors import Encoder
from kb_service.query_ids import KEY_BYTES, QueryIds
from kb_service.ranking import Ranker
from kb_service.seats.reader import Mentions, read_mentions
from kb_service.staff.counter import StaffCount, StaffCounter

MAX_QUESTION_CHARACTERS: Final = 2000
MOST_SEATS: Final = 1_000_000  # that anybody may say are paid for
STAFF_BUDGET_SECONDS: Final = 2.5
MOST_CACHED: Final = 500  # answers of 5 kB each, 2.5 MB a process
MOST_PASSED_OVER: Final = 50  # suggestions of articles that expired since the index was built, or for other readers


class CacheKey(NamedTuple):
    """All that changes what one generation answers."""

    text: str
    limit: int
    explain: bool
    html: bool
    today: date
    languages: tuple[str, ...]


class AnswerCache:
    """The answers of one generation that were asked for last (LRU); safe to share between threads.

    Blanks make no other question: `find` is asked for the text without superfluous ones. Line ends stay.
    """

    def __init__(self, find: Callable[[CacheKey], FoundAnswer]) -> None:
        self._find = find
        self._answers: OrderedDict[CacheKey, FoundAnswer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, question: Question, *, today: date) -> tuple[FoundAnswer, bool]:
        """Return the answer to a question, and whether it was in the cache."""
        text = _without_blanks(question.text)
        key = CacheKey(text, question.limit, question.explain, question.html, today, question.languages)
        with self._lock:
            if (cached := self._answers.get(key)) is not None:
                self._answers.move_to_end(key)
                return cached, True
        answer = self._find(key)
        with self._lock:
            self._answers[key] = answer
            if len(self._answers) > MOST_CACHED:
                self._answers.popitem(last=False)
        return answer, False


class _Generation:
    """What is made once for each snapshot: its ranker, and the cache of its answers."""

    def __init__(
        self, snapshot: Snapshot, encoder: Encoder | None, multilingual: Multilingual | None, no_answer_below: float
    ) -> None:
        self.snapshot = snapshot
        self.ranker = Ranker(snapshot, encoder=encoder)
        self.answers = AnswerCache(self._find)
        self._across = AcrossLanguages(snapshot, multilingual) if multilingual else None
        self._no_answer_below = no_answer_below

    def _find(self, key: CacheKey) -> FoundAnswer:
        return find_answer(self.ranker, **key._asdict(), across=self._across, no_answer_below=self._no_answer_below)


class KnowledgeBase:
    """Answers from an engine's newest generation; each result comes from one generation alone."""

    def __init__(
        self,
        engine: Engine,
        *,
        staff_counter: StaffCounter,
        encoder: Encoder | None = None,
        multilingual: Multilingual | None = None,
        no_answer_below: float = NO_ANSWER_BELOW,
        staff_budget_seconds: float = STAFF_BUDGET_SECONDS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        query_ids: QueryIds | None = None,
        seats_mode: Literal["auto", "on", "off"] = "on",
    ) -> None:
        """`seats_mode`: see compares_seats."""
        self._seats_mode = seats_mode
        self._engine = engine
        self._query_ids = query_ids or QueryIds(secrets.token_bytes(KEY_BYTES))
        self._staff_counter = staff_counter
        self._encoder = encoder
        self._multilingual = multilingual
        self._no_answer_below = no_answer_below
        self._staff_budget_seconds = staff_budget_seconds
        self._now = now
        self._generations: dict[Audience, _Generation] = {}
        self._preparing = threading.Lock()

    def answer(self, question: Question) -> Answer:
        """Return the verbatim answer to a question, or that nothing covers it."""
        started, now = time.perf_counter(), self._now()
        generation = self._generation(question.audience)
        found, remembered = generation.answers.get(question, today=now.date())
        mentions = found.mentions if question.text == found.text else read_mentions(question.text)  # for its offsets
        seats = self._seats(question, mentions, generation.snapshot)
        return Answer(
            question=question.text,
            query_id=self.new_query_id(now),
            outcome=found.outcome,
            confidence=found.confidence,
            answer=found.quote,
            passages=found.passages,
            corrections=found.corrections,
            staff_count=seats.staff_count,
            seats=seats.seats,
            seat_passage_ids=seats.seat_passage_ids,
            related=found.related,
            index=index_info(generation.snapshot.catalogue),
            took_ms=_milliseconds_since(started),
            answers=found.answers,
            ask=found.ask,
            languages=found.languages,
            remembered=remembered,
        )

    def seats(self, question: Question) -> SeatAnswer:
        """Return what `answer` says of the seats and the live count, without answering the question."""
        return self._seats(question, read_mentions(question.text), self._generation(question.audience).snapshot)

    def search(
        self,
        words: str,
        *,
        audience: Audience = "public",
        limit: int = 10,
        offset: int = 0,
        topic: str | None = None,
        explain: bool = False,
        html: bool = False,
        languages: Sequence[str] = (),
    ) -> SearchResult:
        """Return passages in order, without deciding whether they answer; `languages` as in Question."""
        started, now = time.perf_counter(), self._now()
        generation = self._generation(audience)
        catalogue = generation.snapshot.catalogue
        understood = generation.ranker.understander.understand(words)
        without = catalogue.for_others((understood.language, *languages))
        ranked = generation.ranker.rank(
            understood, limit=offset + limit, topic=topic, today=now.date(), without=without
        )
        return SearchResult(
            query=words,
            query_id=self.new_query_id(now),
            total=ranked.total,
            limit=limit,
            offset=offset,
            passages=found_passages(
                ranked.passages[offset:],
                understood,
                today=now.date(),
                explain=explain,
                languages=catalogue.guide.written_in,
                html=html,
            ),
            corrections=understood.corrections,
            index=index_info(catalogue),
            took_ms=_milliseconds_since(started),
        )

    def suggest(
        self,
        typed: str,
        *,
        audience: Audience = "public",
        limit: int = 5,
        languages: Sequence[str] = (),
        sections: bool = False,
    ) -> tuple[Suggestion, ...]:
        """Return titles and known questions that complete what is typed, one an article; `languages` as in Question.

        With `sections` their headings too, and several of an article: below each other, and so are those of a topic.
        """
        catalogue = self._generation(audience).snapshot.catalogue
        without = self._not_shown(catalogue, languages)
        most = limit + (MOST_PASSED_OVER if without else 0)
        completions = catalogue.suggester.complete(typed, limit=most, sections=sections)
        shown = [found for found in completions if found.article_number not in without][:limit]
        topics = titles_of_topics(catalogue, {found.article_number for found in shown})
        suggestions = [
            Suggestion(
                text=found.text,
                kind=found.kind,
                article_id=catalogue.article_ids[found.article_number],
                url=article_url(catalogue.article_ids[found.article_number], found.anchor),
                marks=found.marks,
                title=catalogue.guide.titles[found.article_number],
                topic=topics.get(found.article_number, ""),
            )
            for found in shown
        ]
        return grouped(suggestions) if sections else tuple(suggestions)

    def popular_questions(
        self,
        *,
        audience: Audience = "public",
        limit: int = 5,
        asked: Sequence[str] = (),
        languages: Sequence[str] = (),
    ) -> tuple[Suggestion, ...]:
        """Return the titles of the articles that are `asked` for, ids in the order of how often.

        Those that nobody is known to ask for come after them: first questions, then what can be asked in the most ways.
        `languages` as in Question.
        """
        catalogue = self._generation(audience).snapshot.catalogue
        ways = Counter(number for _, number in (*catalogue.guide.questions, *catalogue.guide.phrasings))
        titles = catalogue.guide.titles
        shown = set(range(len(titles))) - self._not_shown(catalogue, languages)
        known = [number for each in asked if (number := catalogue.article_number(each)) in shown]
        others = sorted(shown.difference(known), key=lambda n: (not titles[n].endswith("?"), -ways[n], n))
        order = [*dict.fromkeys(known), *others][:limit]
        topics = titles_of_topics(catalogue, order)
        return tuple(
            Suggestion(
                text=titles[number],
                kind="question",
                article_id=(article_id := catalogue.article_ids[number]),
                url=article_url(article_id),
                marks=(),
                title=titles[number],
                topic=topics.get(number, ""),
            )
            for number in order
        )

    def article(self, article_id: str, *, audience: Audience = "public") -> ArticleRead:
        """Return an article by its id or a former one; raise UnknownArticle when this audience has none such."""
        catalogue, store = self._generation(audience).snapshot
        number, today = catalogue.article_number(article_id), self._now().date()
        if number is None or number in catalogue.expired(today):
            raise UnknownArticle(article_id)
        [article] = store.articles_of([number])
        if article.public is None:
            raise UnknownArticle(article_id)
        place = place_of(catalogue, article.topics, number, self._not_shown(catalogue, _beside(article)))
        return ArticleRead(
            article=article,
            view=article.public,
            summary=summary_of(article, today=today, lang=catalogue.language_of(number)),
            related=related_articles(catalogue, article.related, today=today),
            index=index_info(catalogue),
            translations=tuple(
                Translation(catalogue.language_of(each), article_url(catalogue.article_ids[each]))
                for each in catalogue.translations(number)
                if each not in catalogue.expired(today)
            ),
            topic=place.topic,
            previous=place.previous,
            following=place.following,
        )

    def articles(
        self,
        *,
        audience: Audience = "public",
        limit: int = 50,
        offset: int = 0,
        topic: str | None = None,
        languages: Sequence[str] = (),
    ) -> ArticlePage:
        """Return a page of the list of articles, by id; `languages` as in Question."""
        catalogue, store = self._generation(audience).snapshot
        today = self._now().date()
        numbers = articles_of(catalogue, topic, self._not_shown(catalogue, languages))
        shown = store.articles_of(numbers[offset : offset + limit])
        return ArticlePage(
            total=len(numbers),
            limit=limit,
            offset=offset,
            articles=tuple(
                summary_of(each, today=today, lang=catalogue.language_of(number))
                for each, number in zip(shown, numbers[offset : offset + limit], strict=True)
            ),
            index=index_info(catalogue),
        )

    def asset(self, digest: str, name: str, *, audience: Audience = "public") -> BinaryIO | None:
        """Open a picture or file to which an article refers (see content.article.Asset), None without one.

        What only articles for agents refer to does not exist for the public.
        """
        return self._generation(audience).snapshot.store.asset(digest, name)

    def languages(self, *, audience: Audience = "public") -> tuple[str, ...]:
        """Return the languages that articles say they are in, by how many do: "de", "pt"."""
        said = self._generation(audience).snapshot.catalogue.guide.said_in
        return tuple(tag for tag, _ in Counter(plain(tag) for tag in said if tag).most_common())

    def topics(self, *, audience: Audience = "public", languages: Sequence[str] = ()) -> tuple[Topic, ...]:
        """Return the topics as their authors order them, then the others by name; `languages` as in Question."""
        catalogue = self._generation(audience).snapshot.catalogue
        return topics_without(catalogue, self._not_shown(catalogue, languages))

    def compares_seats(self, *, audience: Audience = "public") -> bool:
        """Tell whether seats and staff are compared: as it was told, or where an article shows the live count."""
        if self._seats_mode != "auto":
            return self._seats_mode == "on"
        return "staff_count" in self._generation(audience).snapshot.catalogue.guide.live

    def staff_count(self, domain: str, *, waits: bool = True) -> StaffCount:
        """Return the live number of active staff of a helpdesk within the budget, or why nobody knows.

        Without `waits`, at once: what is known, else `pending`.
        """
        return self._staff_counter.count(domain, deadline=self._staff_budget_seconds if waits else 0.0)

    def new_query_id(self, now: datetime) -> str:
        """Return a name for a question that is asked now."""
        return self._query_ids.new(int(now.timestamp() * 1000))

    def gave(self, query_id: str) -> bool:
        """Return whether the name of a question was given by this service."""
        return self._query_ids.gave(query_id)

    @property
    def encoder(self) -> Encoder | None:
        """What compares meanings; None where words alone are compared."""
        return self._encoder

    def generation(self, *, audience: Audience = "public") -> str:
        """Return the name of the generation that answers now."""
        return self._generation(audience).snapshot.catalogue.generation

    def status(self) -> Status:
        """Say whether questions can be answered now; never raises."""
        found = self._engine.status()
        info = IndexInfo(generation=found.generation, articles=found.articles, passages=found.passages)
        return Status(
            ready=bool(found.generation),
            reason=found.reason,
            index=info if found.generation else None,
            model=self._encoder.name if self._encoder else "",
        )

    def source(self) -> str:
        """Return what the served generation was made of, as whoever built it wrote that down; "" where nobody knows."""
        return self._engine.status().source

    def storage(self) -> Mapping[str, Mapping[str, str]]:
        """Return by audience what the engine says of how its index is stored; see index.port.Engine."""
        return self._engine.storage()

    def measures(self) -> Mapping[str, float]:
        """Return numbers that the engine tells of itself, by the name of their metric; never raises."""
        return self._engine.measures()

    def warm_up(self, *, audience: Audience = "public") -> None:
        """Open what a first question would wait for (a third of a second); without an index there is nothing."""
        with suppress(DependencyFailed):
            self.answer(Question("warm up", audience=audience))

    def beside(self, engine: Engine) -> KnowledgeBase:
        """Return the same over another engine: model, live counts, thresholds and names of questions are shared."""
        return KnowledgeBase(
            engine,
            staff_counter=self._staff_counter,
            encoder=self._encoder,
            multilingual=self._multilingual,
            no_answer_below=self._no_answer_below,
            staff_budget_seconds=self._staff_budget_seconds,
            query_ids=self._query_ids,
            now=self._now,
            seats_mode=self._seats_mode,
        )

    def close(self) -> None:
        """Let go of the index and stop asking helpdesks."""
        self._staff_counter.close()
        self._engine.close()

    def _seats(self, question: Question, mentions: Mentions, snapshot: Snapshot) -> SeatAnswer:
        """Return what is known of the seats; nothing where they are not compared and nobody sent one of the numbers."""
        is_sent = question.domain or question.seats is not None or question.active is not None
        if self._seats_mode == "off" or not (is_sent or self.compares_seats(audience=question.audience)):
            return SeatAnswer(None, None, ())
        staff_count = self.staff_count(question.domain, waits=question.waits) if question.domain else None
        seats = seat_position(question, mentions, staff_count)
        return SeatAnswer(staff_count, seats, seat_passages(snapshot, seats, today=self._now().date()))

    def _not_shown(self, catalogue: Catalogue, languages: Sequence[str]) -> frozenset[int]:
        """Return the articles that a reader of `languages` is not shown today."""
        return catalogue.expired(self._now().date()) | catalogue.for_others(languages)

    def _generation(self, audience: Audience) -> _Generation:
        """Return the newest generation, ready to answer.

        While one thread prepares the next (0.2 s for 20,000 passages), others go on with the one before; only for the
        very first they wait.
        """
        snapshot, ready = self._engine.snapshot(audience=audience), self._generations.get(audience)
        is_due = ready is None or ready.snapshot is not snapshot
        if is_due and self._preparing.acquire(blocking=ready is None):
            try:
                ready = self._generations.get(audience)
                if ready is None or ready.snapshot is not snapshot:
                    ready = self._generations[audience] = _Generation(
                        snapshot, self._encoder, self._multilingual, self._no_answer_below
                    )
            finally:
                self._preparing.release()
        assert ready
        return ready


def _beside(article: Article) -> tuple[str, ...]:
    return (article.lang,) if article.lang else ()


def _without_blanks(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())


def _milliseconds_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
