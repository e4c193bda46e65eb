"""The reference pages of the command line, written from the code: help texts and JSON schemas.

``python -m comity.cli.reference docs/reference`` writes them; a test checks that they are current.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import typer.main

from comity.cli.main import app
from comity.cli.schemas import DOCUMENTS

WIDTH = 88
HEAD = """# Command line

Written from the help texts by `python -m comity.cli.reference docs/reference`; do not edit.

`comity VERB CASE [options]`, where CASE is the name of a bundled case or a case folder. Tables and
progress are for people; with `--json` a verb prints exactly one JSON document on standard output,
described by its schema below. Errors go to standard error. The exit code is 0 when it is done,
2 when the input has to be corrected (all problems are listed at once, nothing is written), 1 when
comity failed, and 130 after Ctrl-C, which says what was kept. `--debug` shows the traceback.
"""
SCHEMAS = """## JSON documents

One schema a verb; the `schema` key of a document names it with its version. An error under `--json`
is one document of `comity.error/1` on standard error.
"""


def render_page() -> str:
    """Return the page of all commands, with the help text of each."""
    group: Any = typer.main.get_command(app)
    parts = [HEAD, _block("comity --help", _help(group, None))]
    root = _context(group, None)
    for name in group.list_commands(root):
        parts.append(f"## comity {name}\n")
        parts.append(_block(f"comity {name} --help", _help(group.commands[name], root)))
    parts.append(SCHEMAS)
    parts += [_row(name) for name in sorted(DOCUMENTS)]
    return "\n".join(parts).rstrip() + "\n"


def render_schemas() -> dict[str, str]:
    """Return the text of every JSON schema by its file name."""
    return {
        f"{name}.schema.json": json.dumps(_schema(name), indent=2, ensure_ascii=False) + "\n"
        for name in sorted(DOCUMENTS)
    }


def write_reference(folder: Path) -> list[Path]:
    """Write the page and the schemas into a folder and return what was written."""
    texts = {"cli.md": render_page()}
    texts |= {f"json/{name}": text for name, text in render_schemas().items()}
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def _schema(name: str) -> dict[str, Any]:
    schema = DOCUMENTS[name].model_json_schema(by_alias=True, mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {**head, "title": str(_title(name)), **{k: v for k, v in schema.items() if k != "title"}}


def _title(name: str) -> str:
    return str(DOCUMENTS[name].model_fields["schema_name"].default)


def _row(name: str) -> str:
    line = (DOCUMENTS[name].__doc__ or "").splitlines()[0]
    return f"- [`{_title(name)}`](json/{name}.schema.json): {line}"


def _context(command: Any, parent: Any) -> Any:
    name = "comity" if parent is None else command.name
    return command.context_class(
        command, info_name=name, parent=parent, terminal_width=WIDTH, max_content_width=WIDTH
    )


def _help(command: Any, parent: Any) -> str:
    return str(command.get_help(_context(command, parent)))


def _block(line: str, text: str) -> str:
    return f"```text\n$ {line}\n{text.rstrip()}\n```\n"


if __name__ == "__main__":
    for written in write_reference(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference")):
        print(written)
