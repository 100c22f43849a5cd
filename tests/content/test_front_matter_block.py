import pytest

from kb_service.content.front_matter.block import FrontMatter, split
from kb_service.errors import BadArticle


def values(text):
    return {key: entry.value for key, entry in split(text, path="a.md").fields.items()}


def test_an_article_without_front_matter_is_all_body():
    assert split("# Title\n\ntext", path="a.md") == FrontMatter("# Title\n\ntext")


def test_front_matter_and_body_are_apart_and_lines_count_from_the_top():
    front_matter = split("---\ntitle: T\n\nOwner-Name: me\n---\nbody", path="a.md")

    assert front_matter.fields["title"] == ("T", 2)
    assert front_matter.fields["owner_name"] == ("me", 4)
    assert (front_matter.body, front_matter.body_line) == ("body", 6)


def test_dots_end_front_matter_too():
    assert split("---\ntitle: T\n...\nbody", path="a.md").body == "body"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "---\ntitle: {% data x %}\ntopics: [a]\n---\nb", {"title": "{% data x %}", "topics": ["a"]}, id="template"
        ),
        pytest.param("---\nintro: 'it's'\ntopics:\n  - a\n---\nb", {"intro": "it's", "topics": ["a"]}, id="quote"),
        pytest.param('+++\ntitle = "T"\nx y\n+++\nb', {"title": "T"}, id="TOML"),
        pytest.param('{\n"title": "T",\n"owner": "me",\n}\nb', {"title": "T", "owner": "me"}, id="JSON"),
        pytest.param("---\ntitle: T\n\n# Heading\n", {"title": "T"}, id="never closed"),
    ],
)
def test_broken_front_matter_gives_what_can_be_read_and_a_warning(text, found):
    assert values(text) == found
    assert split(text, path="a.md").warnings


@pytest.mark.parametrize(
    "block",
    [
        "title: {% x %}\n  audience: Agent",
        "x: 'it's\nvisibility: agent\naudience: public",
        "- audience: agent\n- x: {",
        "x: {\n\"audience\": 'agent',\n",
        "  title: {% x %}\n  audience: agent",
    ],
)
def test_an_audience_in_broken_front_matter_is_not_overlooked(block):
    found = values(f"---\n{block}\n---\nbody")

    assert "agent" in {str(found.get("audience")).lower(), str(found.get("visibility")).lower()}


@pytest.mark.parametrize(
    "text",
    ["---\nJust a sentence.\n---\nmore", "---\n\nA rule, then text", "{\nno JSON", '{\n"a": 1\n}; more', "{x}\n}\n"],
)
def test_text_that_only_looks_like_front_matter_is_text(text):
    front_matter = split(text, path="a.md")

    assert (front_matter.fields, front_matter.body) == ({}, text)


def test_front_matter_may_be_empty():
    assert split("---\n\n---\nbody", path="a.md") == FrontMatter("body", 4)


def test_a_repeated_foreign_key_is_a_warning():
    assert split("---\ntags: a\nTags: b\n---\n", path="a.md").warnings == (
        (3, "`Tags` stands twice in the front matter: the first is used."),
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("---\naudience: public\naudience: agent\n---\n", 3, id="two audiences"),
        pytest.param("---\na: b\nt: *t\n---\n", 3, id="alias"),
        pytest.param("---\na: " + "x" * 40_000 + "\n---\n", 1, id="too long"),
    ],
)
def test_front_matter_that_must_not_be_guessed_at_is_refused_with_its_line(text, line):
    with pytest.raises(BadArticle) as refusal:
        split(text, path="a.md")

    assert str(refusal.value).startswith(f"a.md:{line}: ")


def test_toml_is_read_with_its_types_as_text():
    front_matter = split('+++\ntitle = "T"\ndraft = true\ntags = ["a", "b"]\n[seo]\nweight = 1.50\n+++\nb', path="a.md")

    assert {key: field.value for key, field in front_matter.fields.items()} == {
        "title": "T",
        "draft": "true",
        "tags": ["a", "b"],
        "seo": {"weight": "1.5"},
    }
    assert front_matter.fields["draft"].line == 3
    assert front_matter.warnings == ()


@pytest.mark.parametrize("before", ["\n\n", "<!-- licence -->\n", "<!-- licence\nof two lines -->\n\n"])
def test_front_matter_may_stand_after_a_comment_or_empty_lines(before):
    front_matter = split(f"{before}---\ntitle: T\n---\nbody", path="a.md")

    assert front_matter.fields["title"] == ("T", before.count("\n") + 2)
    assert (front_matter.body, front_matter.body_line) == ("body", before.count("\n") + 4)
    assert front_matter.warnings


@pytest.mark.parametrize(
    "line",
    [
        "audience:agent",
        "  audience:agent",
        "audience agent",
        "audiance:internal",
        "Audience\uff1a agent",
        "audience=agent",
    ],
)
def test_an_audience_that_is_written_wrongly_is_agents_and_an_error(line):
    front_matter = split(f"---\ntitle: T\n{line}\n---\nbody", path="a.md")

    assert front_matter.fields["audience"].value in {"agent", "internal"}
    assert [line for line, _ in front_matter.errors] == [3]


def test_an_object_of_json_at_the_beginning_is_front_matter():
    read = split('{\n  "title": "Seats",\n  "draft": true,\n  "weight": null\n}\n\nText.\n', path="a.md")

    assert {key: field.value for key, field in read.fields.items()} == {"title": "Seats", "draft": "true"}
    assert (read.body.strip(), read.warnings) == ("Text.", ())


def test_json_with_a_slip_is_read_as_far_as_its_keys_can_be():
    read = split('{\n  "title": "Seats",\n  "draft": true,\n}\n\nText.\n', path="a.md")

    assert read.fields["draft"].value == "true"
    assert read.warnings
