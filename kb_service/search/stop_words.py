"""English words that carry little: kept in the index, because phrases need them, and scored less or not at all.

Measured on four judged collections (see weights.py), nDCG@10: no word left out .556 .790 .752 .515; all of them left
out .658 .781 .772 .526; the first kind left out and the second counted at .3 .658 .797 .779 .526.
"""

from __future__ import annotations

from typing import Final

# Words of grammar and courtesy: never scored, unless a question has no other.
STOP_WORDS: Final = frozenset(
    """a also am an and are arent as at be because been being but by can cannot cant could couldnt did didnt do
    does doesnt doing done dont for from had hadnt has hasnt have havent having he hello her hey hi him his how
    i id if ill im in into is isnt it its ive just may me might must my myself no not of ok okay on or our ours
    ourselves please pls s shall she should shouldnt so such t than thank thanks that thats the their them then
    there these they theyre theyve this those thx to too u ur us very was wasnt we were werent weve what whats
    when where which who whom whose why will with wont would wouldnt yeah yes you youd youll your youre yours
    youve""".split()
)

# Words that say a little ("get", "more", "after"): counted at WEAK_WORD of their weight.
WEAK_WORDS: Final = frozenset(
    """about after again all any anybody anyone anything before both each either else even ever every everyone
    further get gets getting go goes going gonna got gotten here heres hers however instead keep keeps kind let
    lets like lot maybe mine more most much need needs neither nor now off once one only other ought out over
    own per perhaps quite rather really same see seem seems since some somebody somehow someone something still
    sure tell theirs theres thing things though through try trying under until up upon via wanna want wants way
    well whatever whenever wheres wherever whether while whos within without yet yourself yourselves""".split()
)
