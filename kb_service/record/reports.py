"""What the record says about the articles: the sections of a report, each a query or two.

Sections read indexes alone where they can (see schema.py); texts are read for the lines that are shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Integer, Select, and_, cast, false, func, select, true

from kb_service.meaning.vectors import Encoder
from kb_service.record.clusters import IN_MEANING, IN_WORDS, cluster, word_vectors
from kb_service.record.database import Database
from kb_service.record.events import LEFT_OPEN, Deed
from kb_service.record.flags import Flag, list_flags
from kb_service.record.meanings import meanings_of
from kb_service.record.schema import deed, intent, question, vote

DAY_MS: Final = 86_400_000
MOST_PHRASES: Final = 5_000  # that are put together: those asked most often
MOST_LINES: Final = 15  # of a section
EXAMPLES: Final = 5
COMMENTS: Final = 3
SHOWN_ENOUGH: Final = 5  # times until nobody's opening an article says something


class Period(NamedTuple):
    """From `since` until before `until`, in milliseconds since 1970; of one surface, or of all ("")."""

    since: int
    until: int
    surface: str = ""


class OpenQuestion(msgspec.Struct, frozen=True):
    """Questions that ask the same and that nothing answered: how often, in how many wordings, between which days.

    `nearest` are the articles that were offered instead, the one offered most often first.
    """

    number: int
    asked: int
    wordings: int
    examples: tuple[str, ...]
    nearest: tuple[str, ...]
    first_day: str
    last_day: str


class Disappointment(msgspec.Struct, frozen=True):
    """An article whose answers were voted down, or followed by another search more often than answers are."""

    article_id: str
    answered: int
    voted_down: int
    voted_up: int
    followed: int
    expected: float
    reasons: dict[str, int]
    examples: tuple[str, ...]
    comments: tuple[str, ...]


class Unopened(msgspec.Struct, frozen=True):
    """An article that was offered again and again, and that nobody opened; `quoted` is how often it was the answer."""

    article_id: str
    shown: int
    quoted: int


class ArticleCount(msgspec.Struct, frozen=True):
    """How often something happened with an article; `example` is what was asked most often."""

    article_id: str
    count: int
    example: str


class OutcomeCount(msgspec.Struct, frozen=True):
    """What came of questions on one surface, or on one day: `intents` were asked with `questions`."""

    name: str
    outcome: str
    intents: int
    questions: int


class Report(msgspec.Struct, frozen=True):
    """Everything at once; see the sections. `compared_by` is what put the open questions together."""

    since: str
    until: str
    surface: str
    compared_by: str
    open_questions: tuple[OpenQuestion, ...]
    disappointing: tuple[Disappointment, ...]
    never_opened: tuple[Unopened, ...]
    most_asked: tuple[ArticleCount, ...]
    most_copied: tuple[ArticleCount, ...]
    most_solved: tuple[ArticleCount, ...]
    overdue: tuple[ArticleCount, ...]
    flags: tuple[Flag, ...]
    surfaces: tuple[OutcomeCount, ...]
    days: tuple[OutcomeCount, ...]


def last_days(days: int, *, now: datetime, surface: str = "") -> Period:
    """Return the period of so many days until now."""
    return Period(_milliseconds(now - timedelta(days=days)), _milliseconds(now), surface)


def day_of(milliseconds: int) -> str:
    """Return the day (UTC) of a time of the record."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).date().isoformat()


def make_report(
    database: Database, period: Period, *, encoder: Encoder | None = None, overdue: Collection[str] = ()
) -> Report:
    """Return all sections; `overdue` are the ids of articles whose review is."""
    return Report(
        since=day_of(period.since),
        until=day_of(period.until),
        surface=period.surface or "all",
        compared_by=encoder.name if encoder else "words",
        open_questions=open_questions(database, period, encoder=encoder),
        disappointing=disappointing(database, period),
        never_opened=never_opened(database, period),
        most_asked=most_asked(database, period),
        most_copied=most_done(database, period, "copied"),
        most_solved=most_done(database, period, "solved"),
        overdue=still_answering(database, period, overdue.__contains__),
        flags=list_flags(database),
        surfaces=by_surface(database, period),
        days=by_day(database, period),
    )


