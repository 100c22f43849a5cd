"""Articles that say their language are for its readers: in lists, results, suggestions, sitemaps; and translations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec
import pytest
from flask.testing import FlaskClient

from kb_service.answers.results import Question, Translation
from kb_service.app import create_app
from kb_service.content.article import Article
from kb_service.content.checks import check_library
from kb_service.content.library import read_library
from kb_service.knowledge_base import KnowledgeBase
from kb_service.settings import Settings
from tests.builders import an_article
from tests.fakes import FixedStaffCounter
from tests.index.memory_engine import MemoryEngine

BASE = "https://help.example.com"
TODAY = date(2026, 11, 25)


def said(article_id: str, text: str, lang: str | None, title: str = "", translation_of: str | None = None) -> Article:
    article = an_article(article_id, text, title=title, topics=["invoices"])
    return msgspec.structs.replace(article, lang=lang, translation_of=translation_of)


ARTICLES = (
    said("en/pdf", "The invoice comes as a PDF by email on the first day of the month.", "en", "Invoice as PDF"),
    said("de/pdf", "Die Rechnung kommt am ersten Tag des Monats als PDF per E-Mail.", "de", "Rechnung als PDF"),
    said("factura", "La factura en PDF llega por correo el primer día del mes.", "es", "Factura en PDF", "en/pdf"),
    said("anyone", "PDF opens with any reader, such as the one of your browser.", None, "Open a PDF"),
)


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return knowing(ARTICLES)


def knowing(articles: Sequence[Article]) -> KnowledgeBase:
    engine = MemoryEngine()
    engine.replace_all(articles)
    return KnowledgeBase(engine, staff_counter=FixedStaffCounter({}))


@pytest.fixture(scope="module")
def client(kb: KnowledgeBase) -> FlaskClient:
    return create_app(Settings(rate_limit=False, base_url=BASE), knowledge_base=kb).test_client()


@pytest.mark.parametrize(
    ("languages", "found"),
    [
        ((), {"anyone", "de/pdf", "en/pdf", "factura"}),
        (("de",), {"anyone", "de/pdf"}),
        (("de-AT", "en"), {"anyone", "de/pdf"}),
        (("fr", "en"), {"anyone", "en/pdf"}),
        (("fr",), {"anyone", "de/pdf", "en/pdf", "factura"}),
    ],
    ids=["anybody", "German", "Austrian", "French, else English", "French"],
)
def test_a_reader_finds_what_says_his_language_and_what_says_none(
    kb: KnowledgeBase, languages: tuple[str, ...], found: set[str]
) -> None:
    assert {each.id for each in kb.articles(languages=languages).articles} == found
    assert {each.article_id for each in kb.suggest("pdf", languages=languages)} == found
    assert {each.article_id for each in kb.popular_questions(languages=languages)} == found
    assert {each.article_id for each in kb.search("PDF", languages=languages).passages} == found
    assert {each.article_id for each in kb.answer(Question("PDF", languages=languages)).passages} == found
    assert [topic.articles for topic in kb.topics(languages=languages)] == [len(found)]


def test_the_language_of_a_question_comes_before_that_of_the_page(kb: KnowledgeBase) -> None:
    answer = kb.answer(Question("Wann kommt die Rechnung als PDF und wie?", languages=("en",)))

    assert {each.article_id for each in answer.passages} <= {"de/pdf", "anyone"}
    assert [each.lang for each in answer.passages if each.article_id == "de/pdf"] == ["de"]


def test_translations_are_known_by_their_folder_or_by_what_they_say(kb: KnowledgeBase) -> None:
    assert set(kb.article("de/pdf").translations) == {
        Translation("en", "/articles/en/pdf"),
        Translation("de", "/articles/de/pdf"),
        Translation("es", "/articles/factura"),
    }
    assert kb.article("anyone").translations == ()


@pytest.mark.parametrize(
    ("other", "lang"), [("seats/de/add", "de"), ("seats/add.de", "de"), ("pt-BR/seats/add", "pt-BR")], ids=str
)
def test_a_folder_or_an_ending_that_names_the_language_may_stand_anywhere(other: str, lang: str) -> None:
    kb = knowing([said("seats/add", "How to add a seat.", "en"), said(other, "Text.", lang)])

    assert {each.lang for each in kb.article(other).translations} == {"en", lang}


def test_a_folder_that_is_called_otherwise_names_no_language() -> None:
    kb = knowing([said("seats/add", "How to add a seat.", "en"), said("fr/seats/add", "Text.", "de")])

    assert kb.article("seats/add").translations == ()


def test_pages_list_what_is_for_their_readers(client: FlaskClient) -> None:
    german = client.get("/?topic=invoices", headers={"Accept-Language": "de"}).text

    assert 'href="/articles/de/pdf"' in german
    assert 'href="/articles/en/pdf"' not in german
    assert '<li lang="en" dir="ltr"><a href="/articles/anyone">' in german


@pytest.mark.parametrize(
    ("path", "list_of"),
    [
        ("articles?", "articles"),
        ("suggest?q=pdf&", "suggestions"),
        ("suggest?topic=invoices&", "suggestions"),
        ("search?q=PDF&", "passages"),
        ("widget?", "questions"),
        ("answer?q=PDF&", "passages"),
    ],
)
def test_the_api_is_told_the_language_of_the_reader(path: str, list_of: str, client: FlaskClient) -> None:
    german = client.get(f"/api/v1/{path}lang=de").get_json()[list_of]

    assert {each["url"].partition("#")[0].removeprefix(BASE) for each in german} == {
        "/articles/anyone",
        "/articles/de/pdf",
    }


def test_an_article_leads_to_its_translations_for_people_and_robots(client: FlaskClient) -> None:
    page = client.get("/articles/de/pdf", headers={"Accept-Language": "en"}).text

    assert '<html lang="de">' in page
    assert f'<link rel="alternate" hreflang="es" href="{BASE}/articles/factura">' in page
    assert f'<link rel="alternate" hreflang="de" href="{BASE}/articles/de/pdf">' in page
    assert '<a href="/articles/factura" lang="es" hreflang="es">español</a>' in page
    assert 'hreflang="' not in client.get("/articles/anyone").text.partition('<footer class="bottom">')[0]


def test_readers_choose_among_the_languages_of_the_articles(client: FlaskClient) -> None:
    page = client.get("/search?q=PDF", headers={"Accept-Language": "de"}).text

    assert '<a href="/search?q=PDF&amp;lang=de" lang="de" hreflang="de" aria-current="true">Deutsch</a>' in page
    assert '<a href="/search?q=PDF&amp;lang=en" lang="en" hreflang="en">English</a>' in page
    assert 'lang="fr"' not in page


def test_each_language_has_a_sitemap_of_its_own(client: FlaskClient) -> None:
    index = client.get("/sitemap.xml").text
    german, english = (client.get(f"/sitemap.xml?lang={each}").text for each in ("de", "en"))

    assert f"<loc>{BASE}/sitemap.xml?lang=de</loc>" in index
    assert "/articles/" not in index
    assert f"<loc>{BASE}/articles/de/pdf</loc>" in german
    assert f"<loc>{BASE}/?topic=invoices&amp;lang=de</loc>" in german
    assert "/en/pdf" not in german
    assert "/de/pdf" not in english
    every = "".join(client.get(f"/sitemap.xml?lang={each}").text for each in ("de", "en", "es"))
    assert every.count("/articles/anyone</loc>") == 1


def test_a_translation_of_nothing_and_one_without_a_language_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\nlang: de\ntranslation_of: gone\n---\n# A\n\nText.\n", "utf-8")
    (tmp_path / "b.md").write_text("---\ntranslation_of: a\n---\n# B\n\nText.\n", "utf-8")

    found = check_library(read_library(tmp_path), today=TODAY, folder=tmp_path)
    told = {f"{each.path}:{each.line}: {each.message}" for each in found}

    assert any(each.startswith("a.md:3: `translation_of` names 'gone'") for each in told)
    assert any(each.startswith("b.md:2: A translation says its language") for each in told)
