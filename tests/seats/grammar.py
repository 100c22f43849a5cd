"""Texts with known numbers, made from a grammar: what is paid for, what is active, and what is beside the point.

`{p}` and `{a}` are the seats and the staff, `{x}` and `{y}` other numbers. Each language has its own lists.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tests.seats.measure import Case


@dataclass(frozen=True)
class Lists:
    """Ways to say one thing each, which may stand in any order; `whole` say both numbers."""

    paid: Sequence[str]
    active: Sequence[str]
    whole: Sequence[str]
    beside: Sequence[str]
    greetings: Sequence[str]
    questions: Sequence[str]


LANGUAGES: Final = {
    "en": Lists(
        paid=(
            "we pay for {p} seats",
            "our plan has {p} seats",
            "we bought {p} licences",
            "the invoice lists {p} seats",
            "seats: {p}",
            "we have {p} paid seats",
            "{p} seats purchased",
            "our licence is for {p} users",
            "we're billed for {p} seats",
            "we went from {x} to {p} seats in March",
            "my orders says {p}",
            "last year it was {x} seats, now {p} seats",
            "we cut our seats from {x} to {p}",
            "we own {p} seats",
        ),
        active=(
            "{a} agents are active",
            "only {a} people use it",
            "active staff: {a}",
            "we have {a} enabled agents",
            "getcount says {a}",
            "manage staff shows {a} active users",
            "{a} of us log in",
            "{a} staff are enabled",
            "we disabled some accounts, so {a} are active now",
            "there are {a} active users",
            "{a} enabled",
            "in 2022 we had {x} agents, now {a} are active",
        ),
        whole=(
            "{a} of {p} seats are used",
            "{a}/{p} seats in use",
            "we use {a} of our {p} seats",
            "{p} paid, {a} active",
            "seats {p} active {a}",
            "{a} agents on {p} seats",
            "out of {p} seats {a} are taken",
            "{p} seats, {a} agents",
        ),
        beside=(
            "order {y}-{x}",
            "we answer {y} tickets a day",
            "we have been customers for {x} years",
            "case #{y}",
            "it costs ${y} a month",
            "a competitor has {x} seats",
            "we are on version 4.{x}",
            "ticket {y} is still open",
            "my phone is +44 20 7946 {y}",
            "next year we want {x} more seats",
            "the page gave error 500",
            "your article has an example with {x} seats",
            "{x} customers complained",
            "that is {x}% of our budget",
            "we plan to hire {x} people in spring",
            "if we had {x} seats it would be cheaper",
        ),
        greetings=(
            "Hello,",
            "Hi team!",
            "Dear support,",
            "Sorry to bother you again.",
            "Good morning.",
        ),
        questions=(
            "Why?",
            "Can you help?",
            "What should we do?",
            "Is that right?",
            "How is this billed?",
            "Thanks!",
        ),
    ),
    "de": Lists(
        paid=(
            "wir zahlen für {p} Plätze",
            "wir haben {p} Lizenzen gekauft",
            "auf der Rechnung stehen {p} Plätze",
            "Plätze: {p}",
            "unser Vertrag umfasst {p} Plätze",
            "wir haben von {x} auf {p} Lizenzen reduziert",
            "früher waren es {x} Lizenzen, jetzt sind es {p} Lizenzen",
            "bezahlt werden {p} Plätze",
        ),
        active=(
            "{a} Benutzer sind aktiv",
            "nur {a} Leute arbeiten damit",
            "aktive Agenten: {a}",
            "es sind {a} Agenten aktiv",
            "wir haben {a} aktive Mitarbeiter",
            "getcount zeigt {a}",
            "davon sind {a} belegt",
        ),
        whole=(
            "{a} von {p} Plätzen sind belegt",
            "{p} Lizenzen, {a} aktiv",
            "{a} Agenten auf {p} Plätzen",
        ),
        beside=(
            "wir bearbeiten {y} Tickets am Tag",
            "Vorgang #{y}",
            "das kostet {y} € im Monat",
            "Tel. 0721 {y}",
            "ein Konkurrent hat {x} Lizenzen",
            "nächstes Jahr wollen wir {x} Plätze mehr",
            "wir nutzen Version 4.{x}",
        ),
        greetings=(
            "Hallo,",
            "Guten Tag,",
            "Liebes Team,",
        ),
        questions=(
            "Warum?",
            "Was sollen wir tun?",
            "Stimmt das?",
            "Danke!",
        ),
    ),
    "es": Lists(
        paid=(
            "pagamos {p} licencias",
            "tenemos {p} licencias contratadas",
            "la factura dice {p} plazas",
            "plazas: {p}",
            "compramos {p} asientos",
            "antes teníamos {x} licencias, ahora {p} licencias",
        ),
        active=(
            "{a} usuarios están activos",
            "solo {a} agentes lo usan",
            "agentes activos: {a}",
            "hay {a} agentes activos",
            "el panel muestra {a} usuarios activos",
        ),
        whole=(
            "{a} de {p} licencias en uso",
            "{p} licencias, {a} agentes activos",
            "usamos {a} de nuestras {p} plazas",
        ),
        beside=(
            "atendemos {y} tickets al día",
            "caso #{y}",
            "cuesta {y} € al mes",
            "un competidor tiene {x} licencias",
            "el próximo año queremos {x} licencias más",
            "usamos la versión 4.{x}",
        ),
        greetings=(
            "Hola,",
            "Buenos días,",
            "Estimado equipo:",
        ),
        questions=(
            "¿Por qué?",
            "¿Qué hacemos?",
            "¿Es correcto?",
            "¡Gracias!",
        ),
    ),
    "fr": Lists(
        paid=(
            "nous payons {p} licences",
            "nous avons acheté {p} sièges",
            "la facture indique {p} licences",
            "licences : {p}",
            "notre contrat prévoit {p} sièges",
            "avant nous avions {x} licences, maintenant {p}",
        ),
        active=(
            "{a} utilisateurs sont actifs",
            "seulement {a} personnes l'utilisent",
            "agents actifs : {a}",
            "il y a {a} agents actifs",
            "getcount affiche {a}",
        ),
        whole=(
            "{a} sur {p} licences utilisées",
            "{p} licences, {a} agents actifs",
            "{a} agents pour {p} licences",
        ),
        beside=(
            "nous traitons {y} tickets par jour",
            "dossier #{y}",
            "cela coûte {y} € par mois",
            "un concurrent a {x} licences",
            "l'année prochaine nous voulons {x} licences de plus",
        ),
        greetings=(
            "Bonjour,",
            "Chère équipe,",
        ),
        questions=(
            "Pourquoi ?",
            "Que faire ?",
            "Est-ce correct ?",
            "Merci !",
        ),
    ),
}
SEPARATORS: Final = (". ", ", ", "; ", ".\n", " - ", ". ")
OTHERS: Final = ("competitor", "Konkurrent", "competidor", "concurrent", "example")  # a sentence of its own


def texts(seed: int, number: int) -> Iterator[Case]:
    """Yield texts, the same for the same seed: up to three that are beside the point among those that count."""
    chosen = random.Random(seed)
    for _ in range(number):
        lists = LANGUAGES[chosen.choice(list(LANGUAGES))]
        p, a, x, y = (chosen.randint(11, 98) for _ in range(4))
        if chosen.random() < 0.3:
            a = min(a, p)
            parts = [chosen.choice(lists.whole)]
        else:
            parts = [chosen.choice(lists.paid), chosen.choice(lists.active)]
            if "davon" not in parts[1]:
                chosen.shuffle(parts)
            else:
                a = min(a, p)
        for each in chosen.sample(lists.beside, chosen.choice((0, 1, 1, 2, 3))):
            place = chosen.choice((0, len(parts)))
            parts.insert(place, each)
        text = parts[0]
        for part in parts[1:]:
            is_own = any(word in text.split(".")[-1] or word in part for word in OTHERS)
            text += (". " if is_own else chosen.choice(SEPARATORS)) + part
        if chosen.random() < 0.5:
            text = f"{chosen.choice(lists.greetings)} {text}"
        if chosen.random() < 0.5:
            text += f". {chosen.choice(lists.questions)}"
        yield Case(text.format(p=p, a=a, x=x, y=1000 + y * 71), p, a)
