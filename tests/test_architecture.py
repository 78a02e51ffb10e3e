"""Rules for the code that a program can check. import-linter also checks which rooms may import which."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from docmgr.settings import ROOT

FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES, ROOM_FILES = 350, 50, 200, 17
# What nineteen of twenty files and functions of the product keep to.
MOST_FILE_LINES, MOST_FUNCTION_LINES = 250, 25
FIXED = {"docmgr", "indexer", "legaltext", "templates", "training", "uploads", "tests", "requirements.txt", "README.md"}
TOOLS = {"pyproject.toml", "requirements-dev.txt", "Makefile", "LICENSE", "ARCHITECTURE.md", "BENCHMARKS.md", "SCALING.md", "CHANGES.md", "DECISIONS.md", "instance", "deploy"}
SERVICES = ROOT / "docmgr" / "services"
# Services without an actor: parts of the worker and of the start, and plain helpers.
MACHINERY = {
    "access/applying", "consulting/forgetting", "jobs", "forms", "clicks/month_keys", "documents/ingest", "documents/intake", "documents/attachments/taking", "documents/confirming/second_files", "documents/pictures/previews",
    "documents/pictures/renderings", "documents/rereading/obligations", "documents/rereading/queue", "documents/rereading/recognised", "duties", "figures", "indexing/sync", "indexing/entries", "indexing/rebuild",
    "inbox/state", "keeping/purge", "notifications/alerts", "notifications/deadlines/escalating", "notifications/due", "notifications/making", "notifications/sweeping", "paper_templates/making", "people/passwords", "people/sessions", "people/strength", "relations/force", "texts/rereading", "texts/view", "upkeep/demo", "upkeep/migrate",
    "upkeep/mail_state", "upkeep/metrics", "upkeep/pulse", "upkeep/readiness", "upkeep/sweeping", "upkeep/table_copy", "workflow/turn",
}  # fmt: skip
# Helpers inside an open unit of work take its session first, and some take the rows themselves.
FIRST = {"actor", "session", "document", "task", "plan", "finding", "link", "user", "page"}


def _python(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "versions" not in path.parts:
                yield path


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_nothing_else_lies_at_the_root() -> None:
    shown = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert shown - FIXED - TOOLS == set()


def test_rooms_stay_small() -> None:
    files = Counter(path.parent for path in _python("docmgr", "indexer", "legaltext", "tests") if path.name != "__init__.py")
    assert {_name(room): many for room, many in files.items() if many > ROOM_FILES} == {}
    assert len(files) > 60


def test_files_stay_small() -> None:
    long = {_name(p): n for p in _python("docmgr", "indexer", "legaltext", "tests") if (n := _lines(p)) > FILE_LINES}
    long |= {_name(p): n for p in (ROOT / "templates").rglob("*.html") if (n := _lines(p)) > TEMPLATE_LINES}
    assert long == {}


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_functions_stay_small() -> None:
    long = [
        f"{_name(path)}:{node.name}"
        for path in _python("docmgr", "indexer", "legaltext", "tests")
        for node in _functions(path)
        if node.end_lineno is not None and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]
    assert long == []


def test_most_files_and_functions_are_short() -> None:
    """A function's lines count its docstring and decorators."""
    product = list(_python("docmgr", "indexer", "legaltext", "training"))
    functions = [node for path in product for node in _functions(path)]
    assert len(product) > 400 and len(functions) > 3000
    assert _of_twenty(19, map(_lines, product)) <= MOST_FILE_LINES
    assert _of_twenty(19, map(_length, functions)) <= MOST_FUNCTION_LINES


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = min((line.lineno for line in node.decorator_list), default=node.lineno)
    return (node.end_lineno or first) - first + 1


def _of_twenty(share: int, lengths: Iterable[int]) -> int:
    """The length that so many of twenty keep to."""
    ordered = sorted(lengths)
    return ordered[-(-len(ordered) * share // 20) - 1]


def test_nothing_reads_bytes_that_could_run() -> None:
    """Indexes, uploads and backups are data, so the code never builds objects from bytes and never runs text."""
    names = {"pickle", "cPickle", "dill", "joblib", "marshal", "shelve", "allow_pickle", "eval", "exec"}
    found = [
        f"{_name(path)}:{node.lineno}"
        for path in _python("docmgr", "indexer", "legaltext", "training")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if names & _names_of(node)
    ]
    assert found == []


def _names_of(node: ast.AST) -> set[str]:
    """The first part of each name that a node imports, or the name that it is or passes as a keyword."""
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]}
    if isinstance(node, ast.keyword):
        return {node.arg or ""}
    return {node.id} if isinstance(node, ast.Name) else set()


