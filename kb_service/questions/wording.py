"""Read what authors keep of their readers' words beside the articles: four YAML files.

`_synonyms.yml`: words that mean the same, and rules that work one way.

    same:
      - [seat, licence, license]
      - {words: [refund, money back], weight: 0.8}
    one_way:
      - {from: wire, to: [bank transfer], weight: 0.9}

`_not_covered.yml`: by topic, questions that no article answers; one nearer to these than to any article is refused. Who
can answer them is said in the refusal, where it stands there.

    tax:
      ask: Billing@example.com knows what is taxed.
      questions:
        - Where do we enter our VAT number?

`_phrasings.yml`: by article id, other ways to ask what it answers; matched, never shown.

    refunds:
      - Can we have our money back?

`_topics.yml`: topics in the order in which they are listed, with how they are called and what is said of them.

    seats:
      name: Seats and licences
      description: What you pay for, and how to change it.
    billing: Bills
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kb_service.analysis import analyse, is_stop_word, parted
from kb_service.index.guide import SynonymRule, TopicText

DEFAULT_WEIGHT: Final = 0.6  # an exact word counts 1: a synonym must never outrank it


def make_rules(tree: Mapping[str, object]) -> tuple[list[SynonymRule], list[str]]:
    """Return the rules of a parsed `_synonyms.yml`, and each mistake in it as a sentence."""
    rules: dict[tuple[tuple[str, ...], tuple[str, ...]], SynonymRule] = {}
    problems = [f"unknown key {key!r}: use `same` or `one_way`" for key in tree if key not in {"same", "one_way"}]
    for typed, meant, weight in [*_groups(tree.get("same"), problems), *_one_way(tree.get("one_way"), problems)]:
        left, right = _terms(typed), _content(meant)
        if not left or not right:
            problems.append(f"there is no word to search in {meant if left else typed!r}")
        elif left != right:
            rule = SynonymRule(left, right, weight)
            rules[left, right] = max(rules.get((left, right), rule), rule, key=lambda r: r.weight)
    return list(rules.values()), list(dict.fromkeys(problems))


def _groups(entries: object, problems: list[str]) -> list[tuple[str, str, float]]:
    found: list[tuple[str, str, float]] = []
    for entry in _list(entries, "same", problems):
        words = entry.get("words") if isinstance(entry, Mapping) else entry
        weight = _weight(entry, problems)
        if not isinstance(words, list) or len(words) < 2 or not all(isinstance(word, str) for word in words):
            problems.append(f"`same` needs lists of two or more words, not {entry!r}")
            continue
        found.extend((typed, meant, weight) for typed in words for meant in words if typed != meant)
    return found


def _one_way(entries: object, problems: list[str]) -> list[tuple[str, str, float]]:
    found: list[tuple[str, str, float]] = []
    for entry in _list(entries, "one_way", problems):
        typed = entry.get("from") if isinstance(entry, Mapping) else None
        meant = entry.get("to") if isinstance(entry, Mapping) else None
        sources = [typed] if isinstance(typed, str) else typed
        targets = [meant] if isinstance(meant, str) else meant
        if not _words(sources) or not _words(targets):
            problems.append(f"`one_way` needs {{from: words, to: [words]}}, not {entry!r}")
            continue
        weight = _weight(entry, problems)
        found.extend((source, target, weight) for source in _words(sources) for target in _words(targets))
    return found


def _words(value: object) -> list[str]:
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []


def _list(value: object, key: str, problems: list[str]) -> list[object]:
    if value is None or isinstance(value, list):
        return value or []
    problems.append(f"`{key}` must be a list")
    return []


def _weight(entry: object, problems: list[str]) -> float:
    raw = entry.get("weight", DEFAULT_WEIGHT) if isinstance(entry, Mapping) else DEFAULT_WEIGHT
    try:
        weight = float(raw)
    except (TypeError, ValueError):
        weight = -1.0
    if 0 < weight <= 1:
        return weight
    problems.append(f"weight must be above 0 and at most 1, not {raw!r}")
    return DEFAULT_WEIGHT


def _terms(words: str) -> tuple[str, ...]:
    return tuple(term.term for term in parted(analyse(words))[0])


def _content(words: str) -> tuple[str, ...]:
    """Return what is searched for `words`: their terms without stop words, unless there are no others."""
    terms, _ = parted(analyse(words))
    return tuple(term.term for term in terms if not is_stop_word(term.word)) or tuple(term.term for term in terms)


def not_covered_by_topic(tree: Mapping[str, object]) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the questions of a parsed `_not_covered.yml`, with who can answer each or "", and each mistake."""
    lists: dict[str, object] = {}
    whom: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping) and value.keys() == {"ask", "questions"} and isinstance(value["ask"], str):
            lists[key], whom[key] = value["questions"], value["ask"].strip()
        else:
            lists[key] = value
    found, problems = questions_by_key(lists)
    return [(question, whom.get(key, "")) for question, key in found], problems


def topic_texts(tree: Mapping[str, object]) -> tuple[list[TopicText], list[str]]:
    """Return the topics of a parsed `_topics.yml` in its order, and each mistake in it."""
    found: list[TopicText] = []
    problems: list[str] = []
    for name, value in tree.items():
        fields = {"name": value} if isinstance(value, str) else value or {}
        if not isinstance(fields, Mapping) or not fields.keys() <= {"name", "description"}:
            problems.append(f"`{name}` must be a name, or have `name` and `description`")
        elif not all(isinstance(each, str) and each.strip() for each in fields.values()):
            problems.append(f"`{name}`: its name and its description must be texts")
        else:
            title, description = (str(fields.get(key, "")).strip() for key in ("name", "description"))
            found.append(TopicText(name, title, description))
    return found, problems


def questions_by_key(tree: Mapping[str, object]) -> tuple[list[tuple[str, str]], list[str]]:
    """Return (question, key) pairs of a parsed `_not_covered.yml` or `_phrasings.yml`, and each mistake in it."""
    keys: dict[str, str] = {}
    problems: list[str] = []
    for key, listed in tree.items():
        if not isinstance(listed, list) or not all(isinstance(text, str) and text.strip() for text in listed):
            problems.append(f"`{key}` must be a list of questions")
            continue
        for text in listed:
            if keys.setdefault(text.strip(), key) != key:
                problems.append(f"{text!r} stands under `{keys[text.strip()]}` and `{key}`")
    return list(keys.items()), problems
