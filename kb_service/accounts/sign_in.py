"""A name and a password become an account, or not: in the same time and the same words whether there is one or not."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from kb_service.accounts import passwords
from kb_service.accounts.accounts import Account, Accounts, plain_name
from kb_service.accounts.throttle import PER_ADDRESS, PER_NAME, SignInThrottle

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refused:
    """Not signed in: the name or the password is wrong, or after too many tries `wait_seconds` must pass first."""

    wait_seconds: int = 0


class PasswordSignIn:
    """Checks passwords, no more often than the throttle allows."""

    def __init__(self, accounts: Accounts, throttle: SignInThrottle) -> None:
        self._accounts = accounts
        self._throttle = throttle

    def check(self, name: str, password: str, *, address: str) -> Account | Refused:
        """Return the account of a name whose password this is."""
        typed = plain_name(name)
        for limit, who in ((PER_ADDRESS, address), (PER_NAME, typed)):
            if wait := self._throttle.wait_seconds(limit, who):
                _log.warning("sign-in refused: too many tries for one %s; wait %d s", limit.kind, wait)
                return Refused(wait)
        found, kept = self._accounts.password_of(typed)
        if not passwords.is_right(password[: passwords.MOST_CHARACTERS + 1], kept) or found is None:
            known = f"account {found.account_id}" if found else "no account"  # what was typed may be a password
            _log.warning("sign-in refused: %s, wrong name or password", known)
            return Refused()
        if passwords.is_outdated(kept):
            self._accounts.rehash(found, password)
        self._throttle.forget(PER_NAME, typed)
        return found