def open_questions(
    database: Database,
    period: Period,
    *,
    encoder: Encoder | None = None,
    limit: int = MOST_LINES,
    most_computed: int | None = None,
) -> tuple[OpenQuestion, ...]:
    """Return what was asked and not answered, put together by meaning with an `encoder`, by words without.

    Where more than `most_computed` meanings would have to be computed first, words do.
    """
    with database.transaction(writes=False) as connection:
        rows = connection.execute(
            select(intent.c.phrase, _count(), func.min(intent.c.last_at), func.max(intent.c.last_at))
            .where(_is_in(period), _is_open(), intent.c.phrase != "")
            .group_by(intent.c.phrase)
            .order_by(_count().desc(), func.max(intent.c.last_at).desc(), intent.c.phrase)
            .limit(MOST_PHRASES)
        ).all()
    phrases, counts = [row[0] for row in rows], [row[1] for row in rows]
    if not phrases:
        return ()
    meanings = meanings_of(database, encoder, phrases, most_computed=most_computed) if encoder else None
    if meanings is not None:
        groups = cluster(meanings, counts, IN_MEANING)
    else:
        groups = cluster(word_vectors(phrases), counts, IN_WORDS)
    examples_of = [[phrases[row] for row in group[:EXAMPLES]] for group in groups[:limit]]
    with database.transaction(writes=False) as connection:
        texts, offered = _texts_and_offers(connection, period, [phrase for each in examples_of for phrase in each])
    return tuple(
        OpenQuestion(
            number=number,
            asked=sum(counts[row] for row in group),
            wordings=len(group),
            examples=tuple(texts.get(phrase, phrase) for phrase in examples),
            nearest=tuple(article for article, _ in _sum(offered[phrase] for phrase in examples).most_common(3)),
            first_day=day_of(min(rows[row][2] for row in group)),
            last_day=day_of(max(rows[row][3] for row in group)),
        )
        for number, (group, examples) in enumerate(zip(groups, examples_of, strict=False), 1)
    )


def disappointing(database: Database, period: Period, *, limit: int = MOST_LINES) -> tuple[Disappointment, ...]:
    """Return articles by how many answers were voted down, and followed by another search beyond what is usual."""
    is_followed = func.sum(cast(intent.c.followed_by != "", Integer))
    of_articles = select(intent.c.article_id, _count(), is_followed).where(_is_in(period), intent.c.article_id != "")
    of_votes = (
        select(vote.c.article_id, func.sum(cast(vote.c.helpful, Integer)), _count())
        .where(_is_voted(period), vote.c.article_id != "")
        .group_by(vote.c.article_id)
    )
    with database.transaction(writes=False) as connection:
        rows = connection.execute(of_articles.group_by(intent.c.article_id)).all()
        votes = {row[0]: (row[1], row[2] - row[1]) for row in connection.execute(of_votes)}
        usual = sum(row[2] for row in rows) / max(1, sum(row[1] for row in rows))
        followed = {article: (answered, times, usual * answered) for article, answered, times in rows}
        weights = {
            article: 2 * votes.get(article, (0, 0))[1] + max(0.0, times - expected)
            for article in {*votes, *followed}
            for _, times, expected in [followed.get(article, (0, 0, 0.0))]
        }
        worst = sorted((each for each in weights if weights[each] >= 1), key=lambda each: (-weights[each], each))[
            :limit
        ]
        examples = _examples(connection, and_(_is_in(period), intent.c.followed_by != ""), worst, 3)
        reasons, comments = _reasons_and_comments(connection, period, worst)
    return tuple(
        Disappointment(
            article_id=article,
            answered=followed.get(article, (0, 0, 0.0))[0],
            voted_down=votes.get(article, (0, 0))[1],
            voted_up=votes.get(article, (0, 0))[0],
            followed=followed.get(article, (0, 0, 0.0))[1],
            expected=round(followed.get(article, (0, 0, 0.0))[2], 1),
            reasons=dict(reasons[article].most_common()),
            examples=tuple(examples[article]),
            comments=tuple(comments[article][:COMMENTS]),
        )
        for article in worst
    )


