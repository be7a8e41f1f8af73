"""The law of the house: who may import whom, and what may stand where."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import lockfile
import pytest

ROOT = Path(__file__).resolve().parents[1]
DESKTOP = ROOT / "desktop"

# ── who may import whom: a trunk, a ring of leaves that never see one another, and a crown ─────────

LEAVES = frozenset({"store", "methods", "filters", "formats", "selectors"})
PROCESSES = frozenset({"engine", "confined"})  # jobs know them as core's Protocols alone
MAY_IMPORT = {
    "core": frozenset[str](),
    **dict.fromkeys(LEAVES | PROCESSES, frozenset({"core"})),
    "jobs": LEAVES | {"core"},
    "ui": LEAVES | PROCESSES | {"core", "jobs"},
    "bench": LEAVES | PROCESSES | {"core", "jobs", "ui"},
    "": LEAVES | PROCESSES | {"core", "jobs", "ui", "bench"},  # the entry and the command line, beside the rooms
}
PEER = "bench/_peer.py"  # runs by its path, outside Seedbed, with the libraries that it compares with
CATALOGUES = ("methods", "filters", "formats", "selectors")  # one file = one entry, and no entry knows another

# ── what may stand where ──────────────────────────────────────────────────────────────────────────

NETWORK = frozenset(
    {"aiohttp", "ftplib", "http", "httpx", "imaplib", "poplib", "requests", "smtplib", "socket",
     "socketserver", "ssl", "telnetlib", "urllib", "urllib3", "websockets", "xmlrpc"}
)  # fmt: skip
HTTP_LIBRARIES = frozenset(
    {"aiohttp", "grpcio", "h11", "h2", "hpack", "httpcore", "httplib2", "httptools", "httpx",
     "huggingface-hub", "hyper", "pycurl", "requests", "requests-toolbelt", "tornado", "treq", "urllib3",
     "uvicorn", "websocket-client", "websockets"}
)  # fmt: skip
LAST_RESORTS = frozenset(  # job thread, the loops of the two other processes, last hook
    {"ui/job_thread.py", "engine/worker.py", "confined/child.py", "ui/app.py"}
)
EMPTY_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "base", "misc", "manager"})
SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+(TEMP\s+)?"
    r"(TABLE|VIEW|INDEX|TRIGGER)|DROP\s+TABLE|PRAGMA\s+\w+|BEGIN\s+IMMEDIATE)\b",
    re.DOTALL,
)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


@cache
def sources(folder: str = "desktop") -> dict[str, str]:
    """Every Python file of a folder by its path inside it."""
    root = ROOT / folder
    return {
        file.relative_to(root).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted(root.rglob("*.py"))
        if "__pycache__" not in file.parts
    }


def room_of(path: str) -> str:
    """The room a file stands in; "" beside the rooms."""
    return path.split("/", maxsplit=1)[0] if "/" in path else ""


def imports(source: str, path: str) -> Iterator[str]:
    """Every module a file imports, wherever in it, in full; `from a import b` counts as a and as a.b."""
    package = ["desktop", *path.split("/")[:-1]]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*start, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("__import__", "import_module"):
            for each in node.args[:1]:
                named = each.values[0] if isinstance(each, ast.JoinedStr) else each  # f"stdnum.{x}" names one
                if isinstance(named, ast.Constant):
                    yield str(named.value)


def wrong_imports(source: str, path: str) -> list[str]:
    """What a file imports that it may not."""
    return sorted({module for module in imports(source, path) if not _may(room_of(path), path, module)})


def _may(room: str, path: str, module: str) -> bool:
    top, *inside = module.split(".")
    if path == PEER:
        return top in sys.stdlib_module_names - NETWORK or top in ("llama_cpp", "xllamacpp")
    if top == "desktop":
        return inside in ([], ["__version__"]) or _may_see(room, path, inside)
    if top in ("PySide6", "shiboken6"):
        return room == "ui" and not module.startswith("PySide6.QtNetwork")
    if top == "llama_cpp":
        return room == "engine"
    if top in ("sqlite3", "sqlite_utils"):
        return room == "store" or path == "confined/sql.py"
    # One file opens connections, and only to the one address that the user allowed.
    return (
        top not in NETWORK
        or module == "urllib.parse"
        or (path == "engine/line.py" and top in ("http", "socket", "ssl"))
    )


def _may_see(room: str, path: str, inside: list[str]) -> bool:
    other, *file = inside
    if not (DESKTOP / other).is_dir():
        return room == ""  # the entry and the command line see all, and no room sees them
    if other != room:
        return other in MAY_IMPORT[room]
    if room in CATALOGUES:
        return not file or file[0].startswith("_")  # one entry never knows another; what they share begins with _
    return not (path.startswith("ui/pages/") and file[:1] == ["pages"] and file[1:] and not file[1].startswith("_"))


def sql_in(source: str) -> list[str]:
    """The texts of a file that are SQL statements."""
    texts = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return [text for text in texts if isinstance(text, str) and SQL.search(text)]


def catches_all(source: str) -> bool:
    """Whether a file swallows every exception somewhere; a handler that raises it again at its end does not."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler) and ast.unparse(node.body[-1]) != "raise":
            caught = ast.unparse(node.type) if node.type else "BaseException"
            if re.search(r"\b(Base)?Exception\b", caught):
                return True
    return False


