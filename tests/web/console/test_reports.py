"""Reports for leads: pages with filters in their addresses, plots with tables, downloads, and patches."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import time
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask

from kb_service.accounts.access import Access
from kb_service.knowledge_base import KnowledgeBase
from kb_service.record.events import Done, Vote
from kb_service.record.flags import raise_flag, set_flag
from kb_service.record.report_forms import SECTIONS
from kb_service.record.votes import save_vote
from kb_service.record.writing import DAY_MS, Writer
from tests.record.builders import KEY, an_asked
from tests.web.console.builders import Browser, a_console

REPORTS = "/console/reports"
WORDINGS = ("can we pay by cheque", "pay by cheque", "how to pay by cheque?")
HOSTILE = '<script>alert("x")</script> =1+1'


@pytest.fixture
def filled(access: Access) -> None:
    """Every section has something to say, of the last hour."""
    database, now = access.database.opened(), int(time.time() * 1000) - 3_600_000
    asked = an_asked("add a seat", now, article_id="seats", surface="console", audience="agent", asker="a")
    open_ones = [
        an_asked(text, now + at, outcome="no_answer", asker=f"{at}", surface="pages")
        for at, text in enumerate((*WORDINGS, HOSTILE))
    ]
    shown = [
        an_asked("which card", now + at, article_id="refunds", shown=("refunds",), asker=f"c{at}") for at in range(9)
    ]
    old = an_asked("long ago", now - 40 * DAY_MS, outcome="no_answer", asker="b")
    Writer(database, key=KEY, keep_days=365).write([asked, *open_ones, *shown, old])
    writer = Writer(database, key=KEY, keep_days=365)
    writer.write([Done(asked.query_id, now, "copied", "seats"), Done(asked.query_id, now, "solved", "seats")])
    save_vote(database, Vote(asked.query_id, helpful=False, passage_id="seats#a", comment=HOSTILE), at=now)
    first = raise_flag(database, passage_id="seats#a", note=HOSTILE, at=now, flagged_by="anna")
    raise_flag(database, passage_id="goodwill#intro", note="Who is meant?", at=now)
    set_flag(database, first.flag_id, "done", owner="lena", at=now)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


@pytest.fixture
def lead(access: Access, billing: KnowledgeBase, articles: Path, filled: None) -> Browser:
    browser = Browser(a_console(access, billing, articles=articles))
    browser.sign_in("lena")
    return browser


def patch_of(page: str) -> str:
    """Where the first open question leads."""
    found = re.search(r'href="(/console/reports/open_questions/[0-9a-f]{12})\?', page)
    assert found
    return found[1]


@pytest.mark.slow
@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_is_a_page_with_its_rows_as_csv_and_json(section: str, lead: Browser) -> None:
    page = lead.get(f"{REPORTS}/{section}?days=30")
    table, data = (lead.get(f"{REPORTS}/{section}.{form}?days=30") for form in ("csv", "json"))

    assert page.status_code == table.status_code == data.status_code == 200
    assert f"<h1>{SECTIONS[section][0]}</h1>" in page.text
    assert {each.headers["Cache-Control"] for each in (page, table, data)} == {"no-store"}
    assert f'href="{REPORTS}/{section}.csv?days=30"' in page.text
    assert table.headers["Content-Disposition"] == f'attachment; filename="{section}.csv"'
    names, *rows = csv.reader(io.StringIO(table.text))
    if section == "overdue":
        assert rows == data.get_json() == []
        assert "There is nothing to say." in page.text
    else:
        assert len(rows) == len(data.get_json()) > 0
        assert set(names) == set(data.get_json()[0])
        assert "There is nothing to say." not in page.text
    assert "<script>alert" not in page.text


def test_the_overview_says_what_came_of_questions_in_plots_and_tables(lead: Browser) -> None:
    page = lead.get(REPORTS).text

    assert "<dd>14 things</dd>" in page
    assert page.count("<svg ") == page.count("<desc ") == page.count("<table>") == 2


def test_the_period_and_the_surface_stand_in_the_address(lead: Browser) -> None:
    def asked(query: str) -> bool:
        return "long ago" in lead.get(f"{REPORTS}/open_questions?{query}").text

    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 40 * 86_400 - 3_600))
    assert [asked(query) for query in ("days=30", "days=60", f"until={day}", f"since={day}&until={day}")] == [
        False, True, True, True,
    ]  # fmt: skip
    page = lead.get(f"{REPORTS}/open_questions?days=60&surface=pages").text
    assert "long ago" not in page
    assert "cheque" in page
    assert '<option value="60" selected>' in page
    assert f'href="{REPORTS}/days?days=60&amp;surface=pages"' in page
    assert "cheque" not in lead.get(f"{REPORTS}/open_questions?surface=api").text


@pytest.mark.parametrize(
    "query", ["days=0", "days=x", "since=2026-13-01", "surface=paper", "since=2026-02-01&until=2026-01-01"]
)
def test_a_filter_that_is_none_is_said(query: str, lead: Browser) -> None:
    assert lead.get(f"{REPORTS}?{query}").status_code == 422


def test_what_was_done_and_voted_is_of_the_surface_too(lead: Browser) -> None:
    for section in ("most_copied", "most_solved", "disappointing"):
        rows = [len(lead.get(f"{REPORTS}/{section}.json?surface={each}").get_json()) for each in ("console", "pages")]
        assert rows == [1, 0], section


def test_an_open_question_has_its_count_its_examples_and_what_was_offered(lead: Browser) -> None:
    page = lead.get(f"{REPORTS}/open_questions").text

    assert "3 times, in 3 wordings" in page
    assert all(wording in page for wording in WORDINGS)
    assert "Offered instead: seats" in re.sub(r"\s+", " ", page)


def test_one_click_leads_to_the_patch_that_git_applies(lead: Browser, articles: Path, tmp_path: Path) -> None:
    page = lead.get(patch_of(lead.get(f"{REPORTS}/open_questions").text))
    [address] = re.findall(r'href="([^"]+\.patch\?[^"]*)" download', page.text)
    sent = lead.get(address.replace("&amp;", "&"))

    assert page.status_code == 200
    assert "new file mode 100644" in page.text
    assert sent.content_type == "text/x-patch; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="article-[0-9a-f]{12}\.patch"', sent.headers["Content-Disposition"])
    (tmp_path / ".git").mkdir()
    again = lead.get(address.replace("&amp;", "&"))
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, check=True, input=again.data)
    [made] = articles.glob("*.md")
    assert "pay by cheque" in made.read_text(encoding="utf-8")


def test_the_patch_can_be_another(lead: Browser, articles: Path) -> None:
    address = patch_of(lead.get(f"{REPORTS}/open_questions").text)
    ways, gone, covered = (
        lead.get(f"{address}?{query}")
        for query in ("kind=ways&article=refunds", "kind=ways&article=nope", "kind=not-covered")
    )

    assert "_phrasings.yml" in ways.text
    assert (gone.status_code, "there is no article" in gone.text.lower()) == (422, True)
    assert "_not_covered.yml" in covered.text
    assert lead.get(f"{REPORTS}/open_questions/{'0' * 12}").status_code == 404
    assert lead.get(f"{REPORTS}/open_questions/{'0' * 12}.patch").status_code == 404
    assert lead.get(f"{address}?kind=all").status_code == 422


def test_an_address_of_a_patch_says_nothing_of_what_was_asked(lead: Browser) -> None:
    assert "cheque" not in unquote(patch_of(lead.get(f"{REPORTS}/open_questions").text))


def test_without_the_articles_it_says_where_patches_are_made(
    access: Access, billing: KnowledgeBase, tmp_path: Path, filled: None
) -> None:
    browser = Browser(a_console(access, billing, articles=tmp_path / "nowhere"))
    browser.sign_in("lena")
    page = browser.get(patch_of(browser.get(f"{REPORTS}/open_questions").text))

    assert (page.status_code, "not on this machine" in page.text) == (422, True)


def test_flags_are_work_items_with_state_and_owner(lead: Browser) -> None:
    page = re.sub(r"\s+", " ", lead.get(f"{REPORTS}/flags").text)

    assert "<td>done</td><td>lena</td>" in page
    assert "<td>open</td><td>nobody</td>" in page


def test_reports_are_for_leads(app: Flask, access: Access, anna: Browser) -> None:
    """ASVS 5.0: 8.2.1, 8.2.2."""
    tokens = {scope: access.tokens.add("x", [scope], days=1)[1] for scope in ("reports", "answers:agent")}  # type: ignore[list-item]
    for path in ("", "/days", "/days.csv", "/days.json", f"/open_questions/{'0' * 12}"):
        assert anna.get(REPORTS + path).status_code == 403, path
        assert 'href="/console/reports"' not in anna.get("/console").text
        for scope, token in tokens.items():
            sent = Browser(app).get(REPORTS + path, headers={"Authorization": f"Bearer {token}"})
            takes = path.endswith((".csv", ".json"))
            assert sent.status_code == ((200 if scope == "reports" else 403) if takes else 303), (path, scope)


def test_flags_are_for_people_alone(app: Flask, access: Access, lena: Browser) -> None:
    _, token = access.tokens.add("x", ["reports"], days=1)
    for form in ("csv", "json"):
        sent = Browser(app).get(f"{REPORTS}/flags.{form}", headers={"Authorization": f"Bearer {token}"})
        assert (sent.status_code, lena.get(f"{REPORTS}/flags.{form}").status_code) == (403, 200)


def test_nothing_recorded_is_said(lena: Browser) -> None:
    page = lena.get(REPORTS).text

    assert "Nothing is recorded for this period." in page
    assert "Questions are not recorded at present" in page
    assert lena.get(f"{REPORTS}/nothing").status_code == lena.get(f"{REPORTS}/nothing.csv").status_code == 404
