"""The rules that say which part a number plays, read from the one table of them, `rules.txt`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from kb_service.seats.clauses import Number

_KINDS: Final = {"staff": "person|people|worker|admin", "any": "seat|person|people|worker|admin|bare"}
_FORMS: Final = {
    "..": r"(?: (?:FOR|~|LY|THE|OUR|ONLY|ABOUT|ALL|IN|NOW|KIND|UP_TO|:|OF|ONE|SUM|WAY))* ",
    "is": r"(?: (?:US (?:PAY FOR|PAY|HAVE)|~|LY|THE|OF_THEM(?: PERSON| PEOPLE| SEAT)?|OF|OUR|US|HAVE|WAS|NOW|IN|ONLY"
    r"|ALL|KIND))* ",
    "real": "^(?:(?!WISH|MAYBE|IF|DO |BEFORE).)*",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of `rules.txt`; `doubt` is "?" for a guess, "*" for what holds only where nothing strange governs it."""

    role: str
    doubt: str
    pattern: re.Pattern[str]
    example: str


def _read_rules() -> tuple[Rule, ...]:
    lines = files("kb_service.seats").joinpath("rules.txt").read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines:
        if line and not line.startswith("#"):
            role, pattern, example = line.split(" | ")
            found.append(Rule(role.rstrip("?*"), role[-1:] if role[-1] in "?*" else "", _compiled(pattern), example))
    return tuple(found)


def _compiled(pattern: str) -> re.Pattern[str]:
    def form(match: re.Match[str]) -> str:
        adjective, kinds = match["adjective"], match["kinds"].split()
        inner = "|".join(_KINDS.get(kind, kind) for kind in kinds)
        return f"<[^>]*{adjective}[^>]*(?:{inner})>" if adjective else f"<[^>]*(?:{inner})>"

    for name, expression in _FORMS.items():
        pattern = pattern.replace(f"{{{name}}}", expression)
    return re.compile(re.sub(r"\{(?:(?P<adjective>[A-Z]+) )?(?P<kinds>[a-z ]+)\}", form, pattern))


RULES: Final = _read_rules()


def rule_of(number: Number) -> Rule | None:
    """Return the rule that decides which part a number plays."""
    line = number.line
    return next((rule for rule in RULES if rule.pattern.search(line)), None)