# ── the tests ─────────────────────────────────────────────────────────────────────────────────────


def test_the_rooms_are_the_ones_that_the_law_knows() -> None:
    rooms = {folder.name for folder in DESKTOP.iterdir() if folder.is_dir() and folder.name != "__pycache__"}
    assert rooms - set(MAY_IMPORT) == set()
    assert rooms >= {"core", "store", "methods", "filters", "formats", "engine", "jobs", "ui", "bench"}
    for room in rooms - {"selectors"}:
        assert any(room_of(path) == room and not path.endswith("__init__.py") for path in sources()), room


@pytest.mark.parametrize("path", sources())
def test_a_file_imports_only_what_its_room_may(path: str) -> None:
    assert wrong_imports(sources()[path], path) == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("core/words.py", "from desktop.store.project import Project"),
        ("core/words.py", "from ..store import project"),
        ("filters/length.py", "import desktop.methods"),
        ("filters/length.py", "from desktop.filters.novelty import FILTER"),
        ("filters/length.py", "from . import novelty"),
        ("methods/alpaca.py", "def late():\n    from desktop.filters import length"),
        ("jobs/generating.py", "from desktop.engine.client import LocalEngine"),
        ("jobs/generating.py", "from desktop import engine"),
        ("jobs/generating.py", "from desktop import cli"),
        ("jobs/generating.py", "import PySide6.QtCore"),
        ("jobs/generating.py", "import sqlite3"),
        ("store/rows.py", "import importlib\nimportlib.import_module('llama_cpp')"),
        ("engine/client.py", "import urllib.request"),
        ("engine/remote.py", "import http.client"),
        ("engine/line.py", "import urllib.request"),
        ("ui/app.py", "from PySide6.QtNetwork import QTcpSocket"),
        ("ui/pages/review.py", "from desktop.ui.pages.filter import FilterPage"),
        ("ui/app.py", "from desktop.bench import generate"),
        ("bench/generate.py", "import llama_cpp"),
        ("bench/generate.py", "import PySide6.QtCore"),
        ("bench/_peer.py", "from desktop.core.steps import Ask"),
    ],
)
def test_the_law_sees_a_wrong_import(path: str, line: str) -> None:
    assert wrong_imports(line, path)


def test_the_law_lets_right_imports_be() -> None:
    lines = "from desktop.core.records import Row\nfrom desktop.store.project import Project\nimport urllib.parse"
    assert wrong_imports(lines, "jobs/generating.py") == []
    assert wrong_imports("from desktop.filters._pairs import pairs", "filters/novelty.py") == []
    assert wrong_imports("from PySide6.QtCore import Qt\nfrom desktop.jobs import generating", "ui/app.py") == []


def test_llama_cpp_stands_in_the_worker_and_what_it_alone_imports() -> None:
    uses = {
        f"desktop.{path.removesuffix('.py').replace('/', '.')}": set(imports(source, path))
        for path, source in sources().items()
        if path != PEER
    }
    worker = "desktop.engine.worker"
    native = {name for name, used in uses.items() if any(each.split(".")[0] == "llama_cpp" for each in used)}
    while more := {name for name, used in uses.items() if used & native} - native - {"desktop.__main__"}:
        native |= more
    beneath = {worker}
    while more := {each for name in beneath for each in uses[name] & set(uses)} - beneath:
        beneath |= more
    assert worker in native, "the worker does not reach llama_cpp any more: this test looks at nothing"
    assert native <= beneath, "something reaches llama_cpp past the worker"


def test_sql_stands_only_in_the_store() -> None:
    assert sql_in("x = 'SELECT id FROM seeds'"), "this test looks at nothing"
    inside = [path for path, source in sources().items() if sql_in(source)]
    assert inside
    assert [path for path in inside if room_of(path) != "store" and path != "confined/sql.py"] == []


def test_only_the_last_resorts_catch_everything() -> None:
    assert catches_all("try:\n    x()\nexcept (ValueError, Exception):\n    pass"), "this test looks at nothing"
    assert [path for path, source in sources().items() if catches_all(source) and path not in LAST_RESORTS] == []


@pytest.mark.parametrize("folder", ["desktop", "packaging", "tests"])
def test_every_file_opens_with_one_sentence(folder: str) -> None:
    for path, source in sources(folder).items():
        if not source.strip() and folder == "tests" and path.endswith("__init__.py"):
            continue
        opening = (ast.get_docstring(ast.parse(source)) or "").split("\n\n")[0]
        assert opening.endswith((".", "?")) and "\n" not in opening, f"{folder}/{path}: {opening!r}"
        assert not re.search(r"[.?!] [A-Z]", opening), f"{folder}/{path} opens with more than one sentence"


