"""`kb ask`: the main job in a terminal."""

from __future__ import annotations

import os
import time
from typing import Final

import click
from rich.console import Console
from rich.text import Text

from kb_service.answers.results import Answer, FoundPassage, PartialAnswer, Question
from kb_service.assembly import open_knowledge_base, open_query_ids, open_record
from kb_service.commands.console import console
from kb_service.commands.context import as_json, index_option, print_json, settings_in_force
from kb_service.content.article import Audience
from kb_service.errors import BadRequest
from kb_service.knowledge_base import MAX_QUESTION_CHARACTERS, MOST_SEATS
from kb_service.record.asked import event_of_answer
from kb_service.seats.position import SeatNumber
from kb_service.settings import Settings
from kb_service.staff.messages import note
from kb_service.web.payloads import answer_response
from kb_service.wording.catalogue import words_in
from kb_service.wording.languages import LANGUAGES, Language, names_in

INDENT: Final = "  "


@click.command()
@click.argument("question")
@click.option("--domain", metavar="HOST", help="Helpdesk whose live staff count to add, such as acme.kayako.com.")
@click.option("--seats", type=click.IntRange(0, MOST_SEATS), help="Seats that are paid for.")
@click.option("--active", type=click.IntRange(0, MOST_SEATS), help="Staff accounts that are active.")
@click.option("--audience", type=click.Choice(["public", "agent"]), default="public", help="Who reads the answer.")
@click.option("--limit", type=click.IntRange(1, 20), default=3, show_default=True, help="Most passages to show.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", help="Language of the sentences about seats.")
@click.option("--explain", is_flag=True, help="Say why each passage stands where it does.")
@index_option
@as_json
def ask(
    question: str,
    domain: str | None,
    seats: int | None,
    active: int | None,
    audience: Audience,
    limit: int,
    lang: Language,
    explain: bool,
    index_folder: str | None,
    as_json: bool,
) -> int:
    """Answer QUESTION word for word from the articles, or show what may help, or say that they do not cover it."""
    if len(question) > MAX_QUESTION_CHARACTERS:
        raise BadRequest({"question": f"{len(question)} characters; use at most {MAX_QUESTION_CHARACTERS}"})
    settings = settings_in_force(index=index_folder)
    query_ids = open_query_ids(settings) if settings.record != "off" else None
    knowledge_base = open_knowledge_base(settings, audiences=(audience,), offline=domain is None, query_ids=query_ids)
    try:
        answer = knowledge_base.answer(
            Question(
                question,
                audience=audience,
                domain=domain,
                seats=seats,
                active=active,
                limit=limit,
                explain=explain,
                lang=lang,
            )
        )
    finally:
        knowledge_base.close()
    if as_json:
        print_json(answer_response(answer, contact_url=settings.contact_url, record=settings.record, lang=lang))
    else:
        _print(console(), answer, lang)
    _record(settings, answer, audience)
    return 0


def _record(settings: Settings, answer: Answer, audience: Audience) -> None:
    """Record the question, after its answer was printed; within seconds, or not at all."""
    event = event_of_answer(
        answer, at=time.time_ns() // 1_000_000, surface="terminal", audience=audience, asker=f"terminal {os.getuid()}"
    )
    if event and (record := open_record(settings)):
        record.put(event)
        record.close()


def _print(out: Console, answer: Answer, lang: Language) -> None:
    for correction in answer.corrections:
        _say(out, Text(f"Searched also for “{correction.meant}” ({correction.typed})", style="dim"))
    if answer.outcome == "answered" and answer.answer:
        first = answer.passages[0]
        _say(out, Text(answer.answer.text, style="bold"))
        _say(out, Text(f"{first.title} · {first.url} · confidence {answer.confidence:.2f}", style="cyan"))
        for part in answer.answers:
            if part.answer != answer.answer:
                _print_part(out, part)
    elif answer.outcome == "possible":
        _say(out, Text("No article surely answers this. These passages may help:", style="bold"))
        _say(out, Text(f"confidence {answer.confidence:.2f}", style="cyan"))
    elif answer.outcome == "no_answer":
        _say(out, Text("Not covered by the articles.", style="bold"))
        if answer.languages:
            _say(out, Text(f"They are in {', '.join(names_in('en', answer.languages))}."))
    elif answer.outcome == "wants_person":
        _say(out, Text("This asks for a person, not for an answer.", style="bold"))
    else:
        out.print('The question is empty. Write it in quotes: kb ask "how do we add seats?"')
    if answer.ask:
        _say(out, Text(f"Who can answer this: {answer.ask}"))
    print_seats(out, answer, lang)
    for passage in answer.passages:
        _print_passage(out, passage)
    if answer.related and answer.outcome != "empty_question":
        heading = "Related:" if answer.passages else "The nearest articles:"
        _say(out, Text(f"\n{heading} " + " · ".join(f"{other.title} ({other.url})" for other in answer.related)))


def _print_part(out: Console, part: PartialAnswer) -> None:
    """Print what answers another question of the message, or that nothing does."""
    _say(out, Text(f"\n{part.question}"))
    if part.answer:
        _say(out, Text(part.answer.text, style="bold"))
        _say(out, Text(f"{part.title} · {part.url} · confidence {part.confidence:.2f}", style="cyan"))
    else:
        _say(out, Text("Not covered by the articles.", style="bold"))


def print_seats(out: Console, answer: Answer, lang: Language = "en") -> None:
    """Print the seats and what came of asking the helpdesk, in the words of the pages."""
    words = words_in(lang)
    seats, counted = answer.seats, answer.staff_count
    if seats:
        _say(out, Text("\n" + words.say(f"card.{seats.state}"), style="bold"))
        _print_number(out, words.say("card.paid"), seats.purchased_number)
        _print_number(out, words.say("card.active"), seats.active_number)
    if counted and (left := note(counted, words)):
        where = " " + words.say("card.look", host=counted.url) if counted.url else ""
        _say(out, Text(f"{left}{where}", style="yellow"), indent=INDENT if seats else "")
    if seats:
        what_if = seats.what_if.sentence if seats.what_if else ""
        for sentence in filter(None, (*seats.questions, seats.capacity, seats.billing, what_if, *seats.conflicts)):
            _say(out, Text(sentence), indent=INDENT)


def _print_number(out: Console, label: str, number: SeatNumber | None) -> None:
    shown = number.value if number and number.certain else "?"
    origin = f" ({number.origin})" if number and number.origin else ""
    _say(out, Text(f"{label}: {shown}{origin}"), indent=INDENT)


def _print_passage(out: Console, passage: FoundPassage) -> None:
    path = " › ".join([passage.title, *(heading for heading in passage.heading_path if heading != passage.title)])
    _say(out, Text(f"\n{path}", style="bold cyan"))
    _say(out, Text(passage.url, style="dim"))
    text = Text(passage.text)
    best = passage.highlight
    for start, end in ((best.start, best.end),) if best else passage.marks:
        text.stylize("bold", start, end)
    _say(out, text, indent=INDENT)
    for reason in passage.why or ():
        _say(out, Text(f"- {reason}", style="dim"), indent=INDENT)


def _say(out: Console, text: Text, *, indent: str = "") -> None:
    """Print with `indent` before every line and no blanks after it: they would fill files and pipes."""
    for line in text.wrap(out, out.width - len(indent)):
        line.rstrip()
        out.print(Text(indent) + line if line else "")
