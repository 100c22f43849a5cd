"""English words that carry no subject: kept in the index, because phrases need them, and left out of scoring."""

from __future__ import annotations

from typing import Final

STOP_WORDS: Final = frozenset(
    """a about after again all also am an and any anybody anyone anything are arent as at be because been before
    being both but by can cannot cant could couldnt did didnt do does doesnt doing done dont each either else
    even ever every everyone for from further get gets getting go goes going gonna got gotten had hadnt has
    hasnt have havent having he hello her here heres hers hey hi him his how however i id if ill im in instead
    into is isnt it its ive just keep keeps kind let lets like lot may maybe me might mine more most much must
    my myself need needs neither no nor not now of off ok okay on once one only or other ought our ours
    ourselves out over own per perhaps please pls quite rather really s same see seem seems shall she should
    shouldnt since so some somebody somehow someone something still such sure t tell than thank thanks that
    thats the their theirs them then there theres these they theyre theyve thing things this those though
    through thx to too try trying u under until up upon ur us very via wanna want wants was wasnt way we well
    were werent weve what whatever whats when whenever where wheres wherever whether which while who whom whos
    whose why will with within without wont would wouldnt yeah yes yet you youd youll your youre yours yourself
    yourselves youve""".split()
)
