"""A knowledge base with fixed answers, so that tests of the web layer do not move with the ranking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import msgspec

from kb_service.answers.answering import seat_position
from kb_service.answers.results import (
    Answer,
    ArticlePage,
    ArticleRead,
    ArticleSummary,
    FoundPassage,
    Highlight,
    IndexInfo,
    Outcome,
    Question,
    Quote,
    RelatedArticle,
    SearchResult,
    SeatAnswer,
    Status,
    Suggestion,
    Topic,
)
from kb_service.content.article import Audience, Section
from kb_service.errors import EngineUnavailable, UnknownArticle
from kb_service.knowledge_base import KnowledgeBase
from kb_service.query_ids import QueryIds
from kb_service.questions.understanding import Correction
from kb_service.seats.reader import read_mentions
from kb_service.staff.counter import StaffCount
from kb_service.wording.languages import Language
from tests.builders import an_article

INDEX = IndexInfo(generation="gen-7", articles=31, passages=214)
SENTENCE = "Every seat that was bought is billed."
TEXT = f"{SENTENCE} Nobody has to use it: 60 > 48 & <b>still</b> billed."
HTML = f"<p>{SENTENCE} Nobody has to <em>use</em> it: 60 &gt; 48 &amp; &lt;b&gt;still&lt;/b&gt; billed.</p>"
IDS = QueryIds(b"k" * 32)
QUERY_ID = IDS.new(1_795_000_000_000)
ARTICLE_ID = "seats/billed-for-more-seats"
URL = f"/articles/{ARTICLE_ID}"

PASSAGE = FoundPassage(
    id=f"{ARTICLE_ID}#why",
    article_id=ARTICLE_ID,
    title="Why are we billed for more seats?",
    heading_path=("Seats & staff", "Why"),
    url=f"{URL}#why",
    text=TEXT,
    marks=((11, 15), (30, 36)),
    score=12.3,
    audience="public",
    verified_at=date(2026, 11, 20),
    stale=False,
    content_sha256="0" * 64,
    html=HTML.replace(SENTENCE, f"<mark>{SENTENCE}</mark>"),
)
OTHER = msgspec.structs.replace(
    PASSAGE,
    id="reduce#how",
    article_id="reduce",
    url="/articles/reduce#how",
    title="Reduce seats",
    verified_at=date(2024, 2, 1),
    stale=True,
    html=HTML.replace("seat", "<mark>seat</mark>"),
)
MANY = (
    PASSAGE,
    *(
        msgspec.structs.replace(OTHER, id=f"reduce#{n}", text=f"Passage {n}.", html=f"<p>Passage {n}.</p>")
        for n in range(1, 20)
    ),
)
RELATED = (RelatedArticle(article_id="reduce", title="Reduce seats", url="/articles/reduce"),)
BESIDE = (
    RelatedArticle(article_id="add", title="Add seats", url="/articles/add"),
    RelatedArticle(article_id="swap", title="Swap seats", url="/articles/swap"),
)


def as_asked(passages: tuple[FoundPassage, ...], *, html: bool) -> tuple[FoundPassage, ...]:
    return passages if html else tuple(msgspec.structs.replace(each, html=msgspec.UNSET) for each in passages)


class FixedKnowledgeBase(KnowledgeBase):
    """Answers everything but empty questions and those with the word "uncovered"; remembers what it was asked.

    What may help is shown for those with the word "perhaps". Questions with the word "many" have 20 passages, others
    two. Where the helpdesk `is_slow`, its count is pending.
    """

    def __init__(self, *, is_ready: bool = True, staff_count: StaffCount | None = None) -> None:
        self.counted = staff_count or StaffCount(
            "ok",
            "acme.kayako.com",
            count=48,
            observed_at=datetime(2026, 11, 25, 9, 30, tzinfo=UTC),
            url="https://acme.kayako.com/Base/staff/getcount",
        )
        self.reset(is_ready=is_ready)

    def reset(self, *, is_ready: bool = True) -> None:
        """Be as new."""
        self.is_ready = is_ready
        self.is_slow = False  # the helpdesk
        self.current_generation = INDEX.generation
        self.questions: list[Question] = []
        self.audiences: set[Audience] = set()
        self.failure: Exception | None = None

    def answer(self, question: Question) -> Answer:
        self.questions.append(question)
        self._ask(question.audience)
        seats = self._seat_answer(question)
        is_empty, is_covered = not question.text.strip(), "uncovered" not in question.text
        every = MANY if "many" in question.text else (PASSAGE, OTHER)
        passages = as_asked(every[: question.limit], html=question.html) if is_covered and not is_empty else ()
        if question.explain:
            passages = tuple(msgspec.structs.replace(passage, why=("bm25 8.1",)) for passage in passages)
        outcome: Outcome = "answered" if is_covered else "no_answer"
        if "human" in question.text:
            outcome, passages = "wants_person", ()
        if "perhaps" in question.text:
            outcome = "possible"
            passages = tuple(msgspec.structs.replace(each, highlight=Highlight(0, 5)) for each in passages)
        return Answer(
            question=question.text,
            query_id=QUERY_ID,
            outcome="empty_question" if is_empty else outcome,
            confidence=0.94 if outcome == "answered" and passages else 0.1,
            answer=Quote(SENTENCE, PASSAGE.id, 0, len(SENTENCE)) if passages and outcome == "answered" else None,
            passages=passages,
            corrections=(Correction("biled", "billed"),) if "biled" in question.text else (),
            staff_count=seats.staff_count,
            seats=seats.seats,
            seat_passage_ids=seats.seat_passage_ids,
            related=() if is_empty else RELATED,
            index=INDEX,
            took_ms=0.8,
        )

    def asked_with(
        self, q: str, domain: str | None = None, seats: str = "", active: str = "", lang: Language = "en"
    ) -> Answer:
        """The answer to what a form sends."""
        given = {name: int(value) for name, value in (("seats", seats), ("active", active)) if value}
        return self.answer(Question(q, domain=domain, lang=lang, **given))

    def seats(self, question: Question) -> SeatAnswer:
        self.questions.append(question)
        self._ask(question.audience)
        return self._seat_answer(question)

    def _seat_answer(self, question: Question) -> SeatAnswer:
        staff_count = self.staff_count(question.domain, waits=question.waits) if question.domain else None
        seats = seat_position(question, read_mentions(question.text), staff_count)
        return SeatAnswer(staff_count, seats, (PASSAGE.id,) if seats else ())

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
        self._ask(audience)
        found = () if topic == "nothing" else as_asked((PASSAGE, OTHER), html=html)
        return SearchResult(words, QUERY_ID, len(found), limit, offset, found[offset : offset + limit], (), INDEX, 0.5)

    def suggest(
        self,
        typed: str,
        *,
        audience: Audience = "public",
        limit: int = 5,
        languages: Sequence[str] = (),
        sections: bool = False,
    ) -> tuple[Suggestion, ...]:
        self._ask(audience)
        return (Suggestion(PASSAGE.title, "title", ARTICLE_ID, URL, ((8, 14),), PASSAGE.title, "Seats"),)[:limit]

    def popular_questions(
        self,
        *,
        audience: Audience = "public",
        limit: int = 5,
        asked: Sequence[str] = (),
        languages: Sequence[str] = (),
    ) -> tuple[Suggestion, ...]:
        self._ask(audience)
        return (Suggestion("Do empty seats cost money?", "question", ARTICLE_ID, URL, ()),)

    def new_query_id(self, now: datetime) -> str:
        return IDS.new(int(now.timestamp() * 1000))

    def gave(self, query_id: str) -> bool:
        return IDS.gave(query_id)

    def article(self, article_id: str, *, audience: Audience = "public") -> ArticleRead:
        self._ask(audience)
        if article_id not in (ARTICLE_ID, "former"):
            raise UnknownArticle(article_id)
        article = an_article(ARTICLE_ID, TEXT, title=PASSAGE.title, topics=["seats"], questions=["Why?"])
        assert article.public
        html = '<h2 id="why">Why &amp; how</h2><p>Every seat is billed.</p>'
        sections = (Section("Why & how", 2, "why", ("Why & how",)), Section("What next", 2, "next", ("What next",)))
        view = msgspec.structs.replace(article.public, html=html, sections=sections)
        topic = Topic("seats", 3, "Seats")
        return ArticleRead(article, view, self.articles().articles[0], RELATED, INDEX, (), topic, *BESIDE)

    def articles(
        self,
        *,
        audience: Audience = "public",
        limit: int = 50,
        offset: int = 0,
        topic: str | None = None,
        languages: Sequence[str] = (),
    ) -> ArticlePage:
        self._ask(audience)
        one = ArticleSummary(
            ARTICLE_ID, PASSAGE.title, ("seats",), "Each seat is billed.", URL, "public", PASSAGE.verified_at, False
        )
        found = (one,) if topic in (None, "seats") else ()
        return ArticlePage(len(found), limit, offset, found[offset : offset + limit], INDEX)

    def languages(self, *, audience: Audience = "public") -> tuple[str, ...]:
        self._ask(audience)
        return ()

    def topics(self, *, audience: Audience = "public", languages: Sequence[str] = ()) -> tuple[Topic, ...]:
        self._ask(audience)
        return (Topic("seats", 1, "Seats"), Topic("tax-&-<VAT>", 0, "Tax & <VAT>"))

    def compares_seats(self, *, audience: Audience = "public") -> bool:
        self._ask(audience)
        return True

    def staff_count(self, domain: str, *, waits: bool = True) -> StaffCount:
        self._ask("public")
        return self.counted if waits or not self.is_slow else StaffCount("pending", self.counted.domain)

    def generation(self, *, audience: Audience = "public") -> str:
        self._ask(audience)
        return self.current_generation

    def source(self) -> str:
        return ""

    def measures(self) -> dict[str, float]:
        return {}

    def status(self) -> Status:
        if self.is_ready:
            return Status(ready=True, reason="", index=INDEX, model="")
        return Status(
            ready=False, reason="There is no index in /srv/secret/index. Build it: kb index.", index=None, model=""
        )

    def close(self) -> None:
        """There is nothing to close."""

    def _ask(self, audience: Audience) -> None:
        self.audiences.add(audience)
        if self.failure:
            raise self.failure
        if not self.is_ready:
            raise EngineUnavailable("/srv/secret/index is unreadable")
