"""The language of a page: by article, choice, browser and setting; what caches and screen readers are told of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kb_service.app import create_app
from kb_service.settings import Settings
from kb_service.web.static_files import FOLDER
from kb_service.wording.languages import LANGUAGES, Language, direction
from kb_service.wording.messages import say
from tests.web.fakes import ARTICLE_ID, FixedKnowledgeBase

EVERY_PAGE = (
    "/",
    "/?topic=seats",
    "/search",
    "/search?q=biled",
    "/search?q=uncovered",
    "/search?q=x&seats=-1",
    "/nope",
)


def client_of(folder: Path, site: str) -> FlaskClient:
    """A client of a help centre with this site file."""
    file = folder / "site.toml"
    file.write_text(site, "utf-8")
    return create_app(Settings(rate_limit=False, site=file), knowledge_base=FixedKnowledgeBase()).test_client()


def page(client: FlaskClient, path: str, accepted: str = "") -> str:
    return client.get(path, headers={"Accept-Language": accepted} if accepted else {}).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_page_is_in_the_language_of_the_browser(path: str, language: Language, client: FlaskClient) -> None:
    shown = page(client, path, language)

    written = ' dir="rtl"' if direction(language) == "rtl" else ""
    assert f'<html lang="{language}"{written}>' in shown
    search = say(language, "Search")
    assert f"<button>{search}</button>" in shown or f'aria-label="{search}"></button>' in shown


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("pt-BR", "pt"),
        ("nl,fr;q=0.5", "fr"),
        ("zh", "en"),
        ("*", "en"),
        ("rubbish;;q=x", "en"),
        ("", "en"),
    ],
)
def test_the_browser_says_which_languages_it_reads(accepted: str, language: str, client: FlaskClient) -> None:
    assert f'<html lang="{language}"' in page(client, "/", accepted)


def test_what_is_chosen_comes_before_the_browser_and_is_remembered(client: FlaskClient) -> None:
    chosen = client.get("/?lang=de", headers={"Accept-Language": "fr"})

    assert '<html lang="de">' in chosen.text
    cookie = chosen.headers["Set-Cookie"]
    assert cookie.startswith("kb_lang=de; ")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {each.strip() for each in cookie.split(";")}
    assert '<html lang="de">' in page(client, "/search?q=biled", "fr")
    assert '<html lang="es">' in page(client, "/?lang=es", "fr")
    client.delete_cookie("kb_lang")


@pytest.mark.parametrize("chosen", ["xx", "DE DE", "<b>", "../de"])
def test_a_language_that_is_not_there_is_not_chosen(chosen: str, client: FlaskClient) -> None:
    response = client.get("/", query_string={"lang": chosen}, headers={"Accept-Language": "fr"})

    assert (response.status_code, "Set-Cookie" in response.headers) == (200, False)
    assert '<html lang="fr">' in response.text


def test_the_operator_says_which_languages_there_are(tmp_path: Path) -> None:
    client = client_of(tmp_path, 'languages = ["fr", "de"]')

    assert '<html lang="fr">' in page(client, "/", "en")
    assert '<html lang="de">' in page(client, "/", "en,de;q=0.1")
    assert '<html lang="fr">' in page(client, "/?lang=en")


def test_the_operators_words_are_those_of_the_language_or_of_all(tmp_path: Path) -> None:
    client = client_of(tmp_path, 'name = "Acme"\n[translations.de]\nname = "Acme Hilfe"\nnote = "Acme GmbH"')

    german, french = page(client, "/", "de"), page(client, "/", "fr")
    assert "<title>Acme Hilfe</title>" in german
    assert "Acme GmbH" in german
    assert "<h1>Wie können wir helfen?</h1>" in german
    assert "<title>Acme</title>" in french
    assert "Les réponses sont citées mot pour mot des articles." in french


def test_links_of_the_footer_are_those_of_the_language_or_of_all(tmp_path: Path) -> None:
    link = '[[{}]]\nlabel = "{}"\nurl = "https://acme.example/{}"\n'
    client = client_of(
        tmp_path, link.format("links", "Privacy", "en") + link.format("translations.de.links", "Daten", "de")
    )

    assert '<a href="https://acme.example/de">Daten</a>' in page(client, "/", "de")
    assert "Privacy" not in page(client, "/", "de")
    assert '<a href="https://acme.example/en">Privacy</a>' in page(client, "/", "fr")


def test_search_engines_are_told_of_the_pages_in_other_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FixedKnowledgeBase, "languages", lambda self, **more: ("de", "en"))
    settings = Settings(rate_limit=False, base_url="https://acme.example/help", site=tmp_path / "site.toml")
    settings.site.write_text("")
    client = create_app(settings, knowledge_base=FixedKnowledgeBase()).test_client()
    chosen = page(client, "/?utm=1&lang=de")

    assert '<link rel="canonical" href="https://acme.example/help/?lang=de">' in chosen
    assert '<link rel="canonical" href="https://acme.example/help/">' in page(client, "/?lang=fr")
    assert '<link rel="alternate" hreflang="en" href="https://acme.example/help/?lang=en">' in chosen
    assert '<link rel="alternate" hreflang="x-default" href="https://acme.example/help/">' in chosen
    assert 'hreflang="de" href="https://acme.example/help/?topic=seats&amp;lang=de">' in page(client, "/?topic=seats")


@pytest.mark.parametrize(
    ("site", "problem"),
    [
        ('languages = "de"', 'languages = "de": use a list of en, de'),
        ("languages = []", "languages = []: use a list of en, de"),
        ('languages = ["xx"]', "use a list of en, de"),
        ('translations = "x"', "translations: use tables such as [translations.de]"),
        ('[translations.xx]\nname = "x"', "translations: xx is not known here"),
        ('[translations.de]\naccent = "#fff"', "translations.de: accent is not known here"),
        ("[[translations.de.links]]\nlabel = 3", "translations.de.links, number 1: use label"),
        ("[translations.de]\nname = 3", "translations.de: name = 3: use a line"),
    ],
)
def test_a_wrong_language_of_the_site_stops_the_start(site: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"site\.toml") as caught:
        client_of(tmp_path, site)

    assert problem in str(caught.value)


def test_caches_keep_the_languages_apart(client: FlaskClient) -> None:
    german = client.get("/", headers={"Accept-Language": "de"})
    english = client.get("/", headers={"Accept-Language": "en"})
    held = {"Accept-Language": "de", "If-None-Match": german.headers["ETag"]}

    assert german.headers["ETag"] != english.headers["ETag"]
    assert {"Accept-Language", "Cookie"} <= set(german.vary)
    again = client.get("/", headers=held)
    assert (again.status_code, {"Accept-Language", "Cookie"} <= set(again.vary)) == (304, True)
    assert client.get("/", headers={**held, "Accept-Language": "en"}).status_code == 200
    assert client.get("/?lang=fr", headers=held).status_code == 200
    client.delete_cookie("kb_lang")


@pytest.mark.parametrize("path", ["/api/docs", "/widget/demo", "/api/v1/nope"])
def test_what_is_for_operators_and_programs_is_in_english(path: str, client: FlaskClient) -> None:
    response = client.get(f"{path}?lang=de", headers={"Accept-Language": "de"})

    assert "Set-Cookie" not in response.headers
    assert "Accept-Language" not in response.vary
    assert "Hilfebereich" not in response.text
    assert '<html lang="de"' not in response.text


def test_an_article_is_read_in_its_language_whatever_the_browser_says(
    client: FlaskClient, knowledge_base: FixedKnowledgeBase
) -> None:
    shown = page(client, f"/articles/{ARTICLE_ID}", "de")

    language = knowledge_base.article(ARTICLE_ID).article.lang or "de"
    assert f'<html lang="{language}"' in shown


def test_what_is_wrong_with_a_form_is_said_in_the_language_of_the_page(client: FlaskClient) -> None:
    shown = page(client, "/search?q=x&seats=many", "de")

    assert "Muss eine ganze Zahl von 0 bis 1.000.000 sein, nicht &#34;many&#34;." in shown
    assert "Prüfen Sie die Zahlen" in shown


def test_style_sheets_say_start_and_end_never_left_and_right() -> None:
    """Else pages in Arabic would be half mirrored."""
    for sheet in FOLDER.glob("*.css"):
        text = re.sub(r"\[align=\w+\]", "", sheet.read_text("utf-8"))
        assert re.findall(r"[^{};]*\b(?:left|right)\b[^{};]*", text) == [], sheet.name
