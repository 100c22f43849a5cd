"""From a folder of Markdown to articles and passages.

article_files      the files of the folder, their ids and links
    │ bytes
source_text        clean text
front_matter       the block before it (strict_yaml) → metadata: its typed values → state: who gets it from when on
snippets           parts that stand in other files of the folder, and readme_blocks, in their places
agent_marks        the two readings of the text: what the public reads, and what agents read; agent_suspects (of
                   agent_words) is the last net, for what looks like a mark and is none
anchors            places that a source names
    │ Markdown, once or twice
commonmark         the layout that Python-Markdown expects, code taken out
dialects           markup of other tools → plain Markdown: templates, directives, jsx and components, with labels;
                   what nobody can know is one of the gaps
embeds             films and pages of other sites → links
sanitizing         what each `<` is
rendering          → sanitized HTML, with footnotes in their sections
assets             addresses of pictures and files of the folder, which asset_types and svg check
    │ HTML
blocks             headings, paragraphs, lists, tables, code
navigation         contents lists and related links, which go
sections           blocks under headings, anchors
units              questions and their answers, lead-ins, torn steps: what belongs together
passages           what answers quote; passage_html, as it is written
    │
reading            all of this for one file → article.Article
library            all files of a folder, read by `workers`; `checks` tells what authors should look
                   at, in the lines that source_lines finds
"""
