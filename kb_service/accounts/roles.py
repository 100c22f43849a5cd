"""Which groups of a directory are agents and leads here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kb_service.accounts.accounts import Role

EVERYBODY: Final = "*"


@dataclass(frozen=True, slots=True)
class RoleRule:
    """The names of groups whose members are agents, or leads; "*" is everybody who was signed in."""

    agents: Sequence[str]
    leads: Sequence[str]

    def role_of(self, groups: Sequence[str]) -> Role | None:
        """Return the highest role that the groups give, None when they give none."""
        if EVERYBODY in self.leads or set(groups) & set(self.leads):
            return "lead"
        return "agent" if EVERYBODY in self.agents or set(groups) & set(self.agents) else None
