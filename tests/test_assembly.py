"""The parts put together from the settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from threadpoolctl import threadpool_info, threadpool_limits

from kb_service.answers.results import Question
from kb_service.assembly import open_access, open_agent_knowledge_base, open_counter, open_knowledge_base
from kb_service.errors import BadSetting, CallerError, EngineUnavailable
from kb_service.indexing import open_engine, update_index
from kb_service.settings import Settings
from tests.billing_articles import write_billing_articles

OUTSIDE = "help.acme.com"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an index that is built."""
    folder = tmp_path_factory.mktemp("kb")
    settings = Settings(articles=write_billing_articles(folder / "articles"), index=folder / "index", model=None)
    assert update_index(settings).built
    return settings


def test_the_index_is_built_once_from_the_articles_of_the_settings(settings: Settings) -> None:
    report = update_index(settings)

    assert (report.built, report.status.articles, report.problems) == (False, 7, ())
    assert [path.name for path in settings.index.iterdir() if path.is_dir()] == [report.status.generation]


def test_progress_is_told_of_reading_and_of_indexing(settings: Settings, tmp_path: Path) -> None:
    seen: set[str] = set()
    update_index(replace(settings, index=tmp_path), progress=lambda what, done, total: seen.add(what))

    assert seen == {"reading articles", "indexing for public", "indexing for agent"}


def test_a_folder_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CallerError, match="KB_ARTICLES"):
        update_index(Settings(articles=tmp_path / "nothing", index=tmp_path / "index", model=None))


def test_the_knowledge_base_answers_from_that_index(settings: Settings) -> None:
    kb = open_knowledge_base(settings)

    assert kb.answer(Question("when is my invoice sent?")).outcome == "answered"
    assert kb.status().model == ""


def test_what_serves_the_public_cannot_open_what_is_for_agents(settings: Settings) -> None:
    public, both = open_knowledge_base(settings), open_knowledge_base(settings, audiences=("public", "agent"))

    with pytest.raises(EngineUnavailable):
        public.search("refund", audience="agent")
    assert both.search("refund", audience="agent").total > both.search("refund").total


@pytest.mark.parametrize(("below", "outcome"), [(0.0, "answered"), (0.99, "no_answer")])
def test_the_threshold_is_that_of_the_settings(settings: Settings, below: float, outcome: str) -> None:
    chosen = replace(settings, no_answer_below=below)

    assert open_knowledge_base(chosen).answer(Question("Where do we enter our VAT number?")).outcome == outcome


def test_offline_no_helpdesk_is_asked(settings: Settings) -> None:
    counted = open_knowledge_base(settings, offline=True).staff_count("acme.kayako.com")

    assert (counted.status, counted.domain) == ("disabled", "acme.kayako.com")


def test_staff_counts_can_be_switched_off() -> None:
    assert open_counter(Settings(staff_count="off")).count("acme.kayako.com").status == "disabled"


@pytest.mark.parametrize("settings", [Settings(), Settings(staff_hosts="other.acme.com")], ids=["none", "others"])
def test_only_helpdesks_of_the_settings_may_be_asked(settings: Settings) -> None:
    counter = open_counter(settings)

    assert counter.count(OUTSIDE).status == "not_allowed"
    counter.close()


def test_the_service_never_asks_itself() -> None:
    counter = open_counter(Settings(base_url="https://kb.kayako.com"))

    assert counter.count("kb.kayako.com").status == "not_allowed"
    counter.close()


def test_without_a_model_folder_answers_are_found_by_words(settings: Settings, tmp_path: Path) -> None:
    nothing_installed = replace(settings, model=tmp_path / "model")

    assert open_knowledge_base(nothing_installed, offline=True).status().model == ""


def test_an_engine_for_both_audiences_keeps_what_was_read(settings: Settings) -> None:
    assert len(open_engine(settings).stored_articles()) == 8
    assert open_engine(settings, audiences=("public",)).stored_articles() == {}


def test_wrong_extra_hosts_are_refused_before_anything_is_asked() -> None:
    with pytest.raises(BadSetting):
        open_counter(Settings(staff_hosts="10.0.0.1"))


def test_what_answers_multiplies_on_one_thread(settings: Settings) -> None:
    with threadpool_limits(2, user_api="blas"):
        open_knowledge_base(settings, offline=True).close()

        assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} == {1}


def test_what_answers_agents_can_open_their_index_alone(settings: Settings) -> None:
    public = open_knowledge_base(settings)
    agents = open_agent_knowledge_base(settings, public)
    answer = agents.answer(Question("who may give a goodwill refund?", audience="agent"))

    assert "goodwill" in {passage.article_id for passage in answer.passages}
    assert public.gave(answer.query_id)
    with pytest.raises(EngineUnavailable):
        agents.search("refund")


SIGN_INS = {
    "password": Settings(),
    "proxy": Settings(
        login="proxy", proxy_user_header="KbUser", proxy_peers=("10.0.0.1/32",), proxy_secret=("s" * 32,)
    ),
    "oidc": Settings(login="oidc", oidc_issuer="https://login.example.com", base_url="https://help.example.com"),
}


@pytest.mark.parametrize("login", SIGN_INS)
def test_one_way_to_sign_in_is_open_and_no_database_is_before_somebody_does(login: str, tmp_path: Path) -> None:
    access = open_access(replace(SIGN_INS[login], data=tmp_path / "data"))
    ways = {"password": access.sign_in, "proxy": access.proxy, "oidc": access.provider}

    assert [name for name, way in ways.items() if way] == [login]
    assert not (tmp_path / "data").exists()