def test_one_place_commits() -> None:
    """Only the unit of work in docmgr/db.py commits; IndexFolder.commit in indexer belongs to the index."""
    found = [_name(path) for path in _python("docmgr") if re.search(r"\.commit\(", path.read_text(encoding="utf-8"))]
    assert found == ["docmgr/db.py"]


def test_one_place_writes_to_the_index() -> None:
    pattern = re.compile(r"\.write_batch\(|backend\.rebuild\(")
    found = [_name(path) for path in _python("docmgr") if pattern.search(path.read_text(encoding="utf-8"))]
    assert found == ["docmgr/services/indexing/sync.py"]


def test_services_know_who_acts() -> None:
    wrong = []
    looked_at = 0
    for path in SERVICES.rglob("*.py"):
        name = str(path.relative_to(SERVICES).with_suffix(""))
        if name in MACHINERY:
            continue
        looked_at += 1
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and _asks_database(node):
                first = node.args.args[0].arg if node.args.args else None
                if first not in FIRST:
                    wrong.append(f"{name}:{node.name}({first})")
    # These are called at the start, when there is no person, and before it is known who signs in. The name of the agency
    # stands on the page on which people sign in. Who opens a share link or a private calendar is known by its token alone, and who opens the public page not at all.
    assert sorted(wrong) == [
        "folders/tree:ensure_root(None)",
        "openness/finding:find(query)",
        *(f"openness/showing:{name})" for name in ("document(document_id", "downloaded(opened", "original(document_id", "page(number")),
        "people/agency:shown(None)",
        "people/attempts:claim(username)",
        "people/devices:known(token)",
        "people/people:by_username(username)",
        "planning/feed/secrets:owner(token)",
        *(f"share_links/showing:{name}(token)" for name in ("case", "document", "downloaded", "original")),
        *(f"share_links/visiting:{name}(token)" for name in ("look", "open_link")),
    ]
    # A walk that sees hardly any file would find nothing wrong either.
    assert looked_at > 60 and all((SERVICES / f"{name}.py").is_file() for name in MACHINERY)


def _asks_database(node: ast.FunctionDef) -> bool:
    return "db.read(" in ast.unparse(node) or "db.write(" in ast.unparse(node)


UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+false", re.I)
INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:", re.I)
JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.S)


def test_templates_escape_everything_and_hold_no_code() -> None:
    """Templates contain nothing that the Content-Security-Policy would block."""
    found = []
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        found += [f"{_name(path)}: {match.group()}" for match in UNESCAPED.finditer(text)]
        found += [f"{_name(path)}: {match.group()}" for match in INLINE.finditer(JINJA.sub("", text))]
    assert found == []


def test_no_error_is_swallowed() -> None:
    wrong = []
    for path in _python("docmgr", "indexer", "legaltext"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler) and (node.type is None or _only_passes(node)):
                wrong.append(f"{_name(path)}:{node.lineno}")
    assert wrong == []


def _only_passes(node: ast.ExceptHandler) -> bool:
    return len(node.body) == 1 and isinstance(node.body[0], ast.Pass)


