"""What articles say of themselves (titles, known questions, error texts), and their authors of readers' words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from kb_service.content.article import INTRO, Article
from kb_service.language import language_of, languages_of

MOST_READ: Final = 5  # passages of an article that tell its language
COMMON_FROM: Final = 5  # articles with a heading that make it a common one,
COMMON_SHARE: Final = 0.1  # and which share of all they must be


class SynonymRule(msgspec.Struct, frozen=True, array_like=True):
    """Who writes `typed` may mean `meant`: both are terms in order, one for a word and several for a phrase."""

    typed: tuple[str, ...]
    meant: tuple[str, ...]
    weight: float


class TopicText(msgspec.Struct, frozen=True, array_like=True):
    """How a topic is called and what is said of it; either may be ""."""

    name: str
    title: str = ""
    description: str = ""


class Wording(msgspec.Struct, frozen=True):
    """What authors keep of their readers' words, beside the articles.

    `not_covered` are questions known to have no answer, `whom_to_ask` those of them that somebody can answer, with who;
    `phrasings` are other ways to ask, each with the id of its article, or with `id#anchor` where one section answers
    it: matched, never shown. `topics` are in the order in which they are listed.
    """

    synonyms: tuple[SynonymRule, ...] = ()
    not_covered: tuple[str, ...] = ()
    phrasings: tuple[tuple[str, str], ...] = ()
    whom_to_ask: tuple[tuple[str, str], ...] = ()
    topics: tuple[TopicText, ...] = ()


NO_WORDING: Final = Wording()


class Guide(msgspec.Struct, frozen=True):
    """Titles by article number; known questions, error texts and phrasings each with the number of its article.

    `sections` are those questions and phrasings that one section answers, with the numbers of their articles and the
    anchors of the sections. `common_headings` stand in many articles ("See also"): what is below them is rarely what
    somebody asks for; `headings` are the others, each with the number of its article and its anchor: a catalogue keeps
    them apart, since they are many and few read them. `languages` are those of the articles, none where that is not
    known; `live` which live data they show. By article number, `said_in` has the language that an article says it is in
    (a tag such as "pt-BR"), and `written_in` the one that is known of it, "" where there is none. `translations` are
    the numbers of articles that say the same in several languages.
    """

    titles: tuple[str, ...]
    questions: tuple[tuple[str, int], ...]
    patterns: tuple[tuple[str, int], ...]
    synonyms: tuple[SynonymRule, ...] = ()
    not_covered: tuple[str, ...] = ()
    phrasings: tuple[tuple[str, int], ...] = ()
    sections: tuple[tuple[str, int, str], ...] = ()
    common_headings: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ()
    whom_to_ask: tuple[tuple[str, str], ...] = ()
    topics: tuple[TopicText, ...] = ()
    live: tuple[str, ...] = ()
    said_in: tuple[str, ...] = ()
    written_in: tuple[str, ...] = ()
    translations: tuple[tuple[int, ...], ...] = ()
    headings: tuple[tuple[str, int, str], ...] = ()


def make_guide(articles: Sequence[Article], wording: Wording) -> Guide:
    """Return the guide of one audience's articles, without unlisted ones and phrasings of articles it lacks."""
    articles = [article for article in articles if not article.unlisted]
    numbers = {article.id: number for number, article in enumerate(articles)}
    sections = [article.public.sections if article.public else () for article in articles]
    counts = Counter(heading for each in sections for heading in {section.heading for section in each})
    phrasings = list(_phrasings_of(articles, numbers, wording))
    often = max(COMMON_FROM, COMMON_SHARE * len(articles))
    common = frozenset(heading for heading, count in counts.items() if count >= often)
    return Guide(
        titles=tuple(article.title for article in articles),
        questions=tuple((text, number) for number, article in enumerate(articles) for text in article.questions),
        patterns=tuple((text, number) for number, article in enumerate(articles) for text in article.patterns),
        synonyms=wording.synonyms,
        not_covered=wording.not_covered,
        whom_to_ask=wording.whom_to_ask,
        common_headings=common,
        phrasings=tuple((text, number) for text, number, _ in phrasings),
        sections=tuple(_at_sections(articles, phrasings)),
        languages=languages_of(map(written_in, articles)),
        topics=wording.topics,
        live=tuple(sorted({article.live for article in articles if article.live})),
        said_in=tuple(article.lang or "" for article in articles),
        written_in=tuple(article.lang or written_in(article) for article in articles),
        translations=tuple(_translations(articles)),
        headings=tuple(
            (section.heading, number, section.anchor)
            for number, each in enumerate(sections)
            for section in each
            if section.heading not in common
        ),
    )


