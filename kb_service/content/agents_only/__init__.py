"""Text that is for support agents only, and never for the public.

marks        the marks that are understood, and the two readings of a text: the public's and the agents'
lookalikes   what looks like a mark and is none: it keeps a whole article from the public
unseen       comments, and HTML that is hidden
words        the words that mean agents, in every disguise
"""
