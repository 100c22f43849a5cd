"""The blocks of readme.com, `[block:callout] {json} [/block]`, as Markdown."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from kb_service.content.markdown.labels import label, title_label

BLOCK: Final = re.compile(
    r"^[ \t]*\[block:([\w-]+)\][ \t]*((?:(?!\[block:).)*?)[ \t]*\[/block\][ \t]*$", re.MULTILINE | re.DOTALL
)
_LANGUAGE: Final = re.compile(r"[\w+-]{1,20}")
_KINDS: Final = {"danger": "Danger", "warning": "Warning", "success": "Tip", "info": "Note"}


def markdown_of(block: re.Match[str]) -> str:
    """Return a block that BLOCK found as Markdown, "" for one that is not as readme.com writes it."""
    try:
        data = json.loads(block[2])
    except (ValueError, RecursionError):
        return ""
    if not isinstance(data, dict):
        return ""
    match block[1]:
        case "callout":
            title = _text(data, "title") or label(_KINDS.get(_text(data, "type"), "Note"))
            return f"\n{title_label(title)}{_text(data, 'body')}\n"
        case "image":
            return "\n\n".join(filter(None, map(_picture, _items(data, "images"))))
        case "parameters":
            return _table(data)
        case "code":
            return "\n\n".join(map(_code, _items(data, "codes")))
        case "api-header":
            return f"\n{'#' * _level(data)} {_line(_text(data, 'title'))}\n"
        case "html":
            return f"\n{_text(data, 'html')}\n"
        case "embed":
            url, title = _text(data, "url"), _line(_text(data, "title"))
            return f"\n[{title or url}]({url})\n" if url else title
        case _:
            words = [_text(data, key) for key in ("title", "text", "body", "description", "caption")]
            return "\n\n".join(filter(None, words))


def _text(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _line(text: str) -> str:
    return " ".join(text.split())


def _level(data: dict[str, Any]) -> int:
    level = data.get("level")
    return level if isinstance(level, int) and 1 <= level <= 6 else 2


def _items(data: dict[str, Any], key: str) -> list[dict[str, Any]]:
    items = data.get(key)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _picture(item: dict[str, Any]) -> str:
    image = item.get("image")
    url = next((one for one in image if isinstance(one, str)), "") if isinstance(image, list) else ""
    caption = _text(item, "caption")
    alt = re.sub(r"[\[\]]", "", _line(_text(item, "alt") or caption))
    picture = f"![{alt}]({url})" if url.startswith("https://") and not re.search(r"[\s()<>]", url) else ""
    return "\n\n".join(filter(None, [picture, caption]))


def _code(item: dict[str, Any]) -> str:
    language, code = _text(item, "language"), _text(item, "code")
    name = _line(_text(item, "name"))
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`{3,}", code)), 3)
    head = language if _LANGUAGE.fullmatch(language) else ""
    return f"{title_label(name)}\n\n{fence}{head}\n{code}\n{fence}".lstrip()


def _table(block: dict[str, Any]) -> str:
    cells = block.get("data")
    columns, rows = block.get("cols"), block.get("rows")
    if not isinstance(cells, dict) or not isinstance(columns, int) or not isinstance(rows, int):
        return ""
    numbers = range(min(max(columns, 1), 64))

    def row(name: str) -> str:
        texts = (_text(cells, f"{name}-{number}").replace("|", "\\|").replace("\n", "<br>") for number in numbers)
        return "| " + " | ".join(texts) + " |"

    lines = [
        row("h"),
        "|" + "---|" * len(numbers),
        *(row(str(number)) for number in range(min(max(rows, 0), len(cells)))),
    ]
    return "\n" + "\n".join(lines) + "\n"
