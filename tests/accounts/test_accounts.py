"""Who there is, whichever way somebody came in (ASVS 5.0: 6.3.1, 6.8.1, 7.4.2, 8.2.1)."""

from __future__ import annotations

import pytest

from kb_service.accounts.accounts import LOCAL, Accounts, Vouched
from kb_service.accounts.sessions import Sessions
from kb_service.accounts.storage import ReadyDatabase
from kb_service.errors import CallerError
from tests.accounts.builders import OTHER_PASSWORD, PASSWORD, Clock

ISSUER = "https://login.example.com"


def test_an_account_has_a_name_in_any_spelling_and_a_role(accounts: Accounts) -> None:
    added = accounts.add(" Anna.B@Example.com ", "lead", PASSWORD)

    assert (added.name, added.role, added.source, added.disabled) == ("anna.b@example.com", "lead", LOCAL, False)
    assert accounts.named("ANNA.B@EXAMPLE.COM") == added
    assert accounts.all() == (added,)


@pytest.mark.parametrize("name", ["", "a b", "a\nb", "x" * 101, "<script>", "a/../b", "\u202eanna"])
def test_what_is_no_name_is_refused(name: str, accounts: Accounts) -> None:
    with pytest.raises(CallerError, match="no name"):
        accounts.add(name, "agent", PASSWORD)
    assert not accounts.exist()


def test_there_is_one_account_of_a_name(accounts: Accounts) -> None:
    accounts.add("anna", "agent", PASSWORD)

    with pytest.raises(CallerError, match="already"):
        accounts.add("ANNA", "lead", OTHER_PASSWORD)
    assert [each.role for each in accounts.all()] == ["agent"]


@pytest.mark.parametrize("change", ["disable", "enable", "sign_out", "named"])
def test_nobody_is_changed_who_is_not_there(change: str, accounts: Accounts) -> None:
    with pytest.raises(CallerError, match="There is no account 'anna'"):
        getattr(accounts, change)("anna")


def test_leads_may_what_agents_may_and_not_the_other_way_round(accounts: Accounts) -> None:
    lead, agent = accounts.add("lead", "lead", PASSWORD), accounts.add("agent", "agent", PASSWORD)

    assert (lead.may_act_as("lead"), lead.may_act_as("agent")) == (True, True)
    assert (agent.may_act_as("lead"), agent.may_act_as("agent")) == (False, True)


CHANGES = {
    "disabled": lambda accounts: accounts.disable("anna"),
    "another password": lambda accounts: accounts.set_password("anna", OTHER_PASSWORD),
    "another role": lambda accounts: accounts.set_role("anna", "lead"),
    "signed out": lambda accounts: accounts.sign_out("anna"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_that_takes_something_away_ends_every_session(
    change: object, accounts: Accounts, database: ReadyDatabase, clock: Clock
) -> None:
    anna, tom = accounts.add("anna", "agent", PASSWORD), accounts.add("tom", "agent", PASSWORD)
    sessions = Sessions(database, idle_seconds=60, longest_seconds=60, now=clock)
    of_anna, of_tom = [sessions.begin(anna), sessions.begin(anna)], sessions.begin(tom)

    change(accounts)  # type: ignore[operator]

    assert [sessions.find(secret) for secret in of_anna] == [None, None]
    assert sessions.find(of_tom) is not None


def test_somebody_who_is_vouched_for_is_the_same_person_next_time(accounts: Accounts) -> None:
    first = accounts.vouched_for(Vouched(ISSUER, "123", "Anna", "agent"))
    again = accounts.vouched_for(Vouched(ISSUER, "123", "Anna Married", "lead"))

    assert first
    assert again
    assert (again.account_id, again.name, again.role) == (first.account_id, "anna", "lead")


def test_two_sources_may_call_two_people_alike(accounts: Accounts) -> None:
    accounts.add("anna", "lead", PASSWORD)
    found = [
        accounts.vouched_for(Vouched(source, subject, "anna", "agent"))
        for source, subject in ((ISSUER, "1"), ("proxy", "anna"))
    ]

    assert [each and (each.name, each.role) for each in found] == [("anna-2", "agent"), ("anna-3", "agent")]
    assert accounts.named("anna").role == "lead"


@pytest.mark.parametrize(
    ("name", "shown"), [("Ann\x1b[2Ja\0\n", "ann[2ja"), ("\u202e", "somebody"), ("x" * 999, "x" * 100)]
)
def test_a_name_from_elsewhere_can_be_shown(name: str, shown: str, accounts: Accounts) -> None:
    found = accounts.vouched_for(Vouched(ISSUER, "1", name, "agent"))

    assert found
    assert found.name == shown


def test_somebody_disabled_is_not_let_in_by_whoever_vouches(accounts: Accounts) -> None:
    accounts.vouched_for(Vouched(ISSUER, "123", "anna", "agent"))
    accounts.disable("anna")

    assert accounts.vouched_for(Vouched(ISSUER, "123", "anna", "lead")) is None
    accounts.enable("anna")
    assert accounts.vouched_for(Vouched(ISSUER, "123", "anna", "agent")) is not None


def test_who_is_vouched_for_has_no_password_here(accounts: Accounts) -> None:
    accounts.vouched_for(Vouched(ISSUER, "123", "anna", "agent"))

    assert accounts.password_of("anna") == (None, "")
    with pytest.raises(CallerError, match="no password here"):
        accounts.set_password("anna", PASSWORD)


def test_another_role_at_the_source_ends_the_sessions_with_the_old_one(
    accounts: Accounts, database: ReadyDatabase, clock: Clock
) -> None:
    sessions = Sessions(database, idle_seconds=60, longest_seconds=60, now=clock)
    anna = accounts.vouched_for(Vouched(ISSUER, "123", "anna", "lead"))
    assert anna
    secret = sessions.begin(anna)

    accounts.vouched_for(Vouched(ISSUER, "123", "anna", "agent"))

    assert sessions.find(secret) is None
