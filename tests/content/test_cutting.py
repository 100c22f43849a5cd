import pytest

from kb_service.content.cutting import Cut, cut


def without(text, *parts):
    return cut(text, [Cut(text.index(part), text.index(part) + len(part)) for part in parts])


@pytest.mark.parametrize(
    ("text", "part", "left"),
    [
        pytest.param("a X b", "X", "a  b", id="words"),
        pytest.param("a\nX\nb", "X", "a\n\nb", id="a whole line leaves an empty one"),
        pytest.param("a\n  X  \nb", "X", "a\n\nb", id="with its margin"),
        pytest.param("- a\n- X\n- b", "X", "- a\n\n- b", id="an item goes with its bullet"),
        pytest.param("1. a\n2. X\n", "X", "1. a\n\n", id="or its number"),
        pytest.param("## X\nb", "X", "\nb", id="or heading"),
        pytest.param("|a|\n|X|\n|b|", "|X|", "|a|\n|b|", id="a row leaves nothing"),
        pytest.param("a\nX\nY\nb", "X\nY", "a\n\nb", id="several lines"),
        pytest.param("X", "X", "\n", id="everything"),
    ],
)
def test_cutting_leaves_the_lines_around_as_they_are(text, part, left):
    assert without(text, part) == left


def test_something_else_can_stand_instead():
    assert cut("a\nX\nb", [Cut(2, 3, "**Y:**")]) == "a\n**Y:**\nb"


def test_cuts_may_touch_and_overlap():
    assert cut("abcdef", [Cut(1, 3), Cut(2, 4), Cut(4, 5)]) == "af"
