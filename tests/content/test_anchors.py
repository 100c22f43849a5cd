import pytest

from kb_service.content.anchors import Anchors, Mark, mark_html, slug


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("How to add seats?", "how-to-add-seats"),
        ("Steps in My.kayako.com", "steps-in-mykayakocom"),
        ("What's  new – 2026", "whats-new-2026"),
        ("snake_case", "snake-case"),
        ("Größe ändern", "größe-ändern"),
        ("料金 と 請求", "料金-と-請求"),
        ("???", "section"),
        ("a" * 300, "a" * 80),
        ('"><script>', "script"),
    ],
)
def test_anchors_are_made_of_letters_and_digits(heading, anchor):
    assert slug(heading) == anchor


def test_each_anchor_is_given_once():
    anchors = Anchors()

    assert [anchors.claim(name) for name in ("a", "a", "a-2", "a", "b")] == ["a", "a-2", "a-2-2", "a-3", "b"]


def test_a_number_that_is_taken_is_passed_over():
    anchors = Anchors()

    assert [anchors.claim(name) for name in ("step-2", "step", "step")] == ["step-2", "step", "step-3"]


def test_ids_are_put_into_the_elements():
    html = "<p>a</p><ul><li>b</li></ul>c"
    marks = [Mark(27, "id", "three"), Mark(0, "id", "one"), Mark(12, "id", "two"), Mark(0, "data-audience", "agent")]

    assert mark_html(html, marks) == (
        '<p id="one" data-audience="agent">a</p><ul><li id="two">b</li></ul><a id="three"></a>c'
    )


def test_a_second_id_for_one_element_stands_before_it():
    assert mark_html("<p>a</p>", [Mark(0, "id", "a"), Mark(0, "id", "b")]) == '<a id="b"></a><p id="a">a</p>'
