"""`python app.py schema`: the JSON Schema of what administrators write, for their editors."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from commands.schema_files import FOLDER, documents, written
from commands.schema_tables import in_page
from web.api import document
from web.api.serving import NOUNS

PAGE = Path("docs") / "flows.md"
API = "api"


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "schema",
        description="Prints the JSON Schema (2020-12) of a file that administrators write, or writes all of them. They are "
        f"found by watching the program read, so that they always fit it. {FOLDER}/ holds them as they are "
        "now; docs/flows.md tells how an editor uses them. With `api`: the OpenAPI document of what programs may ask "
        "the console, as docs/api/openapi.json has it. Exit code: 0 done, 2 there is no such file.",
        epilog="examples:\n  python app.py schema flow\n  python app.py schema --out ~/flows/.schema\n"
        "  python app.py schema --out docs/schema --docs\n  python app.py schema api > docs/api/openapi.json",
    )
    parser.add_argument("name", nargs="?", help="flow, piece, texts, promises, desk, tests or api")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write all of them into this folder, NAME.json"
    )
    parser.add_argument("--docs", action="store_true", help=f"write the tables of fields in {PAGE} anew")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    if not (arguments.name or arguments.out or arguments.docs):
        print(
            "Name a file (flow, piece, texts, promises, desk, tests, api), or write all of them: --out DIR",
            file=sys.stderr,
        )
        return 2
    if arguments.name == API:
        print(document.text(document.of(NOUNS)), end="")
        return 0
    schemas = documents()
    if arguments.name and arguments.name not in schemas:
        print(f"'{arguments.name}' is none of {', '.join(schemas)}.", file=sys.stderr)
        return 2
    if arguments.name:
        print(written(schemas[arguments.name]), end="")
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        for name, schema in schemas.items():
            (arguments.out / f"{name}.json").write_text(written(schema), encoding="utf-8")
        print(f"{len(schemas)} schemas in {arguments.out}", file=sys.stderr)
    if arguments.docs:
        PAGE.write_text(in_page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0
