"""The languages that pages, widget and seat card speak: their codes, the way they are written, dates and lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Final, Literal, get_args

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton
from babel.lists import format_list

Language = Literal["en", "de", "es", "fr", "pt", "ja", "ar"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

Direction = Literal["ltr", "rtl"]

_LOCALES: Final[dict[Language, str]] = {"en": "en_GB"}  # where it is not that of the code: day before month


@cache
def locale_of(language: Language) -> Locale:
    """Return how dates, numbers and lists are written in a language."""
    return Locale.parse(_LOCALES.get(language, language))


def direction(language: str) -> Direction:
    """Return which way a language is written; from left to right where nobody knows the language.

    >>> direction("ar"), direction("de"), direction("qq")
    ('rtl', 'ltr', 'ltr')
    """
    try:
        return "rtl" if Locale.parse(language, sep="-").text_direction == "rtl" else "ltr"
    except (UnknownLocaleError, ValueError):
        return "ltr"


def own_name(language: str) -> str:
    """Return what the speakers of a language call it: Deutsch."""
    return name_in(language, language)


def name_in(language: str, other: str) -> str:
    """Return what a language is called in another one, its code where nobody knows.

    >>> name_in("en", "de"), name_in("qq", "de")
    ('Englisch', 'qq')
    """
    try:
        return Locale.parse(language, sep="-").get_display_name(other) or language
    except (UnknownLocaleError, ValueError):
        return language


def names_in(other: str, languages: Iterable[str]) -> tuple[str, ...]:
    """Return what languages are called in another one."""
    return tuple(name_in(each, other) for each in languages)


def day(value: date, language: Language = "en") -> str:
    """Return a date as people write it: 20 Nov 2026."""
    return format_skeleton("yMMMd", value, locale=locale_of(language))


def listed(names: Sequence[str], language: Language) -> str:
    """Return names as a list within a sentence: "a, b and c"."""
    return format_list(names, locale=locale_of(language))
