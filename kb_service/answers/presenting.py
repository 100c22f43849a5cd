"""From what ranking and the index hold to what is shown: passages with marks, links and reasons, article summaries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final
from urllib.parse import quote

from msgspec import UNSET, UnsetType

from kb_service.analysis import analyse, term_code
from kb_service.answers.results import ArticleSummary, FoundPassage, Highlight, IndexInfo, RelatedArticle
from kb_service.content.article import Article, Passage
from kb_service.content.passages.as_written import Written, marked, with_addresses
from kb_service.index.catalogue import Catalogue
from kb_service.questions.understanding import QuestionWord, Understanding
from kb_service.ranking import Ranked, marks

SUMMARY_CHARACTERS: Final = 200
ALIKE: Final = 0.5  # from this likeness to a known question it is a reason
CELLS: Final = " | "  # between the cells of a table, in the text of a passage
_ENDS: Final = (".", "!", "?", "…", ":", "。", "！", "？", "؟", "۔")
CLOSE: Final = 0.2  # from this proximity "close together" is a reason


def index_info(catalogue: Catalogue) -> IndexInfo:
    """Return which generation a catalogue is of, with its size."""
    return IndexInfo(generation=catalogue.generation, articles=catalogue.articles, passages=catalogue.passages)


def title_of_topic(name: str) -> str:
    """Return how a topic is called that nobody gave a title.

    >>> title_of_topic("staff-accounts")
    'Staff accounts'
    """
    words = name.replace("-", " ")
    return words[:1].upper() + words[1:]


def article_url(article_id: str, anchor: str = "") -> str:
    """Return the path under which an article, or a passage of it, is served.

    >>> article_url("guides/add-seats", "in the portal")
    '/articles/guides/add-seats#in%20the%20portal'
    """
    return f"/articles/{quote(article_id, safe='/')}" + (f"#{quote(anchor)}" if anchor else "")


def found_passages(
    ranked: Sequence[Ranked],
    understood: Understanding,
    *,
    today: date,
    explain: bool,
    languages: Sequence[str] = (),
    html: bool = False,
    highlights: Sequence[Highlight] = (),
) -> tuple[FoundPassage, ...]:
    """Return ranked passages as they are shown; `explain` adds the reasons for each one's rank.

    `languages` are those of all articles, by number. `highlights` are what answers best of each, empty ones of those
    that were not read. `html` adds each passage as it is written, with that marked.
    """
    best: list[Highlight | UnsetType] = [each if each.start < each.end else UNSET for each in highlights]
    return tuple(
        _found_passage(
            each,
            understood.words,
            today,
            highlight=highlight,
            lang=languages[each.entry.article_number] if languages else "",
            html=html,
            why=reasons(understood, ranked, at) if explain else UNSET,
        )
        for at, (each, highlight) in enumerate(zip(ranked, best or [UNSET] * len(ranked), strict=True))
    )


def _as_written(passage: Passage, spans: Sequence[tuple[int, int]]) -> str:
    """Return the HTML of a passage, its addresses as on the article's page, with `spans` of its text marked."""
    html = marked(Written(passage.html, passage.places), spans)
    return with_addresses(html, article_url(passage.article_id))


def _found_passage(
    ranked: Ranked,
    words: Sequence[QuestionWord],
    today: date,
    *,
    highlight: Highlight | UnsetType,
    lang: str,
    html: bool,
    why: tuple[str, ...] | UnsetType,
) -> FoundPassage:
    passage, found = ranked.entry.passage, marks(ranked.entry, words)
    spans = found if highlight is UNSET else [(highlight.start, highlight.end)]
    return FoundPassage(
        id=passage.id,
        article_id=passage.article_id,
        title=passage.title,
        heading_path=passage.heading_path,
        url=article_url(passage.article_id, passage.anchor),
        text=passage.text,
        marks=found,
        score=round(ranked.score, 4),
        audience=passage.audience,
        verified_at=ranked.entry.verified_at,
        stale=_is_stale(ranked.entry.review_by, today),
        content_sha256=passage.content_sha256,
        lang=lang,
        highlight=highlight,
        why=why,
        html=_as_written(passage, spans) if html else UNSET,
    )


def summary_of(article: Article, *, today: date, lang: str = "") -> ArticleSummary:
    """Return one line about an article (as a store holds it), which is in the language `lang`."""
    text = article.public.passages[0].text if article.public and article.public.passages else ""
    return ArticleSummary(
        id=article.id,
        title=article.title,
        topics=article.topics,
        summary=_beginning(text),
        url=article_url(article.id),
        audience=article.audience,
        verified_at=article.verified_at,
        stale=_is_stale(article.review_by, today),
        lang=lang or article.lang or "",
    )


