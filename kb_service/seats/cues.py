"""The words that say what a number counts, in English, German, Spanish and French: one table of cues.

A cue is written in lower case without accents; `_` joins the words of a phrase. What is not listed says nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

NUMBER: Final = "#"
UNKNOWN: Final = "?"
NOUNS: Final = frozenset({"SEAT", "LICENCE", "PERSON", "PEOPLE", "WORKER", "ADMIN"})
_SPELLABLE: Final = frozenset({*NOUNS, "PAY", "BUY", "ACTIVE", "OFF", "FREE"})  # known also with a slip of the keyboard
_SPELLABLE_CHARACTERS: Final = 6  # a shorter word becomes another one by a slip ("seats" and "sets")

_TABLE: Final = {
    # what is counted
    "SEAT": "seat seats seets seast licences licenses lics slots user_licences user_licenses sitz sitze sitzen "
    "sitzplatz sitzplatze platz platze plaetze platzen lizenzen asiento asientos plaza plazas licencias puesto puestos "
    "siege sieges poste postes",
    "LICENCE": "licence license lisence liscense lic lizenz licencia",
    "PERSON": "agent agents staff staffs staffers user users account accounts login logins logon logons operator "
    "operators technician technicians techs rep reps teammate teammates member members benutzer benutzern nutzer "
    "nutzern anwender agenten mitarbeiter mitarbeitern mitarbeitende konten zugange usuario usuarios agente agentes "
    "cuenta cuentas operador operadores tecnicos utilisateur utilisateurs compte comptes operateurs techniciens",
    "PEOPLE": "people person persons ppl names peeps folk folks guys of_us leute leuten personen von_uns personas gente "
    "personnes gens d_entre_nous de_nosotros",
    "WORKER": "employee employees colleague colleagues coworkers worker workers humans heads kollegen kolleginnen "
    "angestellte angestellten beschaftigte empleados trabajadores employes salaries collegues collaborateurs",
    "ADMIN": "admin admins administrator administrators owner owners supervisor supervisors manager managers "
    "team_lead team_leads team_leader team_leaders administratoren administradores administrador administrateurs "
    "administrateur superviseurs supervisores",
    "GROUP": "team teams department departments office offices location locations site sites branch branches shift "
    "shifts group groups brand brands division divisions region regions abteilung abteilungen standort standorte "
    "standorten buro buros schicht schichten filiale filialen departamento departamentos oficina oficinas equipo "
    "equipos turno turnos sede sedes departement departements bureau bureaux equipe equipes agence agences",
    "KIND": "support helpdesk kayako case fusion engage premium standard regular human real individual separate "
    "internal valid unique named different overall current",
    # what is paid for
    "PAY": "pay pays paying paid prepaid payed charge charges charging charged billing billed invoicing invoiced licensed "
    "licenced subscribed contracted debited zahle zahlen zahlt bezahle bezahlen bezahlt bezahlte bezahlten berechnet "
    "abgerechnet lizenziert pago pagos pagamos pagan pagar pagando pagado pagados pagada pagadas cobran cobrado "
    "cobrados facturado facturados facturadas facturan contratado contratados contratadas paie paient payons payer "
    "payez paye payes payee payees facturez factures facturees",
    "BUY": "bought purchased ordered own owns gekauft gekaufte gekauften bestellt gebucht compramos comprado comprados "
    "comprada compradas adquirido adquiridos achete achetes achetee achetees commandes",
    "BILL": "inv invoice invoices bill bills statement receipt rechnung rechnungen factura facturas facture",
    "PLAN": "plan plans subscription subscriptions contract package pack bundle tier portal my_orders key license_info "
    "licence_info number_of_staff_users staff_users_allowed limit limits limited max maximum cap quota allowance "
    "allowed allows permits permitted entitled cover covers covered covering capacity abo abonnement abonnements vertrag tarif limite suscripcion "
    "contrato forfait erlaubt permite autorise",
    "ORDER": "order orders bestellung pedido commande",
    # what is in use
    "ACTIVE": "active activated enabled live working occupied filled assigned allocated taken used in_use utilised "
    "utilized switched_on turned_on logged_in aktiv aktive aktiven aktiver aktivierte aktiviert genutzt genutzte "
    "benutzt belegt belegte vergeben im_einsatz in_benutzung activo activos activa activas habilitado habilitados "
    "habilitadas en_uso usado usados usadas utilizado utilizados utilizadas ocupado ocupados ocupadas asignados actif "
    "actifs actives utilise utilises utilisee utilisees occupe occupes occupees en_service",
    "USE": "use uses using work works log_in log_on log_into logs_in login_to utilising utilizes utilizing nutzen nutzt "
    "nutze benutzen verwenden arbeiten arbeitet usan usamos usa usando utilizan utilizamos trabajan trabajamos "
    "utilisons utilisent travaillent",
    "COUNT": "getcount activestaffcount headcount staff_count active_count active_staff_count manage_staff admin_cp",
    "OFF": "disabled deactivated inactive suspended deleted resigned quit fired gone left leaving switched_off turned_off "
    "archived dormant deaktiviert deaktivierte deaktivierten inaktiv inaktive inaktiven gesperrt gesperrte geloscht "
    "abgeschaltet desactivado desactivados desactivadas inactivo inactivos inactivas deshabilitado deshabilitados "
    "deshabilitadas suspendidos desactive desactives desactivee desactivees inactif inactifs inactives suspendus",
    "FREE": "unused empty spare free available vacant idle remaining leftover unassigned unoccupied surplus redundant "
    "frei freie freien leer leere ungenutzt ungenutzte ubrig libre libres vacio vacios vacias disponible disponibles "
    "sin_usar vide vides inutilise inutilises inutilisees restants",
    # what was, what is, what may be
    "PAST": "used_to previously formerly originally initially ago in_the_past last_year last_month last_week "
    "last_quarter last_summer last_winter last_spring last_autumn last_time yesterday back_then at_first in_spring "
    "in_summer in_autumn in_winter fruher vorher zuvor ursprunglich damals letztes_jahr letzten_monat letzte_woche "
    "gestern antes anteriormente ano_pasado mes_pasado semana_pasada ayer auparavant precedemment annee_derniere "
    "an_dernier mois_dernier",
    "BEFORE": "before earlier prior avant",
    "WAS": "had was were hatten hatte waren war teniamos tenia habia era eran avions avait etaient etait",
    "NOW": "now currently today presently nowadays at_the_moment right_now this_year this_month these_days as_of jetzt "
    "aktuell derzeit heute momentan inzwischen mittlerweile ahora actualmente hoy este_ano maintenant actuellement "
    "aujourd_hui desormais cette_annee",
    "NEXT": "next_month next_year next_week next_quarter tomorrow soon nachsten_monat nachstes_jahr morgen proximo_mes "
    "proximo_ano manana mois_prochain annee_prochaine demain",
    "IF": "if suppose supposing imagine assume assuming hypothetically would what_if say_we lets_say let_s_say falls "
    "angenommen supongamos suponiendo supposons imaginons seria serait",
    "MAYBE": "can could may might should shall must wenn si konnen kann puedo podemos pueden pouvons puis peuvent",
    "ENOUGH": "too_few too_little enough sufficient suffice genug reichen reicht suficiente suficientes basta bastan suffit suffisant assez",
    "WISH": "want wants wanted need needs needed require requires required would_like i_d_like we_d_like id_like wish "
    "please pls plz like_to plan_to planning_to going_to gonna wanna thinking_of thinking_about consider considering "
    "should_be should_pay will lets let_s ask asked asking request requested requesting looking_to intend hope wollen "
    "mochten mochte brauchen benotigen bitte sollen queremos quiero necesitamos quisiera quisieramos por_favor pedimos "
    "voulons veux voudrais voudrions souhaitons besoin svp",
    "OTHERS": "competitor competitors example examples for_instance e.g eg article docs documentation blog friend "
    "friends other_company another_company another_firm other_firm another_business another_customer sister_company customer_has beispiel beispielsweise z.b artikel konkurrent "
    "konkurrenz ejemplo articulo competidor competencia p.ej exemple concurrent",
    "US": "we i wir ich nosotros yo nous j",
    "OUR": "our ours my us uns unser unsere unseren unserer unserem mein meine meinen nuestro nuestra nuestros "
    "nuestras mi mis notre nos mon",
    # what changes
    "CUT": "reduce reducing lower lowering remove removing drop dropping cut cutting cancel cancelling canceling lose "
    "losing decrease decreasing downgrade downgrading trim shed downsize get_rid_of getting_rid_of "
    "give_up give_back hand_back stop_paying let_go_of reduzieren senken verringern kundigen entfernen reducir quitar bajar eliminar "
    "cancelar reduire supprimer enlever baisser diminuer",
    "CUT_DONE": "reduced lowered removed dropped cancelled canceled decreased downgraded downsized lost trimmed gave_back handed_back "
    "got_rid_of gave_up reduziert gesenkt verringert gekundigt entfernt redujimos reducimos reducido quitamos bajamos "
    "eliminamos cancelamos reduit supprime enleve baisse diminue",
    "ADD": "add adding increase increasing raise raising expand enlarge enlarging extend extending grow growing buy buying purchase purchasing upgrade "
    "upgrading top_up hinzufugen erhohen kaufen bestellen anadir agregar comprar aumentar ajouter acheter augmenter",
    "HIRE": "hire hiring onboard onboarding recruit recruiting einstellen contratar embaucher",
    "ADD_DONE": "added increased raised expanded extended hired recruited eingestellt upgraded topped_up erhoht hinzugefugt aufgestockt anadimos "
    "agregamos aumentamos ajoute augmente",
    "SWITCH_OFF": "disable disabling deactivate deactivating delete deleting suspend fire switch_off turn_off "
    "deaktivieren loschen desactivar deshabilitar desactiver",
    "MOVE": "go going move moving change changes changing switch switching bring take come set scale get update adjust shrink shrinking fall falls wechseln "
    "gehen andern cambiar pasar passer changer",
    "MOVED": "went moved grew grown shrunk changed switched came brought scaled shrank fell gingen geandert gewechselt pasamos cambiamos "
    "passes",
    "EXTRA": "more extra additional further another weitere weiteren zusatzliche zusatzlichen mehr mas adicional "
    "adicionales otros otras supplementaires supplementaire de_plus en_plus",
    "FEWER": "fewer less weniger menos moins",
    "NEW": "new starting joining neue neuen nuevo nuevos nuevas nouveaux nouvelles nouveau",
    # how exact it is
    "NOT": "not never doesnt didnt isnt arent wasnt werent havent hasnt don_t doesn_t didn_t isn_t aren_t wasn_t "
    "weren_t haven_t hasn_t hadn_t no no_longer none nobody without cannot cant can_t won_t couldn_t shouldn_t nicht "
    "kein keine keinen sin ya_no pas",
    "DONT": "dont",  # English "don't", French "of which"
    "BOUND": "minimum min at_least at_most more_than less_than fewer_than over under above below beyond no_more_than no_less_than "
    "not_more_than nearly almost close_to mindestens hochstens mehr_als weniger_als uber fast mas_de menos_de al_menos casi "
    "como_maximo plus_de moins_de au_moins au_plus presque",
    "UP_TO": "up_to bis_zu hasta jusqu_a",
    "ABOUT": "about around roughly approximately approx circa ca or_so maybe perhaps probably some ungefahr etwa rund "
    "unos unas aproximadamente environ",
    "EACH": "each per every apiece je jeweils pro cada chaque chacun chacune par",
    "ALL": "all both every_one_of alle allen todos todas tous toutes",
    "SUM": "total altogether in_total in_all insgesamt en_total au_total",
    # numbers of other things
    "COST": "cost costs price prices pricing priced quote discount cheaper fee fees credit refund refunds gutschrift erstattung credito reembolso avoir remboursement kosten kostet preis precio precios "
    "cuesta cuestan prix coute coutent amount how_much",
    "TIME": "day days week weeks month months year years hour hours minute minutes quarter monthly yearly annually "
    "tag tage tagen woche wochen monat monate monaten jahr jahre jahren stunden dia dias semana semanas mes meses ano "
    "anos horas jour jours semaine semaines mois annee annees ans heures",
    "LABEL": "row rows page step part version level floor chapter section figure ticket id code port ext table gate "
    "error line option number po ref reference status http https invoice_no order_no nr num card ending auftrag "
    "rechnungsnummer numero bestellnummer build room release question item priority top",
    "THING": "tickets requests email emails manual manuals guides test tests questions reply replies message messages "
    "chat chats times customer customers clients",
    "ELSEWHERE": "meeting meetings meeting_room conference_room theatre theater cinema stadium plane flight car bus train "
    "restaurant concert",
    "UNLIMITED": "unlimited unbegrenzt ilimitado ilimitada ilimitados illimite illimitee",
    # how a sentence hangs together
    "HAVE": "have has having got hold holds there_are there_is there_s theres weve we_ve ive i_ve hat haben habe "
    "besitzen es_gibt gibt tenemos tengo tiene tienen hay avons ont ai il_y_a disposons include includes included",
    "WE_ARE": "we_are we_re we_r wir_sind sind_wir somos nous_sommes on_est sommes",
    "SAY": "say says said show shows showing list lists listed read reads give gives gave return returns returned "
    "states display displays count counts see zeigt steht sagt dice muestra indica pone affiche indique dit",
    "DO": "do does how",
    "HOW_MANY": "how_many wie_viele cuantos cuantas combien",
    "THE": "the these those this die diese los las les ces esos esas",
    "AWAY": "off out away",
    "THAN": "than",
    "REST": "other others rest",
    "PLUS_ME": "besides_me apart_from_me plus_me and_me and_myself plus_myself and_i",
    "EXCEPT": "excluding except not_counting ohne excepto sauf",
    "ALL_BUT": "all_but all_except",
    "THEN": "later then since_then",
    "FOR": "for fur fuer para pour",
    "OF": "of out_of von de des du del sur",
    "FROM": "from",
    "WAY": "down back up",
    "TO": "to into auf zu",
    "BY": "by um",
    "IN": "in at en on im",
    "INSTEAD": "instead_of rather_than instead statt anstatt en_lugar_de en_vez_de au_lieu_de",
    "OF_THEM": "of_them of_whom of_which of_those of_these whom davon de_los_cuales de_las_cuales de_ellos",
    "INCLUDING": "including incl inclusive inkl inklusive einschliesslich incluyendo incluidos incluido y_compris",
    "AND": "and n plus und y e et",
    "BUT": "but if_only wenn_nur however though although yet whereas while despite because since so when as aber jedoch obwohl wahrend "
    "sondern doch pero sino aunque mientras porque mais alors_que tandis_que cependant",
    "WITH": "with mit con avec w",
    "VS": "vs versus against gegen contra contre compared_to",
    "OR": "or oder ou",
    "ONE": "a an one ein eine einen einem un una uno une",
    "ONLY": "only just merely nur solo solamente seulement lediglich",
    # words that may follow a number and are not what it counts
    "~": "that your their his her its it you u they he she me them be is are am being been "
    "did what where which who why whats whos then here there still already even also ever too very "
    "really actually exactly always again right same ok yes thanks thx hi hello der das den dem es sie ist sind "
    "werden wird wurden wurde noch bei warum wieso el la son esta estan que se le est sont qui il r "
    "any anymore whole in_may in_march m s d l t re",
}

_CLASS_OF: Final[dict[str, str]] = {}
_PHRASES: Final[defaultdict[str, list[tuple[tuple[str, ...], str]]]] = defaultdict(list)
for _name, _words in _TABLE.items():
    for _word in _words.split():
        _first, *_rest = _word.split("_")
        if _rest:
            _PHRASES[_first].append((tuple(_rest), _name))
        else:
            _CLASS_OF[_word] = _name
for _found in _PHRASES.values():
    _found.sort(key=lambda phrase: -len(phrase[0]))
_LONG_WORDS: Final = tuple(
    word for word, name in _CLASS_OF.items() if len(word) >= _SPELLABLE_CHARACTERS and name in _SPELLABLE
)


@lru_cache(maxsize=4096)
def class_of(word: str) -> str:
    """Return the class of a word in lower case without accents, also with one slip of the keyboard, else `UNKNOWN`."""
    if known := _CLASS_OF.get(word):
        return known
    if len(word) >= _SPELLABLE_CHARACTERS - 1:
        for other in _LONG_WORDS:
            if word[0] == other[0] and OSA.distance(word, other, score_cutoff=1) <= 1:
                return _CLASS_OF[other]
    return "~" if len(word) > _SPELLABLE_CHARACTERS and word.endswith("ly") else UNKNOWN


def phrase_at(words: Sequence[str], at: int) -> tuple[str, int]:
    """Return the class of the longest phrase that begins at `words[at]` and how many words it takes."""
    for rest, name in _PHRASES.get(words[at], ()):
        if tuple(words[at + 1 : at + 1 + len(rest)]) == rest:
            return name, 1 + len(rest)
    return class_of(words[at]), 1
