"""What a question names decides: identifiers alone, versions, quoted phrases, other products, other scripts."""

from __future__ import annotations

import pytest

from kb_service.answers.answering import Decision, candidates, decide
from kb_service.answers.confidence import IDENTIFIED, NO_ANSWER_BELOW, REFUSED
from kb_service.answers.naming import holds, holds_version
from kb_service.ranking import Ranker
from tests.builders import an_article
from tests.index.memory_engine import MemoryEngine
from tests.index.questions import filled

ARTICLES = {
    "passkeys": ("MFA: a second step at the door", "MFA wants a number from a key ring. Lost it? Ask the warden."),
    "spooler": (
        "When printing stops with 0x0000011b",
        "The code 0x0000011b comes from an old driver. Install it anew.",
    ),
    "quota": ("Drive full: D-207", "D-207 says that the drive holds more than 80 GB. Delete old films."),
    "hosts": ("Which hosts to allow", "Allow 203.0.113.9 for pictures and 203.0.113.71 for sounds."),
    "names": ("M'Bala and O'Hara in lists", "A name with an apostrophe is kept as it was typed."),
    "apple": ("Changes of 4.1.7", "Release v4.1.7 prints labels in colour. The margin is 5 mm."),
    "berry": ("Changes of 4.1.8", "Release v4.1.8 sorts parcels by weight. Old lists stay."),
    "third": ("News of 3.0", "Version 3.0 has a darker map, and routes can be saved."),
    "price": (
        "What moving in costs",
        "Moving in costs $2,300 for firms and €610 for others. A rebate of 12% is possible.",
    ),
    "window": ("Blinds", "Press the red lever to close the blinds. The night mode keeps them closed."),
    "refund": ("Money back", "We pay a deposit back within nine days. Write to the office for it."),
}


def asked(question: str, **articles: tuple[str, str]) -> Decision:
    texts = articles or ARTICLES
    engine = filled(MemoryEngine(), *(an_article(name, text, title=title) for name, (title, text) in texts.items()))
    ranker = Ranker(engine)
    understood = ranker.understander.understand(question)
    return decide(understood, candidates(ranker, understood, limit=5), no_answer_below=NO_ANSWER_BELOW)


@pytest.mark.parametrize(
    ("question", "article", "said"),
    [
        ("MFA", "passkeys", "MFA wants"),
        ("0x0000011b", "spooler", "0x0000011b"),
        ("D-207", "quota", "D-207"),
        ("207?", "quota", "D-207"),
        ("203.0.113.71", "hosts", "203.0.113.71"),
        ("M’Bala", "names", "as it was typed"),
        ("v4.1.7", "apple", "v4.1.7"),
        ("4.1.8", "berry", "v4.1.8"),
        ("$2,300", "price", "$2,300"),
        ("12%", "price", "12%"),
        ("“night mode”", "window", "night mode"),
    ],
)
def test_an_identifier_alone_is_a_question_like_any_other(question: str, article: str, said: str) -> None:
    decision = asked(question)

    assert decision.quote
    assert decision.quote.passage_id == f"{article}#intro"
    assert said in decision.quote.text
    assert decision.confidence >= IDENTIFIED


@pytest.mark.parametrize("question", ["0x0000011c", "D-208", "203.0.113.7", "v4.1.9", "$2,301", "13%", "“day mode”"])
def test_an_identifier_alone_that_no_article_has_is_refused(question: str) -> None:
    assert asked(question).outcome == "no_answer"


@pytest.mark.parametrize("question", ["10", "7", "5!"])
def test_a_small_number_alone_asks_for_nothing(question: str) -> None:
    assert asked(question).outcome == "no_answer"


@pytest.mark.parametrize(
    ("question", "article"), [("Changes of 4.1.7", "apple"), ("changes of v4.1.8?", "berry"), ("news of 3.0", "third")]
)
def test_the_version_that_is_asked_for_answers(question: str, article: str) -> None:
    quote = asked(question).quote

    assert quote
    assert quote.passage_id == f"{article}#intro"


@pytest.mark.parametrize("question", ["What changed in 4.1.9?", "news of 2.0", "news of version 5", "release v4.2.7"])
def test_another_version_is_refused(question: str) -> None:
    decision = asked(question)

    assert decision.outcome == "no_answer"
    assert decision.confidence <= REFUSED


@pytest.mark.parametrize(
    "question",
    [
        "When does Hubble pay a deposit back?",
        "deposit back from ParcelKing",
        "Can the office of Xanadu pay it back?",
        "Xanadu: when is a deposit paid back",
        "zendesk deposit back",
        "does salesforce pay a deposit back",
        "Zendesk says that the time is over and I wonder when at last I get my whole deposit for the room paid back",
        "Hi, in Zendesk, after how many days do I get my whole deposit for the room by the sea paid back",
        "I have a room by the sea and the Zendesk plan, so after how many days do I get my whole deposit paid back",
        "We are leaving Zendesk. After how many days do I get my whole deposit for the room by the sea paid back",
        "I rent two rooms. One of them is Zendesk, so after how many days do I get my whole deposit for it paid back",
        "of Zendesk and Freshdesk alike: after how many days do I get my whole deposit for the room paid back",
    ],
)
def test_a_question_that_turns_on_another_product_is_refused(question: str) -> None:
    assert asked(question).outcome == "no_answer"
    assert asked(question).confidence <= REFUSED


