"""Question answering over a folder of Markdown articles: verbatim passages, honest confidence, live seat counts."""

__version__ = "0.2.0"
