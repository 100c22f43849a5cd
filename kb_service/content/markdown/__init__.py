"""A Markdown text, of any generator's dialect, made into sanitized HTML; `rendering` calls the others in this order.

layout          the layout that Python-Markdown expects: lists, quotes, tables, fences; code is taken out
  directives      lines that open or close a part: `!!! note`, `:::tip`, `=== "Tab"`; with `labels` before their text
  readme_blocks   `[block:callout]` of readme.com (called while snippets are put in their places)
inline_markup   what dialects add within lines: alerts, icons, `{#ids}`, critic marks
  templates       tags and variables of Liquid, Jinja, Hugo; what nobody can know is one of the `gaps`
mdx             tags, expressions and components of MDX
embeds          films and pages of other sites become links
html_tags       what each `<` is: tag, comment, component or character
sanitizing      the HTML that an article may have

Around it: `anchors`, places that a source names itself, and `footnotes`, put into their sections.
"""