def related_articles(catalogue: Catalogue, article_ids: Sequence[str], *, today: date) -> tuple[RelatedArticle, ...]:
    """Return the articles with these ids (or former ones), as far as there are such."""
    return tuple(article_beside(catalogue, each) for each in found_numbers(catalogue, article_ids, today=today))


def article_beside(catalogue: Catalogue, number: int) -> RelatedArticle:
    """Return the article with this number as one that is offered beside others."""
    return related_article(catalogue.article_ids[number], catalogue.guide.titles[number], catalogue.language_of(number))


def found_numbers(catalogue: Catalogue, article_ids: Sequence[str], *, today: date) -> list[int]:
    """Return the numbers of those of these articles that are found on a day: neither unlisted nor expired."""
    numbers = (catalogue.article_number(name) for name in article_ids)
    expired = catalogue.expired(today)
    return [
        number for number in numbers if number is not None and number < catalogue.articles and number not in expired
    ]


def related_article(article_id: str, title: str, lang: str = "") -> RelatedArticle:
    """Return an article as something worth offering."""
    return RelatedArticle(article_id=article_id, title=title, url=article_url(article_id), lang=lang)


def reasons(understood: Understanding, ranked: Sequence[Ranked], at: int) -> tuple[str, ...]:
    """Return why the passage at place `at` stands there: the words it holds and lacks, and its lead on the next.

    For example: holds “visa” and “card”; lacks xylophone; 0.12 ahead of the next, which lacks “visa”.
    """
    passage = ranked[at]
    held = [word for word, has in zip(understood.words, passage.held, strict=True) if has]
    missing = [word.surface for word, has in zip(understood.words, passage.held, strict=True) if not has]
    found = [f"holds {_list([_how(word, passage) for word in held])}" if held else "holds none of the words"]
    if missing:
        found.append(f"lacks {_list(missing)}")
    if titled := _in_title(held, passage):
        found.append(f"{_list(titled)} in the title")
    if passage.evidence.pattern:
        found.append("its article explains the error text in the question")
    if passage.evidence.known_question >= ALIKE:
        found.append(
            f"its article is known to answer a question like this ({passage.evidence.known_question:.0%} alike)"
        )
    if passage.evidence.proximity >= CLOSE:
        found.append("the words stand close together")
    if at + 1 < len(ranked):
        found.append(_lead(understood, passage, ranked[at + 1]))
    return tuple(found)


def _how(word: QuestionWord, passage: Ranked) -> str:
    """Return a word in quotation marks and, where the passage holds it otherwise, what stands for it."""
    shown = set(memoryview(passage.entry.codes).cast("I"))
    if word.code in shown:
        return f"“{word.surface}”"
    why = next((a.why for a in word.alternatives if any(term_code(t) in shown for t in a.terms)), "")
    return f"“{word.surface}” ({why})" if why else f"“{word.surface}”"


def _in_title(words: Sequence[QuestionWord], passage: Ranked) -> list[str]:
    title = {term.term for term in analyse(passage.entry.passage.title)}
    return [f"“{word.surface}”" for word in words if any(term in title for term, _ in word.variants)]


def _lead(understood: Understanding, passage: Ranked, following: Ranked) -> str:
    words = zip(understood.words, passage.held, following.held, strict=True)
    more = [f"“{word.surface}”" for word, here, there in words if here and not there]
    ahead = f"{passage.score - following.score:.2f} ahead of the next"
    return f"{ahead}, which lacks {_list(more)}" if more else ahead


def _list(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words)


def _is_stale(review_by: date | None, today: date) -> bool:
    return review_by is not None and review_by < today


def _beginning(text: str) -> str:
    """Return the first words of a text: those before a table and its heading, if there are any, else its cells."""
    lines = text.splitlines()
    rows = [number for number, line in enumerate(lines) if CELLS in line]
    before = lines[: rows[0]] if rows else lines
    while rows and before and not before[-1].rstrip().endswith(_ENDS):
        before.pop()
    line = " ".join(" ".join(before or lines).replace(CELLS, ", ").split())
    if len(line) <= SUMMARY_CHARACTERS:
        return line
    return line[: line.rfind(" ", 0, SUMMARY_CHARACTERS) + 1 or SUMMARY_CHARACTERS].rstrip() + "…"
