"""A message that asks for a person is told from one that asks about persons, accounts or seats."""

from __future__ import annotations

import pytest

from kb_service.questions.handover import asks_for_person, asks_how

ASK = """
talk to a human
agent please
Agent
human
I want to speak to a real person
Can I please speak with a representative about my invoice
connect me to support
transfer me to an agent
is there anyone I can talk to?
I need to talk to somebody in billing
speak to a manager
contact support
I'd like to chat with a live agent
This is useless, can I talk to a human?
no, agent please!!
get me a human
live chat
please call me back
put me through to customer service
how can I talk to a real person?
hi, could you connect me with an advisor please? thanks
I want to talk to a person not a bot
I need help from a human
Ich möchte mit einem Menschen sprechen
Mitarbeiter bitte
quiero hablar con un agente
je voudrais parler à un conseiller
quero falar com um atendente
担当者と話したい
أريد التحدث مع موظف
""".strip().splitlines()

ASK_SOMETHING = """
how do I add an agent
How do agents talk to customers?
contact person
who is the agent
how many agents can we have
do I need an agent seat
transfer a ticket to another agent
agents
email support
what are the support hours
I don't want to talk to a human
change the contact person on our invoice
how much is a seat per person
We pay for 60 seats, can I talk to someone?
is live chat included
remove an operator
can a manager see invoices
we need people
is there anyone who can see our invoices
how to change support plan
wie füge ich einen Mitarbeiter hinzu
can I have someone disabled
who do I contact about refunds
chat with customers
""".strip().splitlines()


@pytest.mark.parametrize("text", ASK)
def test_it_asks_for_a_person(text: str) -> None:
    assert asks_for_person(text)


@pytest.mark.parametrize("text", ["", " ?", *ASK_SOMETHING])
def test_it_asks_something(text: str) -> None:
    assert not asks_for_person(text)


def test_how_to_reach_a_person_may_stand_in_an_article() -> None:
    assert [asks_how(text) for text in ("how can I talk to a real person?", "talk to a human")] == [True, False]


@pytest.mark.parametrize("text", ["real " * 40, "the " * 40, "service " * 39 + "x", "hi " * 2000, "an" * 5000])
def test_long_repeats_take_no_time(text: str) -> None:
    assert not asks_for_person(text)
