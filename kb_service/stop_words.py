"""English words that carry little: kept in the index, because phrases need them, and scored less or not at all.

Measured on four judged collections (see weights.py), nDCG@10: no word left out .556 .790 .752 .515; all of them left
out .658 .781 .772 .526; the first kind left out and the second counted at .3 .658 .797 .779 .526.
"""

from __future__ import annotations

from typing import Final

# Words of grammar and courtesy: never scored, unless a question has no other.
STOP_WORDS: Final = frozenset(
    """a aint also am an and anyones are arent as asap at bcoz be because been being btw but by can cannot
    cant cheers could couldnt couldve coz cuz did didnt do does doesent doesnt doing done dont dosnt dunno
    folks for from fyi gimme gonna gotta guys had hadnt has hasnt have havent having havnt he hello her hey
    heya hi him his hiya how howdy hows i id if ill im in into is isnt it its ive just kindly lemme lol may me
    might must my myself no not of ok okay omg on or our ours ourselves pl please pls plz regards s shall she
    should shouldnt shouldve sincerely so such t than thank thanks thanx that thats the their them then there
    theres these they theyre theyve this thnx tho those thx tnx to too u ur ure us very was wasnt wats we wer
    were werent weve what whats when whens where wheres which who whom whose why will with wont wot would
    wouldnt wouldve wtf yeah yes yo you youd youll your youre yours youve""".split()
)

# Words that say a little ("get", "more", "after"): counted at WEAK_WORD of their weight.
WEAK_WORDS: Final = frozenset(
    """about after again all any anybody anyone anything before both each either else even ever every everyone
    further get gets getting go goes going got gotten here heres hers however instead keep keeps kind let lets
    like lot maybe mine more most much need needs neither nor now off once one only other ought out over own
    per perhaps quite rather really same see seem seems since some somebody somehow someone something still
    sure tell theirs thing things though through try trying under until up upon via wanna want wants way well
    whatever whenever wherever whether while whos within without yet yourself yourselves""".split()
)
