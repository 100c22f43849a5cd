"""Passwords: argon2id, and which are refused when they are chosen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from kb_service.errors import DependencyFailed

FEWEST_CHARACTERS: Final = 12
MOST_CHARACTERS: Final = 128
LOWEST_SCORE: Final = 3  # of zxcvbn, 0 to 4: "safely unguessable", more than 10**8 guesses

# More than twice the memory that OWASP asks for at two passes (19 MiB): 60 ms of one core, and no more than 46 MiB a
# process, as one is computed at a time. A change here takes effect for each account when it next signs in.
_HASHER: Final = PasswordHasher(
    time_cost=2, memory_cost=46 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID
)
_ONE_AT_A_TIME: Final = threading.Lock()
_AT_ONCE: Final = threading.BoundedSemaphore(2)  # one computes, one waits: other threads of the process go on answering
_OWN_WORDS: Final = (
    "kb",
    "kb_service",
    "knowledge base",
    "help centre",
    "helpdesk",
    "support",
    "billing",
    "agent",
    "lead",
)
_ZXCVBN_CHARACTERS: Final = 72  # it reads no more; a password that is good that far is not made worse by its end


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for a turn to compute; raise DependencyFailed where another waits already."""
    if not _AT_ONCE.acquire(blocking=False):
        raise DependencyFailed("Too many people sign in at this moment.")
    try:
        with _ONE_AT_A_TIME:
            yield
    finally:
        _AT_ONCE.release()


def hash_password(password: str) -> str:
    """Return what is kept of a password: argon2id with its salt and parameters."""
    with _turn():
        return _HASHER.hash(password.encode(errors="surrogatepass"))


_OF_NOBODY: Final = hash_password("what is compared with where there is no account")


def is_right(password: str, kept: str) -> bool:
    """Tell whether `kept` was made of this password; "" is of no password, and takes the same time."""
    with _turn():
        try:
            return _HASHER.verify(kept or _OF_NOBODY, password.encode(errors="surrogatepass")) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Tell whether what is kept was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def problem_with(password: str, *, name: str) -> str:
    """Say what is wrong with a password that somebody chooses, "" when nothing is.

    There is no rule on what characters it must have. Guessable ones are refused, offline: common passwords, names,
    keyboard rows, dates, and whatever repeats the account's name or words of this service.
    """
    if len(password) < FEWEST_CHARACTERS:
        return f"It has fewer than {FEWEST_CHARACTERS} characters. A few words that do not belong together are good."
    if len(password) > MOST_CHARACTERS:
        return f"It has more than {MOST_CHARACTERS} characters."
    from zxcvbn import zxcvbn  # 0.1 s that only who chooses a password waits for

    found = zxcvbn(password[:_ZXCVBN_CHARACTERS], user_inputs=[name, *name.replace("@", ".").split("."), *_OWN_WORDS])
    if found["score"] < LOWEST_SCORE:
        why = found["feedback"]["warning"] or "It would be guessed soon."
        return f"{why.rstrip('.')}. Take a few words that do not belong together."
    return ""
