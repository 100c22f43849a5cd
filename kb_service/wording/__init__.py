"""What the seat card says, in every language it is said in: one catalogue for pages, widget, API and terminal.

`catalogue.words_in` gives the words of a language; en.toml, de.toml and es.toml hold them.
"""
