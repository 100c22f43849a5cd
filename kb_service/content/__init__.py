"""From a folder of Markdown to articles and passages.

article_files      the files of the folder, their ids and links
    │ bytes
source_text        clean text
front_matter       the block before it (strict_yaml) → metadata: its typed values
agent_marks        the two readings of the text: what the public reads, and what agents read
    │ Markdown, once or twice
commonmark         the layout that Python-Markdown expects, code taken out
dialects           markup of other tools → plain Markdown
sanitizing         what each `<` is
embeds             films and pages of other sites → links
rendering          → sanitized HTML
assets             addresses of pictures and files of the folder, which asset_types and svg check
    │ HTML
blocks             headings, paragraphs, lists, tables, code
sections           blocks under headings, anchors
passages           what answers quote
    │
reading            all of this for one file → article.Article
library            all files of a folder, read by `workers`; `checks` tells what authors should look at
"""
