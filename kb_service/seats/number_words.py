"""Numbers written as words: "sixty-two", "a dozen", "one hundred and twenty"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_UNITS: Final = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS: Final = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
} | {"fourty": 40, "ninty": 90}  # the spellings people use
_FUSED: Final = {tens + unit: _TENS[tens] + _UNITS[unit] for tens in _TENS for unit in list(_UNITS)[1:10]}  # "sixtytwo"
_SCALES: Final = {"dozen": 12, "hundred": 100, "thousand": 1000}
FIRST_WORDS: Final = frozenset({*_UNITS, *_TENS, *_FUSED, "a", "an", "half"})  # no number begins with another


def read_number_words(words: Sequence[str], start: int) -> tuple[int, int] | None:
    """Return the number that begins at `words[start]` and how many words it takes; None when none does.

    Words are lower case, with hyphens already split ("sixty-two" is two words). "A few", "a couple", "dozens" and a
    lone "a" are no numbers, and neither is what cannot be read to its end ("two hundred thousand").
    """
    if words[start] == "half" and list(words[start + 1 : start + 3]) == ["a", "dozen"]:
        return 6, 3
    total, part, position = 0, *_below_hundred(words, start)
    if position == start:
        if words[start] not in {"a", "an"} or _scale(words, start + 1) is None:
            return None
        part, position = 1, start + 1
    last_scale: int | None = None
    while (scale := _scale(words, position)) is not None:
        if last_scale is not None and scale >= last_scale:
            return None
        total, last_scale = total + part * scale, scale
        part, position = _after_scale(words, position + 1) if scale > _SCALES["dozen"] else (0, position + 1)
    return total + part, position - start


def _scale(words: Sequence[str], position: int) -> int | None:
    return _SCALES.get(words[position]) if position < len(words) else None


def _below_hundred(words: Sequence[str], position: int) -> tuple[int, int]:
    """Return a number of 0 to 99 and the place after it, which is `position` itself when there is none."""
    word = words[position] if position < len(words) else ""
    if word in _FUSED:
        return _FUSED[word], position + 1
    if word in _UNITS:
        return _UNITS[word], position + 1
    if word not in _TENS:
        return 0, position
    unit = _UNITS.get(words[position + 1], 0) if position + 1 < len(words) else 0
    return (_TENS[word] + unit, position + 2) if 0 < unit < 10 else (_TENS[word], position + 1)


def _after_scale(words: Sequence[str], position: int) -> tuple[int, int]:
    """Return what follows "hundred" or "thousand"; its "and" counts only before a number."""
    joined = position + 1 if position < len(words) and words[position] == "and" else position
    part, end = _below_hundred(words, joined)
    return (part, end) if end > joined else (0, position)