def test_every_module_and_public_function_says_what_it_is() -> None:
    silent = []
    for path in _python("docmgr", "indexer", "legaltext"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not ast.get_docstring(tree):
            silent.append(_name(path))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                if not ast.get_docstring(node):
                    silent.append(f"{_name(path)}:{node.name}")
    assert silent == []


# The result of reading and the row that stores it have the same name on purpose.
SAME_NAME = {"Attachment", "Citation", "Provision", "Signature"}


def test_a_class_name_means_one_thing() -> None:
    places: dict[str, list[str]] = {}
    for path in _python("docmgr", "indexer", "legaltext"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(_name(path))
    assert len(places) > 300
    assert {name: where for name, where in places.items() if len(where) > 1 and name not in SAME_NAME} == {}


def test_no_module_hands_on_names_of_another() -> None:
    """Only a package lists names of its modules. A module that lists names of another gives each of them two places."""
    handed_on, modules, faces = [], 0, 0
    for path in _python("docmgr", "indexer", "legaltext", "training"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        listed = {name for node in tree.body if "__all__" in _defined(node) for name in _constants(node)}
        if path.name == "__init__.py":
            faces += bool(listed)
        else:
            modules += 1
            handed_on += [f"{_name(path)}: {name}" for name in sorted(listed - _names_in(tree))]
    assert handed_on == []
    # A walk that sees hardly any file, or no list, would find nothing wrong either.
    assert modules > 380 and faces >= 4


def test_names_are_imported_from_the_module_that_defines_them() -> None:
    """Tests too: they are not type-checked, so an import of an imported name would work there."""
    trees = {_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in _python("docmgr", "indexer", "legaltext", "training", "tests")}
    own = {name.removesuffix(".py").replace("/", "."): _names_in(tree) for name, tree in trees.items() if not name.startswith("tests/")}
    looked_at, wrong = 0, []
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module in own:
                looked_at += len(node.names)
                wrong += [f"{name}: {node.module}.{one.name}" for one in node.names if one.name not in own[node.module]]
    assert wrong == []
    assert looked_at > 3000


def _constants(node: ast.stmt) -> set[str]:
    return {str(one.value) for one in ast.walk(node) if isinstance(one, ast.Constant)}


def _names_in(tree: ast.Module) -> set[str]:
    """The names that a module defines. Names that it imports are not among them."""
    return {name for node in tree.body for name in _defined(node)}


def _defined(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    return set()


def test_a_reading_child_never_loads_the_web() -> None:
    code = "import sys, docmgr.reading.process.child; print(sorted({'flask', 'sqlalchemy', 'whoosh'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_ground_stands_on_the_standard_library_alone() -> None:
    inside = [path.relative_to(ROOT / "legaltext").with_suffix("").parts for path in (ROOT / "legaltext").rglob("[a-z]*.py")]
    names = sorted(".".join(parts) for parts in inside)
    assert len(names) >= 12 and "compare.words" in names
    code = f"import sys, importlib; known = set(sys.modules); [importlib.import_module('legaltext.' + n) for n in {names}]"
    code += "; print(sorted({n.partition('.')[0] for n in set(sys.modules) - known} - set(sys.stdlib_module_names)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['legaltext']"


def test_importing_the_package_loads_no_web() -> None:
    code = "import sys, docmgr; print(sorted({'flask', 'sqlalchemy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_only_an_export_loads_the_libraries_of_its_format() -> None:
    loaded = "print(sorted({'openpyxl', 'docx', 'reportlab'} & set(sys.modules)))"
    code = f"import sys, docmgr.app, docmgr.worker; {loaded}; from docmgr.writing import formats, tables; "
    code += f"formats.write(tables.Table('', (), ('x',), []), 'xlsx'); {loaded}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "['openpyxl']"]


def test_the_engine_loads_whoosh_when_it_is_first_needed() -> None:
    loaded = "print('whoosh' in sys.modules)"
    code = f"import sys, indexer; {loaded}; import indexer.trees.whole; {loaded}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


@pytest.mark.slow
def test_the_arrows_between_the_rooms() -> None:
    program = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert program is not None
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_map_names_files_that_are_there() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:[a-z_]+/)*[a-z_]+\.py)`", text))
    assert len(named) > 25
    near = {path.name for path in _python("docmgr", "indexer", "legaltext")}
    assert {name for name in named if "/" in name and not any((ROOT / room / name).is_file() for room in ("", "docmgr"))} == set()
    assert {name for name in named if "/" not in name} <= near


# Other names of this form: attributes of a reading, the name of a file, functions of the engine's package.
NO_MODULES = re.compile(r"reading\.[a-z_.]+|docmgr\.(sqlite|service|run|refused)|indexer\.parse")


def test_modules_that_are_named_in_words_are_there() -> None:
    """A docstring that names a module that no longer exists misleads its reader."""
    modules = [_name(path).removesuffix(".py").replace("/", ".") for path in _python("docmgr", "indexer", "legaltext")]
    modules = [*modules, *(name.removesuffix(".__init__") for name in modules)]
    ends = {".".join(parts[start:]) for parts in (name.split(".") for name in modules) for start in range(len(parts))}
    pattern = re.compile(r"(?<![\w./@-])(?:docmgr|indexer|services|reading|web|legaltext|models)(?:\.[a-z_]+)+(?![\w/-])")
    named, lost = 0, []
    for path in [*_python("docmgr", "indexer", "legaltext"), ROOT / "DECISIONS.md", *(ROOT / "templates").rglob("*.html")]:
        for name in pattern.findall(path.read_text(encoding="utf-8")):
            parts = name.split(".")
            named += 1
            if not NO_MODULES.fullmatch(name) and not any(".".join(parts[:n]) in ends for n in range(2, len(parts) + 1)):
                lost.append(f"{_name(path)}: {name}")
    assert lost == [] and named > 1000


def test_the_readme_stays_short() -> None:
    assert _lines(ROOT / "README.md") <= 200
