"""Which language is a text in: by its script, by its little words, or nothing tells."""

from __future__ import annotations

import pytest

from kb_service.language import language_of, languages_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do I change the address on my invoice?", "en"),
        ("Wo finde ich die Rechnung?", "de"),
        ("comment annuler mon abonnement", "fr"),
        ("¿Cómo cancelo mi suscripción?", "es"),
        ("como adicionar um assento", "pt"),
        ("hoe zeg ik mijn abonnement op", "nl"),
        ("đổi thẻ thanh toán", "vi"),
        ("プリンターを接続する", "ja"),
        ("ﾌﾟﾘﾝﾀｰ", "ja"),
        ("如何連接 VPN", "zh"),
        ("프린터 연결", "ko"),
        ("Как подключить принтер", "ru"),
        ("Πώς συνδέω τον εκτυπωτή", "el"),
        ("كيف أوصل الطابعة", "ar"),
        ("איך מחברים מדפסת", "he"),
        ("प्रिंटर कैसे जोड़ें", "hi"),
        ("เชื่อมต่อเครื่องพิมพ์", "th"),
    ],
)
def test_a_question_tells_its_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "VAT", "invoice PDF", "60 48", "Min windows", "Müller GmbH", "0x80070005"])
def test_a_few_words_without_grammar_tell_nothing(text: str) -> None:
    assert language_of(text) == ""


def test_a_product_in_chinese_does_not_make_an_english_question_chinese() -> None:
    assert language_of("How do I connect the printer called 打印机 to my computer?") == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Unsere Kreditkarte wurde abgelehnt, was passiert jetzt?", "de"),
        ("Kann man die Testphase noch einmal verlängern lassen?", "de"),
        ("¿Cambian también las facturas antiguas ya emitidas?", "es"),
        ("Necesitamos más días de prueba", "es"),
        ("Pouvons-nous payer par virement bancaire ?", "fr"),
        ("Combien d'agents actifs avons-nous ?", "fr"),
    ],
)
def test_a_question_with_few_little_words_tells_its_language_too(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_collection_has_the_languages_of_its_articles() -> None:
    assert languages_of(["en"] * 9 + ["de"]) == ("en", "de")
    assert languages_of(["en"] * 9 + [""]) == ("en",)


def test_a_collection_of_many_texts_that_tell_nothing_may_have_any_language() -> None:
    assert languages_of(["en", "en", ""]) == ()
    assert languages_of([]) == ()
