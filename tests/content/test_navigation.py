import pytest

from kb_service.content.passages.html_blocks import read_blocks
from kb_service.content.passages.navigation import without_navigation
from kb_service.content.passages.outline import outline
from tests.content.builders import html_of, words

TEXT = words(40)


def texts(markdown):
    sections = without_navigation(outline(read_blocks(html_of(markdown))))
    return [block.text for section in sections for block in section.blocks]


@pytest.mark.parametrize(
    "navigation",
    [
        pytest.param("- [One](#one)\n- [Two](#two)", id="links to this page"),
        pytest.param("**On this page**\n\n- [One](#one)\n  - [Two](#two)", id="a list of contents under bold"),
        pytest.param("This page covers:\n\n- [One](#one)\n- [Two](#two)", id="a list of contents behind a colon"),
        pytest.param("**Topics**\n\n- [One](one.md)\n- [Two](two.md)", id="topics on other pages"),
        pytest.param("See also:\n\n- [One](one.md): why it is so\n- [Two](two.md): how", id="described links"),
        pytest.param("## Related articles\n\n- [One](one.md)\n- [Two](two.md)", id="a section of related articles"),
        pytest.param("## Siehe auch\n\n[Eins](eins.md)", id="in German"),
        pytest.param("[Portal](a.md) | [Shell](b.md) | [API](c.md)", id="a bar of tabs"),
        pytest.param("[Back to the top](#top)", id="back to the top"),
    ],
)
def test_what_only_leads_elsewhere_is_left_out(navigation):
    assert texts(f"{TEXT}\n\n{navigation}\n\n## Then\n\nThis stays.") == [TEXT, "This stays."]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(
            "Codes can be asked for in three places:\n\n- [Sign-in](#a)\n- [Sales](#b)", id="links that answer"
        ),
        pytest.param("## Next steps\n\n1. Pay.\n2. Wait.", id="steps under a name of navigation"),
        pytest.param("## Resources\n\nAsk the owner for them.", id="text under a name of navigation"),
        pytest.param("[Download the form](form.pdf)", id="one link"),
        pytest.param("See [the guide](guide.md) for more.", id="a sentence with a link"),
    ],
)
def test_what_says_something_stays(said):
    plain = texts(f"{TEXT}\n\n{said}")

    assert len(plain) == len(texts(TEXT)) + said.count("\n\n") + 1 - said.count("## ")


def test_a_page_that_has_little_but_links_keeps_them():
    assert texts("These providers were tested.\n\n**Topics**\n\n- [Acme](a.md)\n- [Umbrella](b.md)") == [
        "These providers were tested.",
        "Topics",
        "- Acme\n- Umbrella",
    ]


def test_a_table_of_contents_is_left_out_and_a_table_with_links_is_not():
    contents = "|Topic|Content|\n|-|-|\n|[One](#one)|Why|\n|[Two](#two)|How|"
    prices = "|Plan|Price|\n|-|-|\n|[One](one.md)|5|\n|[Two](two.md)|6|"

    assert texts(f"{TEXT}\n\n{contents}\n\n{prices}") == [TEXT, "Plan | Price\nOne | 5\nTwo | 6"]


def test_what_announces_a_list_of_related_articles_goes_with_it():
    assert texts(f"{TEXT}\n\n## Related reading\n\nIn our guide:\n\n- [One](one.md)") == [TEXT]
