"""Do the answers still come out as their authors expect? Behind `kb test`.

asking   tests as authors write them, run, and reported
changes  the same tests asked of an earlier generation: what an edit changed
"""