@pytest.mark.parametrize(
    "question",
    [
        "my colleague wrote to me in Zendesk that the deposit is paid back within nine days, is it so",
        "we left a room to Zendesk last year, so after how many days is a deposit paid back",
        "we came over from Zendesk last year, so after how many days is a deposit paid back",
    ],
)
def test_a_product_that_is_mentioned_in_passing_is_no_reason_to_refuse(question: str) -> None:
    assert asked(question).confidence > REFUSED


@pytest.mark.parametrize("question", ["Repayable deposit?", "Unoccupied. Do you pay the deposit back"])
def test_a_rare_word_that_begins_a_sentence_is_no_product(question: str) -> None:
    assert asked(question).confidence > REFUSED


def test_a_name_that_only_another_article_has_is_no_reason_to_answer() -> None:
    articles = {
        "silver": ("Silver room", "The silver room opens at nine. Ask the warden of Brookdale for its key."),
        "deposit": ("Deposits", "A deposit is paid back within nine days."),
    }

    assert asked("when is the deposit paid back", **articles).confidence > REFUSED
    assert asked("when is a deposit paid back in Brookdale", **articles).confidence <= REFUSED


@pytest.mark.parametrize(
    "question",
    [
        "what does the red lever cost",
        "how many minutes do the blinds stay closed",
        "how many levers do the blinds have",
        "is there a phone number for the blinds",
    ],
)
def test_a_quantity_of_which_the_passage_has_nothing_is_not_answered_by_it(question: str) -> None:
    assert asked(question).confidence <= REFUSED


@pytest.mark.parametrize(
    "question", ["what does moving in cost", "how many days until a deposit is paid back", "how do the blinds close"]
)
def test_a_quantity_that_the_passage_has_is_no_reason_to_refuse(question: str) -> None:
    assert asked(question).confidence > REFUSED


def test_a_day_of_the_week_is_no_product() -> None:
    plain, dated = asked("do you pay the deposit back"), asked("do you pay the deposit back on Friday")

    assert plain.confidence > REFUSED < dated.confidence


@pytest.mark.parametrize(
    "question",
    [
        "如何連接打印機",
        "ﾌﾟﾘﾝﾀｰを接続する方法",
        "Wann zahlen Sie die Kaution zurück?",
        "Quand est-ce que vous payez la caution ?",
    ],
)
def test_a_question_in_a_language_that_the_articles_lack_is_refused_and_not_corrected(question: str) -> None:
    engine = filled(MemoryEngine(), *(an_article(name, text, title=title) for name, (title, text) in ARTICLES.items()))
    ranker = Ranker(engine)
    understood = ranker.understander.understand(question)

    assert understood.foreign
    assert understood.corrections == ()
    assert decide(understood, candidates(ranker, understood, limit=5), no_answer_below=NO_ANSWER_BELOW).quote is None


def test_a_question_in_a_script_is_answered_by_an_article_in_that_script() -> None:
    articles = {
        "thai": ("การพิมพ์", "กดปุ่มสีแดงเพื่อหยุดการพิมพ์"),
        "chinese": ("停止列印", "按紅色按鈕可以停止列印。然後關閉電源。"),
    }
    decision = asked("怎麼停止列印", **articles)

    assert decision.shown[0].passage.entry.passage.article_id == "chinese"
    assert asked("咖啡", **articles).outcome == "no_answer"


@pytest.mark.parametrize(
    ("text", "version", "has"),
    [
        ("news of v3.0", "3.0", True), ("version 3 is out", "3.0", True), ("3.0.2 is out", "3.0", True),
        ("3.1 is out", "3.0", False), ("13.0", "3.0", False), ("2.4 is out", "2", True), ("2 seats", "2", False),
        ("1.4.2", "1.4", True), ("1.41", "1.4", False),
    ],
)  # fmt: skip
def test_a_version_is_the_same_with_or_without_its_zeros_and_has_its_parts(text: str, version: str, has: bool) -> None:
    assert holds_version(text, version) is has


@pytest.mark.parametrize(
    ("text", "name", "has"),
    [("e-1042 says", "1042", True), ("11042", "1042", False), ("10.1.0.71", "10.1.0.7", False), ("v2.1", "2.1", True)],
)
def test_a_name_is_no_part_of_a_longer_one(text: str, name: str, has: bool) -> None:
    assert holds(text, name) is has
