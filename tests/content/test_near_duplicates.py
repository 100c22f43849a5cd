from kb_service.content.near_duplicates import near_duplicates


def a_text(first, last):
    return " ".join(f"word{number}" for number in range(first, last))


def test_only_texts_that_are_nearly_the_same_are_paired():
    texts = {"a": a_text(0, 200), "b": a_text(0, 190) + " and more", "c": a_text(100, 300), "d": a_text(500, 700)}

    assert [(pair.one, pair.other) for pair in near_duplicates(texts)] == [("a", "b")]


def test_the_same_text_is_the_same_whatever_its_letter_case():
    (pair,) = near_duplicates({"a": a_text(0, 50), "b": a_text(0, 50).upper()})

    assert pair.similarity == 1


def test_short_texts_are_alike_by_chance():
    assert near_duplicates({"a": a_text(0, 29), "b": a_text(0, 29)}) == []
