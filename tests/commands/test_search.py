"""`kb search`: passages without the answering step."""

from __future__ import annotations

from pathlib import Path

from tests.billing_articles import SECRET
from tests.commands.conftest import Kb


def test_passages_are_listed_best_first_with_score_and_link(kb: Kb) -> None:
    ran = kb("search", "invoice email")
    lines = ran.out.splitlines()

    assert (ran.code, ran.err) == (0, "")
    assert lines[0] == f"{len(lines) - 1} passages match."
    assert lines[1].split()[0] == "1"
    assert lines[1].endswith("When are invoices sent?  /articles/invoices#intro")


def test_json_is_what_the_api_gives(kb: Kb) -> None:
    body = kb("search", "invoice", "--json", "--limit", "1").data

    assert list(body) == [
        *("query", "query_id", "total", "limit", "offset", "passages", "corrections", "index", "took_ms"),
    ]
    assert (body["limit"], len(body["passages"])) == (1, 1)


def test_pages_go_on_counting(kb: Kb) -> None:
    first, second = (kb("search", "seats", "--limit", "1", "--offset", offset).out for offset in ("0", "1"))

    assert first.splitlines()[1].split()[0] == "1"
    assert second.splitlines()[1].split()[0] == "2"
    assert first.splitlines()[1].split()[-1] != second.splitlines()[1].split()[-1]


def test_a_topic_leaves_only_its_articles(kb: Kb) -> None:
    assert kb("search", "seats invoice", "--topic", "papers").out.count("/articles/") == 1
    assert kb("search", "seats", "--topic", "nothing").out == "0 passages match.\n"


def test_agents_find_what_is_for_them(kb: Kb) -> None:
    assert kb("search", SECRET, "--audience", "agent").out.startswith("2 passages match.")
    assert kb("search", SECRET).out == "0 passages match.\n"


def test_a_passage_is_one_line_however_long_its_title(kb: Kb, folder: Path) -> None:
    title = "xylophone " * 20
    (folder / "articles/long.md").write_text(f"# {title}\n\nThey are not billed.", encoding="utf-8")
    kb("index")

    assert len(kb("search", "xylophone").out.splitlines()) == 1 + 1


def test_nothing_found_is_no_failure(kb: Kb) -> None:
    assert kb("search", "xylophone").code == 0