def written_in(article: Article) -> str:
    """Return the language of an article: the one it says, else the one of its text; "" where nothing tells."""
    if article.lang is not None:
        return plain(article.lang)
    if article.written_in is not None:
        return article.written_in
    passages = article.public.passages[:MOST_READ] if article.public else ()
    return language_of("\n".join((article.title, *(passage.text for passage in passages))))


def plain(tag: str) -> str:
    """Return the language of a tag: "pt" of "pt-BR"."""
    return tag.partition("-")[0].lower()


def _translations(articles: Sequence[Article]) -> Iterator[tuple[int, ...]]:
    """Yield the numbers of articles that say the same, one a language: by `translation_of`, or by their folders."""
    by_id = {article.id: article for article in articles}
    alike: dict[str, dict[str, int]] = {}
    for number, article in enumerate(articles):
        original = by_id.get(article.translation_of or "", article)
        if language := (article.lang or written_in(article)).lower():
            alike.setdefault(_without_language(original), {}).setdefault(language, number)
    yield from (tuple(numbers.values()) for numbers in alike.values() if len(numbers) > 1)


def _without_language(article: Article) -> str:
    """Return the id of an article without the folder or the ending that names its language.

    "de/seats/remove", "seats/de/remove" and "seats/remove.de" are "seats/remove", where the article says `lang: de`.
    """
    said = {article.lang.lower(), plain(article.lang)} if article.lang else set()
    *folders, name = article.id.split("/")
    for at, folder in enumerate(folders):
        if folder.lower() in said:
            return "/".join((*folders[:at], *folders[at + 1 :], name))
    stem, dot, ending = name.rpartition(".")
    return "/".join((*folders, stem)) if dot and ending.lower() in said else article.id


def _phrasings_of(
    articles: Sequence[Article], numbers: Mapping[str, int], wording: Wording
) -> Iterator[tuple[str, int, str]]:
    """Yield phrasings, each with the number of its article and the anchor of its section, "" where it has none.

    Those of articles and sections that the audience may not read are not for it either.
    """
    for text, key in wording.phrasings:
        article_id, _, anchor = key.partition("#")
        number = numbers.get(article_id)
        if number is not None and (not anchor or anchor in articles[number].anchors("public")):
            yield text, number, anchor


def _at_sections(
    articles: Sequence[Article], phrasings: Sequence[tuple[str, int, str]]
) -> Iterator[tuple[str, int, str]]:
    """Yield the questions and phrasings that stand at a section."""
    for number, article in enumerate(articles):
        for question, anchor in article.question_sections.items():
            yield question, number, anchor
    yield from (each for each in phrasings if each[2])


def section_passages(article: Article, anchor: str) -> tuple[int, int]:
    """Return which of an article's passages (as an audience sees it) hold a section: from the first to before the last.

    A short section may have joined the passage before it.
    """
    if article.public is None:
        return 0, 0
    places = {each: place for place, each in enumerate((INTRO, *(one.anchor for one in article.public.sections)))}
    begins = [places[_section_of(passage.anchor, places)] for passage in article.public.passages]
    own = [number for number, place in enumerate(begins) if place == places[anchor]]
    if own:
        return own[0], own[-1] + 1
    before = sum(place < places[anchor] for place in begins)
    return max(before - 1, 0), max(before, 1)


def _section_of(anchor: str, places: Mapping[str, int]) -> str:
    """Return the anchor of the section in which a passage begins: further ones of a section have ".2", … behind it."""
    return anchor if anchor in places else anchor.rpartition(".")[0]
