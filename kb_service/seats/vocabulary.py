"""The words that decide which part a number plays, put into classes so that a rule can speak of SEAT, PAY or USE.

A small word ("but", "for", "who") stands for itself in the rules; any other word is `OPAQUE`.
"""

from __future__ import annotations

from typing import Final

from rapidfuzz.distance import OSA

OPAQUE: Final = "_"
MISSPELT_CHARACTERS: Final = 5  # "poepl", "licenes"; a shorter word becomes another one by a slip ("seats" and "sets")
SPELLABLE_CHARACTERS: Final = 6

_CLASSES: Final = {
    # what is counted
    "SEAT": "seat seats seets seast licences licenses lisences licencing licensing lics slots",
    "LICENCE": "licence license lisence liscense lic",
    "PERSON": (
        "people person persons ppl peeps staff staffs staffers agent agents user users member members "
        "operator operators teammate teammates login logins logon logons account accounts folks folk guys "
        "reps technicians"
    ),
    "WORKER": "employee employees colleague colleagues worker workers individuals humans heads hires",
    "ADMIN": "admin admins administrator administrators owner owners supervisor supervisors",
    "KIND": (
        "support helpdesk kayako case fusion engage premium standard regular human real individual "
        "separate internal valid unique concurrent named gold platinum"
    ),
    # what is paid
    "PAY": ("pay pays paying paid payed billed billing charged charge charges charging invoiced invoicing debited"),
    "BUY": "bought purchased ordered licensed licenced subscribed own owns",
    "BILL": "bill bills invoice invoices statement",
    "PLAN": "plan plans subscription contract package pack bundle tier order orders portal key",
    "LIMIT": ("limit limits max maximum cap capped quota allowance allowed allows permits permitted entitled limited"),
    "COST": "cost costs price prices pricing priced discount cheaper quote",
    "EACH": "per each every",
    "FORMERLY": "previously formerly originally",
    # what is used
    "USE": (
        "use uses using used utilise utilises utilised utilising utilize utilizes utilized utilizing log "
        "logs logging logged"
    ),
    "ACTIVE": "active enabled live working occupied filled assigned taken",
    "IDLE": (
        "unused empty inactive disabled idle spare free available vacant deactivated suspended deleted "
        "dormant unassigned remaining left leftover archived gone unoccupied redundant surplus leaving "
        "joining starting resigned quit fired blocked locked wasted"
    ),
    # what is to change, and what has changed
    "LESS": (
        "remove removing drop dropping cut cutting cancel cancelling canceling reduce reducing lower "
        "lowering lose losing decrease decreasing downgrade downgrading shrink shrinking trim trimming "
        "shed downsize downsizing"
    ),
    "LESSENED": ("removed dropped cancelled canceled reduced lowered decreased downgraded shrank shrunk lost trimmed"),
    "SWITCH_OFF": "disable disabling deactivate deactivating delete deleting suspend archive fire",
    "ADD": "add adding",
    "RAISE": "increase increasing raise raising expand expanding",
    "ADDED": "added increased raised upgraded expanded",
    "MOVE": (
        "go going move moving change changing switch switching bring bringing take taking come coming "
        "scale scaling upgrade upgrading update updating adjust adjusting set setting resize resizing"
    ),
    "MOVED": "went moved changed switched came brought scaled",
    "GET": "get getting",
    "ORDER": "buy buying purchase purchasing ordering",
    "EXTRA": "more extra additional further another",
    "NEW": "new",
    "FEWER": "fewer less",
    "WISH": "want wants wish like please",
    "NEED": "need needs needed require requires required",
    "RENEW": "renew renewing renewal",
    "STOP": "stop stopping avoid",
    # words around a number
    "HAVE": "have has had having got hold holds ive weve youve theyve",
    "SAY": (
        "say says said show shows showing shown list lists read reads return returns returned give gives "
        "states displays include includes included cover covers covered"
    ),
    "NOT": ("not never dont doesnt didnt isnt arent wasnt werent havent hasnt hadnt nobody noone neither without"),
    "UNABLE": "cannot cant couldnt unable wont",
    "SHOULDNT": "shouldnt",
    "ONLY": "only just merely",
    "ABOUT": (
        "about around roughly exactly approximately approx circa total full altogether currently actually "
        "really now still already always even being been also ever today whole some"
    ),
    "INEXACT": "than least most above below nearly almost minimum min beyond over under",
    # numbers of other things
    "LABEL": (
        "row rows page step part version level floor chapter section figure ticket id code port ext table "
        "gate error line option article number"
    ),
    "TIME": "day week month year hour minute",
    "THING": "tickets requests emails groups departments manuals guides tests questions times replies messages",
    "ROOM": (
        "room rooms meeting theatre theater cinema stadium plane flight car bus restaurant canteen bike boat concert"
    ),
    "MONTH": (
        "january february march april may june july august september october november december jan feb "
        "mar apr jun jul aug sep sept oct nov dec"
    ),
}

# Small words stand for themselves: they may follow a number without being the thing that is counted.
_PLAIN: Final = (
    "a an the this that these those my our your their his her its i we you they he she it us me them u ur and "
    "or but so if then as because cause cos coz while whereas though although yet since until till unless "
    "when what whats whatever where which who whos whose why how hows of for to from in on at by with via "
    "into onto off out up down back again versus vs against instead rather plus including incl between before "
    "after during through is are was were am be im theyre hes thats there theres do does did can could will "
    "would should might must shall wanna gonna gotta lets let any all both no none one yes ok too very much "
    "many here right anymore same count getcount activestaffcount headcount rid hi hello hey pls plz thanks "
    "thx asap help know tell think see looks seems team group company department desk tab tho longer either "
    "lol atm reached yesterday tomorrow last next soon ago later earlier immediately"
).split()

_CLASS_OF: Final = {word: name for name, words in _CLASSES.items() for word in words.split()}
_SHORT: Final = {"r": "are", "n": "and", "w": "with"}
_KNOWN: Final = {word: word for word in _PLAIN} | _SHORT | _CLASS_OF
_NOUNS: Final = frozenset({"SEAT", "LICENCE", "PERSON", "ADMIN", "WORKER"})
_SPELLABLE: Final = tuple(
    word for word, name in _CLASS_OF.items() if name in _NOUNS and len(word) >= SPELLABLE_CHARACTERS
)


def class_of(word: str) -> str:
    """Return the class of a lower-case word, the word itself when it is a small one, else `OPAQUE`.

    A noun is also known with one slip of the keyboard after its first letter, and any other adverb in -ly says little.
    """
    if known := _KNOWN.get(word):
        return known
    if len(word) >= MISSPELT_CHARACTERS:
        for noun in _SPELLABLE:
            if word[0] == noun[0] and OSA.distance(word, noun, score_cutoff=1) <= 1:
                return _CLASS_OF[noun]
    return "ABOUT" if len(word) > MISSPELT_CHARACTERS and word.endswith("ly") else OPAQUE


def is_noun(word: str) -> bool:
    """Return whether the word names a seat, a licence or a person."""
    return class_of(word) in _NOUNS