@pytest.mark.parametrize("folder", ["desktop", "packaging", "tests"])
def test_names_say_something_and_nothing_is_left_undone(folder: str) -> None:
    for path, source in sources(folder).items():
        assert not EMPTY_NAMES & set(re.split(r"[/_.]", path)), path
        if path != Path(__file__).name:
            assert not UNFINISHED.search(source), f"{folder}/{path} is not finished"


def test_nothing_names_a_folder_beside_the_project() -> None:
    beside = "../" + "shared"
    for folder in ("desktop", "packaging", "tests", "resources"):
        for file in (ROOT / folder).rglob("*"):
            if file.suffix in (".py", ".md", ".toml", ".txt", ".json", ".jsonl", ".cmake"):
                assert beside not in file.read_text(encoding="utf-8"), file
    assert beside not in (ROOT / "README.md").read_text(encoding="utf-8")


# ── what is loaded ────────────────────────────────────────────────────────────────────────────────

SLOW = (
    "PySide6",
    "llama_cpp",
    "numpy",
    "jinja2",
    "sqlite_utils",
    "python_calamine",
    "chardet",
    "pypdfium2",
    "docx",
    "pptx",
    "lxml",
    "selectolax",
    "duckdb",
    "yaml",
    "semantic_text_splitter",
    "pyqtgraph",
    "rjieba",
    "fasttext",
)


@pytest.mark.parametrize(
    "loads",
    [
        "import desktop.core.catalogue as c; c.methods(); c.filters(); c.formats(); c.selectors()",
        "import pkgutil, importlib, desktop.jobs as jobs\n"
        "for each in pkgutil.iter_modules(jobs.__path__): importlib.import_module(f'desktop.jobs.{each.name}')",
        "import desktop.cli",
        "import desktop.engine.client",
    ],
)
def test_a_fresh_interpreter_loads_nothing_slow(loads: str) -> None:
    said = f"{loads}\nimport sys; print([name for name in {SLOW!r} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip() == "[]"


def test_the_first_painted_window_has_loaded_nothing_slow_but_qt() -> None:
    said = f"""
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop.ui.main_window import MainWindow
from desktop.ui.session import Session

app = QApplication([])
session = Session()
window = MainWindow(session)
window.show()
QTimer.singleShot(0, app.quit)
app.exec()
print([name for name in {SLOW[1:]!r} if name in sys.modules])
session.shut_down()
"""
    told = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.stdout.strip() == "[]", told.stderr


# ── what is installed ─────────────────────────────────────────────────────────────────────────────


def test_the_runtime_lock_holds_no_http_library() -> None:
    runtime = lockfile.pins((ROOT / "packaging/lock.txt").read_text(encoding="utf-8"))
    assert {"pyside6-essentials", "llama-cpp-python", "rapidfuzz"} <= set(runtime)
    assert not HTTP_LIBRARIES & set(runtime)


def test_the_lock_pins_by_hash_everything_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {
        "lock.txt": project["project"]["dependencies"],
        **{f"lock-{name}.txt": wanted for name, wanted in project["dependency-groups"].items()},
    }
    for lock, wanted in asked.items():
        pinned = lockfile.pins((ROOT / "packaging" / lock).read_text(encoding="utf-8"))
        assert {lockfile.normal(re.split(r"[<>=!~ ]", each)[0]) for each in wanted} <= set(pinned), lock
        assert all("--hash=sha256:" in pin for pin in pinned.values()), lock


def test_the_project_asks_for_exactly_the_libraries_that_it_imports() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {re.split(r"[<>=]", each)[0] for each in project["dependencies"]}
    modules = {
        "pyside6-essentials": "PySide6",
        "llama-cpp-python": "llama_cpp",
        "python-docx": "docx",
        "python-pptx": "pptx",
        "pyyaml": "yaml",
        "fasttext-predict": "fasttext",
        "python-stdnum": "stdnum",
        "phonenumberslite": "phonenumbers",
    }
    ours = {path: source for path, source in sources().items() if path != PEER}
    used = {module.split(".", maxsplit=1)[0] for path, source in ours.items() for module in imports(source, path)}
    own = sys.stdlib_module_names | {"desktop", "shiboken6", ""}  # shiboken6 is a part of PySide6
    assert {modules.get(name, name.replace("-", "_")) for name in asked} == used - own


def test_qt_keeps_its_references_to_none(qtbot: object) -> None:
    """PySide6 6.12.0 loses one at nearly every call on Python 3.11, until the interpreter dies of it."""
    from PySide6.QtWidgets import QLabel

    label = QLabel()
    before = sys.getrefcount(None)
    for number in range(200):
        label.setText(str(number))
    assert abs(sys.getrefcount(None) - before) < 100
