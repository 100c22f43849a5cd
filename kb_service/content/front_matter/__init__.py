"""The block of `key: value` lines before an article.

block          where it begins and ends, in YAML or TOML, and what to do when it is broken
strict_yaml    YAML reduced to what such a block needs
fields         its values, typed: id, title, audience, topic, questions, reply ...
readers        who may read an article, in whatever key and spelling
strays         lines about audience and state where no reader of front matter looks
publication    whether an article is shown, where, and from when to when: drafts, unlisted pages, dates
"""
