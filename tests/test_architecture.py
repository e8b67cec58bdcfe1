"""Laws of the house that import-linter cannot see."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import logs

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 450
# They would shadow modules of the standard library or of a library that we use.
SHADOWS = {"email", "queue", "calendar", "twilio", "platform"}


def sources(*folders: str) -> list[Path]:
    """Python files of ours below these folders; without a folder, all of them."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py", "**/*.py"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    found = [Path(name) for name in listed if (ROOT / name).exists()]
    return [path for path in found if not folders or path.parts[0] in folders]


def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


def called(node: ast.AST) -> str:
    """The dotted name of what a call calls: 'os.system' for os.system(...); '' for what has no plain name."""
    if not isinstance(node, ast.Call):
        return ""
    parts, inner = [], node.func
    while isinstance(inner, ast.Attribute):
        parts.append(inner.attr)
        inner = inner.value
    return (
        ".".join(reversed([*parts, inner.id]))
        if isinstance(inner, ast.Name)
        else "." + ".".join(reversed(parts))
    )


def impurities(module: ast.Module) -> Iterator[str]:
    """What a pure module may not do: look at a clock, throw dice, touch files or the terminal."""
    for node in ast.walk(module):
        name = called(node)
        if name.split(".")[-1] in {
            "now",
            "today",
            "utcnow",
            "open",
            "print",
            "input",
            "monotonic",
            "perf_counter",
        }:
            yield f"line {node.lineno} calls {name}"
        imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        imported += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for one in imported:
            if one.split(".")[0] in {
                "random",
                "secrets",
                "uuid",
                "time",
                "os",
                "pathlib",
                "subprocess",
                "logging",
            }:
                yield f"line {node.lineno} imports {one}"


def dangers(module: ast.Module) -> Iterator[str]:
    """What nothing of ours may do: run text as code, unpickle, load YAML with tags, call a shell."""
    for node in ast.walk(module):
        name = called(node)
        if name in {
            "eval",
            "exec",
            "compile",
            "os.system",
            "os.popen",
            "yaml.load",
            "yaml.unsafe_load",
            "__import__",
        }:
            yield f"line {node.lineno} calls {name}"
        if (
            isinstance(node, ast.keyword)
            and node.arg == "shell"
            and getattr(node.value, "value", None) is True
        ):
            yield f"line {node.value.lineno} has shell=True"
        imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        imported += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if {"pickle", "marshal", "shelve", "dill"} & set(imported):
            yield f"line {node.lineno} imports {imported}"


def markup(module: ast.Module) -> Iterator[str]:
    """Where a module makes XML: <Response> in a text, or an f-string that begins a tag."""
    comments = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in comments:
            # The empty answer to a text is a constant: nothing can be injected into it.
            if "<Response" in re.sub(r"<Response\s*(/>|></Response>)", "", node.value):
                yield f"line {node.lineno} writes <Response>"
        if isinstance(node, ast.JoinedStr):
            text = "".join(part.value for part in node.values if isinstance(part, ast.Constant))
            if re.search(r"<[A-Za-z/]", text):
                yield f"line {node.lineno} has an f-string with a tag"


def broken(law, paths: list[Path]) -> list[str]:
    return [f"{path}: {fault}" for path in paths for fault in law(tree(path))]


def test_the_engine_and_the_desk_look_at_no_clock_and_touch_nothing():
    # The YAML reader gives up on a hostile file after a second of its thread's time: a limit, no input.
    budget = Path("engine/load/yaml_nodes.py")
    assert (
        broken(impurities, [path for path in sources("engine", "desk", "indonesia") if path != budget]) == []
    )
    assert [fault.partition(" ")[2].partition(" ")[2] for fault in impurities(tree(budget))] == [
        "imports time"
    ]


def test_nothing_runs_text_as_code_or_calls_a_shell():
    assert broken(dangers, sources()) == []


def test_only_one_module_writes_xml():
    channels = [path for path in sources("ivr", "sms", "sessions", "jobs") if path != Path("ivr/twiml.py")]
    assert broken(markup, channels) == []


@pytest.mark.parametrize(
    ("law", "code"),
    [
        (impurities, "from datetime import datetime\nx = datetime.now()"),
        (impurities, "import random"),
        (impurities, "print('x')"),
        (impurities, "open('x')"),
        (dangers, "eval('1')"),
        (dangers, "import yaml\nyaml.load('x')"),
        (dangers, "import subprocess\nsubprocess.run('x', shell=True)"),
        (dangers, "import pickle"),
        (markup, "x = '<Response><Say>'"),
        (markup, "name = 'a'\nx = f'<Say>{name}</Say>'"),
    ],
)
def test_the_laws_themselves_see_what_they_forbid(law, code):
    assert list(law(ast.parse(code)))


def logged(module: ast.Module) -> Iterator[str]:
    """The names of fields that are given to a log."""
    for node in ast.walk(module):
        if isinstance(node, ast.keyword) and node.arg == "extra" and isinstance(node.value, ast.Dict):
            yield from (key.value for key in node.value.keys if isinstance(key, ast.Constant))


def test_no_field_is_logged_that_the_log_would_drop():
    # The emulator stands outside: it logs by itself.
    ours = [
        path for path in sources() if path.parts[0] not in ("tests", "bench") and "emulator" not in path.parts
    ]
    fields = {name for path in ours for name in logged(tree(path))}
    assert len(fields) > 20
    assert fields - logs.FIELDS == set()


def test_no_file_is_too_long_to_be_read():
    lengths = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_folder_escapes_the_import_law():
    law = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    folders = {path.parts[0] for path in sources() if len(path.parts) > 1}
    assert folders - {"tests", "bench"} == set(law["root_packages"])


def test_no_folder_shadows_a_library():
    assert SHADOWS & {path.name.removesuffix(".py") for path in ROOT.iterdir()} == set()


def test_only_the_composition_root_reads_the_environment():
    readers = {
        path for path in sources() if re.search(r"os\.environ|getenv", (ROOT / path).read_text("utf-8"))
    }
    allowed = {Path("app.py"), Path("gunicorn.conf.py"), Path("commands/run.py")}
    # The telephone stands outside, as a caller does: it only wants to know where the emulator is.
    allowed |= {Path("carrier/phone.py")}
    assert {path for path in readers if path.parts[0] not in ("tests", "bench")} <= allowed


def test_nothing_imports_the_composition_root():
    importers = [
        path
        for path in sources()
        if path.parts[0] != "tests"
        and re.search(r"^\s*(import|from) app\b", (ROOT / path).read_text("utf-8"), re.M)
    ]
    assert importers == []
