"""Everything the widget says, by name, in English; the catalogue has it in the other languages.

A page replaces any of it by the attribute `labels`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from kb_service.wording.catalogue import words_in
from kb_service.wording.languages import LANGUAGES, Language
from kb_service.wording.messages import N_, translated

# Of the box itself, in the order in which kb-widget.js takes them.
BOX: Final[Mapping[str, str]] = {
    "label": N_("Ask a question"),
    "search": N_("Search"),
    "help": N_("Help"),
    "contact": N_("Contact"),
}
WORDS: Final[Mapping[str, str]] = {
    "placeholder": N_("In your own words"),
    "close": N_("Close"),
    "back": N_("Back"),
    "fitting": N_("For this page"),
    "often": N_("Often asked"),
    "topics": N_("Topics"),
    "page": N_("Open as a page"),
    "suggestion": N_("1 suggestion. Press the down arrow to choose it."),
    "suggestions": N_("{count} suggestions. Press the down arrow to choose one."),
    "suggested": N_("Suggestions"),
    "loading": N_("Searching…"),
    "results": N_("Answer"),
    "found": N_("Answer: {quote}"),
    "corrected": N_("Searched also for {words}."),
    "checked": N_("Checked {date}"),
    "stale": N_("Last checked {date}: it may be out of date"),
    "read": N_("Read the whole article"),
    "newTab": N_("(opens in a new tab)"),
    "more": N_("More from the articles"),
    "possible": N_("This may help"),
    "possibleHint": N_("No article surely answers it; the nearest is marked."),
    "person": N_("Talk to a person"),
    "personHint": N_("Write to us, and a person answers."),
    "none": N_("No article answers this"),
    "noneHint": N_("Nothing here covers your question well enough to be quoted as an answer."),
    "languages": N_("The articles are in: {languages}."),
    "ask": N_("Who can answer this: {ask}"),
    "nearest": N_("The nearest articles"),
    "offline": N_("You are offline"),
    "offlineHint": N_("Your question is kept and asked as soon as you are connected again."),
    "slow": N_("This takes too long"),
    "error": N_("The answers cannot be reached"),
    "errorHint": N_("Try again in a moment, or search on a page of its own."),
    "limited": N_("One moment, please"),
    "limitedHint": N_("Too many questions came from your network. Try again in {seconds} seconds."),
    "retry": N_("Try again"),
    "elsewhere": N_("Search on a page of its own"),
    "helpful": N_("Did this answer your question?"),
    "yes": N_("Yes"),
    "no": N_("No"),
    "thanks": N_("Thank you."),
    "why": N_("What was wrong?"),
    "other_question": N_("It answers another question"),
    "wrong": N_("It is wrong"),
    "outdated": N_("It is out of date"),
    "unclear": N_("It is hard to understand"),
    "comment": N_("Anything else? (optional)"),
    "commentHint": N_("Please leave out names, numbers and passwords."),
    "send": N_("Send"),
    "unsent": N_("That could not be sent. Please try again later."),
    "write": N_("Write to us"),
    "question": N_("Your question"),
    "message": N_("What else should we know? (optional)"),
    "email": N_("Your email address"),
    "wrongEmail": N_("Write an address such as name@example.com."),
    "pages": N_("You have read, and we will see"),
    "consent": N_("Send this to the people who help"),
    "consentHint": N_("Mark this, as the message goes to people."),
    "sent": N_("Your message is on its way"),
    "sentHint": N_("The reply comes by email."),
    "undelivered": N_("Your message was not delivered. It is still here: send it again in a few minutes."),
}
# Of seats: the fields and the card, which a site may have none of. Those of CARD are as pages say them.
SEATS: Final[Mapping[str, str]] = {
    "helpdesk": N_("Your helpdesk"),
    "seats": N_("Seats you pay for"),
    "wrongNumber": N_("Must be a whole number from 0 to 1,000,000."),
}
CARD: Final = ("paid", "active", "under", "exact", "over", "unknown", "correct", "use", "keep", "look")


def words_module(language: Language) -> str:
    """Return the module of all words in a language but those of seats, which is loaded on first use."""
    return _module({name: translated(language, message) for name, message in WORDS.items()})


def seat_words_module(language: Language) -> str:
    """Return the module of the words of seats in a language, which is loaded where seats are shown or asked for."""
    said = {name: translated(language, message) for name, message in SEATS.items()}
    return _module(said | {name: words_in(language).sentences[f"card.{name}"] for name in CARD})


def words_of_the_box() -> dict[Language, str]:
    """Return by language the few words that stand on a page before the first use."""
    return {each: "|".join(translated(each, message) for message in BOX.values()) for each in LANGUAGES}


def _module(words: Mapping[str, str]) -> str:
    return f"export const words = {json.dumps(words, ensure_ascii=False)};\n"
