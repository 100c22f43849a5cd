import pytest

from kb_service.content.passages.html_blocks import read_blocks
from kb_service.content.passages.outline import outline, slug, unique_anchors
from tests.content.builders import html_of


def sections_of(markdown, *, agents=()):
    blocks = [block._replace(for_agents=block.text in agents) for block in read_blocks(html_of(markdown))]
    return outline(blocks)


def shape(sections):
    return [
        (" > ".join(section.path), section.anchor, [block.text for block in section.blocks]) for section in sections
    ]


def test_blocks_stand_under_the_path_of_their_headings():
    assert shape(sections_of("a\n\n## B\n\nb\n\n#### C\n\nc\n\n## D\n\nd")) == [
        ("", "intro", ["a"]),
        ("B", "b", ["b"]),
        ("B > C", "c", ["c"]),
        ("D", "d", ["d"]),
    ]


def test_the_highest_level_that_is_used_is_the_top():
    assert [section.top for section in sections_of("### A\n\na\n\n#### B\n\nb\n\n### C\n\nc")[1:]] == [
        True,
        False,
        True,
    ]


def test_repeated_headings_have_anchors_of_their_own():
    assert [section.anchor for section in sections_of("a\n\n## Intro\n\n## Steps\n\n## Steps")] == [
        "intro",
        "intro-1",
        "steps",
        "steps-1",
    ]


def test_a_heading_that_only_says_note_joins_its_text():
    sections = sections_of("## A\n\na\n\n### Note\n\nb\n\n### Important:\n\n- c")

    assert shape(sections)[1:] == [("A", "a", ["a", "Note: b", "Important:\n- c"])]


def test_a_note_that_nothing_follows_is_text():
    assert shape(sections_of("a\n\nNote:\n\nTip:\n\n## A\n\n**Warning**"))[:2] == [
        ("", "intro", ["a", "Note: Tip:"]),
        ("A", "a", ["Warning"]),
    ]


def test_a_heading_notes_is_a_heading():
    assert shape(sections_of("## A\n\na\n\n## Notes\n\nb"))[2] == ("Notes", "notes", ["b"])


def test_a_heading_for_agents_covers_only_what_is_for_agents():
    sections = sections_of("## A\n\na\n\n### Inside\n\nsecret\n\nb\n\n## C\n\nc", agents={"Inside", "secret"})

    assert shape(sections)[1:] == [
        ("A", "a", ["a"]),
        ("A > Inside", "inside", ["secret"]),
        ("A", "a", ["b"]),
        ("C", "c", ["c"]),
    ]


def test_a_public_heading_never_stands_below_one_for_agents():
    sections = sections_of("## Inside\n\nsecret\n\n### A\n\na", agents={"Inside", "secret"})

    assert shape(sections)[1:] == [("Inside", "inside", ["secret"]), ("A", "a", ["a"])]


def test_headings_for_agents_do_not_rename_public_ones():
    sections = sections_of("## Steps one\n\nsecret\n\n## Steps two\n\na", agents={"Steps one", "secret"})
    same = sections_of("a\n\n## Steps\n\nb\n\n## Steps\n\nc")

    assert [section.anchor for section in sections[1:]] == ["steps-one", "steps-two"]
    assert [section.anchor for section in same[1:]] == ["steps", "steps-1"]


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("How to add seats?", "how-to-add-seats"),
        ("Steps in My.kayako.com", "steps-in-mykayakocom"),
        ("What's new – 2026", "whats-new--2026"),
        ("snake_case", "snake_case"),
        ("Party 🎉 time", "party--time"),
        ("🎉 Party", "-party"),
        ("C++ & C#", "c--c"),
        ("हिन्दी में", "हिन्दी-में"),
        ("Größe ändern", "größe-ändern"),
        ("料金 と 請求", "料金-と-請求"),
        ("???", "section"),
        ("a" * 300, "a" * 200),
        ('"><script>', "script"),
    ],
)
def test_anchors_are_made_of_letters_and_digits(heading, anchor):
    assert slug(heading) == anchor


@pytest.mark.parametrize(
    ("wanted", "anchors"),
    [
        ("a a a-1 a b", "a a-1 a-1-1 a-2 b"),
        pytest.param("step-1 step step", "step-1 step step-2", id="a number that is taken is passed over"),
    ],
)
def test_each_anchor_is_given_once(wanted, anchors):
    assert unique_anchors(wanted.split()) == anchors.split()


@pytest.mark.parametrize("written", ["expires_at", "my_own.id", "Seats-2026", "a-1"])
def test_an_anchor_that_the_author_gave_is_kept_exactly(written):
    sections = sections_of(f"## A\n\na\n\n## A\n\nb\n\n## When it ends {{#{written}}}\n\nc")

    assert sections[-1].anchor == written
    assert len({section.anchor for section in sections}) == len(sections)


def test_of_two_equal_anchors_the_second_is_numbered():
    assert [one.anchor for one in sections_of("## A {#x}\n\na\n\n## B {#x}\n\nb")[1:]] == ["x", "x-1"]
