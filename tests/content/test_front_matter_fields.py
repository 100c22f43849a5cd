from datetime import date

import msgspec
import pytest

from kb_service.content.article import Article
from kb_service.content.front_matter.block import split
from kb_service.content.front_matter.fields import MetadataReader


def read(block):
    reader = MetadataReader(split(f"---\n{block}\n---\nbody", path="a.md"), path="a.md")
    article = reader.read()
    return article, [*reader.warnings, *reader.errors]


def test_every_known_key_has_its_type():
    metadata, warnings = read(
        "id: billing/seats\ntitle: Add  `seats`\ntopics: [seats]\nquestions:\n  - How?\n  - Why?\npatterns: Staff\n"
        "verified_at: 2026-11-20\nreview_by: 2027-05-20T10:00:00Z\nowner: billing\nreply: |\n  Dear customer\n\n  Bye\n"
        "live: staff_count\nredirect_from: /old/place/\nrelated: [x]\nsources: [K1]\nlang: en-GB\nhidden: yes"
    )

    assert metadata == Article(
        id="billing/seats",
        path="a.md",
        title="Add seats",
        audience="public",
        topics=("seats",),
        questions=("How?", "Why?"),
        patterns=("Staff",),
        verified_at=date(2026, 11, 20),
        review_by=date(2027, 5, 20),
        owner="billing",
        reply="Dear customer\n\nBye",
        live="staff_count",
        redirects_from=("old/place",),
        related=("x",),
        sources=("K1",),
        lang="en-GB",
        hidden=True,
        left_out="`hidden: yes`",
    )
    assert warnings == []


def test_questions_at_a_section_are_known_questions_that_name_it():
    metadata, warnings = read(
        "questions: [How?, Why?]\nsection_questions:\n  steps:\n    - Where?\n    - How?\n  '#bill': When?"
    )

    assert metadata.questions == ("How?", "Why?", "Where?", "When?")
    assert metadata.question_sections == {"Where?": "steps", "How?": "steps", "When?": "bill"}
    assert warnings == []


@pytest.mark.parametrize("value", ["How?", "[How?]", "{steps: [[a]]}"])
def test_questions_without_a_section_are_no_questions_at_one(value):
    metadata, warnings = read(f"section_questions: {value}")

    assert metadata.question_sections == {}
    assert len(warnings) == 1


@pytest.mark.parametrize(
    "value", ["agent", " Agent ", "AGENTS", "internal", "Private", "agents-only", "[agent]", "staff"]
)
@pytest.mark.parametrize("key", ["audience", "Visibility"])
def test_agents_only_in_any_spelling(key, value):
    metadata, warnings = read(f"{key}: {value}")

    assert (metadata.audience, warnings) == ("agent", [])


@pytest.mark.parametrize("value", ["partners", "", "[public, agent]", "{a: b}", "[]"])
def test_an_audience_that_is_not_understood_is_agents_and_an_error(value):
    metadata, warnings = read(f"title: x\naudience: {value}")

    assert metadata.audience == "agent"
    assert warnings[0][0] == 3


@pytest.mark.parametrize("value", ["public", "Public", "everyone", "[public]"])
def test_public_is_public(value):
    assert read(f"audience: {value}")[0].audience == "public"


@pytest.mark.parametrize(
    "value", ["/etc/passwd", "..", "a/../b", "a//b", '"a\\0b"', '"{{7*7}}"', "a b", "[x]", "-x", "a\\b", "x#y"]
)
def test_an_id_that_could_lead_elsewhere_is_not_used(value):
    metadata, warnings = read(f"title: x\nid: {value}")

    assert metadata.id == ""
    assert warnings[0][0] == 3


def test_other_names_of_a_key_count_where_it_is_not_given():
    assert read("slug: a")[0].id == "a"
    assert read("id: b\nslug: /a")[0].id == "b"


@pytest.mark.parametrize(
    ("block", "field", "value"),
    [
        pytest.param("verified_at: 2026-02-30", "verified_at", None, id="no such day"),
        pytest.param("review_by: soon", "review_by", None, id="no date"),
        pytest.param("title: [a, b]", "title", "", id="a list for a text"),
        pytest.param("questions: [a, {b: c}]", "questions", ("a",), id="a mapping in a list"),
        pytest.param("patterns: ['', x]", "patterns", ("x",), id="an empty entry"),
        pytest.param("live: everything", "live", None, id="unknown live data"),
        pytest.param("lang: 7", "lang", None, id="no language"),
        pytest.param("hidden: maybe", "hidden", True, id="in doubt hidden"),
    ],
)
def test_a_value_of_the_wrong_kind_is_a_warning_with_its_line(block, field, value):
    metadata, warnings = read(f"owner: me\n{block}")

    assert getattr(metadata, field) == value
    assert [line for line, _ in warnings] == [3]


def test_nothing_is_kept_of_foreign_keys():
    metadata, _ = read("agent_notes: AGENTSECRET\nversions:\n  cloud: AGENTSECRET")

    assert b"AGENTSECRET" not in msgspec.json.encode(metadata)


def test_agent_only_parts_of_values_are_not_public():
    metadata, _ = read(
        "title: Seats <supportagent>AGENTSECRET</supportagent>\nquestions: ['How? &lt;supportagent&gt;AGENTSECRET']\n"
        "reply: Hello <supportagent>AGENTSECRET</supportagent> you"
    )

    assert (metadata.title, metadata.questions) == ("Seats", ("How?",))
    assert metadata.reply == "Hello  you"
