"""The layers of the package: an import points to the same package or to a lower row, and nothing goes in circles."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import kb_service

PACKAGE = Path(kb_service.__file__).parent
ROWS = (
    {"__init__", "errors", "text", "version", "wording"},
    {  # islands: none imports another
        "settings",
        "content",
        "staff",
        "seats",
        "meaning",
        "query_ids",
        "language",
        "site",
    },
    {"analysis", "logs", "contact"},
    {"index"},
    {"questions"},
    {"ranking"},
    {"answers", "indexing"},
    {"knowledge_base", "record"},
    {"accounts", "patching"},
    {"assembly", "web", "evaluation", "answer_tests"},
    {"app", "assistants"},
    {"server"},
    {"commands"},
    {"__main__"},
)
ROW_OF = {part: row for row, parts in enumerate(ROWS) for part in parts}


def modules() -> dict[str, Path]:
    """Every module by its dotted name below the package, "__init__" being the package itself."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and module of every import of the package: at the top, inside functions and for type checking alike."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if (name + ".").startswith("kb_service."):
                yield node.lineno, module_of(name.removeprefix("kb_service").removeprefix("."))


def module_of(name: str) -> str:
    """The module that `name` is, or is in: "index.port.Entry" is in "search.engine"."""
    while name and name not in MODULES:
        name = name.rpartition(".")[0]
    return name or "__init__"


def test_every_module_stands_in_a_row() -> None:
    assert {name.partition(".")[0] for name in MODULES} <= set(ROW_OF)


def test_imports_point_to_the_same_package_or_a_lower_row() -> None:
    wrong = []
    for name, path in MODULES.items():
        here = name.partition(".")[0]
        for line, target in imports(path):
            there = target.partition(".")[0]
            if there != here and ROW_OF[there] >= ROW_OF[here]:
                wrong.append(f"{path.relative_to(PACKAGE.parent)}:{line} imports {target}")

    assert wrong == []


def test_modules_do_not_import_each_other_in_circles() -> None:
    graph = {name: {target for _, target in imports(path)} for name, path in MODULES.items()}

    assert len(list(TopologicalSorter(graph).static_order())) == len(MODULES)


def test_imports_are_seen_wherever_they_stand(tmp_path: Path) -> None:
    source = tmp_path / "module.py"
    source.write_text(
        "import kb_service.errors\nfrom kb_service import text\nimport os\n"
        "if TYPE_CHECKING:\n    from kb_service.index.port import Entry\n"
        "def f():\n    from kb_service import ranking\n    import kb_service\n",
        encoding="utf-8",
    )

    assert sorted(imports(source)) == [(1, "errors"), (2, "text"), (5, "index.port"), (7, "ranking"), (8, "__init__")]
