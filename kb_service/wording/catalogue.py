"""The words of one language, by name: `say("capacity.room", unused=12)` is "12 more staff can be enabled."

A sentence names its values in braces. "{unused:seats}" is a form of the number: "1 seat", "60 seats".
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from kb_service.wording.languages import Language, locale_of

MY_ORDERS: Final = "My.kayako.com > My Orders"
_ADDRESSES: Final = {
    "billing": "Billing@kayako.com",
    "my_orders": MY_ORDERS,
    "manage_staff": "Admin CP > Staff > Manage Staff",
}


class Words:
    """The sentences and the forms of numbers of one language."""

    def __init__(self, language: Language) -> None:
        text = files("kb_service.wording").joinpath(f"{language}.toml").read_text(encoding="utf-8")
        sections: dict[str, dict[str, Any]] = tomllib.loads(text)
        self.language = language
        self.forms: Mapping[str, Mapping[str, str]] = sections.pop("forms")
        self.sentences: Mapping[str, str] = {
            f"{section}.{name}": sentence for section, named in sections.items() for name, sentence in named.items()
        }
        self._parsed = {name: _parsed(sentence) for name, sentence in self.sentences.items()}

    def say(self, sentence: str, **values: object) -> str:
        """Return a sentence with its values; addresses of Kayako and names of its pages are in it already."""
        said = ""
        for text, name, form in self._parsed[sentence]:
            said += text
            if form:
                said += self.number(values[name], form)
            elif name:
                said += str(values[name])
        return said

    def number(self, value: object, form: str) -> str:
        """Return a number in one of its forms: its own, that of its kind ("few" as CLDR has it), else that of many."""
        forms, number = self.forms[form], str(value)
        kind = locale_of(self.language).plural_form(int(number)) if "few" in forms else "many"
        return (forms.get(number) or forms.get(kind) or forms["many"]).replace("{n}", number)


def _parsed(sentence: str) -> tuple[tuple[str, str, str], ...]:
    for name, address in _ADDRESSES.items():
        sentence = sentence.replace(f"{{{name}}}", address)
    return tuple((text, name or "", form or "") for text, name, form, _ in string.Formatter().parse(sentence))


@cache
def words_in(language: Language) -> Words:
    """Return the words of a language, read once."""
    return Words(language)


def capital(words: str) -> str:
    """Return the words with a capital to begin a sentence."""
    return words[:1].upper() + words[1:]
