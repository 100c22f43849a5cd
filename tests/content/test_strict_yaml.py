import pytest

from kb_service.content.front_matter.strict_yaml import BadYaml, Field, RefusedYaml, load
from tests.timing import least_seconds


def test_every_value_is_the_text_that_was_written():
    mapping = load("version: 4.50\nday: 2024-13-45\nyes: no\nnone: null\nbig: 0777\n")

    assert {key: field.value for key, field in mapping.fields.items()} == {
        "version": "4.50",
        "day": "2024-13-45",
        "yes": "no",
        "none": "",
        "big": "0777",
    }


def test_lists_mappings_and_lines_are_kept():
    mapping = load("a: [x, 'y z']\nb:\n  - c: d\nquoted: \"null\"\n")

    assert mapping.fields["a"] == Field(["x", "y z"], 1)
    assert mapping.fields["b"] == Field([{"c": "d"}], 2)
    assert mapping.fields["quoted"] == Field("null", 4)


def test_a_repeated_key_is_named_and_the_first_value_stays():
    mapping = load("a: 1\nb: 2\na: 3\n")

    assert mapping.fields["a"].value == "1"
    assert mapping.repeated == [("a", 3)]


def test_unreadable_characters_are_removed_and_their_line_is_named():
    mapping = load('a: fine\nb: "x\\0y"\n')

    assert (mapping.fields["b"].value, mapping.cleaned) == ("xy", [2])


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        pytest.param("a: 1\nt: &t x\n", 2, "anchors", id="anchor"),
        pytest.param("t: x\nu: *t\n", 2, "anchors", id="alias"),
        pytest.param("a: !!python/object/apply:os.system ['id']\n", 1, "tags", id="python tag"),
        pytest.param("a: !!str x\n", 1, "tags", id="harmless tag"),
        pytest.param("a: " + "{a: " * 20 + "b" + "}" * 20, 1, "nested", id="depth"),
        pytest.param("a: [" + "x, " * 20_001 + "x]", 1, "more than", id="number of values"),
        pytest.param("? [a, b]\n: c\n", 1, "key", id="a list as key"),
    ],
)
def test_what_yaml_could_do_beyond_text_is_refused(text, line, reason):
    with pytest.raises(RefusedYaml, match=reason) as refusal:
        load(text)

    assert refusal.value.line == line


@pytest.mark.parametrize("text", ["- a\n- b\n", "just text", "a: [b", "a:\tb\n\tc: d", "%YAML 9.9\na: b", "a: {% x %}"])
def test_what_is_not_a_mapping_is_bad(text):
    with pytest.raises(BadYaml) as error:
        load(text)

    assert not isinstance(error.value, RefusedYaml)


def test_a_merge_bomb_is_refused_at_once():
    levels = "".join(f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 9)}]}}\n" for n in range(1, 9))

    def load_it() -> None:
        with pytest.raises(RefusedYaml):
            load("m0: &m0 {k: v}\n" + levels)

    assert least_seconds(load_it) < 0.5
