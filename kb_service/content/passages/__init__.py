"""HTML divided into the passages that answers quote.

html_blocks   headings, paragraphs, lists, tables, code, each with its text
navigation    contents lists and related links, which go
outline       blocks under their headings, and the headings' anchors
units         what belongs together: questions and answers, lead-ins and lists, torn steps
dividing      sections and units cut and joined into passages
as_written    each passage's HTML beside its text, and the map between them
"""
