"""What pages and the widget say: English stands where it is said, po/{language}.po translates it (gettext).

A message names its values in braces. `_`, `ngettext` and `N_` mark messages, as gettext's tools expect; what is marked
and not translated fails tests/test_messages.py.
"""

from __future__ import annotations

import gettext
import hashlib
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from kb_service.wording.languages import Language, locale_of

SOURCE: Final[Language] = "en"  # the language of the messages themselves


def N_(message: str) -> str:  # noqa: N802 - gettext's own name
    """Mark a message that is translated where it is shown."""
    return message


def say(language: Language, message: str, **values: object) -> str:
    """Return a message with its values, in a language.

    >>> say("de", "Checked {date}", date="1. Mai")
    'Geprüft: 1. Mai'
    """
    return translated(language, message).format(**values)


def translated(language: Language, message: str) -> str:
    """Return a message whose values are still to be filled in; what is no message stays as it is."""
    return translations(language).gettext(message) if message else ""


def counted(language: Language, one: str, many: str, count: int) -> str:
    """Return the form of a message that a number takes, as it stands in the catalogue: `{count}` is to be filled in."""
    return translations(language).ngettext(one, many, count)


def fingerprint() -> str:
    """Return what is another one as soon as any translation is."""
    folder = files("kb_service.wording").joinpath("po")
    digest = hashlib.sha256()
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        digest.update(each.read_bytes())
    return digest.hexdigest()[:12]


@cache
def translations(language: Language) -> gettext.NullTranslations:
    """Return the catalogue of a language, read once."""
    if language == SOURCE:
        return gettext.NullTranslations()
    with files("kb_service.wording").joinpath("po", f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


class Number(int):
    """A number within a message, whose digits each language groups as it does.

    >>> str(Number(1000)), say("de", "{count} articles", count=Number(1000))
    ('1,000', '1.000 Artikel')
    """

    def __str__(self) -> str:
        return self.said(SOURCE)

    def __format__(self, form: str) -> str:
        return str(self)

    def said(self, language: Language) -> str:
        return format_decimal(int(self), locale=locale_of(language))


class Message(str):
    """A message with its values: a text in English, which can be said in other languages as well.

    >>> Message("must be {expected}, not {given}", expected=Message("1 or 0"), given="x").said("de")
    'muss 1 oder 0 sein, nicht x'
    """

    message: str
    values: dict[str, object]

    def __new__(cls, message: str, **values: object) -> Message:
        made = super().__new__(cls, message.format(**values))
        made.message, made.values = message, values
        return made

    def said(self, language: Language) -> str:
        """Return it in a language, with those of its values that are messages too."""
        values = {
            name: value.said(language) if isinstance(value, Message | Number) else value
            for name, value in self.values.items()
        }
        return say(language, self.message, **values)


def said(text: str, language: Language) -> str:
    """Return a text in a language where it is a message; any other as it is."""
    return text.said(language) if isinstance(text, Message) else translated(language, text)