def never_opened(database: Database, period: Period, *, limit: int = MOST_LINES) -> tuple[Unopened, ...]:
    """Return articles that were shown and that nobody opened, the one shown most often first."""
    of_shown = select(intent.c.shown, intent.c.article_id).where(_is_in(period))
    of_opened = select(deed.c.article_id).distinct().where(_is_done(period, "opened"))
    shown: Counter[str] = Counter()
    with database.transaction(writes=False) as connection:
        opened = set(connection.execute(of_opened).scalars())
        rows = connection.execute(of_shown).all()
    quoted = Counter(row[1] for row in rows)
    decoder = msgspec.json.Decoder(list[str])
    for ids, times in Counter(row[0] for row in rows).items():
        for article in decoder.decode(ids):
            shown[article] += times
    found = [Unopened(article, times, quoted[article]) for article, times in shown.items() if article not in opened]
    enough = (each for each in found if each.shown >= SHOWN_ENOUGH)
    return tuple(sorted(enough, key=lambda each: (-each.shown, each.article_id))[:limit])


def most_asked(database: Database, period: Period, *, limit: int = MOST_LINES) -> tuple[ArticleCount, ...]:
    """Return the articles that answered most often."""
    with database.transaction(writes=False) as connection:
        counts = list(connection.execute(_answering(period).limit(limit)).tuples())
        return _with_examples(connection, counts, period)


def still_answering(
    database: Database, period: Period, is_overdue: Callable[[str], bool], *, limit: int = MOST_LINES
) -> tuple[ArticleCount, ...]:
    """Return the articles that answered most often and whose review `is_overdue`."""
    with database.transaction(writes=False) as connection:
        answering = connection.execute(_answering(period)).tuples().all()
        counts = list(islice((each for each in answering if is_overdue(each[0])), limit))
        return _with_examples(connection, counts, period)


def most_done(database: Database, period: Period, what: Deed, *, limit: int = MOST_LINES) -> tuple[ArticleCount, ...]:
    """Return the articles that were opened, copied or solved the question most often."""
    counts = (
        select(deed.c.article_id, _count())
        .where(_is_done(period, what), deed.c.article_id != "")
        .group_by(deed.c.article_id)
        .order_by(_count().desc(), deed.c.article_id)
        .limit(limit)
    )
    with database.transaction(writes=False) as connection:
        return _with_examples(connection, list(connection.execute(counts).tuples()), period)


def popular_articles(database: Database, period: Period, *, fewest: int) -> tuple[str, ...]:
    """Return the articles that answered the public at least so often, most often first."""
    counts = (
        select(intent.c.article_id)
        .where(_is_in(period), intent.c.article_id != "", intent.c.audience == "public")
        .group_by(intent.c.article_id)
        .having(_count() >= fewest)
        .order_by(_count().desc(), intent.c.article_id)
    )
    with database.transaction(writes=False) as connection:
        return tuple(connection.execute(counts).scalars())


def by_surface(database: Database, period: Period) -> tuple[OutcomeCount, ...]:
    """Return what came of questions on each surface."""
    return _outcomes(database, period, intent.c.surface)


