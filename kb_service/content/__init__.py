"""From a folder of Markdown to articles and passages.

article_files     the files of the folder, their ids and links
    │ bytes
source_text       clean text
front_matter/     the block before it: its typed values, and who gets the article from when on
snippets          parts that stand in other files of the folder, in their places
agents_only/      the two readings of the text: what the public reads, and what agents read
    │ Markdown, once or twice
markdown/         → sanitized HTML, whatever the dialect
assets/           addresses of pictures and files of the folder
    │ HTML
passages/         → what answers quote, and as it is written
    │
reading           all of this for one file → article.Article
library           all files of a folder, read by `workers`; `checks` tells what authors should look at, in the lines
                  that source_lines finds
"""