def by_day(database: Database, period: Period) -> tuple[OutcomeCount, ...]:
    """Return what came of questions on each day."""
    rows = _outcomes(database, period, cast(intent.c.last_at // DAY_MS, Integer))
    return tuple(msgspec.structs.replace(row, name=day_of(int(row.name) * DAY_MS)) for row in rows)


def _outcomes(database: Database, period: Period, name: ColumnElement[Any]) -> tuple[OutcomeCount, ...]:
    statement = (
        select(name, intent.c.outcome, _count(), func.sum(intent.c.questions))
        .where(_is_in(period))
        .group_by(name, intent.c.outcome)
        .order_by(name, intent.c.outcome)
    )
    with database.transaction(writes=False) as connection:
        return tuple(OutcomeCount(str(row[0]), row[1], row[2], int(row[3])) for row in connection.execute(statement))


def _answering(period: Period) -> Select[tuple[str, int]]:
    return (
        select(intent.c.article_id, _count())
        .where(_is_in(period), intent.c.article_id != "")
        .group_by(intent.c.article_id)
        .order_by(_count().desc(), intent.c.article_id)
    )


def _with_examples(
    connection: Connection, counts: Sequence[tuple[str, int]], period: Period
) -> tuple[ArticleCount, ...]:
    examples = _examples(connection, _is_in(period), [article for article, _ in counts], 1)
    return tuple(ArticleCount(article, count, "".join(examples[article])) for article, count in counts)


def _examples(
    connection: Connection, where: ColumnElement[bool], articles: Sequence[str], most: int
) -> defaultdict[str, list[str]]:
    """Return by article what was asked most often when it answered."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    if not articles:
        return found
    statement = (
        select(intent.c.article_id, func.max(intent.c.text), _count())
        .where(where, intent.c.article_id.in_(articles), intent.c.phrase != "")
        .group_by(intent.c.article_id, intent.c.phrase)
        .order_by(_count().desc(), intent.c.phrase)
    )
    for article, example, _ in connection.execute(statement):
        if len(found[article]) < most:
            found[article].append(example)
    return found


def _texts_and_offers(
    connection: Connection, period: Period, phrases: Sequence[str]
) -> tuple[dict[str, str], defaultdict[str, Counter[str]]]:
    """Return by phrase how somebody wrote it, and how often which article was offered first."""
    texts: dict[str, str] = {}
    offered: defaultdict[str, Counter[str]] = defaultdict(Counter)
    statement = (
        select(intent.c.phrase, func.max(intent.c.text), intent.c.shown, _count())
        .where(_is_in(period), _is_open(), intent.c.phrase.in_(phrases))
        .group_by(intent.c.phrase, intent.c.shown)
    )
    for phrase, text, shown, times in connection.execute(statement):
        texts[phrase] = text
        for article in msgspec.json.decode(shown, type=list[str])[:1]:
            offered[phrase][article] += times
    return texts, offered


def _reasons_and_comments(
    connection: Connection, period: Period, articles: Sequence[str]
) -> tuple[defaultdict[str, Counter[str]], defaultdict[str, list[str]]]:
    reasons: defaultdict[str, Counter[str]] = defaultdict(Counter)
    comments: defaultdict[str, list[str]] = defaultdict(list)
    statement = (
        select(vote.c.article_id, vote.c.reasons, vote.c.comment)
        .where(_is_voted(period), vote.c.article_id.in_(articles), vote.c.helpful == false())
        .order_by(vote.c.voted_at.desc())
    )
    for article, given, comment in connection.execute(statement):
        reasons[article].update(msgspec.json.decode(given, type=list[str]))
        if comment:
            comments[article].append(comment)
    return reasons, comments


def _sum(counts: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return total


def _count() -> ColumnElement[int]:
    return func.count()


def _is_open() -> ColumnElement[bool]:
    return intent.c.outcome.in_(LEFT_OPEN)


def _is_in(period: Period) -> ColumnElement[bool]:
    of_surface = intent.c.surface == period.surface if period.surface else true()
    return and_(intent.c.last_at >= period.since, intent.c.last_at < period.until, of_surface)


def _is_done(period: Period, what: Deed) -> ColumnElement[bool]:
    of_surface = deed.c.intent_id.in_(_of_surface(period)) if period.surface else true()
    return and_(deed.c.done_at >= period.since, deed.c.done_at < period.until, deed.c.deed == what, of_surface)


def _is_voted(period: Period) -> ColumnElement[bool]:
    asked = select(question.c.query_id).where(question.c.intent_id.in_(_of_surface(period)))
    of_surface = vote.c.query_id.in_(asked) if period.surface else true()
    return and_(vote.c.voted_at >= period.since, vote.c.voted_at < period.until, of_surface)


def _of_surface(period: Period) -> Select[Any]:
    return select(intent.c.intent_id).where(intent.c.surface == period.surface)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
